package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/written"
)

// Row is one row with its number as the trainer's program shows it, from 1.
type Row struct {
	Number int
	Cells  []string
}

// Sheet is a named list of rows; a file without sheets is one with an empty name.
type Sheet struct {
	Name  string
	Place string // how a place in it begins; empty: 工作表 and the name
	Rows  []Row

	Hidden     bool  // its program does not show it
	HiddenRows []int // nor these, by their numbers
}

// headerRows is how far down a header is looked for: titles and notes stand above it.
const headerRows = 30

// Decode adds the questions of the sheets to the batch.
func Decode(b *qb.Batch, sheets []Sheet) {
	found := false
	for _, sheet := range sheets {
		s := &reader{batch: b, sheet: sheet, unsorted: written.Unsorted{}, material: map[string]qb.Stimulus{}}
		found = s.read() || found
	}
	switch {
	case !found:
		b.Note(qb.Error, "文件", "header_missing", "没有找到题目表头：至少要有“题干”和“答案”两列")
	case qb.Read(b.Items, b.Problems) == 0:
		b.Note(qb.Error, "文件", "file_empty", "文件里没有题目")
	}
}

// HasHeader reports whether a header stands in the rows where one is looked for.
func HasHeader(rows []Row) bool {
	_, from, _ := findHeader(rows)
	return from >= 0
}

// findHeader is the header, with its first row and the one after its last; from is -1 where there is none.
func findHeader(rows []Row) (h header, from, to int) {
	for _, loosely := range []bool{false, true} {
		for i, row := range rows[:min(len(rows), headerRows)] {
			if _, ok := readHeader(row.Cells, loosely); !ok {
				continue
			}
			h, _ := readHeader(row.Cells, true)
			if i+1 < len(rows) && h.below(row.Cells, rows[i+1].Cells) {
				if both, ok := readHeader(over(row.Cells, rows[i+1].Cells), true); ok {
					return both, i, i + 2
				}
			}
			return h, i, i + 1
		}
	}
	return header{}, -1, -1
}

// reader reads one sheet.
type reader struct {
	batch    *qb.Batch
	sheet    Sheet
	header   header
	unsorted written.Unsorted
	material map[string]qb.Stimulus
}

// read reports whether the sheet has a header.
func (s *reader) read() bool {
	h, i, next := findHeader(s.sheet.Rows)
	if i < 0 {
		if n := countFilled(s.sheet.Rows); n > 0 && s.sheet.Name != "" {
			s.batch.Note(qb.Warning, s.place(""), "sheet_skipped", fmt.Sprintf("没有题目表头，%d 行没有读取", n))
		}
		return false
	}
	s.takeHeader(h, s.sheet.Rows[next-1:])
	if !h.has(colAnswer) {
		s.batch.Note(qb.Warning, s.rowPlace(s.sheet.Rows[i].Number), "answer_column_missing", "没有“答案”列：答案只能从题干的括号或选项的标记里读")
	}
	s.tellHidden(s.sheet.Rows[next:])
	for _, row := range s.sheet.Rows[next:] {
		if isEmpty(row.Cells) {
			continue
		}
		if again, ok := readHeader(row.Cells, false); ok && again.has(colAnswer) {
			s.takeHeader(again, nil)
			continue
		}
		if s.batch.Full(s.rowPlace(row.Number)) {
			break
		}
		s.addRow(row)
	}
	return true
}

// tellHidden says that what a person does not see in the file comes in: old questions, as a rule, or those that a filter left out.
func (s *reader) tellHidden(rows []Row) {
	if s.sheet.Hidden {
		s.batch.Note(qb.Warning, s.place(""), "sheet_hidden", "这张工作表是隐藏的，里面的题照样导入；不要的话请先删掉它")
	}
	var hidden []int
	for _, row := range rows {
		if _, found := slices.BinarySearch(s.sheet.HiddenRows, row.Number); found && !isEmpty(row.Cells) {
			hidden = append(hidden, row.Number)
		}
	}
	if len(hidden) > 0 {
		s.batch.Note(qb.Warning, s.place(""), "rows_hidden", NumbersText(hidden)+" 行是隐藏的，照样导入；不要的话请先删掉它们")
	}
}

// NumbersText writes the first of some numbers, and how many there are where it is not all: 第 3、5、8 等 12.
func NumbersText(numbers []int) string {
	const enough = 5
	var text []string
	for _, n := range numbers[:min(len(numbers), enough)] {
		text = append(text, strconv.Itoa(n))
	}
	s := "第 " + strings.Join(text, "、")
	if len(numbers) > enough {
		s += fmt.Sprintf(" 等 %d", len(numbers))
	}
	return s
}

// takeHeader notes the columns that hold something and are not read.
func (s *reader) takeHeader(h header, rows []Row) {
	s.header = h
	for _, i := range h.unknown {
		if !columnFilled(rows, i) {
			continue
		}
		name := "列“" + at(h.names, i) + "”"
		if at(h.names, i) == "" {
			name = fmt.Sprintf("第 %d 列（无表头）", i+1)
		}
		why := "不认识"
		if slices.Contains(h.again, i) {
			why = "与前面的一列说的是同一件事"
		}
		s.batch.Note(qb.Warning, s.rowPlace(rows[0].Number), "column_unread", name+why+"，没有导入")
	}
	if h.has(colScore) && rows != nil {
		s.batch.Note(qb.Warning, s.rowPlace(rows[0].Number), "score_unread",
			"列“"+h.names[h.at[colScore][0]]+"”没有导入：分值在组卷时确定")
	}
}

func (s *reader) addRow(row Row) {
	place := func(f qb.Field) string {
		p := s.rowPlace(row.Number)
		if f == "" {
			return p
		}
		if name := s.header.columnName(f); name != "" {
			return p + " 列 " + name
		}
		return p + " " + f.Name()
	}
	cells, failed := withoutErrors(s.header, row.Cells)
	d, found := draftOf(s.header, cells, s.sheet.Name)
	found = append(found, failed...)
	s.shareMaterial(&d)
	q, problems := d.Question()
	found = append(found, problems...)
	s.batch.Add(place, q, append(found, s.unsorted.Problems(q)...)...)
}

// shareMaterial gives a row that has the number of a material alone the text of the row before that has both.
func (s *reader) shareMaterial(d *written.Draft) {
	m := &d.Stimulus
	if first, ok := s.material[m.ID]; ok && m.Text == "" {
		*m = first
	} else if m.ID != "" && !ok {
		s.material[m.ID] = *m
	}
}

func (s *reader) place(rest string) string {
	in := s.sheet.Place
	if in == "" && s.sheet.Name != "" {
		in = "工作表 " + s.sheet.Name
	}
	return strings.TrimSpace(in + " " + rest)
}

func (s *reader) rowPlace(n int) string { return s.place(fmt.Sprintf("第 %d 行", n)) }

func isEmpty(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

func countFilled(rows []Row) (n int) {
	for _, r := range rows {
		if !isEmpty(r.Cells) {
			n++
		}
	}
	return n
}

// columnFilled looks below the header, which is rows[0].
func columnFilled(rows []Row, i int) bool {
	for n, r := range rows {
		if n > 0 && strings.TrimSpace(at(r.Cells, i)) != "" {
			return true
		}
	}
	return false
}
