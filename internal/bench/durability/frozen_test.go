package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// longestResponse is what any response may take while PostgreSQL says nothing, and backWithin how soon all is well again
	// when it speaks (threat 27).
	longestResponse = 5 * time.Second
	backWithin      = 10 * time.Second
)

// asked is one request while something is broken, and what came of it.
type asked struct {
	what       string
	status     int
	retryAfter string
	text       string
	took       time.Duration
	err        error
}

// asker sends plain requests beside the examinees, each without a second try.
type asker struct {
	base, token string
	http        http.Client

	mu  sync.Mutex
	all []asked
}

func (a *asker) ask(ctx context.Context, what, method, path string, body any) asked {
	text, _ := json.Marshal(body)
	r, err := http.NewRequestWithContext(ctx, method, a.base+path, bytes.NewReader(text))
	if err != nil {
		return asked{what: what, err: err}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Client-Id", "asker")
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	begin := time.Now()
	answer, err := a.http.Do(r)
	got := asked{what: what, err: err}
	if err == nil {
		var text bytes.Buffer
		_, got.err = text.ReadFrom(answer.Body)
		_ = answer.Body.Close()
		got.status, got.retryAfter, got.text = answer.StatusCode, answer.Header.Get("Retry-After"), text.String()
	}
	got.took = time.Since(begin)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, got)
	return got
}

// everything is a request of each kind that an exam lives on, and of those who run the program.
func (a *asker) everything(ctx context.Context, exam, attempt string) []asked {
	var out []asked
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, r := range []struct {
		what, method, path string
		body               any
	}{
		{"log-in", "POST", sessions, map[string]string{"login": loginOf(0), "password": password}},
		{"my exams", "GET", "/api/v1/me/exams", nil},
		{"start", "POST", "/api/v1/exams/" + exam + "/attempts", struct{}{}},
		{"sheet", "GET", attempt, nil},
		{"save", "PUT", attempt + "/responses/1", map[string]any{"lease": "1.x", "client_seq": 1, "response": nil}},
		{"heart-beat", "POST", attempt + "/heartbeat", map[string]any{"lease": "1.x", "events": []any{}}},
		{"hand-in", "POST", attempt + "/submit", map[string]any{"lease": "1.x"}},
		{"take-over", "POST", attempt + "/lease", struct{}{}},
		{"page", "GET", "/exams/" + exam + "/sit", nil},
		{"is it ready", "GET", "/readyz", nil},
	} {
		all.Go(func() {
			got := a.ask(ctx, r.what, r.method, r.path, r.body)
			mu.Lock()
			defer mu.Unlock()
			out = append(out, got)
		})
	}
	all.Wait()
	return out
}

// served reports whether a request found the database: whatever it says, it is not "come again".
func (a asked) served() bool { return a.err == nil && a.status < http.StatusInternalServerError }

// Threat 27: PostgreSQL says nothing for a while, first to who comes anew alone and then to everybody. No response takes longer
// than 5 s, none is another error than "come again", the program says that it is degraded, and when PostgreSQL goes on all is
// well within 10 s. Nothing acknowledged is lost.
func (s *stage) frozen(t *testing.T, exam string, p plan) {
	lasting := 7 * time.Second
	if *longForm {
		lasting = 20 * time.Second
	}
	a := &asker{base: "http://" + s.server.address, http: http.Client{Timeout: 3 * longestResponse}}
	attempt := s.sits(t, a, exam)
	for _, backends := range []bool{false, true} {
		p.special = append(p.special, fault{p.lasting / 4, fmt.Sprintf("PostgreSQL halted, backends too: %v", backends), func(ctx context.Context) error {
			return s.halted(ctx, t, a, exam, attempt, lasting, backends)
		}})
	}
	s.survives(t, exam, p)
}

func (s *stage) halted(ctx context.Context, t *testing.T, a *asker, exam, attempt string, lasting time.Duration, backends bool) error {
	goOn, err := s.postgres.halt(backends)
	if err != nil {
		return err
	}
	a.all = nil
	var asking sync.WaitGroup
	for until := time.Now().Add(lasting); time.Now().Before(until); rest(ctx, 250*time.Millisecond) {
		asking.Go(func() { a.everything(ctx, exam, attempt) })
	}
	monitor := s.newAsker() // logs in nowhere
	health := monitor.ask(ctx, "is it well", "GET", "/healthz", nil)
	if err := goOn(); err != nil {
		return err
	}
	begin := time.Now()
	asking.Wait()
	told := map[string]int{}
	for _, r := range a.all {
		switch {
		case r.err != nil || r.took > longestResponse:
			t.Errorf("%s: %d after %s, %v", r.what, r.status, r.took, r.err)
		case r.status == http.StatusServiceUnavailable && r.retryAfter == "":
			t.Errorf("%s: does not say when to come again: %s", r.what, r.text)
		case r.status == http.StatusServiceUnavailable:
			told[r.what]++
		case !r.served():
			t.Errorf("%s: %d %.200s", r.what, r.status, r.text)
		}
	}
	if backends {
		if !strings.HasPrefix(health.text, "degraded") {
			t.Errorf("/healthz says %q", health.text)
		}
		for _, what := range []string{"log-in", "my exams", "start", "sheet", "save", "heart-beat", "hand-in", "is it ready"} {
			if told[what] == 0 {
				t.Errorf("%s: was never told to come again: the database was not halted", what)
			}
		}
	}
	for well := false; !well; {
		well = true
		for _, r := range a.everything(ctx, exam, attempt) {
			well = well && r.served()
			if !r.served() && time.Since(begin) > backWithin {
				t.Errorf("%s: %d %.200s, %s after PostgreSQL went on", r.what, r.status, r.text, time.Since(begin))
				return nil
			}
		}
	}
	t.Logf("halted for %s, backends too: %v; all well %s after; told to come again: %v", lasting, backends, time.Since(begin).Round(time.Millisecond), told)
	return nil
}

// sits logs the last of the people in and starts their attempt for the asker.
func (s *stage) sits(t *testing.T, a *asker, exam string) (attempt string) {
	t.Helper()
	var in struct{ Token string }
	r := a.ask(t.Context(), "log-in", "POST", sessions, map[string]string{"login": loginOf(s.people - 1), "password": password})
	if json.Unmarshal([]byte(r.text), &in) != nil || in.Token == "" {
		t.Fatalf("log-in: %+v", r)
	}
	a.token = in.Token
	var begun sheet
	r = a.ask(t.Context(), "start", "POST", "/api/v1/exams/"+exam+"/attempts", struct{}{})
	if json.Unmarshal([]byte(r.text), &begun) != nil || begun.Attempt.ID == "" {
		t.Fatalf("start: %+v", r)
	}
	return "/api/v1/attempts/" + begun.Attempt.ID
}

// survives lets everybody sit an exam through a plan's faults, and wants every promise kept.
func (s *stage) survives(t *testing.T, exam string, p plan) *tally {
	t.Helper()
	var log bytes.Buffer
	v, seen, err := s.examine(t.Context(), p, exam, false, logTo(&log))
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	seen.print(&log)
	v.print(&log)
	if err := v.err(); err != nil || v.kept.checked < 20 {
		t.Errorf("%v\n%s", err, log.String())
	}
	t.Log(log.String())
	return seen
}
