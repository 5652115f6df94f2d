package remediation

import (
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/words"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

var noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

// rule:C52 rule:C54 rule:C57 rule:N06: for every state the person is told which step it is, how long there is, and what follows.
func TestStandingOf(t *testing.T) {
	in := func(d time.Duration) *time.Time { at := noon.Add(d); return &at }
	for _, c := range []struct {
		what     string
		state    cases.State
		outcome  cases.Outcome
		deadline *time.Time
		step, of int
		days     int
		over     bool
		tone     layout.Tone
	}{
		{"a week to the retake", cases.RetakeDue, "", in(7 * 24 * time.Hour), 2, 4, 7, false, layout.Info},
		{"a minute over three days", cases.RetakeDue, "", in(72*time.Hour + time.Minute), 2, 4, 4, false, layout.Info},
		{"three days", cases.RetakeDue, "", in(72 * time.Hour), 2, 4, 3, false, layout.Warn},
		{"a minute over the last day", cases.RetakeDue, "", in(24*time.Hour + time.Minute), 2, 4, 2, false, layout.Warn},
		{"the last day", cases.RetakeDue, "", in(24 * time.Hour), 2, 4, 1, false, layout.Bad},
		{"the last microsecond", cases.RetakeDue, "", in(time.Microsecond), 2, 4, 1, false, layout.Bad},
		{"over", cases.RetakeDue, "", in(0), 2, 4, 0, true, layout.Bad},
		{"waits for marks", cases.RetakeMarking, "", nil, 2, 4, 0, false, layout.Info},
		{"waits for HR", cases.RetrainingDue, "", nil, 3, 4, 0, false, layout.Info},
		{"retraining", cases.Retraining, "", in(10 * 24 * time.Hour), 3, 4, 10, false, layout.Info},
		{"late retraining", cases.Retraining, "", in(-time.Hour), 3, 4, 0, true, layout.Bad},
		{"re-exam", cases.ReexamDue, "", in(48 * time.Hour), 4, 4, 2, false, layout.Warn},
		{"re-exam waits", cases.ReexamMarking, "", nil, 4, 4, 0, false, layout.Info},
		{"a decision is a fifth step", cases.DecisionDue, "", nil, 5, 5, 0, false, layout.Info},
		{"closed at the retake", cases.Closed, cases.PassedRetake, in(time.Hour), 2, 4, 0, false, layout.OK},
		{"closed after retraining", cases.Closed, cases.PassedRetraining, nil, 4, 4, 0, false, layout.OK},
		{"transferred", cases.Closed, cases.Transferred, nil, 5, 5, 0, false, layout.Bad},
		{"dismissed", cases.Closed, cases.Dismissed, nil, 5, 5, 0, false, layout.Bad},
		{"lifted", cases.Closed, cases.Lifted, nil, 1, 4, 0, false, layout.OK},
	} {
		s := StandingOf(c.state, c.outcome, c.deadline, noon)
		if s.Step != c.step || s.Of != c.of || s.DaysLeft != c.days || s.Over != c.over || s.Tone != c.tone {
			t.Errorf("%s: %+v", c.what, s)
		}
		if !words.Has(s.Todo) || c.state != cases.Closed && !words.Has(s.Otherwise) || c.state == cases.Closed && (s.Otherwise != "" || s.Deadline != nil) {
			t.Errorf("%s: says %q, otherwise %q", c.what, s.Todo, s.Otherwise)
		}
	}
}

// Each state of the machine has a standing, a word and a tab.
func TestEveryStateHasItsWords(t *testing.T) {
	tabs := tabsOf(map[cases.State]int{cases.RetakeDue: 3, cases.DecisionDue: 1, cases.Closed: 6})
	if first, last := tabs[0], tabs[len(tabs)-1]; first != (tab{"open", 4}) || last != (tab{"all", 10}) || tabs[1] != (tab{cases.WaitingForHR, 1}) || len(tabs) != len(cases.States)+3 {
		t.Errorf("%+v", tabs)
	}
	for _, s := range cases.States {
		if !words.Has("cases.state."+string(s)) || s != cases.Closed && !words.Has("cases.todo."+string(s)) {
			t.Errorf("%s has no words", s)
		}
	}
	for _, e := range append(cases.Events, "opened") {
		if !words.Has("cases.event." + string(e)) {
			t.Errorf("the event %s has no words", e)
		}
	}
	for _, k := range cases.DecisionKinds {
		if !words.Has("cases.decision." + string(k)) {
			t.Errorf("the decision %s has no words", k)
		}
	}
}

func TestRowsAtRisk(t *testing.T) {
	deadline := noon.Add(20 * time.Hour)
	for _, c := range []struct {
		row  cases.BoardRow
		want layout.Tone
	}{
		{cases.BoardRow{State: cases.RetakeDue, Deadline: &deadline}, layout.Bad},
		{cases.BoardRow{State: cases.RetrainingDue, MovedAt: noon.Add(-73 * time.Hour)}, layout.Warn},
		{cases.BoardRow{State: cases.RetrainingDue, MovedAt: noon.Add(-72 * time.Hour)}, layout.Neutral},
		{cases.BoardRow{State: cases.Closed, MovedAt: noon.AddDate(-1, 0, 0)}, layout.Neutral},
	} {
		if got := RowTone(c.row, noon); got != c.want {
			t.Errorf("%s: %s, want %s", c.row.State, got, c.want)
		}
	}
}
