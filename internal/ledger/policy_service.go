package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
)

// EnsurePolicy gives a clinic that has none the version that pays nothing (N18).
func (s *Service) EnsurePolicy(ctx context.Context) error {
	return s.d.InTx(ctx, func(tx *db.Tx) error {
		_, _, err := policy.Current[Policy](ctx, s.policies, tx, PolicyKind, tx.Now())
		if !errs.Is(err, errs.NotFound) {
			return err
		}
		return s.addPolicy(ctx, tx, account.System().Actor(), Policy{}, tx.Now())
	})
}

// AddPolicy makes a new version of what results bring, in force from the moment given; the zero time means at once. Rounds whose
// exam has closed keep theirs. Errors: Invalid for values out of bounds, a worse outcome that brings more, or a moment that has passed.
func (s *Service) AddPolicy(ctx context.Context, v account.Viewer, p Policy, from time.Time) error {
	if err := v.Require(account.PolicyWrite); err != nil {
		return err
	}
	if err := p.Validate(); err != nil {
		return err
	}
	return s.d.InTx(ctx, func(tx *db.Tx) error {
		if from.IsZero() {
			from = tx.Now()
		}
		if from.Before(tx.Now()) {
			return errs.InvalidFields(errs.NewField("effective_on", "error.remediation.policy_past"))
		}
		return s.addPolicy(ctx, tx, v.Actor(), p, from)
	})
}

func (s *Service) addPolicy(ctx context.Context, tx *db.Tx, actor string, p Policy, from time.Time) error {
	id, err := policy.Add(ctx, s.policies, tx, PolicyKind, from, p, actor)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		Actor: actor, Act: "policy.add", Subject: fmt.Sprintf("policy_version:%d", id),
		Body: map[string]any{"kind": PolicyKind, "effective_from": from, "body": p},
	})
}
