package exam

import "github.com/peikao/peikao/internal/platform/errs"

func errNotFound() *errs.Error { return errs.New(errs.NotFound, "error.not_found") }

// errExamState refuses an act that an exam's state does not know: it says where the exam stands and what can be done there.
func errExamState(s State) *errs.Error {
	return errs.New(errs.Conflict, "error.exam.stands."+string(s))
}

// errAttemptState is the same of an attempt.
func errAttemptState(s AttemptState) *errs.Error {
	return errs.New(errs.Conflict, "error.exam.attempt_stands."+string(s))
}

// errSheetState is the same of a sheet of paper.
func errSheetState(s PaperStanding) *errs.Error {
	return errs.New(errs.Conflict, "error.exam.sheet_stands."+string(s))
}

// Refusals of the attempt calls; their keys are the stable types of the problem documents.
func errNotInvited() *errs.Error { return errs.New(errs.Forbidden, "error.exam.not_invited") }
func errTooEarly() *errs.Error   { return errs.New(errs.TooEarly, "error.exam.too_early") }
func errFrozen() *errs.Error {
	return errs.New(errs.TooEarly, "error.exam.frozen").RetryAfter(frozenRetrySeconds)
}
func errExamClosed() *errs.Error { return errs.New(errs.Gone, "error.exam.closed") }
func errNoAttempt() *errs.Error  { return errs.New(errs.Conflict, "error.exam.no_attempt_left") }
func errHandedIn() *errs.Error   { return errs.New(errs.Gone, "error.exam.handed_in") }
func errCalledOff() *errs.Error  { return errs.New(errs.Gone, "error.exam.called_off") }
func errRemoved() *errs.Error    { return errs.New(errs.Gone, "error.exam.removed") }
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

	SectionLeft:  errs.New(errs.Conflict, "error.exam.section_left"),
	SectionAhead: errs.New(errs.Conflict, "error.exam.section_ahead"),
}

// Refusal is the problem that a change with this status is answered with; nil for Saved.
func (s SaveStatus) Refusal() *errs.Error { return refusals[s] }
