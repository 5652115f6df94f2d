package appraisal

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Version is one version of a scheme.
type Version struct {
	ID          VersionID       `db:"id"`
	SchemeID    SchemeID        `db:"scheme_id"`
	Name        string          `db:"name"`
	Version     int             `db:"version"`
	State       VersionState    `db:"state"`
	Preset      string          `db:"preset"`
	Body        db.JSON[Scheme] `db:"body"`
	CreatedAt   time.Time       `db:"created_at"`
	ActivatedAt *time.Time      `db:"activated_at"`
}

// Scheme is what the version holds.
func (v Version) Scheme() Scheme { return v.Body.V }

// Schemes lists all schemes with their versions, the newest of each first. A scheme is the whole organisation's: standards
// are the same for all of a post (A02) and everybody who may read sheets of others may read them.
func (s *Service) Schemes(ctx context.Context, v account.Viewer) ([]Version, error) {
	if _, err := beyondSelf(v, account.AppraisalRead); err != nil {
		return nil, err
	}
	var out []Version
	err := s.store.Select(ctx, s.db, &out, "schemes")
	return out, err
}

// Version is one version with its body.
func (s *Service) Version(ctx context.Context, v account.Viewer, id VersionID) (Version, error) {
	var out Version
	if _, err := beyondSelf(v, account.AppraisalRead); err != nil {
		return out, err
	}
	err := s.store.Get(ctx, s.db, &out, "version", int64(id))
	return out, err
}

// CreateScheme makes a draft from a preset. An empty name takes the preset's.
func (s *Service) CreateScheme(ctx context.Context, v account.Viewer, preset, name string) (VersionID, error) {
	if err := v.Require(account.AppraisalScheme); err != nil {
		return 0, err
	}
	p, ok := FindPreset(preset)
	if !ok {
		return 0, errs.InvalidFields(errs.NewField("preset", "error.appraisal.choose"))
	}
	if name = strings.TrimSpace(name); name == "" {
		name = p.Name
	}
	if len([]rune(name)) > maxName {
		return 0, errs.InvalidFields(errs.NewField("name", "error.appraisal.name", "limit", maxName))
	}
	var id VersionID
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var scheme SchemeID
		if err := s.store.Get(ctx, tx, &scheme, "scheme_insert", name, tx.Now(), v.Actor()); err != nil {
			return explain(err)
		}
		if err := s.store.Get(ctx, tx, &id, "version_insert", int64(scheme), preset, db.JSONOf(p.Scheme), tx.Now(), v.Actor()); err != nil {
			return explain(err)
		}
		return record(ctx, tx, v.Actor(), "appraisal.scheme.create", versionSubject(id), map[string]any{"preset": preset, "name": name})
	})
	return id, err
}

// NextVersion makes a draft from a version that is fixed already; Conflict when the scheme has a draft.
func (s *Service) NextVersion(ctx context.Context, v account.Viewer, from VersionID) (VersionID, error) {
	if err := v.Require(account.AppraisalScheme); err != nil {
		return 0, err
	}
	var id VersionID
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var old Version
		if err := s.store.Get(ctx, tx, &old, "version", int64(from)); err != nil {
			return err
		}
		if err := s.store.Get(ctx, tx, &id, "version_insert", int64(old.SchemeID), old.Preset, old.Body, tx.Now(), v.Actor()); err != nil {
			return explain(err)
		}
		return record(ctx, tx, v.Actor(), "appraisal.scheme.next", versionSubject(id), map[string]any{"from_version": old.Version})
	})
	return id, err
}

// EditDraft replaces what a draft holds. A draft may be wrong while it is worked on; Activate wants it right.
func (s *Service) EditDraft(ctx context.Context, v account.Viewer, id VersionID, body Scheme) error {
	return s.onVersion(ctx, v, id, func(tx *db.Tx, old Version) error {
		if old.State != Draft {
			return errs.New(errs.Conflict, "error.appraisal.not_draft")
		}
		if err := s.store.One(ctx, tx, "version_edit", int64(id), db.JSONOf(body)); err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "appraisal.scheme.edit", versionSubject(id), map[string]any{"before": old.Scheme(), "after": body})
	})
}

// Activate fixes a draft and lets cycles use it; the scheme's older version is retired. Errors: see Activatable.
func (s *Service) Activate(ctx context.Context, v account.Viewer, id VersionID) error {
	return s.onVersion(ctx, v, id, func(tx *db.Tx, draft Version) error {
		p, err := s.floorPolicy(ctx, tx)
		if err != nil {
			return err
		}
		if err := Activatable(draft.State, draft.Scheme(), p); err != nil {
			return err
		}
		if _, err := s.store.Exec(ctx, tx, "version_retire", int64(draft.SchemeID), tx.Now()); err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "version_activate", int64(id), tx.Now(), v.Actor()); err != nil {
			return err
		}
		below := []string{}
		for _, d := range draft.Scheme().BelowFloor() {
			below = append(below, d.Key)
		}
		return record(ctx, tx, v.Actor(), "appraisal.scheme.activate", versionSubject(id), map[string]any{"below_floor": below})
	})
}

func (s *Service) onVersion(ctx context.Context, v account.Viewer, id VersionID, fn func(tx *db.Tx, old Version) error) error {
	if err := v.Require(account.AppraisalScheme); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var locked VersionID
		if err := s.store.Get(ctx, tx, &locked, "version_lock", int64(id)); err != nil {
			return err
		}
		var old Version
		if err := s.store.Get(ctx, tx, &old, "version", int64(id)); err != nil {
			return err
		}
		return fn(tx, old)
	})
}
