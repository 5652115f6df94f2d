package gift

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
)

// worth is an answer's weight: its own, else everything for = and nothing for ~.
func (a answer) worth() int {
	switch {
	case a.weighted:
		return a.weight
	case a.right:
		return draft.Full
	}
	return 0
}

// choice: one can be chosen where an answer is marked with =, or where a single one is worth everything.
func (p *parser) choice(all []answer) {
	c := draft.Choice{}
	whole, positive := 0, 0
	for i, a := range all {
		c.One = c.One || a.right
		if a.worth() > 0 {
			positive++
		}
		if a.worth() == draft.Full {
			whole++
		}
		c.Answers = append(c.Answers, draft.Answer{Text: p.text(a.format, a.text), Weight: a.worth(), Feedback: p.text(a.feedbackFormat, a.feedback)})
		p.item.Places[qb.OptionField(string(rune('a'+i)))] = line(a.line) + " 选项 " + string(rune('A'+min(i, 25)))
	}
	c.One = c.One || whole == 1 && positive == 1 || positive == 0
	p.item.Form = c
}

func (p *parser) shortAnswer(all []answer) {
	var gap []draft.Accepted
	for _, a := range all {
		gap = append(gap, draft.Accepted{Text: a.text, Weight: a.worth(), Feedback: p.text(a.feedbackFormat, a.feedback)})
	}
	p.item.Form = draft.Gaps{Gaps: [][]draft.Accepted{gap}}
}

// numbers are one value, or several with weights: 3:0.5, 1..2, =3:0.5#right =%50%3:1
func (p *parser) numbers(inside chars) refusal {
	all, rest := answers(inside)
	if len(all) == 0 {
		all, rest = []answer{readAnswer(append(chars{{'=', lineOf(inside)}}, inside...))}, ""
	}
	if rest != "" {
		return refusal{"answer_unreadable", "数值题的答案看不懂：应是 #值:误差、#下限..上限，或各以 = 开头"}
	}
	var gap []draft.Accepted
	for _, a := range all {
		accepted := draft.Accepted{Text: a.text, Weight: a.worth(), Feedback: p.text(a.feedbackFormat, a.feedback)}
		if a.right && a.text != "*" {
			number, ok := numberRange(a.text)
			if !ok {
				return refusal{"number_unread", "数值“" + short(a.text) + "”看不懂"}
			}
			accepted.Number = number
		} else {
			accepted.Text = "*" // ~ holds what is said to every other answer
		}
		gap = append(gap, accepted)
	}
	p.item.Form = draft.Gaps{Gaps: [][]draft.Accepted{gap}}
	return refusal{}
}

func lineOf(c chars) int32 {
	if len(c) == 0 {
		return 0
	}
	return c[0].at
}

func short(s string) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), 40)])
}

// written is a number, with its tolerance or its upper end, and a unit.
var written = regexp.MustCompile(`^\s*([-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?)\s*(?:(:|\.\.)\s*([-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?))?\s*([^0-9\s:,][^:]*)?$`)

func numberRange(text string) (*draft.Range, bool) {
	text = strings.Replace(text, "..", " .. ", 1) // the signs of a decimal point and of a range touch
	m := written.FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	units := strings.Fields(m[4])
	low, ok := draft.Number(m[1])
	if !ok {
		return nil, false
	}
	if m[2] == "" {
		return draft.Around(low, new(big.Rat), units), true
	}
	second, ok := draft.Number(m[3])
	switch {
	case !ok:
		return nil, false
	case m[2] == ":":
		return draft.Around(low, second, units), true
	}
	return &draft.Range{Low: low, High: second, Units: units}, low.Cmp(second) <= 0
}

// pairs: =row -> option; a row without text only brings an option.
func (p *parser) pairs(all []answer) refusal {
	form := draft.Pairs{}
	var known []string
	for _, a := range all {
		row, option, ok := strings.Cut(a.text, "->")
		row, option = strings.TrimSpace(row), strings.TrimSpace(option)
		if !ok || option == "" {
			return refusal{"answer_unreadable", "匹配题的“" + short(a.text) + "”应写成 =左 -> 右"}
		}
		i := slices.Index(known, option)
		if i < 0 {
			i, known = len(known), append(known, option)
			form.Options = append(form.Options, draft.Text{Plain: option})
		}
		if a.weighted {
			p.item.Problem(qb.Warning, qb.FieldKey, "weight_dropped", "匹配题各项同等计分，百分比没有导入")
		}
		if a.feedback != "" {
			p.item.General = append(p.item.General, p.text(a.feedbackFormat, "“"+row+"”："+a.feedback))
		}
		if row != "" {
			form.Rows, form.Key = append(form.Rows, p.text(a.format, row)), append(form.Key, i)
		}
	}
	p.item.Form = form
	return refusal{}
}
