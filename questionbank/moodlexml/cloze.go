package moodlexml

import (
	"cmp"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
)

// part is an embedded answer: {1:SHORTANSWER:=甲~%50%乙#反馈}
var part = regexp.MustCompile(`\{([0-9]*):([A-Z_]+):((?:\\.|[^\\{}])*)\}`)

// partLike is what looks like one and is written so that it can't be read: {1:SA:=\(x^{2}\)}.
var partLike = regexp.MustCompile(`\{\s*[0-9]*\s*:\s*[A-Za-z_]{2,}\s*:`)

// families of embedded answers.
var (
	clozeTexts   = []string{"SHORTANSWER", "SA", "MW"}
	clozeCased   = []string{"SHORTANSWER_C", "SAC", "MWC"}
	clozeNumbers = []string{"NUMERICAL", "NM"}
	clozeLists   = []string{"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"}
)

// cloze: gaps of texts and numbers are a blank question; one list of answers is single choice, several with the same
// answers are matching.
func (q *question) cloze() string {
	stem := &q.item.Stem
	if strings.TrimSpace(stem.HTML+stem.Plain) == "" {
		return "没有题干"
	}
	var gaps draft.Gaps
	var lists [][]draft.Answer
	found := part.FindAllStringSubmatch(stem.HTML+stem.Plain, -1)
	if len(found) > draft.MaxAnswers {
		return "完形填空的空太多"
	}
	if rest := partLike.FindString(part.ReplaceAllString(stem.HTML+stem.Plain, "")); rest != "" {
		return "完形填空里的空“" + rest + "…”看不懂（多了空格，或答案里有没有写成 \\{ \\} 的花括号）"
	}
	weights := map[string]bool{}
	for _, m := range found {
		weight, kind, answers := strings.TrimLeft(m[1], "0"), m[2], embedded(m[3])
		weights[cmp.Or(weight, "1")] = true
		if len(answers) > draft.MaxAnswers {
			return "完形填空的一个空有太多答案"
		}
		switch {
		case slices.Contains(clozeLists, kind):
			lists = append(lists, answers)
		case slices.Contains(clozeNumbers, kind):
			gaps.Gaps = append(gaps.Gaps, q.numbers(answers))
		case slices.Contains(clozeTexts, kind) || slices.Contains(clozeCased, kind):
			gaps.Case = gaps.Case || slices.Contains(clozeCased, kind)
			gaps.Gaps = append(gaps.Gaps, texts(answers))
		default:
			return "完形填空里的“" + kind + "”尚不支持"
		}
	}
	if len(weights) > 1 {
		q.item.Problem(qb.Warning, qb.FieldKey, "gap_weights_dropped", "各空的分值不同，导入后各空一样重")
	}
	switch {
	case len(gaps.Gaps)+len(lists) == 0:
		return "完形填空里没有空"
	case len(lists) == 0:
		q.mark(qb.Gap)
		q.item.Form = gaps
	case len(gaps.Gaps) > 0:
		return "填空与选择混在一题的完形填空尚不支持"
	case len(lists) == 1:
		q.mark(qb.Gap)
		q.item.Form = draft.Choice{Answers: lists[0], One: true}
	default:
		return q.lists(lists)
	}
	return ""
}

func (q *question) mark(with string) {
	number := 0
	replace := func(string) string {
		number++
		return strings.ReplaceAll(with, "1", strconv.Itoa(number))
	}
	q.item.Stem.HTML = part.ReplaceAllStringFunc(q.item.Stem.HTML, replace)
	q.item.Stem.Plain = part.ReplaceAllStringFunc(q.item.Stem.Plain, replace)
}

// lists with the same answers are one list of words.
func (q *question) lists(lists [][]draft.Answer) string {
	var words []draft.Text
	var key []int
	for _, a := range lists[0] {
		words = append(words, a.Text)
	}
	for _, list := range lists {
		right := -1
		for _, a := range list {
			i := slices.IndexFunc(words, func(w draft.Text) bool { return w.Plain == a.Text.Plain })
			if i < 0 || len(list) != len(words) {
				return "各空选项不同的完形填空尚不支持"
			}
			if a.Weight == draft.Full {
				right = i
			}
		}
		key = append(key, right)
	}
	q.mark("【1】")
	q.item.Form = draft.WordGaps(&q.item, words, key)
	return ""
}

// embedded parts "=甲~%50%乙#反馈".
func embedded(inside string) (answers []draft.Answer) {
	for _, piece := range split(inside, '~') {
		if len(answers) > draft.MaxAnswers {
			break
		}
		fields := split(piece, '#')
		body, w := fields[0], 0
		if rest, ok := strings.CutPrefix(body, "="); ok {
			body, w = rest, draft.Full
		}
		if rest, ok := strings.CutPrefix(body, "%"); ok {
			if number, after, ok := strings.Cut(rest, "%"); ok {
				if f, ok := percent(number); ok {
					body, w = after, f
				}
			}
		}
		a := draft.Answer{Text: draft.Text{Plain: strings.TrimSpace(html.UnescapeString(unescape(body)))}, Weight: w}
		if len(fields) > 1 {
			a.Feedback = draft.Text{HTML: unescape(strings.Join(fields[1:], "#"))}
		}
		if body != "" || w != 0 {
			answers = append(answers, a)
		}
	}
	return answers
}

// split parts at the sign where no backslash stands before it; the # of an entity (&#39;) is none.
func split(s string, sign byte) (parts []string) {
	start := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case sign:
			if sign == '#' && i > 0 && s[i-1] == '&' {
				continue
			}
			parts, start = append(parts, s[start:i]), i+1
		}
	}
	return append(parts, s[start:])
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func texts(answers []draft.Answer) (gap []draft.Accepted) {
	for _, a := range answers {
		gap = append(gap, draft.Accepted{Text: a.Text.Plain, Weight: a.Weight, Feedback: a.Feedback})
	}
	return gap
}

// numbers are written value:tolerance.
func (q *question) numbers(answers []draft.Answer) (gap []draft.Accepted) {
	for _, a := range answers {
		accepted := draft.Accepted{Text: a.Text.Plain, Weight: a.Weight, Feedback: a.Feedback}
		if a.Text.Plain != "*" {
			written, tolerance, _ := strings.Cut(a.Text.Plain, ":")
			value, ok1 := draft.Number(written)
			off, ok2 := draft.Number(orZero(tolerance))
			if !ok1 || !ok2 {
				q.item.Problem(qb.Error, qb.FieldKey, "number_unread", "数值“%.40s”看不懂", a.Text.Plain)
				continue
			}
			accepted.Number = draft.Around(value, off, nil)
		}
		gap = append(gap, accepted)
	}
	return gap
}
