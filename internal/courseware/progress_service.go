package courseware

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Credit is the server's answer to a beat.
type Credit struct {
	Percent   int // 100 = finished
	Completed bool
}

// Beat takes what a player tells of a unit and credits what is plausible by the server's clock. The unit that completes
// what is compulsory completes the course, in the same transaction. Of who has finished the course, or only looks at it as
// an author, nothing is credited any more. NotFound for whoever may not see the unit.
func (s *Service) Beat(ctx context.Context, v account.Viewer, id UnitID, b Beat) (Credit, error) {
	if err := v.Require(account.CoursewareStudy); err != nil {
		return Credit{}, err
	}
	var credit Credit
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var u Unit
		if err := s.store.Get(ctx, tx, &u, "unit", int64(id)); err != nil {
			return err
		}
		// The lock makes the beats of one way through a course wait for each other, so that the last two units, finished at
		// once, cannot both miss the other.
		e, err := first[Enrolment](ctx, s.store, tx, "enrolment_open_lock", int64(v.PersonID), int64(u.CourseID))
		if err != nil {
			return err
		}
		if e == nil {
			credit, err = s.settled(ctx, tx, v, u)
			return err
		}
		credit, err = s.credit(ctx, tx, *e, u, b)
		return err
	})
	return credit, err
}

// settled is the credit of a unit in a course that is not open.
func (s *Service) settled(ctx context.Context, tx *db.Tx, v account.Viewer, u Unit) (Credit, error) {
	if _, err := s.courseToLearn(ctx, tx, v, u.CourseID); err != nil {
		return Credit{}, err
	}
	e, err := first[Enrolment](ctx, s.store, tx, "enrolment_of", int64(v.PersonID), int64(u.CourseID))
	if err != nil {
		return Credit{}, err
	}
	return s.creditOf(ctx, tx, e, u.ID)
}

func (s *Service) creditOf(ctx context.Context, tx *db.Tx, e *Enrolment, id UnitID) (Credit, error) {
	percents, err := s.percents(ctx, tx, e)
	return Credit{Percent: percents[id], Completed: percents[id] == 100}, err
}

// credit folds the beat into the progress of the version that the unit shows now.
func (s *Service) credit(ctx context.Context, tx *db.Tx, e Enrolment, u Unit, b Beat) (Credit, error) {
	var p Progress
	row, err := first[db.JSON[Progress]](ctx, s.store, tx, "progress", int64(e.ID), int64(u.VersionID))
	if err != nil {
		return Credit{}, err
	}
	if row != nil {
		p = row.V
	}
	since, err := first[time.Time](ctx, s.store, tx, "active_elsewhere", int64(e.PersonID), int64(e.ID), int64(u.VersionID))
	if err != nil {
		return Credit{}, err
	}
	if since == nil {
		since = new(time.Time)
	}
	m, wasDone := u.Measure(), p.Done
	p, credited := p.Advance(m, b, tx.Now(), *since)
	if err := s.storeProgress(ctx, tx, e, u, p, credited); err != nil {
		return Credit{}, err
	}
	if p.Done && !wasDone {
		if err := s.finishIfAll(ctx, tx, e, u); err != nil {
			return Credit{}, err
		}
	}
	return s.creditOf(ctx, tx, &e, u.ID)
}

func (s *Service) storeProgress(ctx context.Context, tx *db.Tx, e Enrolment, u Unit, p Progress, credited int64) error {
	err := s.store.One(ctx, tx, "progress_store", int64(e.ID), int64(u.VersionID), int64(u.ID), int64(e.PersonID),
		db.JSONOf(p), p.Percent(u.Measure()), p.Last.active(), tx.Now())
	if err != nil || credited == 0 {
		return err
	}
	return s.store.One(ctx, tx, "progress_event_insert", int64(e.ID), int64(u.VersionID), p.Last.PositionMS, p.Last.Page, credited, tx.Now())
}

// finishIfAll records the finished unit and, when it was the last compulsory one, completes the course and tells the hooks.
func (s *Service) finishIfAll(ctx context.Context, tx *db.Tx, e Enrolment, u Unit) error {
	err := record(ctx, tx, systemActor, "enrolment.unit_done", enrolmentSubject(e.ID),
		map[string]any{"person_id": e.PersonID, "unit_id": u.ID, "version_id": u.VersionID})
	if err != nil {
		return err
	}
	n, err := s.store.Exec(ctx, tx, "enrolment_complete", int64(e.ID), tx.Now())
	if err != nil || n == 0 {
		return err
	}
	err = record(ctx, tx, systemActor, "enrolment.complete", enrolmentSubject(e.ID),
		map[string]any{"person_id": e.PersonID, "course_id": e.CourseID, "reason": e.Reason})
	if err != nil {
		return err
	}
	for _, h := range s.hooks {
		done := Completed{EnrolmentID: e.ID, PersonID: e.PersonID, CourseID: e.CourseID, Reason: e.Reason, At: tx.Now()}
		if err := h.CourseCompleted(ctx, tx, done); err != nil {
			return err
		}
	}
	return nil
}

// OpenFile begins the reading of a unit that is a file: the address under which it is downloaded, and a beat that says so.
// Reading ends with ConfirmFile.
func (s *Service) OpenFile(ctx context.Context, v account.Viewer, course CourseID, unit UnitID) (string, error) {
	p, err := s.Play(ctx, v, course, unit)
	if err != nil {
		return "", err
	}
	url, err := s.DownloadURL(ctx, v, p.Current.ObjectID)
	if err != nil || p.Current.Kind() != KindFile {
		return url, err
	}
	_, err = s.Beat(ctx, v, unit, Beat{Page: 1, Playing: true, Visible: true, RateHundredths: 100})
	return url, err
}

// ConfirmFile says that a downloaded file was read; it counts when it was opened long enough before. Conflict when not.
func (s *Service) ConfirmFile(ctx context.Context, v account.Viewer, course CourseID, unit UnitID) error {
	p, err := s.Play(ctx, v, course, unit)
	if err != nil {
		return err
	}
	if p.Current.Kind() != KindFile {
		return errs.New(errs.Conflict, "error.courseware.not_a_file")
	}
	c, err := s.Beat(ctx, v, unit, Beat{Page: 1, Playing: true, Visible: true, RateHundredths: 100})
	if err == nil && !c.Completed {
		err = errs.New(errs.Conflict, "error.courseware.read_first", "seconds", int(FileDwell.Seconds()))
	}
	return err
}
