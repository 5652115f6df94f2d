package remediation

import (
	"time"

	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// The steps of a case as people count them; the decision is a fifth one for those who come to it.
const (
	stepRetake     = 2
	stepRetraining = 3
	stepReexam     = 4
	stepDecision   = 5
)

// soon is how long before a deadline a page becomes urgent about it.
const soon = 3 * 24 * time.Hour

// Standing is where a case stands for the person concerned: which step of how many, how long there is, what is to be done,
// and what happens otherwise (product.md: 第几步、还剩几天、否则怎样).
type Standing struct {
	Step, Of  int
	Deadline  *time.Time // nil: somebody else must act
	DaysLeft  int        // 1 on the last day, 0 when it is over or there is no deadline
	Over      bool
	Todo      string // key of the sentence that says what to do, or what is waited for
	Otherwise string // key of the sentence that says what follows; "" when the case is closed
	Tone      layout.Tone
}

// StandingOf reads the standing off a case's state, its outcome and its deadline.
func StandingOf(state cases.State, outcome cases.Outcome, deadline *time.Time, now time.Time) Standing {
	s := Standing{Step: stepOf(state, outcome), Of: stepReexam, Deadline: deadline, Tone: layout.Neutral}
	s.Of = max(s.Of, s.Step)
	if state == cases.Closed {
		s.Deadline, s.Todo, s.Tone = nil, "cases.outcome."+string(outcome), outcomeTone(outcome)
		return s
	}
	s.Todo, s.Otherwise = "cases.todo."+string(state), "cases.otherwise."+string(state)
	if deadline == nil {
		s.Tone = layout.Info
		return s
	}
	s.DaysLeft, s.Over = cases.DaysLeft(*deadline, now), !deadline.After(now)
	s.Tone = Urgency(*deadline, now)
	if s.Over {
		s.Todo = "cases.over." + string(state)
	}
	return s
}

func stepOf(state cases.State, outcome cases.Outcome) int {
	switch state {
	case cases.RetakeDue, cases.RetakeMarking:
		return stepRetake
	case cases.RetrainingDue, cases.Retraining:
		return stepRetraining
	case cases.ReexamDue, cases.ReexamMarking:
		return stepReexam
	case cases.DecisionDue:
		return stepDecision
	}
	switch outcome {
	case cases.PassedRetake:
		return stepRetake
	case cases.PassedRetraining:
		return stepReexam
	case cases.Transferred, cases.Dismissed:
		return stepDecision
	}
	return 1 // lifted: the fail itself is gone
}

// Urgency is the tone of a deadline: the last day and after it bad, the last three days a warning.
func Urgency(deadline, now time.Time) layout.Tone {
	switch left := deadline.Sub(now); {
	case left <= 24*time.Hour:
		return layout.Bad
	case left <= soon:
		return layout.Warn
	}
	return layout.Info
}

func outcomeTone(o cases.Outcome) layout.Tone {
	switch o {
	case cases.PassedRetake, cases.PassedRetraining, cases.Lifted:
		return layout.OK
	case cases.Transferred, cases.Dismissed:
		return layout.Bad
	}
	return layout.Neutral
}

// RowTone marks a row of the board: the person's deadline, or HR's own waiting of more than three days.
func RowTone(r cases.BoardRow, now time.Time) layout.Tone {
	switch {
	case r.State == cases.Closed:
		return layout.Neutral
	case r.Deadline != nil:
		return Urgency(*r.Deadline, now)
	case now.Sub(r.MovedAt) > soon:
		return layout.Warn
	}
	return layout.Neutral
}
