package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
)

// Threat 10: a second before the end PostgreSQL becomes five seconds slow. What was sent in time counts as sent in time, however
// long it takes to write it and however often the page must ask.
func (s *stage) slowAtTheEnd(t *testing.T, exam string) {
	d, err := s.database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	a := s.newAsker()
	attempt := s.sits(t, a, exam)
	var begun sheet
	a.ask(t.Context(), "sheet", "GET", attempt, nil).into(t, &begun)
	id := begun.Attempt.ID
	deadline := s.aboutToEnd(t, d, id)
	response := map[string]any{"choice": "b"}
	if q, err := questionOf(begun.Paper.Slots[0].Stem); err != nil || !q.single() {
		response = map[string]any{"blanks": []string{"对", "最后一秒"}}
	}
	save := func() asked {
		return a.ask(t.Context(), "save", "PUT", attempt+"/responses/1", map[string]any{"lease": begun.Lease, "client_seq": 1, "response": response})
	}
	got := save()
	if got.took > longestResponse || got.served() && got.status != http.StatusOK {
		t.Errorf("%d after %s: %s", got.status, got.took, got.text)
	}
	if time.Now().Before(deadline) {
		t.Error("the answer came before the end: the database was not slow")
	}
	if err := s.back.Toxics.RemoveToxic(t.Context(), "slow"); err != nil {
		t.Fatal(err)
	}
	for tries := 0; got.status != http.StatusOK && tries < 20; tries++ {
		rest(t.Context(), 500*time.Millisecond)
		got = save()
	}
	if got.status != http.StatusOK {
		t.Fatalf("the answer was never accepted: %d %s", got.status, got.text)
	}
	var rows, late int
	var received time.Time
	err = d.SQL().QueryRow(`SELECT count(*), coalesce(max(late_by_ms), 0), max(received_at) FROM journal WHERE attempt_id = $1 AND client_seq = 1`, id).Scan(&rows, &late, &received)
	if err != nil || rows != 1 || late != 0 || !received.Before(deadline) {
		t.Errorf("%d rows, %d ms late, received %s before the end: %v", rows, late, deadline.Sub(received), err)
	}
	t.Logf("received %s before the end, accepted %s after it", deadline.Sub(received).Round(time.Millisecond), time.Since(deadline).Round(time.Millisecond))
}

// aboutToEnd makes an attempt end in a second and PostgreSQL slow from now on. Where that took the machine longer than half of the
// second, what is sent next would be late by the machine's fault, and it is done again.
func (s *stage) aboutToEnd(t *testing.T, d *db.DB, attempt string) (deadline time.Time) {
	t.Helper()
	slow := `{"name": "slow", "type": "latency", "stream": "upstream", "attributes": {"latency": 5000}}`
	for range 10 {
		deadline = time.Now().Add(3 * time.Second)
		if _, err := d.SQL().Exec(`UPDATE attempt SET deadline_at = $2::timestamptz, started_at = $2::timestamptz - interval '10 minutes' WHERE id = $1`, attempt, deadline); err != nil {
			t.Fatal(err)
		}
		rest(t.Context(), time.Until(deadline.Add(-time.Second)))
		if _, err := s.back.Toxics.AddToxicJson(strings.NewReader(slow)); err != nil {
			t.Fatal(err)
		}
		if time.Until(deadline) > time.Second/2 {
			return deadline
		}
		if err := s.back.Toxics.RemoveToxic(t.Context(), "slow"); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("the machine is too slow to be in time")
	return deadline
}

// Threat 21: everybody of an office comes from one address.
func (s *stage) oneAddress(t *testing.T) {
	const logIns = 300
	within := 20 * time.Second
	if inEarnest() {
		within = time.Minute
	}
	began := time.Now()
	results := make(chan asked, logIns)
	for n := range s.people {
		go func() { // each person again and again: several tries of one at a time are guesses
			a := s.newAsker()
			for ; n < logIns; n += s.people {
				results <- a.ask(t.Context(), fmt.Sprint("log-in ", n), "POST", sessions, map[string]string{"login": loginOf(n % s.people), "password": password})
			}
		}()
	}
	for range logIns {
		if r := <-results; r.status != http.StatusOK && r.status != http.StatusCreated {
			t.Errorf("%s: %d %.200s, %v", r.what, r.status, r.text, r.err)
		}
	}
	if took := time.Since(began); took > within {
		t.Errorf("%d log-ins took %s", logIns, took)
	} else {
		t.Logf("%d log-ins from one address in %s", logIns, took.Round(time.Millisecond))
	}
}
