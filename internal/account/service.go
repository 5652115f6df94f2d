package account

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Service is the feature: each method checks the viewer, acts in one
// transaction and writes what was done into the audit.
type Service struct {
	db     *db.DB
	store  store
	zone   *time.Location
	hasher *hasher
	cache  *sessionCache
}

// New prepares the statements; zone is the organisation's (decision 3), in
// which days begin and end.
func New(ctx context.Context, d *db.DB, zone *time.Location) (*Service, error) {
	st, err := openStore(ctx, d)
	if err != nil {
		return nil, err
	}
	return &Service{db: d, store: st, zone: zone, hasher: newHasher(), cache: newSessionCache()}, nil
}

// day is the organisation's date at a moment, as midnight UTC of that date.
func (s *Service) day(at time.Time) time.Time {
	y, m, d := at.In(s.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Today is the organisation's date.
func (s *Service) Today() time.Time { return s.day(s.db.Now()) }

// record writes one act about a person, a unit or a post into the audit.
func record(ctx context.Context, tx *db.Tx, v Viewer, act, subject string, body map[string]any, personal map[string]any) error {
	if body == nil {
		body = map[string]any{}
	}
	return audit.Write(ctx, tx, audit.Event{Actor: v.Actor(), Act: act, Subject: subject, Body: body, Personal: personal})
}

func personSubject(id PersonID) string { return "person:" + id.String() }
func unitSubject(id UnitID) string     { return "org_unit:" + id.String() }

// change is a transaction after which this process knows at once whom it must
// forget, so that the page after the act shows what was done. The others, and
// this one if the reading fails, know within a second.
func (s *Service) change(ctx context.Context, fn func(tx *db.Tx) error) error {
	if err := s.db.InTx(ctx, fn); err != nil {
		return err
	}
	_ = s.PollRevocations(ctx)
	return nil
}

// forget makes every process reload the person's session and grants within a
// second; person 0 stands for everybody.
func (s *Service) forget(ctx context.Context, tx *db.Tx, id PersonID) error {
	return s.store.One(ctx, tx, "revoke", int64(id), tx.Now())
}

// scoped loads a person whom the viewer may do the action to; anybody else is
// NotFound, whether they exist or not (threat 36).
func (s *Service) scoped(ctx context.Context, q db.Q, v Viewer, a Action, id PersonID) (Person, error) {
	var p Person
	if err := v.Require(a); err != nil {
		return p, err
	}
	sc := v.Scope(a)
	err := s.store.Get(ctx, q, &p, "person", int64(id), sc.All, sc.PersonID, db.Array(sc.UnitIDs))
	return p, err
}

// locked is scoped inside a transaction that then alone acts on the person.
func (s *Service) locked(ctx context.Context, tx *db.Tx, v Viewer, a Action, id PersonID) (Person, error) {
	if err := v.Require(a); err != nil {
		return Person{}, err
	}
	var one int64
	if err := s.store.Get(ctx, tx, &one, "person_lock", int64(id)); err != nil {
		return Person{}, err
	}
	return s.scoped(ctx, tx, v, a, id)
}

// placeInScope checks a unit and a post that were chosen in a form.
func (s *Service) placeInScope(ctx context.Context, q db.Q, v Viewer, a Action, unit UnitID, post PostID) error {
	var u Unit
	if err := s.store.Get(ctx, q, &u, "unit", int64(unit)); err != nil {
		return ifMissing(err, "unit_id")
	}
	if !v.Scope(a).HasUnit(unit) {
		return errs.InvalidFields(errs.NewField("unit_id", "error.account.choose"))
	}
	var p Post
	return ifMissing(s.store.Get(ctx, q, &p, "post", int64(post)), "post_id")
}
