package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Workers are the handlers of one process, by kind of job. They are complete
// before New.
type Workers struct {
	river    *river.Workers
	periodic []*river.PeriodicJob
}

// NewWorkers has no handler yet.
func NewWorkers() *Workers { return &Workers{river: river.NewWorkers()} }

// Register sets the handler of a kind. A second one for the same kind is a
// programming error and panics at the start.
//
// fn bears running twice, and ends when its context does. An error or a panic
// makes it run again later, with growing pauses.
func Register[A Args](w *Workers, fn func(ctx context.Context, a A) error) {
	river.AddWorker(w.river, river.WorkFunc(func(ctx context.Context, job *river.Job[A]) error {
		return fn(ctx, job.Args)
	}))
}

// Every enqueues a job at this interval (from 1 s), in one process of all that
// run. While one of them waits or runs, no further one is made. The kind needs a
// handler as any other.
func Every(w *Workers, interval time.Duration, args Args) {
	options := river.InsertOpts{UniqueOpts: river.UniqueOpts{
		ByArgs: true,
		ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateRunning, rivertype.JobStateScheduled,
		},
	}}
	w.periodic = append(w.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args, &options },
		&river.PeriodicJobOpts{RunOnStart: true}))
}

// errorLog tells the operator of failures; the last one is the loudest.
type errorLog struct{ logger *slog.Logger }

func (l errorLog) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	l.logger.Log(ctx, severity(job), "job failed", "job", job.ID, "kind", job.Kind, "attempt", job.Attempt, "error", err)
	return nil
}

func (l errorLog) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	l.logger.ErrorContext(ctx, "job panicked", "job", job.ID, "kind", job.Kind, "attempt", job.Attempt, "panic", value, "trace", trace)
	return nil
}

func severity(job *rivertype.JobRow) slog.Level {
	if job.Attempt >= job.MaxAttempts {
		return slog.LevelError
	}
	return slog.LevelWarn
}
