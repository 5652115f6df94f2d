// Package xlsx reads questions from an Excel workbook and writes the template that trainers start from. What the
// columns may be called and hold is said in package table; every sheet is looked through. Input is bounded: 32 MB
// packed, 128 MB unpacked, 64 columns, questionbank.MaxItems questions.
package xlsx

import (
	"bytes"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/table"
)

const maxUnzippedBytes = 128 << 20

// compound is how .xls and password-protected files begin.
var compound = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// Decode reads the workbook. The error is the reader's own; all that is wrong with the file is in the problems.
func Decode(r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	data, err := questionbank.ReadAll(r)
	if err == questionbank.ErrTooLarge {
		return nil, questionbank.TooLarge(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	if bytes.HasPrefix(data, compound) {
		return nil, questionbank.Unreadable("xls", "这是旧版 .xls 或有密码的文件：请在 Excel 里打开，另存为 .xlsx（不设密码）"), nil
	}
	var b questionbank.Batch
	grid := table.NewGrid(&b)
	if err := readSheets(grid, data); err != nil {
		return nil, questionbank.Unreadable("xlsx_broken", "不是有效的 .xlsx 文件，或展开后太大"), nil
	}
	table.Decode(&b, grid.Sheets)
	return b.Items, b.Problems, nil
}

// readSheets turns a panic of the parser into an error: the bytes come from outside, and the parser is not ours.
func readSheets(grid *table.Grid, data []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("parser failed: %v", p)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzippedBytes, UnzipXMLSizeLimit: maxUnzippedBytes})
	if err != nil {
		return err
	}
	defer f.Close()
	for _, name := range f.GetSheetList() {
		if !grid.Sheet(name) {
			break
		}
		if err := readSheet(grid, f, name); err != nil {
			return err
		}
	}
	return nil
}

func readSheet(grid *table.Grid, f *excelize.File, name string) error {
	rows, err := f.Rows(name)
	if err != nil {
		return err
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			return err
		}
		if !grid.Row(n, cells) {
			break
		}
	}
	if err := rows.Error(); err != nil {
		return err
	}
	return spreadMerged(grid, f, name)
}

func spreadMerged(grid *table.Grid, f *excelize.File, name string) error {
	cells, err := f.GetMergeCells(name)
	if err != nil {
		return err
	}
	var ranges []table.Merged
	for _, m := range cells {
		left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 == nil && err2 == nil {
			ranges = append(ranges, table.Merged{Top: top, Left: left, Bottom: bottom, Right: right})
		}
	}
	grid.Spread(ranges)
	return nil
}
