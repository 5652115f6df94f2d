package exam

import (
	"github.com/peikao/peikao/internal/platform/errs"
)

// ofCase tells whether the exam is a step of cases: without it they would have no way on.
func (k Kind) ofCase() bool { return k == Retake || k == Reexam }

// callable refuses to call off what has another state, what a case waits for, and what has begun for anybody.
func (e Exam) callable(begun bool) error {
	if _, err := e.State.After(ActCallOff); err != nil {
		return err
	}
	switch {
	case e.Kind.ofCase():
		return errs.New(errs.Conflict, "error.exam.call_off_case")
	case begun:
		return errs.New(errs.Conflict, "error.exam.call_off_begun")
	}
	return nil
}

// MayRemove tells whether a person of the list can be taken off.
func (e Exam) MayRemove(r CandidateRow) bool {
	return r.State != Withdrawn && e.removable(r.SettledAt != nil || r.AttemptID != nil) == nil
}

// removable refuses to take a person off: a draft has its own way, a case waits for its sitting, and who has begun is marked.
func (e Exam) removable(begun bool) error {
	switch {
	case e.State != Published && e.State != Marked:
		return errExamState(e.State)
	case e.Kind.ofCase():
		return errs.New(errs.Conflict, "error.exam.remove_case")
	case begun:
		return errs.New(errs.Conflict, "error.exam.remove_begun")
	}
	return nil
}
