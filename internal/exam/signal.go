package exam

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
)

const (
	// signalOverlap is how far back each poll looks: a row becomes visible when its transaction commits, some time after the
	// moment that it carries.
	signalOverlap = 30 * time.Second
	// SignalEvery is how often a process polls (decision 24): an event stream tells its page within two of these.
	SignalEvery = time.Second
)

// signal topics.
const attemptTopic = "attempt"

// signals wake the event streams of this process. A stream that is woken reads the attempt's state itself, so that waking
// once too often does no harm and one wake stands for many.
type signals struct {
	mu      sync.Mutex
	streams map[AttemptID]map[chan struct{}]struct{}
	applied map[int64]time.Time
}

// Listen gives a channel that is written to when there may be news of the attempt; stop ends it.
func (s *Service) Listen(id AttemptID) (news <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	s.signals.mu.Lock()
	defer s.signals.mu.Unlock()
	if s.signals.streams == nil {
		s.signals.streams = map[AttemptID]map[chan struct{}]struct{}{}
	}
	if s.signals.streams[id] == nil {
		s.signals.streams[id] = map[chan struct{}]struct{}{}
	}
	s.signals.streams[id][ch] = struct{}{}
	return ch, func() {
		s.signals.mu.Lock()
		defer s.signals.mu.Unlock()
		delete(s.signals.streams[id], ch)
		if len(s.signals.streams[id]) == 0 {
			delete(s.signals.streams, id)
		}
	}
}

// PollSignals reads what this process must tell its streams.
func (s *Service) PollSignals(ctx context.Context) error {
	now := s.db.Now()
	var seen struct {
		IDs      db.Int64s `db:"ids"`
		Subjects db.Int64s `db:"subjects"`
	}
	if err := s.store.Get(ctx, s.db, &seen, "signals_since", attemptTopic, now.Add(-signalOverlap)); err != nil {
		return err
	}
	s.signals.mu.Lock()
	defer s.signals.mu.Unlock()
	if s.signals.applied == nil {
		s.signals.applied = map[int64]time.Time{}
	}
	for i, id := range seen.IDs {
		if _, done := s.signals.applied[id]; done {
			continue
		}
		s.signals.applied[id] = now
		for ch := range s.signals.streams[AttemptID(seen.Subjects[i])] {
			select {
			case ch <- struct{}{}:
			default: // a wake is waiting already
			}
		}
	}
	for id, at := range s.signals.applied {
		if now.Sub(at) > 2*signalOverlap {
			delete(s.signals.applied, id)
		}
	}
	return nil
}

// announce counts up the news of attempts and signals them to every process, in the act's transaction.
func (s *Service) announce(ctx context.Context, tx *db.Tx, attempts []AttemptID) error {
	if len(attempts) == 0 {
		return nil
	}
	_, err := s.store.Exec(ctx, tx, "attempts_announce", db.Array(int64s(attempts)), attemptTopic, tx.Now())
	return err
}

// Tidy removes signals that every process has read, and sightings that count for nothing any more.
func (s *Service) Tidy(ctx context.Context) error {
	before := s.db.Now().Add(-24 * time.Hour)
	_, signals := s.store.Exec(ctx, s.db, "signals_tidy", before)
	_, seen := s.store.Exec(ctx, s.db, "seen_tidy", before)
	return errors.Join(signals, seen)
}
