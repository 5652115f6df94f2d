package demo

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

const (
	difficultyStep = 0.7  // of ability, for one step of difficulty
	blankChance    = 0.02 // of leaving a question out
	halfChance     = 0.5  // of a wrong multiple choice being half of the right one
	abilityStep    = 0.04 // by which a sheet that does not fit moves the ability for the next one
	mostDraws      = 2000
)

// asked is a question of a sheet with what it is worth.
type asked struct {
	question questionbank.Question
	points   score.Hundredths
}

// span is a range of percentages, in hundredths: low included, high excluded.
type span struct{ low, high score.Hundredths }

func (s span) holds(percent score.Hundredths) bool { return percent >= s.low && percent < s.high }

// chance is the probability of a right answer (see the package comment).
func chance(ability float64, difficulty int) float64 {
	return 1 / (1 + math.Exp(-(ability - difficultyStep*float64(difficulty-3))))
}

// answer draws the responses of somebody with an ability to a sheet, such that they earn a percentage inside want; ok is false
// when no draw did.
func answer(random *rand.Rand, sheet []asked, ability float64, want span) (out []questionbank.Response, ok bool) {
	for range mostDraws {
		out = drawSheet(random, sheet, ability)
		percent := percentOf(sheet, out)
		switch {
		case want.holds(percent):
			return out, true
		case percent < want.low:
			ability += abilityStep
		default:
			ability -= abilityStep
		}
	}
	return out, false
}

func drawSheet(random *rand.Rand, sheet []asked, ability float64) []questionbank.Response {
	out := make([]questionbank.Response, len(sheet))
	for i, a := range sheet {
		switch {
		case random.Float64() < blankChance:
		case random.Float64() < chance(ability, a.question.Difficulty):
			out[i] = questionbank.RightResponse(a.question)
		default:
			out[i] = wrong(random, a.question)
		}
	}
	return out
}

func percentOf(sheet []asked, responses []questionbank.Response) score.Hundredths {
	var earned, total score.Hundredths
	for i, a := range sheet {
		earned += score.Hundredths(questionbank.Mark(a.question, int64(a.points), responses[i]))
		total += a.points
	}
	return score.Percent(earned, total)
}

// wrong is a response that earns nothing, or a part of a multiple choice; choices are taken at random.
func wrong(random *rand.Rand, q questionbank.Question) questionbank.Response {
	switch q.Type {
	case questionbank.Single:
		others := otherOptions(q)
		return questionbank.Response{Type: q.Type, Choice: others[random.IntN(len(others))]}
	case questionbank.Multiple:
		return questionbank.Response{Type: q.Type, Choices: wrongChoices(random, q)}
	}
	return questionbank.WrongResponse(q)
}

// wrongChoices leaves one right option out, or takes a wrong one with it.
func wrongChoices(random *rand.Rand, q questionbank.Question) []string {
	chosen := slices.Sorted(slices.Values(q.Key.Choices))
	others := otherOptions(q)
	if len(others) == 0 || len(chosen) > 1 && random.Float64() < halfChance {
		at := random.IntN(len(chosen))
		return slices.Delete(chosen, at, at+1)
	}
	chosen[random.IntN(len(chosen))] = others[random.IntN(len(others))]
	slices.Sort(chosen)
	return chosen
}

// otherOptions are the ids of the options that are not in the key.
func otherOptions(q questionbank.Question) []string {
	var ids []string
	for _, o := range q.Options {
		if !slices.Contains(q.Key.Choices, o.ID) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}
