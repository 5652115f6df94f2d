package exam

import (
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
)

// RedLineRule says what a missed red line (一票否决) does to the band. It never touches the score: the misses are told apart
// from it, and the rule holds the band back. A draft's settings carry it; with the publication it is pinned.
type RedLineRule string

const (
	RedLineReport RedLineRule = "report" // told, and nothing more
	RedLinePass   RedLineRule = "pass"   // the band is at most that of a bare pass
	RedLineFail   RedLineRule = "fail"   // not passed
)

// known: settings that say nothing mean RedLineReport.
func (r RedLineRule) known() bool {
	return r == "" || r == RedLineReport || r == RedLinePass || r == RedLineFail
}

// hold is the judgement with the band held back for misses of a red line.
func (r RedLineRule) hold(bands score.Bands, j Judgement, misses int) Judgement {
	switch {
	case misses == 0:
	case r == RedLinePass:
		j.Band = bands.Worse(j.Band, bands.LeastPass())
	case r == RedLineFail:
		j.Band, j.Passed = bands.Lowest(), false
	}
	return j
}

// RedLineWords says the rule in a sentence, to the trainer before publishing and to the examinee before starting.
func RedLineWords(l words.Lang, r RedLineRule) []string {
	switch r {
	case RedLinePass:
		return []string{words.T(l, "exam.red_line.pass")}
	case RedLineFail:
		return []string{words.T(l, "exam.red_line.fail")}
	}
	return nil
}
