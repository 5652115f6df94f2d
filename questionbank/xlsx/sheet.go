package xlsx

import (
	"errors"
	"strconv"
	"strings"

	"github.com/peikao/peikao/questionbank/table"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// errEnough ends the reading of a sheet that has more rows than are taken; the grid has told of it.
var errEnough = errors.New("enough rows")

func (b *book) sheet(grid *table.Grid, name string) error {
	var merged []table.Merged
	err := b.children(name, func(s *xmlread.Scanner, e xmlread.Element) error {
		switch e.Name {
		case "sheetData":
			return b.rows(grid, s)
		case "mergeCells":
			return s.Children(func(e xmlread.Element) error {
				if m, ok := parseRange(e.Attr("ref")); ok && len(merged) < table.MaxRows {
					merged = append(merged, m)
				}
				return s.Skip()
			})
		}
		return s.Skip()
	})
	if err == errEnough {
		return nil
	}
	grid.Spread(merged)
	return err
}

func (b *book) rows(grid *table.Grid, s *xmlread.Scanner) error {
	number := 0
	return s.Children(func(e xmlread.Element) error {
		if e.Name != "row" {
			return s.Skip()
		}
		number++
		if n, err := strconv.Atoi(e.Attr("r")); err == nil && n >= number {
			number = n // rows come in their order
		}
		if h := e.Attr("hidden"); h == "1" || h == "true" {
			grid.HideRow(number)
		}
		cells, err := b.cells(s)
		if err == nil && !grid.Row(number, cells) {
			err = errEnough
		}
		return err
	})
}

// cells are a row's, up to one more than are taken: the grid tells of the others.
func (b *book) cells(s *xmlread.Scanner) ([]string, error) {
	var cells []string
	next := 0
	err := s.Children(func(e xmlread.Element) error {
		if e.Name != "c" {
			return s.Skip()
		}
		column := next
		if at, _, ok := parseCell(e.Attr("r")); ok {
			column = at - 1
		}
		next = column + 1
		value, err := b.cell(s, e)
		if err != nil || value == "" {
			return err
		}
		column = min(column, table.MaxColumns)
		for len(cells) <= column {
			cells = append(cells, "")
		}
		cells[column] = value
		return nil
	})
	return cells, err
}

func (b *book) cell(s *xmlread.Scanner, c xmlread.Element) (value string, err error) {
	kind := c.Attr("t")
	err = s.Children(func(e xmlread.Element) error {
		switch {
		case e.Name == "is" && kind == "inlineStr":
			value, err = richText(s)
			return err
		case e.Name != "v":
			return s.Skip()
		}
		raw, err := s.Text()
		if err != nil {
			return err
		}
		value, err = b.value(kind, raw, c)
		return err
	})
	return value, err
}

func (b *book) value(kind, raw string, c xmlread.Element) (string, error) {
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(raw))
		if err != nil || n < 0 || n >= len(b.strings) {
			return "", errBroken
		}
		return b.strings[n], nil
	case "b":
		return map[bool]string{true: "TRUE", false: "FALSE"}[strings.TrimSpace(raw) == "1"], nil
	case "", "n":
		v, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
		if err != nil {
			return raw, nil
		}
		format := ""
		if n, err := strconv.Atoi(c.Attr("s")); err == nil && n >= 0 && n < len(b.formats) {
			format = b.formats[n]
		}
		return table.Number(v, format, b.from1904), nil
	}
	return unescape(raw), nil
}

// parseCell reads AB12 as column 28, row 12.
func parseCell(ref string) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 3 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		column = column*26 + int(ref[i]-'A'+1)
	}
	row, err := strconv.Atoi(ref[i:])
	return column, row, err == nil && column > 0 && row > 0
}

func parseRange(ref string) (m table.Merged, ok bool) {
	first, last, found := strings.Cut(ref, ":")
	left, top, ok1 := parseCell(first)
	right, bottom, ok2 := parseCell(last)
	return table.Merged{Top: top, Left: left, Bottom: bottom, Right: right}, found && ok1 && ok2
}
