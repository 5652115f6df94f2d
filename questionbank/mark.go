package questionbank

import "slices"

// Mark is what the response earns, in hundredths of a point, 0 to points (also hundredths). It rounds down, once, here
// (see the package comment for the rules). A response of another type, a cleared one, and one that people mark, earns 0.
// It takes the question to be sound (Validate): of one that is not, it says only that the mark is within its bounds.
func Mark(q Question, points int64, r Response) int64 {
	if points <= 0 || r.Type != q.Type {
		return 0
	}
	switch q.Type {
	case Single, TrueFalse:
		if len(q.Key.Choices) == 1 && q.Key.Choices[0] == r.Choice {
			return points
		}
	case Multiple, Labelling:
		return markChoices(q, points, r.Choices)
	case Blank:
		return markEach(points, len(q.Key.Gaps), r.Blanks, func(i int, text string) bool { return Accepts(q.Key.Gaps[i], text) })
	case Matching:
		return markEach(points, len(q.Key.Choices), r.Matches, func(i int, id string) bool { return q.Key.Choices[i] == id })
	case Ordering:
		return markOrder(q.Key.Choices, points, r.Order)
	case Judgement:
		return markGrade(q, points, r.Choice)
	}
	return 0
}

// MissesRedLine reports whether the response to a red-line question (一票否决) crosses or does not show the line: a red
// reply to a judgement question, less than full marks at the other types, and no answer at all at any. A yellow reply
// loses marks and crosses nothing. Questions without RedLine, and those that people mark, have no line to miss.
func MissesRedLine(q Question, r Response) bool {
	switch {
	case !q.RedLine || q.Type.ByPeople():
		return false
	case q.Type == Judgement:
		grade := q.Key.Grade(r.Choice)
		return r.Type != Judgement || grade != Green && grade != Yellow
	}
	return Mark(q, 1, r) < 1 // of a single hundredth, a part is nothing
}

// markChoices marks a set of chosen ids by the question's policy.
func markChoices(q Question, points int64, choices []string) int64 {
	right, wrong := 0, 0
	for i, id := range choices {
		switch {
		case slices.Contains(choices[:i], id):
		case slices.Contains(q.Key.Choices, id):
			right++
		default:
			wrong++
		}
	}
	keys := len(q.Key.Choices)
	switch {
	case right == 0:
		return 0
	case right == keys && wrong == 0:
		return points
	case q.MultiplePolicy == PolicyNone:
		return 0
	case q.MultiplePolicy == PolicyPerOption:
		return markPerOption(points, right, keys, wrong, len(q.Shape().OptionIDs)-keys)
	case wrong > 0:
		return 0
	}
	return part(points, int64(q.partialPercent()), 100)
}

// markPerOption: right/keys of the points for the right choices less wrong/others for the wrong ones. So choosing
// everything and choosing nothing both earn nothing, and so does an id that is no option where all options are right.
func markPerOption(points int64, right, keys, wrong, others int) int64 {
	if wrong == 0 {
		return part(points, int64(right), int64(keys))
	}
	if others == 0 {
		return 0
	}
	return part(points, max(0, int64(right*others-wrong*keys)), int64(keys*others))
}

// markEach gives each of n places its share.
func markEach(points int64, n int, answers []string, isRight func(i int, answer string) bool) int64 {
	if n == 0 || len(answers) != n {
		return 0
	}
	right := int64(0)
	for i, answer := range answers {
		if isRight(i, answer) {
			right++
		}
	}
	return part(points, right, int64(n))
}

// markOrder counts pairs of options: each pair that stands in the key's order adds one, each that stands the other way
// round takes one. All pairs right earn all the points; half of them right, as by chance, or fewer, nothing.
func markOrder(key []string, points int64, order []string) int64 {
	if len(order) != len(key) || len(key) < 2 {
		return 0
	}
	place := make([]int, len(order)) // where each of the options shown stands in the key
	for i, id := range order {
		place[i] = slices.Index(key, id)
		if place[i] < 0 || slices.Contains(order[:i], id) {
			return 0
		}
	}
	balance, pairs := int64(0), int64(len(key)*(len(key)-1)/2)
	for i := range place {
		for _, later := range place[i+1:] {
			if place[i] < later {
				balance++
			} else {
				balance--
			}
		}
	}
	return part(points, max(0, balance), pairs)
}

func markGrade(q Question, points int64, choice string) int64 {
	switch q.Key.Grade(choice) {
	case Green:
		return points
	case Yellow:
		return part(points, int64(q.partialPercent()), 100)
	}
	return 0
}

func (q Question) partialPercent() int {
	if q.PartialPercent == 0 {
		return DefaultPartialPercent
	}
	return min(max(q.PartialPercent, 0), 100)
}

// part is points × n / of, rounded down, without overflow: 0 ≤ n ≤ of, of at most some thousands.
func part(points, n, of int64) int64 { return points/of*n + points%of*n/of }

// Accepts reports whether the text is one of the accepted texts after Fold, or a number that one of them accepts. An
// empty text never is.
func Accepts(accepted []string, text string) bool {
	text = Fold(text)
	return text != "" && slices.ContainsFunc(accepted, func(a string) bool {
		if Fold(a) == text {
			return true
		}
		n, ok := ParseNumber(a)
		return ok && n.Accepts(text)
	})
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
	return part(points, min(parts, 10_000), 10_000)
}
