package policy

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
)

// maxHistory bounds the versions that a page shows: a rule that changes once a month fills eight years.
const maxHistory = 100

// Version is one version of a policy with who approved it and from when it holds.
type Version[T any] struct {
	ID            VersionID  `db:"id"`
	Number        int        `db:"version"`
	EffectiveFrom time.Time  `db:"effective_from"`
	Body          db.JSON[T] `db:"body"`
	ApprovedBy    string     `db:"approved_by"` // an actor: "person:12", "system"
	CreatedAt     time.Time  `db:"created_at"`
}

// History lists the versions of a kind, the newest first.
func History[T any](ctx context.Context, s *Store, x db.Q, kind string) ([]Version[T], error) {
	var out []Version[T]
	err := s.q.Select(ctx, x, &out, "history", kind, maxHistory)
	return out, err
}

// InForce is the place in a history of the version that holds at a moment, -1 when none does: of those that have begun the
// one with the latest beginning, and of equals the newest version, as Current finds it.
func InForce[T any](versions []Version[T], at time.Time) int {
	best := -1
	for i, v := range versions {
		if v.EffectiveFrom.After(at) {
			continue
		}
		if best < 0 || v.EffectiveFrom.After(versions[best].EffectiveFrom) {
			best = i
		}
	}
	return best
}
