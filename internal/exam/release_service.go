package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// Released is one result that has just become visible.
type Released struct {
	ResultID        ResultID
	ExamID          ExamID
	RoundID         RoundID // 0 for a mock
	CandidateID     CandidateID
	PersonID        account.PersonID
	AttemptID       AttemptID // 0 for an absence
	Kind            Kind
	Title           string
	Passed          bool
	Absent          bool
	Score           score.Hundredths
	Total           score.Hundredths
	Percent         score.Hundredths
	Band            score.Band
	SittingClosedAt time.Time // the candidate's or the exam's close, extra time not counted (decision 21)
	ReleasedAt      time.Time
}

// ReleaseHook hears of released results of one exam in the transaction that releases them: a failed one opens its case there or is
// not released (decision 7). They may be thousands: what can be done for all of them at once is. app fills it.
type ReleaseHook interface {
	ResultsReleased(ctx context.Context, tx *db.Tx, list []Released) error
}

// OnRelease adds a hook; app calls it before serving begins.
func (s *Service) OnRelease(h ReleaseHook) { s.release = append(s.release, h) }

type releaseRow struct {
	ID              ResultID         `db:"id"`
	ExamID          ExamID           `db:"exam_id"`
	RoundID         *RoundID         `db:"round_id"`
	CandidateID     CandidateID      `db:"candidate_id"`
	PersonID        account.PersonID `db:"person_id"`
	AttemptID       *AttemptID       `db:"attempt_id"`
	Kind            Kind             `db:"kind"`
	Title           string           `db:"title"`
	Cause           string           `db:"cause"`
	Score           score.Hundredths `db:"score_hundredths"`
	Total           score.Hundredths `db:"total_hundredths"`
	Percent         score.Hundredths `db:"percent_hundredths"`
	Band            score.Band       `db:"band"`
	Passed          bool             `db:"passed"`
	SittingClosedAt time.Time        `db:"sitting_closed_at"`
}

func (r releaseRow) released(at time.Time) Released {
	out := Released{
		ResultID: r.ID, ExamID: r.ExamID, CandidateID: r.CandidateID, PersonID: r.PersonID, Kind: r.Kind, Title: r.Title, Passed: r.Passed,
		Absent: r.Cause == "absent", Score: r.Score, Total: r.Total, Percent: r.Percent, Band: r.Band,
		SittingClosedAt: r.SittingClosedAt.UTC(), ReleasedAt: at,
	}
	if r.RoundID != nil {
		out.RoundID = *r.RoundID
	}
	if r.AttemptID != nil {
		out.AttemptID = *r.AttemptID
	}
	return out
}

// Release makes all marked results of an exam visible and returns how many were not before. It can be called again for
// those who sit later, and for whose answer a third marker is still asked. Errors: Conflict when there is nothing to release or the exam's close has not passed.
func (s *Service) Release(ctx context.Context, v account.Viewer, id ExamID) (int, error) {
	if err := v.Require(account.ExamRelease); err != nil {
		return 0, err
	}
	n := 0
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		e, err := s.lockReached(ctx, tx, v, account.ExamRelease, id)
		if err != nil {
			return err
		}
		if e.TooEarlyToRelease(tx.Now()) {
			return errs.New(errs.Conflict, "error.exam.release_before_close")
		}
		if n, err = s.releaseResults(ctx, tx, id); err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "error.exam.nothing_to_release")
		}
		return record(ctx, tx, v, "exam.release", examSubject(id), map[string]any{"results": n})
	})
	return n, err
}

// TooEarlyToRelease: an exam that many sit is released when nobody can sit it any more. The window of a retake or a re-exam is a
// person's own, and who has sat it may know.
func (e Exam) TooEarlyToRelease(now time.Time) bool {
	return e.Kind.Original() && now.Before(e.ClosesAt)
}

// releaseResults releases some results of an exam, or without any named all, and tells the hooks. A superseded version is never released:
// of each attempt the newest counts.
func (s *Service) releaseResults(ctx context.Context, tx *db.Tx, id ExamID, only ...ResultID) (int, error) {
	total := 0
	for {
		n, err := s.releaseSome(ctx, tx, id, only)
		if total += n; n == 0 || len(only) > 0 || err != nil {
			return total, err
		}
	}
}

// releaseSome releases as many as one statement takes.
func (s *Service) releaseSome(ctx context.Context, tx *db.Tx, id ExamID, only []ResultID) (int, error) {
	var rows []releaseRow
	if err := s.store.Select(ctx, tx, &rows, "results_unreleased", int64(id), db.Array(int64s(only))); err != nil {
		return 0, err
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = int64(r.ID)
	}
	if len(ids) == 0 {
		return 0, nil
	}
	if _, err := s.store.Exec(ctx, tx, "results_release", db.Array(ids), tx.Now()); err != nil {
		return 0, err
	}
	list := make([]Released, len(rows))
	for i, r := range rows {
		list[i] = r.released(tx.Now())
	}
	for _, h := range s.release {
		if err := h.ResultsReleased(ctx, tx, list); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// ReleasePreview is what a release would do now. Results and Waiting count everybody; who passes and fails is told of the
// people inside the viewer's part of the tree. The closes are those of the sittings that failed, for the retakes' windows.
type ReleasePreview struct {
	Reach
	Results           int        `db:"results"`
	Passed            int        `db:"passed"`
	Failed            int        `db:"failed"` // handed in
	Absent            int        `db:"absent"`
	Waiting           int        `db:"waiting"` // still without a result, or for a third marker; released later
	FirstFailClosedAt *time.Time `db:"first_fail_closed_at"`
	LastFailClosedAt  *time.Time `db:"last_fail_closed_at"`
}

// ReleasePreview counts what Release would make visible. Whoever does not reach all people of the exam sees by Beyond that
// Release will refuse.
func (s *Service) ReleasePreview(ctx context.Context, v account.Viewer, id ExamID) (ReleasePreview, error) {
	var out ReleasePreview
	reach, err := s.Reach(ctx, v, account.ExamRelease, id)
	if err != nil {
		return out, err
	}
	scope := v.Scope(account.ExamRelease)
	err = s.store.Get(ctx, s.db, &out, "release_preview", int64(id), scope.All, db.Array(scope.UnitIDs))
	out.Reach, out.FirstFailClosedAt, out.LastFailClosedAt = reach, utc(out.FirstFailClosedAt), utc(out.LastFailClosedAt)
	return out, err
}
