package questionbank

import "slices"

// RightResponse is a response that earns everything: what a demonstration, a load or a test answers with. It is the zero
// Response for what people mark.
func RightResponse(q Question) Response {
	r := Response{Type: q.Type}
	switch q.Type {
	case Single, TrueFalse:
		r.Choice = q.Key.Choices[0]
	case Multiple, Labelling:
		r.Choices = slices.Sorted(slices.Values(q.Key.Choices))
	case Blank:
		for _, accepted := range q.Key.Gaps {
			r.Blanks = append(r.Blanks, written(accepted[0]))
		}
	case Judgement:
		for _, g := range q.Key.Grades {
			if g.Grade == Green {
				r.Choice = g.Option
			}
		}
	case Matching:
		r.Matches = slices.Clone(q.Key.Choices)
	case Ordering:
		r.Order = slices.Clone(q.Key.Choices)
	default:
		return Response{}
	}
	return r
}

// WrongResponse is a response that earns nothing; the zero Response where every answer earns something, and for what
// people mark.
func WrongResponse(q Question) Response {
	r := Response{Type: q.Type}
	others := slices.DeleteFunc(q.Shape().OptionIDs, func(id string) bool { return slices.Contains(q.Key.Choices, id) })
	switch q.Type {
	case Single:
		r.Choice = first(others)
	case TrueFalse:
		r.Choice = map[string]string{"true": "false", "false": "true"}[q.Key.Choices[0]]
	case Multiple, Labelling:
		r.Choices = others[:min(1, len(others))]
	case Blank:
		for range q.Key.Gaps {
			r.Blanks = append(r.Blanks, "不对")
		}
	case Judgement:
		for _, g := range q.Key.Grades {
			if g.Grade == Red {
				r.Choice = g.Option
			}
		}
	case Matching:
		for _, right := range q.Key.Choices {
			r.Matches = append(r.Matches, first(slices.DeleteFunc(q.Shape().OptionIDs, func(id string) bool { return id == right })))
		}
	case Ordering:
		r.Order = slices.Clone(q.Key.Choices)
		slices.Reverse(r.Order)
	}
	if !r.Answered() {
		return Response{}
	}
	return r
}

// written is an accepted text as an examinee would write it: of a number its value, which stands before the "±".
func written(accepted string) string {
	if n, ok := ParseNumber(accepted); ok {
		return n.Value.FloatString(decimals(accepted))
	}
	return accepted
}

func decimals(number string) (n int) {
	point := false
	for _, r := range Fold(number) {
		switch {
		case r == '±':
			return n
		case r == '.':
			point = true
		case point && r >= '0' && r <= '9':
			n++
		}
	}
	return n
}

func first(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}
