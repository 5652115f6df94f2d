package remediation

import (
	"github.com/peikao/peikao/internal/platform/errs"
)

// State is where a case stands.
type State string

const (
	RetakeDue     State = "retake_due"
	RetakeMarking State = "retake_marking"
	RetrainingDue State = "retraining_due"
	Retraining    State = "retraining"
	ReexamDue     State = "reexam_due"
	ReexamMarking State = "reexam_marking"
	DecisionDue   State = "decision_due"
	Closed        State = "closed"
)

// States are all states in the order in which a case may meet them.
var States = []State{RetakeDue, RetakeMarking, RetrainingDue, Retraining, ReexamDue, ReexamMarking, DecisionDue, Closed}

// Outcome is how a case was closed.
type Outcome string

const (
	Open             Outcome = ""
	PassedRetake     Outcome = "passed_retake"     // 补考合格
	PassedRetraining Outcome = "passed_retraining" // 经复训合格
	Transferred      Outcome = "transferred"       // 调岗
	Dismissed        Outcome = "dismissed"         // 辞退
	Lifted           Outcome = "lifted"            // 撤销
)

// Event is what happens to a case.
type Event string

const (
	Opened        Event = "opened" // the beginning; no transition
	HandedIn      Event = "handed_in"
	Passed        Event = "passed"
	Failed        Event = "failed" // an absence is a fail
	Assigned      Event = "assigned"
	CoursesDone   Event = "courses_done"
	AnotherRound  Event = "another_round"
	DecidedMove   Event = "decided_transfer"
	DecidedLeave  Event = "decided_dismissal"
	FailWasLifted Event = "lifted"

	// A failed retake or re-exam was corrected to a pass after the case had gone on.
	RetakeCorrected Event = "retake_corrected"
	ReexamCorrected Event = "reexam_corrected"

	// GroundFell moves nothing: what people decided stands until people change it, but they are told.
	GroundFell Event = "ground_fell"
)

// Events are all events that can move a case.
var Events = []Event{HandedIn, Passed, Failed, Assigned, CoursesDone, AnotherRound, DecidedMove, DecidedLeave, FailWasLifted, RetakeCorrected, ReexamCorrected}

type step struct {
	from State
	on   Event
}

type end struct {
	state   State
	outcome Outcome
}

// transitions is the one table of the diagram in doc.go, but for the lifted fail, which closes any open case, and for what a
// correction makes of a closed one (Revise).
var transitions = map[step]end{
	{RetakeDue, HandedIn}:       {RetakeMarking, Open},
	{RetakeDue, Passed}:         {Closed, PassedRetake},
	{RetakeDue, Failed}:         {RetrainingDue, Open},
	{RetakeMarking, Passed}:     {Closed, PassedRetake},
	{RetakeMarking, Failed}:     {RetrainingDue, Open},
	{RetrainingDue, Assigned}:   {Retraining, Open},
	{Retraining, CoursesDone}:   {ReexamDue, Open},
	{ReexamDue, HandedIn}:       {ReexamMarking, Open},
	{ReexamDue, Passed}:         {Closed, PassedRetraining},
	{ReexamDue, Failed}:         {DecisionDue, Open},
	{ReexamMarking, Passed}:     {Closed, PassedRetraining},
	{ReexamMarking, Failed}:     {DecisionDue, Open},
	{DecisionDue, AnotherRound}: {RetrainingDue, Open},
	{DecisionDue, DecidedMove}:  {Closed, Transferred},
	{DecisionDue, DecidedLeave}: {Closed, Dismissed},

	{RetrainingDue, RetakeCorrected}: {Closed, PassedRetake},
	{Retraining, RetakeCorrected}:    {Closed, PassedRetake},
	{ReexamDue, RetakeCorrected}:     {Closed, PassedRetake},
	{ReexamMarking, RetakeCorrected}: {Closed, PassedRetake},
	{DecisionDue, RetakeCorrected}:   {Closed, PassedRetake},

	// A re-exam was failed before a decision or before another round of retraining.
	{DecisionDue, ReexamCorrected}:   {Closed, PassedRetraining},
	{RetrainingDue, ReexamCorrected}: {Closed, PassedRetraining},
	{Retraining, ReexamCorrected}:    {Closed, PassedRetraining},
	{ReexamDue, ReexamCorrected}:     {Closed, PassedRetraining},
	{ReexamMarking, ReexamCorrected}: {Closed, PassedRetraining},
}

// Next is the state and outcome after an event; errs.Conflict when the event cannot happen in that state.
func Next(s State, on Event) (State, Outcome, error) {
	if on == FailWasLifted && s != Closed {
		return Closed, Lifted, nil
	}
	e, ok := transitions[step{s, on}]
	if !ok {
		return "", Open, errs.New(errs.Conflict, "error.remediation.state", "state", string(s), "event", string(on))
	}
	return e.state, e.outcome, nil
}
