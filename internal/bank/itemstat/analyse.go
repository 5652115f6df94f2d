package itemstat

import (
	"math"
	"slices"
)

// observation is one answer among those of its question version.
type observation struct {
	answer *Answer
	x, y   float64
	weight float64 // points / total
	third  third
}

// Analyse computes an exam's paper statistics and, for each question version, its sums. Sittings without a total and answers
// without points count for nothing.
func Analyse(sittings []Sitting) (Paper, map[int64]Sums) {
	sittings = slices.DeleteFunc(slices.Clone(sittings), func(s Sitting) bool { return s.Total <= 0 })
	parts, byVersion := thirds(sittings), map[int64][]observation{}
	for i, s := range sittings {
		for at := range s.Answers {
			if a := &s.Answers[at]; a.Points > 0 {
				byVersion[a.Version] = append(byVersion[a.Version], observation{a, a.fraction(), s.rest(*a), float64(a.Points) / float64(s.Total), parts[i]})
			}
		}
	}
	paper, weights := ofPaper(sittings)
	out := make(map[int64]Sums, len(byVersion))
	for version, seen := range byVersion {
		sums := sum(seen)
		w := weights[version]
		if sums.Effective, sums.EffectiveN = w.sum, w.n; w.negative {
			sums.Negative = 1
		}
		out[version] = sums
	}
	return paper, out
}

// sum adds up the answers to one question version in one exam.
func sum(seen []observation) Sums {
	out := Sums{N: len(seen), Exams: 1, Times: Times{}}
	xs, ys := make([]float64, len(seen)), make([]float64, len(seen))
	for i, o := range seen {
		xs[i], ys[i] = o.x, o.y
		out.X, out.XX, out.Intended = out.X+o.x, out.XX+o.x*o.x, out.Intended+o.weight
		if o.third == upper {
			out.Upper++
		} else if o.third == lower {
			out.Lower++
		}
		if o.answer.Seconds >= 0 {
			out.Times[step(o.answer.Seconds)]++
		}
	}
	meanY := mean(ys)
	out.CXX, out.CYY, out.CXY = products(xs, xs), products(ys, ys), products(xs, ys)
	if out.Options = optionsOf(seen, meanY); len(out.Options) == 0 {
		out.Unseen = Answers{N: out.N, Exams: 1, Upper: out.Upper, Lower: out.Lower, CYY: out.CYY}
	}
	slices.Sort(xs)
	slices.Sort(ys)
	out.CMax = products(xs, ys)
	return out
}

// optionsOf counts what was chosen. A question has few options: they are found in a list quicker than in a map.
func optionsOf(seen []observation, meanY float64) map[string]Option {
	var ids []string
	var options []Option
	for _, o := range seen {
		for _, id := range o.answer.Choices {
			at := slices.Index(ids, id)
			if at < 0 {
				at, ids, options = len(ids), append(ids, id), append(options, Option{})
			}
			options[at] = options[at].chosen(o.third, o.y-meanY)
		}
	}
	out, n := make(map[string]Option, len(ids)), float64(len(seen))
	for at, o := range options {
		o.COO = float64(o.N) * (1 - float64(o.N)/n)
		out[ids[at]] = o
	}
	return out
}

// chosen adds one choice. Σ (o − ō)(y − ȳ) is Σ o (y − ȳ), because the distances of y add up to nothing.
func (o Option) chosen(t third, distance float64) Option {
	o.N++
	if t == upper {
		o.Upper++
	} else if t == lower {
		o.Lower++
	}
	o.COY += distance
	return o
}

func mean(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	total := 0.0
	for _, x := range v {
		total += x
	}
	return total / float64(len(v))
}

// products is Σ (a − ā)(b − b̄), which is (n − 1) × covariance.
func products(a, b []float64) float64 {
	meanA, meanB, total := mean(a), mean(b), 0.0
	for i := range a {
		total += (a[i] - meanA) * (b[i] - meanB)
	}
	return rounded(total, float64(len(a)))
}

// rounding is below what shares of points can differ by and far above the rounding of floats.
const rounding = 1e-12

// rounded is a sum of n products, 0 for what rounding leaves of equal numbers.
func rounded(sum, n float64) float64 {
	if math.Abs(sum) < rounding*n {
		return 0
	}
	return sum
}
