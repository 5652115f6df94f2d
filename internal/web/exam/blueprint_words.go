package exam

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/score"
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

// shortageText says what to write: "法律法规 › 医疗广告 差 3 道难度 4–5 的多选题（第 2 行：要 10 题，题库符合的有 7 题）".
func shortageText(ctx context.Context, e editor, s exam.Shortage) string {
	if s.Row < 0 {
		return layout.T(ctx, "exampages.stock.clash", "topic", topicName(e.Topics, s.Quota.TopicID), "range", rangeText(s.Quota))
	}
	row := e.Stock.Blueprint.Rows[s.Row]
	text := layout.T(ctx, "exampages.stock.lack", "where", whereText(ctx, e, s.TopicIDs), "n", s.Lack, "what", whatText(ctx, row))
	if s.Keys > 0 {
		text += layout.T(ctx, "exampages.stock.lack_keys", "n", s.Keys)
	}
	key := "exampages.stock.row"
	if s.Fit >= s.Need {
		key = "exampages.stock.row_shared"
	}
	text += layout.T(ctx, key, "row", rowName(ctx, s.Row, s.Section), "need", s.Need, "fit", s.Fit)
	if s.Held > 0 {
		text += layout.T(ctx, "exampages.stock.held", "n", s.Held)
	}
	return text
}

// hasText is what the bank has for a row.
func hasText(ctx context.Context, s stock, row int) string {
	r := s.Blueprint.Rows[row]
	return layout.T(ctx, "exampages.stock.has", "row", rowName(ctx, row, r.Section), "need", r.Count, "fit", s.Fit[row])
}

func rowName(ctx context.Context, row int, section string) string {
	if section != "" {
		return layout.T(ctx, "exampages.stock.row_section", "n", row+1, "section", section)
	}
	return layout.T(ctx, "exampages.blueprint.row", "n", row+1)
}

func whereText(ctx context.Context, e editor, topics []exam.TopicID) string {
	if len(topics) == 0 {
		return layout.T(ctx, "exampages.stock.anywhere")
	}
	names := make([]string, len(topics))
	for i, id := range topics {
		names[i] = topicName(e.Topics, id)
	}
	return strings.Join(names, layout.T(ctx, "exampages.stock.and"))
}

// whatText is the kind of question that a row asks for: "难度 4–5 的多选题".
func whatText(ctx context.Context, r exam.BlueprintRow) string {
	what := layout.T(ctx, "exampages.stock.question")
	if r.Type != "" {
		what = typeWord(ctx, questionbank.Type(r.Type))
	}
	if r.DifficultyMin == 1 && r.DifficultyMax == 5 {
		return what
	}
	between := strconv.Itoa(r.DifficultyMin)
	if r.DifficultyMax != r.DifficultyMin {
		between += "–" + strconv.Itoa(r.DifficultyMax)
	}
	return layout.T(ctx, "exampages.stock.difficulty", "range", between, "type", what)
}

func rangeText(q exam.TopicQuota) string {
	switch {
	case q.Max == 0:
		return "≥ " + strconv.Itoa(q.Min)
	case q.Min == 0:
		return "≤ " + strconv.Itoa(q.Max)
	}
	return strconv.Itoa(q.Min) + "–" + strconv.Itoa(q.Max)
}

// unproven tells whether fewer questions might do.
func unproven(short []exam.Shortage) bool {
	return slices.ContainsFunc(short, func(s exam.Shortage) bool { return s.Unproven })
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

func topicOptions(topics []Topic) []layout.Option {
	out := make([]layout.Option, len(topics))
	for i, t := range topics {
		out[i] = layout.Option{Value: t.ID.String(), Label: t.Name}
	}
	return out
}

// formLetters names n forms: "A、B、C".
func formLetters(ctx context.Context, n int) string {
	letters := make([]string, n)
	for i := range letters {
		letters[i] = letter(i)
	}
	return layout.List(ctx, letters)
}

// formsText says how equal the forms are and whether they share questions.
func formsText(ctx context.Context, forms []exam.FormView) string {
	text := layout.T(ctx, "exampages.forms.gap", "gap", gapOf(forms).String())
	if n := forms[0].Overlap; n > 0 {
		return text + layout.T(ctx, "exampages.forms.shared", "n", n)
	}
	return text + layout.T(ctx, "exampages.forms.apart")
}

// gapOf is the difference between the hardest and the easiest form.
func gapOf(forms []exam.FormView) score.Hundredths {
	byDifficulty := func(a, b exam.FormView) int { return int(a.Difficulty - b.Difficulty) }
	return slices.MaxFunc(forms, byDifficulty).Difficulty - slices.MinFunc(forms, byDifficulty).Difficulty
}
