package remediation

import "time"

// Policy is the clinic's rule for retakes and what follows, a version of the policy "retake".
type Policy struct {
	RetakeWindowHours   int    `json:"retake_window_hours"`   // from the close of the sitting (C52, N02): 168
	AfterReleaseHours   int    `json:"after_release_hours"`   // at least this long from the release (N02): 48
	RetrainingDays      int    `json:"retraining_days"`       // to finish the assigned courses
	ReexamWindowHours   int    `json:"reexam_window_hours"`   // from the unlocking
	MarkingWarningHours int    `json:"marking_warning_hours"` // unreleased this long after the close is flagged (N02: day 3)
	RoundScoring        string `json:"round_scoring"`         // what the appraisal takes after a passed retake: sixty | capped | raw
}

// DefaultPolicy is N02, N04 and what the documents leave open.
var DefaultPolicy = Policy{
	RetakeWindowHours: 168, AfterReleaseHours: 48, RetrainingDays: 14, ReexamWindowHours: 168, MarkingWarningHours: 72, RoundScoring: "sixty",
}

// RetakeClosesAt is the last moment of the retake: a week after the sitting's close, and never less than two days after the
// person learnt the result (N02, decision 21).
func (p Policy) RetakeClosesAt(sittingClosedAt, releasedAt time.Time) time.Time {
	week := sittingClosedAt.Add(hours(p.RetakeWindowHours))
	if least := releasedAt.Add(hours(p.AfterReleaseHours)); least.After(week) {
		return least
	}
	return week
}

// Overran tells that the release came so late that the retake closes later than a week after the sitting.
func (p Policy) Overran(sittingClosedAt, retakeClosesAt time.Time) bool {
	return retakeClosesAt.After(sittingClosedAt.Add(hours(p.RetakeWindowHours)))
}

// ReexamClosesAt is the end of the re-exam's window.
func (p Policy) ReexamClosesAt(unlockedAt time.Time) time.Time {
	return unlockedAt.Add(hours(p.ReexamWindowHours))
}

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }

// DaysLeft counts whole days to a deadline, rounded up, in the way that people say it: 1 on the last day, 0 when it is over.
func DaysLeft(deadline, now time.Time) int {
	return max(0, int((deadline.Sub(now)+24*time.Hour-1)/(24*time.Hour)))
}
