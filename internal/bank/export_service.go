package bank

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/questionbank/table"
)

// maxExport bounds one exported list.
const maxExport = 20_000

// exportColumns are those that an import reads, so that an exported list can be edited and read back in, and what only the
// list knows.
var exportColumns = append(slices.Clone(table.Columns), "状态", "题号")

// Export is the questions of the filter with their keys as lines under a head, and records who took how many in which format. Invalid for
// more than leave at once.
func (s *Service) Export(ctx context.Context, v account.Viewer, f Filter, format string) ([][]string, error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, err
	}
	rows, err := s.whole(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := s.db.InTx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, v, "bank.export", "bank", map[string]any{"questions": len(rows), "format": format})
	}); err != nil {
		return nil, err
	}
	return append([][]string{exportColumns}, linesOf(rows)...), nil
}

// whole are all questions of the filter.
func (s *Service) whole(ctx context.Context, f Filter) ([]Row, error) {
	return page.Whole(maxExport, func(limit int) ([]Row, int, error) { return s.list(ctx, f, limit, 0) })
}

// linesOf are the questions as lines of the export.
func linesOf(rows []Row) [][]string {
	out := make([][]string, len(rows))
	for i, r := range rows {
		out[i] = append(table.Cells(r.Question()), words.T(words.ZH, r.State.WordKey()), r.QuestionID.String())
	}
	return out
}
