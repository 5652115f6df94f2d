package exam

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

type markTask struct {
	ID           MarkTaskID       `db:"id"`
	AttemptID    AttemptID        `db:"attempt_id"`
	Slot         int              `db:"slot"`
	ExamID       ExamID           `db:"exam_id"`
	VersionID    VersionID        `db:"version_id"`
	PersonID     account.PersonID `db:"person_id"`
	Points       score.Hundredths `db:"points_hundredths"`
	State        string           `db:"state"`
	Wanted       int              `db:"wanted"`
	Markers      int              `db:"markers"`
	GapPercent   int              `db:"mark_gap_percent"`
	AttemptState AttemptState     `db:"attempt_state"`
	CorrectionID CorrectionID     `db:"correction_id"` // 0: an answer of the hand-in
	Released     bool             `db:"released"`      // somebody may have seen what the marks came to
	Replaced     bool             `db:"replaced"`      // an approved order has another answer count
	Mine         bool             `db:"mine"`          // the viewer has marked it before
	Marks        int              `db:"marks"`         // markers who did
}

// refusal is why the answer may not be marked, or marked again; nil while the attempt waits for its marks or its result for the release,
// and while the order waits for its second person.
func (t markTask) refusal(order CorrectionState) error {
	key := "error.exam.marked_already"
	switch {
	case t.CorrectionID != 0:
		if order == CorrectionProposed {
			return nil
		}
	case t.Released:
		key = "error.exam.mark_released"
	case t.Replaced:
		key = "error.exam.mark_replaced"
	case t.AttemptState == AttemptSubmitted || t.AttemptState == AttemptMarked:
		return nil
	}
	return errs.New(errs.Conflict, key)
}

// GivenMark is what a marker gives an answer.
type GivenMark struct {
	Parts   []int  // of each criterion in percent, in the rubric's order
	Comment string // for the examinee
	Reason  string // why it is another one than before; for whoever looks into the marks
}

// MarkAnswer gives an answer the viewer's mark. The last mark of an attempt makes its result. Until the result is released a marker
// corrects the own mark by giving it again, with a reason: the earlier one stays, what the marks come to is decided anew, and so is whether
// a third marker is asked. Giving the same again changes nothing. Errors: NotFound for one's own, Forbidden while the viewer has still to sit
// the exam, Invalid for parts that are none or too few and without a reason, Conflict once the result is released, enough others have marked
// it, or the mark counts for nothing any more.
func (s *Service) MarkAnswer(ctx context.Context, v account.Viewer, id MarkTaskID, m GivenMark) error {
	if err := v.Require(account.ExamMark); err != nil {
		return err
	}
	scope := v.Scope(account.ExamMark)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var exam ExamID
		if err := s.store.Get(ctx, tx, &exam, "mark_task_exam_hold", int64(id)); err != nil {
			return err
		}
		var order CorrectionState // locked before the attempt, as its decision does
		if err := s.store.Get(ctx, tx, &order, "mark_task_order", int64(id)); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		var t markTask
		if err := s.store.Get(ctx, tx, &t, "mark_task_lock", int64(id), int64(v.PersonID), scope.All, db.Array(scope.UnitIDs)); err != nil {
			return err
		}
		if err := s.noneToSitOf(ctx, tx, v, exam); err != nil {
			return err
		}
		if err := t.refusal(order); err != nil {
			return err
		}
		if !t.Mine && t.Marks >= t.Wanted { // it lay in front of them for too long, or they never had it
			return errs.New(errs.Conflict, "error.exam.marked_by_others")
		}
		return s.giveMark(ctx, tx, v, t, m)
	})
}

func (s *Service) giveMark(ctx context.Context, tx *db.Tx, v account.Viewer, t markTask, m GivenMark) error {
	q, err := s.question(ctx, t.VersionID)
	if err != nil {
		return err
	}
	if err := m.check(q.Key.Rubric); err != nil {
		return err
	}
	act := event(v, "exam.mark", attemptSubject(t.AttemptID), map[string]any{"task_id": t.ID, "version_id": t.VersionID})
	if !t.Mine {
		m.Reason = ""
	} else {
		same, err := s.correctsMark(ctx, tx, v, t, m)
		if err != nil || same {
			return err
		}
		if m.Reason, err = reasonOf(m.Reason, true); err != nil {
			return err
		}
		act.Personal = map[string]any{"reason": m.Reason}
	}
	mark := questionbank.MarkByRubric(q.Key.Rubric, int64(t.Points), m.Parts)
	if err := s.store.One(ctx, tx, "mark_insert", int64(t.ID), int64(v.PersonID), db.JSONOf(m.Parts), mark, m.Comment, tx.Now(), m.Reason); err != nil {
		return err
	}
	if _, err := s.store.Exec(ctx, tx, "mark_unclaim", int64(t.ID), int64(v.PersonID)); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, act); err != nil {
		return err
	}
	return s.settleAnswer(ctx, tx, t)
}

// correctsMark reports whether the viewer's mark is the same already: a button that was pressed twice corrects nothing. Error: Conflict
// where a ruling has the question count by no mark.
func (s *Service) correctsMark(ctx context.Context, tx *db.Tx, v account.Viewer, t markTask, m GivenMark) (same bool, err error) {
	var before Given
	if err := s.store.Get(ctx, tx, &before, "own_mark", int64(t.ID), int64(v.PersonID)); err != nil {
		return false, err
	}
	if slices.Equal(before.Parts.V, m.Parts) && before.Comment == m.Comment {
		return true, nil
	}
	ruled, err := s.ruledOn(ctx, tx, t)
	if err == nil && ruled {
		err = errs.New(errs.Conflict, "error.exam.mark_ruled")
	}
	return false, err
}

// check wants a part of 0 to 100 percent for each criterion.
func (m GivenMark) check(rubric []questionbank.Criterion) error {
	var bad []errs.Field
	if len(m.Parts) != len(rubric) {
		bad = append(bad, errs.NewField("given", "error.exam.given_count", "n", len(rubric)))
	}
	for _, part := range m.Parts {
		if part < 0 || part > 100 {
			bad = append(bad, errs.NewField("given", "error.exam.given_part"))
			break
		}
	}
	if utf8.RuneCountInString(m.Comment) > MaxCommentLength {
		bad = append(bad, errs.NewField("comment", "error.exam.note", "limit", MaxCommentLength))
	}
	return invalid(bad)
}

// settleAnswer decides an answer by its marks so far, and the attempt when it was the last.
func (s *Service) settleAnswer(ctx context.Context, tx *db.Tx, t markTask) error {
	var marks []score.Hundredths
	if err := s.store.Select(ctx, tx, &marks, "marks_of_task", int64(t.ID)); err != nil {
		return err
	}
	a := Agree(t.Points, t.Markers, t.GapPercent, marks)
	state, agreed, at := "open", (*int64)(nil), (*time.Time)(nil)
	if a.Done {
		now, mark := tx.Now(), int64(a.Mark)
		state, agreed, at = "done", &mark, &now
	}
	if err := s.store.One(ctx, tx, "mark_task_settle", int64(t.ID), a.Wanted, state, agreed, at); err != nil || !a.Done || t.CorrectionID != 0 {
		return err // what an order's answers earn counts by its approval
	}
	if t.AttemptState == AttemptMarked {
		return s.remark(ctx, tx, t, a.Mark)
	}
	return s.finishMarked(ctx, tx, t.AttemptID)
}
