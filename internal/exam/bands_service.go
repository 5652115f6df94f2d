package exam

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

// AddBands makes a new version of the band table (C43), in force from the moment given; the zero time means at once. Exams
// that are published keep the version that they were published with. Errors: Invalid for a table that judges somebody
// twice or not at all, or a moment that has passed.
func (s *Service) AddBands(ctx context.Context, v account.Viewer, b score.Bands, from time.Time) error {
	if err := v.Require(account.PolicyWrite); err != nil {
		return err
	}
	if err := b.Validate(); err != nil {
		return errs.InvalidFields(errs.NewField("excellent", "error.exam.bands")).With(err)
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if from.IsZero() {
			from = tx.Now()
		}
		if from.Before(tx.Now()) {
			return errs.InvalidFields(errs.NewField("effective_on", "error.exam.bands_past"))
		}
		id, err := policy.Add(ctx, s.policies, tx, BandsPolicy, from, b, v.Actor())
		if err != nil {
			return err
		}
		return record(ctx, tx, v, "policy.add", fmt.Sprintf("policy_version:%d", id), map[string]any{"kind": BandsPolicy, "effective_from": from, "body": b})
	})
}
