package exam

import "github.com/peikao/peikao/internal/score"

// Outcome is what a round comes to for a person (C57, decision 22).
type Outcome string

const (
	OutcomePassed   Outcome = "passed"            // 合格 at the first sitting
	OutcomeRetake   Outcome = "passed_retake"     // 补考合格 (N04)
	OutcomeRetrain  Outcome = "passed_retraining" // 经复训合格 (N06)
	OutcomeFailed   Outcome = "failed"            // 不合格
	OutcomeUnknown  Outcome = ""                  // nothing is released yet
	cappedMaximum           = 6999                // 69.99, still 合格
	afterRetakeMark         = 6000                // 60.00
)

// RoundScoring says what number the appraisal takes after a passed retake or re-exam (decision 22).
type RoundScoring string

const (
	ScoreSixty  RoundScoring = "sixty"  // 60.00, the default
	ScoreCapped RoundScoring = "capped" // min(raw, 69.99)
	ScoreRaw    RoundScoring = "raw"
)

// Sitting is one released result of a round.
type Sitting struct {
	Kind    Kind
	Percent score.Hundredths
	Passed  bool
}

// RoundOutcome tells how a person's round stands and the percentage that the appraisal takes: the first score when it
// passed; after a passed retake or re-exam what the switch says; else the best raw score. sittings are in the order in
// which they were sat, the original first.
func RoundOutcome(scoring RoundScoring, sittings []Sitting) (Outcome, score.Hundredths) {
	outcome, best := OutcomeUnknown, score.Hundredths(0)
	for _, s := range sittings {
		best = max(best, s.Percent)
		if !s.Passed {
			outcome = OutcomeFailed
			continue
		}
		switch s.Kind {
		case Retake:
			return OutcomeRetake, afterSecondChance(scoring, s.Percent)
		case Reexam:
			return OutcomeRetrain, afterSecondChance(scoring, s.Percent)
		default:
			return OutcomePassed, s.Percent
		}
	}
	return outcome, best
}

func afterSecondChance(scoring RoundScoring, raw score.Hundredths) score.Hundredths {
	switch scoring {
	case ScoreRaw:
		return raw
	case ScoreCapped:
		return min(raw, cappedMaximum)
	}
	return afterRetakeMark
}
