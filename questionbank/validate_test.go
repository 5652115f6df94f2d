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

func TestValidateSound(t *testing.T) {
	judge := Question{Type: TrueFalse, Stem: "对吗", Key: Key{Choices: []string{"true"}}, Explanation: "对。", Difficulty: 5}
	for _, q := range []Question{sound(), soundBlank(), soundShort(), judge} {
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
	for _, raw := range []string{`["b"]`, `["a","c"]`, `["true"]`, `[["a","b"],["c"]]`, `[]`, `{"model":"x","rubric":[{"text":"y","percent":100}]}`} {
		var k Key
		if err := json.Unmarshal([]byte(raw), &k); err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(k); string(got) != raw {
			t.Errorf("%s came back as %s", raw, got)
		}
	}
	for _, raw := range []string{`"b"`, `null`, `{}`, `[1]`, `[["a"],"b"]`, `{"model":"x"}`, `{"model":"x","rubric":[],"more":1}`} {
		if err := json.Unmarshal([]byte(raw), new(Key)); err == nil && raw != "null" {
			t.Errorf("%s accepted", raw)
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
