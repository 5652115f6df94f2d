package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// InvitedHook hears, in the same transaction, who may sit a published exam: all at the publication, later ones as they are
// added. Retakes and re-exams are not told here: their case tells them.
type InvitedHook interface {
	Invited(ctx context.Context, tx *db.Tx, e Exam, people []account.PersonID) error
}

// OnInvited adds a hook; app calls it before serving begins.
func (s *Service) OnInvited(h InvitedHook) { s.invited = append(s.invited, h) }

func (s *Service) tellInvited(ctx context.Context, tx *db.Tx, e Exam, people []account.PersonID) error {
	for _, hook := range s.invited {
		if err := hook.Invited(ctx, tx, e, people); err != nil {
			return err
		}
	}
	return nil
}

// tellAllInvited tells everybody on the list of an exam that was just published.
func (s *Service) tellAllInvited(ctx context.Context, tx *db.Tx, e Exam) error {
	var people []account.PersonID
	if err := s.store.Select(ctx, tx, &people, "candidates_people", int64(e.ID)); err != nil {
		return err
	}
	return s.tellInvited(ctx, tx, e, people)
}

// CalledOffHook hears, in the same transaction, that a published exam takes place for nobody: people are those who were to sit it.
type CalledOffHook interface {
	CalledOff(ctx context.Context, tx *db.Tx, e Exam, people []account.PersonID, reason string) error
}

// OnCalledOff adds a hook; app calls it before serving begins.
func (s *Service) OnCalledOff(h CalledOffHook) { s.calledOff = append(s.calledOff, h) }

// RemovedHook hears, in the same transaction, that one person was taken off a published exam.
type RemovedHook interface {
	Removed(ctx context.Context, tx *db.Tx, e Exam, person account.PersonID, reason string) error
}

// OnRemoved adds a hook; app calls it before serving begins.
func (s *Service) OnRemoved(h RemovedHook) { s.removed = append(s.removed, h) }

// GrantedHook hears, in the same transaction, that one candidate of a published exam was given times of their own: a deferred
// sitting, another window, more time.
type GrantedHook interface {
	Granted(ctx context.Context, tx *db.Tx, e Exam, person account.PersonID, w Window) error
}

// OnGranted adds a hook; app calls it before serving begins.
func (s *Service) OnGranted(h GrantedHook) { s.granted = append(s.granted, h) }

func (s *Service) tellGranted(ctx context.Context, tx *db.Tx, e Exam, c Candidate) error {
	if e.State == Draft {
		return nil // the publication tells everybody
	}
	w := e.WindowOf(c)
	for _, hook := range s.granted {
		if err := hook.Granted(ctx, tx, e, c.PersonID, w); err != nil {
			return err
		}
	}
	return s.tellCloses(ctx, tx, []OwnClose{{ExamID: e.ID, PersonID: c.PersonID, ClosesAt: w.ClosesAt}})
}

// OwnClose is until when somebody may now sit a published exam.
type OwnClose struct {
	ExamID   ExamID           `db:"exam_id" json:"exam_id"`
	PersonID account.PersonID `db:"person_id" json:"person_id"`
	ClosesAt time.Time        `db:"closes_at" json:"closes_at"`
}

// ClosesHook hears, in the same transaction, whose window of a published exam ends at another moment than before: one who was given own
// times, or all whose start a freeze held back. They may be thousands: what can be done for all of them at once is.
type ClosesHook interface {
	ClosesMoved(ctx context.Context, tx *db.Tx, list []OwnClose) error
}

// OnClosesMoved adds a hook; app calls it before serving begins.
func (s *Service) OnClosesMoved(h ClosesHook) { s.closesMoved = append(s.closesMoved, h) }

func (s *Service) tellCloses(ctx context.Context, tx *db.Tx, list []OwnClose) error {
	if len(list) == 0 {
		return nil
	}
	for _, hook := range s.closesMoved {
		if err := hook.ClosesMoved(ctx, tx, list); err != nil {
			return err
		}
	}
	return nil
}
