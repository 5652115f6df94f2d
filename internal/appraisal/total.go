package appraisal

import (
	"github.com/peikao/peikao/internal/score"
)

// Line is one indicator on a sheet. While Missing, Raw and Score say nothing.
type Line struct {
	Indicator string           `json:"indicator"`
	Missing   bool             `json:"missing,omitempty"`
	Raw       score.Hundredths `json:"raw"`
	Score     score.Hundredths `json:"score"`
	Band      score.Band       `json:"band,omitempty"` // of the score, by the scheme's grade table (C44)
	Facts     []FactID         `json:"facts,omitempty"`
}

// Computed is what the facts come to under a scheme.
type Computed struct {
	Lines   []Line           `json:"lines"`
	Missing []string         `json:"missing,omitempty"` // keys, in the scheme's order
	Known   bool             `json:"known"`             // there is at least one number
	Total   score.Hundredths `json:"total"`
	Grade   score.Band       `json:"grade,omitempty"` // "" while something is missing
}

// Provisional tells that the total rests on a part of the weights only.
func (c Computed) Provisional() bool { return len(c.Missing) > 0 }

// Line is the line of an indicator.
func (c Computed) Line(indicator string) Line {
	for _, l := range c.Lines {
		if l.Indicator == indicator {
			return l
		}
	}
	return Line{Indicator: indicator, Missing: true}
}

// Compute is the whole rule: facts → scores → weighted total → grade.
//
//	total = ⌊ Σ dimension weight × indicator weight × score / Σ dimension weight × indicator weight ⌋
//
// over the indicators that have a number; the sums are whole numbers and the division at the end is the only one. With all
// indicators there the divisor is 100 % × 100 %. The grade compares the total with edges of two decimals, so cutting the
// total to 0.01 before changes no grade.
func Compute(s Scheme, facts []Fact) Computed {
	var c Computed
	var sum, weights int64
	for _, d := range s.Dimensions {
		for _, i := range d.Indicators {
			r, ok := Read(i, facts)
			if !ok {
				c.Missing = append(c.Missing, i.Key)
				c.Lines = append(c.Lines, Line{Indicator: i.Key, Missing: true})
				continue
			}
			points := i.Scale.Score(r.Raw)
			weight := int64(d.Weight) * int64(i.Weight)
			sum += weight * int64(points)
			weights += weight
			c.Lines = append(c.Lines, Line{Indicator: i.Key, Raw: r.Raw, Score: points, Band: s.Grades.Of(points, full), Facts: r.Facts})
		}
	}
	if weights > 0 {
		c.Known, c.Total = true, score.Hundredths(sum/weights)
	}
	if c.Known && !c.Provisional() {
		c.Grade = s.Grades.Of(c.Total, full)
	}
	return c
}

// Share is what an indicator can bring to the total at most, in hundredths of a point, cut for the eye.
func Share(d Dimension, i Indicator) score.Hundredths {
	return score.Hundredths(int64(d.Weight) * int64(i.Weight) / int64(full))
}

// DimensionScore is a dimension's own score, cut for the eye; ok is false while one of its indicators is missing.
func DimensionScore(d Dimension, c Computed) (score.Hundredths, bool) {
	var sum int64
	for _, i := range d.Indicators {
		l := c.Line(i.Key)
		if l.Missing {
			return 0, false
		}
		sum += int64(i.Weight) * int64(l.Score)
	}
	return score.Hundredths(sum / int64(full)), true
}
