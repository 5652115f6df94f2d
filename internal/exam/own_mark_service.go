package exam

import (
	"context"
	"encoding/json"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// OwnMark is what the viewer gave an answer; it can be revised until the attempt is settled.
type OwnMark struct {
	ID        MarkTaskID               `db:"id"`
	VersionID VersionID                `db:"version_id"`
	Raw       db.JSON[json.RawMessage] `db:"response"`
	Points    score.Hundredths         `db:"points_hundredths"`
	Mark      score.Hundredths         `db:"mark_hundredths"`
	MarkedAt  time.Time                `db:"marked_at"`
	Settled   bool                     `db:"settled"`
	Stem      string                   `db:"-"`
	Response  questionbank.Response    `db:"-"`
}

// OwnMarkExam is an exam in which the viewer can still revise an own mark.
type OwnMarkExam struct {
	ID    ExamID `db:"id"`
	Title string `db:"title"`
}

// OwnMarkExams lists where the viewer can still revise a mark, the last closed first: whoever has marked the last answer finds it again.
func (s *Service) OwnMarkExams(ctx context.Context, v account.Viewer) ([]OwnMarkExam, error) {
	if err := v.Require(account.ExamMark); err != nil {
		return nil, err
	}
	var out []OwnMarkExam
	err := s.store.Select(ctx, s.db, &out, "own_mark_exams", int64(v.PersonID))
	return out, err
}

// OwnMarks lists what the viewer gave in an exam, what can still be revised first. It tells nothing of whose answers they are.
// Errors: Forbidden while the viewer has still to sit the exam.
func (s *Service) OwnMarks(ctx context.Context, v account.Viewer, id ExamID) ([]OwnMark, error) {
	if err := v.Require(account.ExamMark); err != nil {
		return nil, err
	}
	if err := s.noneToSitOf(ctx, s.db, v, id); err != nil {
		return nil, err
	}
	var out []OwnMark
	if err := s.store.Select(ctx, s.db, &out, "own_marks", int64(id), int64(v.PersonID)); err != nil || len(out) == 0 {
		return nil, err
	}
	ids := make([]VersionID, len(out))
	for i, m := range out {
		ids[i] = m.VersionID
	}
	questions, err := s.questions.Versions(ctx, s.db, ids)
	if err != nil {
		return nil, err
	}
	for i := range out {
		q := questions[out[i].VersionID]
		out[i].Stem = q.Stem
		if out[i].Response, err = questionbank.ParseResponse(q.Shape(), out[i].Raw.V); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Given is a mark as its marker gave it: the part of each criterion in percent, and the comment.
type Given struct {
	Parts   db.JSON[[]int] `db:"given"`
	Comment string         `db:"comment"`
}

// OwnMark is the viewer's newest mark of an answer. Errors: NotFound when there is none.
func (s *Service) OwnMark(ctx context.Context, v account.Viewer, id MarkTaskID) (Given, error) {
	if err := v.Require(account.ExamMark); err != nil {
		return Given{}, err
	}
	var g Given
	err := s.store.Get(ctx, s.db, &g, "own_mark", int64(id), int64(v.PersonID))
	return g, err
}
