package itemstat

import (
	"slices"

	"github.com/peikao/peikao/questionbank"
)

const (
	// guessPoints are divisible by what partial marks are divided by.
	guessPoints = 1_000_000
	// maxGuesses bounds the sets of choices that are marked one by one: those of ten.
	maxGuesses = 1 << 10
)

// Guess is the random guess score ("Position statistics" in Moodle's document): the mean mark, in per cent, of whoever chooses blindly,
// each possible answer being as probable as any other; unknown for questions that nobody can answer by choosing, and where the
// answers are too many to mark. Moodle does not try it where several may be chosen; here each set of options but the empty one counts.
func Guess(q questionbank.Question) Figure {
	if q.Type == questionbank.Matching {
		return known(100 / float64(len(q.Options))) // each row earns its part by itself; none without options
	}
	answers := guesses(q)
	if len(answers) == 0 {
		return Figure{}
	}
	total := int64(0)
	for _, r := range answers {
		total += questionbank.Mark(q, guessPoints, r)
	}
	return known(100 * float64(total) / guessPoints / float64(len(answers)))
}

// guesses are all answers that say anything.
func guesses(q questionbank.Question) []questionbank.Response {
	ids := OptionIDs(q)
	var out []questionbank.Response
	if !many(q.Type) {
		for _, id := range ids {
			out = append(out, questionbank.Response{Type: q.Type, Choice: id})
		}
		return out
	}
	if 1<<len(ids) > maxGuesses {
		return nil
	}
	for set := 1; set < 1<<len(ids); set++ {
		r := questionbank.Response{Type: q.Type}
		for i, id := range ids {
			if set>>i&1 == 1 {
				r.Choices = append(r.Choices, id)
			}
		}
		out = append(out, r)
	}
	return out
}

// many tells whether an answer may choose several options.
func many(t questionbank.Type) bool {
	return t == questionbank.Multiple || t == questionbank.Labelling
}

// OptionIDs are what the answer to a question is chosen from, nil for one that is not answered by choosing.
func OptionIDs(q questionbank.Question) []string {
	switch q.Type {
	case questionbank.Single, questionbank.Multiple, questionbank.Judgement, questionbank.Labelling:
		return q.Shape().OptionIDs
	case questionbank.TrueFalse:
		return []string{"true", "false"}
	}
	return nil
}

// rightIDs are the options of the key; of a judgement question the green replies.
func rightIDs(q questionbank.Question) []string {
	if q.Type != questionbank.Judgement {
		return q.Key.Choices
	}
	return slices.DeleteFunc(OptionIDs(q), func(id string) bool { return q.Key.Grade(id) != questionbank.Green })
}
