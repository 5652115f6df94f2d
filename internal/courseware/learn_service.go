package courseware

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// maxTasks bounds what one person's page lists.
const maxTasks = 200

// Task is a course that a person learns or has learnt.
type Task struct {
	Enrolment
	Title   string `db:"title"`
	Summary string `db:"summary"`
	Units   int    `db:"units"`
	Percent int    `db:"percent"` // of the compulsory units, credited by the server
}

// Offer is a course for self-study that the viewer has not begun.
type Offer struct {
	CourseID CourseID `db:"course_id"`
	Title    string   `db:"title"`
	Summary  string   `db:"summary"`
	Units    int      `db:"units"`
}

// Tasks lists what the viewer learns and has learnt: open before finished, the earliest due day first.
func (s *Service) Tasks(ctx context.Context, v account.Viewer) ([]Task, error) {
	if err := v.Require(account.CoursewareStudy); err != nil {
		return nil, err
	}
	var out []Task
	err := s.store.Select(ctx, s.db, &out, "tasks", int64(v.PersonID), maxTasks)
	return out, err
}

// Offers lists the courses for self-study of the viewer's part of the organisation.
func (s *Service) Offers(ctx context.Context, v account.Viewer) ([]Offer, error) {
	if err := v.Require(account.CoursewareStudy); err != nil {
		return nil, err
	}
	var out []Offer
	err := s.store.Select(ctx, s.db, &out, "offered", int64(v.PersonID), maxTasks)
	return out, err
}

// LearnUnit is a unit with how far the viewer is.
type LearnUnit struct {
	Unit
	Percent int
}

// Lesson is a course as its learner sees it.
type Lesson struct {
	Course
	Enrolment *Enrolment // nil: not begun, or looked at by an author
	Preview   bool       // the viewer looks at it without learning it: an author, the supervision group
	Units     []LearnUnit
	Percent   int // of the compulsory units
}

// Next is the unit to go on with: the first compulsory one that is not finished, else the first one; nil without units.
func (l Lesson) Next() *LearnUnit {
	for i, u := range l.Units {
		if u.Required && u.Percent < 100 {
			return &l.Units[i]
		}
	}
	if len(l.Units) == 0 {
		return nil
	}
	return &l.Units[0]
}

// Lesson is a course that the viewer learns, may begin, or may author; else NotFound.
func (s *Service) Lesson(ctx context.Context, v account.Viewer, id CourseID) (Lesson, error) {
	if err := v.Require(account.CoursewareStudy); err != nil {
		return Lesson{}, err
	}
	c, err := s.courseToLearn(ctx, s.db, v, id)
	if err != nil {
		return Lesson{}, err
	}
	l := Lesson{Course: c}
	if l.Enrolment, err = first[Enrolment](ctx, s.store, s.db, "enrolment_of", int64(v.PersonID), int64(id)); err != nil {
		return l, err
	}
	l.Preview = l.Enrolment == nil && v.Scope(account.CoursewareStudy).HasUnit(c.UnitID)
	units, err := s.store.units(ctx, s.db, id)
	if err != nil {
		return l, err
	}
	percents, err := s.percents(ctx, s.db, l.Enrolment)
	if err != nil {
		return l, err
	}
	for _, u := range units {
		l.Units = append(l.Units, LearnUnit{Unit: u, Percent: percents[u.ID]})
	}
	l.Percent = share(l.Units)
	return l, nil
}

func (s *Service) courseToLearn(ctx context.Context, q db.Q, v account.Viewer, id CourseID) (Course, error) {
	var c Course
	sc := v.Scope(account.CoursewareStudy)
	err := s.store.Get(ctx, q, &c, "course_to_learn", int64(id), sc.All, db.Array(sc.UnitIDs), int64(v.PersonID))
	return c, err
}

func (s *Service) percents(ctx context.Context, q db.Q, e *Enrolment) (map[UnitID]int, error) {
	if e == nil {
		return nil, nil
	}
	var rows []struct {
		UnitID  UnitID `db:"unit_id"`
		Percent int    `db:"percent"`
	}
	if err := s.store.Select(ctx, q, &rows, "unit_percents", int64(e.ID)); err != nil {
		return nil, err
	}
	out := make(map[UnitID]int, len(rows))
	for _, r := range rows {
		out[r.UnitID] = r.Percent
	}
	return out, nil
}

// share is the mean of the compulsory units, rounded down.
func share(units []LearnUnit) int {
	sum, n := 0, 0
	for _, u := range units {
		if u.Required {
			sum, n = sum+u.Percent, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// Play is a unit in its player.
type Play struct {
	Lesson
	Current    LearnUnit
	Next       *LearnUnit // the one after it, nil at the end
	PositionMS int64      // where the viewer left off
	Page       int        // from 1
}

// Play opens a unit for whoever learns the course, and for its authors; who has not begun is told to (Conflict).
func (s *Service) Play(ctx context.Context, v account.Viewer, course CourseID, unit UnitID) (Play, error) {
	l, err := s.Lesson(ctx, v, course)
	if err != nil {
		return Play{}, err
	}
	i := slices.IndexFunc(l.Units, func(u LearnUnit) bool { return u.ID == unit })
	if i < 0 {
		return Play{}, errs.New(errs.NotFound, "error.not_found")
	}
	p := Play{Lesson: l, Current: l.Units[i], Page: 1}
	if i+1 < len(l.Units) {
		p.Next = &l.Units[i+1]
	}
	switch {
	case l.Preview:
		return p, nil
	case l.Enrolment == nil:
		return p, errs.New(errs.Conflict, "error.courseware.not_begun")
	}
	last, err := first[db.JSON[Progress]](ctx, s.store, s.db, "progress", int64(l.Enrolment.ID), int64(p.Current.VersionID))
	if last != nil {
		p.PositionMS, p.Page = last.V.Last.PositionMS, max(last.V.Last.Page, 1)
	}
	return p, err
}
