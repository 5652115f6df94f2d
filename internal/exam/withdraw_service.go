package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// Withdraw takes a person off a retake or re-exam that is no longer owed: it cannot be started, and nothing is made of the
// absence. It runs in the transaction of the act that lifts the fail, and the caller answers for who may. withdrawn is false
// when the person has begun or is settled: what was begun is left to its end.
func (s *Service) Withdraw(ctx context.Context, tx *db.Tx, id ExamID, person account.PersonID) (withdrawn bool, err error) {
	if _, err := s.store.Exec(ctx, tx, "candidate_hold", int64(id), int64(person)); err != nil {
		return false, err
	}
	n, err := s.store.Exec(ctx, tx, "candidate_withdraw", int64(id), int64(person), tx.Now())
	if err != nil || n == 0 {
		return false, err
	}
	return true, record(ctx, tx, account.System(), "exam.withdraw", examSubject(id), map[string]any{"person_id": person})
}
