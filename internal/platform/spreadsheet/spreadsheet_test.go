package spreadsheet_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/platform/spreadsheet"
)

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "王小明": "王小明", "3-5": "3-5", "=HYPERLINK(1)": "'=HYPERLINK(1)", "+86": "'+86", "-1": "'-1", "@x": "'@x",
		"\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx", "\x00x": "'\x00x", "'=1": "'=1",
	} {
		if got := spreadsheet.Cell(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Whatever is typed: a parser that reads the file back finds no cell that begins like a formula, and every text again.
func TestNothingInTheFileIsAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.StringMatching(`[=+\-@'",\n\ta-z王]{0,6}`), 1, 5).Draw(t, "row")
		var file bytes.Buffer
		if err := spreadsheet.WriteCSV(&file, [][]string{row}); err != nil {
			t.Fatal(err)
		}
		text, marked := strings.CutPrefix(file.String(), "\xef\xbb\xbf")
		if !marked {
			t.Fatal("no mark")
		}
		back, err := csv.NewReader(strings.NewReader(text)).Read()
		if len(row) == 1 && row[0] == "" {
			return // a line of one empty cell is an empty line, which readers pass over
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, cell := range back {
			if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) || strings.TrimPrefix(cell, "'") != strings.TrimPrefix(row[i], "'") {
				t.Fatalf("%q became %q", row[i], cell)
			}
		}
	})
}

func TestXLSXHoldsStringsAlone(t *testing.T) {
	var file bytes.Buffer
	if err := spreadsheet.WriteXLSX(&file, "考核", [][]string{{"姓名", "总分"}, {"=cmd|' /C calc'!A0", "86.50"}}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("考核")
	if err != nil || len(rows) != 2 || rows[1][0] != "=cmd|' /C calc'!A0" || rows[1][1] != "86.50" {
		t.Fatal(rows, err)
	}
	if formula, err := f.GetCellFormula("考核", "A2"); formula != "" || err != nil {
		t.Fatal(formula, err)
	}
}

// An empty cell takes no room: of a bank's list most cells are.
func TestXLSXLeavesEmptyCellsOut(t *testing.T) {
	var file bytes.Buffer
	if err := spreadsheet.WriteXLSX(&file, "考核", [][]string{{"姓名", "备注", "总分"}, {"甲", "", "86.50"}}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows, err := f.GetRows("考核"); err != nil || len(rows) != 2 || !slices.Equal(rows[1], []string{"甲", "", "86.50"}) {
		t.Fatal(rows, err)
	}
	sheet, ok := f.Pkg.Load("xl/worksheets/sheet1.xml")
	if xml, is := sheet.([]byte); !ok || !is || !bytes.Contains(xml, []byte(`r="C2"`)) || bytes.Contains(xml, []byte(`r="B2"`)) {
		t.Errorf("the sheet is %s", sheet)
	}
}
