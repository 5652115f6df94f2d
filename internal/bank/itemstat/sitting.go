package itemstat

import (
	"cmp"
	"slices"
)

// Sitting is one person's marked attempt; scores and totals are hundredths of a point.
type Sitting struct {
	Score, Total int64
	Answers      []Answer
}

// NoChoice is the option of whoever left a choice question empty.
const NoChoice = ""

// Untimed is the time of an answer that nobody can tell.
const Untimed = -1

// Answer is what a sitting earned at one question version. Choices are the options chosen, NoChoice for an empty answer, nil
// for a question without options and where nobody can tell them. Seconds may be Untimed.
type Answer struct {
	Version      int64
	Mark, Points int64
	Choices      []string
	Seconds      int
}

// fraction is the share of the points that was earned.
func (a Answer) fraction() float64 { return float64(a.Mark) / float64(a.Points) }

// rest is the share of all other points of the sitting that was earned; 0 where there are none.
func (s Sitting) rest(a Answer) float64 {
	if s.Total <= a.Points {
		return 0
	}
	return float64(s.Score-a.Mark) / float64(s.Total-a.Points)
}

// third says in which part of the sittings one stands by its score.
type third int

const (
	lower third = iota
	middle
	upper
)

// thirds are the sittings' parts: ⌊n/3⌋ with the lowest share of their total are lower, ⌊n/3⌋ with the highest are upper.
// Equal ones stand in the order in which they were given. T. L. Kelley (J. Educ. Psychol. 30, 1939, 17) takes 27 %; of few people a
// third has more to show.
func thirds(sittings []Sitting) []third {
	order := make([]int, len(sittings))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(sittings[a].Score*sittings[b].Total, sittings[b].Score*sittings[a].Total)
	})
	out := make([]third, len(sittings))
	part := len(sittings) / 3
	for place, i := range order {
		switch {
		case place < part:
			out[i] = lower
		case place >= len(order)-part:
			out[i] = upper
		default:
			out[i] = middle
		}
	}
	return out
}
