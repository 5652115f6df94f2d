package itemstat

import (
	"math"
	"slices"
)

// Paper are the statistics of an exam's scores, in per cent of the total.
type Paper struct {
	N      int    `json:"n"`
	Mean   Figure `json:"mean"`
	Median Figure `json:"median"`
	SD     Figure `json:"sd"`
	// Skewness and Kurtosis have no unit; kurtosis is 0 for a normal distribution.
	Skewness Figure `json:"skewness"`
	Kurtosis Figure `json:"kurtosis"`
	// Consistency is the coefficient of internal consistency (Cronbach's alpha); it and the two that come of it are known only
	// where everybody had the same questions for the same points.
	Consistency   Figure `json:"consistency"`
	ErrorRatio    Figure `json:"error_ratio"`
	StandardError Figure `json:"standard_error"` // in per cent of the total
	// Negative are the questions whose mark goes against the total; they have no effective weight.
	Negative []int64 `json:"negative,omitempty"`
	// Bins count the scores: 0 up to 10 %, …, 90 up to 100 %, the full score in the last.
	Bins [10]int `json:"bins"`
}

// weight is a question's effective weight, a share of 1.
type weight struct {
	weight   Figure
	negative bool
}

// ofPaper computes:
//
//   - skewness k₃ / k₂^(3/2) and kurtosis k₄ / k₂², from k₂ = n m₂/(n−1), k₃ = n² m₃/((n−1)(n−2)) and
//     k₄ = n² ((n+1) m₄ − 3(n−1) m₂²)/((n−1)(n−2)(n−3)), m_i being the central moments;
//   - coefficient of internal consistency CIC = 100 P/(P−1) (1 − Σ_p V(x_p)/V(T));
//   - error ratio ER = 100 √(1 − CIC/100); standard error SE = ER/100 · SD.
func ofPaper(sittings []Sitting) (Paper, map[int64]weight) {
	out := Paper{N: len(sittings)}
	if out.N == 0 {
		return out, nil
	}
	scores := make([]float64, out.N)
	for i, s := range sittings {
		scores[i] = 100 * float64(s.Score) / float64(s.Total)
		out.Bins[min(9, int(10*s.Score/s.Total))]++
	}
	out.Mean, out.Median = known(mean(scores)), known(median(scores))
	if out.N > 1 {
		out.SD = known(math.Sqrt(products(scores, scores) / float64(out.N-1)))
	}
	out.Skewness, out.Kurtosis = shape(scores)
	marks, same := sameQuestions(sittings)
	if !same {
		return out, nil
	}
	out.consistency(marks, sittings)
	weights := effective(marks, sittings)
	for version, w := range weights {
		if w.negative {
			out.Negative = append(out.Negative, version)
		}
	}
	slices.Sort(out.Negative)
	return out, weights
}

func median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return (sorted[(len(v)-1)/2] + sorted[len(v)/2]) / 2
}

// shape is skewness and kurtosis.
func shape(v []float64) (skewness, kurtosis Figure) {
	n, m := float64(len(v)), mean(v)
	var m2, m3, m4 float64
	for _, x := range v {
		d := x - m
		m2, m3, m4 = m2+d*d/n, m3+d*d*d/n, m4+d*d*d*d/n
	}
	if m2 < rounding {
		return Figure{}, Figure{}
	}
	k2 := n * m2 / (n - 1)
	if n > 2 {
		skewness = known(n * n * m3 / ((n - 1) * (n - 2)) / math.Pow(k2, 1.5))
	}
	if n > 3 {
		kurtosis = known(n * n * ((n+1)*m4 - 3*(n-1)*m2*m2) / ((n - 1) * (n - 2) * (n - 3)) / (k2 * k2))
	}
	return skewness, kurtosis
}

// sameQuestions gives the marks of each question in the order of the sittings, when all have the same ones for the same points.
func sameQuestions(sittings []Sitting) (marks map[int64][]float64, same bool) {
	points, whole := map[int64]int64{}, int64(0)
	for _, a := range sittings[0].Answers {
		points[a.Version] = a.Points
		whole += a.Points
	}
	if whole != sittings[0].Total {
		return nil, false
	}
	marks = make(map[int64][]float64, len(points))
	for _, s := range sittings {
		if len(s.Answers) != len(points) || s.Total != sittings[0].Total {
			return nil, false
		}
		for _, a := range s.Answers {
			if p, ok := points[a.Version]; !ok || p != a.Points {
				return nil, false
			}
			marks[a.Version] = append(marks[a.Version], float64(a.Mark))
		}
	}
	return marks, true
}

func totals(sittings []Sitting) []float64 {
	out := make([]float64, len(sittings))
	for i, s := range sittings {
		out[i] = float64(s.Score)
	}
	return out
}

func (p *Paper) consistency(marks map[int64][]float64, sittings []Sitting) {
	t := totals(sittings)
	whole, parts, questions := products(t, t), 0.0, float64(len(marks))
	for _, m := range marks {
		parts += products(m, m)
	}
	if whole <= 0 || questions < 2 {
		return
	}
	alpha := questions / (questions - 1) * (1 - parts/whole)
	ratio := math.Sqrt(max(0, 1-alpha)) // alpha is 1 at most, but for the rounding
	p.Consistency, p.ErrorRatio, p.StandardError = known(100*alpha), known(100*ratio), known(ratio*p.SD.Value)
}

// effective are the questions' effective weights, as shares of 1. One that goes against the total has none.
func effective(marks map[int64][]float64, sittings []Sitting) map[int64]weight {
	t, roots, total := totals(sittings), make(map[int64]float64, len(marks)), 0.0
	for version, m := range marks {
		with := products(m, t)
		roots[version] = math.Copysign(math.Sqrt(math.Abs(with)), with)
		total += max(0, roots[version])
	}
	out := make(map[int64]weight, len(marks))
	for version, root := range roots {
		switch {
		case root < 0:
			out[version] = weight{negative: true}
		case total > 0:
			out[version] = weight{weight: known(root / total)}
		}
	}
	return out
}
