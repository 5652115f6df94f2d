package exam

import (
	"cmp"
	"math"
	"slices"
)

// How much alike the wrong answers of two people are.
//
// Right answers are alike because people know them; wrong ones need a reason. So only questions that both of a pair answered
// wrong are looked at (n), and how many of those they answered with the same wrong answer is counted (m): the "exact errors in
// common" among the "errors in common" of Harpp and Hogan (J. Chem. Educ. 70, 1993, 306). Their ratio has no probability, so
// the count is judged as in the generalised binomial test (van der Linden and Sotaridona, J. Educ. Behav. Stat. 31, 2006, 283):
// if two people answer independently, they agree on question q with a probability p(q), and m is Poisson-binomial over the p(q)
// of the n questions. P is the probability of m or more.
//
// p(q) is estimated from the exam itself: the sum over the wrong answers of the square of each one's share among all who were
// wrong there, as Wesolowsky takes the shares of wrong options from the class (J. Appl. Stat. 27, 2000, 909). The pair itself is
// among them, and each wrong answer and one that nobody gave counts once more (Laplace), so that few people and tempting wrong
// options make the test more cautious. Every pair is compared, so P is multiplied by their number (Bonferroni, as Wesolowsky).
//
// What it does not see: people who copied only right answers, and an answer sheet that most of the room had. What it cannot
// tell: who copied from whom, and whether two were taught the same mistake. It is evidence for people; floats decide nothing
// here, no mark depends on them.

const (
	// SimilarBelow is the adjusted probability under which a pair is shown.
	SimilarBelow = 1e-4
	// MaxSimilarPeople bounds what is compared on demand: half a million pairs.
	MaxSimilarPeople = 1000
)

// WrongAnswers are the wrong answers of one person by question: question → answer in canonical form.
type WrongAnswers map[VersionID]string

// SimilarPair is two people, by their places in the list, with an improbable number of wrong answers in common.
type SimilarPair struct {
	A, B      int
	BothWrong int     // n: questions that both answered wrong
	Identical int     // m: with the same wrong answer
	Expected  float64 // of m, if they answered independently
	P         float64 // of m or more
	Adjusted  float64 // P times the number of pairs, at most 1
}

// Similar finds the pairs below SimilarBelow, the least probable first, and tells how many pairs it compared.
func Similar(people []WrongAnswers) (found []SimilarPair, compared int) {
	agree, given := chances(people)
	compared = len(people) * (len(people) - 1) / 2
	for a := range given {
		for b := a + 1; b < len(given); b++ {
			if pair, ok := comparePair(given[a], given[b], agree, compared); ok {
				pair.A, pair.B = a, b
				found = append(found, pair)
			}
		}
	}
	slices.SortStableFunc(found, func(x, y SimilarPair) int { return cmp.Compare(x.P, y.P) })
	return found, compared
}

// chances numbers questions and answers: agree[q] is p(q), given[person][q] the number of the wrong answer, 0 for none.
func chances(people []WrongAnswers) (agree []float64, given [][]int32) {
	questions := map[VersionID]int{}
	var numbers []map[string]int32 // by question: answer → its number, from 1
	var counts [][]int             // by question and number - 1
	given = make([][]int32, len(people))
	for i, person := range people {
		for q, answer := range person {
			at, ok := questions[q]
			if !ok {
				at = len(numbers)
				questions[q], numbers, counts = at, append(numbers, map[string]int32{}), append(counts, nil)
			}
			n := numbers[at][answer]
			if n == 0 {
				counts[at] = append(counts[at], 0)
				n = int32(len(counts[at]))
				numbers[at][answer] = n
			}
			counts[at][n-1]++
			for len(given[i]) <= at {
				given[i] = append(given[i], 0)
			}
			given[i][at] = n
		}
	}
	agree = make([]float64, len(counts))
	for q, answers := range counts {
		total := float64(len(answers) + 1)
		for _, c := range answers {
			total += float64(c)
		}
		agree[q] = 1 / (total * total)
		for _, c := range answers {
			share := float64(c+1) / total
			agree[q] += share * share
		}
	}
	return agree, given
}

// comparePair judges one pair. Most pairs end at the bound: that m or more questions agree is at least as probable as that these
// m do, whatever the others.
func comparePair(a, b []int32, agree []float64, pairs int) (SimilarPair, bool) {
	var out SimilarPair
	bound := float64(pairs)
	for q := range min(len(a), len(b)) {
		if a[q] == 0 || b[q] == 0 {
			continue
		}
		out.BothWrong++
		out.Expected += agree[q]
		if a[q] == b[q] {
			out.Identical++
			bound *= agree[q]
		}
	}
	if bound >= SimilarBelow || float64(out.Identical) <= out.Expected {
		return out, false
	}
	chances := make([]float64, 0, out.BothWrong)
	for q := range min(len(a), len(b)) {
		if a[q] != 0 && b[q] != 0 {
			chances = append(chances, agree[q])
		}
	}
	out.P = atLeast(out.Identical, chances)
	out.Adjusted = math.Min(1, out.P*float64(pairs))
	return out, out.Adjusted < SimilarBelow
}

// atLeast is the probability of m or more successes in independent trials with these chances (Poisson-binomial), summed from the
// small terms so that a tiny probability is not lost in 1 - x.
func atLeast(m int, chances []float64) float64 {
	if m <= 0 {
		return 1
	}
	if m > len(chances) {
		return 0
	}
	exactly := make([]float64, len(chances)+1)
	exactly[0] = 1
	for n, p := range chances {
		for k := n + 1; k > 0; k-- {
			exactly[k] = exactly[k]*(1-p) + exactly[k-1]*p
		}
		exactly[0] *= 1 - p
	}
	var out float64
	for k := len(chances); k >= m; k-- {
		out += exactly[k]
	}
	return math.Min(1, out)
}
