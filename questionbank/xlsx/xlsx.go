// Package xlsx reads questions from an Excel workbook and writes the template that trainers start from. What the
// columns may be called and hold is said in package table; every sheet is looked through. Input is bounded: 32 MB
// packed, 128 MB unpacked, 64 columns, questionbank.MaxItems questions.
package xlsx

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/table"
)

const (
	maxUnzippedBytes = 128 << 20
	maxSheets        = 50
	maxRows          = questionbank.MaxItems + 1000 // titles and empty rows between
	maxColumns       = 64
)

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
	sheets, err := readSheets(&b, data)
	if err != nil {
		return nil, questionbank.Unreadable("xlsx_broken", "不是有效的 .xlsx 文件，或展开后太大"), nil
	}
	table.Decode(&b, sheets)
	return b.Items, b.Problems, nil
}

// readSheets turns a panic of the parser into an error: the bytes come from outside, and the parser is not ours.
func readSheets(b *questionbank.Batch, data []byte) (sheets []table.Sheet, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("parser failed: %v", p)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzippedBytes, UnzipXMLSizeLimit: maxUnzippedBytes})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for i, name := range f.GetSheetList() {
		if i == maxSheets {
			b.Note(questionbank.Error, "工作表 "+name, "sheets_many", fmt.Sprintf("一个文件最多 %d 张工作表，从这一张起没有读取", maxSheets))
			break
		}
		sheet, err := readSheet(b, f, name)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, sheet)
	}
	return sheets, nil
}

func readSheet(b *questionbank.Batch, f *excelize.File, name string) (table.Sheet, error) {
	sheet := table.Sheet{Name: name}
	rows, err := f.Rows(name)
	if err != nil {
		return sheet, err
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			return sheet, err
		}
		if !filled(cells) { // formats often reach a million rows down
			continue
		}
		place := fmt.Sprintf("工作表 %s 第 %d 行", name, n)
		if len(sheet.Rows) == maxRows {
			b.Note(questionbank.Error, place, "rows_many", fmt.Sprintf("一张工作表最多 %d 行，从这一行起没有读取", maxRows))
			break
		}
		if len(cells) > maxColumns {
			b.Note(questionbank.Warning, place, "columns_many", fmt.Sprintf("只读取前 %d 列", maxColumns))
			cells = cells[:maxColumns]
		}
		sheet.Rows = append(sheet.Rows, table.Row{Number: n, Cells: cells})
	}
	if err := rows.Error(); err != nil {
		return sheet, err
	}
	return sheet, spreadMerged(f, &sheet)
}

func filled(cells []string) bool {
	return slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// spreadMerged writes the value of a cell that reaches down over several rows (a chapter, as a rule) into each of them.
// Cells that reach over columns are titles and stay as they are.
func spreadMerged(f *excelize.File, sheet *table.Sheet) error {
	merged, err := f.GetMergeCells(sheet.Name)
	if err != nil {
		return err
	}
	written := 0
	for _, m := range merged {
		left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil || left != right || left > maxColumns {
			continue
		}
		first, _ := slices.BinarySearchFunc(sheet.Rows, top+1, func(r table.Row, n int) int { return r.Number - n })
		for j := first; j < len(sheet.Rows) && sheet.Rows[j].Number <= bottom; j++ {
			if written++; written > maxRows*maxColumns { // ranges of a sound file do not overlap
				return nil
			}
			row := &sheet.Rows[j]
			for len(row.Cells) < left {
				row.Cells = append(row.Cells, "")
			}
			row.Cells[left-1] = m.GetCellValue()
		}
	}
	return nil
}
