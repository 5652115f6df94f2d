package account

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

// NewPerson is a person with the first place; FromOn nil means the day of
// hiring, or today.
type NewPerson struct {
	PersonInput
	UnitID UnitID
	PostID PostID
	FromOn *time.Time
}

// CreatePerson adds a person to a unit that the viewer reaches.
func (s *Service) CreatePerson(ctx context.Context, v Viewer, in NewPerson) (PersonID, error) {
	if err := v.Require(AccountPersonWrite); err != nil {
		return 0, err
	}
	var id PersonID
	err := s.change(ctx, func(tx *db.Tx) (err error) {
		id, err = s.createPerson(ctx, tx, v, in)
		return err
	})
	return id, err
}

func (s *Service) createPerson(ctx context.Context, tx *db.Tx, v Viewer, in NewPerson) (PersonID, error) {
	in.PersonInput = in.Clean()
	today := s.day(tx.Now())
	if bad := in.Check(today); len(bad) > 0 {
		return 0, errs.InvalidFields(bad...)
	}
	if err := s.placeInScope(ctx, tx, v, AccountPersonWrite, in.UnitID, in.PostID); err != nil {
		return 0, err
	}
	from := today
	if in.HiredOn != nil {
		from = *in.HiredOn
	}
	if in.FromOn != nil {
		from = *in.FromOn
	}
	full, initials := Pinyin(in.Name)
	var id PersonID
	err := s.store.Get(ctx, tx, &id, "person_insert", in.EmployeeNo, in.Name, full, initials, in.Phone, in.Email,
		in.HiredOn, string(words.ZH), tx.Now())
	if err != nil {
		return 0, explain(err)
	}
	if err := s.store.One(ctx, tx, "assignment_insert", int64(id), int64(in.UnitID), int64(in.PostID), from, tx.Now()); err != nil {
		return 0, explain(err)
	}
	return id, record(ctx, tx, v, "person.create", personSubject(id),
		map[string]any{"unit_id": in.UnitID, "post_id": in.PostID}, in.personal())
}

// personal are the values that the audit keeps apart, erasable.
func (in PersonInput) personal() map[string]any {
	return map[string]any{"employee_no": in.EmployeeNo, "name": in.Name, "phone": in.Phone, "email": in.Email}
}

// EditPerson changes who the person is; version is the one the editor saw,
// and an older one is Conflict. A phone that is still masked stays as it was.
func (s *Service) EditPerson(ctx context.Context, v Viewer, id PersonID, version int, in PersonInput) error {
	return s.change(ctx, func(tx *db.Tx) error {
		before, err := s.locked(ctx, tx, v, AccountPersonWrite, id)
		if err != nil {
			return err
		}
		in = in.Clean()
		if strings.Contains(in.Phone, "*") && in.Phone == MaskPhone(before.Phone) {
			in.Phone = before.Phone
		}
		return s.editPerson(ctx, tx, v, before, version, in)
	})
}

func (s *Service) editPerson(ctx context.Context, tx *db.Tx, v Viewer, before Person, version int, in PersonInput) error {
	if bad := in.Check(s.day(tx.Now())); len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	full, initials := Pinyin(in.Name)
	err := s.store.One(ctx, tx, "person_edit", int64(before.ID), version, in.EmployeeNo, in.Name, full, initials, in.Phone, in.Email, in.HiredOn)
	if err != nil {
		return explain(err)
	}
	if err := s.forget(ctx, tx, before.ID); err != nil {
		return err
	}
	old := PersonInput{EmployeeNo: before.EmployeeNo, Name: before.Name, Phone: before.Phone, Email: before.Email}
	return record(ctx, tx, v, "person.edit", personSubject(before.ID), nil,
		map[string]any{"before": old.personal(), "after": in.personal()})
}

// Transfer moves a person to another unit or post from a day on, today at the
// latest. Roles held for the old unit end; a consultant is one in the new unit.
func (s *Service) Transfer(ctx context.Context, v Viewer, id PersonID, unit UnitID, post PostID, fromOn time.Time) error {
	return s.change(ctx, func(tx *db.Tx) error {
		p, err := s.locked(ctx, tx, v, AccountPersonWrite, id)
		if err != nil {
			return err
		}
		return s.transfer(ctx, tx, v, p, unit, post, fromOn)
	})
}

func (s *Service) transfer(ctx context.Context, tx *db.Tx, v Viewer, p Person, unit UnitID, post PostID, fromOn time.Time) error {
	if p.Left() {
		return errs.New(errs.Conflict, "error.account.has_left")
	}
	if err := NotSelf(v, p.ID); err != nil {
		return err
	}
	if unit != p.UnitID { // roles held for the old unit end with it
		if err := s.mayManage(ctx, tx, v, p.ID); err != nil {
			return err
		}
	}
	if err := s.placeInScope(ctx, tx, v, AccountPersonWrite, unit, post); err != nil {
		return err
	}
	if err := s.moveTo(ctx, tx, p.ID, unit, post, fromOn); err != nil {
		return err
	}
	if unit != p.UnitID {
		if err := s.carryRoles(ctx, tx, v, p.ID, p.UnitID, unit); err != nil {
			return err
		}
	}
	return record(ctx, tx, v, "person.transfer", personSubject(p.ID), map[string]any{
		"from_unit_id": p.UnitID, "from_post_id": p.PostID, "unit_id": unit, "post_id": post, "from_on": fromOn.Format(time.DateOnly),
	}, nil)
}

// moveTo ends the present place the day before and begins the new one. On the
// day on which the present one began it is a correction of that very row.
func (s *Service) moveTo(ctx context.Context, tx *db.Tx, id PersonID, unit UnitID, post PostID, fromOn time.Time) error {
	var place Assignment
	if err := s.store.Get(ctx, tx, &place, "place", int64(id)); err != nil {
		return err
	}
	began := calendarDay(place.FromOn)
	switch {
	case fromOn.After(s.day(tx.Now())), fromOn.Before(began):
		return errs.InvalidFields(errs.NewField("from_on", "error.account.from_on"))
	case fromOn.Equal(began) && place.ToOn == nil:
		return s.store.One(ctx, tx, "assignment_amend", place.ID, int64(unit), int64(post))
	case fromOn.Equal(began):
		return errs.InvalidFields(errs.NewField("from_on", "error.account.from_on"))
	}
	if err := s.store.One(ctx, tx, "assignment_close", place.ID, fromOn.AddDate(0, 0, -1)); err != nil {
		return explain(err)
	}
	return explain(s.store.One(ctx, tx, "assignment_insert", int64(id), int64(unit), int64(post), fromOn, tx.Now()))
}

// calendarDay is a date column as midnight UTC, whatever zone the driver put it in.
func calendarDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func (s *Service) carryRoles(ctx context.Context, tx *db.Tx, v Viewer, id PersonID, old, unit UnitID) error {
	var consultant int
	if err := s.store.Get(ctx, tx, &consultant, "holds_at_unit", int64(id), int64(old), string(Consultant)); err != nil {
		return err
	}
	if _, err := s.store.Exec(ctx, tx, "grants_end_at_unit", int64(id), int64(old), tx.Now(), v.Actor()); err != nil {
		return err
	}
	if consultant > 0 {
		if _, err := s.store.Exec(ctx, tx, "grant_insert", int64(id), string(Consultant), int64(unit), tx.Now(), v.Actor()); err != nil {
			return err
		}
	}
	return s.forget(ctx, tx, id)
}

// Leave records the last day, today at the latest. Every role ends, the
// account is closed, every session ends; history and results stay.
func (s *Service) Leave(ctx context.Context, v Viewer, id PersonID, leftOn time.Time, reason string) error {
	if err := NotSelf(v, id); err != nil {
		return err
	}
	return s.change(ctx, func(tx *db.Tx) error {
		p, err := s.locked(ctx, tx, v, AccountPersonWrite, id)
		if err != nil {
			return err
		}
		if err := s.mayManage(ctx, tx, v, id); err != nil {
			return err
		}
		if leftOn.After(s.day(tx.Now())) {
			return errs.InvalidFields(errs.NewField("left_on", "error.account.left_on"))
		}
		if p.Left() {
			return errs.New(errs.Conflict, "error.account.has_left")
		}
		if err := s.store.One(ctx, tx, "person_leave", int64(id), leftOn); err != nil {
			return explain(err)
		}
		if _, err := s.store.Exec(ctx, tx, "assignment_end", int64(id), leftOn); err != nil {
			return ifDays(explain(err))
		}
		if err := s.shutOut(ctx, tx, v, id); err != nil {
			return err
		}
		return record(ctx, tx, v, "person.leave", personSubject(id),
			map[string]any{"left_on": leftOn.Format(time.DateOnly)}, map[string]any{"reason": reason})
	})
}

// ifDays names the field of the leaving form: the last day lies before the
// day on which the present place began.
func ifDays(err error) error {
	if errs.Is(err, errs.Invalid) {
		return errs.InvalidFields(errs.NewField("left_on", "error.account.left_on"))
	}
	return err
}

// shutOut ends roles, account and sessions.
func (s *Service) shutOut(ctx context.Context, tx *db.Tx, v Viewer, id PersonID) error {
	if _, err := s.store.Exec(ctx, tx, "grants_end_all", int64(id), tx.Now(), v.Actor()); err != nil {
		return err
	}
	if _, err := s.store.Exec(ctx, tx, "login_disable", int64(id), tx.Now()); err != nil {
		return err
	}
	return s.endSessions(ctx, tx, id)
}

// Return takes somebody back who had left: same number, new place from a day
// on. Roles and the account are given anew.
func (s *Service) Return(ctx context.Context, v Viewer, id PersonID, unit UnitID, post PostID, fromOn time.Time) error {
	return s.change(ctx, func(tx *db.Tx) error {
		p, err := s.locked(ctx, tx, v, AccountPersonWrite, id)
		if err != nil {
			return err
		}
		if p.LeftOn == nil || !fromOn.After(calendarDay(*p.LeftOn)) {
			return errs.InvalidFields(errs.NewField("from_on", "error.account.from_on"))
		}
		if err := s.placeInScope(ctx, tx, v, AccountPersonWrite, unit, post); err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "person_return", int64(id)); err != nil {
			return err
		}
		if err := s.moveTo(ctx, tx, id, unit, post, fromOn); err != nil {
			return err
		}
		return record(ctx, tx, v, "person.return", personSubject(id),
			map[string]any{"unit_id": unit, "post_id": post, "from_on": fromOn.Format(time.DateOnly)}, nil)
	})
}

// MaxPhoneReason is how many characters the reason for looking at a number may have.
const MaxPhoneReason = 200

// ShowPhone gives the whole number to whoever says why; both are recorded (threat 68).
func (s *Service) ShowPhone(ctx context.Context, v Viewer, id PersonID, reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if n := len([]rune(reason)); n < 2 || n > MaxPhoneReason {
		return "", errs.InvalidFields(errs.NewField("reason", "error.account.reason"))
	}
	var phone string
	err := s.change(ctx, func(tx *db.Tx) error {
		p, err := s.scoped(ctx, tx, v, AccountPhoneShow, id)
		if err != nil {
			return err
		}
		phone = p.Phone
		return record(ctx, tx, v, "person.phone_show", personSubject(id), nil, map[string]any{"reason": reason})
	})
	return phone, err
}

// SetLanguage is the person's own choice.
func (s *Service) SetLanguage(ctx context.Context, v Viewer, l words.Lang) error {
	if v.PersonID == 0 {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return s.change(ctx, func(tx *db.Tx) error {
		if err := s.store.One(ctx, tx, "person_language", int64(v.PersonID), string(words.ParseLang(string(l)))); err != nil {
			return err
		}
		if err := s.forget(ctx, tx, v.PersonID); err != nil {
			return err
		}
		return record(ctx, tx, v, "person.language", personSubject(v.PersonID), map[string]any{"language": l}, nil)
	})
}
