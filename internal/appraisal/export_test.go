package appraisal_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/peikao/peikao/internal/appraisal"
)

func TestNoCellIsAFormula(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "\x00=1": "'\x00=1",
		"": "", "张小美": "张小美", "86.50": "86.50", "a=b": "a=b",
	} {
		if got := appraisal.SafeCell(in); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

func TestTablesAreWritten(t *testing.T) {
	rows := [][]string{{"姓名", "总分"}, {"=cmd|' /C calc'!A0", "86.50"}}
	var csv bytes.Buffer
	if err := appraisal.WriteCSV(&csv, rows); err != nil {
		t.Fatal(err)
	}
	if got := csv.String(); got != "\ufeff姓名,总分\n'=cmd|' /C calc'!A0,86.50\n" {
		t.Errorf("%q", got)
	}
	var xlsx bytes.Buffer
	if err := appraisal.WriteXLSX(&xlsx, "考核", rows); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&xlsx)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("考核")
	if err != nil || len(got) != 2 || !strings.HasPrefix(got[1][0], "'=") {
		t.Errorf("%v %v", got, err)
	}
	if formula, _ := f.GetCellFormula("考核", "A2"); formula != "" {
		t.Errorf("a formula: %s", formula)
	}
}
