package qti

import (
	"math"
	"slices"
	"strings"

	"github.com/peikao/peikao/questionbank/xmlread"
)

// scoring is the response processing of 1.2, worked as it stands: for any answers, what do they earn?
type scoring struct {
	rules    []*xmlread.Node
	compiled []rule
	size     int  // of the compiled rules, in tests
	budget   *int // tests that may still be made in this file
	min      float64
}

// rule is a respcondition: what it tests and what it does to the score.
type rule struct {
	test test
	sets []set
	ends bool // nothing after it is worked when it holds
	rest bool // it is for what no rule before it holds for
}

type set struct {
	action string
	value  float64
}

// test is one node of a condition.
type test struct {
	op      string
	id      string // of the response
	value   string
	number  float64
	fold    bool // case does not matter
	single  bool // the response takes one answer
	parts   []test
	ofRange []string // varsubset
}

// maxWork bounds what is worked in one file: tests, counted anew for every set of answers.
const maxWork = 20_000_000

func readScoring(item *xmlread.Node, budget *int) scoring {
	s := scoring{budget: budget, min: math.Inf(-1)}
	single := map[string]bool{}
	item.Child("presentation").Walk(func(n *xmlread.Node) bool {
		if strings.HasPrefix(n.Name, "response_") && n.Attr("ident") != "" && n.Name != "response_label" {
			single[n.Attr("ident")] = !strings.EqualFold(n.Attr("rcardinality"), "Multiple") && !strings.EqualFold(n.Attr("rcardinality"), "Ordered")
		}
		return true
	})
	for _, p := range item.All("resprocessing") {
		fullScores(p)
		s.rules = append(s.rules, p.All("respcondition")...)
		for _, v := range p.FindAll("decvar") {
			if v.Attr("minvalue") != "" {
				s.min = float(v.Attr("minvalue"))
			}
		}
	}
	for _, n := range s.rules {
		if n.Child("setvar") != nil {
			s.compiled = append(s.compiled, s.compile(n, single))
		}
	}
	return s
}

// fullScores puts the number in the place of SCORE.max, as Blackboard names the most that a score can be.
func fullScores(processing *xmlread.Node) {
	most := map[string]string{}
	for _, v := range processing.FindAll("decvar") {
		if float(v.Attr("maxvalue")) > 0 {
			most[v.Attr("varname")] = v.Attr("maxvalue")
		}
	}
	for _, v := range processing.FindAll("setvar") {
		name, named := strings.CutSuffix(v.Value(), ".max")
		if !named {
			continue
		}
		if most[name] == "" {
			most[name] = "1"
		}
		v.Children = []*xmlread.Node{{Text: most[name]}}
	}
}

// compile reads a condition that does something to the score.
func (s *scoring) compile(n *xmlread.Node, single map[string]bool) rule {
	r := rule{test: s.compileTest(n.Child("conditionvar"), single), ends: strings.EqualFold(n.Attr("continue"), "No")}
	r.test.op = "top"
	r.rest = len(r.test.parts) == 1 && r.test.parts[0].op == "other"
	for _, v := range n.All("setvar") {
		s := set{strings.ToLower(v.Attr("action")), float(v.Content())}
		if strings.HasSuffix(strings.ToLower(v.Attr("varname")), "_incorrect") && s.action == "add" {
			s.action = "subtract" // D2L counts what is right and what is wrong apart
		}
		r.sets = append(r.sets, s)
	}
	return r
}

func (s *scoring) compileTest(n *xmlread.Node, single map[string]bool) test {
	s.size++
	if n == nil {
		return test{}
	}
	id := n.Attr("respident")
	t := test{op: n.Name, id: id, single: single[id], fold: strings.EqualFold(n.Attr("case"), "No")}
	switch n.Name {
	case "and", "or", "not", "conditionvar":
		for _, c := range n.Children {
			if c.Name != "" {
				t.parts = append(t.parts, s.compileTest(c, single))
			}
		}
	default:
		t.value = n.Value()
		t.number = float(t.value)
		for _, v := range strings.Split(t.value, ",") {
			t.ofRange = append(t.ofRange, strings.TrimSpace(v))
		}
	}
	return t
}

// spend takes the rules' size off what may still be worked; false: nothing is left, and the item is refused.
func (s scoring) spend() bool {
	*s.budget -= max(s.size, len(s.rules))
	return *s.budget >= 0
}

// answers are the values given to each response.
type answers map[string][]string

// score works through the conditions in their order. One that says continue="No" ends the work when it holds; where
// nothing is said the work goes on, as the programs that write such files do it.
func (s scoring) score(given answers) float64 {
	score, held := 0.0, false
	if !s.spend() {
		return 0
	}
	for i := range s.compiled {
		r := &s.compiled[i]
		if r.rest && held || !r.test.holds(given) {
			continue
		}
		held = true
		for _, v := range r.sets {
			switch v.action {
			case "add":
				score += v.value
			case "subtract":
				score -= v.value
			case "multiply":
				score *= v.value
			default:
				score = v.value
			}
		}
		if r.ends {
			break
		}
	}
	return math.Max(score, s.min)
}

func (t *test) holds(given answers) bool {
	switch t.op {
	case "top":
		return t.topHolds(given)
	case "and":
		return t.all(given)
	case "not":
		return !t.all(given)
	case "or":
		for i := range t.parts {
			if t.parts[i].holds(given) {
				return true
			}
		}
		return false
	case "other":
		return true
	case "unanswered":
		return len(given[t.id]) == 0
	}
	return t.compares(given[t.id])
}

func (t *test) all(given answers) bool {
	for i := range t.parts {
		if !t.parts[i].holds(given) {
			return false
		}
	}
	return true
}

// topHolds: directly in a condition, several values of a response that takes one answer are alternatives: written so by
// many, and otherwise never true.
func (t *test) topHolds(given answers) bool {
	var alternatives map[string]bool
	for i := range t.parts {
		p := &t.parts[i]
		if p.op != "varequal" || !p.single {
			if !p.holds(given) {
				return false
			}
			continue
		}
		if alternatives == nil {
			alternatives = map[string]bool{}
		}
		alternatives[p.id] = alternatives[p.id] || p.holds(given)
	}
	for _, any := range alternatives {
		if !any {
			return false
		}
	}
	return len(t.parts) > 0
}

func (t *test) compares(values []string) bool {
	switch t.op {
	case "varequal":
		return slices.ContainsFunc(values, func(v string) bool { return v == t.value || t.fold && strings.EqualFold(v, t.value) })
	case "varsubset":
		return slices.ContainsFunc(t.ofRange, func(v string) bool { return slices.Contains(values, v) })
	}
	if len(values) != 1 {
		return false
	}
	switch got := float(values[0]); t.op {
	case "vargt":
		return got > t.number
	case "vargte":
		return got >= t.number
	case "varlt":
		return got < t.number
	case "varlte":
		return got <= t.number
	}
	return false
}

// scores reports whether a rule gives anything when it holds.
func scores(rule *xmlread.Node) bool {
	for _, set := range rule.All("setvar") {
		if float(set.Content()) > 0 && !strings.EqualFold(set.Attr("action"), "Subtract") {
			return true
		}
	}
	return false
}
