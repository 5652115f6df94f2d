package lint

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
)

// Bounds of what may be guessed without knowing anything, over many questions.
const (
	// Figures are taken of groups of so many questions on.
	guessFrom = 30
	// Who always picks the longest option may hit so many hundredths of what blind picking hits: 28 % of four options.
	guessHigh = 112
	// No number of right options may be that of more than so many percent of the multiple-choice questions.
	sameCountHigh = 50
)

// Figure is a share that is measured over many questions, and the most that it should be.
type Figure struct {
	Code      string  `json:"code"`
	Group     string  `json:"group"` // 全部题目, 领域 4, 5 个选项的
	Questions int     `json:"questions"`
	Percent   float64 `json:"percent"`
	Most      float64 `json:"most"`
	What      string  `json:"what"` // 单选题里最长的选项就是答案的
}

func (f Figure) String() string { return f.Group + "：" + f.share() }

func (f Figure) share() string {
	return fmt.Sprintf("%d 道%s占 %.1f%%，上限 %.1f%%", f.Questions, f.What, f.Percent, f.Most)
}

// Over tells that the share is one to learn from without knowing the answer.
func (f Figure) Over() bool { return f.Percent > f.Most }

// Figures are taken over all questions, and over each content area or number of options that has enough of them.
func Figures(items []qb.Item) []Figure {
	all := []Figure{}
	var singles, judgements, multiples []qb.Question
	byArea, byOptions := map[int][]qb.Question{}, map[int][]qb.Question{}
	for _, it := range items {
		switch q := it.Question; q.Type {
		case qb.Single:
			singles = append(singles, q)
			if len(q.KnowledgePoints) > 0 {
				area := qb.Area(q.KnowledgePoints[0])
				byArea[area] = append(byArea[area], q)
			}
		case qb.Judgement:
			judgements = append(judgements, q)
		case qb.Multiple:
			multiples = append(multiples, q)
			byOptions[len(q.Options)] = append(byOptions[len(q.Options)], q)
		}
	}
	add := func(f Figure, ok bool) {
		if ok {
			all = append(all, f)
		}
	}
	add(longest("全部题目", "单选题里最长的选项就是答案的", singles))
	for area := 1; area <= len(qb.Areas); area++ {
		add(longest(fmt.Sprintf("领域 %d", area), "单选题里最长的选项就是答案的", byArea[area]))
	}
	add(longest("全部题目", "情境判断题里最长的说法就是绿色的", judgements))
	add(sameCount("全部题目", multiples))
	for _, n := range slices.Sorted(maps.Keys(byOptions)) {
		add(sameCount(fmt.Sprintf("%d 个选项的", n), byOptions[n]))
	}
	return all
}

// longest is how often the longest option is the right one. Of several that are longest, each counts its part.
func longest(group, what string, questions []qb.Question) (Figure, bool) {
	hits, fair, n := 0.0, 0.0, 0
	for _, q := range questions {
		key, ok := onlyRight(q)
		if !ok {
			continue
		}
		n++
		fair += 1 / float64(len(q.Options))
		if top := longestOptions(q.Options); slices.Contains(top, key) {
			hits += 1 / float64(len(top))
		}
	}
	if n < guessFrom {
		return Figure{}, false
	}
	return Figure{"longest_is_right", group, n, hits * 100 / float64(n), fair * guessHigh / float64(n), what}, true
}

func longestOptions(options []qb.Option) (ids []string) {
	most := 0
	for _, o := range options {
		n := utf8.RuneCountInString(o.Text)
		if n > most {
			most, ids = n, nil
		}
		if n == most {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// sameCount is the share of the number of right options that most of the questions have.
func sameCount(group string, questions []qb.Question) (Figure, bool) {
	if len(questions) < guessFrom {
		return Figure{}, false
	}
	times, most := map[int]int{}, 0
	for _, q := range questions {
		n := len(q.Key.Choices)
		times[n]++
		if times[n] > times[most] || times[n] == times[most] && n < most {
			most = n
		}
	}
	what := fmt.Sprintf("多选题里恰好 %d 个正确的", most)
	return Figure{"right_count_same", group, len(questions), float64(times[most]) * 100 / float64(len(questions)), sameCountHigh, what}, true
}

// guessable names the figures that are over their bound.
func (l *linter) guessable(items []qb.Item) {
	for _, f := range Figures(items) {
		if f.Over() {
			l.item = qb.Item{Place: f.Group}
			l.warn("", f.Code, "%s，不懂也能猜", f.share())
		}
	}
}
