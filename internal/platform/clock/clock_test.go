package clock_test

import (
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/clock"
)

func TestFollowTakesTheMiddleOfTheRoundTrip(t *testing.T) {
	c := clock.NewSystem()
	sent := c.Now()
	if ahead := c.Follow(sent, sent.Add(time.Hour+5*time.Millisecond), sent.Add(10*time.Millisecond), time.Hour); ahead != time.Hour {
		t.Fatal(ahead)
	}
	if moved := c.Now().Sub(sent); moved < time.Hour || moved > time.Hour+time.Minute {
		t.Fatal(moved)
	}
	// A second reading is measured on the moved clock and finds nothing left to move.
	sent = c.Now()
	if ahead := c.Follow(sent, sent.Add(5*time.Millisecond), sent.Add(10*time.Millisecond), time.Hour); ahead != 0 {
		t.Fatal(ahead)
	}
}

func TestFollowDoesNotJump(t *testing.T) {
	const most = 500 * time.Millisecond
	for _, test := range []struct{ ahead, moved time.Duration }{
		{0, 0}, {most, most}, {-most, -most}, {most + time.Microsecond, 0}, {-most - time.Microsecond, 0}, {3 * time.Hour, 0},
	} {
		c := clock.NewSystem()
		sent := c.Now()
		if ahead := c.Follow(sent, sent.Add(test.ahead), sent, most); ahead != test.ahead {
			t.Errorf("%s was measured as %s", test.ahead, ahead)
		}
		if n := c.Now().Sub(sent); n < test.moved || n > test.moved+100*time.Millisecond {
			t.Errorf("%s: the clock stands at %s", test.ahead, n)
		}
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
