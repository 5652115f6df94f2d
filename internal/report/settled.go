package report

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/money"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Settled is what the round of a result has come to for the viewer: what it brought, or the own case that decides it.
type Settled struct {
	Outcome string    `db:"outcome"` // of the ledger; "" while nothing stands
	Points  int64     `db:"points"`
	Fen     money.Fen `db:"fen"`
	Version int       `db:"version"` // of the policy
	Case    int64     `db:"case_id"` // the viewer's own open one; 0 for none
}

// Settled tells it in one statement; the zero value is of an attempt that does not exist, or of which the viewer may see neither.
func (s *Service) Settled(ctx context.Context, v account.Viewer, attempt int64) (out Settled, err error) {
	lines := v.Scope(account.LedgerRead)
	err = s.store.Get(ctx, s.db, &out, "of_attempt", attempt, lines.All, lines.PersonID, db.Array(lines.UnitIDs), v.Scope(account.CaseRead).PersonID)
	if errs.Is(err, errs.NotFound) {
		err = nil
	}
	return out, err
}
