package exam

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// CallOff takes a published exam back for everybody, while nobody has begun it; a mistake is told with its reason and not hidden. Errors:
// Invalid for a missing reason, Forbidden when its people are not all within the viewer's reach, Conflict when it is not published, when
// something has come of it (an attempt, a sheet, an absence), and for a retake or re-exam, which is a step of somebody's case.
func (s *Service) CallOff(ctx context.Context, v account.Viewer, id ExamID, reason string) error {
	if err := v.Require(account.ExamPublish); err != nil {
		return err
	}
	if err := invalid(noteFields("reason", reason)); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		e, err := s.lockReached(ctx, tx, v, account.ExamPublish, id)
		if err != nil {
			return err
		}
		begun, err := s.begun(ctx, tx, id, 0)
		if err != nil {
			return err
		}
		if err := e.callable(begun); err != nil {
			return err
		}
		var people []account.PersonID
		if err := s.store.Select(ctx, tx, &people, "candidates_people", int64(id)); err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "exam_call_off", int64(id), tx.Now(), reason); err != nil {
			return err
		}
		for _, hook := range s.calledOff {
			if err := hook.CalledOff(ctx, tx, e, people, reason); err != nil {
				return err
			}
		}
		return record(ctx, tx, v, "exam.call_off", examSubject(id), map[string]any{"reason": reason, "people": len(people)})
	})
}

// MayCallOff tells whether calling off an exam, which the viewer has read, is worth offering: it would be done now.
func (s *Service) MayCallOff(ctx context.Context, v account.Viewer, e Exam) (bool, error) {
	if !v.Can(account.ExamPublish) || e.callable(false) != nil {
		return false, nil
	}
	begun, err := s.begun(ctx, s.db, e.ID, 0)
	return err == nil && !begun, err
}

// begun tells whether anything has come of an exam, or of one person's place in it.
func (s *Service) begun(ctx context.Context, x db.Q, id ExamID, person account.PersonID) (begun bool, err error) {
	err = s.store.Get(ctx, x, &begun, "exam_begun", int64(id), int64(person))
	return begun, err
}

// Remove takes one person off a published exam, who has not begun it, and tells the person why. Nothing is made of the absence, and the
// person can be invited again. Errors: Invalid for a missing reason, Forbidden for the own place, NotFound for no candidate inside the
// viewer's part of the tree, Conflict for a draft (Uninvite), for who has begun or is settled, and for a sitting that a case waits for.
func (s *Service) Remove(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, reason string) error {
	if err := v.Require(account.ExamPublish); err != nil {
		return err
	}
	if err := invalid(noteFields("reason", reason)); err != nil {
		return err
	}
	if err := account.NotSelf(v, person); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	scope := v.Scope(account.ExamPublish)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		e, err := s.store.lockExam(ctx, tx, id)
		if err != nil {
			return err
		}
		var c Candidate
		if err := s.store.Get(ctx, tx, &c, "candidate_lock", int64(id), int64(person), scope.All, db.Array(scope.UnitIDs)); err != nil {
			return err
		}
		begun, err := s.begun(ctx, tx, id, person)
		if err != nil {
			return err
		}
		if err := e.removable(begun); err != nil {
			return err
		}
		if c.State == Withdrawn {
			return errs.New(errs.Conflict, "error.exam.removed_already")
		}
		if err := s.store.One(ctx, tx, "candidate_take_off", int64(c.ID), tx.Now(), reason); err != nil {
			return err
		}
		for _, hook := range s.removed {
			if err := hook.Removed(ctx, tx, e, person, reason); err != nil {
				return err
			}
		}
		return record(ctx, tx, v, "exam.remove", examSubject(id), map[string]any{"person_id": person, "reason": reason})
	})
}
