package table

import (
	"fmt"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// rowReader turns one row into a question and gathers what is wrong on the way.
type rowReader struct {
	header    header
	cells     []string
	sheetName string
	problems  []qb.Problem
}

func (r *rowReader) problem(s qb.Severity, f qb.Field, code, format string, args ...any) {
	r.problems = append(r.problems, qb.Problem{Severity: s, Field: f, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (r *rowReader) cell(c column) string { return clean(r.header.cell(r.cells, c)) }

// clean takes away what spreadsheet programs add: carriage returns, their escaped form, spaces at the ends.
func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "_x000D_", "", "\u200b", "", "\uFEFF", "").Replace(s)
	return strings.TrimSpace(s)
}

func (r *rowReader) question() qb.Question {
	q := qb.Question{
		Stem:            r.cell(colStem),
		Options:         r.options(),
		Explanation:     explanation(r.cell(colExplanation)),
		KnowledgePoints: r.points(),
		Difficulty:      r.difficulty(),
		KeyQuestion:     r.keyQuestion(),
		MultiplePolicy:  r.policy(),
		Source:          r.source(),
	}
	answer := r.cell(colAnswer)
	q.Type = r.questionType(answer, q.Options)
	switch q.Type {
	case qb.Single, qb.Multiple:
		r.choiceAnswer(&q, answer)
	case qb.TrueFalse:
		r.trueFalseAnswer(&q, answer)
	case qb.Blank:
		r.blankAnswer(&q, answer)
	case qb.Short:
		r.shortAnswer(&q, answer)
	}
	if q.Type != qb.Short && q.Type != "" {
		r.unwanted(colModel)
		r.unwanted(colRubric)
	}
	return q
}

func (r *rowReader) options() []qb.Option {
	var options []qb.Option
	ids := make([]string, 0, len(r.header.option))
	for id := range r.header.option {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	missing := ""
	for _, id := range ids {
		text := clean(at(r.cells, r.header.option[id]))
		if text == "" {
			if missing == "" {
				missing = id
			}
			continue
		}
		if missing != "" {
			r.problem(qb.Warning, qb.OptionField(missing), "option_gap", "选项 %s 为空，而后面还有选项", qb.Letter(missing))
			missing = ""
		}
		options = append(options, qb.Option{ID: id, Text: text})
	}
	if cell := r.cell(colOptions); cell != "" && len(options) == 0 {
		return r.splitCell(cell)
	}
	return options
}

func (r *rowReader) splitCell(cell string) []qb.Option {
	texts := SplitOptions(cell)
	if len(texts) > qb.MaxOptions {
		r.problem(qb.Error, qb.FieldOptions, "options_many", "选项多于 %d 个", qb.MaxOptions)
		texts = texts[:qb.MaxOptions]
	}
	options := make([]qb.Option, len(texts))
	for i, text := range texts {
		options[i] = qb.Option{ID: string(rune('a' + i)), Text: text}
	}
	return options
}

// explanation: data tools write "nan" and its like for an empty cell.
func explanation(cell string) string {
	switch strings.ToLower(cell) {
	case "nan", "null", "none", "n/a", "无", "-", "—":
		return ""
	}
	return cell
}

func (r *rowReader) points() []string {
	subject := r.cell(colSubject)
	var points []string
	add := func(raw string) {
		if p, _ := qb.KnowledgePoint(raw); p != "" && !slices.Contains(points, p) {
			points = append(points, p)
		}
	}
	for _, i := range r.header.at[colPoint] {
		for _, raw := range strings.FieldsFunc(clean(at(r.cells, i)), func(c rune) bool { return strings.ContainsRune("\n;；、,，|", c) }) {
			if _, inArea := qb.KnowledgePoint(raw); subject != "" && !inArea {
				raw = subject + "/" + raw
			}
			add(raw)
		}
	}
	if len(points) == 0 {
		add(subject)
	}
	return points
}
