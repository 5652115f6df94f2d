package layout

import (
	"slices"
	"testing"
)

func TestDaysAndTimesAreNotBroken(t *testing.T) {
	for text, want := range map[string][]datedPart{
		"":                              nil,
		"没有日期":                          {{"没有日期", false}},
		"到 2026-12-13 24:00 收卷":         {{"到 ", false}, {"2026-12-13 24:00", true}, {" 收卷", false}},
		"2026-12-01 – 2026-12-02 09:00": {{"2026-12-01", true}, {" – ", false}, {"2026-12-02 09:00", true}},
	} {
		if got := datedParts(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v", text, got)
		}
	}
}
