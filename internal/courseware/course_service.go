package courseware

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// CourseFilter chooses courses; zero values leave out the condition.
type CourseFilter struct {
	Search string // title, its pinyin or initials
	State  CourseState
}

// CourseRow is a line of the trainer's list.
type CourseRow struct {
	Course
	Units     int `db:"units"`
	Learning  int `db:"learning"`
	Completed int `db:"completed"`
	Total     int `db:"total"`
}

// Courses lists what the viewer may author, with the number of all that fit.
func (s *Service) Courses(ctx context.Context, v account.Viewer, f CourseFilter, p page.Page) ([]CourseRow, int, error) {
	if err := v.Require(account.CoursewareAuthor); err != nil {
		return nil, 0, err
	}
	sc := v.Scope(account.CoursewareAuthor)
	search := likeText(f.Search)
	var rows []CourseRow
	err := s.store.Select(ctx, s.db, &rows, "courses", sc.All, db.Array(sc.UnitIDs), search, strings.ToLower(search), string(f.State), p.Limit(), p.Offset())
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	return rows, rows[0].Total, nil
}

// likeText makes what somebody types mean itself inside LIKE.
func likeText(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(text))
}

// CourseDetail is a course with its units in order.
type CourseDetail struct {
	Course
	Units []Unit
}

// Course is a course that the viewer may author, else NotFound.
func (s *Service) Course(ctx context.Context, v account.Viewer, id CourseID) (CourseDetail, error) {
	c, err := s.store.course(ctx, s.db, v, "course", id)
	if err != nil {
		return CourseDetail{}, err
	}
	units, err := s.store.units(ctx, s.db, id)
	return CourseDetail{Course: c, Units: units}, err
}

// CreateCourse makes a draft for a part of the organisation in which the viewer is an author.
func (s *Service) CreateCourse(ctx context.Context, v account.Viewer, in CourseInput) (CourseID, error) {
	if err := v.Require(account.CoursewareAuthor); err != nil {
		return 0, err
	}
	in = in.clean()
	if err := in.check(); err != nil {
		return 0, err
	}
	if !v.Scope(account.CoursewareAuthor).HasUnit(in.UnitID) {
		return 0, errs.InvalidFields(errs.NewField("unit_id", "error.courseware.choose"))
	}
	pinyin, initials := account.Pinyin(in.Title)
	var id CourseID
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		err := s.store.Get(ctx, tx, &id, "course_insert", int64(in.UnitID), in.Title, pinyin, initials, in.Summary,
			db.Array(in.Topics), in.SelfStudy, v.Actor(), tx.Now())
		if err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "course.create", courseSubject(id), map[string]any{"title": in.Title, "unit_id": in.UnitID})
	})
	return id, err
}

// EditCourse changes title, summary, topics and whether the course is offered for self-study. version is the one that the
// editor saw; when somebody was quicker: Conflict.
func (s *Service) EditCourse(ctx context.Context, v account.Viewer, id CourseID, version int, in CourseInput) error {
	in = in.clean()
	if err := in.check(); err != nil {
		return err
	}
	pinyin, initials := account.Pinyin(in.Title)
	return s.onCourse(ctx, v, id, actEdit, func(tx *db.Tx, c Course) error {
		err := s.store.One(ctx, tx, "course_edit", int64(id), version, in.Title, pinyin, initials, in.Summary, db.Array(in.Topics), in.SelfStudy)
		if err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "course.edit", courseSubject(id), map[string]any{
			"before": map[string]any{"title": c.Title, "summary": c.Summary, "topics": c.Topics, "self_study": c.SelfStudy},
			"after":  map[string]any{"title": in.Title, "summary": in.Summary, "topics": in.Topics, "self_study": in.SelfStudy},
		})
	})
}

// Publish lets people learn the course; the viewer answers for what it says. Errors: Conflict (no compulsory unit, a file
// that is not checked, a length that nobody knows).
func (s *Service) Publish(ctx context.Context, v account.Viewer, id CourseID) error {
	return s.onCourse(ctx, v, id, actPublish, func(tx *db.Tx, c Course) error {
		units, err := s.store.units(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := publishable(units); err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "course_publish", int64(id), v.Actor(), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "course.publish", courseSubject(id), map[string]any{"versions": versionsOf(units)})
	})
}

func versionsOf(units []Unit) []VersionID {
	ids := make([]VersionID, len(units))
	for i, u := range units {
		ids[i] = u.VersionID
	}
	return ids
}

// Retire takes the course out of use: nobody new begins it, who began may finish.
func (s *Service) Retire(ctx context.Context, v account.Viewer, id CourseID, reason string) error {
	return s.onCourse(ctx, v, id, actWithdraw, func(tx *db.Tx, c Course) error {
		if err := s.store.One(ctx, tx, "course_retire", int64(id), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "course.retire", courseSubject(id), map[string]any{"before": c.State, "reason": strings.TrimSpace(reason)})
	})
}

// onCourse runs an act on a course that the viewer may author and whose state allows it, one act at a time.
func (s *Service) onCourse(ctx context.Context, v account.Viewer, id CourseID, act courseAct, fn func(tx *db.Tx, c Course) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.store.course(ctx, tx, v, "course_lock", id)
		if err != nil {
			return err
		}
		if err := c.State.allow(act); err != nil {
			return err
		}
		return fn(tx, c)
	})
}

// maxChoices bounds a list to choose from.
const maxChoices = 500

// Assignable lists the courses that can be assigned, the newest first.
func (s *Service) Assignable(ctx context.Context, v account.Viewer) ([]Course, error) {
	if err := v.Require(account.CoursewareAssign); err != nil {
		return nil, err
	}
	var out []Course
	err := s.store.Select(ctx, s.db, &out, "courses_assignable", maxChoices)
	return out, err
}

// Titles are the names of courses by id; the caller has authorised the rows that hold the ids.
func (s *Service) Titles(ctx context.Context, q db.Q, ids []CourseID) (map[CourseID]string, error) {
	var rows []struct {
		ID    CourseID `db:"id"`
		Title string   `db:"title"`
	}
	if err := s.store.Select(ctx, q, &rows, "titles", db.Array(account.Int64s(ids))); err != nil {
		return nil, err
	}
	out := make(map[CourseID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Title
	}
	return out, nil
}

// dateText writes a date for the audit; none is "".
func dateText(on *time.Time) string {
	if on == nil {
		return ""
	}
	return on.Format(time.DateOnly)
}
