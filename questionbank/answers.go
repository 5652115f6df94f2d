package questionbank

import (
	"slices"
	"strings"
)

// Right is a response to q that the key accepts in full. It is the zero Response where a recording is asked for; what people
// mark gets the model answer, for what that is worth to them.
func Right(q Question) Response {
	r := Response{Type: q.Type}
	switch q.Type {
	case Single, TrueFalse:
		r.Choice = q.Key.Choices[0]
	case Multiple, Labelling:
		r.Choices = slices.Sorted(slices.Values(q.Key.Choices))
	case Blank:
		for _, accepted := range q.Key.Gaps {
			r.Blanks = append(r.Blanks, writtenAnswer(accepted[0]))
		}
	case Judgement:
		r.Choice = graded(q, Green)
	case Matching:
		r.Matches = slices.Clone(q.Key.Choices)
	case Ordering:
		r.Order = slices.Clone(q.Key.Choices)
	case Short, Essay:
		r.Text = q.Key.Model
	default:
		return Response{}
	}
	return r
}

// Wrong is a response to q that earns nothing, the zero Response where there is none: nobody can go wrong where every option
// is right.
func Wrong(q Question) Response {
	r := Response{Type: q.Type}
	switch q.Type {
	case Single:
		r.Choice = notInKey(q)
	case TrueFalse:
		r.Choice = map[string]string{"true": "false", "false": "true"}[q.Key.Choices[0]]
	case Multiple, Labelling:
		if id := notInKey(q); id != "" {
			r.Choices = []string{id}
		}
	case Blank:
		r.Blanks = slices.Repeat([]string{"不知道"}, len(q.Key.Gaps))
	case Judgement:
		r.Choice = graded(q, Red)
	case Matching:
		r.Matches = make([]string, len(q.Rows)) // no option chosen for any row
	case Ordering:
		r.Order = slices.Clone(q.Key.Choices)
		slices.Reverse(r.Order)
	case Short, Essay:
		r.Text = "不知道"
	}
	if !r.Answered() && q.Type != Matching {
		return Response{}
	}
	return r
}

// writtenAnswer is what somebody writes to give the accepted text: of a number its value.
func writtenAnswer(accepted string) string {
	if _, ok := ParseNumber(accepted); !ok {
		return accepted
	}
	value, _, _ := strings.Cut(accepted, "±")
	return strings.TrimSpace(value)
}

func graded(q Question, grade Grade) string {
	for _, g := range q.Key.Grades {
		if g.Grade == grade {
			return g.Option
		}
	}
	return ""
}

// notInKey is the first option, or segment, that the key does not hold.
func notInKey(q Question) string {
	for _, id := range q.Shape().OptionIDs {
		if !slices.Contains(q.Key.Choices, id) {
			return id
		}
	}
	return ""
}
