package exam

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

var difficulties = []string{"1", "2", "3", "4", "5"}

func blueprintTitle(ctx context.Context, e editor) string {
	if e.ID == 0 {
		return layout.T(ctx, "exampages.blueprint.new")
	}
	return e.Form.Title
}

// topicChoice is the empty choice of the n-th list of knowledge points.
func topicChoice(n int) string {
	if n == 0 {
		return "exampages.blueprint.any_topic"
	}
	return "exampages.blueprint.another_topic"
}

func rowAnchor(row int) string { return "row-" + strconv.Itoa(max(row, 0)) }

// shortageText says what to write: "第 2 行（注射）：要 10 题，题库符合的有 7 题，还缺 4 题".
func shortageText(ctx context.Context, s exam.Shortage) string {
	if s.Row < 0 {
		return layout.T(ctx, "exampages.stock.keys", "need", s.Need, "lack", s.Lack())
	}
	row := layout.T(ctx, "exampages.blueprint.row", "n", s.Row+1)
	if s.Section != "" {
		row = layout.T(ctx, "exampages.stock.row_section", "n", s.Row+1, "section", s.Section)
	}
	key := "exampages.stock.row"
	if s.Fit >= s.Need {
		key = "exampages.stock.shared" // enough fit, but other rows need the same ones
	}
	return layout.T(ctx, key, "row", row, "need", s.Need, "fit", s.Fit, "lack", s.Lack())
}

// isKeyOption tells whether the option is right, for the staff's view of a paper.
func isKeyOption(q questionbank.Question, id string) bool {
	choice := q.Type == questionbank.Single || q.Type == questionbank.Multiple
	return choice && slices.Contains(q.Key.Choices, id) || q.Key.Grade(id) == questionbank.Green
}

// keyText is the right answer where no option carries it.
func keyText(ctx context.Context, q questionbank.Question) string {
	if q.Type == questionbank.TrueFalse && len(q.Key.Choices) > 0 {
		return layout.T(ctx, "exampages.key."+q.Key.Choices[0])
	}
	switch q.Type {
	case questionbank.Matching, questionbank.Ordering:
		return lettersShown(q)
	case questionbank.Labelling:
		return strings.Join(q.Key.Choices, layout.T(ctx, "exampages.key.and"))
	}
	text := ""
	for i, gap := range q.Key.Gaps {
		if i > 0 {
			text += layout.T(ctx, "exampages.key.and")
		}
		for n, accepted := range gap {
			if n > 0 {
				text += " / "
			}
			text += accepted
		}
	}
	return text
}

// lettersShown are the right options in the order of the rows or of the right order, by the letters under which the staff's
// view shows them.
func lettersShown(q questionbank.Question) string {
	var out []string
	for _, id := range q.Key.Choices {
		for i, o := range q.Options {
			if o.ID == id {
				out = append(out, letter(i))
			}
		}
	}
	return strings.Join(out, " ")
}

// beginsSection tells whether a heading stands before the slot.
func beginsSection(content []exam.PaperContent, i int) bool {
	return content[i].Section != "" && (i == 0 || content[i-1].Section != content[i].Section)
}

// noteText tells what a draw had to do against the rule (N03).
func noteTexts(ctx context.Context, n exam.PaperNotes) []string {
	var out []string
	if k := len(n.Repeated); k > 0 {
		out = append(out, layout.T(ctx, "exampages.paper.repeated", "n", k))
	}
	if k := len(n.NotKey); k > 0 {
		out = append(out, layout.T(ctx, "exampages.paper.not_key", "n", k))
	}
	return out
}

// draftURL is the form of a new exam with the paper chosen.
func draftURL(id exam.PaperID) string { return "/exams/new?paper=" + id.String() }

func letter(i int) string { return string(rune('A' + i)) }

func slotNumber(n int) string { return strconv.Itoa(n) }

func keyCount(content []exam.PaperContent) int {
	n := 0
	for _, c := range content {
		if c.Question.KeyQuestion {
			n++
		}
	}
	return n
}
