package questionbank

import (
	"reflect"
	"slices"
	"testing"
)

func TestParseGrades(t *testing.T) {
	want := []OptionGrade{{"a", Green, "说清了边界；而且没有承诺=好"}, {"b", Yellow, ""}, {"c", Red, "承诺效果"}}
	for _, text := range []string{
		"A=绿 说清了边界；而且没有承诺=好\nB=黄\nC=红 承诺效果", " Ａ＝绿色：说清了边界；而且没有承诺=好；b = 黄 ；\nC=red，承诺效果；", FormatGrades(want),
	} {
		got, rest := ParseGrades(text)
		if !reflect.DeepEqual(got, want) || rest != "" {
			t.Errorf("%q: got %q, rest %q", text, got, rest)
		}
	}
	for text, rest := range map[string]string{"": "", "A": "A", "A=蓝": "A=蓝", "见下\nA=绿": "见下"} {
		if _, got := ParseGrades(text); got != rest {
			t.Errorf("%q: rest %q", text, got)
		}
	}
}

func TestParseRows(t *testing.T) {
	wantRows, wantOptions := []string{"问剂量；或疗程", "1+1=2", "退款"}, []string{"a", "b", "a"}
	for _, text := range []string{"问剂量；或疗程=A；1+1=2=B；退款=A", "问剂量；或疗程 ＝ ａ\n\n1+1=2 = b ;退款=A\n", FormatRows(wantRows, wantOptions)} {
		rows, options, rest := ParseRows(text)
		if !slices.Equal(rows, wantRows) || !slices.Equal(options, wantOptions) || rest != "" {
			t.Errorf("%q: got %q, %q, rest %q", text, rows, options, rest)
		}
	}
	if rows, _, rest := ParseRows("甲=A；乙"); len(rows) != 1 || rest != "乙" {
		t.Errorf("got %q, rest %q", rows, rest)
	}
}
