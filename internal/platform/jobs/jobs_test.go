package jobs_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/jobs"
)

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "test_greet" }

type other struct{}

func (other) Kind() string { return "test_other" }

func open(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	if err := jobs.Migrate(t.Context(), d.SQL()); err != nil {
		t.Fatal(err)
	}
	return d
}

// run starts a queue whose goroutines have ended when the test has.
func run(t *testing.T, d *db.DB, w *jobs.Workers) *jobs.River {
	t.Helper()
	q, err := jobs.New(d, w, jobs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	cancel() // the queue outlives the context of its start
	t.Cleanup(func() {
		if err := q.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return q
}

func enqueue(t *testing.T, d *db.DB, q jobs.Queue, args ...jobs.Args) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		for _, a := range args {
			if err := q.Enqueue(t.Context(), tx, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func idle(t *testing.T, q *jobs.River) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := q.Idle(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestJobsRunWhenTheirTransactionCommits(t *testing.T) {
	d := open(t)
	var mu sync.Mutex
	var greeted []string
	w := jobs.NewWorkers()
	jobs.Register(w, func(_ context.Context, a greet) error {
		mu.Lock()
		defer mu.Unlock()
		greeted = append(greeted, a.Name)
		return nil
	})
	q := run(t, d, w)

	changed := errors.New("changed my mind")
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		if err := q.Enqueue(t.Context(), tx, greet{Name: "王"}); err != nil {
			t.Error(err)
		}
		return changed
	})
	if !errors.Is(err, changed) {
		t.Fatal(err)
	}
	enqueue(t, d, q, greet{Name: "李"})
	idle(t, q)
	mu.Lock()
	defer mu.Unlock()
	if strings.Join(greeted, " ") != "李" {
		t.Errorf("greeted %v", greeted)
	}
}

func TestFailedAndPanickedJobsRunAgain(t *testing.T) {
	d := open(t)
	var failed, panicked atomic.Int32
	w := jobs.NewWorkers()
	jobs.Register(w, func(context.Context, greet) error {
		if failed.Add(1) == 1 {
			return errors.New("mail server is away")
		}
		return nil
	})
	jobs.Register(w, func(context.Context, other) error {
		if panicked.Add(1) == 1 {
			panic("a fault of ours")
		}
		return nil
	})
	q := run(t, d, w)
	enqueue(t, d, q, greet{}, other{})
	eventually(t, func() bool { return failed.Load() == 2 && panicked.Load() == 2 })
}

func TestAnotherProcessRunsTheJobs(t *testing.T) {
	d := open(t)
	taker, err := jobs.New(d, nil, jobs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enqueue(t, d, taker, greet{Name: "赵"})
	var ran atomic.Int32
	w := jobs.NewWorkers()
	jobs.Register(w, func(context.Context, greet) error { ran.Add(1); return nil })
	idle(t, run(t, d, w))
	if ran.Load() != 1 {
		t.Errorf("ran %d times", ran.Load())
	}
}

func TestUnknownKindIsRefused(t *testing.T) {
	d := open(t)
	w := jobs.NewWorkers()
	jobs.Register(w, func(context.Context, greet) error { return nil })
	q, err := jobs.New(d, w, jobs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = d.InTx(t.Context(), func(tx *db.Tx) error { return q.Enqueue(t.Context(), tx, other{}) })
	if err == nil || !strings.Contains(err.Error(), "test_other") {
		t.Errorf("err = %v", err)
	}
}

func TestEvery(t *testing.T) {
	d := open(t)
	var ran atomic.Int32
	w := jobs.NewWorkers()
	jobs.Register(w, func(context.Context, other) error { ran.Add(1); return nil })
	jobs.Every(w, time.Second, other{})
	run(t, d, w)
	eventually(t, func() bool { return ran.Load() >= 2 })
}

func TestStopWaitsForRunningJobs(t *testing.T) {
	d := open(t)
	began, done := make(chan struct{}), atomic.Bool{}
	w := jobs.NewWorkers()
	jobs.Register(w, func(context.Context, greet) error {
		close(began)
		time.Sleep(300 * time.Millisecond)
		done.Store(true)
		return nil
	})
	q := run(t, d, w)
	enqueue(t, d, q, greet{})
	<-began
	if err := q.Stop(t.Context()); err != nil || !done.Load() {
		t.Errorf("stopped with %v, job done: %v", err, done.Load())
	}
}

func TestStopCancelsWhatDoesNotEnd(t *testing.T) {
	d := open(t)
	began := make(chan struct{})
	w := jobs.NewWorkers()
	jobs.Register(w, func(ctx context.Context, _ greet) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	})
	q, err := jobs.New(d, w, jobs.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	enqueue(t, d, q, greet{})
	<-began
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := q.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v", err)
	}
	var left int
	if err := d.SQL().QueryRowContext(t.Context(), `SELECT count(*) FROM river_job WHERE state IN ('available', 'retryable')`).Scan(&left); err != nil || left != 1 {
		t.Errorf("%d jobs wait for another attempt, %v", left, err)
	}
}

func TestIdleGivesUp(t *testing.T) {
	d := open(t)
	q, err := jobs.New(d, nil, jobs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enqueue(t, d, q, greet{})
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
	defer cancel()
	if err := q.Idle(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v", err)
	}
}

func TestMigrateInSeveralProcesses(t *testing.T) {
	d := dbtest.New(t)
	results := make(chan error)
	for range 4 {
		go func(pool *sql.DB) { results <- jobs.Migrate(t.Context(), pool) }(d.SQL())
	}
	for range 4 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	var held int
	if err := d.SQL().QueryRowContext(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&held); err != nil || held != 0 {
		t.Errorf("%d locks are held, %v", held, err)
	}
}

func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not come about")
		}
	}
}
