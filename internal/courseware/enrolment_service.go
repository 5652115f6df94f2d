package courseware

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Begin is a person's own choice of a course that is offered for self-study. A course that is open already stays as it is.
func (s *Service) Begin(ctx context.Context, v account.Viewer, id CourseID) error {
	if err := v.Require(account.CoursewareStudy); err != nil {
		return err
	}
	if v.PersonID == 0 {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.courseToLearn(ctx, tx, v, id)
		if err != nil {
			return err
		}
		if !c.SelfStudy {
			return errs.New(errs.Conflict, "error.courseware.not_offered")
		}
		return s.give(ctx, tx, v.Actor(), v.PersonID, []CourseID{id}, ReasonSelf, nil)
	})
}

// Assign gives courses to an audience inside the viewer's part of the tree (C50, C56), due on a day in the clinic's zone.
// It returns to how many people.
func (s *Service) Assign(ctx context.Context, v account.Viewer, who account.Audience, courses []CourseID, dueOn *time.Time) (int, error) {
	if who.Empty() {
		return 0, errs.InvalidFields(errs.NewField("unit_id", "error.courseware.choose"))
	}
	if err := s.checkDue(dueOn); err != nil {
		return 0, err
	}
	var count int
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		people, err := s.people.Resolve(ctx, tx, v, account.CoursewareAssign, who)
		if err != nil {
			return err
		}
		for _, p := range people {
			if err := s.give(ctx, tx, v.Actor(), p, courses, ReasonAssigned, dueOn); err != nil {
				return err
			}
		}
		count = len(people)
		return s.tellDueChange(ctx, tx, people)
	})
	return count, err
}

// farthestDue is how many days ahead a course may be due: what lies farther is a slip of the pen.
const farthestDue = 2 * 365

// checkDue tells whether a course may be due on a day; nil is no day.
func (s *Service) checkDue(on *time.Time) error {
	switch {
	case on == nil:
		return nil
	case day(*on).Before(s.Today()):
		return errs.InvalidFields(errs.NewField("due_on", "error.courseware.due_on"))
	case day(*on).After(s.Today().AddDate(0, 0, farthestDue)):
		return errs.InvalidFields(errs.NewField("due_on", "error.courseware.due_far"))
	}
	return nil
}

// AudienceSize is to how many people Assign would give a course, for the page that asks to confirm it.
func (s *Service) AudienceSize(ctx context.Context, v account.Viewer, who account.Audience, dueOn *time.Time) (int, error) {
	if who.Empty() {
		return 0, errs.InvalidFields(errs.NewField("unit_id", "error.courseware.choose"))
	}
	if err := s.checkDue(dueOn); err != nil {
		return 0, err
	}
	people, err := s.people.Resolve(ctx, s.db, v, account.CoursewareAssign, who)
	return len(people), err
}

// SetDue puts another due day, or none, on an assigned course of one person.
func (s *Service) SetDue(ctx context.Context, v account.Viewer, course CourseID, id EnrolmentID, dueOn *time.Time) error {
	if err := s.checkDue(dueOn); err != nil {
		return err
	}
	return s.onAssigned(ctx, v, course, id, func(tx *db.Tx, e Enrolment) error {
		var on *time.Time
		if dueOn != nil {
			d := day(*dueOn)
			on = &d
		}
		if err := s.store.One(ctx, tx, "enrolment_due", int64(e.ID), on); err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "enrolment.assign", enrolmentSubject(e.ID),
			map[string]any{"person_id": e.PersonID, "course_id": e.CourseID, "reason": e.Reason, "due_on": dateText(on)})
	})
}

// Withdraw takes an assigned course back from one person. What they learnt stays in the record.
func (s *Service) Withdraw(ctx context.Context, v account.Viewer, course CourseID, id EnrolmentID) error {
	return s.onAssigned(ctx, v, course, id, func(tx *db.Tx, e Enrolment) error { return s.withdraw(ctx, tx, v.Actor(), e) })
}

// onAssigned runs an act on an open course that somebody in the viewer's scope was assigned, and tells who counts courses.
// What a person began by choice is theirs; a retraining is its case's (Conflict).
func (s *Service) onAssigned(ctx context.Context, v account.Viewer, course CourseID, id EnrolmentID, fn func(tx *db.Tx, e Enrolment) error) error {
	if err := v.Require(account.CoursewareAssign); err != nil {
		return err
	}
	sc := v.Scope(account.CoursewareAssign)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var e Enrolment
		if err := s.store.Get(ctx, tx, &e, "enrolment_assigned_lock", int64(id), int64(course), sc.All, db.Array(sc.UnitIDs)); err != nil {
			return err
		}
		if !e.Adjustable() {
			return errs.New(errs.Conflict, "error.courseware.not_assigned")
		}
		if err := fn(tx, e); err != nil {
			return err
		}
		return s.tellDueChange(ctx, tx, []account.PersonID{e.PersonID})
	})
}

// AssignInTx gives courses to a person inside the transaction of the act that wants it. The caller has authorised it.
// dueOn is a date; nil = no day. Retraining begins afresh, whatever the person learnt before (C55). Errors: Invalid (no
// course, or one that is not published).
func (s *Service) AssignInTx(ctx context.Context, tx *db.Tx, actor string, person account.PersonID, courses []CourseID, reason Reason, dueOn *time.Time) error {
	if err := s.give(ctx, tx, actor, person, courses, reason, dueOn); err != nil {
		return err
	}
	return s.tellDueChange(ctx, tx, []account.PersonID{person})
}

func (s *Service) tellDueChange(ctx context.Context, tx *db.Tx, people []account.PersonID) error {
	for _, h := range s.due {
		if err := h.DueCoursesChanged(ctx, tx, people); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) give(ctx context.Context, tx *db.Tx, actor string, person account.PersonID, courses []CourseID, reason Reason, dueOn *time.Time) error {
	wanted := slices.Compact(slices.Sorted(slices.Values(courses)))
	var published []CourseID
	if err := s.store.Select(ctx, tx, &published, "course_for_enrolment", db.Array(account.Int64s(wanted))); err != nil {
		return err
	}
	if len(wanted) == 0 || len(published) != len(wanted) {
		return errs.InvalidFields(errs.NewField("courses", "error.courseware.choose"))
	}
	if dueOn != nil {
		d := day(*dueOn)
		dueOn = &d
	}
	for _, id := range wanted {
		if err := s.enrol(ctx, tx, actor, person, id, reason, dueOn); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) enrol(ctx context.Context, tx *db.Tx, actor string, person account.PersonID, id CourseID, reason Reason, dueOn *time.Time) error {
	open, err := first[Enrolment](ctx, s.store, tx, "enrolment_open_lock", int64(person), int64(id))
	if err != nil {
		return err
	}
	body := map[string]any{"person_id": person, "course_id": id, "reason": reason, "due_on": dateText(dueOn)}
	switch place(open, reason) {
	case keepOpen:
		return nil
	case tighten:
		if err := s.store.One(ctx, tx, "enrolment_tighten", int64(open.ID), dueOn, actor, tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, actor, "enrolment.assign", enrolmentSubject(open.ID), body)
	case beginAfresh:
		if err := s.withdraw(ctx, tx, actor, *open); err != nil {
			return err
		}
	}
	made, err := first[EnrolmentID](ctx, s.store, tx, "enrolment_insert", int64(person), int64(id), string(reason), dueOn, actor, tx.Now())
	if err != nil {
		return err
	}
	if made == nil { // somebody opened it at the same moment
		return s.enrol(ctx, tx, actor, person, id, reason, dueOn)
	}
	return record(ctx, tx, actor, "enrolment.open", enrolmentSubject(*made), body)
}

func (s *Service) withdraw(ctx context.Context, tx *db.Tx, actor string, list ...Enrolment) error {
	ids, events := make([]int64, len(list)), make([]audit.Event, len(list))
	for i, e := range list {
		ids[i] = int64(e.ID)
		events[i] = audit.Event{
			Actor: actor, Act: "enrolment.withdraw", Subject: enrolmentSubject(e.ID),
			Body: map[string]any{"person_id": e.PersonID, "course_id": e.CourseID, "reason": e.Reason},
		}
	}
	n, err := s.store.Exec(ctx, tx, "enrolments_withdraw", db.Array(ids), tx.Now())
	if err != nil {
		return err
	}
	if int(n) != len(list) {
		return errs.New(errs.Conflict, "error.conflict").With(fmt.Errorf("courseware: %d of %d enrolments were open", n, len(list)))
	}
	return audit.WriteAll(ctx, tx, events)
}

// WithdrawRetrainingInTx takes back the open retraining of people in these courses: the fails that it came from were lifted. What is not
// open stays as it is.
func (s *Service) WithdrawRetrainingInTx(ctx context.Context, tx *db.Tx, actor string, courses map[account.PersonID][]CourseID) error {
	people := slices.Sorted(maps.Keys(courses))
	var of, in []int64
	for _, person := range people {
		for _, course := range courses[person] {
			of, in = append(of, int64(person)), append(in, int64(course))
		}
	}
	var open []Enrolment
	if err := s.store.Select(ctx, tx, &open, "retraining_of", db.Array(of), db.Array(in)); err != nil {
		return err
	}
	if len(open) > 0 {
		if err := s.withdraw(ctx, tx, actor, open...); err != nil {
			return err
		}
	}
	return s.tellDueChange(ctx, tx, people)
}

// OpenRetraining is the number of retraining courses that a person has not finished yet (C57). The caller has authorised it.
func (s *Service) OpenRetraining(ctx context.Context, q db.Q, person account.PersonID) (int, error) {
	var n int
	err := s.store.Get(ctx, q, &n, "retraining_open", int64(person))
	return n, err
}
