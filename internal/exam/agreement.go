package exam

import (
	"slices"

	"github.com/peikao/peikao/internal/score"
)

// Agreement is what the marks that several markers gave one answer come to.
type Agreement struct {
	Done   bool
	Wanted int // markers that the answer needs after all
	Mark   score.Hundredths
}

// Agree decides an answer of points by the marks so far, one a marker. One marker decides alone. Two decide by their mean,
// unless they are more than gapPercent of the points apart: then a third is asked, and the mean of the two that are nearest to
// each other decides, of two equally near pairs the higher. Means are floored to the hundredth, once.
func Agree(points score.Hundredths, markers, gapPercent int, marks []score.Hundredths) Agreement {
	switch {
	case len(marks) < markers:
		return Agreement{Wanted: markers}
	case markers == 1:
		return Agreement{Done: true, Wanted: 1, Mark: marks[0]}
	case len(marks) == 2 && apart(marks[0], marks[1])*100 > score.Hundredths(gapPercent)*points:
		return Agreement{Wanted: 3}
	case len(marks) == 2:
		return Agreement{Done: true, Wanted: 2, Mark: mean(marks[0], marks[1])}
	}
	m := slices.Sorted(slices.Values(marks[:3]))
	low, high := mean(m[0], m[1]), mean(m[1], m[2])
	if apart(m[0], m[1]) < apart(m[1], m[2]) {
		return Agreement{Done: true, Wanted: 3, Mark: low}
	}
	return Agreement{Done: true, Wanted: 3, Mark: high}
}

func apart(a, b score.Hundredths) score.Hundredths { return max(a, b) - min(a, b) }
func mean(a, b score.Hundredths) score.Hundredths  { return (a + b) / 2 }
