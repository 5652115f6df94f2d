package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Freeze is a pause of the whole house: since At every running attempt is paused, and nobody starts.
type Freeze struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
}

// Touched is how many exams and attempts a freeze or its end concerned, and how many people whose start it held back got a later close.
type Touched struct {
	Exams, Attempts, HeldBack int
}

// frozenRetrySeconds is when a start that a freeze holds back should ask again.
const frozenRetrySeconds = 10

// holdsBack judges a start while all is frozen since at: a window that was open then does not close meanwhile.
func (f Freeze) holdsBack(w Window, now time.Time) bool {
	verdict := w.Start(now)
	return verdict == StartOpen || verdict == StartClosed && w.Start(f.At) != StartClosed
}

// standing is the moment by which somebody's exam is shown while all is frozen: for whom it holds back the window has not ended.
func (f Freeze) standing(w Window, now time.Time) time.Time {
	if w.Start(now) != StartClosed || !f.holdsBack(w, now) {
		return now
	}
	if w.OpensAt.After(f.At) {
		return w.OpensAt
	}
	return f.At
}

// Frozen is the freeze that lasts, nil when there is none.
func (s *Service) Frozen(ctx context.Context) (*Freeze, error) { return s.frozen(ctx, s.db) }

func (s *Service) frozen(ctx context.Context, x db.Q) (*Freeze, error) {
	var f db.JSON[Freeze]
	err := s.store.Get(ctx, x, &f, "frozen")
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &f.V, nil
}

// notFrozen refuses to let single clocks run on while all stand; until the end of tx none is frozen.
func (s *Service) notFrozen(ctx context.Context, tx *db.Tx) error {
	if _, err := s.store.Exec(ctx, tx, "freeze_beside"); err != nil {
		return err
	}
	f, err := s.frozen(ctx, tx)
	if err == nil && f != nil {
		err = errs.New(errs.Conflict, "error.exam.frozen_resume")
	}
	return err
}

// mayFreeze wants somebody who may pause, reaches the whole clinic and sits no exam.
func (s *Service) mayFreeze(ctx context.Context, x db.Q, v account.Viewer) error {
	if err := v.Require(account.ExamInvigilate); err != nil {
		return err
	}
	if scope := v.Scope(account.ExamInvigilate); !scope.All {
		var outside bool
		if err := s.store.Get(ctx, x, &outside, "outside_the_house", db.Array(scope.UnitIDs)); err != nil {
			return err
		}
		if outside {
			return errs.New(errs.Forbidden, "error.exam.freeze_beyond")
		}
	}
	var sits bool
	if err := s.store.Get(ctx, x, &sits, "sits_now", int64(v.PersonID)); err != nil {
		return err
	}
	if sits {
		return account.NotSelf(v, v.PersonID)
	}
	return nil
}

// MayFreeze tells whether the viewer may freeze and unfreeze.
func (s *Service) MayFreeze(ctx context.Context, v account.Viewer) error {
	return s.mayFreeze(ctx, s.db, v)
}

// FreezeAll pauses every running attempt of every exam, each as Pause does, and holds every start back until UnfreezeAll. When
// all is frozen already, it changes nothing and returns that freeze. Errors: Forbidden for who does not reach the whole clinic or
// sits an exam, Invalid without a reason.
func (s *Service) FreezeAll(ctx context.Context, v account.Viewer, reason string) (f Freeze, t Touched, err error) {
	if err := s.mayFreeze(ctx, s.db, v); err != nil {
		return f, t, err
	}
	if err := invalid(noteFields("reason", reason)); err != nil {
		return f, t, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		t = Touched{}
		last, exams, err := s.aloneWith(ctx, tx)
		if err != nil {
			return err
		}
		if last != nil {
			f = *last
			return nil
		}
		f = Freeze{At: s.db.Now(), Reason: reason, By: v.Name} // behind the locks: no attempt that it finds began later
		for _, id := range exams {
			open, err := s.running(ctx, tx, id, Whom{Everybody: true})
			if err != nil {
				return err
			}
			paused, err := s.pauseAt(ctx, tx, v, id, open, reason, f.At)
			if err != nil {
				return err
			}
			if err := s.acted(ctx, tx, v, id, LogPause, Whom{Everybody: true}, reason, paused); err != nil {
				return err
			}
			t.count(paused)
		}
		if _, err := s.store.Exec(ctx, tx, "freeze", db.JSONOf(f), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.freeze", "exam", map[string]any{"reason": reason, "exams": t.Exams, "attempts": t.Attempts})
	})
	return f, t, err
}

// UnfreezeAll ends the freeze: each attempt that it paused runs on as after Resume, with the time of its pause given back; those that
// were paused before it stay paused. Whose window would have ended meanwhile gets as much later an end. Nothing happens when nothing
// is frozen: nil is returned.
func (s *Service) UnfreezeAll(ctx context.Context, v account.Viewer) (f *Freeze, t Touched, err error) {
	if err := s.mayFreeze(ctx, s.db, v); err != nil {
		return nil, t, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		t = Touched{}
		var exams []ExamID
		if f, exams, err = s.aloneWith(ctx, tx); err != nil || f == nil {
			return err
		}
		now := s.db.Now() // behind the locks: nobody loses what it waited for them
		for _, id := range exams {
			resumed, err := s.thaw(ctx, tx, v, id, *f, now)
			if err != nil {
				return err
			}
			t.count(resumed)
		}
		var held []OwnClose
		length := PauseSeconds(f.At, now)
		if err := s.store.Select(ctx, tx, &held, "candidates_held_back", f.At, now, length); err != nil {
			return err
		}
		t.HeldBack = len(held)
		if err := s.tellCloses(ctx, tx, held); err != nil {
			return err
		}
		if _, err := s.store.Exec(ctx, tx, "unfreeze"); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.unfreeze", "exam", map[string]any{
			"reason": f.Reason, "frozen_at": f.At, "seconds": length, "exams": t.Exams, "attempts": t.Attempts, "later_close": held,
		})
	})
	return f, t, err
}

// aloneWith holds back starts and whoever would freeze or unfreeze, and locks the exams in which somebody sits.
func (s *Service) aloneWith(ctx context.Context, tx *db.Tx) (f *Freeze, exams []ExamID, err error) {
	if _, err := s.store.Exec(ctx, tx, "freeze_alone"); err != nil {
		return nil, nil, err
	}
	if f, err = s.frozen(ctx, tx); err != nil {
		return nil, nil, err
	}
	err = s.store.Select(ctx, tx, &exams, "exams_sat")
	return f, exams, err
}

// thaw lets the attempts of an exam run on that the freeze paused.
func (s *Service) thaw(ctx context.Context, tx *db.Tx, v account.Viewer, id ExamID, f Freeze, now time.Time) ([]AttemptID, error) {
	open, err := s.running(ctx, tx, id, Whom{Everybody: true})
	if err != nil {
		return nil, err
	}
	var frozen []running
	for _, a := range open {
		if a.PausedAt != nil && !a.PausedAt.Before(f.At) {
			frozen = append(frozen, a)
		}
	}
	resumed, err := s.resumeAt(ctx, tx, v, id, frozen, f.Reason, now)
	if err != nil {
		return nil, err
	}
	return resumed, s.acted(ctx, tx, v, id, LogResume, Whom{Everybody: true}, f.Reason, resumed)
}

func (t *Touched) count(attempts []AttemptID) {
	if len(attempts) > 0 {
		t.Exams++
		t.Attempts += len(attempts)
	}
}
