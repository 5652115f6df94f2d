package itemstat

import "github.com/peikao/peikao/questionbank"

// guessPoints are divisible by what partial marks are divided by.
const guessPoints = 1_000_000

// Guess is the random guess score (Moodle quiz statistics): the mean mark, in per cent, of whoever chooses blindly, each
// possible answer being as probable as any other; unknown for questions that nobody can answer by choosing.
func Guess(q questionbank.Question) Figure {
	var answers []questionbank.Response
	switch q.Type {
	case questionbank.TrueFalse:
		answers = []questionbank.Response{{Type: q.Type, Choice: "true"}, {Type: q.Type, Choice: "false"}}
	case questionbank.Single:
		for _, o := range q.Options {
			answers = append(answers, questionbank.Response{Type: q.Type, Choice: o.ID})
		}
	case questionbank.Multiple:
		for set := 1; set < 1<<min(len(q.Options), questionbank.MaxOptions); set++ {
			r := questionbank.Response{Type: q.Type}
			for i, o := range q.Options {
				if set>>i&1 == 1 {
					r.Choices = append(r.Choices, o.ID)
				}
			}
			answers = append(answers, r)
		}
	}
	if len(answers) == 0 {
		return Figure{}
	}
	total := int64(0)
	for _, r := range answers {
		total += questionbank.Mark(q, guessPoints, r)
	}
	return known(100 * float64(total) / guessPoints / float64(len(answers)))
}
