package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/embedded"
)

const (
	// followedWithin is how long a server may take to notice that the database's clock stepped, and agreesWithin how far it may be from that
	// clock then.
	followedWithin = 15 * time.Second
	agreesWithin   = 500 * time.Millisecond
	// stepsBy is a step that a running clinic must bear. It is less than what is given on top of every limit.
	stepsBy = 2 * time.Second
	// shortLimit is the limit of an attempt that is watched through one step.
	shortLimit = 20 * time.Second
)

// fakeClock is a PostgreSQL's clock that can be set: libfaketime reads by how much it is wrong from a file. It moves PostgreSQL and no Go
// program.
type fakeClock struct{ file, library string }

// newFakeClock is a clock that is right, its file in a directory that PostgreSQL's user may enter.
func newFakeClock(t *testing.T, dir string) fakeClock {
	t.Helper()
	libraries, err := filepath.Glob("/usr/lib/*/faketime/libfaketime.so.1")
	if err != nil || len(libraries) == 0 {
		t.Fatal("libfaketime is not installed: deploy/setup/install.sh --long installs it")
	}
	c := fakeClock{filepath.Join(dir, "clock"), libraries[0]}
	c.set(t, 0)
	return c
}

func (c fakeClock) environment() []string {
	return []string{
		"LD_PRELOAD=" + c.library, "FAKETIME_TIMESTAMP_FILE=" + c.file, "FAKETIME_CACHE_DURATION=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1",
	}
}

// set makes the clock wrong by so much, at once.
func (c fakeClock) set(t *testing.T, by time.Duration) {
	t.Helper()
	err := os.WriteFile(c.file+".new", fmt.Appendf(nil, "%+d", int(by/time.Second)), 0o644)
	if err = errors.Join(err, os.Rename(c.file+".new", c.file)); err != nil {
		t.Fatal(err)
	}
}

// Threat 12: no server starts on a machine whose clock is hours off the database's; it says which is off, by how much and what to do.
func (s *stage) startsOff(t *testing.T) {
	dir := filepath.Join(s.dir, "ahead")
	if err := os.Mkdir(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	clock := newFakeClock(t, dir)
	clock.set(t, 3*time.Hour)
	p := &postgres{data: dir, environment: clock.environment()}
	if err := p.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.stop() }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.server.program, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir(), "DATABASE_URL=" + p.current().DSN(embedded.Database)}
	said, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if !errors.As(err, &ended) || ended.ExitCode() != 1 {
		t.Errorf("a server with a clock that is 3 h behind: %v", err)
	}
	for _, want := range []string{"this machine's clock is ", " behind the database's: set it right first (at most 2s)"} {
		if !bytes.Contains(said, []byte(want)) {
			t.Errorf("it does not say %q: %s", want, said)
		}
	}
}

// Threat 12: the database's clock steps to and fro in the middle of an exam that two servers serve. Each raises the alarm and follows, so
// that both tell everybody the same time and judge by it; nothing is lost, and nobody has less than the exam's limit.
func (s *stage) clockSteps(t *testing.T, exam, other string, p plan) {
	clock := newFakeClock(t, s.dir)
	s.postgres.environment = clock.environment()
	if err := s.restartPostgres(t.Context()); err != nil {
		t.Fatal(err)
	}
	second, err := s.secondServer(t)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(newBalancer(s.server.address, second.address))
	defer front.Close()
	w := s.watches(t, other, s.server, second)
	p.base, p.lasting, p.think = front.URL, 5*shortLimit, time.Second/2
	steps := []time.Duration{stepsBy, 0, -stepsBy, 0}
	for i, by := range steps {
		p.special = append(p.special, fault{time.Second, fmt.Sprintf("the database's clock is now %s off", by), func(ctx context.Context) error {
			return w.step(ctx, t, clock, by, i == len(steps)-1)
		}})
	}
	s.survives(t, exam, p)
}

// restartPostgres ends PostgreSQL and starts it with the environment that it has now.
func (s *stage) restartPostgres(ctx context.Context) error {
	err := errors.Join(s.postgres.stop(), s.postgres.start(ctx))
	if err != nil {
		return err
	}
	return s.server.awaitServing(ctx)
}

// watch is an attempt that is looked at through each of several servers.
type watch struct {
	db      *db.DB
	servers []*server
	askers  []*asker
	attempt string // its address
	begun   sheet
	seq     int
}

func (s *stage) watches(t *testing.T, exam string, servers ...*server) *watch {
	t.Helper()
	d, err := s.database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	w := &watch{db: d, servers: servers}
	for _, node := range servers {
		a := &asker{base: "http://" + node.address, http: http.Client{Timeout: 3 * longestResponse}}
		w.attempt = s.sits(t, a, exam)
		w.askers = append(w.askers, a)
	}
	w.askers[0].ask(t.Context(), "sheet", "GET", w.attempt, nil).into(t, &w.begun)
	return w
}

// step lets the attempt begin anew with a short limit, steps the clock, and returns when the servers have followed and the limit has
// passed by a clock that nobody steps: an answer is in time until then. At the end it waits for the deadline and the grace by the
// database's clock: nothing is in time any more.
func (w *watch) step(ctx context.Context, t *testing.T, clock fakeClock, by time.Duration, end bool) error {
	begun := time.Now()
	var deadline time.Time
	err := w.db.SQL().QueryRowContext(ctx, `UPDATE attempt SET deadline_at = clock_timestamp() + make_interval(secs => $2) WHERE id = $1 RETURNING deadline_at`,
		w.begun.Attempt.ID, int((shortLimit+exam.LoadAllowance)/time.Second)).Scan(&deadline)
	if err != nil {
		return err
	}
	if err := w.follow(ctx, t, clock, by); err != nil {
		return err
	}
	rest(ctx, time.Until(begun.Add(shortLimit)))
	for i := range w.askers {
		w.saves(ctx, t, i, http.StatusOK)
	}
	var late int
	if err := w.db.SQL().QueryRowContext(ctx, `SELECT coalesce(max(late_by_ms), -1) FROM journal WHERE attempt_id = $1`, w.begun.Attempt.ID).Scan(&late); err != nil || late != 0 {
		t.Errorf("answered within the limit, and called %d ms late: %v", late, err)
	}
	if !end {
		return nil
	}
	over := deadline.Add((graceSeconds + 1) * time.Second)
	for ctx.Err() == nil {
		if now, err := w.db.DatabaseNow(ctx); err != nil || now.After(over) {
			break
		}
		rest(ctx, 100*time.Millisecond)
	}
	for i := range w.askers {
		w.saves(ctx, t, i, http.StatusGone)
	}
	return nil
}

// saves sends an answer through a server.
func (w *watch) saves(ctx context.Context, t *testing.T, through, want int) {
	t.Helper()
	w.seq++
	response := map[string]any{"choice": "b"}
	if q, err := questionOf(w.begun.Paper.Slots[0].Stem); err == nil && !q.single() {
		response = map[string]any{"blanks": []string{"对", "对"}}
	}
	got := w.askers[through].ask(ctx, "save", "PUT", w.attempt+"/responses/1", map[string]any{"lease": w.begun.Lease, "client_seq": w.seq, "response": response})
	if got.status != want {
		t.Errorf("server %d answers a save %d, want %d: %.200s, %v", through+1, got.status, want, got.text, got.err)
	}
}

// follow steps the clock and returns when all servers have raised the alarm and tell the database's time.
func (w *watch) follow(ctx context.Context, t *testing.T, clock fakeClock, by time.Duration) error {
	before := make([]int, len(w.servers))
	for i, node := range w.servers {
		before[i] = alarms(t, node)
	}
	clock.set(t, by)
	begin := time.Now()
	for i, node := range w.servers {
		for alarms(t, node) == before[i] {
			if time.Since(begin) > followedWithin {
				return fmt.Errorf("server %d raised no alarm within %s", i+1, followedWithin)
			}
			rest(ctx, 50*time.Millisecond)
		}
		off, err := w.off(ctx, t, w.askers[i])
		if err != nil {
			return err
		}
		if off.Abs() > agreesWithin {
			t.Errorf("server %d is %s off the database after the step to %s", i+1, off, by)
		}
		t.Logf("server %d followed to %s within %s, %s off", i+1, by, time.Since(begin).Round(time.Millisecond), off.Round(time.Millisecond))
	}
	return nil
}

// off is by how much a server tells another time than the database, whose clock is read before and after. What is left to the examinee is
// told by the same time.
func (w *watch) off(ctx context.Context, t *testing.T, a *asker) (time.Duration, error) {
	before, err := w.db.DatabaseNow(ctx)
	if err != nil {
		return 0, err
	}
	var told struct {
		ServerTime time.Time `json:"server_time"`
		DeadlineAt time.Time `json:"deadline_at"`
		Remaining  int64     `json:"remaining_ms"`
	}
	a.ask(ctx, "sheet", "GET", w.attempt, nil).into(t, &told)
	after, err := w.db.DatabaseNow(ctx)
	if left := told.DeadlineAt.Sub(told.ServerTime).Milliseconds(); told.Remaining != left {
		t.Errorf("%d ms are left until the deadline, and the page is told %d", left, told.Remaining)
	}
	return told.ServerTime.Sub(before.Add(after.Sub(before) / 2)), err
}

func alarms(t *testing.T, node *server) int {
	t.Helper()
	text, err := os.ReadFile(node.log.Name())
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(text), "alarm: the clock stepped")
}
