package exam

import (
	"strings"
	"time"

	"github.com/peikao/peikao/internal/score"
)

// Standing is how one candidate stands, for the staff: what is known of the candidate and of the last attempt in a word.
type Standing string

const (
	StandingNotStarted Standing = "not_started"
	StandingWorking    Standing = "working"
	StandingHandedIn   Standing = "handed_in"
	StandingAbsent     Standing = "absent"
	StandingDeferred   Standing = "deferred"
	StandingVoid       Standing = "void"
	StandingWithdrawn  Standing = "withdrawn"
)

// Standings are in the order in which pages offer them.
var Standings = []Standing{StandingNotStarted, StandingWorking, StandingHandedIn, StandingAbsent, StandingDeferred, StandingVoid, StandingWithdrawn}

// BoardRow is a candidate on the results board. Score, Total, Percent, Band and Passed are nil unless Known: there is a
// result, and it is released or its release is the viewer's to make. Nobody knows the own result before its release.
type BoardRow struct {
	CandidateRow
	Version   *int     `db:"version"` // of the result, from 1; more after a correction
	Standing  Standing `db:"standing"`
	Known     bool     `db:"known"`
	PaperID   *PaperID `db:"paper_id"` // the candidate's own paper or form; nil: the exam's
	Form      *string  `db:"form"`     // A to D; nil: it is no form
	ListTotal int      `db:"list_total"`
}

// BoardSort is a column by which the board is sorted.
type BoardSort string

const (
	ByNumber    BoardSort = "number" // of the employee; also when nothing is chosen
	ByName      BoardSort = "name"   // by its sound
	ByScore     BoardSort = "score"  // what share was right, so that papers of other totals compare
	BySubmitted BoardSort = "submitted"
)

// BoardFilter narrows and sorts the board; empty fields do not.
type BoardFilter struct {
	Search     string   // part of the name, or the beginning of its sound or of the employee number
	Standing   Standing // or "unreleased": results that wait for their release
	Band       score.Band
	Unit       int64 // with all below
	Sort       BoardSort
	Descending bool
}

// squeezed is what somebody typed to find a person, as the queries compare it: without spaces, in small letters.
func squeezed(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), "")) }

// BoardTally are the figures of an exam's people inside the viewer's part of the tree. Bands, passes and averages are of
// known results; the averages leave out who was absent.
type BoardTally struct {
	People         int        `db:"people"`
	NotStarted     int        `db:"not_started"`
	Working        int        `db:"working"`
	HandedIn       int        `db:"handed_in"`
	Absent         int        `db:"absent"`
	Deferred       int        `db:"deferred"`
	Void           int        `db:"void"`
	Withdrawn      int        `db:"withdrawn"`
	Unreleased     int        `db:"unreleased"`
	UnreleasedFrom *time.Time `db:"unreleased_from"` // the earliest close of their sittings
	Known          int        `db:"known"`
	Passed         int        `db:"passed"`
	Excellent      int        `db:"excellent"`
	Good           int        `db:"good"`
	Pass           int        `db:"pass"`
	Fail           int        `db:"fail"`

	Sat        int              `db:"sat"` // known results of people who sat
	PercentSum score.Hundredths `db:"percent_sum"`
	ScoreSum   score.Hundredths `db:"score_sum"`
	MedianLow  score.Hundredths `db:"median_low"`
	MedianHigh score.Hundredths `db:"median_high"`
	LeastTotal score.Hundredths `db:"least_total"`
	MostTotal  score.Hundredths `db:"most_total"`
}

// Band is how many earned a band.
func (t BoardTally) Band(b score.Band) int {
	return map[score.Band]int{score.Excellent: t.Excellent, score.Good: t.Good, score.Pass: t.Pass, score.Fail: t.Fail}[b]
}

// AveragePercent is the mean share that was right; as every score it is cut off and not rounded up.
func (t BoardTally) AveragePercent() score.Hundredths { return meanScore(t.PercentSum, t.Sat) }

// MedianPercent is the middle share that was right, or of an even number the mean of the two in the middle, cut off.
func (t BoardTally) MedianPercent() score.Hundredths { return (t.MedianLow + t.MedianHigh) / 2 }

// AverageScore is the mean score, where all papers have the same total; else ok is false.
func (t BoardTally) AverageScore() (mark score.Hundredths, ok bool) {
	return meanScore(t.ScoreSum, t.Sat), t.Sat > 0 && t.LeastTotal == t.MostTotal
}

func meanScore(sum score.Hundredths, n int) score.Hundredths {
	if n == 0 {
		return 0
	}
	return sum / score.Hundredths(n)
}
