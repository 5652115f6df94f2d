package remediation

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

func (s store) propose(ctx context.Context, tx *db.Tx, c Case, kind Event, reason string, by account.PersonID) error {
	var id DecisionID
	err := s.q.Get(ctx, tx, &id, "insert_decision", c.ID, c.Cycle, kind, reason, by, tx.Now())
	if db.Violates(err, "case_decision_one_open") {
		return errs.New(errs.Conflict, "error.remediation.proposed_already").With(err)
	}
	return err
}

func (s store) openDecision(ctx context.Context, tx *db.Tx, id CaseID) (Decision, error) {
	var d Decision
	err := s.q.Get(ctx, tx, &d, "open_decision", id)
	return d, err
}

func (s store) decide(ctx context.Context, tx *db.Tx, id DecisionID, approve bool, by account.PersonID, remark string) error {
	state := "refused"
	if approve {
		state = "approved"
	}
	return s.q.One(ctx, tx, "decide", id, state, by, tx.Now(), remark)
}

// moot ends the proposals that wait for their second person, because there is nothing left to decide, and tells of which cases.
func (s store) moot(ctx context.Context, tx *db.Tx, ids []CaseID) ([]CaseID, error) {
	var of []CaseID
	err := s.q.Select(ctx, tx, &of, "moot", db.Array(account.Int64s(ids)), tx.Now())
	return of, err
}
