package scale

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
)

var ctx = context.Background()

// size is how much of everything a clinic holds.
type size struct {
	Branches, Groups, People int
	Spread                   int // an exam is sat by one person in so many
	Exams, Questions         int
	Courses                  int // of four units each
	Cycles                   int // of the past, each with everybody's sheet
	Notices                  int // to each person
	Events                   int
}

// small is a handful of everything, so little that no list is longer than a page even in a clinic three times as large.
func small(times int) size {
	return size{
		Branches: 2, Groups: 3 * times, People: 6 * times, Spread: 1, Exams: 7 + times, Questions: 6 * times, Courses: 6 * times,
		Cycles: 2 * times, Notices: 2 * times, Events: 6 * times,
	}
}

// hundredfold is a hundred times the demo.
var hundredfold = size{
	Branches: 10, Groups: 110, People: 4000, Spread: 8, Exams: 200, Questions: 30_000, Courses: 500, Cycles: 25, Notices: 25, Events: 500_000,
}

// divided is a clinic with one in n of the people and of what they are asked; the structure stays.
func (s size) divided(n int) size {
	s.Groups, s.People, s.Questions, s.Events = max(s.Groups/n, s.Branches), s.People/n, s.Questions/n, s.Events/n
	return s
}

//go:embed fill.sql
var fillText string

// clinic is a filled clinic with the ids of what its pages show.
type clinic struct {
	*apptest.Clinic
	t       testing.TB
	size    size
	version appraisal.VersionID
	cycle   appraisal.CycleID // the present one
	ids     map[string]int64
}

// newClinic makes the pattern through the services, then fills the rest by sets.
func newClinic(t testing.TB, s size) *clinic {
	t.Helper()
	c := &clinic{Clinic: apptest.NewClinic(t, app.Options{}), t: t, size: s}
	c.pattern()
	computed := c.scored()
	began := time.Now()
	c.fill(fillText, computed)
	c.analyse(computed)
	c.openCycle(computed)
	if _, err := c.DB.SQL().ExecContext(ctx, "VACUUM ANALYZE"); err != nil {
		t.Fatal(err)
	}
	t.Logf("filled in %s", time.Since(began).Round(time.Millisecond))
	c.findIDs()
	return c
}

func (c *clinic) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// pattern is what fill.sql copies: questions with their knowledge points, an exam with a paper, an attempt and its result, a scheme.
func (c *clinic) pattern() {
	c.t.Helper()
	c.FillBank(1)
	id := c.Exam(c.Paper(20), func(s *exam.Settings) { s.Release = exam.ReleaseAtHandIn }, "mei-a")
	c.Sit("mei-a", id, 18)
	var err error
	c.version, err = c.Appraisal.CreateScheme(ctx, c.Viewer("hr"), "quarterly", "")
	c.must(err)
	c.must(c.Appraisal.Activate(ctx, c.Viewer("hr"), c.version))
}

// scored is a sheet on which everything is known, as the rule computes it.
func (c *clinic) scored() appraisal.Computed {
	c.t.Helper()
	v, err := c.Appraisal.Version(ctx, c.Viewer("hr"), c.version)
	c.must(err)
	var facts []appraisal.Fact
	for _, d := range v.Scheme().Dimensions {
		for _, i := range d.Indicators {
			facts = append(facts, appraisal.Fact{ID: appraisal.FactID(len(facts) + 1), Indicator: i.Key, Source: appraisal.Typed, Version: 1, Value: score.Whole(86), N: 1})
		}
	}
	return appraisal.Compute(v.Scheme(), facts)
}

// partLine begins a part of fill.sql.
var partLine = regexp.MustCompile(`(?m)^-- part: (.+)$`)

// fill runs the parts of a text in one transaction; a part that fails is named.
func (c *clinic) fill(text string, computed appraisal.Computed) {
	c.t.Helper()
	text = c.places(computed).Replace(text)
	c.must(c.DB.InTx(ctx, func(tx *db.Tx) error {
		at := partLine.FindAllStringSubmatchIndex(text, -1)
		for i, m := range at {
			end := len(text)
			if i+1 < len(at) {
				end = at[i+1][0]
			}
			began := time.Now()
			if _, err := tx.SQLTx().ExecContext(ctx, text[m[1]:end]); err != nil {
				return fmt.Errorf("part %q: %w", text[m[2]:m[3]], err)
			}
			c.t.Logf("%-20s %s", text[m[2]:m[3]], time.Since(began).Round(time.Millisecond))
		}
		return nil
	}))
}

// places are the words in braces.
func (c *clinic) places(computed appraisal.Computed) *strings.Replacer {
	body, err := json.Marshal(computed)
	c.must(err)
	s, pairs := c.size, []string{"{now}", c.DB.Now().Format(time.RFC3339Nano), "{computed}", string(body), "{grade}", string(computed.Grade)}
	for name, n := range map[string]int{
		"branches": s.Branches, "groups": s.Groups, "people": s.People, "spread": s.Spread, "exams": s.Exams, "questions": s.Questions, "courses": s.Courses,
		"cycles": s.Cycles, "notices": s.Notices, "events": s.Events, "version": int(c.version), "total": int(computed.Total), "cycle": int(c.cycle),
	} {
		pairs = append(pairs, "{"+name+"}", strconv.Itoa(n))
	}
	return strings.NewReplacer(pairs...)
}

// analyse lets the service compute the largest exam that is over; the other exams have the same statistics.
func (c *clinic) analyse(computed appraisal.Computed) {
	c.t.Helper()
	c.fill(`-- part: analysis wanted
INSERT INTO exam_analysis_due (exam_id, wanted, due_at) VALUES (1000004, 1, '{now}');`, computed)
	began := time.Now()
	c.must(c.Exams.AnalyseDue(ctx, c.DB.Now()))
	c.t.Logf("%-20s %s", "analysis of an exam", time.Since(began).Round(time.Millisecond))
	c.fill(`-- part: analyses
INSERT INTO exam_analysis (exam_id, version, people, released, computed_at, paper)
SELECT e.id, 1, a.people, true, a.computed_at, a.paper FROM exam e, exam_analysis a WHERE a.exam_id = 1000004 AND e.id BETWEEN 1000005 AND 1000000 + {exams};
INSERT INTO item_statistic (analysis_id, version_id, exam_id, shown, last_shown_at, released, pooled, sums)
SELECT a.id, s.version_id, a.exam_id, s.shown, s.last_shown_at, true, true, s.sums FROM item_statistic s, exam_analysis a WHERE s.exam_id = 1000004 AND a.exam_id > 1000004;
UPDATE item_exposure SET exams = exams * ({exams} - 3), shown = shown * ({exams} - 3);
INSERT INTO item_exposure (version_id, exams, shown, last_shown_at)
SELECT id, 1 + id % 7, 10 + id % 900, '{now}'::timestamptz - make_interval(days => (id % 800)::integer) FROM question_version WHERE published_at IS NOT NULL AND id % 3 = 0 ON CONFLICT DO NOTHING;`, computed)
}

// openCycle opens the present quarter through the service; half of its sheets are then scored.
func (c *clinic) openCycle(computed appraisal.Computed) {
	c.t.Helper()
	var err error
	began := time.Now()
	c.cycle, err = c.Appraisal.OpenCycle(ctx, c.Viewer("hr"), appraisal.NewCycle{
		VersionID: c.version, UnitID: c.Root, Quarter: appraisal.QuarterOf(c.DB.Now()), Mode: appraisal.Counting,
	})
	c.must(err)
	c.t.Logf("%-20s %s", "opening of a cycle", time.Since(began).Round(time.Millisecond))
	c.fill(`-- part: scored sheets
UPDATE sheet SET state = 'scored', missing = '{}', total_hundredths = {total}, grade = '{grade}', computed = '{computed}' WHERE cycle_id = {cycle} AND person_id % 2 = 1;
INSERT INTO fact (cycle_id, person_id, indicator, source_kind, source_id, version, value_hundredths, n, detail, recorded_at, recorded_by)
SELECT cycle_id, person_id, 'chat', 'typed', 0, 1, 8600, 1, '{"note":"抽查"}', '{now}', 'person:' || (SELECT person_id FROM account WHERE login = 'superior')
FROM sheet WHERE cycle_id = {cycle} AND person_id % 2 = 1;`, computed)
}

// findIDs looks for what the walk names and what has no id that can be worked out.
func (c *clinic) findIDs() {
	c.t.Helper()
	c.ids = map[string]int64{}
	for name, query := range map[string]string{
		"sheet": "SELECT id FROM sheet WHERE cycle_id = $1 AND person_id = 1000001",
		"asked": "SELECT v.question_id FROM item_statistic s JOIN question_version v ON v.id = s.version_id WHERE $1 > 0 ORDER BY v.id LIMIT 1",
		"topic": "SELECT t.topic_id FROM question_version_topic t WHERE $1 > 0 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
		"case":  "SELECT id FROM remediation_case WHERE $1 > 0 AND person_id = 1000001 ORDER BY state = 'decision_due' DESC, id LIMIT 1",
		"due":   "SELECT id FROM remediation_case WHERE $1 > 0 ORDER BY state = 'retraining_due' DESC, id LIMIT 1",
	} {
		var id int64
		if err := c.DB.SQL().QueryRowContext(ctx, query, int64(c.cycle)).Scan(&id); err != nil {
			c.t.Fatalf("%s: %v", name, err)
		}
		c.ids[name] = id
	}
}
