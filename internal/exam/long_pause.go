package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// LongPause is after how long a pause is brought to mind: nobody is handed in while it lasts, and nobody of the exam sees the keys.
const LongPause = 30 * time.Minute

// LastingPause is a pause that nobody has ended, with who was paused together.
type LastingPause struct {
	ExamID   ExamID    `db:"exam_id"`
	Title    string    `db:"title"`
	PausedAt time.Time `db:"paused_at"`
	People   db.Int64s `db:"people"`
}

// PersonIDs are the people who are paused.
func (p LastingPause) PersonIDs() []account.PersonID {
	out := make([]account.PersonID, len(p.People))
	for i, id := range p.People {
		out[i] = account.PersonID(id)
	}
	return out
}

// LongPauses lists the pauses that have lasted for LongPause at now, for reminders.
func (s *Service) LongPauses(ctx context.Context, x db.Q, now time.Time) ([]LastingPause, error) {
	var out []LastingPause
	err := s.store.Select(ctx, x, &out, "long_pauses", now.Add(-LongPause))
	return out, err
}

// PausedFor is how long the examinee has been paused at now; 0 when the clock runs.
func (r LiveRow) PausedFor(now time.Time) time.Duration {
	if r.State(now) != LivePaused {
		return 0
	}
	return now.Sub(*r.PausedAt)
}

// LongPaused counts the rows that have been paused for LongPause.
func (b Board) LongPaused() (n int) {
	for _, r := range b.Rows {
		if r.PausedFor(b.At) >= LongPause {
			n++
		}
	}
	return n
}
