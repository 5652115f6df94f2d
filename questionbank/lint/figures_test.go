package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
)

// written is a question with options of these lengths, the first of them right, or so many of them.
func written(typ qb.Type, right int, lengths ...int) qb.Question {
	q := qb.Question{Type: typ, KnowledgePoints: []string{"4/医疗广告"}}
	for i, n := range lengths {
		id := string(rune('a' + i))
		q.Options = append(q.Options, qb.Option{ID: id, Text: strings.Repeat("字", n)})
		grade := qb.Red
		if i < right {
			grade = qb.Green
			q.Key.Choices = append(q.Key.Choices, id)
		}
		if typ == qb.Judgement {
			q.Key.Grades = append(q.Key.Grades, qb.OptionGrade{Option: id, Grade: grade})
		}
	}
	return q
}

func some(n int, q qb.Question) (all []qb.Item) {
	for range n {
		all = append(all, qb.Item{Question: q})
	}
	return all
}

func TestFigures(t *testing.T) {
	longest, tied, short := written(qb.Single, 1, 9, 5, 5, 5), written(qb.Single, 1, 9, 9, 5, 5), written(qb.Single, 1, 5, 9, 5, 5)
	elsewhere := longest
	elsewhere.KnowledgePoints = []string{"1/皮肤"}
	green := written(qb.Judgement, 1, 9, 5, 5)
	twoGreen := written(qb.Judgement, 2, 9, 5, 5)
	two, three := written(qb.Multiple, 2, 5, 5, 5, 5), written(qb.Multiple, 3, 5, 5, 5, 5)
	twoOfFive := written(qb.Multiple, 2, 5, 5, 5, 5, 5)
	for _, tt := range []struct {
		name  string
		items []qb.Item
		want  []string
		over  bool
	}{
		{"nothing", nil, nil, false},
		{"too few", some(29, longest), nil, false},
		{"always the longest", some(30, longest), []string{"全部题目 30 100.0 28.0", "领域 4 30 100.0 28.0"}, true},
		{"a tie counts half", some(30, tied), []string{"全部题目 30 50.0 28.0", "领域 4 30 50.0 28.0"}, true},
		{"never the longest", some(30, short), []string{"全部题目 30 0.0 28.0", "领域 4 30 0.0 28.0"}, false},
		{"at the bound", slices.Concat(some(7, longest), some(18, short), some(7, longest), some(18, short)),
			[]string{"全部题目 50 28.0 28.0", "领域 4 50 28.0 28.0"}, false},
		{"one above the bound", slices.Concat(some(15, longest), some(35, short)), []string{"全部题目 50 30.0 28.0", "领域 4 50 30.0 28.0"}, true},
		{"an area alone", slices.Concat(some(30, elsewhere), some(100, short)),
			[]string{"全部题目 130 23.1 28.0", "领域 1 30 100.0 28.0", "领域 4 100 0.0 28.0"}, true},
		{"the green reply", slices.Concat(some(30, green), some(9, twoGreen)), []string{"全部题目 30 100.0 37.3"}, true},
		{"as many right as wrong", slices.Concat(some(20, two), some(20, three)), []string{"全部题目 40 50.0 50.0", "4 个选项的 40 50.0 50.0"}, false},
		{"one number of right ones", slices.Concat(some(19, two), some(21, three)), []string{"全部题目 40 52.5 50.0", "4 个选项的 40 52.5 50.0"}, true},
		{"told by the number of options", slices.Concat(some(30, three), some(30, twoOfFive)),
			[]string{"全部题目 60 50.0 50.0", "4 个选项的 30 100.0 50.0", "5 个选项的 30 100.0 50.0"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			over := false
			for _, f := range Figures(tt.items) {
				got = append(got, fmt.Sprintf("%s %d %.1f %.1f", f.Group, f.Questions, f.Percent, f.Most))
				over = over || f.Over()
			}
			if !slices.Equal(got, tt.want) || over != tt.over {
				t.Errorf("got %q, over %t", got, over)
			}
		})
	}
}

// What is over its bound is a remark of the whole bank, in words that say the number.
func TestFiguresAreRemarks(t *testing.T) {
	for _, tt := range []struct {
		items []qb.Item
		code  string
		words string
	}{
		{some(30, written(qb.Single, 1, 9, 5, 5, 5)), "longest_is_right", "30 道单选题里最长的选项就是答案的占 100.0%，上限 28.0%，不懂也能猜"},
		{some(30, written(qb.Multiple, 3, 5, 5, 5, 5, 5)), "right_count_same", "30 道多选题里恰好 3 个正确的占 100.0%，上限 50.0%，不懂也能猜"},
	} {
		problems := Run(tt.items, nil)
		if !slices.ContainsFunc(problems, func(p qb.Problem) bool {
			return p.Code == tt.code && p.Place == "全部题目" && p.Message == tt.words && p.Severity == qb.Warning
		}) {
			t.Errorf("%s is not among %v", tt.code, problems)
		}
	}
}
