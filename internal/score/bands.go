package score

import (
	"errors"
	"fmt"
)

// Band is the grade of a knowledge exam (C43).
type Band string

// The bands of C43, best first.
const (
	Excellent Band = "excellent" // 优秀
	Good      Band = "good"      // 良好
	Pass      Band = "pass"      // 合格
	Fail      Band = "fail"      // 不合格
)

// Edge is the lowest percentage that still earns the band; the edge itself belongs to the band.
type Edge struct {
	Band Band       `json:"band"`
	From Hundredths `json:"from"`
}

// Bands is the table of edges, highest first, the last one at 0. It is the body of the policy "bands".
type Bands struct {
	Edges []Edge `json:"edges"`
	// PassFrom is the percentage below which a retake is owed (C51): 60.00.
	PassFrom Hundredths `json:"pass_from"`
}

// DefaultBands is C43 as N01 reads it: [90,100] [70,90) [60,70) [0,60), pass at 60.
func DefaultBands() Bands {
	return Bands{
		Edges:    []Edge{{Excellent, Whole(90)}, {Good, Whole(70)}, {Pass, Whole(60)}, {Fail, 0}},
		PassFrom: Whole(60),
	}
}

// Validate reports a table that would leave a percentage without a band or let a better score earn a worse one.
func (b Bands) Validate() error {
	if len(b.Edges) == 0 {
		return errors.New("score: a band table needs an edge")
	}
	for i, e := range b.Edges {
		if e.Band == "" || e.From < 0 || e.From > Whole(100) {
			return fmt.Errorf("score: edge %d: a band and a percentage from 0 to 100 are needed", i+1)
		}
		if i > 0 && e.From >= b.Edges[i-1].From {
			return fmt.Errorf("score: edge %d is not below the one before it", i+1)
		}
	}
	if b.Edges[len(b.Edges)-1].From != 0 {
		return errors.New("score: the last edge must be 0")
	}
	if b.PassFrom < 0 || b.PassFrom > Whole(100) {
		return errors.New("score: the pass edge lies between 0 and 100")
	}
	return nil
}

// Of is the band of score out of total, both in hundredths of a point. A total of 0 has nothing to be judged by and
// earns the lowest band.
func (b Bands) Of(score, total Hundredths) Band {
	for _, e := range b.Edges {
		if reaches(score, total, e.From) {
			return e.Band
		}
	}
	return b.Edges[len(b.Edges)-1].Band
}

// Passed reports whether score out of total reaches the pass edge.
func (b Bands) Passed(score, total Hundredths) bool { return reaches(score, total, b.PassFrom) }

// LeastPass is the band of a score that just passes.
func (b Bands) LeastPass() Band { return b.Of(b.PassFrom, Whole(100)) }

// Lowest is the band at 0.
func (b Bands) Lowest() Band { return b.Edges[len(b.Edges)-1].Band }

// Worse is the lower one of two bands of the table.
func (b Bands) Worse(x, y Band) Band {
	for _, e := range b.Edges {
		if e.Band == x {
			return y
		}
		if e.Band == y {
			return x
		}
	}
	return b.Lowest()
}

// reaches is mark × 100 ≥ edge × total in integers (decision 23); the edge carries two decimals, hence 10,000.
func reaches(score, total, edge Hundredths) bool {
	return total > 0 && int64(score)*10_000 >= int64(edge)*int64(total)
}

// Percent is score out of total in hundredths of a percent, truncated (never rounded up). A total of 0 gives 0.
func Percent(score, total Hundredths) Hundredths {
	if total <= 0 {
		return 0
	}
	return Hundredths(int64(score) * 10_000 / int64(total))
}
