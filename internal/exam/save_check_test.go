package exam

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/questionbank"
)

// What needs no parser is exactly what the parser would let through unchanged.
func TestAChoiceNeedsNoParser(t *testing.T) {
	shapes := []questionbank.Shape{
		{Type: questionbank.Single, OptionIDs: []string{"a", "b", "c"}}, {Type: questionbank.TrueFalse},
		{Type: questionbank.Multiple, OptionIDs: []string{"a", "b"}}, {Type: questionbank.Blank, Gaps: 1}, {},
	}
	raws := []string{
		`{"choice":"a"}`, `{"choice":"c"}`, `{"choice":"d"}`, `{"choice":""}`, `{"choice":"true"}`, `{"choice":"false"}`, `{"choice":"TRUE"}`,
		`{"choice": "a"}`, `{"choice":"a"} `, `{"choice":"a","choice":"b"}`, `{"choice":"a\u0000"}`, `{"choice":"a"}"}`, `{"choices":["a"]}`,
		`{"blanks":["a"]}`, `null`, ``, `{"choice":"`, `{"choice":"}`, `"}`, "{\"choice\":\"\xff\"}",
	}
	one := func(s questionbank.Shape, raw string) string {
		response, err := questionbank.ParseResponse(s, []byte(raw))
		if !isChoice(s, []byte(raw)) {
			return ""
		}
		canonical, failed := response.MarshalJSON()
		if err != nil || failed != nil || string(canonical) != raw {
			return "taken without the parser, which says: " + string(canonical)
		}
		return ""
	}
	taken := 0
	for _, s := range shapes {
		for _, raw := range raws {
			if fault := one(s, raw); fault != "" {
				t.Errorf("%v %q: %s", s, raw, fault)
			}
			if isChoice(s, []byte(raw)) {
				taken++
			}
		}
	}
	if taken != 4 {
		t.Errorf("%d of the table were taken, want a, c, true and false", taken)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(shapes).Draw(t, "shape")
		if fault := one(s, `{"choice":"`+rapid.StringMatching(`[a-e"\\tru]{0,4}`).Draw(t, "id")+`"}`); fault != "" {
			t.Fatal(fault)
		}
	})
}
