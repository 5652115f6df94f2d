package db

import (
	"context"
	"sync"
	"time"
)

// Tally notes the named statements that run under one context: tests hold pages to their budget by it, and the benchmark of
// pages names what was slow. BEGIN and COMMIT are not statements. It is safe for concurrent use.
type Tally struct {
	mu   sync.Mutex
	runs []Run
}

// Run is one statement that ran: its name in queries.sql and how long it took until its rows were read.
type Run struct {
	Name string
	Took time.Duration
}

type tallyKey struct{}

// WithTally is a context whose statements are noted in the tally.
func WithTally(ctx context.Context) (context.Context, *Tally) {
	t := new(Tally)
	return context.WithValue(ctx, tallyKey{}, t), t
}

// Runs are the statements so far, in the order in which they ended.
func (t *Tally) Runs() []Run {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Run(nil), t.runs...)
}

// noted begins a statement; what it returns ends it.
func noted(ctx context.Context, name string) (done func()) {
	t, ok := ctx.Value(tallyKey{}).(*Tally)
	if !ok {
		return func() {}
	}
	began := time.Now()
	return func() {
		took := time.Since(began)
		t.mu.Lock()
		defer t.mu.Unlock()
		t.runs = append(t.runs, Run{Name: name, Took: took})
	}
}
