package exam

import (
	"slices"
)

// AttemptState is where an attempt stands; "released" is not one of them, it is a fact of its result (decision 20).
type AttemptState string

const (
	AttemptOpen      AttemptState = "open"
	AttemptSubmitted AttemptState = "submitted"
	AttemptMarked    AttemptState = "marked"
	AttemptVoid      AttemptState = "void"
)

// AttemptAct is what moves an attempt from state to state.
type AttemptAct string

const (
	ActSubmit AttemptAct = "submit" // by the examinee, the deadline, an invigilator or the exam's policy
	ActMark   AttemptAct = "mark"
	ActVoid   AttemptAct = "void" // by a recorded order
)

// SubmitCause is who handed in.
type SubmitCause string

const (
	ByExaminee    SubmitCause = "examinee"
	ByDeadline    SubmitCause = "deadline"
	ByInvigilator SubmitCause = "invigilator"
	ByPolicy      SubmitCause = "policy" // what the exam watches for was noticed too often
)

// attemptTransitions is the one table of an attempt's states; doc.go draws it.
var attemptTransitions = map[AttemptState]map[AttemptAct]AttemptState{
	AttemptOpen:      {ActSubmit: AttemptSubmitted, ActVoid: AttemptVoid},
	AttemptSubmitted: {ActMark: AttemptMarked, ActVoid: AttemptVoid},
	AttemptMarked:    {ActVoid: AttemptVoid},
	AttemptVoid:      {},
}

// After is the state that the act leads to, or errs.Conflict when the state does not know the act.
func (s AttemptState) After(act AttemptAct) (AttemptState, error) {
	next, ok := attemptTransitions[s][act]
	if !ok {
		return s, errAttemptState(s)
	}
	return next, nil
}

// State is where an exam stands; open and closed are read off the clock (model.md).
type State string

const (
	Draft     State = "draft"
	Published State = "published"
	Marked    State = "marked" // every candidate is settled
	Archived  State = "archived"
	CalledOff State = "called_off" // published by mistake and taken back before anybody had begun
)

// Act is what moves an exam from state to state.
type Act string

const (
	ActPublish Act = "publish"
	ActSettle  Act = "settle" // the last candidate is marked or absent
	ActReopen  Act = "reopen" // a candidate joins a retake that was settled, or put away
	ActArchive Act = "archive"
	ActCallOff Act = "call_off" // nobody has begun, and no case hangs on it
)

var examTransitions = map[State]map[Act]State{
	Draft:     {ActPublish: Published},
	Published: {ActSettle: Marked, ActCallOff: CalledOff},
	Marked:    {ActReopen: Published, ActArchive: Archived},
	Archived:  {ActReopen: Published},
	CalledOff: {},
}

// After is the state that the act leads to, or errs.Conflict.
func (s State) After(act Act) (State, error) {
	next, ok := examTransitions[s][act]
	if !ok {
		return s, errExamState(s)
	}
	return next, nil
}

// Original reports whether the kind is a periodical or special exam that begins a round (C34–C36, C51); a mock counts for
// nothing and retakes and re-exams belong to the round of another.
func (k Kind) Original() bool { return slices.Contains([]Kind{Quarterly, Yearly, Special}, k) }
