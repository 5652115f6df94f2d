package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"

	"github.com/peikao/peikao/internal/platform/db"
)

const (
	// pollInterval is how soon a new job is seen: the queue has no listener.
	pollInterval = 200 * time.Millisecond

	// jobTimeout ends a handler's context; conversions are the longest.
	jobTimeout = 10 * time.Minute
	// rescueAfter gives a job of a killed process to another one.
	rescueAfter = jobTimeout + time.Minute

	// maxAttempts with the back-off of attempt⁴ seconds is about 17 hours.
	maxAttempts = 12

	defaultConcurrency = 4
)

// Args are what a job is told. They are stored as JSON: ids, no personal
// values, no secrets. Kind names the handler and never changes.
type Args interface{ Kind() string }

// Queue takes jobs. It is what services are given.
type Queue interface {
	// Enqueue makes a job that runs after tx commits, and never when it doesn't.
	Enqueue(ctx context.Context, tx *db.Tx, args Args) error
}

// Options of a River.
type Options struct {
	Concurrency int // jobs at a time in this process; 0 means 4
	Logger      *slog.Logger
}

// River is the queue, and the runner of its jobs in this process.
type River struct {
	client *river.Client[*sql.Tx]
	pool   *sql.DB
}

var _ Queue = (*River)(nil)

// New makes the queue over a migrated database (Migrate). With workers it can
// be started; without (nil) it only takes jobs for other processes to run.
func New(d *db.DB, workers *Workers, o Options) (*River, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Concurrency == 0 {
		o.Concurrency = defaultConcurrency
	}
	config := &river.Config{Logger: o.Logger, MaxAttempts: maxAttempts}
	if workers != nil {
		config.Workers = workers.river
		config.PeriodicJobs = workers.periodic
		config.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Concurrency}}
		config.FetchPollInterval = pollInterval
		config.JobTimeout = jobTimeout
		config.RescueStuckJobsAfter = rescueAfter
		config.ErrorHandler = errorLog{o.Logger}
	}
	client, err := river.NewClient(riverdatabasesql.New(d.SQL()), config)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &River{client: client, pool: d.SQL()}, nil
}

// Enqueue implements Queue. A kind without a handler in this process is refused.
func (r *River) Enqueue(ctx context.Context, tx *db.Tx, args Args) error {
	if _, err := r.client.InsertTx(ctx, tx.SQLTx(), args, nil); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// Start runs jobs until Stop; the end of ctx doesn't stop them. It can be called again when it failed: it wants the database once.
func (r *River) Start(ctx context.Context) error {
	err := r.client.Start(context.WithoutCancel(ctx))
	if err != nil {
		err = errors.Join(err, r.client.Stop(ctx)) // a client that failed to start counts as one that runs until it is stopped
	}
	return err
}

// Stop takes no new jobs and waits for the running ones. When ctx ends first,
// their contexts are cancelled; they run again later.
func (r *River) Stop(ctx context.Context) error {
	err := r.client.Stop(ctx)
	if err == nil || ctx.Err() == nil {
		return err
	}
	cancelling, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(err, r.client.StopAndCancel(cancelling))
}

// Idle waits until no job is due or running: for the demo's making and for
// tests, which must see the outcome of what they did.
func (r *River) Idle(ctx context.Context) error {
	tick := time.NewTicker(pollInterval / 4)
	defer tick.Stop()
	for {
		var busy bool
		// A failed job waits for its next attempt as "retryable" and isn't waited for.
		err := r.pool.QueryRowContext(ctx,
			`SELECT EXISTS (SELECT 1 FROM river_job WHERE state IN ('available', 'running', 'pending'))`).Scan(&busy)
		if err != nil {
			return fmt.Errorf("jobs: %w", err)
		}
		if !busy {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("jobs still due or running: %w", ctx.Err())
		case <-tick.C:
		}
	}
}
