package formats

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/xlsx"
)

func TestDecodeChooses(t *testing.T) {
	for name, text := range map[string]string{
		"a.CSV":   "题干,答案\n对吗,对\n",
		"a.gift":  "对吗{T}",
		"a.txt":   "对吗{T}",
		"a.jsonl": `{"type":"true_false","stem":"对吗","key":["true"],"difficulty":1}`,
	} {
		items, problems, err := Decode(name, strings.NewReader(text))
		if err != nil || len(items) != 1 || items[0].Question.Type != qb.TrueFalse {
			t.Errorf("%s: got %v, %v, %v", name, items, problems, err)
		}
	}
	for name, code := range map[string]string{"a.xlsx": "xlsx_broken", "a.docx": "docx_broken", "a.xls": "xlsx_broken", "a.pdf": "format_unknown", "a": "format_unknown"} {
		items, problems, err := Decode(name, strings.NewReader("1、题目\nA、甲"))
		if err != nil || len(items) != 0 || len(problems) != 1 || problems[0].Code != code {
			t.Errorf("%s: got %v, %v", name, problems, err)
		}
	}
}

// A name often lies: .txt is GIFT, Aiken, a table or numbered questions, and .xls any of the workbooks, a text, or a web page.
// Moodle's XML is known in UTF-16 too.
func TestDecodeKnowsUTF16(t *testing.T) {
	file, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(`<?xml version="1.0" encoding="UTF-16"?><quiz><question type="truefalse"><questiontext><text>问</text></questiontext><answer fraction="100"><text>true</text></answer></question></quiz>`)
	if err != nil {
		t.Fatal(err)
	}
	d, err := DecodeFiles("a.xml", strings.NewReader(file))
	if err != nil || len(d.Items) != 1 || d.Items[0].Question.Stem != "问" {
		t.Errorf("got %+v, %v", d, err)
	}
}

func TestDecodeLooksInside(t *testing.T) {
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String("题干\t选项A\t选项B\t答案\n首选\t甲\t乙\tB\n")
	for text, key := range map[string]string{
		"::名::首选{~甲 =乙}": "b", "首选\nA) 甲\nB) 乙\nANSWER: B\n": "b", "1. 首选\nA. 甲\nB. 乙\n答案：B\n": "b", "题干,选项A,选项B,答案\n首选,甲,乙,B\n": "b", gb: "b",
		"1. 集合 {1, 2} 里有\nA. 甲\nB. 乙\n答案：A\n": "a",
	} {
		items, problems, err := Decode("a.txt", strings.NewReader(text))
		if err != nil || len(items) != 1 || items[0].Question.Key.Choices[0] != key || len(items[0].Question.Options) != 2 {
			t.Errorf("%q: got %v, %v, %v", text, items, problems, err)
		}
	}
	workbook, _ := xlsx.Template()
	for text, code := range map[string]string{string(workbook): "sheet_skipped", gb: "explanation_missing", "<html><table>": "xls_html", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "xls_broken"} {
		for _, name := range []string{"a.xls", "a.xlsx"} {
			if _, problems, err := Decode(name, strings.NewReader(text)); err != nil || len(problems) == 0 || problems[0].Code != code {
				t.Errorf("%s %.10q: got %v, %v", name, text, problems, err)
			}
		}
	}
}
