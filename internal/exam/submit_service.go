package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Submit hands the viewer's attempt in and gives the receipt, the same one every time (promise 12). Errors: NotFound,
// Conflict when the lease is lost, Gone for what was declared void and has none, Unavailable when it is not confirmed: asking again gives the receipt.
func (s *Service) Submit(ctx context.Context, v account.Viewer, id AttemptID, lease string, receivedAt time.Time) (Receipt, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Receipt{}, err
	}
	if lease != "" {
		h := handIn{attempt: id, person: v.PersonID, lease: lease, cause: ByExaminee, submittedAt: receivedAt, deadlineBy: farFuture}
		if receipt, err := s.handIn(ctx, v, h); !errs.Is(err, errs.Conflict) {
			return receipt, err
		}
	}
	// It is handed in already, or the lease is another's.
	a, err := s.store.standing(ctx, s.db, v, id)
	if err != nil {
		return Receipt{}, err
	}
	if r := a.receipt(); r != nil {
		return s.confirmed(ctx, *r)
	}
	if a.State == AttemptVoid { // declared so before anybody handed it in
		return Receipt{}, errHandedIn()
	}
	return Receipt{}, errLeaseLost().WithExtra("last_seq", a.LastSeq)
}

// confirmed gives a receipt again after a durable write of its own: the hand-in may stand here and on no standby yet, and
// reading it would confirm it (decision 15).
func (s *Service) confirmed(ctx context.Context, r Receipt) (Receipt, error) {
	err := s.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		return s.store.One(ctx, tx, "attempt_confirm", int64(r.AttemptID))
	})
	if err != nil {
		return Receipt{}, err
	}
	return r, nil
}
