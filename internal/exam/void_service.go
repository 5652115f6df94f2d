package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// VoidOrder says why an attempt counts for nothing and what becomes of the person.
type VoidOrder struct {
	Reason string
	// AgainUntil lets the person sit once more, from now until then. Without it the exam's own window decides: while it is open
	// they may begin again, afterwards they are absent under the exam's rule.
	AgainUntil *time.Time
}

type voidable struct {
	ID          AttemptID        `db:"id"`
	CandidateID CandidateID      `db:"candidate_id"`
	PersonID    account.PersonID `db:"person_id"`
	State       AttemptState     `db:"state"`
	Released    bool             `db:"released"`
}

// Void declares a person's last attempt void by a recorded order: nothing in it is deleted and nothing in it counts. Errors:
// Invalid for a missing reason or a time too near to sit in, NotFound outside the viewer's reach, Conflict when nothing was
// begun, when the result is out (that is a correction's matter), and for a retake that was handed in, on which a case waits.
func (s *Service) Void(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, o VoidOrder) error {
	whom := Whom{PersonIDs: []account.PersonID{person}}
	_, err := s.act(ctx, v, id, whom, LogVoid, o.Reason, nil, func(tx *db.Tx, e Exam) ([]AttemptID, error) {
		if o.AgainUntil != nil && o.AgainUntil.Before(tx.Now().Add(seconds(e.LimitSeconds))) {
			return nil, errs.InvalidFields(errs.NewField("again_until", "error.exam.limit_window"))
		}
		var a voidable
		err := s.store.Get(ctx, tx, &a, "attempt_to_void", int64(id), int64(person))
		if errs.Is(err, errs.NotFound) {
			return nil, errs.New(errs.Conflict, "error.exam.not_begun")
		}
		if err != nil {
			return nil, err
		}
		if err := a.refuse(e); err != nil {
			return nil, err
		}
		if err := s.store.One(ctx, tx, "attempt_void", int64(a.ID), a.State, o.Reason); err != nil {
			return nil, err
		}
		if _, err := s.store.Exec(ctx, tx, "mark_tasks_void", int64(a.ID)); err != nil {
			return nil, err
		}
		if err := s.store.One(ctx, tx, "candidate_again", int64(a.CandidateID), o.AgainUntil, tx.Now()); err != nil {
			return nil, err
		}
		if _, err := s.store.Exec(ctx, tx, "exam_waits_again", int64(id)); err != nil {
			return nil, err
		}
		return []AttemptID{a.ID}, s.log(ctx, tx, v, id, logRow{kind: LogVoid, note: o.Reason, persons: []concerned{{PersonID: person, AttemptID: a.ID}}})
	})
	return err
}

func (a voidable) refuse(e Exam) error {
	if _, err := a.State.After(ActVoid); err != nil {
		return err
	}
	switch {
	case a.Released:
		return errs.New(errs.Conflict, "error.exam.void_released")
	case a.State != AttemptOpen && (e.Kind == Retake || e.Kind == Reexam):
		return errs.New(errs.Conflict, "error.exam.void_retake")
	}
	return nil
}
