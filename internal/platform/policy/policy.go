// Package policy reads and adds the rules that a clinic may set: bands, retake, absence, session … Each is a row with a version and
// the moment from which it holds; a thing computed with a version keeps that version's id beside it.
package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// VersionID names one version of one policy.
type VersionID int64

// Store reads and adds versions.
type Store struct {
	q    *db.Queries
	read sync.Map // named → body: what ByID has read
}

const queries = `
-- name: current
-- why: the version that holds at a moment
SELECT id, body FROM policy_version WHERE kind = $1 AND effective_from <= $2
ORDER BY effective_from DESC, version DESC LIMIT 1

-- name: current_of
-- why: who tells several rules reads them at once
SELECT k.kind, v.body FROM unnest($1::text[]) AS k (kind)
CROSS JOIN LATERAL (SELECT body FROM policy_version p WHERE p.kind = k.kind AND p.effective_from <= $2 ORDER BY p.effective_from DESC, p.version DESC LIMIT 1) v

-- name: by_id
-- why: what a result was computed with
SELECT id, body FROM policy_version WHERE id = $1 AND kind = $2

-- name: history
-- why: the page of policies tells what held when, the newest version first
SELECT id, version, effective_from, body, approved_by, created_at FROM policy_version WHERE kind = $1 ORDER BY version DESC LIMIT $2

-- name: add
-- why: a change is a new version; the number follows the last one of its kind
INSERT INTO policy_version (kind, version, effective_from, body, approved_by, created_at)
SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5 FROM policy_version WHERE kind = $1
RETURNING id
`

// NewStore prepares the statements.
func NewStore(ctx context.Context, d *db.DB) (*Store, error) {
	q, err := d.Prepare(ctx, queries)
	if err != nil {
		return nil, err
	}
	return &Store{q: q}, nil
}

type row[T any] struct {
	ID   VersionID  `db:"id"`
	Body db.JSON[T] `db:"body"`
}

// Current is the version of a kind that holds at a moment; none is errs.NotFound.
func Current[T any](ctx context.Context, s *Store, x db.Q, kind string, at time.Time) (T, VersionID, error) {
	var r row[T]
	err := s.q.Get(ctx, x, &r, "current", kind, at)
	return r.Body.V, r.ID, err
}

// CurrentTwo are the versions of two kinds that hold at a moment, in one look; none of either is errs.NotFound.
func CurrentTwo[A, B any](ctx context.Context, s *Store, x db.Q, kindA, kindB string, at time.Time) (a A, b B, err error) {
	var rows []struct {
		Kind string                   `db:"kind"`
		Body db.JSON[json.RawMessage] `db:"body"`
	}
	if err := s.q.Select(ctx, x, &rows, "current_of", db.Array([]string{kindA, kindB}), at); err != nil {
		return a, b, err
	}
	into := map[string]any{kindA: &a, kindB: &b}
	for _, r := range rows {
		if err := json.Unmarshal(r.Body.V, into[r.Kind]); err != nil {
			return a, b, err
		}
		delete(into, r.Kind)
	}
	if len(into) > 0 {
		return a, b, errs.New(errs.NotFound, "error.not_found")
	}
	return a, b, nil
}

// ByID is a stored version of a kind. It is read once a process, since a version is never changed; nor may the caller change it.
func ByID[T any](ctx context.Context, s *Store, x db.Q, kind string, id VersionID) (T, error) {
	key := named{kind, id}
	if v, ok := s.read.Load(key); ok {
		if body, ok := v.(T); ok {
			return body, nil
		}
	}
	var r row[T]
	if err := s.q.Get(ctx, x, &r, "by_id", id, kind); err != nil {
		return r.Body.V, err
	}
	s.read.Store(key, r.Body.V)
	return r.Body.V, nil
}

// named is a version as its readers name it.
type named struct {
	kind string
	id   VersionID
}

// Add makes a new version, in force from the moment given, and records who did; the zero time means at once. It is the only way, so
// that nothing that was computed already can come under another version. Two at once collide on the version number and one of them is
// an error. Errors: Invalid for a moment that has passed.
func Add[T any](ctx context.Context, s *Store, tx *db.Tx, kind string, from time.Time, body T, approvedBy string) error {
	if from.IsZero() {
		from = tx.Now()
	}
	if from.Before(tx.Now()) {
		return errs.InvalidFields(errs.NewField("effective_on", "error.policy.past"))
	}
	var id VersionID
	if err := s.q.Get(ctx, tx, &id, "add", kind, from, db.JSONOf(body), approvedBy, tx.Now()); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		Actor: approvedBy, Act: "policy.add", Subject: fmt.Sprintf("policy_version:%d", id),
		Body: map[string]any{"kind": kind, "effective_from": from, "body": body},
	})
}

// Ensure adds the body as the first version of a kind of which none holds yet.
func Ensure[T any](ctx context.Context, s *Store, tx *db.Tx, kind string, body T, approvedBy string) error {
	_, _, err := Current[T](ctx, s, tx, kind, tx.Now())
	if !errs.Is(err, errs.NotFound) {
		return err
	}
	return Add(ctx, s, tx, kind, tx.Now(), body, approvedBy)
}
