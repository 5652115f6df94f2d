package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// tally is what happened, over all examinees.
type tally struct {
	typed, acknowledged, doubts, resent, renumbered, takeovers, reloads, starts, handIns atomic.Int64

	mu        sync.Mutex
	surprises []string // answers that the contract does not foresee
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
