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

// Export hands every case of the board's filter to fn, a page at a time, and records that the list left the system: who, how
// many, why (threat 63). Errors: Invalid without a reason.
func (s *Service) Export(ctx context.Context, v account.Viewer, f Filter, reason string, fn func(BoardRow) error) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return errs.InvalidFields(errs.NewField("reason", "error.field.required"))
	}
	count, err := page.Each(maxExport, func(p page.Page) ([]BoardRow, error) {
		f.Page = p
		rows, _, _, err := s.Board(ctx, v, f)
		return rows, err
	}, fn)
	if err != nil {
		return err
	}
	return s.d.InTx(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Event{Actor: v.Actor(), Act: "case.export", Subject: "cases", Body: map[string]any{"count": count, "reason": reason}})
	})
}
