package app

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/dbtest"
)

// Threat 12: a process that is far off does not start; one that runs follows the database and says so when it stepped.
func TestClockIsCheckedAtTheStartAndWatchedLater(t *testing.T) {
	ctx, d := context.Background(), dbtest.New(t)
	for _, test := range []struct {
		off            time.Duration // of the process against the database
		starts, alarms bool
	}{
		{0, true, false},
		{300 * time.Millisecond, true, false},
		{-300 * time.Millisecond, true, false},
		{600 * time.Millisecond, true, true},
		{-600 * time.Millisecond, true, true},
		{1800 * time.Millisecond, true, true},
		{-1800 * time.Millisecond, true, true},
		{2100 * time.Millisecond, false, true},
		{-2100 * time.Millisecond, false, true},
		{-3 * time.Hour, false, true},
	} {
		starting := &Ground{DB: d, Clock: clockOff(test.off)}
		err := starting.StartClock(ctx)
		if (err == nil) != test.starts {
			t.Errorf("%s off: start: %v", test.off, err)
		}
		side := " ahead of the database's: set it right first (at most 2s)"
		if test.off < 0 {
			side = " behind the database's: set it right first (at most 2s)"
		}
		if err != nil && !strings.HasSuffix(err.Error(), side) {
			t.Errorf("%s off: it says %v", test.off, err)
		}
		var log bytes.Buffer
		g := &Ground{DB: d, Clock: clockOff(test.off), Log: slog.New(slog.NewTextHandler(&log, nil))}
		if err := g.FollowClock(ctx); err != nil {
			t.Fatal(err)
		}
		if alarmed := strings.Contains(log.String(), "alarm"); alarmed != test.alarms {
			t.Errorf("%s off: alarm %v: %s", test.off, alarmed, &log)
		}
		if left := g.Clock.Now().Sub(d.Now()); left.Abs() > 200*time.Millisecond {
			t.Errorf("%s off: still %s off after it was watched", test.off, left)
		}
	}
}

// clockOff is a process's clock that is so far from the machine's, which the database's is.
func clockOff(by time.Duration) *clock.System {
	c := clock.NewSystem()
	now := c.Now()
	c.Follow(now, now.Add(by), now, by.Abs())
	return c
}
