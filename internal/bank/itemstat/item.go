package itemstat

import (
	"math"
	"slices"
)

// Item are the statistics of one question version. All but MedianSeconds are percentages.
type Item struct {
	N     int `json:"n"`
	Exams int `json:"exams"`

	Facility       Estimate `json:"facility"`
	SD             Figure   `json:"sd"`
	Discrimination Estimate `json:"discrimination"`
	Efficiency     Figure   `json:"efficiency"`
	Intended       Figure   `json:"intended_weight"`
	Effective      Figure   `json:"effective_weight"`
	Negative       bool     `json:"negative_covariance"` // in one exam at least
	MedianSeconds  Figure   `json:"median_seconds"`
}

// Item reads the statistics off the sums, each by the section of its name under "Position statistics" in Moodle's document:
//
//   - facility index F_p = 100 x̄_p / x_p(max), with Wilson's interval;
//   - standard deviation 100 √V(x_p) / x_p(max), of all answers together;
//   - discrimination index 100 r(x_p, X_p) = 100 C(x_p, X_p) / √(V(x_p) V(X_p)), with Fisher's interval;
//   - discriminative efficiency 100 C(x_p, X_p) / C_max(x_p, X_p), where C_max pairs the best marks with the best rests;
//   - intended weight 100 x_p(max) / T_max; effective weight 100 √C(x_p, T) / Σ_q √C(x_q, T), each the mean over the answers.
//
// The rest X_p is without the question also where it was drawn for some; Moodle's calculator correlates such a one with the whole total.
// Over several exams the products are centred in each exam and then added. What would be divided by nothing, of one answer or where all
// are equal, is none; a discrimination too that has no interval, of fewer than four answers.
func (s Sums) Item() Item {
	out := Item{N: s.N, Exams: s.Exams, Negative: s.Negative > 0}
	if s.N == 0 {
		return out
	}
	n := float64(s.N)
	p := s.X / n
	low, high := wilson(p, s.N)
	out.Facility = Estimate{known(100 * p), 100 * low, 100 * high}
	out.Intended = known(100 * s.Intended / n)
	out.SD = known(100 * math.Sqrt(rounded(s.XX-n*p*p, n)/(n-1)))
	out.Discrimination = s.correlation(s.CXX, s.CXY)
	out.Efficiency = known(100 * s.CXY / s.CMax)
	out.Effective = known(100 * s.Effective / float64(s.EffectiveN))
	out.MedianSeconds = s.Times.median()
	return out
}

// correlation with the rest of the sittings, in per cent.
func (s Sums) correlation(own, with float64) Estimate {
	if own <= 0 || s.CYY <= 0 {
		return Estimate{}
	}
	r := max(-1, min(1, with/math.Sqrt(own*s.CYY)))
	low, high, ok := fisher(r, s.N-s.Exams+1)
	if !ok {
		return Estimate{}
	}
	return Estimate{known(100 * r), 100 * low, 100 * high}
}

// median is the middle of the times, of an even number the mean of the two in the middle, each by the beginning of its step.
func (t Times) median() Figure {
	steps, n := make([]int, 0, len(t)), 0
	for at, count := range t {
		steps, n = append(steps, at), n+count
	}
	if n == 0 {
		return Figure{}
	}
	slices.Sort(steps)
	at := func(place int) float64 {
		for _, s := range steps {
			if place -= t[s]; place < 0 {
				return float64(s)
			}
		}
		return 0
	}
	return known((at((n-1)/2) + at(n/2)) / 2)
}

// Choice is one line of the distractor table.
type Choice struct {
	ID     string `json:"id"` // NoChoice: nothing was chosen
	Key    bool   `json:"key"`
	N      int    `json:"n"`
	Upper  int    `json:"upper"`
	Middle int    `json:"middle"`
	Lower  int    `json:"lower"`
	// Biserial is 100 × the point-biserial correlation of choosing the option with the rest of the sitting: of the key it
	// should be positive, of a distractor negative.
	Biserial Estimate `json:"biserial"`
}

// Choices is the distractor table: the options in the order given, whether chosen or not, and at the end whoever chose nothing. Biserial is
// Pearson's correlation r(o, X_p), o being 1 for whoever chose the option: of a question of one right option the key's is the discrimination.
// Answers on paper are left out of it.
func (s Sums) Choices(options, key []string) []Choice {
	s = s.Seen()
	if s.Options[NoChoice].N > 0 {
		options = append(slices.Clone(options), NoChoice)
	}
	var out []Choice
	for _, id := range options {
		o := s.Options[id]
		out = append(out, Choice{
			ID: id, Key: slices.Contains(key, id), N: o.N, Upper: o.Upper, Middle: o.Middle(), Lower: o.Lower, Biserial: s.correlation(o.COO, o.COY),
		})
	}
	return out
}
