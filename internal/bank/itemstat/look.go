package itemstat

// When a question should be looked at. The thresholds are signs, not verdicts: people look, and decide. "Moodle" is its document "Quiz
// report statistics", section "Question statistics".
const (
	// MinPeople: with fewer answers nothing is said and nothing is shown, for one person's marks could be read off.
	MinPeople = 5
	// FewPeople: with fewer answers the figures are for reference only; a common rule of thumb for a mean, and Fisher's interval
	// of a correlation of 20 % is then wider than ±35 %.
	FewPeople = 30
	// TooEasyPercent and more: Moodle calls a facility index of 95 to 100 "extremely easy".
	TooEasyPercent = 95
	// TooHardPercent is the bound below which Blackboard's item analysis calls a question hard; Moodle calls 20 to 34 "moderately
	// difficult" and 35 to 64 "about right for the average student".
	TooHardPercent = 30
	// WeakPercent: Moodle calls a discrimination index of 0 to 19 "very weak discrimination", and of a negative one the question "probably
	// invalid". Ebel and Frisbie (Essentials of Educational Measurement, 5th ed. 1991) have the same bound for another index, the
	// upper group's share less the lower's: below 0.20 reject or revise.
	WeakPercent = 20
	// UnusedFrom: from so many answers a distractor that nobody chose is one (Haladyna and Downing, Educ. Psychol. Meas. 53,
	// 1993, 999, ask for 5 % of the examinees: one in twenty).
	UnusedFrom = 20
	// LongSeconds is twice the minute and a half that the United States Medical Licensing Examination gives for a question of choice
	// (Step 1: at most 40 in a block of 60 minutes).
	LongSeconds = 180
)

// What a coefficient of internal consistency comes to: Moodle's document "Quiz report statistics", section "Test statistics", finds
// anything above 75 % satisfactory, and a test below 64 % unsatisfactory as a whole.
const (
	ConsistentPercent   = 75
	InconsistentPercent = 64
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

// Look says why a question should be looked at, the gravest first; nil when nothing is the matter or too few have answered. Of seen
// answers it is known what was chosen.
func Look(item Item, choices []Choice, seen int) []Reason {
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
	case item.Facility.Value >= TooEasyPercent:
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
		if !c.Key && c.ID != NoChoice && c.N == 0 && seen >= UnusedFrom {
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
