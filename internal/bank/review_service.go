package bank

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/policy"
)

// maxWaiting is how far the queue of single versions is counted.
const maxWaiting = 5000

// Submit puts the drafts of the questions before the reviewers, all of them or none. Errors: Conflict for a question without
// a draft, or one that could not be published.
func (s *Service) Submit(ctx context.Context, v account.Viewer, ids ...QuestionID) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	return s.each(ctx, ids, func(tx *db.Tx, was Detail) error {
		open := was.Editable()
		if err := maySubmit(open); err != nil {
			return err
		}
		if err := s.store.q.One(ctx, tx, "submit_version", open.ID, v.Actor(), tx.Now()); err != nil {
			return err
		}
		return s.reviewed(ctx, tx, v, open, ReviewSubmit, "")
	})
}

// Withdraw takes a version back from the reviewers. Errors: Conflict when it is not in review.
func (s *Service) Withdraw(ctx context.Context, v account.Viewer, id QuestionID) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	return s.each(ctx, []QuestionID{id}, func(tx *db.Tx, was Detail) error {
		return s.unsubmit(ctx, tx, v, was.Editable(), ReviewWithdraw, "")
	})
}

// Return sends versions back to whoever wrote them, all of them or none, with the reason. Errors: Invalid (no reason), Conflict
// (not in review, the reviewer's own, or not as it was seen).
func (s *Service) Return(ctx context.Context, v account.Viewer, note string, seen ...Seen) error {
	if err := v.Require(account.BankPublish); err != nil {
		return err
	}
	if err := checkReason("reason", note); err != nil {
		return err
	}
	return s.eachSeen(ctx, seen, func(tx *db.Tx, was Detail) error {
		open := was.Editable()
		if err := mayReturn(open, v.Actor()); err != nil {
			return err
		}
		return s.unsubmit(ctx, tx, v, open, ReviewReturn, strings.TrimSpace(note))
	})
}

func (s *Service) unsubmit(ctx context.Context, tx *db.Tx, v account.Viewer, open Version, act ReviewAct, note string) error {
	if open.State != StateInReview {
		return errs.New(errs.Conflict, "error.bank.not_in_review", "id", open.QuestionID)
	}
	if err := s.store.q.One(ctx, tx, "unsubmit_version", open.ID); err != nil {
		return err
	}
	return s.reviewed(ctx, tx, v, open, act, note)
}

// reviewed keeps one act of review, in its history and in the audit.
func (s *Service) reviewed(ctx context.Context, tx *db.Tx, v account.Viewer, open Version, act ReviewAct, note string) error {
	if _, err := s.store.q.Exec(ctx, tx, "insert_review", open.ID, open.Revision, act, v.Actor(), tx.Now(), note); err != nil {
		return err
	}
	return record(ctx, tx, v, "bank.review."+string(act), subject(open.QuestionID), map[string]any{"version": int64(open.ID), "revision": open.Revision, "note": note})
}

// eachSeen is each for versions that somebody had before their eyes.
func (s *Service) eachSeen(ctx context.Context, seen []Seen, act func(*db.Tx, Detail) error) error {
	ids, by := make([]QuestionID, len(seen)), map[QuestionID]Seen{}
	for i, one := range seen {
		ids[i], by[one.ID] = one.ID, one
	}
	return s.each(ctx, ids, func(tx *db.Tx, was Detail) error {
		if err := by[was.ID].changed(was.Editable()); err != nil {
			return err
		}
		return act(tx, was)
	})
}

// Reviews is a question's history in review, the newest act first.
func (s *Service) Reviews(ctx context.Context, v account.Viewer, d Detail) ([]Review, error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, err
	}
	ids := make([]int64, len(d.Versions))
	for i, version := range d.Versions {
		ids[i] = int64(version.ID)
	}
	var out []Review
	err := s.store.q.Select(ctx, s.db, &out, "reviews_of", db.Array(ids))
	return out, err
}

// Waiting are the single versions that wait for a reviewer, and how many there are in all, at most maxWaiting.
func (s *Service) Waiting(ctx context.Context, v account.Viewer, p page.Page) (versions []Version, total int, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, 0, err
	}
	if err := s.store.q.Get(ctx, s.db, &total, "waiting_alone_count"); err != nil || total == 0 {
		return nil, 0, err
	}
	versions, err = s.store.waiting(ctx, s.db, "waiting_alone", p.Limit(), p.Offset())
	return versions, min(total, maxWaiting), err
}

// Batches are the imports of which something waits.
func (s *Service) Batches(ctx context.Context, v account.Viewer) ([]ImportBatch, error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, err
	}
	var out []ImportBatch
	err := s.store.q.Select(ctx, s.db, &out, "batches")
	return out, err
}

// Batch is what of one import waits, and one page of it. Errors: NotFound.
func (s *Service) Batch(ctx context.Context, v account.Viewer, id ImportID, p page.Page) (b ImportBatch, versions []Version, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return b, nil, err
	}
	if err := s.store.q.Get(ctx, s.db, &b, "batch", id); err != nil || b.Waiting == 0 {
		return b, nil, err
	}
	versions, err = s.store.waiting(ctx, s.db, "waiting_of_import", id, p.Limit(), p.Offset())
	return b, versions, err
}

// ApproveBatch publishes what of an import waits; what the reviewer wrote at themself stays. It returns how many were
// published. Errors: Invalid (what was read, and how, is not said), Conflict (the own import, or it moved since it was seen).
func (s *Service) ApproveBatch(ctx context.Context, v account.Viewer, id ImportID, r BatchReview) (int, error) {
	return s.onBatch(ctx, v, id, ReviewApprove, func(tx *db.Tx, b ImportBatch) (int64, error) {
		if err := r.check(b); err != nil {
			return 0, err
		}
		return s.store.q.Exec(ctx, tx, "approve_batch", id, v.Actor(), tx.Now(), strings.TrimSpace(r.Note), r.Looked)
	}, map[string]any{"looked": r.Looked, "note": strings.TrimSpace(r.Note)})
}

// ReturnBatch sends what of an import waits back to whoever imported it. It returns how many. Errors: Invalid (no reason),
// Conflict (the own import, or nothing waits).
func (s *Service) ReturnBatch(ctx context.Context, v account.Viewer, id ImportID, note string) (int, error) {
	return s.onBatch(ctx, v, id, ReviewReturn, func(tx *db.Tx, b ImportBatch) (int64, error) {
		if err := checkReason("reason", note); err != nil {
			return 0, err
		}
		return s.store.q.Exec(ctx, tx, "return_batch", id, v.Actor(), tx.Now(), strings.TrimSpace(note))
	}, map[string]any{"note": strings.TrimSpace(note)})
}

func (s *Service) onBatch(ctx context.Context, v account.Viewer, id ImportID, act ReviewAct, do func(*db.Tx, ImportBatch) (int64, error), body map[string]any) (int, error) {
	if err := v.Require(account.BankPublish); err != nil {
		return 0, err
	}
	n := 0
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var locked ImportID
		if err := s.store.q.Get(ctx, tx, &locked, "lock_batch", id); err != nil {
			return err
		}
		var b ImportBatch
		if err := s.store.q.Get(ctx, tx, &b, "batch", id); err != nil {
			return err
		}
		if b.CreatedBy == v.Actor() {
			return errs.New(errs.Conflict, "error.bank.own_import")
		}
		done, err := do(tx, b)
		if err != nil {
			return err
		}
		if n = int(done); n == 0 {
			return errs.New(errs.Conflict, "error.bank.batch_changed", "n", b.Waiting)
		}
		body["questions"] = n
		return record(ctx, tx, v, "bank.review.batch_"+string(act), "bank_import:"+id.String(), body)
	})
	return n, err
}

// ReviewPolicy is the one that holds now; a clinic without any has the default.
func (s *Service) ReviewPolicy(ctx context.Context) (ReviewPolicy, error) {
	return s.reviewPolicy(ctx, s.db)
}

func (s *Service) reviewPolicy(ctx context.Context, x db.Q) (ReviewPolicy, error) {
	p, _, err := policy.Current[ReviewPolicy](ctx, s.policies, x, ReviewKind, x.Now())
	if errs.Is(err, errs.NotFound) {
		return DefaultReview(), nil
	}
	return p, err
}

// AddReview makes a new version of the policy, in force from the moment given; the zero time means at once. What was published
// before stays published. Errors: Invalid for a moment that has passed.
func (s *Service) AddReview(ctx context.Context, v account.Viewer, p ReviewPolicy, from time.Time) error {
	if err := v.Require(account.PolicyWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error { return policy.Add(ctx, s.policies, tx, ReviewKind, from, p, v.Actor()) })
}

// EnsurePolicies adds the default when there is none, so that the page of policies shows what holds.
func (s *Service) EnsurePolicies(ctx context.Context) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		return policy.Ensure(ctx, s.policies, tx, ReviewKind, DefaultReview(), account.System().Actor())
	})
}
