package appraisal

import "github.com/peikao/peikao/internal/platform/errs"

// CycleState is where a cycle stands.
type CycleState string

const (
	Open   CycleState = "open"
	Scored CycleState = "scored"
	Closed CycleState = "closed"
)

// CycleEvent is what HR does with a cycle.
type CycleEvent string

const (
	FinishScoring CycleEvent = "finish_scoring"
	Reopen        CycleEvent = "reopen"
	Close         CycleEvent = "close"
)

// NextCycle is the state after an event, given how the cycle's sheets stand: scoring is finished when nothing is missing,
// and a cycle is closed when every sheet is confirmed or excused. errs.Conflict otherwise, naming how many are in the way.
func NextCycle(s CycleState, on CycleEvent, p Progress) (CycleState, error) {
	switch {
	case s == Open && on == FinishScoring:
		if p.Collecting > 0 {
			return "", errs.New(errs.Conflict, "error.appraisal.still_collecting", "n", p.Collecting)
		}
		return Scored, nil
	case s == Scored && on == Reopen:
		return Open, nil
	case s == Scored && on == Close:
		if n := p.Collecting + p.Scored; n > 0 {
			return "", errs.New(errs.Conflict, "error.appraisal.still_unconfirmed", "n", n)
		}
		return Closed, nil
	}
	return "", errs.New(errs.Conflict, "error.appraisal.cycle_state")
}
