package table

import (
	"fmt"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// Limits of one workbook.
const (
	MaxSheets  = 50
	MaxRows    = qb.MaxItems + 1000 // of a sheet: titles and empty rows between
	MaxColumns = 64

	maxTextBytes = 96 << 20 // of all cells; a cell that is named again and again counts each time
)

// Grid gathers the rows of a workbook within the limits, and notes once where one is reached.
type Grid struct {
	batch  *qb.Batch
	Sheets []Sheet
	bytes  int
}

// NewGrid is an empty one whose notes go to the batch.
func NewGrid(b *qb.Batch) *Grid { return &Grid{batch: b} }

// Sheet begins a sheet. It reports false when there are too many; the reading is to end then.
func (g *Grid) Sheet(name string) bool {
	if len(g.Sheets) == MaxSheets {
		g.batch.Note(qb.Error, "工作表 "+name, "sheets_many", fmt.Sprintf("一个文件最多 %d 张工作表，从这一张起没有读取", MaxSheets))
		return false
	}
	g.Sheets = append(g.Sheets, Sheet{Name: name})
	return true
}

// Hide says that the last sheet is one that its program does not show.
func (g *Grid) Hide() { g.Sheets[len(g.Sheets)-1].Hidden = true }

// HideRow says that of a row of the last sheet; rows come in their order.
func (g *Grid) HideRow(n int) {
	if sheet := &g.Sheets[len(g.Sheets)-1]; len(sheet.HiddenRows) < MaxRows {
		sheet.HiddenRows = append(sheet.HiddenRows, n)
	}
}

// Left names something of the last sheet that is not read.
func (g *Grid) Left(code, message string) {
	g.batch.Note(qb.Warning, "工作表 "+g.Sheets[len(g.Sheets)-1].Name, code, message)
}

// Row adds a row to the last sheet, with its number from 1; rows come in their order. It reports false when the sheet is to end.
// Rows of empty cells are left out: formats often reach a million rows down.
func (g *Grid) Row(n int, cells []string) bool {
	if isEmpty(cells) {
		return true
	}
	sheet := &g.Sheets[len(g.Sheets)-1]
	place := fmt.Sprintf("工作表 %s 第 %d 行", sheet.Name, n)
	if len(sheet.Rows) == MaxRows {
		g.batch.Note(qb.Error, place, "rows_many", fmt.Sprintf("一张工作表最多 %d 行，从这一行起没有读取", MaxRows))
		return false
	}
	if len(cells) > MaxColumns {
		if slices.ContainsFunc(cells[MaxColumns:], func(c string) bool { return strings.TrimSpace(c) != "" }) {
			g.batch.Note(qb.Warning, place, "columns_many", fmt.Sprintf("只读取前 %d 列", MaxColumns))
		}
		cells = cells[:MaxColumns]
	}
	for _, c := range cells {
		g.bytes += len(c)
	}
	if g.bytes > maxTextBytes {
		g.batch.Note(qb.Error, place, "text_many", "文件里的文字超过 96 MB，从这一行起没有读取")
		return false
	}
	sheet.Rows = append(sheet.Rows, Row{Number: n, Cells: cells})
	return true
}

// Merged is a range of cells that are one, by numbers from 1.
type Merged struct{ Top, Left, Bottom, Right int }

// Spread writes the value of a cell that reaches down over several rows (a chapter, as a rule) into each of them. Cells that reach
// over columns are titles and stay as they are.
func (g *Grid) Spread(ranges []Merged) {
	sheet := &g.Sheets[len(g.Sheets)-1]
	written := 0
	for _, m := range ranges {
		if m.Left != m.Right || m.Left < 1 || m.Left > MaxColumns {
			continue
		}
		first, found := slices.BinarySearchFunc(sheet.Rows, m.Top, func(r Row, n int) int { return r.Number - n })
		if !found {
			continue
		}
		value := at(sheet.Rows[first].Cells, m.Left-1)
		for j := first + 1; j < len(sheet.Rows) && sheet.Rows[j].Number <= m.Bottom; j++ {
			g.bytes += len(value)
			if written++; written > MaxRows*MaxColumns || g.bytes > maxTextBytes { // ranges of a sound file do not overlap
				return
			}
			row := &sheet.Rows[j]
			for len(row.Cells) < m.Left {
				row.Cells = append(row.Cells, "")
			}
			row.Cells[m.Left-1] = value
		}
	}
}
