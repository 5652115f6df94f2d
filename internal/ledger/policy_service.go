package ledger

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/policy"
)

// EnsurePolicy gives a clinic that has none the version that pays nothing (N18).
func (s *Service) EnsurePolicy(ctx context.Context) error {
	return s.d.InTx(ctx, func(tx *db.Tx) error {
		return policy.Ensure(ctx, s.policies, tx, PolicyKind, Policy{}, account.System().Actor())
	})
}

// AddPolicy makes a new version of what results bring, in force from the moment given; the zero time means at once. Rounds whose
// exam has opened keep theirs. Errors: Invalid for values out of bounds, a worse outcome that brings more, or a moment that has passed.
func (s *Service) AddPolicy(ctx context.Context, v account.Viewer, p Policy, from time.Time) error {
	if err := v.Require(account.PolicyWrite); err != nil {
		return err
	}
	if err := p.Validate(); err != nil {
		return err
	}
	return s.d.InTx(ctx, func(tx *db.Tx) error { return policy.Add(ctx, s.policies, tx, PolicyKind, from, p, v.Actor()) })
}
