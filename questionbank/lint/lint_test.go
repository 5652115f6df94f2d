package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

const table = `law	edition	in_force	article	sha256
中华人民共和国广告法	2021-04-29	yes	第十六条	aa
旧法	2016-01-01	replaced	第一条	bb
条例	2021-01-01	amended	第二条	cc
条例	2024-01-01	yes	第三条	dd
`

func codes(problems []qb.Problem) (all []string) {
	for _, p := range problems {
		all = append(all, p.Code)
	}
	return all
}

func one(change func(q *qb.Question)) []qb.Item {
	q := formattest.Samples()[1]
	change(&q)
	return []qb.Item{{Place: "第 1 行", Number: 1, Question: q}}
}

// rule:C15 — questions on law cite an article that exists and is in force.
func TestLint(t *testing.T) {
	laws, err := ReadLaws(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		want   string
		change func(q *qb.Question)
	}{
		{"", func(q *qb.Question) {}},
		{"", func(q *qb.Question) { q.Source.Article = "第十六条第一款第（二）项" }},
		{"", func(q *qb.Question) { q.Source.Edition = "" }},
		{"", func(q *qb.Question) { q.Source = qb.Source{Law: "条例", Article: "第三条"} }},
		{"source_missing", func(q *qb.Question) { q.Source = qb.Source{} }},
		{"source_unverified", func(q *qb.Question) { q.Source.Status = qb.StatusUnverified }},
		{"law_unknown", func(q *qb.Question) { q.Source.Law = "广告法" }},
		{"edition_unknown", func(q *qb.Question) { q.Source.Edition = "2015" }},
		{"article_unknown", func(q *qb.Question) { q.Source.Article = "第十七条" }},
		{"law_replaced", func(q *qb.Question) { q.Source = qb.Source{Law: "旧法", Article: "第一条"} }},
		{"law_amended", func(q *qb.Question) {
			q.Source = qb.Source{Law: "条例", Edition: "2021-01-01", Article: "第二条"}
		}},
		{"explanation_missing", func(q *qb.Question) { q.Explanation = " " }},
		{"point_missing", func(q *qb.Question) { q.KnowledgePoints = nil }},
		{"point_area", func(q *qb.Question) { q.KnowledgePoints = []string{"皮肤"} }},
		{"all_of_the_above", func(q *qb.Question) { q.Options[2].Text = "以上皆是" }},
		{"give_away", func(q *qb.Question) {
			q.Type, q.Key.Choices, q.Options[0].Text = qb.Single, []string{"a"}, "一个写得很长很长很长很长的正确选项"
		}},
	} {
		got := codes(Run(one(tt.change), laws))
		if tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Equal(got, []string{tt.want}) {
			t.Errorf("want %q, got %v", tt.want, got)
		}
	}
}

// What the types beyond choices may get wrong.
func TestLintTypes(t *testing.T) {
	byType := func(want qb.Type) qb.Question {
		for _, q := range formattest.Samples() {
			if q.Type == want {
				return q
			}
		}
		t.Fatal("no sample")
		return qb.Question{}
	}
	for _, tt := range []struct {
		of     qb.Type
		want   string
		change func(q *qb.Question)
	}{
		{qb.Judgement, "", func(q *qb.Question) {}},
		{qb.Judgement, "green_many", func(q *qb.Question) { q.Key.Grades[1].Grade = qb.Green }},
		{qb.Judgement, "red_missing", func(q *qb.Question) { q.Key.Grades[2].Grade = qb.Yellow }},
		{qb.Judgement, "give_away", func(q *qb.Question) { q.Options[0].Text += "，并且再写上很多很多很多个字" }},
		{qb.Judgement, "red_line_unexplained explanation_missing", func(q *qb.Question) { q.Explanation = "" }},
		{qb.Matching, "", func(q *qb.Question) {}},
		{qb.Matching, "key_in_order", func(q *qb.Question) { q.Key.Choices = []string{"a", "b", "c"} }},
		{qb.Ordering, "", func(q *qb.Question) {}},
		{qb.Ordering, "key_in_order", func(q *qb.Question) { q.Key.Choices = []string{"a", "b", "c", "d"} }},
		{qb.Labelling, "", func(q *qb.Question) {}},
	} {
		q := byType(tt.of)
		tt.change(&q)
		got := strings.Join(codes(Run([]qb.Item{{Place: "第 1 行", Number: 1, Question: q}}, nil)), " ")
		if got != tt.want {
			t.Errorf("%s: want %q, got %q", tt.of, tt.want, got)
		}
	}
}

func TestReadLawsRefuses(t *testing.T) {
	for _, bad := range []string{"a\tb\n", "a\tb\tmaybe\tc\td\n"} {
		if _, err := ReadLaws(strings.NewReader(bad)); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
}

func TestDoubles(t *testing.T) {
	stems := []string{
		"客户在电话里询问热玛吉的价格，合适的第一句回复是什么？",
		"客户在电话里询问热玛吉的价格，合适的第一句回复是哪句？",
		"客户在电话里询问热玛吉的价格， 合适的第一句回复是什么?",
		"客户投诉术后红肿，咨询员首先应当做什么？",
	}
	var items []qb.Item
	for i, s := range stems {
		q := formattest.Samples()[0]
		q.Stem = s
		items = append(items, qb.Item{Place: fmt.Sprintf("第 %d 行", i+1), Number: i + 1, Question: q})
	}
	aside := items[0]
	aside.Number, aside.Question.Stimulus = 9, &qb.Stimulus{ID: "s", Text: "另一段对话"}
	got := codes(Run(append(items, aside), nil))
	if want := []string{"stem_alike", "stem_repeated", "stem_alike"}; !slices.Equal(sorted(got), sorted(want)) {
		t.Fatalf("got %v", got)
	}
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

func TestBalance(t *testing.T) {
	items := func(n int, key func(i int) string) (all []qb.Item) {
		for i := range n {
			q := formattest.Samples()[0]
			q.Stem, q.Key.Choices = fmt.Sprintf("第%c问%c", rune('一'+i*7), rune('丁'+i*13)), []string{key(i)}
			all = append(all, qb.Item{Place: "x", Number: i + 1, Question: q})
		}
		return all
	}
	if got := codes(Run(items(40, func(i int) string { return string(rune('a' + i%4)) }), nil)); len(got) != 0 {
		t.Errorf("balanced: got %v", got)
	}
	if got := codes(Run(items(40, func(int) string { return "b" }), nil)); len(got) != 4 || got[0] != "position_unbalanced" {
		t.Errorf("all b: got %v", got)
	}
}
