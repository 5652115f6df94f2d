package remediation

import (
	"context"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
)

// Validate names the values that are out of bounds: a window of less than a day cannot be kept by people, one of more than a
// month is no retake of the same round.
func (p Policy) Validate() error {
	var bad []errs.Field
	within := func(name string, n, least, most int) {
		if n < least || n > most {
			bad = append(bad, errs.NewField(name, "error.remediation.range", "least", least, "most", most))
		}
	}
	within("retake_window_hours", p.RetakeWindowHours, 24, 720)
	within("after_release_hours", p.AfterReleaseHours, 0, 168)
	within("retraining_days", p.RetrainingDays, 1, 90)
	within("reexam_window_hours", p.ReexamWindowHours, 24, 720)
	within("marking_warning_hours", p.MarkingWarningHours, 1, 720)
	if !slices.Contains([]exam.RoundScoring{exam.ScoreSixty, exam.ScoreCapped, exam.ScoreRaw}, exam.RoundScoring(p.RoundScoring)) {
		bad = append(bad, errs.NewField("round_scoring", "error.field.oneof"))
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

// AddPolicy makes a new version of the rule, in force from the moment given; the zero time means at once. Cases that are open
// keep the version under which they were opened. Errors: Invalid for values out of bounds or a moment that has passed.
func (s *Service) AddPolicy(ctx context.Context, v account.Viewer, p Policy, from time.Time) error {
	if err := v.Require(account.PolicyWrite); err != nil {
		return err
	}
	if err := p.Validate(); err != nil {
		return err
	}
	return s.d.InTx(ctx, func(tx *db.Tx) error { return policy.Add(ctx, s.policies, tx, PolicyKind, from, p, v.Actor()) })
}

// EnsurePolicy adds the default when there is none.
func (s *Service) EnsurePolicy(ctx context.Context) error {
	return s.d.InTx(ctx, func(tx *db.Tx) error {
		return policy.Ensure(ctx, s.policies, tx, PolicyKind, DefaultPolicy, account.System().Actor())
	})
}
