package app_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/remediation"
)

// rule:C51 rule:N05: a lifted fail closes the case, calls the retake off so that nobody is absent from it, and tells the person
// and HR.
func TestLiftedFailReachesTheWholeHouse(t *testing.T) {
	ctx := context.Background()
	b := newBranches(t)
	c, err := b.Remediation.Case(ctx, b.Viewer("hr"), b.cases["mei-a"])
	must(t, err)
	must(t, b.DB.InTx(ctx, func(tx *db.Tx) error {
		return b.Remediation.ResultsCorrected(ctx, tx, []exam.Corrected{{
			Released: exam.Released{ResultID: c.FirstResultID, ExamID: b.exam, RoundID: c.RoundID, PersonID: c.PersonID, Kind: exam.Quarterly, Passed: true},
			Before:   exam.ResultBefore{ResultID: c.FirstResultID},
		}})
	}))
	after, err := b.Remediation.Case(ctx, b.Viewer("hr"), c.ID)
	must(t, err)
	if after.State != remediation.Closed || after.Outcome != remediation.Lifted {
		t.Errorf("the case: %s %s", after.State, after.Outcome)
	}
	for login, key := range map[string]string{"mei-a": "notify.case_closed", "hr": "notify.case_corrected"} {
		list, _, err := b.Notify.Inbox(ctx, b.Viewer(login), false, page.New(1, 50))
		must(t, err)
		if !slices.ContainsFunc(list, func(n notify.Notice) bool { return n.Key == key }) {
			t.Errorf("%s is not told: %+v", login, list)
		}
	}
	b.Fake.Advance(10 * 24 * time.Hour)
	must(t, b.Tick(ctx))
	var absences int
	must(t, b.DB.SQL().QueryRow(`SELECT count(*) FROM result WHERE exam_id = $1 AND person_id = $2`, int64(c.RetakeExamID), int64(c.PersonID)).Scan(&absences))
	if absences != 0 {
		t.Error("the retake that was called off has a result")
	}
	mine, err := b.Exams.MyExams(ctx, b.Viewer("mei-a"))
	must(t, err)
	if slices.ContainsFunc(mine, func(e exam.MyExam) bool { return e.ID == c.RetakeExamID }) {
		t.Error("the retake is still on the person's list")
	}
}
