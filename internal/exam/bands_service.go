package exam

import (
	"context"
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
	return addVersion(ctx, s, v, BandsPolicy, b, from)
}

// AddAbsence makes a new version of the rule for absences (N05), in force as AddBands says. Errors: Invalid for a value out of
// bounds or a moment that has passed.
func (s *Service) AddAbsence(ctx context.Context, v account.Viewer, a Absence, from time.Time) error {
	if err := v.Require(account.PolicyWrite); err != nil {
		return err
	}
	if err := a.Validate(); err != nil {
		return err
	}
	return addVersion(ctx, s, v, AbsenceKind, a, from)
}

func addVersion[T any](ctx context.Context, s *Service, v account.Viewer, kind string, body T, from time.Time) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error { return policy.Add(ctx, s.policies, tx, kind, from, body, v.Actor()) })
}

// absenceOf is the rule of an exam: the version that it was published under, or for a retake and re-exam the default.
func (s *Service) absenceOf(ctx context.Context, x db.Q, version *int64) (Absence, error) {
	if version == nil {
		return DefaultAbsence(), nil
	}
	return policy.ByID[Absence](ctx, s.policies, x, AbsenceKind, policy.VersionID(*version))
}

// Rules are what people are told before an exam of how it is judged.
type Rules struct {
	Bands   score.Bands
	Absence Absence
}

// Rules are those of an exam: the versions that it was published with, or for a draft, which has none, those in force. A
// policy is no secret: whoever knows of the exam may know them.
func (s *Service) Rules(ctx context.Context, bands, absence *int64) (Rules, error) {
	var out Rules
	var err error
	if bands == nil {
		out.Bands, out.Absence, err = policy.CurrentTwo[score.Bands, Absence](ctx, s.policies, s.db, BandsPolicy, AbsenceKind, s.db.Now())
		return out, err
	}
	if out.Bands, err = s.bandsOf(ctx, s.db, policy.VersionID(*bands)); err != nil {
		return out, err
	}
	out.Absence, err = s.absenceOf(ctx, s.db, absence)
	return out, err
}
