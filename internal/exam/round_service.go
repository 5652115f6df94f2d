package exam

import (
	"context"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
)

// RoundResult is what a round came to for a person, with the sitting that gave the number.
type RoundResult struct {
	RoundID         RoundID
	PersonID        account.PersonID
	Title           string // of the original exam
	Kind            Kind   // of the original exam
	ExamID          ExamID // the original, the retake or the re-exam
	AttemptID       AttemptID
	ResultID        ResultID
	Outcome         Outcome
	Percent         score.Hundredths // as the appraisal takes it (decision 22)
	Band            score.Band       // of the sitting that gave the number
	SittingClosedAt time.Time        // of the first sitting: it decides the period
	PaidAsOf        time.Time        // the version of the pay policy that held then pays: the original exam's opening, its close for rounds of before that rule
}

type roundRow struct {
	RoundID         RoundID          `db:"round_id"`
	PersonID        account.PersonID `db:"person_id"`
	Title           string           `db:"title"`
	ExamID          ExamID           `db:"exam_id"`
	AttemptID       *AttemptID       `db:"attempt_id"`
	ResultID        ResultID         `db:"result_id"`
	Kind            Kind             `db:"kind"`
	Percent         score.Hundredths `db:"percent_hundredths"`
	Passed          bool             `db:"passed"`
	Band            score.Band       `db:"band"`
	RoundKind       Kind             `db:"round_kind"`
	RoundPaidAsOf   time.Time        `db:"round_paid_as_of"`
	SittingClosedAt time.Time        `db:"sitting_closed_at"`
}

// RoundsClosed are the rounds of these people whose first sitting closed after from and until to (included: what closes at
// midnight was sat on the day before) and that have a released result. x may be the transaction of whoever asks; the caller answers for who may know.
func (s *Service) RoundsClosed(ctx context.Context, x db.Q, people []account.PersonID, from, to time.Time, scoring RoundScoring) ([]RoundResult, error) {
	var rows []roundRow
	if err := s.store.Select(ctx, x, &rows, "rounds_closed", db.Array(int64s(people)), from, to); err != nil {
		return nil, err
	}
	return roundResults(scoring, rows), nil
}

// RoundOfPeople is one round of some people; it leaves out of whom nothing of it is released.
func (s *Service) RoundOfPeople(ctx context.Context, x db.Q, round RoundID, people []account.PersonID, scoring RoundScoring) ([]RoundResult, error) {
	var rows []roundRow
	if err := s.store.Select(ctx, x, &rows, "round_of_people", int64(round), db.Array(int64s(people))); err != nil {
		return nil, err
	}
	return roundResults(scoring, rows), nil
}

// RoundsCorrected are the rounds of people as they would stand with corrected results, of one round and of different people, in the place of
// those that they replace. Nothing is changed.
func (s *Service) RoundsCorrected(ctx context.Context, x db.Q, changes []Corrected, scoring RoundScoring) ([]RoundResult, error) {
	people, of := make([]int64, len(changes)), make(map[ResultID]Corrected, len(changes))
	for i, c := range changes {
		people[i], of[c.Before.ResultID] = int64(c.PersonID), c
	}
	var rows []roundRow
	if err := s.store.Select(ctx, x, &rows, "round_of_people", int64(changes[0].RoundID), db.Array(people)); err != nil {
		return nil, err
	}
	for i, r := range rows {
		if c, corrected := of[r.ResultID]; corrected {
			rows[i].Percent, rows[i].Passed, rows[i].Band = c.Percent, c.Passed, c.Band
		}
	}
	return roundResults(scoring, rows), nil
}

// RoundOf is one person's round; found is false while nothing of it is released.
func (s *Service) RoundOf(ctx context.Context, x db.Q, round RoundID, person account.PersonID, scoring RoundScoring) (r RoundResult, found bool, err error) {
	all, err := s.RoundOfPeople(ctx, x, round, []account.PersonID{person}, scoring)
	if err != nil || len(all) == 0 {
		return RoundResult{}, false, err
	}
	return all[0], true, nil
}

// roundResults groups sittings, which come ordered by person, round and sitting.
func roundResults(scoring RoundScoring, rows []roundRow) []RoundResult {
	var out []RoundResult
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].RoundID == rows[0].RoundID && rows[n].PersonID == rows[0].PersonID {
			n++
		}
		out = append(out, roundResult(scoring, rows[:n]))
		rows = rows[n:]
	}
	return out
}

func roundResult(scoring RoundScoring, sittings []roundRow) RoundResult {
	first := sittings[0]
	r := RoundResult{RoundID: first.RoundID, PersonID: first.PersonID, Title: first.Title, Kind: first.RoundKind, SittingClosedAt: first.SittingClosedAt, PaidAsOf: first.RoundPaidAsOf}
	plain := make([]Sitting, len(sittings))
	for i, s := range sittings {
		plain[i] = Sitting{Kind: s.Kind, Percent: s.Percent, Passed: s.Passed}
	}
	r.Outcome, r.Percent = RoundOutcome(scoring, plain)
	gave := sittings[slices.IndexFunc(sittings, func(s roundRow) bool {
		if r.Outcome == OutcomeFailed {
			return s.Percent == r.Percent // the best of the failed sittings gave the number
		}
		return s.Passed // the first sitting that was passed names the outcome; one that was failed meanwhile may follow it
	})]
	r.ExamID, r.ResultID, r.Band = gave.ExamID, gave.ResultID, gave.Band
	if gave.AttemptID != nil {
		r.AttemptID = *gave.AttemptID
	}
	return r
}
