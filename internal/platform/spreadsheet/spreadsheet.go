// Package spreadsheet writes lists for spreadsheet programs so that nothing that people typed can run there as a formula
// (threats.md, 42).
package spreadsheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// byteOrderMark stands at the beginning of a CSV file: without it Excel takes UTF-8 for GBK.
const byteOrderMark = "\xef\xbb\xbf"

// Cell puts an apostrophe before a text that a program would take for a formula; the programs do not show it.
func Cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(text[0])) {
		return "'" + text
	}
	return text
}

func cells(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = Cell(text)
	}
	return out
}

// WriteCSV writes a whole table, every cell safe.
func WriteCSV(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	for _, r := range rows {
		if err := c.Write(cells(r)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// WriteXLSX writes a whole table as one sheet of that name. Every cell is typed as a string, which no program runs, so the texts
// stay as they are and can be read back.
func WriteXLSX(w io.Writer, name string, rows [][]string) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return fmt.Errorf("spreadsheet: %w", err)
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("spreadsheet: %w", err)
	}
	for i, r := range rows {
		values := make([]any, len(r))
		for j, text := range r {
			if text != "" { // an empty cell would be written too
				values[j] = text
			}
		}
		if err := out.SetRow(fmt.Sprintf("A%d", i+1), values); err != nil {
			return fmt.Errorf("spreadsheet: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("spreadsheet: %w", err)
	}
	return f.Write(w)
}
