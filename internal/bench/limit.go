package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/peikao/peikao/internal/bench/process"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/embedded"
)

// limitConnections bound the limit: the server's PostgreSQL takes 120 connections and the server holds 49 of them. More
// would not raise the limit: it is flat from 32 on.
const limitConnections = 64

// limit measures what the bare SQL reaches on the same PostgreSQL.
type limit struct {
	dsn      string
	db       *db.DB
	attempts int    // with 50 answers each
	pgbench  string // the program, "" where it is not installed
	dir      string // for its scripts
	busy     process.Pair
	runs     int64 // of hand-ins: each takes attempts that no run before it took
	log      func(format string, args ...any)
}

// reached is a limit: how many a second, and how many for each second of CPU time that client and PostgreSQL took. The
// second one says more on a machine that others use too.
type reached struct{ perSecond, perCPUSecond float64 }

func (a reached) mean(b reached) reached {
	return reached{mean(a.perSecond, b.perSecond), mean(a.perCPUSecond, b.perCPUSecond)}
}

func newLimit(ctx context.Context, s *server, attempts int, dir string, log func(string, ...any)) (*limit, error) {
	l := &limit{dsn: s.dsn, db: s.db, attempts: attempts, dir: dir, log: log, busy: process.Pair{Server: os.Getpid(), Postgres: s.Postgres}}
	d := s.db
	var err error
	if l.pgbench, err = embedded.Program("pgbench"); err != nil {
		log("pgbench is not installed: the limit is the Go client's alone")
	}
	if _, err := d.SQL().ExecContext(ctx, fmt.Sprintf("SET bench.attempts = %d; %s", attempts, limitSchema)); err != nil {
		return nil, fmt.Errorf("limit: %w", err)
	}
	_, err = d.SQL().ExecContext(ctx, "VACUUM ANALYZE limit_attempt, limit_response, limit_layout")
	return l, err
}

// load is what one measurement runs: for a time, or, where everybody acts once, so many times each client.
type load struct {
	script   script
	clients  int
	attempts int
	lasting  time.Duration
	times    int
	first    int64 // n before the first run
	exam     int64
}

// saves is the limit of saves a second with so many in flight.
func (l *limit) saves(ctx context.Context, clients int, lasting time.Duration) (reached, error) {
	return l.faster(ctx, func() load {
		return load{script: newScript("save", limitSave), clients: clients, attempts: l.attempts, lasting: lasting, first: time.Now().UnixMicro()}
	})
}

// handIns is the limit of hand-ins a second. The attempts are enough for two measurements with both clients.
func (l *limit) handIns(ctx context.Context, clients int) (reached, error) {
	each := l.attempts / 4 / clients
	return l.faster(ctx, func() load {
		l.runs++
		return load{script: newScript("hand_in", limitHandIn), clients: clients, attempts: l.attempts, times: each, first: (l.runs-1)*int64(each) - 1}
	})
}

// starts is the limit of starts a second.
func (l *limit) starts(ctx context.Context, clients int) (reached, error) {
	return l.faster(ctx, func() load {
		return load{script: newScript("start", limitStart), clients: clients, attempts: l.attempts, times: l.attempts / 2 / clients, first: -1, exam: time.Now().UnixMicro()}
	})
}

// faster measures with both clients and takes the better count (decision 37). The CPU time is that of the Go client, which
// does what the generator does.
func (l *limit) faster(ctx context.Context, next func() load) (reached, error) {
	quiet := l.busy.Backends()
	defer func() { l.settle(quiet) }()
	before, o := l.busy.Cost(), next()
	ours, count, err := l.goClient(ctx, o)
	if err != nil {
		return reached{}, err
	}
	used := l.busy.Cost().Since(before)
	out := reached{ours, rate(count, used.Both())}
	theirs := 0.0
	if l.pgbench != "" {
		if theirs, err = l.runPgbench(ctx, next()); err != nil {
			return reached{}, err
		}
	}
	l.log("  limit of %s: Go client %.0f/s, pgbench %.0f/s", o.script.name, ours, theirs)
	out.perSecond = max(ours, theirs)
	return out, nil
}

// settleFor is how long a measurement waits at most for the limit's processes to end.
const settleFor = 5 * time.Second

// settle waits until no more processes run than before: to end 64 of them takes a tenth of a second of the processor's time and more,
// which would be booked on the server's next phase.
func (l *limit) settle(before int) {
	for began := time.Now(); l.busy.Backends() > before && time.Since(began) < settleFor; {
		time.Sleep(20 * time.Millisecond)
	}
}

// goClient is the minimal client: a prepared statement on each of its connections and nothing else.
func (l *limit) goClient(ctx context.Context, o load) (perSecond float64, count int, err error) {
	lines := make([]*db.Pinned, o.clients)
	statements := make([]*db.Queries, o.clients)
	for i := range lines {
		p, err := l.db.Pin(ctx)
		if err != nil {
			return 0, 0, err
		}
		defer p.Close()
		if statements[i], err = p.Prepare(ctx, "-- name: run\n"+o.script.statement); err != nil {
			return 0, 0, err
		}
		lines[i] = p
	}
	var done atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	began := time.Now()
	for i := range lines {
		all.Go(func() {
			for n := o.first + 1; o.more(n, began); n++ {
				if _, err := statements[i].Exec(ctx, lines[i], "run", o.arguments(i, n)...); err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	if err := failed.Load(); err != nil {
		return 0, 0, *err
	}
	return rate(int(done.Load()), took), int(done.Load()), nil
}

func (o load) more(n int64, began time.Time) bool {
	if o.times > 0 {
		return n <= o.first+int64(o.times)
	}
	return time.Since(began) < o.lasting
}

var limitMoment = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// arguments are the variables of the script, computed as its \set lines say.
func (o load) arguments(client int, n int64) []any {
	out := make([]any, len(o.script.variables))
	for i, name := range o.script.variables {
		switch name {
		case "n":
			out[i] = n
		case "slot":
			out[i] = rand.IntN(50) + 1
		case "attempt":
			out[i] = o.attempt(client, n)
		case "person":
			out[i] = n*int64(o.clients) + int64(client) + 1
		case "exam":
			out[i] = o.exam
		case "at":
			out[i] = limitMoment
		}
	}
	return out
}

func (o load) attempt(client int, n int64) int64 {
	if o.times == 0 {
		n = rand.Int64N(int64(o.attempts / o.clients))
	}
	return n*int64(o.clients) + int64(client) + 1
}

func (l *limit) runPgbench(ctx context.Context, o load) (float64, error) {
	path := filepath.Join(l.dir, o.script.name+".pgbench.sql")
	if err := os.WriteFile(path, []byte(o.script.text), 0o644); err != nil {
		return 0, err
	}
	args := []string{
		"-n", "-M", "prepared", "-c", strconv.Itoa(o.clients), "-j", "2", "-f", path,
		"-D", fmt.Sprintf("n=%d", o.first), "-D", fmt.Sprintf("clients=%d", o.clients), "-D", fmt.Sprintf("exam=%d", o.exam),
		"-D", fmt.Sprintf("attempts=%d", o.attempts),
		"-D", "at=" + limitMoment.Format(time.RFC3339),
	}
	if o.times > 0 {
		args = append(args, "-t", strconv.Itoa(o.times))
	} else {
		args = append(args, "-T", strconv.Itoa(max(1, int(o.lasting/time.Second))))
	}
	out, err := exec.CommandContext(ctx, l.pgbench, append(args, l.dsn)...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	return pgbenchRate(string(out))
}

// pgbenchRate reads "tps = 20981.123 (without initial connection time)".
func pgbenchRate(out string) (float64, error) {
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(line, "tps = "); ok {
			number, _, _ := strings.Cut(rest, " ")
			return strconv.ParseFloat(number, 64)
		}
	}
	return 0, fmt.Errorf("pgbench printed no rate: %.200s", out)
}
