package main

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// figures of the server, as it tells them itself.
type figures map[string]float64

const (
	goroutines = "go_goroutines"
	memory     = "process_resident_memory_bytes"
	heap       = "go_memstats_heap_alloc_bytes"
	openFiles  = "process_open_fds"
	poolWaits  = `go_sql_wait_count_total{db_name="main"}`
	poolInUse  = `go_sql_in_use_connections{db_name="main"}`
)

func (s *stage) figures(t *testing.T) figures {
	t.Helper()
	r := s.newAsker().ask(t.Context(), "figures", "GET", "/metrics", nil)
	out := figures{}
	for line := range strings.Lines(r.text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if n, err := strconv.ParseFloat(value, 64); ok && err == nil {
			out[name] = n
		}
	}
	for _, name := range []string{goroutines, memory, heap, openFiles, poolWaits, poolInUse} {
		if _, ok := out[name]; !ok {
			t.Fatalf("the server does not tell %s: %d %.300s", name, r.status, r.text)
		}
	}
	return out
}

// Threat 24: a server that has seen a whole exam is not fatter for the next one, and leaves nothing behind: goroutines, open
// files and connections go back, memory grows by less than a tenth, and nobody waits for a connection.
func (s *stage) soaks(t *testing.T, warm, exam string, p plan) {
	w := p
	w.lasting = p.lasting / 2
	s.survives(t, warm, w)
	rest(t.Context(), 2*time.Second)
	before := s.figures(t)
	s.survives(t, exam, p)
	rest(t.Context(), 2*time.Second)
	after := s.figures(t)
	t.Logf("before %v\nafter %v", told(before), told(after))
	// 16 MiB are what the Go heap swings by between two collections on a small clinic.
	if grown := after[memory] - before[memory]; grown > before[memory]/10 && grown > 16<<20 {
		t.Errorf("memory grew from %.0f to %.0f bytes", before[memory], after[memory])
	}
	for name, slack := range map[string]float64{goroutines: 10, openFiles: 10, poolInUse: 3} {
		if after[name] > before[name]+slack {
			t.Errorf("%s: %.0f before, %.0f after", name, before[name], after[name])
		}
	}
	if waits := after[poolWaits] - before[poolWaits]; waits > 0 {
		t.Errorf("%.0f waits for a connection with %d examinees", waits, p.examinees)
	}
}

func told(f figures) map[string]float64 {
	out := map[string]float64{}
	for _, name := range []string{goroutines, memory, heap, openFiles, poolWaits, poolInUse} {
		out[name] = f[name]
	}
	return out
}
