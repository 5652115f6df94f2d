package account

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// CanGrant tells whether the viewer may give the role for the unit. Only an
// administrator of that part makes administrators, so that no other role can
// lift itself; to whom, is NotSelf's matter.
func CanGrant(v Viewer, r Role, unit UnitID) bool {
	if !r.Valid() || !v.Scope(RoleGrant).HasUnit(unit) {
		return false
	}
	return r != Admin || v.Internal() || v.holdsOver(Admin, unit)
}

func (v Viewer) holdsOver(r Role, unit UnitID) bool {
	return v.Can(RoleGrant) && slices.ContainsFunc(v.Grants, func(g Grant) bool {
		return g.Role == r && slices.Contains(g.Units, unit)
	})
}

// GrantRole gives a person a role for a unit and everything below it; holding
// it already changes nothing.
func (s *Service) GrantRole(ctx context.Context, v Viewer, id PersonID, r Role, unit UnitID) error {
	if err := NotSelf(v, id); err != nil {
		return err
	}
	return s.change(ctx, func(tx *db.Tx) error {
		p, err := s.locked(ctx, tx, v, RoleGrant, id)
		if err != nil {
			return err
		}
		if p.Left() {
			return errs.New(errs.Conflict, "error.account.has_left")
		}
		return s.grantRole(ctx, tx, v, id, r, unit)
	})
}

func (s *Service) grantRole(ctx context.Context, tx *db.Tx, v Viewer, id PersonID, r Role, unit UnitID) error {
	if !r.Valid() {
		return errs.InvalidFields(errs.NewField("role", "error.account.choose"))
	}
	var u Unit
	if err := s.store.Get(ctx, tx, &u, "unit", int64(unit)); err != nil {
		return ifMissing(err, "unit_id")
	}
	if !CanGrant(v, r, unit) {
		return errs.InvalidFields(errs.NewField("role", "error.account.may_not_grant"))
	}
	n, err := s.store.Exec(ctx, tx, "grant_insert", int64(id), string(r), int64(unit), tx.Now(), v.Actor())
	if err != nil || n == 0 {
		return err
	}
	if err := s.forget(ctx, tx, id); err != nil {
		return err
	}
	return record(ctx, tx, v, "role.grant", personSubject(id), map[string]any{"role": r, "unit_id": unit}, nil)
}

// EndGrant takes a role away; the person's next request already lacks it.
func (s *Service) EndGrant(ctx context.Context, v Viewer, id PersonID, grantID int64) error {
	if err := NotSelf(v, id); err != nil {
		return err
	}
	return s.change(ctx, func(tx *db.Tx) error {
		if _, err := s.locked(ctx, tx, v, RoleGrant, id); err != nil {
			return err
		}
		var g HeldGrant
		if err := s.store.Get(ctx, tx, &g, "grant_held", grantID, int64(id)); err != nil {
			return err
		}
		if !CanGrant(v, g.Role, g.UnitID) {
			return errs.New(errs.Forbidden, "error.account.may_not_grant")
		}
		if err := s.store.One(ctx, tx, "grant_end", grantID, tx.Now(), v.Actor()); err != nil {
			return err
		}
		if err := s.forget(ctx, tx, id); err != nil {
			return err
		}
		return record(ctx, tx, v, "role.end", personSubject(id), map[string]any{"role": g.Role, "unit_id": g.UnitID}, nil)
	})
}

// mayManage refuses acts on the account of somebody whose roles the viewer
// could not give: resetting that password would be a way to take them.
func (s *Service) mayManage(ctx context.Context, tx *db.Tx, v Viewer, id PersonID) error {
	var held []HeldGrant
	if err := s.store.Select(ctx, tx, &held, "grants_of", int64(id)); err != nil {
		return err
	}
	for _, g := range held {
		if !CanGrant(v, g.Role, g.UnitID) {
			return errs.New(errs.Forbidden, "error.account.may_not_manage")
		}
	}
	return nil
}

// Holders are, for each of these people, those whose roles let them do the action for that person: they are told of what waits for
// them. Nobody who has left is among them, nor the person.
func (s *Service) Holders(ctx context.Context, x db.Q, a Action, people []PersonID) (map[PersonID][]PersonID, error) {
	var rows []struct {
		About  PersonID `db:"about"`
		Holder PersonID `db:"holder"`
	}
	err := s.store.Select(ctx, x, &rows, "holders", db.Array(Int64s(people)), db.Array(rolesFor(a)))
	out := make(map[PersonID][]PersonID, len(people))
	for _, r := range rows {
		out[r.About] = append(out[r.About], r.Holder)
	}
	return out, err
}

// rolesFor are the roles whose holders may do the action.
func rolesFor(a Action) []string {
	roles := make([]string, len(allowed[a]))
	for i, r := range allowed[a] {
		roles[i] = string(r)
	}
	return roles
}

// HoldersOfAny are the people whose roles let them do the action for one of these people at least. Nobody who has left is among them.
func (s *Service) HoldersOfAny(ctx context.Context, x db.Q, a Action, people []PersonID) ([]PersonID, error) {
	return s.holdersOf(ctx, x, "holders_of_any", a, people)
}

func (s *Service) holdersOf(ctx context.Context, x db.Q, query string, a Action, people []PersonID) ([]PersonID, error) {
	var out []PersonID
	err := s.store.Select(ctx, x, &out, query, db.Array(Int64s(people)), db.Array(rolesFor(a)))
	return out, err
}

// HoldersOfAll are the people whose roles let them do the action for each of these people: they are told of what waits for them
// about all of them together. Nobody who has left is among them.
func (s *Service) HoldersOfAll(ctx context.Context, x db.Q, a Action, people []PersonID) ([]PersonID, error) {
	return s.holdersOf(ctx, x, "holders_of_all", a, people)
}
