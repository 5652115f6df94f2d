package appraisal_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/score"
)

// The database itself keeps the promises, whoever writes past the service.
func TestTheDatabaseRefuses(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	c.knowledge(c.mei, 7, 9000, "passed")
	for name, statement := range map[string]string{
		"a fact altered":              "UPDATE fact SET value_hundredths = 10000",
		"a fact deleted":              "DELETE FROM fact",
		"facts truncated":             "TRUNCATE fact",
		"a sheet deleted":             "DELETE FROM sheet",
		"an incomplete sheet scored":  "UPDATE sheet SET state = 'scored'",
		"an incomplete sheet graded":  "UPDATE sheet SET grade = 'good'",
		"a scheme altered in use":     "UPDATE scheme_version SET body = '{}'",
		"a cycle of half a quarter":   "UPDATE cycle SET to_on = to_on - 1",
		"a score of the person's own": fmt.Sprintf("INSERT INTO fact (cycle_id, person_id, indicator, source_kind, source_id, version, value_hundredths, n, detail, recorded_at, recorded_by) VALUES (%d, %d, 'chat', 'typed', 0, 1, 10000, 1, '{}', '2026-03-02', 'person:%d')", cycle, c.mei, c.mei),
	} {
		if _, err := c.db.SQL().ExecContext(ctx, statement); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	c.types(c.lead, cycle, typed, c.mei)
	c.participates(c.mei, 1, 1)
	for _, p := range []account.PersonID{c.lan, c.far} {
		c.no(c.s.ExcuseSheet(ctx, c.hr, c.sheets(cycle)[p].ID, "产假"))
	}
	c.no(c.s.MoveCycle(ctx, c.hr, cycle, appraisal.FinishScoring))
	c.no(c.s.ConfirmSheet(ctx, c.superior, c.sheets(cycle)[c.mei].ID, "同意"))
	if _, err := c.db.SQL().ExecContext(ctx, "UPDATE sheet SET total_hundredths = 10000 WHERE state = 'confirmed'"); err == nil {
		t.Error("a confirmed sheet was altered")
	}
}

// recompute is the rule a second time, in SQL and in decimal numbers: newest version of each source, mean of rounds cut to
// 0.01, target edges, weighted mean cut to 0.01, grade edges.
const recompute = `
WITH newest AS (
    SELECT DISTINCT ON (cycle_id, person_id, indicator, source_kind, source_id) *
    FROM fact ORDER BY cycle_id, person_id, indicator, source_kind, source_id, version DESC
), reading AS (
    SELECT DISTINCT ON (cycle_id, person_id, indicator) cycle_id, person_id, indicator, trunc(avg(value_hundredths)) AS raw
    FROM newest WHERE n > 0 GROUP BY cycle_id, person_id, indicator, source_kind
    ORDER BY cycle_id, person_id, indicator, CASE source_kind WHEN 'round' THEN 1 WHEN 'courses' THEN 2 ELSE 3 END
), weighted AS (
    SELECT s.id, (d->>'weight')::numeric * (i->>'weight')::numeric AS weight, i->'scale' AS scale, r.raw, v.body
    FROM sheet s
    JOIN cycle c ON c.id = s.cycle_id
    JOIN scheme_version v ON v.id = c.scheme_version_id
    CROSS JOIN LATERAL jsonb_array_elements(v.body->'dimensions') d
    CROSS JOIN LATERAL jsonb_array_elements(d->'indicators') i
    LEFT JOIN reading r ON r.cycle_id = s.cycle_id AND r.person_id = s.person_id AND r.indicator = i->>'key'
), scored AS (
    SELECT id, body, weight, raw IS NULL AS missing, CASE WHEN scale->>'kind' = 'target' AND raw IS NOT NULL THEN
        (SELECT max((e->>'score')::numeric * 100) FROM jsonb_array_elements(scale->'edges') e WHERE (e->>'from')::numeric * 100 <= raw)
        ELSE raw END AS points
    FROM weighted
), total AS (
    SELECT id, body, bool_or(missing) AS missing, div(sum(weight * points), sum(weight) FILTER (WHERE NOT missing)) AS total
    FROM scored GROUP BY id, body
)
SELECT s.id, s.total_hundredths, t.total::bigint AS again, coalesce(s.grade, '') AS grade,
       coalesce(CASE WHEN NOT t.missing THEN (SELECT e->>'band' FROM jsonb_array_elements(t.body->'grades'->'edges') e
                WHERE (e->>'from')::numeric * 100 <= t.total ORDER BY (e->>'from')::numeric DESC LIMIT 1) END, '') AS grade_again
FROM sheet s JOIN total t ON t.id = s.id`

// rule:A10 rule:A16 rule:A21 rule:A26 rule:C46 every sheet of a seeded clinic, recomputed independently of the code.
func TestEverySheetIsRecomputedInSQL(t *testing.T) {
	c := newClinic(t)
	r := rand.New(rand.NewPCG(2026, 3))
	for i := range 30 {
		c.person(fmt.Sprintf("咨询%d", i), c.first, c.online)
	}
	for _, preset := range []string{"agreement", "quarterly"} {
		version := c.scheme(preset)
		mode := appraisal.Counting
		if preset == "quarterly" {
			mode = appraisal.Shadow
		}
		cycle, err := c.s.OpenCycle(ctx, c.hr, appraisal.NewCycle{VersionID: version, UnitID: c.root, Quarter: quarter, Mode: mode})
		c.no(err)
		c.seed(r, cycle, version)
	}
	rows, err := c.db.SQL().QueryContext(ctx, recompute)
	c.no(err)
	defer rows.Close()
	sheets, complete := 0, 0
	for rows.Next() {
		var id int64
		var total, again sql.NullInt64
		var grade, gradeAgain string
		c.no(rows.Scan(&id, &total, &again, &grade, &gradeAgain))
		if total != again || grade != gradeAgain {
			t.Errorf("sheet %d: %v %s, in SQL %v %s", id, total.Int64, grade, again.Int64, gradeAgain)
		}
		sheets++
		if grade != "" {
			complete++
		}
	}
	c.no(rows.Err())
	if sheets < 60 || complete < 20 || complete == sheets {
		t.Fatalf("%d sheets, %d of them complete: the seed shows too little", sheets, complete)
	}
}

// seed gives everybody some rounds, courses and typed numbers, in several versions, and leaves gaps.
func (c *clinic) seed(r *rand.Rand, cycle appraisal.CycleID, version appraisal.VersionID) {
	c.Helper()
	ver, err := c.s.Version(ctx, c.hr, version)
	c.no(err)
	for person := range c.sheets(cycle) {
		for round := range r.Int64N(4) {
			for range 1 + r.IntN(2) {
				c.knowledge(person, round+1, score.Hundredths(r.Int64N(10001)), "passed")
			}
			if r.IntN(8) == 0 {
				c.knowledge(person, round+1, 0, "")
			}
		}
		if assigned := r.IntN(8); assigned > 0 {
			c.participates(person, assigned, r.IntN(assigned+1))
		}
		for _, i := range ver.Scheme().Indicators() {
			if i.Source == appraisal.FromPeople && r.IntN(40) > 0 {
				value := score.Hundredths(r.Int64N(10001))
				c.types(c.hr, cycle, map[string]string{i.Key: value.String()}, person)
			}
		}
	}
}
