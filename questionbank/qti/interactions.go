package qti

import (
	"math"
	"math/big"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/xmlread"
)

func (it *item) declaration(interaction *xmlread.Node) declaration {
	d := it.declared[interaction.Attr("responseIdentifier")]
	if len(d.correct) == 0 && len(d.mapped) == 0 {
		d.correct = it.matched(interaction.Attr("responseIdentifier"))
	}
	return d
}

// matched looks for the answer that the processing itself compares the response with.
func (it *item) matched(response string) []string {
	for _, branch := range append(it.root.FindAll("responseIf"), it.root.FindAll("responseElseIf")...) {
		m := branch.Child("match")
		value := m.Child("baseValue")
		if value == nil || m.Child("variable") == nil || m.Child("variable").Attr("identifier") != response {
			continue
		}
		for _, set := range branch.All("setOutcomeValue") {
			if set.Attr("identifier") == "SCORE" && float(set.Child("baseValue").Value()) > 0 {
				return []string{value.Value()}
			}
		}
	}
	return nil
}

// weights are those of the answers with the identifiers.
func (it *item) weights(d declaration, ids []string, one bool) []int {
	weights := make([]int, len(ids))
	if !it.byMapping(d) {
		for i, id := range ids {
			if slices.Contains(d.correct, id) {
				weights[i] = draft.Full
			}
		}
		return weights
	}
	whole := 0.0
	for _, id := range ids {
		if w := d.worth(id); one {
			whole = math.Max(whole, w)
		} else {
			whole += math.Max(w, 0)
		}
	}
	for i, id := range ids {
		if whole > 0 {
			weights[i] = int(math.Round(math.Max(-1, math.Min(1, d.worth(id)/whole)) * draft.Full))
		}
	}
	return weights
}

func (it *item) choice(n *xmlread.Node) string {
	d := it.declaration(n)
	one := d.cardinality == "single" || d.cardinality == "" && n.Attr("maxChoices") == "1"
	it.Form = draft.Choice{Answers: it.answers(d, n.All("simpleChoice"), one), One: one, Whole: !one && !it.byMapping(d)}
	return ""
}

func (it *item) answers(d declaration, choices []*xmlread.Node, one bool) []draft.Answer {
	ids := identifiers(choices)
	weights := it.weights(d, ids, one)
	answers := make([]draft.Answer, len(choices))
	for i, c := range choices {
		answers[i] = draft.Answer{Text: inner(c), Weight: weights[i], Feedback: it.inlineFeedback(c)}
	}
	return answers
}

func identifiers(nodes []*xmlread.Node) []string {
	ids := make([]string, len(nodes))
	for i, n := range nodes {
		ids[i] = n.Attr("identifier")
	}
	return ids
}

// inlineChoice: one list inside a sentence is single choice with a gap.
func (it *item) inlineChoice(n *xmlread.Node) string {
	it.Form = draft.Choice{Answers: it.answers(it.declaration(n), n.All("inlineChoice"), true), One: true}
	return ""
}

// inlineChoices: several with the same list are rows of a matching question.
func (it *item) inlineChoices() string {
	texts := func(n *xmlread.Node) (all []string) {
		for _, c := range n.All("inlineChoice") {
			all = append(all, c.Value())
		}
		return all
	}
	list := texts(it.interactions[0])
	var words []draft.Text
	for _, w := range list {
		words = append(words, draft.Text{Plain: w})
	}
	var key []int
	for _, n := range it.interactions {
		own := texts(n)
		if len(own) != len(list) || slices.ContainsFunc(own, func(w string) bool { return !slices.Contains(list, w) }) {
			return "各空选项不同的下拉选择题尚不支持"
		}
		right := -1
		if d := it.declaration(n); len(d.correct) == 1 {
			if i := slices.Index(identifiers(n.All("inlineChoice")), d.correct[0]); i >= 0 {
				right = slices.Index(list, own[i])
			}
		}
		key = append(key, right)
	}
	it.numbered = true
	it.Form = draft.WordGaps(&it.Item, words, key)
	return ""
}

func (it *item) textEntries() string {
	g := draft.Gaps{}
	for _, n := range it.interactions {
		d := it.declaration(n)
		var gap []draft.Accepted
		if d.baseType == "float" || d.baseType == "integer" {
			gap = it.numbers(n.Attr("responseIdentifier"), d)
		} else {
			gap = it.texts(d)
		}
		for _, a := range gap {
			g.Case = g.Case || a.Number == nil && strings.ToLower(a.Text) != strings.ToUpper(a.Text) && !it.foldsCase(n.Attr("responseIdentifier"))
		}
		g.Gaps = append(g.Gaps, gap)
	}
	it.Form = g
	return ""
}

// foldsCase: the mapping says of each text that case does not matter.
func (it *item) foldsCase(response string) bool {
	for _, n := range it.root.All("responseDeclaration") {
		entries := n.Child("mapping").All("mapEntry")
		if n.Attr("identifier") == response {
			return len(entries) > 0 && !slices.ContainsFunc(entries, func(m *xmlread.Node) bool { return m.Attr("caseSensitive") != "false" })
		}
	}
	return false
}

// texts: a star is a star here, unlike in Moodle.
func (it *item) texts(d declaration) (gap []draft.Accepted) {
	best := 0.0
	for _, e := range d.mapped {
		best = math.Max(best, e.value)
	}
	mapped := it.byMapping(d) && best > 0
	for _, text := range d.correct {
		if !mapped || d.worth(text) >= best {
			gap = append(gap, accept(text, draft.Full))
		}
	}
	for _, e := range d.mapped {
		if mapped && !(slices.Contains(d.correct, e.key) && e.value >= best) {
			gap = append(gap, accept(e.key, int(math.Round(e.value/best*draft.Full))))
		}
	}
	return gap
}

func accept(text string, weight int) draft.Accepted {
	return draft.Accepted{Text: strings.ReplaceAll(text, "*", `\*`), Weight: weight}
}

// numbers with the tolerance of the processing's <equal>.
func (it *item) numbers(response string, d declaration) (gap []draft.Accepted) {
	for _, written := range d.correct {
		value, ok := draft.Number(written)
		if !ok {
			it.Problem(qb.Error, qb.FieldKey, "number_unread", "数值“%.40s”看不懂", written)
			continue
		}
		gap = append(gap, draft.Accepted{Number: it.tolerance(response, value), Weight: draft.Full})
	}
	if len(d.correct) == 0 {
		for _, e := range d.mapped {
			if value, ok := draft.Number(e.key); ok {
				gap = append(gap, draft.Accepted{Number: draft.Around(value, new(big.Rat), nil), Weight: int(e.value / math.Max(1, e.value) * draft.Full)})
			}
		}
	}
	return gap
}

func (it *item) tolerance(response string, value *big.Rat) *draft.Range {
	exact := draft.Around(value, new(big.Rat), nil)
	for _, equal := range it.root.Child("responseProcessing").FindAll("equal") {
		variable := equal.Child("variable")
		if variable == nil || variable.Attr("identifier") != response {
			continue
		}
		bounds := strings.Fields(equal.Attr("tolerance"))
		if len(bounds) == 0 {
			return exact
		}
		low, ok1 := draft.Number(bounds[0])
		high, ok2 := draft.Number(bounds[len(bounds)-1])
		if !ok1 || !ok2 {
			continue
		}
		if equal.Attr("toleranceMode") == "relative" { // percent of the value
			part := new(big.Rat).Quo(new(big.Rat).Abs(value), big.NewRat(100, 1))
			low, high = new(big.Rat).Mul(low, part), new(big.Rat).Mul(high, part)
		}
		return &draft.Range{Low: new(big.Rat).Sub(value, low.Abs(low)), High: new(big.Rat).Add(value, high.Abs(high))}
	}
	return exact
}

// openText: the right answer, where there is one, is the model; the rubric is what is meant for scorers.
func (it *item) openText(n *xmlread.Node) string {
	o := draft.Open{Long: true, Model: draft.Text{Plain: strings.Join(it.declaration(n).correct, "\n")}}
	for _, r := range it.body.FindAll("rubricBlock") {
		if forScorer(r) {
			o.Rubric.Nodes = append(o.Rubric.Nodes, r)
		}
	}
	it.Form = o
	return ""
}

// match: each choice of the first set goes with one of the second, or the other way round.
func (it *item) match(n *xmlread.Node) string {
	sets := n.All("simpleMatchSet")
	if len(sets) != 2 {
		return "匹配题应有两组选项"
	}
	pairs := it.pairs(it.declaration(n))
	rows, options := sets[0].All("simpleAssociableChoice"), sets[1].All("simpleAssociableChoice")
	key, ok := keyOf(identifiers(rows), identifiers(options), pairs)
	if !ok {
		for i, p := range pairs {
			pairs[i] = [2]string{p[1], p[0]}
		}
		rows, options = options, rows
		if key, ok = keyOf(identifiers(rows), identifiers(options), pairs); !ok {
			return "匹配题的答案不是每项对应一个选项（一项多选或有不配对的项），尚不支持"
		}
	}
	it.Form = draft.Pairs{Rows: inners(rows), Options: inners(options), Key: key}
	return ""
}

func inners(nodes []*xmlread.Node) []draft.Text {
	texts := make([]draft.Text, len(nodes))
	for i, n := range nodes {
		texts[i] = inner(n)
	}
	return texts
}

// pairs of the right answer, else those that the mapping is for.
func (it *item) pairs(d declaration) (pairs [][2]string) {
	written := d.correct
	if len(written) == 0 {
		for _, e := range d.mapped {
			if e.value > 0 {
				written = append(written, e.key)
			}
		}
	}
	for _, w := range written {
		if f := strings.Fields(w); len(f) == 2 {
			pairs = append(pairs, [2]string{f[0], f[1]})
		}
	}
	return pairs
}

// keyOf is the option's place for each row; ok: every row has exactly one, and no pair is left over.
func keyOf(rows, options []string, pairs [][2]string) (key []int, ok bool) {
	for _, row := range rows {
		at := -1
		for _, p := range pairs {
			if p[0] == row {
				if at >= 0 {
					return nil, false
				}
				at = slices.Index(options, p[1])
			}
		}
		if at < 0 {
			return nil, false
		}
		key = append(key, at)
	}
	return key, len(pairs) == len(rows)
}

func (it *item) gapMatch(n *xmlread.Node) string {
	if n.Find("gapImg") != nil {
		return "用图片填空（gapImg）尚不支持"
	}
	words, gaps := n.All("gapText"), n.FindAll("gap")
	var turned [][2]string
	for _, p := range it.pairs(it.declaration(n)) {
		turned = append(turned, [2]string{p[1], p[0]})
	}
	key, ok := keyOf(identifiers(gaps), identifiers(words), turned)
	if !ok {
		return "选词填空的答案不是每空一个词，尚不支持"
	}
	it.numbered = len(gaps) > 1
	it.Form = draft.WordGaps(&it.Item, inners(words), key)
	return ""
}

func (it *item) order(n *xmlread.Node) string {
	choices := n.All("simpleChoice")
	ids := identifiers(choices)
	o := draft.Order{Options: inners(choices)}
	for _, id := range it.declaration(n).correct {
		i := slices.Index(ids, id)
		if i < 0 {
			return "排序题的答案“" + short(id) + "”不是选项之一"
		}
		o.Key = append(o.Key, i)
	}
	it.Form = o
	return ""
}

// hotText: the hot texts are the segments, numbered in their order.
func (it *item) hotText(n *xmlread.Node) string {
	d := it.declaration(n)
	texts := n.FindAll("hottext")
	weights := it.weights(d, identifiers(texts), false)
	m := draft.Marks{Whole: !it.byMapping(d)}
	for i, w := range weights {
		if w > 0 {
			m.Key = append(m.Key, i+1)
		}
	}
	it.Form = m
	return ""
}
