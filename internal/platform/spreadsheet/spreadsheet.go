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

// CSV writes rows one by one, every cell safe.
type CSV struct{ w *csv.Writer }

// NewCSV begins a file.
func NewCSV(w io.Writer) (*CSV, error) {
	_, err := io.WriteString(w, byteOrderMark)
	return &CSV{csv.NewWriter(w)}, err
}

// Write adds a row.
func (c *CSV) Write(row []string) error { return c.w.Write(cells(row)) }

// Flush writes what is still held back and tells whether anything failed.
func (c *CSV) Flush() error {
	c.w.Flush()
	return c.w.Error()
}

// WriteCSV writes a whole table.
func WriteCSV(w io.Writer, rows [][]string) error {
	c, err := NewCSV(w)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := c.Write(r); err != nil {
			return err
		}
	}
	return c.Flush()
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
			values[j] = text
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
