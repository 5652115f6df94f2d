package app

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// Work that panics is told of and done again; the process lives.
func TestBackgroundWorkThatPanics(t *testing.T) {
	var log bytes.Buffer
	a := &App{Ground: &Ground{Log: slog.New(slog.NewTextHandler(&log, nil))}}
	ctx, cancel := context.WithCancel(t.Context())
	times := 0
	a.repeat(ctx, "tick", time.Millisecond, func(context.Context) error {
		if times++; times == 1 {
			panic("a mistake")
		}
		cancel()
		return nil
	})
	if said := log.String(); times != 2 || !strings.Contains(said, "work=tick") || !strings.Contains(said, "a mistake") || !strings.Contains(said, "run_test.go") {
		t.Errorf("done %d times, said %q", times, said)
	}
}
