package main

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"
)

// logTo collects what a run says.
func logTo(b *bytes.Buffer) func(format string, args ...any) {
	var mu sync.Mutex
	return func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(b, format+"\n", args...)
	}
}

// Threats 1, 3, 4, 6, 7, 8, 15 and 17: the short form of make durability, and the naive front that it must find out.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	p := short()
	s := newTestStage(t, nothingFirst)
	var log bytes.Buffer
	v, seen, err := s.examine(t.Context(), p, s.exams[0], false, logTo(&log))
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	seen.print(&log)
	v.print(&log)
	if err := v.err(); err != nil {
		t.Errorf("%v\n%s", err, log.String())
	}
	// How much happens between the faults depends on the machine; a run in which hardly anything was saved proves nothing.
	if v.kept.checked < 20 || seen.doubts.Load() == 0 {
		t.Errorf("the run shows nothing:\n%s", log.String())
	}
	t.Log(log.String())
	hastyIsFoundOut(t, s, p)
}

// hastyIsFoundOut: the same checker at a front that acknowledges before it saves.
func hastyIsFoundOut(t *testing.T, s *stage, p plan) {
	t.Helper()
	p.examinees, p.serverKills, p.postgresKills, p.resets, p.lasting = 8, 2, 0, 1, 2*time.Second
	var log bytes.Buffer
	v, _, err := s.examine(t.Context(), p, s.exams[1], true, logTo(&log))
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	v.print(&log)
	if v.kept.bad == 0 || v.err() == nil {
		t.Errorf("a server that acknowledges before it saves passes:\n%s", log.String())
	}
	t.Log(log.String())
}
