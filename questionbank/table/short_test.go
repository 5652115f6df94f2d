package table

import (
	"reflect"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
)

func TestShortAnswers(t *testing.T) {
	want := qb.Key{Model: "您好，很抱歉……", Rubric: []qb.Criterion{{Text: "致歉", Percent: 40}, {Text: "说明流程", Percent: 60}}}
	for name, rows := range map[string][][]string{
		"own columns":         {{"题型", "题干", "正确答案", "参考答案", "评分标准"}, {"简答题", "问", "", "您好，很抱歉……", "致歉=40；说明流程=60"}},
		"no column of others": {{"题型", "题干", "参考答案", "评分标准"}, {"问答题", "问", "您好，很抱歉……", "致歉=40\n说明流程=60%"}},
		"one answer column":   {{"题型", "题干", "答案", "评分要点"}, {"简答", "问", "您好，很抱歉……", "致歉＝40；说明流程＝60"}},
	} {
		items, problems := decode(t, "", rows...)
		if len(items) != 1 || items[0].Question.Type != qb.Short || !reflect.DeepEqual(items[0].Question.Key, want) {
			t.Errorf("%s: got %+v, %v", name, items, problems)
		}
	}
}

// What a file does not say is not made up: each gap is a problem at its column.
func TestShortAnswersRefused(t *testing.T) {
	head := []string{"题型", "题干", "选项A", "正确答案", "参考答案", "评分标准"}
	for _, tt := range []struct{ name, code, place, option, answer, model, rubric string }{
		{"no rubric", "rubric_missing", "评分标准", "", "", "好", ""},
		{"unread", "rubric_unread", "评分标准", "", "", "好", "致歉四成"},
		{"sum", "rubric_sum", "评分标准", "", "", "好", "致歉=40；说明=50"},
		{"part of none", "criterion_percent", "评分标准", "", "", "好", "致歉=0；说明=100"},
		{"no model", "model_missing", "正确答案", "", "", "", "致歉=100"},
		{"two answers", "key_shape", "正确答案", "", "A", "好", "致歉=100"},
		{"options", "options_unwanted", "选项", "甲", "", "好", "致歉=100"},
	} {
		items, problems := decode(t, "", head, []string{"简答题", "问", tt.option, tt.answer, tt.model, tt.rubric})
		if len(items) != 0 || problems[0].Code != tt.code || !strings.HasSuffix(problems[0].Place, tt.place) {
			t.Errorf("%s: got %v, %+v", tt.name, items, problems)
		}
	}
	// The columns are for short answers; in another row they are told and not taken.
	items, problems := decode(t, "", head, []string{"判断题", "问", "", "对", "好", "致歉=100"})
	if len(items) != 1 || len(problems) < 2 || problems[0].Code != "short_only" {
		t.Errorf("got %v, %+v", items, problems)
	}
}
