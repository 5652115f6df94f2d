package uptime_test

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/uptime"
)

func TestSilenceOfAllProcessesIsAnOutage(t *testing.T) {
	ctx := context.Background()
	d, clock := dbtest.NewFake(t)
	recorder := func(process string) *uptime.Recorder {
		r, err := uptime.New(ctx, d, process)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	a, b := recorder("a"), recorder("b")
	for _, step := range []struct {
		name    string
		wait    time.Duration
		who     *uptime.Recorder
		silence time.Duration
	}{
		{"the first beat ever", 0, a, 0},
		{"exactly the tolerance", uptime.Tolerance, a, 0},
		{"one process goes on", 20 * time.Second, b, 0},
		{"the other was silent for long, but not all were", 20 * time.Second, a, 0},
		{"all were silent", uptime.Tolerance + time.Microsecond, b, uptime.Tolerance + time.Microsecond},
		{"the second one to come back finds it told", 0, a, 0},
		{"an hour without power", time.Hour, a, time.Hour},
	} {
		clock.Advance(step.wait)
		got, err := step.who.Beat(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if got != step.silence {
			t.Fatalf("%s: %s, want %s", step.name, got, step.silence)
		}
	}
	var n int
	var length float64
	if err := d.SQL().QueryRow("SELECT count(*), extract(epoch FROM max(to_at - from_at)) FROM outage").Scan(&n, &length); err != nil || n != 2 || length != 3600 {
		t.Fatal(n, length, err)
	}
}
