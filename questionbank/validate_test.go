package questionbank

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func sound() Question {
	return Question{Type: Single, Stem: "以下说法正确的是", Options: []Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}}, Key: Key{Choices: []string{"a"}},
		Explanation: "因为甲。", KnowledgePoints: []string{"1/射频与超声紧致"}, Difficulty: 3}
}

func soundBlank() Question {
	return Question{Type: Blank, Stem: "____ 与 ______", Key: Key{Gaps: [][]string{{"甲"}, {"乙", "丙"}}}, Explanation: "略。", Difficulty: 1}
}

func soundShort() Question {
	return Question{
		Type: Short, Stem: "顾客投诉等待太久，怎样答复？", Key: Key{Model: "先致歉，再说明原因。", Rubric: []Criterion{{"致歉", 60}, {"说明原因", 40}}},
		Explanation: "先处理心情。", Difficulty: 3,
	}
}

func soundJudgement() Question {
	return Question{Type: Judgement, Stem: "怎样回复？", Options: []Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}, {ID: "c", Text: "丙"}}, Difficulty: 2,
		Key:         Key{Grades: []OptionGrade{{"a", Green, "对"}, {"b", Yellow, "不全"}, {"c", Red, "越线"}}},
		Explanation: "略。", PartialPercent: 40, RedLine: true}
}

func soundMatching() Question {
	return Question{Type: Matching, Stem: "对上", Rows: []string{"一", "二", "三"}, Options: []Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}},
		Key: Key{Choices: []string{"b", "a", "b"}}, Explanation: "略。", Difficulty: 2}
}

func soundOrdering() Question {
	return Question{Type: Ordering, Stem: "排好", Options: []Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}, {ID: "c", Text: "丙"}},
		Key: Key{Choices: []string{"b", "c", "a"}}, Explanation: "略。", Difficulty: 2}
}

func soundLabelling() Question {
	return Question{Type: Labelling, Stem: "标出：[[甲]]、[[乙]]。", Key: Key{Choices: []string{"2"}}, Explanation: "略。", Difficulty: 2}
}

// withMedia has a file everywhere that one can stand.
func withMedia() Question {
	q := sound()
	q.Stimulus = &Stimulus{ID: "s1", Text: "略", Media: []Media{{Audio, "x/1.mp3", "录音"}}}
	q.Media = []Media{{Image, "2", "图"}}
	q.Options[1] = Option{ID: "b", Media: Media{Image, "3.png", "图"}}
	q.ExplanationMedia = []Media{{Video, "4", "录像"}}
	return q
}

func TestMediaAll(t *testing.T) {
	var got []string
	for _, m := range withMedia().MediaAll() {
		got = append(got, m.Object)
	}
	if want := []string{"x/1.mp3", "2", "3.png", "4"}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestIsObject(t *testing.T) {
	for name, want := range map[string]bool{
		"1": true, "media/术后 1.jpg": false, "media/术后1.jpg": true, "a..b": true, strings.Repeat("x", 200): true, strings.Repeat("x", 201): false,
		"": false, "/etc": false, "..": false, "a/../b": false, "../b": false, "b/..": false, "a//b": false, "http://x": false, "a?b": false,
	} {
		if got := IsObject(name); got != want {
			t.Errorf("%q: got %v", name, got)
		}
	}
}

func TestValidateSound(t *testing.T) {
	judge := Question{Type: TrueFalse, Stem: "对吗", Key: Key{Choices: []string{"true"}}, Explanation: "对。", Difficulty: 5}
	for _, q := range []Question{sound(), soundBlank(), soundShort(), judge, soundJudgement(), soundMatching(), soundOrdering(), soundLabelling(), withMedia()} {
		if got := Validate(q); len(got) != 0 {
			t.Errorf("%s: %v", q.Type, got)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		code     string
		severity Severity
		change   func(q *Question)
	}{
		{"stem_missing", Error, func(q *Question) { q.Stem = " \n" }},
		{"text_long", Error, func(q *Question) { q.Stem = strings.Repeat("长", MaxStemRunes+1) }},
		{"text_control", Error, func(q *Question) { q.Stem = "a\x00b" }},
		{"text_encoding", Error, func(q *Question) { q.Stem = "a\xffb" }},
		{"text_garbled", Warning, func(q *Question) { q.Explanation = "a\uFFFDb" }},
		{"type_missing", Error, func(q *Question) { q.Type = "" }},
		{"type_unknown", Error, func(q *Question) { q.Type = "hotspot" }},
		{"options_few", Error, func(q *Question) { q.Options = q.Options[:1] }},
		{"option_id", Error, func(q *Question) { q.Options[1].ID = "i" }},
		{"option_id_twice", Error, func(q *Question) { q.Options[1].ID = "a" }},
		{"option_empty", Error, func(q *Question) { q.Options[1].Text = "　" }},
		{"options_equal", Warning, func(q *Question) { q.Options[1].Text = " 甲" }},
		{"key_missing", Error, func(q *Question) { q.Key.Choices = nil }},
		{"key_unknown", Error, func(q *Question) { q.Key.Choices = []string{"c"} }},
		{"key_many", Error, func(q *Question) { q.Key.Choices = []string{"a", "b"} }},
		{"key_twice", Error, func(q *Question) { q.Type = Multiple; q.Key.Choices = []string{"a", "a"} }},
		{"key_one", Warning, func(q *Question) { q.Type = Multiple }},
		{"key_shape", Error, func(q *Question) { q.Key = Key{Gaps: [][]string{{"a"}}} }},
		{"options_unwanted", Error, func(q *Question) { q.Type = TrueFalse }},
		{"gap_missing", Error, func(q *Question) { *q = soundBlank(); q.Stem = "没有" }},
		{"gaps_differ", Error, func(q *Question) { *q = soundBlank(); q.Key.Gaps = q.Key.Gaps[:1] }},
		{"key_empty", Error, func(q *Question) { *q = soundBlank(); q.Key.Gaps[0][0] = " " }},
		{"model_missing", Error, func(q *Question) { *q = soundShort(); q.Key.Model = " " }},
		{"rubric_size", Error, func(q *Question) { *q = soundShort(); q.Key.Rubric = nil }},
		{"criterion_empty", Error, func(q *Question) { *q = soundShort(); q.Key.Rubric[0].Text = "" }},
		{"criterion_percent", Error, func(q *Question) { *q = soundShort(); q.Key.Rubric = []Criterion{{"x", 0}, {"y", 100}} }},
		{"rubric_sum", Error, func(q *Question) { *q = soundShort(); q.Key.Rubric[0].Percent = 50 }},
		{"key_shape", Error, func(q *Question) { *q = soundShort(); q.Key.Choices = []string{"a"} }},
		{"explanation_missing", Warning, func(q *Question) { q.Explanation = "" }},
		{"number_unread", Warning, func(q *Question) { *q = soundBlank(); q.Key.Gaps[0][0] = "约30±2" }},
		{"gaps_many", Error, func(q *Question) { *q = soundBlank(); q.Stem = strings.Repeat(Gap+"，", MaxGaps+1) }},
		{"options_many", Error, func(q *Question) { q.Options = slices.Repeat(q.Options, 5) }},
		{"options_many", Error, func(q *Question) { *q = soundJudgement(); q.Options = slices.Repeat(q.Options, 2) }},
		{"options_few", Error, func(q *Question) { *q = soundJudgement(); q.Options = q.Options[:2] }},
		{"options_few", Error, func(q *Question) { *q = soundOrdering(); q.Options = q.Options[:2] }},
		{"grade_missing", Error, func(q *Question) { *q = soundJudgement(); q.Key.Grades = q.Key.Grades[:2] }},
		{"grade_unknown", Error, func(q *Question) { *q = soundJudgement(); q.Key.Grades[1].Grade = "blue" }},
		{"green_missing", Error, func(q *Question) { *q = soundJudgement(); q.Key.Grades[0].Grade = Yellow }},
		{"reason_missing", Warning, func(q *Question) { *q = soundJudgement(); q.Key.Grades[1].Reason = " " }},
		{"key_unknown", Error, func(q *Question) { *q = soundJudgement(); q.Key.Grades[2].Option = "d" }},
		{"key_twice", Error, func(q *Question) { *q = soundJudgement(); q.Key.Grades[2].Option = "a" }},
		{"key_shape", Error, func(q *Question) { *q = soundJudgement(); q.Key = Key{Choices: []string{"a"}} }},
		{"key_shape", Error, func(q *Question) { q.Key = soundJudgement().Key }},
		{"key_shape", Error, func(q *Question) { q.Key.Model = "x" }},
		{"key_shape", Error, func(q *Question) { *q = soundBlank(); q.Key = Key{Choices: []string{"甲", "乙"}} }},
		{"rows_size", Error, func(q *Question) { *q = soundMatching(); q.Rows = q.Rows[:1] }},
		{"rows_size", Error, func(q *Question) { *q = soundMatching(); q.Rows = slices.Repeat([]string{"x"}, MaxRows+1) }},
		{"rows_differ", Error, func(q *Question) { *q = soundMatching(); q.Rows = q.Rows[:2] }},
		{"row_empty", Error, func(q *Question) { *q = soundMatching(); q.Rows[1] = "　" }},
		{"rows_equal", Warning, func(q *Question) { *q = soundMatching(); q.Rows[1] = "一 " }},
		{"rows_unwanted", Error, func(q *Question) { q.Rows = []string{"x"} }},
		{"key_unknown", Error, func(q *Question) { *q = soundMatching(); q.Key.Choices[1] = "" }},
		{"order_incomplete", Error, func(q *Question) { *q = soundOrdering(); q.Key.Choices = q.Key.Choices[:2] }},
		{"key_twice", Error, func(q *Question) { *q = soundOrdering(); q.Key.Choices[1] = "a" }},
		{"segments_size", Error, func(q *Question) { *q = soundLabelling(); q.Stem = "[[甲]]" }},
		{"segments_size", Error, func(q *Question) { *q = soundLabelling(); q.Stem = strings.Repeat("[[甲]]", MaxSegments+1) }},
		{"segment_empty", Error, func(q *Question) { *q = soundLabelling(); q.Stem += "[[ ]]" }},
		{"segment_open", Warning, func(q *Question) { *q = soundLabelling(); q.Stem += "[[丙" }},
		{"segments_all", Warning, func(q *Question) { *q = soundLabelling(); q.Key.Choices = []string{"1", "2"} }},
		{"key_missing", Error, func(q *Question) { *q = soundLabelling(); q.Key.Choices = nil }},
		{"key_unknown", Error, func(q *Question) { *q = soundLabelling(); q.Key.Choices = []string{"3"} }},
		{"key_twice", Error, func(q *Question) { *q = soundLabelling(); q.Key.Choices = []string{"2", "2"} }},
		{"percent_range", Error, func(q *Question) { *q = soundJudgement(); q.PartialPercent = 100 }},
		{"percent_range", Error, func(q *Question) { *q = soundJudgement(); q.PartialPercent = -1 }},
		{"percent_unwanted", Error, func(q *Question) { q.PartialPercent = 50 }},
		{"percent_unwanted", Error, func(q *Question) { *q = soundLabelling(); q.MultiplePolicy, q.PartialPercent = PolicyNone, 50 }},
		{"seconds_unwanted", Error, func(q *Question) { *q = soundShort(); q.Seconds = 60 }},
		{"seconds_range", Error, func(q *Question) { *q = soundShort(); q.Type, q.Seconds = Spoken, MinSeconds-1 }},
		{"seconds_range", Error, func(q *Question) { *q = soundShort(); q.Type, q.Seconds = Spoken, MaxSeconds+1 }},
		{"seconds_range", Error, func(q *Question) { *q = soundShort(); q.Type, q.Seconds = Spoken, -1 }},
		{"red_line_people", Error, func(q *Question) { *q = soundShort(); q.RedLine = true }},
		{"media_kind", Error, func(q *Question) { *q = withMedia(); q.Media[0].Kind = "pdf" }},
		{"media_object", Error, func(q *Question) { *q = withMedia(); q.Options[1].Media.Object = "http://x" }},
		{"media_alt", Warning, func(q *Question) { *q = withMedia(); q.ExplanationMedia[0].Alt = "" }},
		{"media_many", Error, func(q *Question) { *q = withMedia(); q.Media = slices.Repeat(q.Media, MaxMedia+1) }},
		{"stimulus_id", Error, func(q *Question) { *q = withMedia(); q.Stimulus.ID = "" }},
		{"stimulus_empty", Error, func(q *Question) { *q = withMedia(); q.Stimulus.Text, q.Stimulus.Media = " ", nil }},
		{"policy_unknown", Error, func(q *Question) { q.MultiplePolicy = "some" }},
		{"difficulty_range", Error, func(q *Question) { q.Difficulty = 0 }},
		{"point_empty", Error, func(q *Question) { q.KnowledgePoints = []string{""} }},
		{"status_unknown", Error, func(q *Question) { q.Source.Status = "ok" }},
		{"law_missing", Warning, func(q *Question) { q.Source.Article = "第一条" }},
	} {
		t.Run(tt.code, func(t *testing.T) {
			q := sound()
			tt.change(&q)
			got := Validate(q)
			i := slices.IndexFunc(got, func(p Problem) bool { return p.Code == tt.code })
			if i < 0 {
				t.Fatalf("got %v", got)
			}
			if p := got[i]; p.Severity != tt.severity || p.Place == "" || p.Message == "" {
				t.Fatalf("got %+v", p)
			}
		})
	}
}

func TestKeyJSON(t *testing.T) {
	for _, raw := range []string{`["b"]`, `["a","c"]`, `["true"]`, `[["a","b"],["c"]]`, `[]`, `{"model":"x","rubric":[{"text":"y","percent":100}]}`,
		`{"grades":[{"option":"a","grade":"green","reason":"x"}]}`, `{"grades":[]}`} {
		var k Key
		if err := json.Unmarshal([]byte(raw), &k); err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(k); string(got) != raw {
			t.Errorf("%s came back as %s", raw, got)
		}
	}
	for _, raw := range []string{`"b"`, `null`, `{}`, `[1]`, `[["a"],"b"]`, `{"model":"x"}`, `{"model":"x","rubric":[],"more":1}`,
		`{"grades":null}`, `{"grades":[],"model":"x"}`, `{"grades":[{"option":"a","score":1}]}`} {
		if err := json.Unmarshal([]byte(raw), new(Key)); err == nil && raw != "null" {
			t.Errorf("%s accepted", raw)
		}
	}
}

// What people mark after may be a model alone, or a rubric alone.
func TestKeysForPeopleAsJSON(t *testing.T) {
	for want, k := range map[string]Key{
		`{"model":"先致歉","rubric":[]}`:                         {Model: "先致歉"},
		`{"model":"","rubric":[{"text":"致歉","percent":100}]}`: {Rubric: []Criterion{{"致歉", 100}}},
	} {
		if got, err := json.Marshal(k); err != nil || string(got) != want {
			t.Errorf("%s, want %s (%v)", got, want, err)
		}
	}
}

// What a type is like: who marks it, whether it has options, whether these are always mixed, and whether it may have a policy.
func TestTypes(t *testing.T) {
	type like struct{ people, options, mixed, policy bool }
	want := map[Type]like{
		Single: {options: true}, Multiple: {options: true, policy: true}, TrueFalse: {}, Blank: {}, Judgement: {options: true}, Matching: {options: true, mixed: true},
		Ordering: {options: true, mixed: true}, Labelling: {policy: true}, Short: {people: true}, Essay: {people: true}, Spoken: {people: true},
	}
	for _, kind := range Types {
		if got := (like{kind.ByPeople(), kind.HasOptions(), kind.Shuffles(), kind.hasPolicy()}); got != want[kind] {
			t.Errorf("%s: %+v", kind, got)
		}
	}
}

// The five content areas are known by number and by name (rule:C12, rule:C13, rule:C14, rule:C15, rule:C16).
func TestKnowledgePoint(t *testing.T) {
	for raw, want := range map[string]string{
		"1/注射": "1/注射", "医美专业知识 / 注射": "1/注射", "网电沟通技巧＞异议": "2/异议", "内容3／回访": "3/回访",
		"4 法律法规/医疗广告": "4/医疗广告", "4.法律法规/医疗广告": "4/医疗广告", "法律法规": "4", "行业动态与前沿技术>术语": "5/术语",
	} {
		if got, ok := KnowledgePoint(raw); got != want || !ok || Area(got) == 0 {
			t.Errorf("%q: got %q, %v", raw, got, ok)
		}
	}
	for raw, want := range map[string]string{"皮肤": "皮肤", "6/x": "6/x", "": "", " / ": "", "外科/眼部": "外科/眼部"} {
		if got, ok := KnowledgePoint(raw); got != want || ok || Area(got) != 0 {
			t.Errorf("%q: got %q, %v", raw, got, ok)
		}
	}
}

func TestNormaliseGaps(t *testing.T) {
	for in, want := range map[string]string{
		"由（）负责": "由____负责", "由(  )负责": "由____负责", "由________负责": "由____负责", "由＿＿负责": "由____负责",
		"由（ ____ ）负责": "由____负责", "由【　】负责": "由____负责", "（二）a_b": "（二）a_b",
	} {
		if got := NormaliseGaps(in); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
	if n := CountGaps("____，______"); n != 2 {
		t.Errorf("got %d gaps", n)
	}
}

// Two questions of a file name one stimulus only when it is the same; the same stem on another stimulus is another question.
func TestBatchStimulus(t *testing.T) {
	on := func(id, text string) Question {
		q := sound()
		q.Stimulus = &Stimulus{ID: id, Text: text}
		return q
	}
	b, number := Batch{}, 0
	for _, q := range []Question{on("s", "一"), on("s", "一"), on("s", "二"), on("r", "二")} {
		number++
		place := "第 " + string(rune('0'+number)) + " 题"
		b.Add(func(Field) string { return place }, q)
	}
	var got []string
	for _, p := range b.Problems {
		got = append(got, p.String())
	}
	if len(b.Items) != 3 || strings.Join(got, "|") != "第 2 题：题干与第 1 题相同|第 3 题：材料“s”与第 1 题的同名材料内容不同" {
		t.Fatalf("got %d items, %v", len(b.Items), got)
	}
}

// A spoken answer may be as long as the question says, from end to end of what is allowed, and two minutes where it says nothing.
func TestLongestSeconds(t *testing.T) {
	for seconds, want := range map[int]int{0: DefaultSeconds, MinSeconds: MinSeconds, 45: 45, MaxSeconds: MaxSeconds} {
		q := soundShort()
		q.Type, q.Seconds = Spoken, seconds
		if got := q.LongestSeconds(); got != want || HasErrors(Validate(q)) {
			t.Errorf("%d: %d, %v", seconds, got, Validate(q))
		}
	}
}
