package written

import (
	"reflect"
	"testing"
)

func TestSplitOptions(t *testing.T) {
	for cell, want := range map[string][]string{
		"A. 甲\nB. 乙\nC. 丙":       {"甲", "乙", "丙"},
		`A 急性喉炎\nB 声带疾患`:         {"急性喉炎", "声带疾患"},
		"A、甲  B、乙  C、丙":          {"甲", "乙", "丙"},
		"A、甲  B、乙\nC、丙  D、丁":     {"甲", "乙", "丙", "丁"},
		"(A)甲\n(B)乙":             {"甲", "乙"},
		"【Ａ】甲；【Ｂ】乙":              {"甲", "乙"},
		"a) 甲\nb) 乙":             {"甲", "乙"},
		"A．甲\nB．乙":               {"甲", "乙"},
		"A:甲;B:乙":                {"甲", "乙"},
		"A. 第一行\n续行\nB. 乙":       {"第一行\n续行", "乙"},
		"A. 维生素 B、C\nB. 维生素 E":   {"维生素 B、C", "维生素 E"},
		"甲\n乙\n丙":                {"甲", "乙", "丙"},
		"甲|乙|丙":                  {"甲", "乙", "丙"},
		"甲；乙；丙":                  {"甲", "乙", "丙"},
		`["甲","乙"]`:              {"甲", "乙"},
		"只有一个":                   {"只有一个"},
		"A型肉毒毒素\nB型肉毒毒素":         {"A型肉毒毒素", "B型肉毒毒素"},
		"A. 甲<br>B. 乙":           {"甲", "乙"},
		"A. IgA\nB. IgG\nC. IgM": {"IgA", "IgG", "IgM"},
	} {
		if got, _ := SplitOptions(cell); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q", cell, got)
		}
	}
}
