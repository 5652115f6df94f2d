package draft

import (
	"math/big"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// Accepted is a text or a number that a gap takes.
type Accepted struct {
	Text     string
	Number   *Range
	Weight   int
	Feedback Text
}

// Range is a number with what it may differ by: Low to High, both included.
type Range struct {
	Low, High *big.Rat
	Units     []string
}

// Gaps are the places to fill in; the stem holds a qb.Gap for each, and one at its end where it holds none.
type Gaps struct {
	Gaps [][]Accepted
	Case bool // the file tells upper from lower case, which no gap here does
}

func (g Gaps) fill(f *filler) {
	f.q.Type = qb.Blank
	if qb.CountGaps(f.q.Stem) == 0 && len(g.Gaps) == 1 && f.q.Stem != "" {
		f.q.Stem += " " + qb.Gap
	}
	if g.Case {
		f.problem(qb.Warning, qb.FieldKey, "case_folded", "原题区分大小写，导入后不区分")
	}
	for _, gap := range g.Gaps {
		f.q.Key.Gaps = append(f.q.Key.Gaps, f.accepted(gap))
	}
}

func (f *filler) accepted(gap []Accepted) (texts []string) {
	for _, a := range gap {
		text, ok := f.acceptedText(a)
		if !ok {
			continue
		}
		switch {
		case a.Weight >= Full:
			texts = append(texts, text)
		case a.Weight > 0:
			f.problem(qb.Warning, qb.FieldKey, "weight_dropped", "只得部分分的答案“%.60s”没有导入", text)
		}
		f.explain("“"+text+"”", a.Feedback)
	}
	return withoutDoubles(texts)
}

func (f *filler) acceptedText(a Accepted) (string, bool) {
	if a.Number != nil {
		text, ok := a.Number.text()
		if !ok {
			f.problem(qb.Error, qb.FieldKey, "number_long", "数值的位数太多")
		}
		return text, ok
	}
	text := strings.TrimSpace(a.Text)
	if text == "*" { // any other answer: what it says belongs to the question as a whole
		f.explain("其他答案", a.Feedback)
		return "", false
	}
	if strings.Contains(strings.ReplaceAll(text, `\*`, ""), "*") {
		f.problem(qb.Warning, qb.FieldKey, "wildcard", "含通配符 * 的答案“%.60s”没有导入", text)
		return "", false
	}
	return strings.ReplaceAll(text, `\*`, "*"), true
}

// withoutDoubles leaves out a text that differs from an earlier one in case or width alone.
func withoutDoubles(texts []string) (kept []string) {
	seen := map[string]bool{}
	for _, t := range texts {
		if folded := qb.Fold(t); !seen[folded] {
			seen[folded], kept = true, append(kept, t)
		}
	}
	return kept
}

// text writes the range as questionbank.ParseNumber reads it.
func (r Range) text() (string, bool) {
	two := big.NewRat(2, 1)
	middle := new(big.Rat).Quo(new(big.Rat).Add(r.Low, r.High), two)
	tolerance := new(big.Rat).Quo(new(big.Rat).Sub(r.High, r.Low), two)
	value, ok1 := decimal(middle)
	off, ok2 := decimal(tolerance)
	text := value + "±" + off
	for _, u := range r.Units {
		if u = strings.Join(strings.Fields(u), ""); u != "" {
			text += " " + u
		}
	}
	_, readable := qb.ParseNumber(text)
	return text, ok1 && ok2 && readable
}

// decimal writes a number exactly; false when that takes more than 20 places.
func decimal(r *big.Rat) (string, bool) {
	places, exact := r.FloatPrec()
	return r.FloatString(min(places, 20)), exact && places <= 20
}

// Decimal writes a number that questionbank.ParseNumber read, in its simplest form.
func Decimal(r *big.Rat) string {
	text, _ := decimal(r)
	return text
}

// Number reads a decimal as files write it: 1822, -0.5, .5, 1e-3, 3,14 (a comma for the point, as many countries do).
func Number(text string) (*big.Rat, bool) {
	text = strings.TrimSpace(text)
	if strings.Count(text, ",") == 1 && !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	if text == "" || len(text) > 40 || strings.ContainsAny(text, "/_xXpPbBoO") {
		return nil, false
	}
	if _, exponent, ok := strings.Cut(strings.ToLower(text), "e"); ok && len(strings.TrimLeft(exponent, "+-0")) > 2 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// Around is value ± tolerance.
func Around(value, tolerance *big.Rat, units []string) *Range {
	off := new(big.Rat).Abs(tolerance)
	return &Range{Low: new(big.Rat).Sub(value, off), High: new(big.Rat).Add(value, off), Units: units}
}
