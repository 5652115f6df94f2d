package bank

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/questionbank"
)

func asked() questionbank.Question {
	return questionbank.Question{
		Type: questionbank.Single, Stem: "术后几天复诊？", Difficulty: 3, Explanation: "见手册。", KnowledgePoints: []string{"1/术后护理"},
		Options: []questionbank.Option{{ID: "a", Text: "一天"}, {ID: "b", Text: "七天"}, {ID: "c", Text: "不必"}},
		Key:     questionbank.Key{Choices: []string{"b"}},
	}
}

func opts(texts ...string) (out []questionbank.Option) {
	for i, text := range texts {
		out = append(out, questionbank.Option{ID: string(rune('a' + i)), Text: text})
	}
	return out
}

func TestCompare(t *testing.T) {
	picture := questionbank.Media{Kind: questionbank.Image, Object: "media/1.png", Alt: "创面"}
	judged := func(grades ...questionbank.OptionGrade) func(*questionbank.Question) {
		return func(q *questionbank.Question) {
			q.Type, q.Key = questionbank.Judgement, questionbank.Key{Grades: grades}
		}
	}
	ordered := func(options []questionbank.Option, choices ...string) func(*questionbank.Question) {
		return func(q *questionbank.Question) {
			q.Type, q.Options, q.Key = questionbank.Ordering, options, questionbank.Key{Choices: choices}
		}
	}
	for name, c := range map[string]struct {
		before, after func(*questionbank.Question)
		want          []Change
	}{
		"nothing":         {},
		"stem":            {after: func(q *questionbank.Question) { q.Stem = "术后第几天复诊？" }, want: []Change{{PartStem, "", Altered, "术后几天复诊？", "术后第几天复诊？"}}},
		"explanation new": {before: func(q *questionbank.Question) { q.Explanation = "" }, want: []Change{{PartExplanation, "", Added, "", "见手册。"}}},
		"explanation off": {after: func(q *questionbank.Question) { q.Explanation = "" }, want: []Change{{PartExplanation, "", Removed, "见手册。", ""}}},
		"option text": {after: func(q *questionbank.Question) { q.Options = opts("一天", "七天", "随意") },
			want: []Change{{PartOption, "c", Altered, "不必", "随意"}}},
		"option added": {after: func(q *questionbank.Question) { q.Options = opts("一天", "七天", "不必", "随意") },
			want: []Change{{PartOption, "d", Added, "", "随意"}}},
		"option removed": {after: func(q *questionbank.Question) { q.Options = opts("一天", "七天") },
			want: []Change{{PartOption, "c", Removed, "不必", ""}}},
		// A new option before the others moves their letters, and the key goes along: nothing else became right.
		"option put first": {after: func(q *questionbank.Question) {
			q.Options, q.Key.Choices = opts("随意", "一天", "七天", "不必"), []string{"c"}
		}, want: []Change{{PartOption, "a", Added, "", "随意"}, {PartOption, "b", Moved, "a", "b"}, {PartOption, "c", Moved, "b", "c"}, {PartOption, "d", Moved, "c", "d"}}},
		// The letter of the key stays and the options change places: another answer is right.
		"options changed places": {after: func(q *questionbank.Question) { q.Options = opts("七天", "一天", "不必") },
			want: []Change{{PartOption, "a", Moved, "b", "a"}, {PartOption, "b", Moved, "a", "b"}, {PartKey, "", Altered, "B. 七天", "B. 一天"}}},
		"key": {after: func(q *questionbank.Question) { q.Key.Choices = []string{"a"} }, want: []Change{{PartKey, "", Altered, "B. 七天", "A. 一天"}}},
		"key in another order": {
			before: func(q *questionbank.Question) { q.Type, q.Key.Choices = questionbank.Multiple, []string{"a", "b"} },
			after:  func(q *questionbank.Question) { q.Type, q.Key.Choices = questionbank.Multiple, []string{"b", "a"} }},
		// The right option was worded anew: the same option is right.
		"right option's text": {after: func(q *questionbank.Question) { q.Options = opts("一天", "第七天", "不必") }, want: []Change{{PartOption, "b", Altered, "七天", "第七天"}}},
		"right option gone": {after: func(q *questionbank.Question) { q.Options, q.Key.Choices = opts("一天", "不必"), []string{"b"} },
			want: []Change{{PartOption, "b", Moved, "c", "b"}, {PartOption, "b", Removed, "七天", ""}, {PartKey, "", Altered, "B. 七天", "B. 不必"}}},
		"equal options": {before: func(q *questionbank.Question) { q.Options = opts("同", "同", "异") }, after: func(q *questionbank.Question) { q.Options = opts("同", "异") },
			want: []Change{{PartOption, "b", Moved, "c", "b"}, {PartOption, "b", Removed, "同", ""}, {PartKey, "", Altered, "B. 同", "B. 异"}}},
		"true or false": {
			before: func(q *questionbank.Question) {
				q.Type, q.Options, q.Key.Choices = questionbank.TrueFalse, nil, []string{"true"}
			},
			after: func(q *questionbank.Question) {
				q.Type, q.Options, q.Key.Choices = questionbank.TrueFalse, nil, []string{"false"}
			}, want: []Change{{PartKey, "", Altered, "true", "false"}}},
		"gaps": {
			before: func(q *questionbank.Question) {
				q.Type, q.Options, q.Key = questionbank.Blank, nil, questionbank.Key{Gaps: [][]string{{"七", "7"}}}
			},
			after: func(q *questionbank.Question) {
				q.Type, q.Options, q.Key = questionbank.Blank, nil, questionbank.Key{Gaps: [][]string{{"七"}, {"日"}}}
			}, want: []Change{{PartKey, "1", Altered, "七 / 7", "七"}, {PartKey, "2", Added, "", "日"}}},
		"order": {before: ordered(opts("甲", "乙", "丙"), "b", "a", "c"), after: ordered(opts("甲", "乙", "丙"), "b", "c", "a"),
			want: []Change{{PartKey, "", Altered, "B. 乙 → A. 甲 → C. 丙", "B. 乙 → C. 丙 → A. 甲"}}},
		"order under other letters": {before: ordered(opts("甲", "乙"), "b", "a"), after: ordered(opts("乙", "甲"), "a", "b"),
			want: []Change{{PartOption, "a", Moved, "b", "a"}, {PartOption, "b", Moved, "a", "b"}}},
		"grade": {before: judged(questionbank.OptionGrade{Option: "a", Grade: questionbank.Green, Reason: "合适"}), after: judged(questionbank.OptionGrade{Option: "a", Grade: questionbank.Red, Reason: "越线"}),
			want: []Change{{PartGrade, "a", Altered, "green", "red"}, {PartGrade, "a", Altered, "合适", "越线"}}},
		"rows": {before: func(q *questionbank.Question) { q.Rows = []string{"一"} }, after: func(q *questionbank.Question) { q.Rows = []string{"一改", "二"} },
			want: []Change{{PartRow, "1", Altered, "一", "一改"}, {PartRow, "2", Added, "", "二"}}},
		"picture":              {after: func(q *questionbank.Question) { q.Media = []questionbank.Media{picture} }, want: []Change{{PartMedia, "", Added, "", "创面"}}},
		"picture of an option": {after: func(q *questionbank.Question) { q.Options[2].Media = picture }, want: []Change{{PartOption, "c", Altered, "不必", "不必［创面］"}}},
		"stimulus": {after: func(q *questionbank.Question) {
			q.Stimulus = &questionbank.Stimulus{ID: "s", Title: "对话", Text: "您好"}
		},
			want: []Change{{PartStimulus, "", Added, "", "对话\n您好"}}},
		"rubric": {after: func(q *questionbank.Question) {
			q.Key.Rubric = []questionbank.Criterion{{Text: "致歉", Percent: 100}}
		}, want: []Change{{PartRubric, "", Added, "", "致歉 100%"}}},
		"policy":             {after: func(q *questionbank.Question) { q.MultiplePolicy = questionbank.PolicyNone }, want: []Change{{PartPolicy, "", Altered, "partial", "none"}}},
		"policy said or not": {after: func(q *questionbank.Question) { q.MultiplePolicy = questionbank.PolicyPartial }},
		"facts": {after: func(q *questionbank.Question) {
			q.Difficulty, q.KeyQuestion, q.RedLine, q.PartialPercent = 4, true, true, 30
			q.KnowledgePoints, q.Source = []string{"1/术后护理", "3/回访"}, questionbank.Source{Law: "广告法", Article: "第一条"}
		}, want: []Change{
			{PartPartial, "", Added, "", "30%"}, {PartRedLine, "", Altered, "false", "true"}, {PartTopic, "", Altered, "1/术后护理", "1/术后护理；3/回访"},
			{PartDifficulty, "", Altered, "3", "4"}, {PartKeyQuestion, "", Altered, "false", "true"}, {PartSource, "", Added, "", "广告法 第一条"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := asked(), asked()
			if c.before != nil {
				c.before(&a)
			}
			if c.after != nil {
				c.after(&b)
			}
			if got := Compare(a, b); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if got := Compare(b, b); got != nil {
				t.Errorf("a question differs from itself: %+v", got)
			}
		})
	}
}

func TestCompareTexts(t *testing.T) {
	for _, c := range []struct {
		was, is string
		want    []Stretch
	}{
		{"", "", nil},
		{"术后", "术后", []Stretch{{"", "术后"}}},
		{"术后七天复诊", "术后十天内复诊", []Stretch{{"", "术后"}, {Removed, "七"}, {Added, "十"}, {"", "天"}, {Added, "内"}, {"", "复诊"}}},
		{"about 60 days", "about 90 days", []Stretch{{"", "about "}, {Removed, "60"}, {Added, "90"}, {"", " days"}}},
		{"甲", "", []Stretch{{Removed, "甲"}}},
		{"", "乙", []Stretch{{Added, "乙"}}},
		{strings.Repeat("甲", 2000), strings.Repeat("甲", 2001), []Stretch{{Removed, strings.Repeat("甲", 2000)}, {Added, strings.Repeat("甲", 2001)}}},
	} {
		if got := CompareTexts(c.was, c.is); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%.20q → %.20q: %+v", c.was, c.is, got)
		}
	}
}

// What is marked can be undone either way: nothing of the two texts is lost or made up.
func TestCompareTextsKeepsBothTexts(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("术后天复 a1b\n，")))
	rapid.Check(t, func(t *rapid.T) {
		was, is := text.Draw(t, "was"), text.Draw(t, "is")
		var before, after strings.Builder
		last := Stretch{Kind: "none"}
		for _, s := range CompareTexts(was, is) {
			if s.Kind != Added {
				before.WriteString(s.Text)
			}
			if s.Kind != Removed {
				after.WriteString(s.Text)
			}
			if s.Kind == last.Kind || s.Text == "" {
				t.Fatalf("stretches %+v and %+v are one", last, s)
			}
			last = s
		}
		if before.String() != was || after.String() != is {
			t.Fatalf("%q → %q became %q → %q", was, is, before.String(), after.String())
		}
	})
}

// How long a spoken answer may be is a part of the question, also where the usual length becomes a stated one.
func TestCompareSeconds(t *testing.T) {
	a := questionbank.Question{Type: questionbank.Spoken, Seconds: 60}
	b := a
	b.Seconds = 0
	if got := Compare(a, b); len(got) != 1 || got[0].Part != PartSeconds || got[0].Was != "60" || got[0].Is != "120" {
		t.Errorf("%+v", got)
	}
	b.Seconds = questionbank.DefaultSeconds
	a.Seconds = 0
	if got := Compare(a, b); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
