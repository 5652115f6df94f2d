// Package xlsx reads questions from an Excel workbook, and writes the template that trainers start from and questions in its
// layout. What the columns may be called and hold is said in package table; every sheet is looked through.
//
// Reading is done here and not by a library, because the file comes from outside: it is bounded by packages archive and xmlread, by
// the limits of table.Grid, and by 64 MB of XML and a million texts in a workbook.
package xlsx

import (
	"bytes"
	"errors"
	"io"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/archive"
	"github.com/peikao/peikao/questionbank/table"
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
	grid := table.NewGrid(&b)
	if err := readBook(grid, data); err != nil {
		return nil, refused(err), nil
	}
	table.Decode(&b, grid.Sheets)
	return b.Items, b.Problems, nil
}

func refused(err error) []questionbank.Problem {
	var a *archive.Error
	switch {
	case errors.As(err, &a) && a.Code != "zip_broken":
		return questionbank.Unreadable(a.Code, "不是有效的 .xlsx 文件："+a.Message)
	case errors.Is(err, errTooLong):
		return questionbank.Unreadable("xlsx_long", "工作簿太大：最多 64 MB 的表格、一百万段文字")
	}
	return questionbank.Unreadable("xlsx_broken", "不是有效的 .xlsx 文件")
}
