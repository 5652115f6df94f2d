package questionbank

import "slices"

// Mark is what the response earns, in hundredths of a point, 0 to points (also hundredths). It reads the question's
// Type, Key and MultiplePolicy alone, so a frozen key is enough to mark with. It rounds down, once, here (see the
// package comment for the rules). A response of another type, a cleared one, and one that people mark, earns 0.
func Mark(q Question, points int64, r Response) int64 {
	if points <= 0 || r.Type != q.Type {
		return 0
	}
	switch q.Type {
	case Single, TrueFalse:
		if len(q.Key.Choices) == 1 && q.Key.Choices[0] == r.Choice {
			return points
		}
	case Multiple:
		return markMultiple(q, points, r.Choices)
	case Blank:
		return markBlank(q.Key.Gaps, points, r.Blanks)
	}
	return 0
}

func markMultiple(q Question, points int64, choices []string) int64 {
	chosen := make(map[string]bool, len(choices))
	for _, id := range choices {
		if !slices.Contains(q.Key.Choices, id) {
			return 0
		}
		chosen[id] = true
	}
	switch {
	case len(chosen) == 0:
		return 0
	case len(chosen) == len(q.Key.Choices):
		return points
	case q.MultiplePolicy == PolicyNone:
		return 0
	}
	return points / PartialDivisor
}

func markBlank(gaps [][]string, points int64, blanks []string) int64 {
	if len(gaps) == 0 || len(blanks) != len(gaps) {
		return 0
	}
	right := int64(0)
	for i, accepted := range gaps {
		if Accepts(accepted, blanks[i]) {
			right++
		}
	}
	n := int64(len(gaps))
	return points/n*right + points%n*right/n // points × right / n without overflow
}

// Accepts reports whether text is one of the accepted texts after Fold. An empty text never is.
func Accepts(accepted []string, text string) bool {
	text = Fold(text)
	return text != "" && slices.ContainsFunc(accepted, func(a string) bool { return Fold(a) == text })
}

// MarkByRubric is what an answer earns that a marker gave the criteria's parts in given (percent of each criterion, 0 to
// 100, in the rubric's order), in hundredths of a point: rounded down, once, over the sum.
func MarkByRubric(rubric []Criterion, points int64, given []int) int64 {
	if points <= 0 || len(given) != len(rubric) {
		return 0
	}
	parts := int64(0) // hundredths of a percent
	for i, c := range rubric {
		parts += int64(c.Percent) * int64(min(max(given[i], 0), 100))
	}
	return points * min(parts, 10_000) / 10_000
}
