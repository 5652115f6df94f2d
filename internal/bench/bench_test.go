package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
)

// tiny is the workload with 20 people: every phase runs, no figure means anything.
func tiny() workload {
	return workload{
		people: 30, examinees: 20, oldExams: 2, journalRows: 600, questions: 20, bank: 50,
		rush: 100 * time.Millisecond, handIn: 100 * time.Millisecond, steady: loop{400 * time.Millisecond, 100 * time.Millisecond},
		unhurried: loop{200 * time.Millisecond, 100 * time.Millisecond}, slowFlush: time.Millisecond,
		saturate: 150 * time.Millisecond, limit: 100 * time.Millisecond, mixed: 200 * time.Millisecond, limitAttempts: 400,
		connections: [2]int{4, 8}, changes: 2, grow: 900,
	}
}

// serveHere runs the program inside the test, on a database and a port of its own.
func serveHere(t *testing.T, w workload) (*server, world) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	vars := map[string]string{"DATABASE_URL": dbtest.DSN(t), "DATA": t.TempDir()}
	cfg, err := config.Load(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	g, err := app.OpenGround(ctx, cfg, slog.New(slog.NewTextHandler(io.Discard, nil)), s3child.Serve, nil)
	if err != nil {
		t.Fatal(err)
	}
	seeded, err := seed(ctx, g, w)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(ctx, g, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := g.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &server{address: l.Addr().String(), dsn: vars["DATABASE_URL"], db: g.DB}, seeded
}

// The whole workload in small: what was acknowledged is there, and the checker notices what is not.
func TestTheWorkloadInSmall(t *testing.T) {
	w := tiny()
	s, seeded := serveHere(t, w)
	var out bytes.Buffer
	r, err := newRun(t.Context(), w, s, seeded, t.TempDir(), &out)
	if err != nil {
		t.Fatal(err)
	}
	r.limit.pgbench = "" // a second at least each time
	if err := r.all(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, name := range []string{"log-in", "steady saves", "unhurried saves", "saves at 4", "saves at 4 with a flush of 1ms", "deadline rush, from the deadline", "changes in pages of five at 8", "hand-ins at 4", "starts at 4", "mixed, whole sittings", "acknowledged changes", "hand-ins compared", "database of an attempt"} {
		if r.figures.value(name) <= 0 {
			t.Errorf("no figure %q\n%s", name, out.String())
		}
	}
	// No time of the processor is measured here.
	for _, name := range []string{"save at 4 behind a grown journal cpu", "hand-in behind a grown journal cpu postgresql", "cpu of one examinee's exam, app", "cpu of one examinee's exam, postgresql"} {
		if !slices.ContainsFunc(r.figures, func(f figure) bool { return f.Name == name }) {
			t.Errorf("no figure %q", name)
		}
	}
	if !strings.Contains(out.String(), "growing the journal by 900 rows") {
		t.Error("the journal did not grow")
	}
	for _, f := range r.figures {
		if strings.HasPrefix(f.Name, "saves at") && f.Unit == "1/s" && !strings.Contains(f.Name, "cpu") && (f.Limit == nil || f.Ratio == nil) {
			t.Errorf("%s without a limit", f.Name)
		}
	}
	if n := r.figures.value("start rush statements"); n <= 0 || n > 8 { // the ticks' own are among them
		t.Errorf("%v statements a start", n)
	}
	theCheckerNotices(t, r)
}

func theCheckerNotices(t *testing.T, r *run) {
	t.Helper()
	one := r.people[0].past[0]
	lie := *one
	lie.acked = append(append([]change{}, one.acked...), change{seq: 1_000_000, slot: 1, variant: right})
	found := func(what string, s *sitting, wrong func(verdict) bool) {
		t.Helper()
		v, err := check(t.Context(), r.s.db, []*sitting{s})
		if err != nil {
			t.Fatal(err)
		}
		if !wrong(v) || v.err() == nil {
			t.Errorf("%s was not noticed: %+v", what, v)
		}
	}
	if v, err := check(t.Context(), r.s.db, []*sitting{one}); err != nil || v.err() != nil || v.extra != 0 || v.handedIn != 1 {
		t.Fatalf("%+v %v", v, err)
	}
	found("an acknowledged change that is not in the journal", &lie, func(v verdict) bool { return v.missing == 1 })
	lie.acked = append([]change{}, one.acked...)
	lie.acked[0].variant = (lie.acked[0].variant + 1) % variants
	if bytes.Equal(one.response(one.acked[0]), lie.response(lie.acked[0])) {
		lie.acked[0].variant = (lie.acked[0].variant + 1) % variants
	}
	found("another answer in the journal", &lie, func(v verdict) bool { return v.missing == 1 })
	lie.acked, lie.points = one.acked, append([]int64{}, one.points...)
	for i := range lie.points {
		lie.points[i]++
	}
	found("a wrong mark", &lie, func(v verdict) bool { return len(v.wrongMarks) == 1 })
}
