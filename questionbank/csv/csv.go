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
	"strings"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/charset"
	"github.com/peikao/peikao/questionbank/table"
)

// Decode reads the file. The error is the reader's own; all that is wrong with the text is in the problems.
func Decode(r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	data, err := questionbank.ReadAll(r)
	if err == questionbank.ErrTooLarge {
		return nil, questionbank.TooLarge(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	var b questionbank.Batch
	text, err := charset.Decode(data)
	if err != nil {
		return nil, charset.Unreadable(), nil
	}
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
	rows, problem := records(text, separator, false)
	var bare *csv.ParseError
	if errors.As(problem, &bare) && errors.Is(bare.Err, csv.ErrBareQuote) {
		b.Note(questionbank.Warning, fmt.Sprintf("第 %d 行", bare.Line), "quote_bare", "引号不合规范，按原样读取；请核对这一行")
		rows, problem = records(text, separator, true)
	}
	var broken *csv.ParseError
	if errors.As(problem, &broken) {
		b.Note(questionbank.Error, fmt.Sprintf("第 %d 行", broken.StartLine), "quote_open", "引号没有成对，从这一行起没有读取")
	}
	return rows
}

func records(text string, separator rune, lazy bool) (rows []table.Row, err error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = separator, lazy, -1
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		line, _ := r.FieldPos(0)
		rows = append(rows, table.Row{Number: line, Cells: cells})
	}
}
