package qti

import (
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// answerFeedback is what conditions show for one answer alone.
func (it *item1) answerFeedback(response, answer string) draft.Text {
	var t draft.Text
	if !it.scoring.spend() {
		return t
	}
	for _, rule := range it.scoring.rules {
		if only := onlyAnswer(rule); only == nil || only.Attr("respident") != response || only.Value() != answer {
			continue
		}
		for _, show := range rule.All("displayfeedback") {
			id := show.Attr("linkrefid")
			if ofWhole(id) || slices.Contains(it.used, id) {
				continue
			}
			if n := it.itemFeedback(id); n != nil {
				it.used = append(it.used, id)
				t.Nodes = append(t.Nodes, feedbackNodes(n)...)
			}
		}
	}
	return t
}

// onlyAnswer is the one comparison that a condition consists of, nil for another condition.
func onlyAnswer(rule *xmlread.Node) *xmlread.Node {
	var found *xmlread.Node
	for _, c := range rule.Child("conditionvar").FindAll("varequal") {
		if found != nil {
			return nil
		}
		found = c
	}
	if rule.Find("not") != nil || rule.Find("other") != nil {
		return nil
	}
	return found
}

// ofWhole: feedback for a right, a wrong or any answer, as Canvas and others name it.
func ofWhole(id string) bool {
	id = strings.ToLower(id)
	return strings.HasPrefix(id, "correct") || strings.HasPrefix(id, "incorrect") || strings.HasPrefix(id, "general")
}

func (it *item1) itemFeedback(id string) *xmlread.Node {
	for _, n := range it.root.All("itemfeedback") {
		if n.Attr("ident") == id {
			return n
		}
	}
	return nil
}

func feedbackNodes(n *xmlread.Node) (nodes []*xmlread.Node) {
	for _, m := range n.FindAll("material") {
		nodes = append(nodes, material(m)...)
	}
	return nodes
}

// feedback that belongs to no single answer is the question's; so is a solution. Hints have no place.
func (it *item1) feedback() {
	_, open := it.Form.(draft.Open)
	for _, n := range it.root.All("itemfeedback") {
		nodes := feedbackNodes(n)
		if slices.Contains(it.used, n.Attr("ident")) || draft.IsStandard((&xmlread.Node{Children: nodes}).Content()) || open && n.Find("solution") != nil {
			continue
		}
		it.General = append(it.General, draft.Text{Nodes: nodes})
		if n.Find("hint") != nil {
			it.Problem(qb.Warning, qb.FieldExplanation, "hint_dropped", "提示作为解析导入")
		}
	}
}

// solution is the model answer of a text that people mark.
func (it *item1) solution() draft.Text {
	for _, n := range it.root.All("itemfeedback") {
		if s := n.Find("solution"); s != nil {
			return draft.Text{Nodes: feedbackNodes(s)}
		}
	}
	return draft.Text{}
}
