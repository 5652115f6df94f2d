package itemstat

import (
	"encoding/binary"
	"maps"
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
	// Consistency is the coefficient of internal consistency (Cronbach's alpha). It is of one form: of parallel forms it is the mean
	// over the people, and where somebody had a paper of their own (a form with fewer than MinPeople) there is none.
	Consistency   Figure `json:"consistency"`
	ErrorRatio    Figure `json:"error_ratio"`
	StandardError Figure `json:"standard_error"` // in per cent of the total
	// Negative are the questions whose mark goes against the total; they have no effective weight.
	Negative []int64 `json:"negative,omitempty"`
	// Bins count the scores: 0 up to 10 %, …, 90 up to 100 %, the full score in the last.
	Bins [10]int `json:"bins"`
}

// weight is a question's effective weight, a share of 1, times the people who had it in a form in which it has one.
type weight struct {
	sum      float64
	n        int
	negative bool // in a form
}

func (w weight) add(o weight) weight {
	return weight{w.sum + o.sum, w.n + o.n, w.negative || o.negative}
}

// ofPaper computes, by the sections of "Test statistics" in Moodle's document:
//
//   - "Average", "Median" and "Standard deviation": the mean, the middle and √V(T), in per cent of the total;
//   - "Skewness and kurtosis": k₃ / k₂^(3/2) and k₄ / k₂², from k₂ = n m₂/(n−1), k₃ = n² m₃/((n−1)(n−2)) and
//     k₄ = n² ((n+1) m₄ − 3(n−1) m₂²)/((n−1)(n−2)(n−3)), m_i being the central moments;
//   - "Coefficient of internal consistency": CIC = 100 P/(P−1) (1 − Σ_p V(x_p)/V(T)), P being the questions that have points;
//   - "Error ratio": ER = 100 √(1 − CIC/100); "Standard error": SE = ER/100 · SD.
//
// What would be divided by nothing is none: the deviation of one score, the skewness of two, the kurtosis of three, the consistency of
// one question or of equal scores.
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
	out.SD = known(math.Sqrt(products(scores, scores) / float64(out.N-1)))
	out.Skewness, out.Kurtosis = shape(scores)
	groups, weights, alphas := forms(sittings), map[int64]weight{}, 0.0
	whole := true
	for _, g := range groups {
		marks, sound := marksOf(g)
		if !sound || len(groups) > 1 && len(g) < MinPeople {
			whole = false
			continue
		}
		alpha := consistency(marks, g)
		whole, alphas = whole && alpha.Known, alphas+alpha.Value*float64(len(g))
		for version, w := range effective(marks, g) {
			weights[version] = weights[version].add(w)
		}
	}
	if whole {
		alpha := alphas / float64(out.N)
		ratio := math.Sqrt(max(0, 1-alpha)) // alpha is 1 at most, but for the rounding
		out.Consistency, out.ErrorRatio, out.StandardError = known(100*alpha), known(100*ratio), known(ratio*out.SD.Value)
	}
	for version, w := range weights {
		if w.negative {
			out.Negative = append(out.Negative, version)
		}
	}
	slices.Sort(out.Negative)
	return out, weights
}

// forms puts those together who had the same questions for the same points, in the order in which the forms first come.
func forms(sittings []Sitting) [][]Sitting {
	var out [][]Sitting
	at := map[string]int{}
	var pairs [][2]int64
	for _, s := range sittings {
		pairs = pairs[:0]
		for _, a := range s.Answers {
			if a.Points > 0 {
				pairs = append(pairs, [2]int64{a.Version, a.Points})
			}
		}
		slices.SortFunc(pairs, func(a, b [2]int64) int { return slices.Compare(a[:], b[:]) })
		var key []byte
		for _, p := range pairs {
			key = binary.AppendVarint(binary.AppendVarint(key, p[0]), p[1])
		}
		form, ok := at[string(key)]
		if !ok {
			form = len(out)
			at[string(key)], out = form, append(out, nil)
		}
		out[form] = append(out[form], s)
	}
	return out
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
	skewness = known(n * n * m3 / ((n - 1) * (n - 2)) / math.Pow(k2, 1.5))
	kurtosis = known(n * n * ((n+1)*m4 - 3*(n-1)*m2*m2) / ((n - 1) * (n - 2) * (n - 3)) / (k2 * k2))
	return skewness, kurtosis
}

// marksOf gives the marks of each question of a form that has points, in the order of its sittings. sound is false where the points do not
// come to the total of each sitting, and where a question comes twice.
func marksOf(form []Sitting) (marks map[int64][]float64, sound bool) {
	whole, questions := int64(0), 0
	for _, a := range form[0].Answers {
		if a.Points > 0 {
			whole, questions = whole+a.Points, questions+1
		}
	}
	marks = make(map[int64][]float64, len(form[0].Answers))
	for _, s := range form {
		if s.Total != whole {
			return nil, false
		}
		for _, a := range s.Answers {
			if a.Points > 0 {
				marks[a.Version] = append(marks[a.Version], float64(a.Mark))
			}
		}
	}
	return marks, len(marks) == questions
}

// inOrder are the questions, always in the same order: sums of floats depend on it.
func inOrder(marks map[int64][]float64) []int64 { return slices.Sorted(maps.Keys(marks)) }

func totals(sittings []Sitting) []float64 {
	out := make([]float64, len(sittings))
	for i, s := range sittings {
		out[i] = float64(s.Score)
	}
	return out
}

// consistency is Cronbach's alpha of one form, as a share of 1.
func consistency(marks map[int64][]float64, sittings []Sitting) Figure {
	t := totals(sittings)
	whole, parts, questions := products(t, t), 0.0, float64(len(marks))
	for _, version := range inOrder(marks) {
		parts += products(marks[version], marks[version])
	}
	return known(questions / (questions - 1) * (1 - parts/whole))
}

// effective are the questions' effective weights in one form ("Position statistics", effective question weight). One that goes against
// the total has none, and the others' are as if it had no points.
func effective(marks map[int64][]float64, sittings []Sitting) map[int64]weight {
	t, roots, total := totals(sittings), make(map[int64]float64, len(marks)), 0.0
	for _, version := range inOrder(marks) {
		with := products(marks[version], t)
		roots[version] = math.Copysign(math.Sqrt(math.Abs(with)), with)
		total += max(0, roots[version])
	}
	out := make(map[int64]weight, len(marks))
	for version, root := range roots {
		switch {
		case root < 0:
			out[version] = weight{negative: true}
		case total > 0:
			out[version] = weight{sum: root / total * float64(len(sittings)), n: len(sittings)}
		}
	}
	return out
}
