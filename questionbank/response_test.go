package questionbank

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var (
	singleShape   = Shape{Type: Single, OptionIDs: []string{"a", "b", "c"}}
	multipleShape = Shape{Type: Multiple, OptionIDs: []string{"c", "a", "b"}}
	judgeShape    = Shape{Type: TrueFalse}
	blankShape    = Shape{Type: Blank, Gaps: 2}
)

var (
	shortShape    = Shape{Type: Short}
	essayShape    = Shape{Type: Essay}
	spokenShape   = Shape{Type: Spoken}
	gradedShape   = Shape{Type: Judgement, OptionIDs: []string{"a", "b", "c"}}
	matchingShape = Shape{Type: Matching, OptionIDs: []string{"a", "b"}, Rows: 3}
	orderShape    = Shape{Type: Ordering, OptionIDs: []string{"a", "b", "c"}}
	labelShape    = Shape{Type: Labelling, OptionIDs: []string{"1", "2", "10"}}
)

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
		{essayShape, `{"text":"` + strings.Repeat("长", MaxEssayRunes) + `"}`, Response{Type: Essay, Text: strings.Repeat("长", MaxEssayRunes)}},
		{spokenShape, `{"recording":{"ms":58200,"name":"k3/0193-a","parts":12,"sha256":"` + hash + `"}}`, Response{Type: Spoken, Recording: recorded}},
		{spokenShape, `{"recording": {"ms": 58200, "name": "k3/0193-a", "parts": 12, "sha256": "` + hash + `"}}`, Response{Type: Spoken, Recording: recorded}},
		{spokenShape, recording("a", "1", "1", hash), Response{Type: Spoken, Recording: Recording{Name: "a", MS: 1, Parts: 1, SHA256: hash}}},
		{spokenShape, recording("a", "1200000", "2000", hash), Response{Type: Spoken, Recording: Recording{Name: "a", MS: 1_200_000, Parts: MaxParts, SHA256: hash}}},
		{blankShape, `{"blanks":["\ud83d\ude00","\ud83d\ude00!"]}`, Response{Type: Blank, Blanks: []string{"😀", "😀!"}}},
		{blankShape, `{"blanks":["\ud800\udc00","\udbff\udfff"]}`, Response{Type: Blank, Blanks: []string{"\U00010000", "\U0010FFFF"}}},
		{blankShape, `{"blanks":["\ud7ff","\ue000"]}`, Response{Type: Blank, Blanks: []string{"\uD7FF", "\uE000"}}},
		{singleShape, `{"choice":"b"}` + strings.Repeat(" ", MaxResponseBytes-14), Response{Type: Single, Choice: "b"}},
		{gradedShape, `{"choice":"c"}`, Response{Type: Judgement, Choice: "c"}},
		{matchingShape, `{"matches":["b","","b"]}`, Response{Type: Matching, Matches: []string{"b", "", "b"}}},
		{orderShape, `{"order":["c","a","b"]}`, Response{Type: Ordering, Order: []string{"c", "a", "b"}}},
		{labelShape, `{"choices":["2","10"]}`, Response{Type: Labelling, Choices: []string{"10", "2"}}},
		{blankShape, `{"blanks":["😀","\\u0000"]}`, Response{Type: Blank, Blanks: []string{"😀", `\u0000`}}},
	} {
		got, err := ParseResponse(tt.shape, []byte(tt.raw))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %+v, %v", tt.raw, got, err)
		}
	}
}

const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

var recorded = Recording{Name: "k3/0193-a", MS: 58_200, Parts: 12, SHA256: hash}

func recording(id, ms, parts, sum string) string {
	return `{"recording":{"ms":` + ms + `,"name":"` + id + `","parts":` + parts + `,"sha256":"` + sum + `"}}`
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
		{multipleShape, `{"choices":[["a"]]}`}, {multipleShape, `{"choices":[1]}`}, {multipleShape, `{"choices":null}`}, {multipleShape, `{"choices":["a"],"x":1}`}, {multipleShape, `{"choices":["a"],"choices":["a"]}`},
		{blankShape, `{"blanks":["a"]}`}, {blankShape, `{"blanks":["a","b","c"]}`}, {blankShape, long},
		{blankShape, `{"blanks":["\u0000","b"]}`}, {blankShape, `{"blanks":["\ud800","b"]}`},
		{blankShape, `{"blanks":["\udc00","b"]}`}, {blankShape, `{"blanks":["\ud800\u0041","b"]}`},
		{blankShape, `{"blanks":["\\\ud800","b"]}`}, {blankShape, `{"blanks":["\ud83d","\ude00"]}`},
		{blankShape, `{"blanks":["\ud83dabcdef","b"]}`}, {blankShape, `{"blanks":["\ud83d\nde0012","b"]}`}, {blankShape, `{"blanks":["\ud83d","xude00"]}`},
		{blankShape, `{"blanks":["\udfff","b"]}`}, {blankShape, `{"blanks":["\udbff","b"]}`}, {blankShape, `{"blanks":["\ud83d\ue000","b"]}`},
		{singleShape, `{"choice":"b"}` + strings.Repeat(" ", MaxResponseBytes-13)},
		{blankShape, `{"blanks":["","\ud83d"]}`}, {blankShape, `{"blanks":["\ud83dxude00","b"]}`},
		{Shape{Type: "hotspot"}, `{"text":"x"}`}, {shortShape, `{"text":["x"]}`}, {shortShape, `{"choice":"x"}`},
		{shortShape, `{"text":"` + strings.Repeat("长", MaxTextRunes+1) + `"}`}, {Shape{}, `{"choice":"a"}`},
		{essayShape, `{"text":"` + strings.Repeat("长", MaxEssayRunes+1) + `"}`}, {spokenShape, `{"recording":""}`},
		{spokenShape, `{"recording":"https://x/y"}`}, {spokenShape, `{"recording":"../y"}`}, {spokenShape, `{"text":"x"}`},
		{spokenShape, recording("https://x/y", "5000", "1", hash)}, {spokenShape, recording("../y", "5000", "1", hash)}, {spokenShape, recording("", "5000", "1", hash)},
		{spokenShape, recording("a", "0", "1", hash)}, {spokenShape, recording("a", "-5", "1", hash)}, {spokenShape, recording("a", "1200001", "1", hash)},
		{spokenShape, recording("a", "5000", "0", hash)}, {spokenShape, recording("a", "5000", "2001", hash)}, {spokenShape, recording("a", "5e3", "1", hash)},
		{spokenShape, recording("a", `"5"`, "1", hash)}, {spokenShape, recording("a", "5000", "1", hash[1:])}, {spokenShape, recording("a", "5000", "1", strings.ToUpper(hash))},
		{spokenShape, `{"recording":{"name":"a","ms":5000,"parts":1,"sha256":"` + hash + `"}}`}, {spokenShape, `{"recording":{"ms":5000,"name":"a","parts":1}}`},
		{spokenShape, `{"recording":{"ms":5000,"name":"a","parts":1,"sha256":"` + hash + `","x":1}}`}, {spokenShape, `{"recording":null}`},
		{spokenShape, `{"Recording":{"ms":5000,"name":"a","parts":1,"sha256":"` + hash + `"}}`}, {spokenShape, `{"recording":{"ms":5000,"name":"a","name":"a","parts":1,"sha256":"` + hash + `"}}`},
		{shortShape, recording("a", "5000", "1", hash)},
		{gradedShape, `{"choice":"d"}`}, {gradedShape, `{"choice":"green"}`}, {gradedShape, `{"choices":["a"]}`},
		{matchingShape, `{"matches":["a","b"]}`}, {matchingShape, `{"matches":["a","b","c"]}`}, {matchingShape, `{"matches":["a","b","a","b"]}`},
		{orderShape, `{"order":["a","b"]}`}, {orderShape, `{"order":["a","b","b"]}`}, {orderShape, `{"order":["a","b","d"]}`},
		{orderShape, `{"order":["a","b","c","a"]}`}, {orderShape, `{"order":[]}`},
		{labelShape, `{"choices":["3"]}`}, {labelShape, `{"choices":["1","1"]}`},
		{blankShape, `{"blanks":["` + strings.Repeat(" ", MaxResponseBytes) + `",""]}`},
	} {
		if got, err := ParseResponse(tt.shape, []byte(tt.raw)); !errors.Is(err, ErrNotAResponse) {
			t.Errorf("%.80s as %s: got %+v, %v", tt.raw, tt.shape.Type, got, err)
		}
	}
}

// What is read without a decoder is what the decoder reads.
func TestAPlainResponseNeedsNoDecoder(t *testing.T) {
	for raw, want := range map[string][]string{
		`{"choice":"b"}`: {"b"}, `{"text":""}`: {""}, "{ \"choices\" :\n[ \"a\" , \"c\" ] }": {"a", "c"}, `{"blanks":["甲","",""]}`: {"甲", "", ""}, `{"choices":[]}`: {},
	} {
		if _, values, _, ok := readPlainField([]byte(raw)); !ok || !slices.Equal(values, want) {
			t.Errorf("%s: %q %v", raw, values, ok)
		}
	}
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Map(rapid.StringMatching(`[a-c甲 ,:{}\[\]"\\]{0,3}`), func(s string) string {
			quoted, _ := json.Marshal(s)
			return string(quoted)
		})
		space := rapid.SampledFrom([]string{"", " ", "\n\t"})
		value := rapid.OneOf(text, rapid.Map(rapid.SliceOfN(text, 0, 3), func(s []string) string { return "[ " + strings.Join(s, " ,") + "]" }),
			rapid.SampledFrom([]string{"null", "1", "{}", `["a",1]`, `[["a"]]`, `"a","b":"c"`}))
		raw := []byte(space.Draw(t, "before") + "{" + text.Draw(t, "name") + space.Draw(t, "between") + ":" + value.Draw(t, "value") + "}" + space.Draw(t, "after"))
		if !json.Valid(raw) {
			t.Fatalf("%s", raw)
		}
		name, values, isList, ok := readPlainField(raw)
		if !ok {
			return
		}
		taken++
		wantName, want, wantList, err := readOneField(raw)
		if err != nil || name != wantName || isList != wantList || !slices.Equal(values, want) || (values == nil) != (want == nil) {
			t.Fatalf("%s: %q %q %v, want %q %q %v (%v)", raw, name, values, isList, wantName, want, wantList, err)
		}
	})
	if taken == 0 {
		t.Error("none was read without the decoder")
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
		{Response{Type: Matching, Matches: []string{"", ""}}, false}, {Response{Type: Matching, Matches: []string{"", "a"}}, true},
		{Response{Type: Ordering, Order: []string{"a"}}, true}, {Response{Type: Spoken, Recording: recorded}, true}, {Response{Type: Spoken}, false},
		{Response{Type: Short, Text: " \n"}, false}, {Response{Type: Short, Text: "x"}, true},
	} {
		if got := tt.r.Answered(); got != tt.want {
			t.Errorf("%+v: got %v", tt.r, got)
		}
	}
}

// What ParseResponse accepts, its own canonical form says again, byte for byte, and it can be marked within its points.
func FuzzParseResponse(f *testing.F) {
	shapes := []Shape{singleShape, multipleShape, judgeShape, blankShape, shortShape, essayShape, spokenShape, gradedShape, matchingShape, orderShape, labelShape}
	for i, raw := range []string{`{"choice":"b"}`, `{"choices":["c","a"]}`, `{"choice":"false"}`, `{"blanks":["甲","\ud83d\ude00"]}`, `{"text":"甲"}`, `{"text":""}`, recording("a/b", "5000", "1", hash),
		`{"choice":"c"}`, `{"matches":["a","","b"]}`, `{"order":["c","a","b"]}`, `{"choices":["10","2"]}`, `null`} {
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

// A question's shape takes the responses to it, and no two questions that differ in their keys alone differ in shape.
func TestShape(t *testing.T) {
	options := []Option{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	for _, tt := range []struct {
		q    Question
		want Shape
	}{
		{Question{Type: Single, Options: options}, Shape{Type: Single, OptionIDs: []string{"a", "b", "c"}}},
		{Question{Type: Judgement, Options: options, Key: Key{Grades: []OptionGrade{{"a", Green, "x"}}}}, Shape{Type: Judgement, OptionIDs: []string{"a", "b", "c"}}},
		{Question{Type: Matching, Options: options, Rows: []string{"x", "y"}, Key: Key{Choices: []string{"b", "b"}}},
			Shape{Type: Matching, OptionIDs: []string{"a", "b", "c"}, Rows: 2}},
		{Question{Type: Ordering, Options: options, Key: Key{Choices: []string{"c", "b", "a"}}}, Shape{Type: Ordering, OptionIDs: []string{"a", "b", "c"}}},
		{Question{Type: Labelling, Stem: "[[x]]和[[y]]", Key: Key{Choices: []string{"2"}}}, Shape{Type: Labelling, OptionIDs: []string{"1", "2"}}},
		{Question{Type: Blank, Stem: "____与____"}, Shape{Type: Blank, Gaps: 2}},
		{Question{Type: Spoken, Key: Key{Model: "x"}}, Shape{Type: Spoken}},
	} {
		if got := tt.q.Shape(); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %+v", tt.q.Type, got)
		}
	}
}

func TestUnmarked(t *testing.T) {
	for stem, want := range map[string]string{"": "", "[单]": "[单]", "[[甲]]。[[乙]]": "甲。乙", "空 [[]]": "空 [[]]"} {
		if got := Unmarked(stem); got != want {
			t.Errorf("%q: %q", stem, got)
		}
	}
}

func TestPieces(t *testing.T) {
	for stem, want := range map[string][]Piece{
		"":                {},
		"无":               {{"", "无"}},
		"[[甲]]":           {{"1", "甲"}},
		"前[[甲]][[乙]]后":    {{"", "前"}, {"1", "甲"}, {"2", "乙"}, {"", "后"}},
		"[单] [[ 甲 ]] ]]末": {{"", "[单] "}, {"1", " 甲 "}, {"", " ]]末"}},
		"[[]] [[a[b]]":    {{"", "[[]] [[a[b]]"}},
	} {
		if got := Pieces(stem); len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q", stem, got)
		}
	}
}
