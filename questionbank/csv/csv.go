// Package csv reads questions from comma-separated text: UTF-8 with or without a byte order mark, UTF-16, or GB18030
// (what Excel writes in Chinese), parted by commas, tabs or semicolons. What the columns may be called and hold is said
// in package table. It reads the four columns Question, Options, Answer, Explanation of public exam collections too,
// whose options stand in one cell, parted by a literal "\n".
package csv

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/charset"
	"github.com/peikao/peikao/questionbank/table"
)

// Decode reads the file. The error is the reader's own; all that is wrong with the text is in the problems.
func Decode(r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	text, problems, err := charset.Read(r)
	if err != nil || problems != nil {
		return nil, problems, err
	}
	var b questionbank.Batch
	rows := readRows(&b, text)
	table.Decode(&b, []table.Sheet{{Rows: rows}})
	return b.Items, b.Problems, nil
}

// readRows reads with the separator that makes a header appear; the comma where none does.
func readRows(b *questionbank.Batch, text string) []table.Row {
	for _, separator := range separators(text) {
		if head := parse(&questionbank.Batch{}, headOf(text), separator); table.HasHeader(head) {
			return parse(b, text, separator)
		}
	}
	return parse(b, text, ',')
}

// Is reports whether the text looks like a table of questions: a header stands in its first lines.
func Is(text string) bool {
	for _, separator := range separators(text) {
		if separator == ',' || separator == '\t' {
			if table.HasHeader(parse(&questionbank.Batch{}, headOf(text), separator)) {
				return true
			}
		}
	}
	return false
}

// separators are those that the first lines hold at all.
func separators(text string) (found []rune) {
	for _, s := range ",\t;；，|" {
		if strings.ContainsRune(headOf(text), s) {
			found = append(found, s)
		}
	}
	return found
}

// headOf is the part of the text in which a header is looked for.
func headOf(text string) string {
	const enough = 64 << 10
	if len(text) <= enough {
		return text
	}
	return text[:strings.LastIndexByte(text[:enough], '\n')+1]
}

// parse reads the records. A quote inside an unquoted cell (他说"好") is read as it stands, with a warning; a quoted
// cell that is not closed ends the reading, for where the next row begins can't be known.
func parse(b *questionbank.Batch, text string, separator rune) []table.Row {
	rows, wide, problem := records(text, separator, false)
	var bare *csv.ParseError
	if errors.As(problem, &bare) && errors.Is(bare.Err, csv.ErrBareQuote) {
		b.Note(questionbank.Warning, fmt.Sprintf("第 %d 行", bare.Line), "quote_bare", "引号不合规范，按原样读取；请核对这一行")
		rows, wide, problem = records(text, separator, true)
	}
	if wide > 0 {
		b.Note(questionbank.Warning, fmt.Sprintf("第 %d 行", wide), "columns_many", fmt.Sprintf("只读取前 %d 列", table.MaxColumns))
	}
	var broken *csv.ParseError
	var beyond limit
	switch {
	case errors.As(problem, &broken):
		b.Note(questionbank.Error, fmt.Sprintf("第 %d 行", broken.StartLine), "quote_open", "引号没有成对，从这一行起没有读取")
	case errors.As(problem, &beyond):
		b.Note(questionbank.Error, fmt.Sprintf("第 %d 行", beyond.line), beyond.code, beyond.message)
	}
	return rows
}

// maxRecordBytes is more than all cells of a question may hold. A quote that is not closed makes one record of the rest of the file.
const maxRecordBytes = 1 << 20

// limit ends the reading at a line.
type limit struct {
	line          int
	code, message string
}

func (l limit) Error() string { return l.code }

// records are the rows that are not empty, as far as they keep within the limits. wide is the first line with more columns than are read.
func records(text string, separator rune, lazy bool) (rows []table.Row, wide int, err error) {
	source := &rationed{from: strings.NewReader(text)}
	r := csv.NewReader(source)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = separator, lazy, -1
	for {
		source.left = maxRecordBytes
		begins := r.InputOffset()
		cells, err := r.Read()
		switch {
		case err == io.EOF:
			return rows, wide, nil
		case errors.Is(err, errRation):
			line := 1 + strings.Count(text[:begins], "\n")
			return rows, wide, limit{line, "row_long", "这一行超过 1 MB，多半是引号没有成对：从这一行起没有读取"}
		case err != nil:
			return rows, wide, err
		}
		line, _ := r.FieldPos(0)
		if len(cells) > table.MaxColumns {
			if wide == 0 && slices.ContainsFunc(cells[table.MaxColumns:], filled) {
				wide = line
			}
			cells = slices.Clone(cells[:table.MaxColumns])
		}
		switch {
		case !slices.ContainsFunc(cells, filled):
		case len(rows) == table.MaxRows:
			return rows, wide, limit{line, "rows_many", fmt.Sprintf("一个文件最多 %d 行，从这一行起没有读取", table.MaxRows)}
		default:
			rows = append(rows, table.Row{Number: line, Cells: cells})
		}
	}
}

func filled(cell string) bool { return strings.TrimSpace(cell) != "" }

var errRation = errors.New("csv: the record is too long")

// rationed hands out so many bytes and then fails.
type rationed struct {
	from io.Reader
	left int
}

func (r *rationed) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errRation
	}
	n, err := r.from.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}
