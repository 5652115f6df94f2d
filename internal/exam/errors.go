package exam

import "github.com/peikao/peikao/internal/platform/errs"

func errNotFound() *errs.Error { return errs.New(errs.NotFound, "error.not_found") }

// Refusals of the attempt calls; their keys are the stable types of the problem documents.
func errNotInvited() *errs.Error { return errs.New(errs.Forbidden, "error.exam.not_invited") }
func errTooEarly() *errs.Error   { return errs.New(errs.TooEarly, "error.exam.too_early") }
func errExamClosed() *errs.Error { return errs.New(errs.Gone, "error.exam.closed") }
func errNoAttempt() *errs.Error  { return errs.New(errs.Conflict, "error.exam.no_attempt_left") }
func errHandedIn() *errs.Error   { return errs.New(errs.Gone, "error.exam.handed_in") }
func errOnPaper() *errs.Error    { return errs.New(errs.Conflict, "error.exam.on_paper") }
func errLeaseLost() *errs.Error  { return errs.New(errs.Conflict, "error.exam.lease_lost") }

// refusals is the one table from what became of a change to its problem.
var refusals = map[SaveStatus]*errs.Error{
	Invalid:    errs.New(errs.Invalid, "error.exam.not_a_response"),
	OutOfOrder: errs.New(errs.Conflict, "error.exam.out_of_order"),
	LostLease:  errLeaseLost(),
	Late:       errs.New(errs.Gone, "error.exam.late"),
	Closed:     errHandedIn(),
	Paused:     errs.New(errs.Conflict, "error.exam.paused"),
	NotFound:   errNotFound(),
}

// Refusal is the problem that a change with this status is answered with; nil for Saved.
func (s SaveStatus) Refusal() *errs.Error { return refusals[s] }
