package xls

import (
	"errors"
	"io"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/table"
)

var (
	errOld    = errors.New("older than BIFF8")
	errLocked = errors.New("encrypted")
	errNoBook = errors.New("no workbook in the file")
)

// Decode reads the workbook. The error is the reader's own; all that is wrong with the file is in the problems.
func Decode(r io.Reader) ([]qb.Item, []qb.Problem, error) {
	data, err := qb.ReadAll(r)
	if err == qb.ErrTooLarge {
		return nil, qb.TooLarge(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	var b qb.Batch
	grid := table.NewGrid(&b)
	switch err := read(data, grid); err {
	case nil:
	case errOld:
		return nil, qb.Unreadable("xls_old", "这是 Excel 95 或更早的文件：请在 Excel 里打开，另存为 .xlsx"), nil
	case errLocked:
		return nil, qb.Unreadable("xls_locked", "文件有密码：请在 Excel 里打开，去掉密码再保存"), nil
	default:
		return nil, qb.Unreadable("xls_broken", "不是有效的 .xls 文件"), nil
	}
	table.Decode(&b, grid.Sheets)
	return b.Items, b.Problems, nil
}

func read(data []byte, grid *table.Grid) error {
	c, err := openCompound(data)
	if err != nil {
		return err
	}
	if c.entry(streamEntry, "EncryptedPackage") != nil {
		return errLocked // an .xlsx with a password
	}
	book, err := c.stream("Workbook")
	if err != nil {
		return err
	}
	if book == nil {
		if c.entry(streamEntry, "Book") != nil {
			return errOld
		}
		return errNoBook
	}
	w := workbook{data: book, grid: grid}
	return w.read()
}
