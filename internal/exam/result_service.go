package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
)

// ResultRow is a stored result.
type ResultRow struct {
	ID            ResultID            `db:"id"`
	ExamID        ExamID              `db:"exam_id"`
	CandidateID   CandidateID         `db:"candidate_id"`
	PersonID      account.PersonID    `db:"person_id"`
	AttemptID     *AttemptID          `db:"attempt_id"`
	Version       int                 `db:"version"`
	Cause         string              `db:"cause"`
	Score         score.Hundredths    `db:"score_hundredths"`
	Total         score.Hundredths    `db:"total_hundredths"`
	Percent       score.Hundredths    `db:"percent_hundredths"`
	Band          score.Band          `db:"band"`
	Passed        bool                `db:"passed"`
	RedLine       RedLineRule         `db:"red_line"`
	RedLineMisses int                 `db:"red_line_misses"`
	Marks         db.JSON[[]SlotMark] `db:"marks"`
	CreatedAt     time.Time           `db:"created_at"`
	ReleasedAt    *time.Time          `db:"released_at"`
	Review        Review              `db:"review"`
	Title         string              `db:"title"`
	Kind          Kind                `db:"kind"`
	OnPaper       bool                `db:"on_paper"`
	Inside        bool                `db:"inside"`
}

// Result is the released result of an attempt: one's own, or one inside the viewer's part of the tree. Errors: NotFound
// before release and for everybody else's; Forbidden for another's while the viewer has still to sit the exam.
func (s *Service) Result(ctx context.Context, v account.Viewer, id AttemptID) (Result, error) {
	if err := v.Require(account.ExamResultsRead); err != nil {
		return Result{}, err
	}
	scope := v.Scope(account.ExamResultsRead)
	var r attemptResult
	if err := s.store.Get(ctx, s.db, &r, "result_of_attempt", int64(id), scope.All, int64(v.PersonID), db.Array(scope.UnitIDs)); err != nil {
		return Result{}, err
	}
	if !r.Inside || r.ReleasedAt == nil {
		return Result{}, errNotFound()
	}
	if r.PersonID != v.PersonID {
		if err := s.noneToSitOf(ctx, s.db, v, r.ExamID); err != nil {
			return Result{}, err
		}
	}
	out := Result{
		ID: r.ID, ExamID: r.ExamID, AttemptID: id, PersonID: r.PersonID, Name: r.Name, Number: r.EmployeeNo, Title: r.Title,
		Kind: r.Kind, Version: r.Version, Cause: r.Cause,
		Score: r.Score, Total: r.Total, Percent: r.Percent, Band: r.Band, Passed: r.Passed, RedLine: r.RedLine, RedLineMisses: r.RedLineMisses,
		ReleasedAt: utc(r.ReleasedAt), Review: r.Review,
	}
	if r.Cause == "regrade" {
		out.CorrectedAt = utc(&r.CreatedAt)
	}
	if r.Kind == Mock && r.PersonID == v.PersonID {
		again, err := s.MyExam(ctx, v, r.ExamID)
		if err != nil {
			return Result{}, err
		}
		out.Again = &again
	}
	return out, s.addReview(ctx, &out, r.ResultRow)
}

// attemptResult is the newest version of an attempt's result, with whose it is.
type attemptResult struct {
	ResultRow
	Name       string `db:"name"`
	EmployeeNo string `db:"employee_no"`
}

// addReview adds what the review policy shows; before the exam is over for everybody it only says when that is. Marks by
// knowledge point follow from the keys as much as marks by question do, and wait with them.
func (s *Service) addReview(ctx context.Context, out *Result, r ResultRow) error {
	if r.Review == ReviewScore {
		return nil
	}
	var overAt time.Time
	now := s.db.Now()
	if err := s.store.Get(ctx, s.db, &overAt, "exam_over_at", int64(r.ExamID), int(LoadAllowance/time.Second), now); err != nil {
		return err
	}
	if overAt = overAt.UTC(); !now.After(overAt) {
		out.ReviewAt = &overAt
		return nil
	}
	var a attemptRow
	if err := s.store.Get(ctx, s.db, &a, "attempt", int64(out.AttemptID)); err != nil {
		return err
	}
	p, err := s.paper(ctx, s.db, a.PaperID)
	if err != nil {
		return err
	}
	current, err := s.reviewed(ctx, a.ID, r.Cause)
	if err != nil {
		return err
	}
	approved, _, err := s.rulings(ctx, s.db, r.ExamID)
	if err != nil {
		return err
	}
	out.Topics = topicMarks(p, r.Marks.V)
	out.Slots = reviewSlots(r.Review, a.Places.V, p, rulingsOf(bodiesOf(approved)), current, r.Marks.V)
	for i := range out.Slots {
		out.Slots[i].OnPaper = r.OnPaper
	}
	if err := s.addTakes(ctx, out); err != nil {
		return err
	}
	return s.addComments(ctx, out)
}

// reviewed are the responses that count in a version: with what orders admitted, unless it is the first.
func (s *Service) reviewed(ctx context.Context, id AttemptID, cause string) (map[int]Entry, error) {
	if cause != "hand_in" {
		return s.countedNow(ctx, s.db, id)
	}
	entries, err := s.store.journal(ctx, s.db, id)
	return Fold(entries), err
}

// Round is what a round came to for a person with the percentage that the appraisal takes (decision 22). x may be the
// transaction of whoever asks; the caller answers for who may know.
func (s *Service) Round(ctx context.Context, x db.Q, round RoundID, person account.PersonID, scoring RoundScoring) (Outcome, score.Hundredths, error) {
	var rows []struct {
		Kind    Kind             `db:"kind"`
		Percent score.Hundredths `db:"percent_hundredths"`
		Passed  bool             `db:"passed"`
	}
	if err := s.store.Select(ctx, x, &rows, "round_sittings", int64(round), int64(person)); err != nil {
		return OutcomeUnknown, 0, err
	}
	sittings := make([]Sitting, len(rows))
	for i, r := range rows {
		sittings[i] = Sitting(r)
	}
	outcome, percent := RoundOutcome(scoring, sittings)
	return outcome, percent, nil
}
