package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// NotBegun is somebody who may sit a regular exam now and has not begun.
type NotBegun struct {
	ExamID      ExamID           `db:"exam_id"`
	Title       string           `db:"title"`
	PublishedAt time.Time        `db:"published_at"`
	PersonID    account.PersonID `db:"person_id"`
	OpensAt     time.Time        `db:"opens_at"` // the person's own window
	ClosesAt    time.Time        `db:"closes_at"`
}

// NotBegun lists them by exam and window, for reminders: those whose window began or ends within the time given of now.
func (s *Service) NotBegun(ctx context.Context, x db.Q, now time.Time, within time.Duration) ([]NotBegun, error) {
	var out []NotBegun
	err := s.store.Select(ctx, x, &out, "not_begun", now, int(within/time.Second))
	return out, err
}
