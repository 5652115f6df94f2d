package remediation

import (
	"testing"

	"github.com/peikao/peikao/internal/exam"
)

// What a dry run foresees of a case is what the correction does to it, for every state and outcome.
func TestForeseenCases(t *testing.T) {
	for _, c := range []struct {
		name     string
		state    State
		outcome  Outcome
		kind     exam.Kind
		was, now bool
		key      string
		to       string
	}{
		{"a fail that is lifted", RetakeDue, Open, exam.Quarterly, false, true, "cases.foreseen.closes", "cases.outcome.lifted"},
		{"a retake that was passed", RetrainingDue, Open, exam.Retake, false, true, "cases.foreseen.closes", "cases.outcome.passed_retake"},
		{"a re-exam that was passed", DecisionDue, Open, exam.Reexam, false, true, "cases.foreseen.closes", "cases.outcome.passed_retraining"},
		{"a case that a retake had closed", Closed, PassedRetake, exam.Quarterly, false, true, "cases.foreseen.revised", ""},
		{"one that needs no correction", Closed, Lifted, exam.Quarterly, false, true, "", ""},
		{"what people decided", Closed, Dismissed, exam.Quarterly, false, true, "cases.foreseen.ground_fell", "cases.outcome.dismissed"},
		{"still a fail", RetakeDue, Open, exam.Quarterly, false, false, "", ""},
		{"passed before", Closed, PassedRetake, exam.Quarterly, true, true, "", ""},
		{"a retake before it was sat", RetakeDue, Open, exam.Retake, false, true, "", ""},
		{"a mock", RetakeDue, Open, exam.Mock, false, true, "", ""},
	} {
		r := exam.Corrected{Released: exam.Released{Kind: c.kind, Passed: c.now}, Before: exam.ResultBefore{Passed: c.was}}
		got, follows := foreseen(Case{PersonID: 7, State: c.state, Outcome: c.outcome}, r)
		if follows != (c.key != "") || follows && (got.Key != c.key || got.PersonID != 7) || c.to != "" && got.Places["outcome"] != c.to {
			t.Errorf("%s: %+v %v", c.name, got, follows)
		}
		after := Case{PersonID: 7, State: c.state, Outcome: c.outcome}.corrected(r)
		switch moves := follows && got.Key != "cases.foreseen.ground_fell"; {
		case moves && got.Key == "cases.foreseen.closes" && (after.State != Closed || outcomeKey(after.Outcome) != got.Places["outcome"]),
			moves && got.Key == "cases.foreseen.revised" && (after.State != Closed || outcomeKey(after.Outcome) != got.Places["after"]),
			!moves && (after.State != c.state || after.Outcome != c.outcome):
			t.Errorf("%s: %+v, and the case would be %s %q", c.name, got, after.State, after.Outcome)
		}
	}
}
