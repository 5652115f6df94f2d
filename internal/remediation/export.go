package remediation

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// maxExport bounds a list that leaves the system.
const maxExport = 20_000

// Export is every case of the board's filter, and records that the list left the system: who, how many, why (threat 63). Errors: Invalid
// without a reason, or for more than leave at once.
func (s *Service) Export(ctx context.Context, v account.Viewer, f Filter, reason string) ([]BoardRow, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return nil, errs.InvalidFields(errs.NewField("reason", "error.field.required"))
	}
	rows, err := page.Whole(maxExport, func(limit int) ([]BoardRow, int, error) {
		rows, total, _, err := s.board(ctx, v, f, limit, 0)
		return rows, total, err
	})
	if err != nil {
		return nil, err
	}
	return rows, s.d.InTx(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Event{Actor: v.Actor(), Act: "case.export", Subject: "cases", Body: map[string]any{"count": len(rows), "reason": reason}})
	})
}
