package account

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/peikao/peikao/internal/platform/errs"
)

// Limits of a staff list.
const (
	MaxImportBytes    = 5 << 20
	maxImportRows     = 2000
	maxUnpackedBytes  = 64 << 20 // a sheet is a zip: 5 MiB may unpack to much more
	maxNewLoginsAtOne = 500      // each first password takes a hash
)

// ImportColumns is the one layout of a staff list, in the template's order.
// The header's words are the layout: they are Chinese in both languages.
var ImportColumns = []string{"工号", "姓名", "手机", "邮箱", "部门路径", "岗位", "入职日期", "角色", "登录名"}

const (
	colNumber = iota
	colName
	colPhone
	colEmail
	colUnit
	colPost
	colHired
	colRoles
	colLogin
)

// ImportRow is a row of a staff list as it was read; Line counts from 1 with
// the header.
type ImportRow struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"` // one for each of ImportColumns
}

// ReadPeopleFrom is ReadPeople for an upload of unknown length; one of more
// than MaxImportBytes is TooLarge.
func ReadPeopleFrom(name string, r io.Reader) ([]ImportRow, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxImportBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxImportBytes {
		return nil, errs.New(errs.TooLarge, "error.too_large", "limit", "5 MiB")
	}
	return ReadPeople(name, data)
}

// ReadPeople reads an XLSX (first sheet) or CSV (UTF-8 or GB18030) file whose
// first filled row names the columns, in any order. Errors are Invalid at the
// field "file".
func ReadPeople(name string, data []byte) ([]ImportRow, error) {
	var table [][]string
	var err error
	if strings.HasSuffix(strings.ToLower(name), ".xlsx") {
		table, err = readXLSX(data)
	} else {
		table, err = readCSV(data)
	}
	if err != nil {
		return nil, err
	}
	return arrange(table)
}

func fileProblem(key string, kv ...any) error {
	return errs.InvalidFields(errs.NewField("file", key, kv...))
}

func readXLSX(data []byte) ([][]string, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpackedBytes, UnzipXMLSizeLimit: maxUnpackedBytes})
	if err != nil {
		return nil, fileProblem("error.account.import_xlsx")
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		return nil, fileProblem("error.account.import_xlsx")
	}
	defer rows.Close()
	var out [][]string
	for rows.Next() {
		if len(out) > maxImportRows+20 {
			return nil, fileProblem("error.account.import_rows", "max", maxImportRows)
		}
		cells, err := rows.Columns()
		if err != nil {
			return nil, fileProblem("error.account.import_xlsx")
		}
		out = append(out, cells)
	}
	return out, nil
}

func readCSV(data []byte) ([][]string, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) { // Excel in China saves CSV in GBK
		var err error
		if data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data); err != nil {
			return nil, fileProblem("error.account.import_csv")
		}
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	var out [][]string
	for {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fileProblem("error.account.import_csv")
		case len(out) > maxImportRows+20:
			return nil, fileProblem("error.account.import_rows", "max", maxImportRows)
		}
		// encoding/csv drops empty lines; the line number must survive
		for line, _ := r.FieldPos(0); len(out) < line-1; {
			out = append(out, nil)
		}
		out = append(out, cells)
	}
}

// arrange finds the header and brings each row's cells into the layout's order.
func arrange(table [][]string) ([]ImportRow, error) {
	head := 0
	for head < len(table) && blank(table[head]) {
		head++
	}
	if head == len(table) {
		return nil, fileProblem("error.account.import_empty")
	}
	at, err := columnsOf(table[head])
	if err != nil {
		return nil, err
	}
	var out []ImportRow
	for i, cells := range table[head+1:] {
		if blank(cells) {
			continue
		}
		row := ImportRow{Line: head + i + 2, Cells: make([]string, len(ImportColumns))}
		for c, from := range at {
			if from >= 0 && from < len(cells) {
				row.Cells[c] = strings.TrimSpace(cells[from])
			}
		}
		out = append(out, row)
	}
	switch {
	case len(out) == 0:
		return nil, fileProblem("error.account.import_empty")
	case len(out) > maxImportRows:
		return nil, fileProblem("error.account.import_rows", "max", maxImportRows)
	}
	return out, nil
}

// columnsOf maps the layout's columns to the file's; a missing optional one is
// -1. 工号, 姓名, 部门路径 and 岗位 must be there.
func columnsOf(header []string) ([]int, error) {
	at := make([]int, len(ImportColumns))
	for c, name := range ImportColumns {
		at[c] = -1
		for i, cell := range header {
			if strings.Trim(strings.TrimSpace(cell), "*＊") == name {
				at[c] = i
				break
			}
		}
		if at[c] < 0 && (c == colNumber || c == colName || c == colUnit || c == colPost) {
			return nil, fileProblem("error.account.import_header", "column", name)
		}
	}
	return at, nil
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// Template is the staff list's XLSX with the header and one example row; the
// number and phone columns are text, so that Excel keeps their zeros.
func Template() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	sheet := f.GetSheetName(0)
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return nil, err
	}
	if err := f.SetColStyle(sheet, "A:I", text); err != nil {
		return nil, err
	}
	if err := f.SetColWidth(sheet, "A", "I", 18); err != nil {
		return nil, err
	}
	example := []string{"A0001", "王小美", "13800000000", "xiaomei@example.com", "总院/企划部/网络咨询部", "网络咨询员", "2024-03-01", "咨询员", "wangxm"}
	for i, row := range [][]string{ImportColumns, example} {
		for c, value := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, i+1)
			if err != nil {
				return nil, err
			}
			if err := f.SetCellStr(sheet, cell, value); err != nil {
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	err = f.Write(&b)
	return b.Bytes(), err
}
