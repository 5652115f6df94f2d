package remediation

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/platform/errs"
)

// The drawn paths of doc.go, event by event.
func TestPaths(t *testing.T) {
	for name, c := range map[string]struct {
		events  []Event
		state   State
		outcome Outcome
	}{
		// rule:C51 rule:N04
		"retake passed": {[]Event{HandedIn, Passed}, Closed, PassedRetake},
		// rule:C54
		"retake failed":         {[]Event{HandedIn, Failed}, RetrainingDue, Open},
		"absent from retake":    {[]Event{Failed}, RetrainingDue, Open}, // rule:N05
		"released at hand-in":   {[]Event{Passed}, Closed, PassedRetake},
		"retraining assigned":   {[]Event{Failed, Assigned}, Retraining, Open}, // rule:C55
		"re-exam unlocked":      {[]Event{Failed, Assigned, CoursesDone}, ReexamDue, Open},
		"passed after training": {[]Event{Failed, Assigned, CoursesDone, HandedIn, Passed}, Closed, PassedRetraining}, // rule:C57 rule:N06
		"failed after training": {[]Event{Failed, Assigned, CoursesDone, HandedIn, Failed}, DecisionDue, Open},        // rule:C49
		"absent from re-exam":   {[]Event{Failed, Assigned, CoursesDone, Failed}, DecisionDue, Open},
		"another round":         {[]Event{Failed, Assigned, CoursesDone, Failed, AnotherRound}, RetrainingDue, Open},
		"transferred":           {[]Event{Failed, Assigned, CoursesDone, Failed, DecidedMove}, Closed, Transferred}, // rule:C49
		"dismissed":             {[]Event{Failed, Assigned, CoursesDone, Failed, DecidedLeave}, Closed, Dismissed},
		"lifted at once":        {[]Event{FailWasLifted}, Closed, Lifted},
		"lifted late":           {[]Event{Failed, Assigned, CoursesDone, Failed, FailWasLifted}, Closed, Lifted},
		// rule:C54 rule:N04
		"retake corrected at once":    {[]Event{Failed, RetakeCorrected}, Closed, PassedRetake},
		"retake corrected in course":  {[]Event{Failed, Assigned, RetakeCorrected}, Closed, PassedRetake},
		"retake corrected at re-exam": {[]Event{Failed, Assigned, CoursesDone, HandedIn, RetakeCorrected}, Closed, PassedRetake},
		"retake corrected late":       {[]Event{Failed, Assigned, CoursesDone, Failed, RetakeCorrected}, Closed, PassedRetake},
		// rule:C57 rule:N06
		"re-exam corrected":                   {[]Event{Failed, Assigned, CoursesDone, Failed, ReexamCorrected}, Closed, PassedRetraining},
		"re-exam corrected in the next round": {[]Event{Failed, Assigned, CoursesDone, Failed, AnotherRound, Assigned, ReexamCorrected}, Closed, PassedRetraining},
	} {
		t.Run(name, func(t *testing.T) {
			s, o := RetakeDue, Open
			for _, e := range c.events {
				var err error
				if s, o, err = Next(s, e); err != nil {
					t.Fatal(err)
				}
			}
			if s != c.state || o != c.outcome {
				t.Fatalf("%s %s, want %s %s", s, o, c.state, c.outcome)
			}
		})
	}
}

// Whatever happens, in whatever order: a closed case stays closed and has an outcome, an open one has none, a pass is never
// followed by anything, and a decision is only met after a re-exam.
func TestMachineKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, o, reexamUnlocked := RetakeDue, Open, false
		for _, e := range rapid.SliceOfN(rapid.SampledFrom(Events), 0, 40).Draw(t, "events") {
			before := s
			next, outcome, err := Next(s, e)
			if err != nil {
				if !errs.Is(err, errs.Conflict) {
					t.Fatal(err)
				}
				continue
			}
			if before == Closed {
				t.Fatalf("%s happened to a closed case", e)
			}
			s, o = next, outcome
			reexamUnlocked = reexamUnlocked || s == ReexamDue
			if (s == Closed) != (o != Open) {
				t.Fatalf("state %s with outcome %q", s, o)
			}
			if s == DecisionDue && !reexamUnlocked {
				t.Fatal("a decision without a re-exam")
			}
			if (e == Passed || e == RetakeCorrected || e == ReexamCorrected) && (s != Closed || o.Decided() || o == Lifted) {
				t.Fatalf("a pass led to %s %s", s, o)
			}
			if e == RetakeCorrected && before == RetakeDue {
				t.Fatal("a retake that was not sat was corrected")
			}
		}
	})
}

// ground is how good an outcome is for the person: what a correction does is never a step down.
var ground = map[Outcome]int{Open: 0, Transferred: 0, Dismissed: 0, PassedRetraining: 1, PassedRetake: 2, Lifted: 3}

// rule:C49 rule:C54 rule:C57 rule:N04 rule:N06: in whatever state a case stands, a lifted fail ends it as 撤销 unless people have
// decided on it; corrections in any order only ever better its outcome, and none opens it again.
func TestCorrectionsNeverMakeAPersonWorseOff(t *testing.T) {
	correct := func(s State, o Outcome, on Event) (State, Outcome) {
		if s == Closed {
			o, _ = Revise(o, on)
			return s, o
		}
		if next, outcome, err := Next(s, on); err == nil {
			return next, outcome
		}
		return s, o
	}
	corrections := []Event{FailWasLifted, RetakeCorrected, ReexamCorrected}
	rapid.Check(t, func(t *rapid.T) {
		s, o := RetakeDue, Open
		for _, e := range rapid.SliceOfN(rapid.SampledFrom(Events), 0, 30).Draw(t, "before") {
			if next, outcome, err := Next(s, e); err == nil {
				s, o = next, outcome
			}
		}
		decided := o.Decided()
		for _, e := range rapid.SliceOfN(rapid.SampledFrom(corrections), 0, 6).Draw(t, "corrections") {
			nextState, next := correct(s, o, e)
			if s == Closed && nextState != Closed {
				t.Fatalf("%s opened a closed case", e)
			}
			if ground[next] < ground[o] {
				t.Fatalf("%s made %s of %s", e, next, o)
			}
			s, o = nextState, next
		}
		before := o
		if s, o = correct(s, o, FailWasLifted); s != Closed || decided && o != before || !decided && o != Lifted {
			t.Fatalf("lifted: %s %s after %s", s, o, before)
		}
	})
}

// What people decided stands; a pass is corrected to the sitting that was passed first.
func TestRevise(t *testing.T) {
	for _, c := range []struct {
		was  Outcome
		on   Event
		want Outcome
	}{
		{PassedRetake, FailWasLifted, Lifted},
		{PassedRetraining, FailWasLifted, Lifted},
		{PassedRetraining, RetakeCorrected, PassedRetake},
		{PassedRetake, ReexamCorrected, PassedRetake},
		{PassedRetraining, ReexamCorrected, PassedRetraining},
		{Lifted, RetakeCorrected, Lifted},
		{Transferred, FailWasLifted, Transferred}, // rule:C49
		{Dismissed, FailWasLifted, Dismissed},
		{Dismissed, ReexamCorrected, Dismissed},
	} {
		if got, changed := Revise(c.was, c.on); got != c.want || changed != (c.was != c.want) {
			t.Errorf("%s, %s: %s, %v", c.was, c.on, got, changed)
		}
	}
}

func TestRetakeWindow(t *testing.T) {
	closed := time.Date(2026, 3, 27, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		released, want time.Duration // after the close
	}{
		// rule:C52 rule:N02
		"released at once":      {0, 168 * time.Hour},
		"released on day three": {72 * time.Hour, 168 * time.Hour},
		"just in time":          {120 * time.Hour, 168 * time.Hour},
		"one second too late":   {120*time.Hour + time.Second, 168*time.Hour + time.Second},
		"released after a week": {200 * time.Hour, 248 * time.Hour},
		"released before close": {-2 * time.Hour, 168 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			got := DefaultPolicy.RetakeClosesAt(closed, closed.Add(c.released))
			if want := closed.Add(c.want); !got.Equal(want) {
				t.Fatalf("%s, want %s", got, want)
			}
			if late := DefaultPolicy.Overran(closed, got); late != (c.want > 168*time.Hour) {
				t.Fatal("overran:", late)
			}
		})
	}
}

// rule:C52 rule:C55 by when the person must have done what the state asks: a retraining until the end of its last day in the clinic's zone.
func TestDeadlineOfACase(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	retake, reexam := time.Date(2026, 4, 3, 10, 0, 0, 0, time.UTC), time.Date(2026, 5, 8, 1, 0, 0, 0, time.UTC)
	lastDay := time.Date(2026, 4, 30, 0, 0, 0, 0, time.UTC)
	over := time.Date(2026, 4, 30, 16, 0, 0, 0, time.UTC) // 00:00 of 1 May in Shanghai
	for _, c := range []struct {
		state State
		due   *time.Time
		want  *time.Time
	}{
		{RetakeDue, &lastDay, &retake}, {RetakeMarking, &lastDay, nil}, {RetrainingDue, &lastDay, nil}, {Retraining, &lastDay, &over}, {Retraining, nil, nil},
		{ReexamDue, &lastDay, &reexam}, {ReexamMarking, &lastDay, nil}, {DecisionDue, &lastDay, nil}, {Closed, &lastDay, nil},
	} {
		got := Case{State: c.state, RetakeClosesAt: retake, RetrainingDueOn: c.due, ReexamClosesAt: &reexam}.Deadline(zone)
		if (got == nil) != (c.want == nil) || got != nil && !got.Equal(*c.want) {
			t.Errorf("%s: %v, want %v", c.state, got, c.want)
		}
	}
}

func TestDaysLeft(t *testing.T) {
	now := time.Date(2026, 3, 27, 10, 0, 0, 0, time.UTC)
	for left, want := range map[time.Duration]int{
		-time.Hour: 0, 0: 0, time.Microsecond: 1, 24 * time.Hour: 1, 24*time.Hour + 1: 2, 168 * time.Hour: 7,
	} {
		if got := DaysLeft(now.Add(left), now); got != want {
			t.Errorf("%s left: %d days, want %d", left, got, want)
		}
	}
}
