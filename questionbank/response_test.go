package questionbank

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

var (
	singleShape   = Shape{Type: Single, OptionIDs: []string{"a", "b", "c"}}
	multipleShape = Shape{Type: Multiple, OptionIDs: []string{"c", "a", "b"}}
	judgeShape    = Shape{Type: TrueFalse}
	blankShape    = Shape{Type: Blank, Gaps: 2}
)

var shortShape = Shape{Type: Short}

func TestParseResponse(t *testing.T) {
	for _, tt := range []struct {
		shape Shape
		raw   string
		want  Response
	}{
		{singleShape, `{"choice":"b"}`, Response{Type: Single, Choice: "b"}},
		{singleShape, ` null `, Response{}},
		{singleShape, `{"\u0063hoice":"b"}`, Response{Type: Single, Choice: "b"}},
		{judgeShape, `{"choice":"true"}`, Response{Type: TrueFalse, Choice: "true"}},
		{multipleShape, `{"choices":["c","a"]}`, Response{Type: Multiple, Choices: []string{"a", "c"}}},
		{multipleShape, `{"choices":[]}`, Response{Type: Multiple, Choices: nil}},
		{blankShape, `{"blanks":["甲",""]}`, Response{Type: Blank, Blanks: []string{"甲", ""}}},
		{shortShape, `{"text":"先致歉，\n再约回访"}`, Response{Type: Short, Text: "先致歉，\n再约回访"}},
		{blankShape, `{"blanks":["😀","\\u0000"]}`, Response{Type: Blank, Blanks: []string{"😀", `\u0000`}}},
	} {
		got, err := ParseResponse(tt.shape, []byte(tt.raw))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %+v, %v", tt.raw, got, err)
		}
	}
}

func TestParseResponseRefuses(t *testing.T) {
	long := `{"blanks":["` + strings.Repeat("长", MaxBlankRunes+1) + `",""]}`
	for _, tt := range []struct {
		shape Shape
		raw   string
	}{
		{singleShape, ``}, {singleShape, `{}`}, {singleShape, `[]`}, {singleShape, `"b"`}, {singleShape, `1e999999`},
		{singleShape, `{"choice":"d"}`}, {singleShape, `{"choice":""}`}, {singleShape, `{"choice":null}`},
		{singleShape, `{"choice":1}`}, {singleShape, `{"choice":["a"]}`}, {singleShape, `{"choice":{"a":"b"}}`},
		{singleShape, `{"Choice":"a"}`}, {singleShape, `{"choice":"a","choice":"a"}`}, {singleShape, `{"choice":"a","x":1}`},
		{singleShape, `{"choice":"a"} {}`}, {singleShape, `{"choice":"a"}}`}, {singleShape, `{"choices":["a"]}`},
		{singleShape, "{\"choice\":\"\xff\"}"}, {judgeShape, `{"choice":"a"}`}, {judgeShape, `{"choice":true}`},
		{multipleShape, `{"choices":["a","a"]}`}, {multipleShape, `{"choices":["z"]}`}, {multipleShape, `{"choices":"a"}`},
		{multipleShape, `{"choices":[["a"]]}`}, {multipleShape, `{"choices":[1]}`}, {multipleShape, `{"choices":null}`},
		{blankShape, `{"blanks":["a"]}`}, {blankShape, `{"blanks":["a","b","c"]}`}, {blankShape, long},
		{blankShape, `{"blanks":["\u0000","b"]}`}, {blankShape, `{"blanks":["\ud800","b"]}`},
		{blankShape, `{"blanks":["\udc00","b"]}`}, {blankShape, `{"blanks":["\ud800\u0041","b"]}`},
		{blankShape, `{"blanks":["\\\ud800","b"]}`}, {blankShape, `{"blanks":["\ud83d","\ude00"]}`},
		{Shape{Type: "hotspot"}, `{"text":"x"}`}, {shortShape, `{"text":["x"]}`}, {shortShape, `{"choice":"x"}`},
		{shortShape, `{"text":"` + strings.Repeat("长", MaxTextRunes+1) + `"}`}, {Shape{}, `{"choice":"a"}`},
		{blankShape, `{"blanks":["` + strings.Repeat(" ", MaxResponseBytes) + `",""]}`},
	} {
		if got, err := ParseResponse(tt.shape, []byte(tt.raw)); !errors.Is(err, ErrNotAResponse) {
			t.Errorf("%.80s as %s: got %+v, %v", tt.raw, tt.shape.Type, got, err)
		}
	}
}

func TestAnswered(t *testing.T) {
	for _, tt := range []struct {
		r    Response
		want bool
	}{
		{Response{}, false}, {Response{Type: Single, Choice: "a"}, true}, {Response{Type: Multiple}, false},
		{Response{Type: Multiple, Choices: []string{"a"}}, true}, {Response{Type: Blank, Blanks: []string{"", " "}}, false},
		{Response{Type: Blank, Blanks: []string{"", "x"}}, true},
		{Response{Type: Short, Text: " \n"}, false}, {Response{Type: Short, Text: "x"}, true},
	} {
		if got := tt.r.Answered(); got != tt.want {
			t.Errorf("%+v: got %v", tt.r, got)
		}
	}
}

// What ParseResponse accepts, its own canonical form says again, byte for byte, and it can be marked within its points.
func FuzzParseResponse(f *testing.F) {
	shapes := []Shape{singleShape, multipleShape, judgeShape, blankShape, shortShape}
	for i, raw := range []string{`{"choice":"b"}`, `{"choices":["c","a"]}`, `{"choice":"false"}`, `{"blanks":["甲","\ud83d\ude00"]}`, `{"text":"甲"}`, `null`} {
		f.Add(uint8(i), []byte(raw))
	}
	f.Fuzz(func(t *testing.T, which uint8, raw []byte) {
		shape := shapes[int(which)%len(shapes)]
		r, err := ParseResponse(shape, raw)
		if err != nil {
			if !errors.Is(err, ErrNotAResponse) {
				t.Fatal(err)
			}
			return
		}
		first, _ := json.Marshal(r)
		again, err := ParseResponse(shape, first)
		if err != nil {
			t.Fatalf("%s → %s: %v", raw, first, err)
		}
		if second, _ := json.Marshal(again); string(second) != string(first) {
			t.Fatalf("%s → %s → %s", raw, first, second)
		}
		q := Question{Type: shape.Type, Key: Key{Choices: []string{"a", "c"}, Gaps: [][]string{{"甲"}, {"乙"}}}}
		if m := Mark(q, 101, r); m < 0 || m > 101 {
			t.Fatalf("mark %d", m)
		}
	})
}
