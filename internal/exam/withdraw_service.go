package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
)

// Withdraw takes people off a retake or re-exam that they no longer owe: it cannot be started, and nothing is made of the
// absence. It runs in the transaction of the act that lifts the fails, and the caller answers for who may. It returns who was taken off:
// not who has begun or is settled, because what was begun is left to its end.
func (s *Service) Withdraw(ctx context.Context, tx *db.Tx, id ExamID, people []account.PersonID) ([]account.PersonID, error) {
	if _, err := s.store.Exec(ctx, tx, "candidates_hold", int64(id), db.Array(account.Int64s(people))); err != nil {
		return nil, err
	}
	var off []account.PersonID
	if err := s.store.Select(ctx, tx, &off, "candidate_withdraw", int64(id), db.Array(account.Int64s(people)), tx.Now()); err != nil {
		return nil, err
	}
	events := make([]audit.Event, len(off))
	for i, person := range off {
		events[i] = event(account.System(), "exam.withdraw", examSubject(id), map[string]any{"person_id": person})
	}
	return off, audit.WriteAll(ctx, tx, events)
}
