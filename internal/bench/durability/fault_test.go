package main

import (
	"encoding/json"
	"flag"
	"net/http"
	"testing"
	"time"
)

// longForm makes each fault last as long as the bar says, instead of some seconds (make durability).
var longForm = flag.Bool("long", false, "let faults last as long as the bar says")

// calm is a plan without a fault that is drawn.
func calm(lasting time.Duration) plan {
	p := short()
	p.serverKills, p.postgresKills, p.resets, p.lasting = 0, 0, 0, lasting
	return p
}

// The faults of shared/threats.md that need no cluster, one after the other on one clinic, each with an exam of its own.
func TestFaults(t *testing.T) {
	p := calm(6 * time.Second)
	if *longForm {
		p.lasting = time.Minute
	} else {
		p.think *= 2 // a fault is judged by whoever meets it, and not by how many do
	}
	s := newTestStage(t, nothingFirst)
	t.Run("soak", func(t *testing.T) { s.soaks(t, s.exams[4], s.exams[5], soakPlan()) })
	t.Run("PostgreSQL says nothing", func(t *testing.T) { s.frozen(t, s.exams[0], p) })
	t.Run("servers are replaced", func(t *testing.T) { s.replaced(t, s.exams[1], p) })
	t.Run("the line is bad", func(t *testing.T) { s.badLine(t, s.exams[6], p) })
	t.Run("PostgreSQL is slow at the end", func(t *testing.T) { s.slowAtTheEnd(t, s.exams[2]) })
	t.Run("object storage is down", func(t *testing.T) { s.withoutFiles(t, s.exams[3]) })
	t.Run("log-ins from one address", func(t *testing.T) { s.oneAddress(t) })
	if *longForm {
		t.Run("a server starts with a wrong clock", func(t *testing.T) { s.startsOff(t) })
		t.Run("the database's clock steps", func(t *testing.T) { s.clockSteps(t, s.exams[7], s.exams[8], p) })
	}
}

func (s *stage) newAsker() *asker {
	return &asker{base: "http://" + s.server.address, http: http.Client{Timeout: 3 * longestResponse}}
}

// into reads an answer.
func (a asked) into(t *testing.T, out any) {
	t.Helper()
	if a.err != nil || a.status >= http.StatusBadRequest || json.Unmarshal([]byte(a.text), out) != nil {
		t.Fatalf("%s: %d %.300s, %v", a.what, a.status, a.text, a.err)
	}
}
