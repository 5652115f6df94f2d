package itemstat

import "maps"

// Sums are what sittings say of one question version, added up. x is the earned share of the question's points, y that of all
// other points; C… are sums of products of the distances from the exam's own means.
type Sums struct {
	N     int `json:"n"`     // answers, empty ones among them
	Exams int `json:"exams"` // that have at least one

	X    float64 `json:"x"`    // Σ x
	XX   float64 `json:"xx"`   // Σ x²
	CXX  float64 `json:"cxx"`  // Σ (x − x̄)²
	CYY  float64 `json:"cyy"`  // Σ (y − ȳ)²
	CXY  float64 `json:"cxy"`  // Σ (x − x̄)(y − ȳ)
	CMax float64 `json:"cmax"` // the same, had the best x met the best y

	Intended   float64 `json:"intended"`    // Σ points / total
	Effective  float64 `json:"effective"`   // Σ over exams of n × effective weight
	EffectiveN int     `json:"effective_n"` // the n of those exams
	Negative   int     `json:"negative"`    // exams in which the mark and the total go against each other

	Upper   int               `json:"upper"` // answers of the upper third
	Lower   int               `json:"lower"`
	Options map[string]Option `json:"options,omitempty"` // by option id
	Times   Times             `json:"times,omitempty"`
	// Unseen are the answers of which nobody can tell what was chosen: those on paper. No option has a part of them.
	Unseen Answers `json:"unseen,omitzero"`
}

// Answers are some of the answers to a question version, added up as in Sums.
type Answers struct {
	N     int     `json:"n"`
	Exams int     `json:"exams"`
	Upper int     `json:"upper"`
	Lower int     `json:"lower"`
	CYY   float64 `json:"cyy"`
}

func (a Answers) add(o Answers) Answers {
	return Answers{a.N + o.N, a.Exams + o.Exams, a.Upper + o.Upper, a.Lower + o.Lower, a.CYY + o.CYY}
}

// Seen are the sums of the answers of which it is known what was chosen, as far as the options need them.
func (s Sums) Seen() Sums {
	u := s.Unseen
	s.N, s.Exams, s.Upper, s.Lower, s.CYY = s.N-u.N, s.Exams-u.Exams, s.Upper-u.Upper, s.Lower-u.Lower, s.CYY-u.CYY
	s.Unseen = Answers{}
	return s
}

// Option is how often an option was chosen, and its part of the point-biserial correlation.
type Option struct {
	N     int     `json:"n"`
	Upper int     `json:"upper"`
	Lower int     `json:"lower"`
	COO   float64 `json:"coo"` // Σ (o − ō)², o being 1 for whoever chose it, else 0
	COY   float64 `json:"coy"` // Σ (o − ō)(y − ȳ)
}

// Middle is what is neither in the upper nor in the lower third.
func (o Option) Middle() int { return o.N - o.Upper - o.Lower }

// Middle is what is neither in the upper nor in the lower third.
func (s Sums) Middle() int { return s.N - s.Upper - s.Lower }

// Add pools the sums of two exams.
func (s Sums) Add(o Sums) Sums {
	s.N, s.Exams = s.N+o.N, s.Exams+o.Exams
	s.X, s.XX = s.X+o.X, s.XX+o.XX
	s.CXX, s.CYY, s.CXY, s.CMax = s.CXX+o.CXX, s.CYY+o.CYY, s.CXY+o.CXY, s.CMax+o.CMax
	s.Intended, s.Effective, s.EffectiveN, s.Negative = s.Intended+o.Intended, s.Effective+o.Effective, s.EffectiveN+o.EffectiveN, s.Negative+o.Negative
	s.Upper, s.Lower = s.Upper+o.Upper, s.Lower+o.Lower
	options := maps.Clone(s.Options)
	if options == nil {
		options = map[string]Option{}
	}
	for id, b := range o.Options {
		a := options[id]
		options[id] = Option{N: a.N + b.N, Upper: a.Upper + b.Upper, Lower: a.Lower + b.Lower, COO: a.COO + b.COO, COY: a.COY + b.COY}
	}
	s.Options = options
	s.Times = s.Times.add(o.Times)
	s.Unseen = s.Unseen.add(o.Unseen)
	return s
}

// Times counts answers by their seconds in steps: whole seconds below two minutes, ten seconds below ten minutes, minutes
// below an hour, and one step for what took longer. A step's key is its beginning.
type Times map[int]int

func step(seconds int) int {
	switch {
	case seconds < 120:
		return seconds
	case seconds < 600:
		return seconds / 10 * 10
	case seconds < 3600:
		return seconds / 60 * 60
	}
	return 3600
}

func (t Times) add(o Times) Times {
	out := maps.Clone(t)
	if out == nil {
		out = Times{}
	}
	for at, n := range o {
		out[at] += n
	}
	return out
}
