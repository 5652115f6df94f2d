package remediation

import "github.com/peikao/peikao/internal/exam"

type revision struct {
	was Outcome
	on  Event
}

// revisions are the outcomes of cases that a pass had closed, when an earlier fail of theirs turns out to be none. The first
// sitting that was passed names the outcome, as it does for the round (exam.RoundOutcome).
var revisions = map[revision]Outcome{
	{PassedRetake, FailWasLifted}:       Lifted,
	{PassedRetraining, FailWasLifted}:   Lifted,
	{PassedRetraining, RetakeCorrected}: PassedRetake,
}

// Revise is the outcome of a closed case after a correction; changed is false when it stays.
func Revise(was Outcome, on Event) (now Outcome, changed bool) {
	now, changed = revisions[revision{was, on}]
	if !changed {
		return was, false
	}
	return now, true
}

// Decided tells that people and not a result closed the case.
func (o Outcome) Decided() bool { return o == Transferred || o == Dismissed }

// correctionEvent is what a fail that became a pass does to the case of its round; "" for an exam that has no case.
func correctionEvent(k exam.Kind) Event {
	switch {
	case k.Original():
		return FailWasLifted
	case k == exam.Retake:
		return RetakeCorrected
	case k == exam.Reexam:
		return ReexamCorrected
	}
	return ""
}

// foreseen is what a correction would do to a case, and whether it would do anything: what ResultsCorrected does, as words.
func foreseen(c Case, r exam.Corrected) (out exam.Consequence, follows bool) {
	on := correctionEvent(r.Kind)
	if on == "" || !r.Passed || r.Before.Passed {
		return out, false
	}
	out = exam.Consequence{PersonID: c.PersonID, Places: map[string]string{}}
	switch {
	case c.State == Closed && c.Outcome.Decided():
		out.Key, out.Places["outcome"] = "cases.foreseen.ground_fell", outcomeKey(c.Outcome)
		return out, true
	case c.State == Closed:
		now, changed := Revise(c.Outcome, on)
		out.Key, out.Places["before"], out.Places["after"] = "cases.foreseen.revised", outcomeKey(c.Outcome), outcomeKey(now)
		return out, changed
	}
	_, outcome, err := Next(c.State, on)
	out.Key, out.Places["state"], out.Places["outcome"] = "cases.foreseen.closes", "cases.state."+string(c.State), outcomeKey(outcome)
	return out, err == nil
}

// corrected is the case as ResultsCorrected would leave it.
func (c Case) corrected(r exam.Corrected) Case {
	on := correctionEvent(r.Kind)
	switch {
	case on == "" || !r.Passed || r.Before.Passed:
	case c.State == Closed:
		c.Outcome, _ = Revise(c.Outcome, on)
	default:
		if state, outcome, err := Next(c.State, on); err == nil {
			c.State, c.Outcome = state, outcome
		}
	}
	return c
}

func outcomeKey(o Outcome) string { return "cases.outcome." + string(o) }
