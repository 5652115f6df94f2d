package questionbank

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseRubric(t *testing.T) {
	for text, want := range map[string][]Criterion{
		"致歉=40；说明流程=60":       {{"致歉", 40}, {"说明流程", 60}},
		"致歉=40%; 说明流程 ＝ ６０％ ": {{"致歉", 40}, {"说明流程", 60}},
		"致歉=40\n说明流程=60\n":    {{"致歉", 40}, {"说明流程", 60}},
		"先致歉；再倾听=100":         {{"先致歉；再倾听", 100}},
		"剂量=医生决定=100":         {{"剂量=医生决定", 100}},
		"=100":                {{"", 100}},
		"":                    nil,
	} {
		got, rest := ParseRubric(text)
		if rest != "" || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v, rest %q", text, got, rest)
		}
	}
	for text, want := range map[string]string{"致歉": "致歉", "致歉=40；说明流程": "说明流程", "致歉=四十": "致歉=四十", "致歉=1000": "致歉=1000", "致歉=-5": "致歉=-5"} {
		if got, rest := ParseRubric(text); rest != want {
			t.Errorf("%q: got %v, rest %q, want %q", text, got, rest, want)
		}
	}
}

func TestRubricIsReadAsWritten(t *testing.T) {
	want := []Criterion{{"先致歉；不辩解", 30}, {"说明 A=B", 20}, {"给出时间", 50}}
	if got, rest := ParseRubric(FormatRubric(want)); rest != "" || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, rest %q", got, rest)
	}
}

func TestParseRubricLines(t *testing.T) {
	two := []Criterion{{"致歉", 40}, {"说明流程", 60}}
	for _, text := range []string{"- 致歉 40%\n- 说明流程 60%", "1. 致歉（40%）\n2、说明流程(60％)\n", "致歉=40\n\n说明流程：60%", "* 致歉: 40%\n• 说明流程＝60"} {
		if got, ok := ParseRubricLines(text); !ok || !reflect.DeepEqual(got, two) {
			t.Errorf("%q: got %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "致歉 40%", "致歉 40%\n说明流程", "致歉 40%\n说明流程 61%", "致歉40%\n说明流程60%"} {
		if got, ok := ParseRubricLines(text); ok {
			t.Errorf("%q: got %v", text, got)
		}
	}
	if got, ok := ParseRubricLines(strings.Join(RubricLines(two), "\n")); !ok || !reflect.DeepEqual(got, two) {
		t.Errorf("got %v, %v", got, ok)
	}
}
