package gift

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// matching reads {=甲 -> 一 =乙 -> 二 = -> 三}: rows and their options; what has no row is an option that none takes.
func (p *parser) matching(all []answer) {
	p.question.Type = qb.Matching
	for _, a := range all {
		row, option, ok := strings.Cut(a.text, "->")
		row, option = strings.TrimSpace(row), strings.TrimSpace(option)
		if !ok || option == "" {
			p.problem(qb.Error, qb.FieldKey, "match_unread", "“%.60s”看不懂：匹配题的每一项应写成 =左 -> 右", a.text)
			return
		}
		if a.weighted {
			p.problem(qb.Warning, qb.FieldKey, "weight_dropped", "匹配题各项同等计分，百分比没有导入")
		}
		id := p.matchOption(p.plain(a.format, qb.FieldOptions, option))
		if row != "" {
			p.question.Rows = append(p.question.Rows, p.plain(a.format, qb.FieldRows, row))
			p.question.Key.Choices = append(p.question.Key.Choices, id)
			p.explainAnswer(row, a)
		}
	}
	if len(p.question.Options) > qb.MaxOptions {
		p.problem(qb.Error, qb.FieldOptions, "options_many", "选项多于 %d 个", qb.MaxOptions)
		p.question.Options, p.question.Key.Choices = nil, nil
	}
}

// matchOption is the id of the option with the text; a new one where there is none yet.
func (p *parser) matchOption(text string) string {
	i := slices.IndexFunc(p.question.Options, func(o qb.Option) bool { return o.Text == text })
	if i < 0 {
		i = len(p.question.Options)
		p.question.Options = append(p.question.Options, qb.Option{ID: string(rune('a' + i)), Text: text})
	}
	return p.question.Options[i].ID
}

var (
	withTolerance = regexp.MustCompile(`^([+\-]?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(?::\s*([0-9]{1,15}(?:\.[0-9]{1,15})?))?$`)
	fromTo        = regexp.MustCompile(`^([+\-]?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*\.\.\s*([+\-]?[0-9]{1,15}(?:\.[0-9]{1,15})?)$`)
)

// numerical reads {#1822:2}, {#1820..1824} and {#=1822:0 =%50%1822:2} as one gap that takes numbers.
func (p *parser) numerical(inside chars) {
	p.question.Type = qb.Blank
	all, rest := answers(inside)
	if len(all) == 0 {
		text, feedback, _ := inside.cut("#")
		all = []answer{{right: true, text: text.String(), feedback: feedback.String()}}
	} else if rest != "" {
		all = nil
	}
	accepted := []string{}
	for _, a := range all {
		number, ok := numberOf(a.text)
		switch {
		case !ok:
			p.problem(qb.Error, qb.FieldKey, "number_unread", "数值答案“%.60s”看不懂：应写成 数:误差 或 最小..最大", a.text)
			return
		case a.weighted && a.weight < 10000:
			p.problem(qb.Warning, qb.FieldKey, "weight_dropped", "只得部分分的答案“%.60s”没有导入", a.text)
			continue
		}
		accepted = append(accepted, number)
		p.explainAnswer(number, a)
	}
	p.question.Key.Gaps = [][]string{accepted}
}

// numberOf writes a GIFT number as questionbank does, exactly: 1822:2 and 1820..1824 are 1822±2.
func numberOf(text string) (string, bool) {
	if m := withTolerance.FindStringSubmatch(text); m != nil {
		if m[2] == "" {
			m[2] = "0"
		}
		return m[1] + "±" + m[2], true
	}
	m := fromTo.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	low, _ := new(big.Rat).SetString(m[1])
	high, _ := new(big.Rat).SetString(m[2])
	if low.Cmp(high) > 0 {
		return "", false
	}
	half := big.NewRat(1, 2)
	middle := new(big.Rat).Mul(new(big.Rat).Add(low, high), half)
	off := new(big.Rat).Mul(new(big.Rat).Sub(high, low), half)
	return decimal(middle) + "±" + decimal(off), true
}

// decimal is the shortest exact form: halves of decimals have one digit more.
func decimal(r *big.Rat) string {
	text := r.FloatString(16)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
