package formats

import (
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
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
	for name, code := range map[string]string{"a.xlsx": "xlsx_broken", "a.docx": "format_unknown", "a.txt": "format_unknown", "a": "format_unknown"} {
		items, problems, err := Decode(name, strings.NewReader("1、题目\nA、甲"))
		if err != nil || len(items) != 0 || len(problems) != 1 || problems[0].Code != code {
			t.Errorf("%s: got %v, %v", name, problems, err)
		}
	}
}
