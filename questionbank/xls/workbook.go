package xls

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/peikao/peikao/questionbank/table"
)

type workbook struct {
	data    []byte
	grid    *table.Grid
	strings []string
	formats map[int]string // number formats by their id
	xf      []int          // number format of each cell format
	from04  bool           // days count from 1904
	sheets  []boundSheet
}

type boundSheet struct {
	name string
	at   int
	is   int // kind: only worksheets hold cells

	hidden bool
}

func (w *workbook) read() error {
	if err := w.globals(); err != nil {
		return err
	}
	for _, s := range w.sheets {
		if s.is != sheetWorksheet {
			continue
		}
		if !w.grid.Sheet(s.name) {
			break
		}
		if s.hidden {
			w.grid.Hide()
		}
		if err := w.sheet(s.at); err != nil {
			return err
		}
	}
	return nil
}

func (w *workbook) globals() error {
	w.formats = map[int]string{}
	first := true
	return each(w.data, 0, func(r record) error {
		d := r.data()
		if first && (r.kind != recBOF || len(d) < 2 || u16(d) != biff8) {
			if r.kind == recBOF || r.kind&0xFF == 0x09 {
				return errOld
			}
			return errBroken
		}
		first = false
		switch {
		case r.kind == recFilePass:
			return errLocked
		case r.kind == recDateMode && len(d) >= 2:
			w.from04 = u16(d) == 1
		case r.kind == recXF && len(d) >= 4:
			w.xf = append(w.xf, u16(d[2:]))
		case r.kind == recFormat && len(d) >= 5:
			c := cursor{parts: [][]byte{d[2:]}}
			w.formats[u16(d)] = c.text(c.u16())
		case r.kind == recBoundSheet && len(d) >= 8:
			c := cursor{parts: [][]byte{d[6:]}}
			length := int(c.byte())
			w.sheets = append(w.sheets, boundSheet{name: c.text(length), at: int(u32(d)), is: int(d[5]), hidden: d[4]&3 != 0})
		case r.kind == recSST && len(d) >= 8:
			return w.readStrings(r)
		}
		return nil
	})
}

// maxStrings is of different texts in a workbook; 20,000 questions have some 200,000.
const maxStrings = 1 << 20

func (w *workbook) readStrings(r record) error {
	c := cursor{parts: r.parts}
	c.skip(4)
	n := c.u32()
	for i := uint32(0); i < n; i++ {
		s := c.text(c.u16())
		if c.ended || len(w.strings) == maxStrings {
			return errBroken
		}
		w.strings = append(w.strings, s)
	}
	return nil
}

// sheet gathers the cells row by row. Excel writes them in that order; a row that comes again is added to.
func (w *workbook) sheet(at int) error {
	rows := newRows()
	formula := -1 // row and column of a formula whose text follows
	var merged []table.Merged
	var hidden []int
	err := each(w.data, at, func(r record) error {
		d := r.data()
		if r.kind == recMergeCells {
			merged = append(merged, mergedCells(d)...)
			return nil
		}
		if r.kind == recString && formula >= 0 && len(d) >= 3 {
			c := cursor{parts: r.parts}
			rows.set(formula>>16, formula&0xFFFF, c.text(c.u16()))
			formula = -1
			return nil
		}
		if len(d) < 6 {
			return nil
		}
		row, column := u16(d), u16(d[2:])
		switch r.kind {
		case recRow:
			if len(d) >= 16 && d[12]&rowHidden != 0 {
				hidden = append(hidden, row+1)
			}
		case recLabelSST:
			if len(d) < 10 || uint64(u32(d[6:])) >= uint64(len(w.strings)) {
				return errBroken
			}
			rows.set(row, column, w.strings[u32(d[6:])])
		case recLabel, recRString:
			c := cursor{parts: append([][]byte{d[6:]}, r.parts[1:]...)}
			rows.set(row, column, c.text(c.u16()))
		case recNumber:
			if len(d) >= 14 {
				rows.set(row, column, w.number(float(d[6:]), u16(d[4:])))
			}
		case recRK:
			if len(d) >= 10 {
				rows.set(row, column, w.number(rk(u32(d[6:])), u16(d[4:])))
			}
		case recMulRK:
			for i, rest := 0, d[4:]; len(rest) >= 8; i, rest = i+1, rest[6:] {
				rows.set(row, column+i, w.number(rk(u32(rest[2:])), u16(rest)))
			}
		case recBoolErr:
			if len(d) >= 8 && d[7] == 0 {
				rows.set(row, column, map[bool]string{true: "TRUE", false: "FALSE"}[d[6] != 0])
			} else if len(d) >= 8 {
				rows.set(row, column, cellErrors[d[6]])
			}
		case recFormula:
			formula = -1
			if len(d) >= 14 {
				formula = w.formula(rows, row, column, d)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(hidden)
	for _, n := range hidden {
		w.grid.HideRow(n)
	}
	for _, r := range rows.sorted() {
		if !w.grid.Row(r.Number, r.Cells) {
			break
		}
	}
	w.grid.Spread(merged)
	return nil
}

// formula sets the value that was kept. A text follows in a record of its own: then the answer is its place.
func (w *workbook) formula(rows *rows, row, column int, d []byte) int {
	value := d[6:14]
	if u16(value[6:]) != 0xFFFF {
		rows.set(row, column, w.number(float(value), u16(d[4:])))
		return -1
	}
	switch value[0] {
	case 0:
		return row<<16 | column
	case 1:
		rows.set(row, column, map[bool]string{true: "TRUE", false: "FALSE"}[value[2] != 0])
	case 2:
		rows.set(row, column, cellErrors[value[2]])
	}
	return -1
}

// cellErrors are what Excel shows where a formula has no value.
var cellErrors = map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}

// rowHidden is the bit of a row's record that says that its height is zero.
const rowHidden = 0x20

func mergedCells(d []byte) (all []table.Merged) {
	if len(d) < 2 {
		return nil
	}
	for d = d[2:]; len(d) >= 8; d = d[8:] {
		all = append(all, table.Merged{Top: u16(d) + 1, Bottom: u16(d[2:]) + 1, Left: u16(d[4:]) + 1, Right: u16(d[6:]) + 1})
	}
	return all
}

func float(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }

// rk is a number in four bytes: an integer or the upper half of a float, perhaps in hundredths.
func rk(v uint32) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	} else {
		f = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

func (w *workbook) number(v float64, cellFormat int) string {
	format := ""
	if cellFormat < len(w.xf) {
		id := w.xf[cellFormat]
		if format = w.formats[id]; format == "" {
			format = table.BuiltInFormats[id]
		}
	}
	return table.Number(v, format, w.from04)
}
