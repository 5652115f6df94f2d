package xls

import (
	"maps"
	"slices"

	"github.com/peikao/peikao/questionbank/table"
)

// rows are the cells of a sheet, which may come in any order.
type rows struct {
	cells map[int][]string
	count int
}

// mostCells bounds what a sheet may set: rows and columns beyond the limits are told by the grid, which sees the first of them.
const mostCells = (table.MaxRows + 1) * (table.MaxColumns + 1)

func newRows() *rows { return &rows{cells: map[int][]string{}} }

func (r *rows) set(row, column int, value string) {
	if column > table.MaxColumns { // the first beyond tells of the others
		column = table.MaxColumns
	}
	if value == "" || r.count >= mostCells || r.cells[row] == nil && len(r.cells) > table.MaxRows {
		return
	}
	cells := r.cells[row]
	for len(cells) <= column {
		cells = append(cells, "")
		r.count++
	}
	cells[column] = value
	r.cells[row] = cells
}

func (r *rows) sorted() []table.Row {
	all := make([]table.Row, 0, len(r.cells))
	for _, n := range slices.Sorted(maps.Keys(r.cells)) {
		all = append(all, table.Row{Number: n + 1, Cells: r.cells[n]})
	}
	return all
}
