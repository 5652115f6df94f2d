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

// Export hands every sheet that fits to fn, a page at a time, and records that the list left the system: who, how many,
// why. Without a reason it is Invalid.
func (s *Service) Export(ctx context.Context, v account.Viewer, id CycleID, f SheetFilter, reason string, fn func(Sheet) error) error {
	sc, err := beyondSelf(v, account.AppraisalRead)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if n := len([]rune(reason)); n == 0 || n > maxReason {
		return errs.InvalidFields(errs.NewField("reason", "error.appraisal.reason", "limit", maxReason))
	}
	count, err := page.Each(maxExport, func(p page.Page) ([]Sheet, error) {
		rows, _, err := s.sheets(ctx, sc, id, f, p)
		return rows, err
	}, fn)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, v.Actor(), "appraisal.export", cycleSubject(id), map[string]any{"count": count, "reason": reason})
	})
}
