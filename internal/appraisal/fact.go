package appraisal

import (
	"maps"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/score"
)

// SourceKind says what a fact is about.
type SourceKind string

const (
	Round   SourceKind = "round"   // one round of exams
	Courses SourceKind = "courses" // the courses of the period
	Typed   SourceKind = "typed"   // a person's judgement, or a figure that a person brought in
)

// Fact is one source's number for one person and indicator. Value is hundredths (of a point or per cent), N the number of
// observations behind it; N 0 says that the source takes its number back (leave granted afterwards, a fail lifted).
type Fact struct {
	ID         FactID           `db:"id"`
	PersonID   account.PersonID `db:"person_id"`
	Indicator  string           `db:"indicator"`
	Source     SourceKind       `db:"source_kind"`
	SourceID   int64            `db:"source_id"` // the round; 0 otherwise
	Version    int              `db:"version"`
	Value      score.Hundredths `db:"value_hundredths"`
	N          int              `db:"n"`
	Detail     Detail           `db:"-"`
	RecordedAt time.Time        `db:"recorded_at"`
	RecordedBy string           `db:"recorded_by"`
}

// Detail is what a sheet shows of a fact's source, as it was when the fact was recorded.
type Detail struct {
	// of a round
	ExamTitle string `json:"exam_title,omitempty"`
	ExamID    int64  `json:"exam_id,string,omitempty"`
	AttemptID int64  `json:"attempt_id,string,omitempty"` // 0: absent
	ResultID  int64  `json:"result_id,string,omitempty"`
	Outcome   string `json:"outcome,omitempty"`
	ClosedOn  string `json:"closed_on,omitempty"` // 2026-03-27
	// of the period's courses
	Assigned  int `json:"assigned,omitempty"`
	Completed int `json:"completed,omitempty"`
	// of a judgement
	Note string `json:"note,omitempty"`
}

// Same tells whether a newer fact would say nothing new.
func (f Fact) Same(other Fact) bool {
	return f.Value == other.Value && f.N == other.N && f.Detail == other.Detail
}

// Knowledge is what a round of exams came to for a person (decision 22): the percentage that the appraisal takes, with the
// retake's outcome already in it. A changed outcome of the same round is a newer version of the same fact.
type Knowledge struct {
	PersonID          account.PersonID
	RoundID           int64
	ExamID            int64 // the exam that gave the number: the original, the retake or the re-exam
	AttemptID         int64 // 0 when the person was absent
	ResultID          int64
	ExamTitle         string
	PercentHundredths score.Hundredths
	Outcome           string    // exam.Outcome: passed | passed_retake | passed_retraining | failed; "" = the round counts for nothing any more
	ClosedOn          time.Time // the last day of the round's first sitting: it decides the period
}

func (k Knowledge) fact(indicator string) Fact {
	f := Fact{
		PersonID: k.PersonID, Indicator: indicator, Source: Round, SourceID: k.RoundID, Value: k.PercentHundredths, N: 1,
		Detail: Detail{ExamTitle: k.ExamTitle, ExamID: k.ExamID, AttemptID: k.AttemptID, ResultID: k.ResultID,
			Outcome: k.Outcome, ClosedOn: k.ClosedOn.Format(time.DateOnly)},
	}
	if k.Outcome == "" {
		f.Value, f.N = 0, 0
	}
	return f
}

// Participation is how many of the courses that were due in a period a person completed (A24). Assigned 0 says nothing and
// takes back what was said before.
type Participation struct {
	PersonID            account.PersonID
	FromOn, ToOn        time.Time // the period that the counts are of
	Assigned, Completed int
}

// Percent is completed of assigned, cut to 0.01.
func (p Participation) Percent() score.Hundredths {
	return score.Percent(score.Whole(int64(p.Completed)), score.Whole(int64(p.Assigned)))
}

func (p Participation) fact(indicator string) Fact {
	return Fact{PersonID: p.PersonID, Indicator: indicator, Source: Courses, Value: p.Percent(), N: p.Assigned,
		Detail: Detail{Assigned: p.Assigned, Completed: p.Completed}}
}

// Reading is what an indicator's facts say together.
type Reading struct {
	Raw   score.Hundredths `json:"raw"`
	Facts []FactID         `json:"facts"` // the ones that were taken, by id
}

// Read folds an indicator's facts: of each source the newest version; several rounds by their mean, cut to 0.01; a typed
// number only where the indicator's own source has given none. ok is false when there is nothing to read.
func Read(i Indicator, facts []Fact) (r Reading, ok bool) {
	newest := map[SourceKind]map[int64]Fact{}
	for _, f := range facts {
		if f.Indicator != i.Key {
			continue
		}
		if newest[f.Source] == nil {
			newest[f.Source] = map[int64]Fact{}
		}
		if f.Version > newest[f.Source][f.SourceID].Version {
			newest[f.Source][f.SourceID] = f
		}
	}
	for _, kind := range []SourceKind{Round, Courses, Typed} {
		maps.DeleteFunc(newest[kind], func(_ int64, f Fact) bool { return f.N == 0 })
		if len(newest[kind]) > 0 {
			return mean(newest[kind]), true
		}
	}
	return Reading{}, false
}

func mean(facts map[int64]Fact) Reading {
	var r Reading
	var sum score.Hundredths
	for _, f := range facts {
		sum += f.Value
		r.Facts = append(r.Facts, f.ID)
	}
	slices.Sort(r.Facts)
	r.Raw = sum / score.Hundredths(len(facts))
	return r
}
