package remediation_test

import (
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/remediation"
)

// mixed is a retraining of one course, training in the clinic and tutoring from outside.
func (j *journey) mixed() *journey {
	j.Helper()
	j.to(remediation.RetrainingDue)
	j.must(j.Assign(ctx, j.viewer("hr-min"), j.id, remediation.Assignment{Courses: []courseware.CourseID{1}, Tutoring: map[remediation.Form]string{
		remediation.InternalForm: " 周三下午模拟演练 ", remediation.ExternalForm: "外聘讲师面授",
	}}))
	j.told = nil
	return j
}

func (j *journey) finishes(course courseware.CourseID) {
	j.Helper()
	j.in(func(tx *db.Tx) error {
		return j.CourseCompleted(ctx, tx, courseware.Completed{PersonID: j.person, CourseID: course, Reason: courseware.ReasonRetraining})
	})
}

// rule:C56 a retraining combines courses, training in the clinic and tutoring from outside, and the re-exam opens with the last of them,
// whichever that is.
func TestRetrainingCombinesForms(t *testing.T) {
	h := newHouse(t)
	hr := h.viewer("hr-min")
	for name, finish := range map[string][]func(j *journey){
		"course": {
			func(j *journey) { j.must(j.ConfirmTutoring(ctx, hr, j.id, remediation.ExternalForm)) },
			func(j *journey) { j.must(j.ConfirmTutoring(ctx, hr, j.id, remediation.InternalForm)) },
			func(j *journey) { j.finishes(1) },
		},
		"tutoring": {
			func(j *journey) { j.finishes(1) },
			func(j *journey) { j.must(j.ConfirmTutoring(ctx, hr, j.id, remediation.InternalForm)) },
			func(j *journey) { j.must(j.ConfirmTutoring(ctx, hr, j.id, remediation.ExternalForm)) },
		},
	} {
		j := h.fails(name, h.branch).mixed()
		for i, do := range finish {
			do(j)
			if got, want := j.state(), map[bool]string{false: "retraining", true: "reexam_due"}[i == len(finish)-1]; got != want {
				t.Errorf("last a %s: %s after %d of %d", name, got, i+1, len(finish))
			}
		}
		done := j.detail().Tutorings
		if len(done) != 2 || done[0].Form != remediation.InternalForm || done[0].About != "周三下午模拟演练" || done[1].ConfirmedAt == nil || *done[1].ConfirmedBy != hr.PersonID {
			t.Errorf("%+v", done)
		}
	}
	if n := h.id(`SELECT count(*) FROM audit_event WHERE act = 'case.tutoring_done'`); n != 4 {
		t.Errorf("%d confirmations are recorded", n)
	}
}

// rule:C56 HR confirms, once and while the retraining goes on; nobody confirms the own.
func TestWhoConfirmsATutoring(t *testing.T) {
	h := newHouse(t)
	j := h.fails("xi", h.branch).mixed()
	hr := h.viewer("hr-min")
	j.must(j.ConfirmTutoring(ctx, hr, j.id, remediation.InternalForm))
	far := account.Viewer{PersonID: hr.PersonID, Grants: []account.Grant{{Role: account.HR, UnitID: 77, Units: []account.UnitID{77}}}}
	plain := h.fails("lan", h.branch).to(remediation.Retraining)
	for name, c := range map[string]struct {
		who  account.Viewer
		id   remediation.CaseID
		form remediation.Form
		kind errs.Kind
	}{
		"twice":                  {hr, j.id, remediation.InternalForm, errs.NotFound},
		"no such form":           {hr, j.id, "online", errs.NotFound},
		"a case without any":     {hr, plain.id, remediation.InternalForm, errs.NotFound},
		"the own":                {h.viewer("xi"), j.id, remediation.ExternalForm, errs.Forbidden},
		"without the role":       {account.Viewer{PersonID: j.person}, j.id, remediation.ExternalForm, errs.Forbidden},
		"outside the own part":   {far, j.id, remediation.ExternalForm, errs.NotFound},
		"no retraining going on": {hr, h.fails("mei", h.branch).id, remediation.InternalForm, errs.Conflict},
	} {
		if err := h.ConfirmTutoring(ctx, c.who, c.id, c.form); !errs.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := remediation.Assignment{Courses: []courseware.CourseID{1}, Tutoring: map[remediation.Form]string{remediation.ExternalForm: strings.Repeat("课", 201)}}
	if err := h.CheckAssignment(long); !errs.Is(err, errs.Invalid) {
		t.Error("too long:", err)
	}
	long.Tutoring[remediation.ExternalForm] = strings.Repeat("课", 200)
	j.must(h.CheckAssignment(long))
}
