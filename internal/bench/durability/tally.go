package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// tally is what happened, over all examinees.
type tally struct {
	typed, acknowledged, doubts, resent, renumbered, takeovers, reloads, starts, handIns atomic.Int64

	mu        sync.Mutex
	surprises []string        // answers that the contract does not foresee
	took      []time.Duration // of saves that were answered at once
	lastAck   time.Time
	longest   time.Duration // without any acknowledgement
}

func (t *tally) surprise(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.surprises = append(t.surprises, fmt.Sprintf(format, args...))
}

func (t *tally) acked() {
	t.acknowledged.Add(1)
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if !t.lastAck.IsZero() {
		t.longest = max(t.longest, now.Sub(t.lastAck))
	}
	t.lastAck = now
}

// answered records how long a save took.
func (t *tally) answered(took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.took = append(t.took, took)
}

// percentile is how long so many of 100 saves took at most; 0 without any.
func (t *tally) percentile(of100 int) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.took) == 0 {
		return 0
	}
	slices.Sort(t.took)
	return t.took[(len(t.took)*of100+99)/100-1]
}
