package itemstat

// When a question should be looked at. The thresholds are signs, not verdicts: people look, and decide.
const (
	// MinPeople: with fewer answers nothing is said and nothing is shown, for one person's marks could be read off.
	MinPeople = 5
	// FewPeople: with fewer answers the figures are for reference only; a common rule of thumb for a mean, and Fisher's interval
	// of a correlation of 20 % is then wider than ±35 %.
	FewPeople = 30
	// TooEasyPercent: Moodle calls a facility index from 95 "extremely easy".
	TooEasyPercent = 95
	// TooHardPercent: below 0.30 is too difficult in classical item analysis (Ebel and Frisbie, Essentials of Educational
	// Measurement, 5th ed. 1991, ch. 13); Moodle calls up to 34 "moderately difficult".
	TooHardPercent = 30
	// WeakPercent: Moodle calls a discrimination index up to 19 "very weak"; Ebel and Frisbie reject or revise below 0.20.
	WeakPercent = 20
	// UnusedFrom: from so many answers a distractor that nobody chose is one (Haladyna and Downing, Educ. Psychol. Meas. 53,
	// 1993, 999, ask for 5 % of the examinees: one in twenty).
	UnusedFrom = 20
	// LongSeconds: item writers allow about a minute and a half for a question of choice (National Board of Medical Examiners,
	// Item-Writing Guide); this is twice as long.
	LongSeconds = 180
)

// Sign is why a question should be looked at.
type Sign string

const (
	TooEasy  Sign = "too_easy"
	TooHard  Sign = "too_hard"
	Negative Sign = "negative"  // whoever knows more answers it worse
	Weak     Sign = "weak"      // it does not tell who knows more
	Unused   Sign = "unused"    // a distractor that nobody chose
	Tempting Sign = "tempting"  // a distractor that the upper third chose more often than the key
	Long     Sign = "long"      // it takes very long
	NoSpread Sign = "no_spread" // everybody earned the same: nothing can be told apart
)

// Reason is a sign with what it is about: an option, or else the figure.
type Reason struct {
	Sign   Sign   `json:"sign"`
	Option string `json:"option,omitempty"`
}

// Look says why a question should be looked at, the gravest first; nil when nothing is the matter or too few have answered.
func Look(item Item, choices []Choice) []Reason {
	if item.N < MinPeople {
		return nil
	}
	var out []Reason
	add := func(s Sign, option string) { out = append(out, Reason{s, option}) }
	if item.Discrimination.Known && item.Discrimination.Value < 0 {
		add(Negative, "")
	}
	for _, c := range choices {
		if !c.Key && c.ID != NoChoice && tempts(c, choices) {
			add(Tempting, c.ID)
		}
	}
	switch {
	case item.Facility.Value > TooEasyPercent:
		add(TooEasy, "")
	case item.Facility.Value < TooHardPercent:
		add(TooHard, "")
	}
	if item.Discrimination.Known && item.Discrimination.Value >= 0 && item.Discrimination.Value < WeakPercent {
		add(Weak, "")
	} else if item.SD.Known && item.SD.Value == 0 {
		add(NoSpread, "")
	}
	for _, c := range choices {
		if !c.Key && c.ID != NoChoice && c.N == 0 && item.N >= UnusedFrom {
			add(Unused, c.ID)
		}
	}
	if item.MedianSeconds.Known && item.MedianSeconds.Value > LongSeconds {
		add(Long, "")
	}
	return out
}

// tempts tells whether the upper third chose the distractor more often than any option of the key.
func tempts(c Choice, choices []Choice) bool {
	any := false
	for _, k := range choices {
		if k.Key {
			any = true
			if c.Upper <= k.Upper {
				return false
			}
		}
	}
	return any
}
