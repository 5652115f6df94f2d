package appraisal

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/platform/errs"
)

// rule:C34 a quarter's first and last day.
func TestQuarters(t *testing.T) {
	for q, want := range map[Quarter][2]string{
		{2026, 1}: {"2026-01-01", "2026-03-31"}, {2026, 2}: {"2026-04-01", "2026-06-30"},
		{2026, 3}: {"2026-07-01", "2026-09-30"}, {2026, 4}: {"2026-10-01", "2026-12-31"},
	} {
		if from, to := q.From().Format(time.DateOnly), q.To().Format(time.DateOnly); from != want[0] || to != want[1] {
			t.Errorf("%v: %s to %s", q, from, to)
		}
		if QuarterOf(q.From()) != q || QuarterOf(q.To()) != q || !q.Valid() {
			t.Errorf("%v does not hold its own days", q)
		}
	}
	for _, q := range []Quarter{{2026, 0}, {2026, 5}, {1999, 1}, {3000, 1}} {
		if q.Valid() {
			t.Errorf("%v is no quarter", q)
		}
	}
}

func TestCycleSteps(t *testing.T) {
	done := Progress{Confirmed: 3, Excused: 1}
	for _, c := range []struct {
		from CycleState
		on   CycleEvent
		p    Progress
		want CycleState // "" = Conflict
	}{
		{Open, FinishScoring, Progress{Scored: 4}, Scored},
		{Open, FinishScoring, Progress{Scored: 3, Collecting: 1}, ""},
		{Open, Close, done, ""},
		{Open, Reopen, done, ""},
		{Scored, Reopen, Progress{Scored: 4}, Open},
		{Scored, Close, done, Closed},
		{Scored, Close, Progress{Confirmed: 3, Scored: 1}, ""},
		{Scored, Close, Progress{Confirmed: 3, Collecting: 1}, ""},
		{Scored, FinishScoring, done, ""},
		{Closed, Reopen, done, ""}, {Closed, Close, done, ""}, {Closed, FinishScoring, done, ""},
	} {
		got, err := NextCycle(c.from, c.on, c.p)
		if got != c.want || (c.want == "") != errs.Is(err, errs.Conflict) {
			t.Errorf("%s %s %+v: %q %v, want %q", c.from, c.on, c.p, got, err, c.want)
		}
	}
}

func TestSheetSteps(t *testing.T) {
	for _, c := range []struct {
		from SheetState
		on   SheetEvent
		want SheetState
	}{
		{SheetCollecting, Confirm, ""}, {SheetCollecting, Finish, ""}, {SheetCollecting, Excuse, SheetExcused},
		{SheetScored, Confirm, SheetConfirmed}, {SheetScored, Finish, ""}, {SheetScored, Excuse, SheetExcused},
		{SheetConfirmed, Confirm, ""}, {SheetConfirmed, Finish, SheetFinal}, {SheetConfirmed, Excuse, ""},
		{SheetFinal, Confirm, ""}, {SheetFinal, Finish, ""}, {SheetFinal, Excuse, ""},
		{SheetExcused, Confirm, ""}, {SheetExcused, Finish, ""}, {SheetExcused, Excuse, ""},
	} {
		got, err := NextSheet(c.from, c.on)
		if got != c.want || (c.want == "") != errs.Is(err, errs.Conflict) {
			t.Errorf("%s %s: %q %v, want %q", c.from, c.on, got, err, c.want)
		}
	}
}

// Whatever happens in whatever order: a sheet that no longer moves never moves again, nothing incomplete is confirmed, and
// nothing is final that was not confirmed.
func TestSheetMachineKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, complete, confirmed := SheetCollecting, false, false
		for range rapid.IntRange(0, 20).Draw(t, "steps") {
			if s.Moves() && rapid.Bool().Draw(t, "a fact") {
				complete = complete || rapid.Bool().Draw(t, "the last one")
				s = SheetCollecting
				if complete {
					s = SheetScored
				}
				continue
			}
			before := s
			next, err := NextSheet(s, rapid.SampledFrom(SheetEvents).Draw(t, "event"))
			if err != nil {
				continue
			}
			s = next
			if !before.Moves() && s.Moves() {
				t.Fatalf("%s moves again as %s", before, s)
			}
			if s == SheetConfirmed && !complete {
				t.Fatal("an incomplete sheet was confirmed")
			}
			confirmed = confirmed || s == SheetConfirmed
			if s == SheetFinal && !confirmed {
				t.Fatal("final without a confirmation")
			}
		}
	})
}
