package qti

import (
	"math"
	"slices"
	"strings"

	"github.com/peikao/peikao/questionbank/xmltree"
)

// scoring is the response processing of 1.2, worked as it stands: for any answers, what do they earn?
type scoring struct {
	rules    []*xmltree.Node
	single   map[string]bool // responses that take one answer
	min, max float64
}

func readScoring(item *xmltree.Node) scoring {
	s := scoring{single: map[string]bool{}, min: math.Inf(-1), max: math.Inf(1)}
	item.Child("presentation").Walk(func(n *xmltree.Node) bool {
		if strings.HasPrefix(n.Name, "response_") && n.Attr("ident") != "" && n.Name != "response_label" {
			s.single[n.Attr("ident")] = !strings.EqualFold(n.Attr("rcardinality"), "Multiple") && !strings.EqualFold(n.Attr("rcardinality"), "Ordered")
		}
		return true
	})
	for _, p := range item.All("resprocessing") {
		s.rules = append(s.rules, p.All("respcondition")...)
		for _, v := range p.FindAll("decvar") {
			if v.Attr("minvalue") != "" {
				s.min = float(v.Attr("minvalue"))
			}
		}
	}
	return s
}

// answers are the values given to each response.
type answers map[string][]string

// score works through the conditions in their order. One that says continue="No" ends the work when it holds; where
// nothing is said the work goes on, as the programs that write such files do it.
func (s scoring) score(given answers) float64 {
	score := 0.0
	for _, rule := range s.rules {
		if !s.holds(rule.Child("conditionvar"), given, true) {
			continue
		}
		for _, set := range rule.All("setvar") {
			switch value := float(set.Content()); strings.ToLower(set.Attr("action")) {
			case "add":
				score += value
			case "subtract":
				score -= value
			case "multiply":
				score *= value
			default:
				score = value
			}
		}
		if strings.EqualFold(rule.Attr("continue"), "No") && rule.Child("setvar") != nil {
			break
		}
	}
	return math.Max(score, s.min)
}

// holds reports whether all below n hold. Directly in a condition, several values of a response that takes one answer
// are alternatives: written so by many, and otherwise never true.
func (s scoring) holds(n *xmltree.Node, given answers, top bool) bool {
	if n == nil {
		return false
	}
	alternatives := map[string]bool{}
	for _, c := range n.Children {
		id := c.Attr("respident")
		if top && c.Name == "varequal" && s.single[id] {
			alternatives[id] = alternatives[id] || s.one(c, given)
			continue
		}
		if c.Name != "" && !s.one(c, given) {
			return false
		}
	}
	for _, any := range alternatives {
		if !any {
			return false
		}
	}
	return true
}

func (s scoring) one(c *xmltree.Node, given answers) bool {
	values := given[c.Attr("respident")]
	switch c.Name {
	case "and":
		return s.holds(c, given, false)
	case "or":
		return slices.ContainsFunc(c.Children, func(n *xmltree.Node) bool { return n.Name != "" && s.one(n, given) })
	case "not":
		return !s.holds(c, given, false)
	case "varequal":
		return slices.ContainsFunc(values, func(v string) bool { return equal(v, c) })
	case "varsubset":
		return slices.ContainsFunc(strings.Split(c.Value(), ","), func(v string) bool { return slices.Contains(values, strings.TrimSpace(v)) })
	case "vargt", "vargte", "varlt", "varlte":
		return len(values) == 1 && compare(values[0], c)
	case "unanswered":
		return len(values) == 0
	case "other":
		return true
	}
	return false
}

func equal(given string, c *xmltree.Node) bool {
	want := c.Value()
	if strings.EqualFold(c.Attr("case"), "No") {
		return strings.EqualFold(given, want)
	}
	return given == want
}

func compare(given string, c *xmltree.Node) bool {
	got, want := float(given), float(c.Content())
	switch c.Name {
	case "vargt":
		return got > want
	case "vargte":
		return got >= want
	case "varlt":
		return got < want
	}
	return got <= want
}

// scores reports whether a rule gives anything when it holds.
func scores(rule *xmltree.Node) bool {
	for _, set := range rule.All("setvar") {
		if float(set.Content()) > 0 && !strings.EqualFold(set.Attr("action"), "Subtract") {
			return true
		}
	}
	return false
}
