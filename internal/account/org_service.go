package account

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Tree is the organisation as it stands. Everybody signed in may know its
// names: pickers show them.
func (s *Service) Tree(ctx context.Context, v Viewer) (Tree, error) {
	if !v.SignedIn() {
		return nil, v.Require(OrgRead)
	}
	return s.tree(ctx, s.db)
}

func (s *Service) tree(ctx context.Context, q db.Q) (Tree, error) {
	var t Tree
	err := s.store.Select(ctx, q, (*[]Unit)(&t), "unit_tree")
	return t, err
}

// CreateUnit adds a unit below another one. Parent 0 makes the company itself,
// which only the program may, once.
func (s *Service) CreateUnit(ctx context.Context, v Viewer, parent UnitID, kind UnitKind, name string, position int) (UnitID, error) {
	name = strings.TrimSpace(name)
	if bad := checkUnitName(name); bad != nil {
		return 0, errs.InvalidFields(*bad)
	}
	var id UnitID
	err := s.change(ctx, func(tx *db.Tx) error {
		if err := s.mayHold(ctx, tx, v, parent, kind); err != nil {
			return err
		}
		if err := s.store.Get(ctx, tx, &id, "unit_insert", int64(parent), string(kind), name, position, tx.Now()); err != nil {
			return explain(err)
		}
		// who holds a role above the new unit holds it there too
		if err := s.forget(ctx, tx, 0); err != nil {
			return err
		}
		return record(ctx, tx, v, "org.create", unitSubject(id), map[string]any{"parent_id": parent, "kind": kind, "name": name}, nil)
	})
	return id, err
}

// mayHold checks that the viewer may put a unit of the kind below parent.
func (s *Service) mayHold(ctx context.Context, tx *db.Tx, v Viewer, parent UnitID, kind UnitKind) error {
	if err := v.Require(OrgWrite); err != nil {
		return err
	}
	if parent == 0 {
		if !v.Internal() || kind != Company {
			return errs.InvalidFields(errs.NewField("parent_id", "error.account.choose"))
		}
		return nil
	}
	u, err := s.unitInScope(ctx, tx, v, parent)
	if err != nil {
		return ifMissing(err, "parent_id")
	}
	if !u.Kind.MayHold(kind) {
		return errs.InvalidFields(errs.NewField("kind", "error.account.unit_kind"))
	}
	return nil
}

func (s *Service) unitInScope(ctx context.Context, tx *db.Tx, v Viewer, id UnitID) (Unit, error) {
	var u Unit
	if err := v.Require(OrgWrite); err != nil {
		return u, err
	}
	if !v.Scope(OrgWrite).HasUnit(id) {
		return u, errs.New(errs.NotFound, "error.not_found")
	}
	err := s.store.Get(ctx, tx, &u, "unit_lock", int64(id))
	return u, err
}

// RenameUnit changes the name and the place among the siblings.
func (s *Service) RenameUnit(ctx context.Context, v Viewer, id UnitID, name string, position int) error {
	name = strings.TrimSpace(name)
	if bad := checkUnitName(name); bad != nil {
		return errs.InvalidFields(*bad)
	}
	return s.change(ctx, func(tx *db.Tx) error {
		before, err := s.unitInScope(ctx, tx, v, id)
		if err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "unit_rename", int64(id), name, position); err != nil {
			return explain(err)
		}
		return record(ctx, tx, v, "org.rename", unitSubject(id), map[string]any{"before": before.Name, "after": name}, nil)
	})
}

// MoveUnit hangs a unit with everything below it under another parent; the
// viewer must reach both.
func (s *Service) MoveUnit(ctx context.Context, v Viewer, id, parent UnitID) error {
	return s.change(ctx, func(tx *db.Tx) error {
		u, err := s.unitInScope(ctx, tx, v, id)
		if err != nil {
			return err
		}
		if u.ParentID == 0 {
			return errs.New(errs.Conflict, "error.account.root_stays")
		}
		if err := s.mayHold(ctx, tx, v, parent, u.Kind); err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "unit_move", int64(id), int64(parent)); err != nil {
			return explain(err)
		}
		if err := s.forget(ctx, tx, 0); err != nil {
			return err
		}
		return record(ctx, tx, v, "org.move", unitSubject(id), map[string]any{"before": u.ParentID, "after": parent}, nil)
	})
}

// RetireUnit takes an empty unit out of use: nobody stands in it, no unit
// hangs below it, no role is held for it. Otherwise Conflict.
func (s *Service) RetireUnit(ctx context.Context, v Viewer, id UnitID) error {
	return s.change(ctx, func(tx *db.Tx) error {
		if _, err := s.unitInScope(ctx, tx, v, id); err != nil {
			return err
		}
		if n, err := s.store.Exec(ctx, tx, "unit_retire", int64(id), tx.Now()); err != nil {
			return err
		} else if n == 0 {
			return errs.New(errs.Conflict, "error.account.unit_in_use")
		}
		return record(ctx, tx, v, "org.retire", unitSubject(id), nil, nil)
	})
}

// Posts lists the posts in use.
func (s *Service) Posts(ctx context.Context, v Viewer) ([]Post, error) {
	if !v.SignedIn() {
		return nil, v.Require(OrgRead)
	}
	var out []Post
	err := s.store.Select(ctx, s.db, &out, "posts")
	return out, err
}

// CreatePost adds a post; code and name are unique.
func (s *Service) CreatePost(ctx context.Context, v Viewer, p Post) (PostID, error) {
	if err := v.Require(OrgWrite); err != nil {
		return 0, err
	}
	p.Code, p.Name = strings.TrimSpace(p.Code), strings.TrimSpace(p.Name)
	if bad := p.check(); len(bad) > 0 {
		return 0, errs.InvalidFields(bad...)
	}
	var id PostID
	err := s.change(ctx, func(tx *db.Tx) error {
		if err := s.store.Get(ctx, tx, &id, "post_insert", p.Code, p.Name, string(p.Kind), tx.Now()); err != nil {
			return explain(err)
		}
		return record(ctx, tx, v, "post.create", "post:"+id.String(), map[string]any{"code": p.Code, "name": p.Name, "kind": p.Kind}, nil)
	})
	return id, err
}

// RetirePost takes a post at which nobody stands out of use.
func (s *Service) RetirePost(ctx context.Context, v Viewer, id PostID) error {
	if err := v.Require(OrgWrite); err != nil {
		return err
	}
	return s.change(ctx, func(tx *db.Tx) error {
		if n, err := s.store.Exec(ctx, tx, "post_retire", int64(id), tx.Now()); err != nil {
			return err
		} else if n == 0 {
			return errs.New(errs.Conflict, "error.account.post_in_use")
		}
		return record(ctx, tx, v, "post.retire", "post:"+id.String(), nil, nil)
	})
}
