package appraisal

import (
	"context"
	"encoding/csv"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

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
	count := 0
	for n := 1; count < maxExport; n++ {
		rows, _, err := s.sheets(ctx, sc, id, f, page.New(n, page.MaxSize))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := fn(r); err != nil {
				return err
			}
		}
		count += len(rows)
		if len(rows) < page.MaxSize {
			break
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, v.Actor(), "appraisal.export", cycleSubject(id), map[string]any{"count": count, "reason": reason})
	})
}

// SafeCell keeps a spreadsheet from running a text as a formula: one that begins like a formula gets an apostrophe, which
// the programs do not show.
func SafeCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(text[0])) {
		return "'" + text
	}
	return text
}

// WriteCSV writes a table as UTF-8 with the mark that Excel wants before Chinese text.
func WriteCSV(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	for _, r := range rows {
		if err := out.Write(safe(r)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteXLSX writes a table as one sheet of that name.
func WriteXLSX(w io.Writer, name string, rows [][]string) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, r := range rows {
		cells := make([]any, len(r))
		for j, text := range safe(r) {
			cells[j] = text
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

func safe(row []string) []string {
	out := make([]string, len(row))
	for i, text := range row {
		out[i] = SafeCell(text)
	}
	return out
}
