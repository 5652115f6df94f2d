package qti

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// maxWorked bounds the sets of answers that are worked through.
const maxWorked = 12

func (it *item1) choice(r response) string {
	if len(r.choices) > maxWorked {
		return fmt.Sprintf("有 %d 个选项，最多 %d 个", len(r.choices), qb.MaxOptions)
	}
	c := draft.Choice{One: !r.multiple}
	ids := r.ids()
	var weights []int
	if r.multiple {
		weights, c.Whole = it.several(r.id, ids)
		c.Whole = c.Whole || strings.EqualFold(it.metadata("scoring_algorithm"), "AllOrNothing")
	} else {
		weights = it.oneOf(r.id, ids)
	}
	for i, t := range r.texts() {
		c.Answers = append(c.Answers, draft.Answer{Text: t, Weight: weights[i], Feedback: it.answerFeedback(r.id, ids[i])})
	}
	it.Form = c
	return ""
}

// oneOf are the weights of the answers to a choice of one, by what each earns.
func (it *item1) oneOf(id string, ids []string) []int {
	earned, best := make([]float64, len(ids)), 0.0
	for i, answer := range ids {
		earned[i] = it.scoring.score(answers{id: {answer}})
		best = math.Max(best, earned[i])
	}
	return parts(earned, best)
}

func parts(earned []float64, whole float64) []int {
	weights := make([]int, len(earned))
	for i, e := range earned {
		if whole > 0 {
			weights[i] = int(math.Round(math.Max(-1, math.Min(1, e/whole)) * draft.Full))
		}
	}
	return weights
}

// several works every set of answers: the smallest that earns most is the key. It counts whole when no part of it earns
// anything; else each answer has the weight that it adds.
func (it *item1) several(id string, ids []string) (weights []int, whole bool) {
	key, best := []string(nil), 0.0
	earned := map[int]float64{}
	for set := 1; set < 1<<len(ids); set++ {
		chosen := chosenOf(ids, set)
		e := it.scoring.score(answers{id: chosen})
		earned[set] = e
		if e > best || e == best && e > 0 && len(chosen) < len(key) {
			key, best = chosen, e
		}
	}
	whole = true
	for set, e := range earned {
		chosen := chosenOf(ids, set)
		proper := len(chosen) < len(key) && !slices.ContainsFunc(chosen, func(c string) bool { return !slices.Contains(key, c) })
		whole = whole && !(proper && e > 0)
	}
	adds := make([]float64, len(ids))
	for i, answer := range ids {
		switch {
		case !slices.Contains(key, answer):
			adds[i] = it.scoring.score(answers{id: append(slices.Clone(key), answer)}) - best
		case whole:
			adds[i] = best
		default:
			adds[i] = it.scoring.score(answers{id: {answer}})
		}
	}
	return parts(adds, best), whole
}

func chosenOf(ids []string, set int) (chosen []string) {
	for i, id := range ids {
		if set&(1<<i) != 0 {
			chosen = append(chosen, id)
		}
	}
	return chosen
}

// order takes the values of the condition that scores, in their order.
func (it *item1) order(r response) string {
	ids := r.ids()
	o := draft.Order{Options: r.texts()}
	for _, rule := range it.scoring.rules {
		if !scores(rule) {
			continue
		}
		for _, v := range rule.Child("conditionvar").FindAll("varequal") {
			if i := slices.Index(ids, v.Value()); i >= 0 && v.Attr("respident") == r.id {
				o.Key = append(o.Key, i)
			}
		}
		break
	}
	it.Form = o
	return ""
}

// lists are several responses with answers to choose: gaps of texts, gaps with lists, or pairs.
func (it *item1) lists() string {
	if names := it.variables(); names != nil {
		return it.variableGaps(names)
	}
	options, ids := it.union()
	p := draft.Pairs{Options: options}
	for _, r := range it.responses {
		if r.multiple {
			return it.categories()
		}
		p.Rows, p.Key = append(p.Rows, draft.Text{Nodes: r.label}), append(p.Key, it.right(r, ids))
	}
	it.Form = p
	return ""
}

// union are the choices of all responses, each once.
func (it *item1) union() (options []draft.Text, ids []string) {
	for _, r := range it.responses {
		for i, id := range r.ids() {
			if !slices.Contains(ids, id) {
				ids, options = append(ids, id), append(options, r.texts()[i])
			}
		}
	}
	return options, ids
}

// right is the place among ids of the answer to one of several responses that earns most, −1 for none.
func (it *item1) right(r response, ids []string) int {
	best, at := 0.0, -1
	for i, id := range ids {
		if e := it.scoring.score(answers{r.id: {id}}); e > best && slices.Contains(r.ids(), id) {
			best, at = e, i
		}
	}
	return at
}

// variables are the names, written [name] in the stem, of responses that stand for them; nil where they do not.
func (it *item1) variables() []string {
	stem := (&xmlread.Node{Children: it.stem}).Content()
	var names []string
	for _, r := range it.responses {
		name := strings.TrimSpace((&xmlread.Node{Children: r.label}).Content())
		if name == "" || !strings.Contains(stem, "["+name+"]") {
			return nil
		}
		names = append(names, name)
	}
	return names
}

// variableGaps: where every choice of a response is right, they are the texts that a gap takes; else a list to choose from.
func (it *item1) variableGaps(names []string) string {
	var gaps draft.Gaps
	var keys []int
	options, ids := it.union()
	same := true
	for _, r := range it.responses {
		var gap []draft.Accepted
		right := 0
		for i, t := range r.texts() {
			w := 0
			if it.scoring.score(answers{r.id: {r.ids()[i]}}) > 0 {
				w = draft.Full
				right++
			}
			gap = append(gap, draft.Accepted{Text: strings.ReplaceAll(value(t), "*", `\*`), Weight: w, Feedback: it.answerFeedback(r.id, r.ids()[i])})
		}
		gaps.Gaps, keys = append(gaps.Gaps, gap), append(keys, it.right(r, ids))
		same = same && len(r.choices) == len(ids)
	}
	switch canvasBlanks := it.kind == "fill_in_multiple_blanks_question"; {
	case canvasBlanks || it.kind == "" && allRight(gaps):
		it.nameGaps(names, func(int) string { return qb.Gap })
		if canvasBlanks {
			for _, gap := range gaps.Gaps {
				for i := range gap {
					gap[i].Weight = draft.Full // Canvas marks the first alone as the one to show
				}
			}
		}
		it.Form = gaps
	case len(it.responses) == 1 || same:
		it.nameGaps(names, func(i int) string {
			if len(names) == 1 {
				return qb.Gap
			}
			return fmt.Sprintf("【%d】", i+1)
		})
		it.Form = draft.WordGaps(&it.Item, options, keys)
	default:
		return "各空选项不同的下拉选择题尚不支持"
	}
	return ""
}

func allRight(g draft.Gaps) bool {
	for _, gap := range g.Gaps {
		if slices.ContainsFunc(gap, func(a draft.Accepted) bool { return a.Weight == 0 }) {
			return false
		}
	}
	return true
}

// nameGaps writes gaps in place of the names in the stem.
func (it *item1) nameGaps(names []string, gap func(int) string) {
	(&xmlread.Node{Name: "stem", Children: it.stem}).Walk(func(n *xmlread.Node) bool {
		for i, name := range names {
			n.Text = strings.ReplaceAll(n.Text, "["+name+"]", gap(i))
		}
		return true
	})
	it.Stem = draft.Text{Nodes: it.stem, Element: func(n *xmlread.Node) (string, bool) { return "", n.Name == "place" }}
}

// categories: each thing that belongs to one of the categories is a row; what belongs to none has no place here.
func (it *item1) categories() string {
	things, ids := it.union()
	p := draft.Pairs{Rows: things, Key: make([]int, len(ids))}
	for i := range p.Key {
		p.Key[i] = -1
	}
	for c, r := range it.responses {
		p.Options = append(p.Options, draft.Text{Nodes: r.label})
		for _, rule := range it.scoring.rules {
			if !scores(rule) {
				continue
			}
			for _, v := range rule.Child("conditionvar").FindAll("varequal") {
				i := slices.Index(ids, v.Value())
				if v.Attr("respident") != r.id || i < 0 {
					continue
				}
				if p.Key[i] >= 0 {
					return "归类题里有一项属于几个类别，尚不支持"
				}
				p.Key[i] = c
			}
		}
	}
	if slices.Contains(p.Key, -1) {
		return "归类题里有不属于任何类别的项（干扰项），尚不支持"
	}
	it.Form = p
	return ""
}

// fillIn: texts and numbers to fill in, or a text that people mark when nothing says which is right.
func (it *item1) fillIn() string {
	var g draft.Gaps
	for _, r := range it.responses {
		gap := it.numbers(r)
		if !isNumber(r, it.kind) || len(gap) == 0 {
			gap = append(it.texts(r, &g), gap...)
		}
		g.Gaps = append(g.Gaps, gap)
	}
	if len(g.Gaps) == 1 && len(g.Gaps[0]) == 0 {
		it.Form = draft.Open{Long: true, Model: it.solution()}
		return ""
	}
	it.Form = g
	return ""
}

func isNumber(r response, kind string) bool {
	fib := r.node.Find("render_fib")
	return kind == "numerical_question" || r.node.Name == "response_num" || slices.Contains([]string{"Decimal", "Integer", "Scientific"}, fib.Attr("fibtype"))
}

// texts are those that conditions compare with: what earns as much as the best, with the other responses right, is right.
func (it *item1) texts(r response, g *draft.Gaps) (gap []draft.Accepted) {
	given := it.firstRight()
	if n := it.comparisons(r); n > 10*draft.MaxAnswers {
		it.tooMany(n)
		return nil
	}
	var earned []float64
	best := 0.0
	var candidates []string
	for _, rule := range it.scoring.rules {
		for _, v := range rule.Child("conditionvar").FindAll("varequal") {
			text := v.Value()
			if v.Attr("respident") != r.id || slices.Contains(candidates, text) {
				continue
			}
			g.Case = g.Case || strings.EqualFold(v.Attr("case"), "Yes") && strings.ToLower(text) != strings.ToUpper(text)
			given[r.id] = []string{text}
			e := it.scoring.score(given)
			best = math.Max(best, e)
			candidates, earned = append(candidates, text), append(earned, e)
		}
	}
	for i, w := range parts(earned, best) {
		if w > 0 {
			gap = append(gap, draft.Accepted{Text: strings.ReplaceAll(candidates[i], "*", `\*`), Weight: w, Feedback: it.answerFeedback(r.id, candidates[i])})
		}
	}
	return gap
}

// comparisons is how many texts conditions compare a response with.
func (it *item1) comparisons(r response) (n int) {
	for _, rule := range it.scoring.rules {
		for _, v := range rule.Child("conditionvar").FindAll("varequal") {
			if v.Attr("respident") == r.id {
				n++
			}
		}
	}
	return n
}

func (it *item1) tooMany(n int) {
	it.Problem(qb.Error, qb.FieldKey, "answers_many", "评分条件里有 %d 个答案，太多了", n)
}

// firstRight answers every response with the first text that a scoring condition names for it.
func (it *item1) firstRight() answers {
	given := answers{}
	for _, rule := range it.scoring.rules {
		for _, v := range rule.Child("conditionvar").FindAll("varequal") {
			if id := v.Attr("respident"); scores(rule) && given[id] == nil {
				given[id] = []string{v.Value()}
			}
		}
	}
	return given
}

// numbers are the exact values and the ranges of scoring conditions. Where one side is exclusive, a warning says that the
// end counts here.
func (it *item1) numbers(r response) (gap []draft.Accepted) {
	best := 0.0
	for _, rule := range it.scoring.rules {
		best = math.Max(best, ruleValue(rule))
	}
	for _, rule := range it.scoring.rules {
		cond := rule.Child("conditionvar")
		if !scores(rule) || cond == nil {
			continue
		}
		weight := int(math.Round(math.Min(1, ruleValue(rule)/best) * draft.Full))
		groups := append([]*xmlread.Node{cond}, cond.FindAll("and")...)
		if or := cond.Child("or"); or != nil {
			groups = append(groups, or)
		}
		for _, group := range groups {
			gap = append(gap, it.ranges(r, group, weight)...)
		}
	}
	if len(gap) > draft.MaxAnswers {
		it.tooMany(len(gap))
		gap = gap[:draft.MaxAnswers]
	}
	return distinct(gap)
}

func ruleValue(rule *xmlread.Node) (value float64) {
	for _, set := range rule.All("setvar") {
		value = math.Max(value, float(set.Content()))
	}
	return value
}

// ranges are the values and the one range that stand directly in a group of conditions.
func (it *item1) ranges(r response, group *xmlread.Node, weight int) (gap []draft.Accepted) {
	var low, high *big.Rat
	for _, c := range group.Children {
		number, ok := draft.Number(c.Value())
		if c.Attr("respident") != r.id || !ok {
			continue
		}
		switch c.Name {
		case "varequal":
			if isNumber(r, it.kind) {
				gap = append(gap, draft.Accepted{Number: draft.Around(number, new(big.Rat), nil), Weight: weight})
			}
		case "vargt", "vargte":
			low = number
		case "varlt", "varlte":
			high = number
		}
		if c.Name == "vargt" || c.Name == "varlt" {
			it.Problem(qb.Warning, qb.FieldKey, "bound_included", "原题不含端点 %s，导入后含端点", short(c.Value()))
		}
	}
	if low != nil && high != nil && low.Cmp(high) <= 0 {
		gap = append(gap, draft.Accepted{Number: &draft.Range{Low: low, High: high}, Weight: weight})
	}
	return gap
}

// distinct leaves out numbers that another range of the same weight covers: files state a value beside its range.
func distinct(gap []draft.Accepted) (kept []draft.Accepted) {
	for i, a := range gap {
		covered := slices.ContainsFunc(gap, func(b draft.Accepted) bool {
			return b.Number.Low.Cmp(a.Number.Low) <= 0 && b.Number.High.Cmp(a.Number.High) >= 0 && b.Weight >= a.Weight &&
				(b.Number.Low.Cmp(a.Number.Low) != 0 || b.Number.High.Cmp(a.Number.High) != 0)
		})
		twice := slices.ContainsFunc(gap[:i], func(b draft.Accepted) bool {
			return b.Number.Low.Cmp(a.Number.Low) == 0 && b.Number.High.Cmp(a.Number.High) == 0
		})
		if !covered && !twice {
			kept = append(kept, a)
		}
	}
	return kept
}
