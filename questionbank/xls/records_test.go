package xls

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/peikao/peikao/questionbank/formattest"
)

// rec writes a record.
func rec(kind int, data ...any) []byte {
	var body bytes.Buffer
	for _, d := range data {
		switch d := d.(type) {
		case string:
			body.WriteString(d)
		case []byte:
			body.Write(d)
		case int:
			body.Write(binary.LittleEndian.AppendUint16(nil, uint16(d)))
		case uint32:
			body.Write(binary.LittleEndian.AppendUint32(nil, d))
		case float64:
			body.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(d)))
		default:
			panic(fmt.Sprintf("%T", d))
		}
	}
	head := binary.LittleEndian.AppendUint16(nil, uint16(kind))
	return append(binary.LittleEndian.AppendUint16(head, uint16(body.Len())), body.Bytes()...)
}

// wide is a text in two bytes a character, its flags before it.
func wide(text string) []byte {
	out := []byte{1}
	for _, r := range text {
		out = binary.LittleEndian.AppendUint16(out, uint16(r))
	}
	return out
}

// label is a cell with its text.
func label(row, column int, text string) []byte {
	return rec(recLabel, row, column, 0, len([]rune(text)), wide(text))
}

// stream is a workbook of one sheet: what stands in the globals, and its cells.
func stream(globals []byte, cells ...[]byte) []byte {
	const name = "题"
	sheet := append(rec(recBOF, biff8, 0x10), bytes.Join(cells, nil)...)
	begin := rec(recBOF, biff8, 5)
	bound := func(at int) []byte { return rec(recBoundSheet, uint32(at), 0, "\x01", wide(name)) }
	at := len(begin) + len(globals) + len(bound(0)) + len(rec(recEOF))
	return bytes.Join([][]byte{begin, globals, bound(at), rec(recEOF), sheet, rec(recEOF)}, nil)
}

// header begins a sheet.
func header() []byte {
	var out []byte
	for i, name := range []string{"题型", "题干", "选项A", "选项B", "选项C", "答案", "版本", "知识点"} {
		out = append(out, label(0, i, name)...)
	}
	return out
}

var (
	percent = append(rec(recXF, 0, 0), rec(recXF, 0, 9)...)  // cell format 1 shows hundredths
	dated   = append(rec(recXF, 0, 0), rec(recXF, 0, 14)...) // cell format 1 shows a date
	// shared are two texts: the first is cut after three characters and goes on in one byte a character, the second has formats behind it.
	shared = append(rec(recSST, uint32(2), uint32(2), 5, wide("首选是")), rec(recContinue, "\x00ab", 2, "\x09", 1, wide("甲乙")[1:], uint32(0))...)
)

// cells are one question in records of every kind.
var cells = map[string]struct {
	globals []byte
	cells   [][]byte
	want    string // stem, options, key, edition, points
}{
	"texts": {nil, [][]byte{label(1, 0, "单选题"), label(1, 1, "首选"), rec(recRString, 1, 2, 0, 1, wide("甲"), 0), label(1, 3, "乙"), label(1, 5, "B")},
		"首选 甲 乙  b  []"},
	"shared texts": {shared, [][]byte{rec(recLabelSST, 1, 1, 0, uint32(0)), rec(recLabelSST, 1, 2, 0, uint32(1)), label(1, 3, "丙"), label(1, 5, "A")},
		"首选是ab 甲乙 丙  a  []"},
	"numbers": {percent, [][]byte{label(1, 1, "首选"), rec(recNumber, 1, 2, 1, 0.5), rec(recRK, 1, 3, 0, uint32(1000<<2|2)), rec(recRK, 1, 4, 0, uint32(150<<2|3)), label(1, 5, "A")},
		"首选 50% 1000 1.5 a  []"},
	"a row of numbers": {percent, [][]byte{label(1, 1, "首选"), rec(recMulRK, 1, 2, 0, uint32(1<<2|2), 1, uint32(25<<2|3), 0, uint32(0x40080000), 4), label(1, 5, "A")},
		"首选 1 25% 3 a  []"},
	"truth": {nil, [][]byte{label(1, 0, "判断题"), label(1, 1, "对吗"), rec(recBoolErr, 1, 5, 0, "\x01\x00"), rec(recBoolErr, 1, 6, 0, "\x07\x01")},
		"对吗    true  []"},
	"formulas": {dated, [][]byte{label(1, 1, "首选"), rec(recFormula, 1, 2, 0, "\x00\x00\x00\x00\x00\x00\xff\xff"), rec(recString, 1, wide("甲")),
		rec(recFormula, 1, 3, 0, 2.5), rec(recFormula, 1, 4, 0, "\x01\x00\x00\x00\x00\x00\xff\xff"), label(1, 5, "A"), rec(recNumber, 1, 6, 1, 44315.0)},
		"首选 甲 2.5 FALSE a 2021-04-29 []"},
	"days from 1904": {append(rec(recDateMode, 1), dated...), [][]byte{label(1, 1, "首选"), label(1, 2, "甲"), label(1, 3, "乙"), label(1, 5, "A"), rec(recNumber, 1, 6, 1, 42853.0)},
		"首选 甲 乙  a 2021-04-29 []"},
	"a chapter over rows": {nil, [][]byte{label(1, 7, "4/医疗广告"), label(2, 1, "首选"), label(2, 2, "甲"), label(2, 3, "乙"), label(2, 5, "A"), rec(recMergeCells, 1, 1, 2, 7, 7)},
		"首选 甲 乙  a  [4/医疗广告]"},
}

// Every record of a cell says what Excel shows of it.
func TestRecords(t *testing.T) {
	for name, c := range cells {
		items, problems, err := Decode(bytes.NewReader(wrap(stream(c.globals, append([][]byte{header()}, c.cells...)...))))
		if err != nil || len(items) != 1 {
			t.Errorf("%s: got %+v, %v, %v", name, items, problems, err)
			continue
		}
		q := items[0].Question
		var options [3]string
		for i, o := range q.Options {
			options[i] = o.Text
		}
		if got := fmt.Sprintf("%s %s %s %s %s %s %v", q.Stem, options[0], options[1], options[2], q.Key.Choices[0], q.Source.Edition, q.KnowledgePoints); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Rows and sheets that Excel does not show come in, and are named.
func TestHidden(t *testing.T) {
	row := func(n, flags int) []byte { return rec(recRow, n, 0, 4, 0, 0, 0, flags, 0) }
	question := func(n int, stem string) []byte {
		return bytes.Join([][]byte{label(n, 1, stem), label(n, 2, "甲"), label(n, 3, "乙"), label(n, 5, "A")}, nil)
	}
	data := stream(nil, row(0, 0), row(1, 0x100), row(2, rowHidden|0x100), header(), question(1, "首选"), question(2, "其次"))
	data[len(rec(recBOF, biff8, 5))+8] = 1 // the sheet's state, behind the record's head and its offset
	items, problems, err := Decode(bytes.NewReader(wrap(data)))
	if err != nil || len(items) != 2 {
		t.Fatalf("got %v, %v, %v", items, problems, err)
	}
	if problems[0].Code != "sheet_hidden" || problems[1].Code != "rows_hidden" || !strings.HasPrefix(problems[1].Message, "第 3 行") {
		t.Errorf("got %v", problems)
	}
}

// A cell that holds an error, written or worked out, is named and not left out in silence.
func TestErrorsInCells(t *testing.T) {
	for name, failed := range map[string][]byte{"a value": rec(recBoolErr, 1, 2, 0, "\x17\x01"), "a formula": rec(recFormula, 1, 2, 0, "\x02\x00\x17\x00\x00\x00\xff\xff")} {
		items, problems, err := Decode(bytes.NewReader(wrap(stream(nil, header(), label(1, 1, "首选"), failed, label(1, 3, "乙"), label(1, 4, "丙"), label(1, 5, "B")))))
		if err != nil || len(items) != 0 || !strings.Contains(fmt.Sprint(problems), "#REF!") {
			t.Errorf("%s: %v %v %v", name, items, problems, err)
		}
	}
}

// What no sound program writes is refused, with a word of its own where a trainer can do something.
func TestRecordsRefused(t *testing.T) {
	sound := stream(nil, header())
	for name, tt := range map[string]struct {
		book []byte
		code string
	}{
		"a password":               {append(append(rec(recBOF, biff8, 5), rec(recFilePass, 1)...), rec(recEOF)...), "xls_locked"},
		"Excel 95":                 {rec(recBOF, 0x0500, 5), "xls_old"},
		"Excel 2":                  {rec(0x0009, 2, 0x10), "xls_old"},
		"no end":                   {bytes.TrimSuffix(sound, rec(recEOF)), "xls_broken"},
		"a text that is not there": {stream(shared, header(), rec(recLabelSST, 1, 1, 0, uint32(2))), "xls_broken"},
		"fewer texts than said":    {stream(rec(recSST, uint32(9), uint32(9), 1, "\x00a"), header()), "xls_broken"},
	} {
		_, problems, err := Decode(bytes.NewReader(wrap(tt.book)))
		if err != nil || len(problems) == 0 || problems[0].Code != tt.code {
			t.Errorf("%s: got %v, %v", name, problems, err)
		}
	}
}

// Any bytes: every row read is an item or a problem with its place. The files begin small: the fuzzer changes little of a large one.
func FuzzDecode(f *testing.F) {
	for _, c := range cells {
		f.Add(wrap(stream(c.globals, append([][]byte{header()}, c.cells...)...)))
	}
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, suite, data) })
}

// Any records inside a sound file.
func FuzzRecords(f *testing.F) {
	for _, c := range cells {
		f.Add(stream(c.globals, append([][]byte{header()}, c.cells...)...))
	}
	f.Fuzz(func(t *testing.T, book []byte) { formattest.CheckDecode(t, suite, wrap(book)) })
}
