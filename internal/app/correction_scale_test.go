package app_test

import (
	"context"
	"fmt"
	"strings"
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

// raised is a released exam of n people, each with a sheet of the running cycle, and an order that gives everybody the points of a
// question that nobody answered; whoever passed stays passed, so no case is lifted.
func raised(t *testing.T, n int) (c *apptest.Clinic, order exam.CorrectionID, seen exam.ResultID) {
	t.Helper()
	ctx := context.Background()
	c = apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
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
	id := c.Exam(c.Paper(4), nil, logins...)
	var missed exam.VersionID
	for _, login := range logins {
		sheet, v := c.Begin(login, id), c.Viewer(login)
		for i, s := range sheet.Slots {
			var slot exam.VersionID
			must(t, c.DB.SQL().QueryRow(`SELECT (p ->> 'version_id')::bigint FROM attempt_layout l, json_array_elements(l.places) p WHERE l.attempt_id = $1 AND (p ->> 'slot')::integer = $2`,
				int64(sheet.AttemptID), s.Slot).Scan(&slot))
			if missed == 0 {
				missed = slot
			}
			if slot == missed {
				continue
			}
			_, err := c.Exams.Save(ctx, v, sheet.AttemptID, sheet.Lease, []exam.Change{{Slot: s.Slot, ClientSeq: int64(i + 1), Response: c.Response(s, true)}}, c.Fake.Now())
			must(t, err)
		}
		_, err := c.Exams.Submit(ctx, v, sheet.AttemptID, sheet.Lease, c.Fake.Now())
		must(t, err)
	}
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	_, err = c.Exams.Release(ctx, c.Viewer("hr"), id)
	must(t, err)
	order, err = c.Exams.ProposeRuling(ctx, c.Viewer("trainer"), id, exam.Ruling{VersionID: missed, Act: exam.FullMarks}, "题目有误")
	must(t, err)
	k, _, err := c.Exams.Correction(ctx, c.Viewer("hr"), order)
	must(t, err)
	p, err := c.Exams.RulingPreview(ctx, c.Viewer("hr"), k, page.New(1, 100))
	must(t, err)
	if p.Tally.Better != n || p.Tally.Passes != 0 || p.Tally.Released != n {
		t.Fatalf("%+v", p.Tally)
	}
	return c, order, p.Seen
}

// The approval of a ruling on many people takes as many statements as that on few: they are told, and their numbers are brought into the
// appraisal, together.
func TestAnApprovalTakesAsManyStatementsForManyPeople(t *testing.T) {
	count := map[int]int{}
	runs := map[int][]string{}
	for _, n := range []int{4, 12} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			c, order, seen := raised(t, n)
			ctx, tally := db.WithTally(context.Background())
			must(t, c.Exams.ApproveCorrection(ctx, c.Viewer("hr"), order, seen, ""))
			count[n] = len(tally.Runs())
			for _, r := range tally.Runs() {
				runs[n] = append(runs[n], r.Name)
			}
			var told, facts, changed int
			must(t, c.DB.SQL().QueryRow(`SELECT (SELECT count(*) FROM notice WHERE key = 'notify.result_corrected' AND places ->> 'before' = '30 / 40' AND places ->> 'score' = '40 / 40'),
				(SELECT count(*) FROM fact WHERE source_kind = 'round' AND version = 2 AND value_hundredths = 10000),
				(SELECT count(*) FROM sheet s WHERE s.computed::text LIKE '%' || (SELECT max(f.id) FROM fact f WHERE f.person_id = s.person_id AND f.version = 2)::text || '%')`).Scan(&told, &facts, &changed))
			if told != n || facts != n || changed != n {
				t.Errorf("%d people: %d are told, %d have a newer fact, %d sheets rest on it", n, told, facts, changed)
			}
		})
	}
	if count[4] == 0 || count[12] != count[4] {
		t.Errorf("%d statements for 4 people, %d for 12:\n%s\n%s", count[4], count[12], strings.Join(runs[4], " "), strings.Join(runs[12], " "))
	}
}
