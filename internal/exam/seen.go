package exam

import (
	"context"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
)

// SeenEvery is how often a process writes down which pages it has heard of.
const SeenEvery = 5 * time.Second

// seen collects which pages were heard of, so that the live board can tell who is offline: one statement every few seconds,
// not one a request.
type seen struct {
	mu sync.Mutex
	at map[AttemptID]time.Time
}

func (s *seen) hear(id AttemptID, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == nil {
		s.at = map[AttemptID]time.Time{}
	}
	if len(s.at) < maxSheets {
		s.at[id] = at
	}
}

func (s *seen) take() map[AttemptID]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.at
	s.at = nil
	return out
}

// KeepSeen writes what was heard since the last time. What is lost with a process is heard again with the next heart-beat.
func (s *Service) KeepSeen(ctx context.Context) error {
	heard := s.seen.take()
	if len(heard) == 0 {
		return nil
	}
	ids, times := make([]int64, 0, len(heard)), make([]string, 0, len(heard))
	for id, at := range heard {
		ids, times = append(ids, int64(id)), append(times, at.UTC().Format(time.RFC3339Nano))
	}
	_, err := s.store.Exec(ctx, s.db, "seen_keep", db.Array(ids), db.Array(times))
	return err
}
