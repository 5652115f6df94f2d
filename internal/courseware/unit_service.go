package courseware

import (
	"context"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// AddUnits puts files at the end of a draft, one compulsory unit each, named as the file. They may still be checked.
func (s *Service) AddUnits(ctx context.Context, v account.Viewer, id CourseID, objects []ObjectID) error {
	if len(objects) == 0 {
		return errs.InvalidFields(errs.NewField("object_id", "error.courseware.no_file"))
	}
	return s.onCourse(ctx, v, id, actCompose, func(tx *db.Tx, c Course) error {
		units, err := s.store.units(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(units)+len(objects) > maxUnits {
			return errs.InvalidFields(errs.NewField("object_id", "error.courseware.too_many_units", "max", maxUnits))
		}
		for _, object := range objects {
			if err := s.addUnit(ctx, tx, v, id, object); err != nil {
				return err
			}
		}
		return nil
	})
}

// NotAccepted are those of the viewer's own uploads whose content was refused, with the reason why.
func (s *Service) NotAccepted(ctx context.Context, v account.Viewer, objects []ObjectID) ([]Object, error) {
	if err := v.Require(account.CoursewareAuthor); err != nil {
		return nil, err
	}
	var out []Object
	err := s.store.Select(ctx, s.db, &out, "uploads_refused", db.Array(account.Int64s(objects)), int64(v.PersonID))
	return out, err
}

func (s *Service) addUnit(ctx context.Context, tx *db.Tx, v account.Viewer, id CourseID, object ObjectID) error {
	o, err := s.usable(ctx, tx, v, object)
	if err != nil {
		return err
	}
	title := titleOf(o.Name)
	var unit UnitID
	if err := s.store.Get(ctx, tx, &unit, "unit_insert", int64(id), title, true, tx.Now()); err != nil {
		return err
	}
	if err := s.addVersion(ctx, tx, v, unit, object, 0); err != nil {
		return err
	}
	return record(ctx, tx, v.Actor(), "course.unit.add", unitSubject(unit), map[string]any{"course_id": id, "object_id": object, "title": title})
}

// usable is a file that the viewer may put into a course; anything else is a wrong choice.
func (s *Service) usable(ctx context.Context, q db.Q, v account.Viewer, id ObjectID) (Object, error) {
	o, err := s.store.readable(ctx, q, v, id)
	if errs.Is(err, errs.NotFound) {
		return o, errs.InvalidFields(errs.NewField("object_id", "error.courseware.choose"))
	}
	return o, err
}

func (s *Service) addVersion(ctx context.Context, tx *db.Tx, v account.Viewer, unit UnitID, object ObjectID, minutes int) error {
	var id VersionID
	return s.store.Get(ctx, tx, &id, "version_insert", int64(unit), int64(object), minutes, v.Actor(), tx.Now())
}

// onUnit runs an act on a unit of a course that the viewer may author; fn is given all units in order and the unit's index.
func (s *Service) onUnit(ctx context.Context, v account.Viewer, id CourseID, unit UnitID, act courseAct, fn func(tx *db.Tx, c Course, units []Unit, i int) error) error {
	return s.onCourse(ctx, v, id, act, func(tx *db.Tx, c Course) error {
		units, err := s.store.units(ctx, tx, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(units, func(u Unit) bool { return u.ID == unit })
		if i < 0 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		return fn(tx, c, units, i)
	})
}

// EditUnit changes title, whether the unit is compulsory, and the minutes of a file whose length could not be measured.
// Under people who are on their way it stays compulsory or not, and other minutes are another version.
func (s *Service) EditUnit(ctx context.Context, v account.Viewer, id CourseID, unit UnitID, in UnitInput) error {
	in.Title = strings.TrimSpace(in.Title)
	if err := in.check(); err != nil {
		return err
	}
	return s.onUnit(ctx, v, id, unit, actEdit, func(tx *db.Tx, c Course, units []Unit, i int) error {
		u := units[i]
		if in.Required != u.Required {
			if err := c.State.allow(actCompose); err != nil {
				return err
			}
		}
		if err := s.store.One(ctx, tx, "unit_edit", int64(unit), in.Title, in.Required); err != nil {
			return err
		}
		if in.Minutes != u.Minutes {
			changed := u
			changed.Minutes = in.Minutes
			if err := s.otherVersion(ctx, tx, v, c, changed); err != nil {
				return err
			}
		}
		return record(ctx, tx, v.Actor(), "course.unit.edit", unitSubject(unit), map[string]any{
			"before": map[string]any{"title": u.Title, "required": u.Required, "minutes": u.Minutes},
			"after":  map[string]any{"title": in.Title, "required": in.Required, "minutes": in.Minutes},
		})
	})
}

// ReplaceFile shows another file in a unit, as a new version. What people finished stays finished; who is half-way begins
// the unit again. In a published course the file must be checked already.
func (s *Service) ReplaceFile(ctx context.Context, v account.Viewer, id CourseID, unit UnitID, object ObjectID) error {
	return s.onUnit(ctx, v, id, unit, actReplace, func(tx *db.Tx, c Course, units []Unit, i int) error {
		o, err := s.usable(ctx, tx, v, object)
		if err != nil {
			return err
		}
		changed := units[i]
		changed.ObjectID, changed.ObjectState, changed.ContentType = o.ID, o.State, o.ContentType
		changed.PageCount, changed.MeasuredMS = o.PageCount, o.DurationMS
		if err := s.otherVersion(ctx, tx, v, c, changed); err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "course.unit.replace", unitSubject(unit),
			map[string]any{"before": units[i].ObjectID, "after": object})
	})
}

func (s *Service) otherVersion(ctx context.Context, tx *db.Tx, v account.Viewer, c Course, changed Unit) error {
	if c.State == Published {
		if err := changed.fault(); err != nil {
			return err
		}
	}
	return s.addVersion(ctx, tx, v, changed.ID, changed.ObjectID, changed.Minutes)
}

// MoveUnit moves a unit one place up (by −1) or down (by +1); at the end it stays.
func (s *Service) MoveUnit(ctx context.Context, v account.Viewer, id CourseID, unit UnitID, by int) error {
	return s.onUnit(ctx, v, id, unit, actEdit, func(tx *db.Tx, _ Course, units []Unit, i int) error {
		to := min(max(i+by, 0), len(units)-1)
		moved := units[i]
		units = slices.Insert(slices.Delete(units, i, i+1), to, moved)
		for n, u := range units {
			if err := s.store.One(ctx, tx, "unit_place", int64(u.ID), n+1); err != nil {
				return err
			}
		}
		return record(ctx, tx, v.Actor(), "course.unit.move", unitSubject(unit), map[string]any{"before": i + 1, "after": to + 1})
	})
}

// RemoveUnit takes a unit out of a draft.
func (s *Service) RemoveUnit(ctx context.Context, v account.Viewer, id CourseID, unit UnitID) error {
	return s.onUnit(ctx, v, id, unit, actCompose, func(tx *db.Tx, _ Course, units []Unit, i int) error {
		if err := s.store.One(ctx, tx, "unit_remove", int64(unit), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "course.unit.remove", unitSubject(unit), map[string]any{"title": units[i].Title})
	})
}
