package bank

import (
	"net/url"
	"reflect"
	"testing"

	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

func TestFormOfEachType(t *testing.T) {
	common := func(extra url.Values) url.Values {
		v := url.Values{"stem": {" 题干？\r\n第二行 "}, "difficulty": {"2"}, "explanation": {"说明"}, "topic_1": {"9"}, "topic_3": {"9"}, "key_question": {"true"},
			"option_a": {"甲"}, "option_c": {"丙"}, "key": {"c"}, "truth": {"false"}, "gaps": {"一 | 1\n\n二"}, "multiple_policy": {"none"},
			"model": {"一份好答案"}, "criterion_1": {"致歉"}, "percent_1": {"40"}, "criterion_3": {"说明"}, "percent_3": {" 60 %"},
			"grade_a": {"green"}, "reason_a": {"对"}, "grade_c": {"red"}, "partial_percent": {"40 %"}, "rows": {"一=1 = C\n\n二 ＝ａ\n三"}, "order": {"C → A"}, "segments": {"第2、10 处"}}
		for k, x := range extra {
			v[k] = x
		}
		return v
	}
	options := []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "c", Text: "丙"}}
	for _, c := range []struct {
		kind questionbank.Type
		want questionbank.Question
	}{
		{questionbank.Single, questionbank.Question{Options: options, Key: questionbank.Key{Choices: []string{"c"}}}},
		{questionbank.Multiple, questionbank.Question{Options: options, Key: questionbank.Key{Choices: []string{"c"}}, MultiplePolicy: questionbank.PolicyNone}},
		{questionbank.TrueFalse, questionbank.Question{Key: questionbank.Key{Choices: []string{"false"}}}},
		{questionbank.Blank, questionbank.Question{Key: questionbank.Key{Gaps: [][]string{{"一", "1"}, {"二"}}}}},
		{questionbank.Short, questionbank.Question{Key: questionbank.Key{Model: "一份好答案", Rubric: []questionbank.Criterion{{Text: "致歉", Percent: 40}, {Text: "说明", Percent: 60}}}}},
		{questionbank.Essay, questionbank.Question{Key: questionbank.Key{Model: "一份好答案", Rubric: []questionbank.Criterion{{Text: "致歉", Percent: 40}, {Text: "说明", Percent: 60}}}}},
		{questionbank.Judgement, questionbank.Question{Options: options, PartialPercent: 40, RedLine: true, Key: questionbank.Key{Grades: []questionbank.OptionGrade{
			{Option: "a", Grade: questionbank.Green, Reason: "对"}, {Option: "c", Grade: questionbank.Red}}}}},
		{questionbank.Matching, questionbank.Question{Options: options, RedLine: true, Rows: []string{"一=1", "二", "三"}, Key: questionbank.Key{Choices: []string{"c", "a", ""}}}},
		{questionbank.Ordering, questionbank.Question{Options: options, RedLine: true, Key: questionbank.Key{Choices: []string{"c", "a"}}}},
		{questionbank.Labelling, questionbank.Question{RedLine: true, MultiplePolicy: questionbank.PolicyNone, Key: questionbank.Key{Choices: []string{"2", "10"}}}},
	} {
		extra := url.Values{"type": {string(c.kind)}}
		if c.want.RedLine {
			extra["red_line"] = []string{"true"}
		}
		c.want.Type, c.want.Stem, c.want.Difficulty, c.want.Explanation, c.want.KeyQuestion = c.kind, "题干？\n第二行", 2, "说明", true
		got := formOf(common(extra)).draft()
		if !reflect.DeepEqual(got.Question, c.want) || len(got.TopicIDs) != 1 || got.TopicIDs[0] != 9 {
			t.Errorf("%s: %+v", c.kind, got)
		}
	}
}

// An edit that changes nothing stores what was there.
func TestEditorKeepsAVersionAsItWas(t *testing.T) {
	for _, kind := range types {
		v := store.Version{Number: 3, Revision: 2, TopicIDs: db.Int64s{9, 4, 11, 12}}
		v.Body.V = question(kind)
		f := formOfVersion(v)
		if got := f.draft(); !reflect.DeepEqual(got.Question, v.Body.V) || len(got.TopicIDs) != 4 || f.Version != 3 || f.Revision != 2 {
			t.Errorf("%s: %+v", kind, got)
		}
	}
}

func TestKeyMessagesStandAtTheTypesField(t *testing.T) {
	for kind, want := range map[questionbank.Type]string{questionbank.Single: "key_one", questionbank.Multiple: "key", questionbank.TrueFalse: "truth", questionbank.Blank: "gaps", questionbank.Short: "model",
		questionbank.Matching: "rows", questionbank.Ordering: "order", questionbank.Labelling: "segments", questionbank.Judgement: "grade_a"} {
		e := questionForm{Type: string(kind)}.place(layout.Errors{Fields: []layout.FieldError{{Name: "key", Message: "没有"}}})
		if e.For(want) == "" {
			t.Errorf("%s: %+v", kind, e)
		}
	}
}

func TestChoiceOfAnImport(t *testing.T) {
	got := choiceOf(url.Values{"state": {"published"}, "path_0": {""}, "point_0": {"map:9"}, "path_1": {"沟通"}, "point_1": {"below:2"}, "path_2": {"4/x"}, "point_2": {""}})
	want := store.Choice{Publish: true, Leave: map[int]bool{}, Points: map[string]store.PointChoice{"": {MapTo: 9}, "沟通": {CreateBelow: 2}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	for sent, want := range map[string]store.Choice{
		"state=in_review":         {Review: true},
		"state=draft":             {},
		"with_doubles=true":       {WithDoubles: true},
		"sound_only=true":         {SoundOnly: true},
		"leave_near=true":         {LeaveNear: true},
		"leave=3&leave=7":         {Leave: map[int]bool{3: true, 7: true}},
		"sound_only=on&publish=1": {}, // no such values or fields
	} {
		form, err := url.ParseQuery(sent)
		if err != nil {
			t.Fatal(err)
		}
		if want.Leave == nil {
			want.Leave = map[int]bool{}
		}
		want.Points = map[string]store.PointChoice{}
		if got := choiceOf(form); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", sent, got)
		}
	}
}

// Without letters an ordering question's options are in the right order as they are written.
func TestOrderAsWritten(t *testing.T) {
	got := formOf(url.Values{"type": {"ordering"}, "option_a": {"甲"}, "option_b": {"乙"}, "option_c": {"丙"}}).draft()
	if !reflect.DeepEqual(got.Question.Key.Choices, []string{"a", "b", "c"}) {
		t.Errorf("%+v", got.Question.Key)
	}
}

func TestPlacesAndPointsForTheEye(t *testing.T) {
	for path, want := range map[string]string{"4/医疗广告": "法律法规 › 医疗广告", "2": "网电沟通技巧", "待整理/旧题": "待整理 › 旧题", "": "", "9/x": "9 › x"} {
		if got := pointText(path); got != want {
			t.Errorf("%q: %q", path, got)
		}
	}
	for place, want := range map[string]string{"第 12 行 列 答案": "第 12 行 · 答案", "工作表 一 第 3 行 解析": "工作表 一 第 3 行 · 解析", "文件": "文件"} {
		if got := placeText(place); got != want {
			t.Errorf("%q: %q", place, got)
		}
	}
}
