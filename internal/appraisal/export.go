package appraisal

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// maxExport bounds a list that leaves the system.
const maxExport = 20_000

// Export is every sheet that fits, and records that the list left the system: who, how many, why. Errors: Invalid without a reason, or for
// more than leave at once.
func (s *Service) Export(ctx context.Context, v account.Viewer, id CycleID, f SheetFilter, reason string) ([]Sheet, error) {
	sc, err := beyondSelf(v, account.AppraisalRead)
	if err != nil {
		return nil, err
	}
	reason = strings.TrimSpace(reason)
	if n := len([]rune(reason)); n == 0 || n > maxReason {
		return nil, errs.InvalidFields(errs.NewField("reason", "error.appraisal.reason", "limit", maxReason))
	}
	rows, err := page.Whole(maxExport, func(limit int) ([]Sheet, int, error) { return s.sheets(ctx, sc, id, f, limit, 0) })
	if err != nil {
		return nil, err
	}
	return rows, s.db.InTx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, v.Actor(), "appraisal.export", cycleSubject(id), map[string]any{"count": len(rows), "reason": reason})
	})
}
