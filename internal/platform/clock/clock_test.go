package clock_test

import (
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/clock"
)

func TestFollowTakesTheMiddleOfTheRoundTrip(t *testing.T) {
	c := clock.NewSystem()
	sent := c.Now()
	offset := c.Follow(sent, sent.Add(time.Hour+5*time.Millisecond), sent.Add(10*time.Millisecond))
	if offset != time.Hour {
		t.Fatal(offset)
	}
	if ahead := c.Now().Sub(sent); ahead < time.Hour || ahead > time.Hour+time.Minute {
		t.Fatal(ahead)
	}
	// A second reading is measured on the moved clock and finds nothing left to move.
	sent = c.Now()
	if again := c.Follow(sent, sent.Add(5*time.Millisecond), sent.Add(10*time.Millisecond)); again != time.Hour {
		t.Fatal(again)
	}
}

func TestNowIsWhatPostgreSQLKeeps(t *testing.T) {
	for _, c := range []clock.Clock{clock.NewSystem(), clock.NewFake(time.Date(2026, 3, 2, 9, 0, 0, 1234, time.Local))} {
		if n := c.Now(); n.Location() != time.UTC || n.Nanosecond()%1000 != 0 {
			t.Error(n)
		}
	}
}

func TestFakeMovesByHand(t *testing.T) {
	start := time.Date(2026, 2, 28, 23, 59, 59, 0, time.UTC)
	c := clock.NewFake(start)
	c.Advance(time.Second)
	if want := start.Add(time.Second); !c.Now().Equal(want) {
		t.Fatal(c.Now())
	}
}
