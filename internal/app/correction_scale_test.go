package app_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
)

// statements are how often each statement ran.
type statements map[string]int

func statementsOf(tally *db.Tally) statements {
	out := statements{}
	for _, r := range tally.Runs() {
		out[r.Name]++
	}
	return out
}

// more are the statements that ran more often than in another run of the same act.
func (s statements) more(than statements) (out []string) {
	for name, n := range s {
		if n != than[name] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// inACycle employs n people, who have sheets in a cycle that runs, and gives their log-ins.
func inACycle(t testing.TB, c *apptest.Clinic, n int) []string {
	t.Helper()
	ctx := context.Background()
	logins := make([]string, n)
	for i := range logins {
		logins[i] = fmt.Sprintf("many-%d", i)
		c.Employ(logins[i], "众人", c.Branch["a"], c.Post, account.Consultant)
	}
	scheme, err := c.Appraisal.CreateScheme(ctx, c.Viewer("hr"), "quarterly", "季度考评")
	must(t, err)
	must(t, c.Appraisal.Activate(ctx, c.Viewer("hr"), scheme))
	_, err = c.Appraisal.OpenCycle(ctx, c.Viewer("hr"), appraisal.NewCycle{
		VersionID: scheme, UnitID: c.Root, Quarter: appraisal.Quarter{Year: 2026, No: 1}, Mode: appraisal.Counting,
	})
	must(t, err)
	return logins
}

// raised is a released exam of four questions and n people, each with a sheet of the running cycle and so many right answers, and an order
// that gives everybody the points of a question that nobody answered. It tells what the release took.
func raised(t *testing.T, n, right int) (c *apptest.Clinic, order exam.CorrectionID, seen exam.ResultID, release statements) {
	t.Helper()
	ctx := context.Background()
	c = apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	pays(t, c)
	logins := inACycle(t, c, n)
	id := c.Exam(c.Paper(4), nil, logins...)
	var missed exam.VersionID
	for _, login := range logins {
		sheet, v := c.Begin(login, id), c.Viewer(login)
		answered := 0
		for i, s := range sheet.Slots {
			var slot exam.VersionID
			must(t, c.DB.SQL().QueryRow(`SELECT (p ->> 'version_id')::bigint FROM attempt_layout l, json_array_elements(l.places) p WHERE l.attempt_id = $1 AND (p ->> 'slot')::integer = $2`,
				int64(sheet.AttemptID), s.Slot).Scan(&slot))
			if missed == 0 {
				missed = slot
			}
			if slot == missed || answered == right {
				continue
			}
			answered++
			_, err := c.Exams.Save(ctx, v, sheet.AttemptID, sheet.Lease, []exam.Change{{Slot: s.Slot, ClientSeq: int64(i + 1), Response: c.Response(s, true)}}, c.Fake.Now())
			must(t, err)
		}
		_, err := c.Exams.Submit(ctx, v, sheet.AttemptID, sheet.Lease, c.Fake.Now())
		must(t, err)
	}
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	tallied, tally := db.WithTally(ctx)
	_, err := c.Exams.Release(tallied, c.Viewer("hr"), id)
	must(t, err)
	order, err = c.Exams.ProposeRuling(ctx, c.Viewer("trainer"), id, exam.Ruling{VersionID: missed, Act: exam.FullMarks}, "题目有误")
	must(t, err)
	k, _, err := c.Exams.Correction(ctx, c.Viewer("hr"), order)
	must(t, err)
	p, err := c.Exams.RulingPreview(ctx, c.Viewer("hr"), k, page.New(1, 100))
	must(t, err)
	if passes := map[int]int{3: 0, 2: n}[right]; p.Tally.Better != n || p.Tally.Passes != passes || p.Tally.Released != n {
		t.Fatalf("%+v", p.Tally)
	}
	return c, order, p.Seen, statementsOf(tally)
}

// A release and the approval of a ruling on many people take as many statements as those on few: they are told, their numbers are brought
// into the appraisal, their retake papers are drawn, and their cases are opened and closed, together.
func TestManyPeopleTakeAsManyStatementsAsFew(t *testing.T) {
	for name, act := range map[string]struct {
		right         int
		before, after string
		fact          int
		cases         int // of each person
		points, fen   int
		entries       int // of each person
	}{
		"passed before":    {3, "30 / 40", "40 / 40", 10000, 0, 20, 200_00, 3},
		"fails are lifted": {2, "20 / 40", "30 / 40", 7500, 1, 10, 50_00, 1},
	} {
		t.Run(name, func(t *testing.T) {
			releases, approvals := map[int]statements{}, map[int]statements{}
			for _, n := range []int{4, 12} {
				t.Run(fmt.Sprint(n), func(t *testing.T) {
					c, order, seen, release := raised(t, n, act.right)
					ctx, tally := db.WithTally(context.Background())
					must(t, c.Exams.ApproveCorrection(ctx, c.Viewer("hr"), order, seen, ""))
					releases[n], approvals[n] = release, statementsOf(tally)
					for what, k := range map[string]struct {
						query string
						want  int
					}{
						"are told":               {fmt.Sprintf(`SELECT count(*) FROM notice WHERE key = 'notify.result_corrected' AND places ->> 'before' = '%s' AND places ->> 'score' = '%s'`, act.before, act.after), n},
						"have a newer fact":      {fmt.Sprintf(`SELECT count(*) FROM fact WHERE source_kind = 'round' AND version = 2 AND value_hundredths = %d`, act.fact), n},
						"have a sheet on it":     {`SELECT count(*) FROM sheet s WHERE s.computed::text LIKE '%' || (SELECT max(f.id) FROM fact f WHERE f.person_id = s.person_id AND f.version = 2)::text || '%'`, n},
						"have a lifted case":     {`SELECT count(*) FROM remediation_case c WHERE c.state = 'closed' AND c.outcome = 'lifted' AND (SELECT array_agg(e.event ORDER BY e.no) FROM case_event e WHERE e.case_id = c.id) = '{opened,lifted}'`, n * act.cases},
						"owe no retake":          {`SELECT count(*) FROM candidate c JOIN exam e ON e.id = c.exam_id WHERE e.kind = 'retake' AND c.state = 'withdrawn'`, n * act.cases},
						"were told of the case":  {`SELECT count(*) FROM notice WHERE key IN ('notify.retake_opened', 'notify.case_closed')`, 2 * n * act.cases},
						"stand in HR's inbox":    {`SELECT count(*) FROM notice WHERE key = 'notify.case_corrected' AND person_id = (SELECT person_id FROM account WHERE login = 'hr')`, n * act.cases},
						"have it in the audit":   {`SELECT count(*) FROM audit_event WHERE act IN ('case.opened', 'case.lifted', 'exam.withdraw')`, 3 * n * act.cases},
						"are paid anew":          {fmt.Sprintf(`SELECT count(*) FROM (SELECT person_id FROM ledger_entry GROUP BY person_id HAVING sum(points) = %d AND sum(fen) = %d) p`, act.points, act.fen), n},
						"have entries":           {`SELECT count(*) FROM ledger_entry`, n * act.entries},
						"were told of the pay":   {`SELECT count(*) FROM notice WHERE key IN ('notify.pay_booked', 'notify.pay_changed')`, n * (1 + act.entries) / 2},
						"have pay in the audit":  {`SELECT count(*) FROM audit_event WHERE act IN ('ledger.book', 'ledger.reverse')`, n * act.entries},
						"have their own subject": {`SELECT count(DISTINCT subject) FROM audit_event WHERE act = 'case.lifted'`, n * act.cases},
					} {
						var got int
						must(t, c.DB.SQL().QueryRow(k.query).Scan(&got))
						if got != k.want {
							t.Errorf("of %d people %d %s, want %d", n, got, what, k.want)
						}
					}
				})
			}
			if more := approvals[12].more(approvals[4]); len(approvals[4]) == 0 || len(more) > 0 {
				t.Errorf("the approval for 12 people took more of %v: %v", more, approvals[12])
			}
			if more := releases[12].more(releases[4]); len(releases[4]) == 0 || len(more) > 0 {
				t.Errorf("the release to 12 people took more of %v: %v", more, releases[12])
			}
		})
	}
}

// Retakes that their close ends together are handed in, released and bring their cases on by one statement for all: the hand-ins by the clock
// in one transaction, the results in that of the release.
func TestRetakesThatEndTogetherMoveTheirCasesTogether(t *testing.T) {
	const n = 3
	ctx := context.Background()
	c, _, _, _ := raised(t, n, 2)
	var retake exam.ExamID
	must(t, c.DB.SQL().QueryRow(`SELECT id FROM exam WHERE kind = 'retake'`).Scan(&retake))
	for i := range n {
		c.Begin(fmt.Sprintf("many-%d", i), retake)
	}
	c.Fake.Advance(2 * time.Hour)
	must(t, c.Tick(ctx))
	released, err := c.Exams.Release(ctx, c.Viewer("hr"), retake)
	must(t, err)
	if released != n {
		t.Errorf("%d results are released", released)
	}
	for _, event := range []string{"handed_in", "failed"} {
		var rows, commands int
		must(t, c.DB.SQL().QueryRow(`SELECT count(*), count(DISTINCT (xmin::text, cmin::text)) FROM case_event WHERE event = $1`, event).Scan(&rows, &commands))
		if rows != n || commands != 1 {
			t.Errorf("%s: %d cases by %d statements", event, rows, commands)
		}
	}
	var open int
	must(t, c.DB.SQL().QueryRow(`SELECT count(*) FROM remediation_case WHERE state = 'retraining_due' AND retake_result_id IN (SELECT id FROM result WHERE person_id = remediation_case.person_id)`).Scan(&open))
	if open != n {
		t.Errorf("%d cases wait for courses", open)
	}
}
