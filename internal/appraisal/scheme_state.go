package appraisal

import "github.com/peikao/peikao/internal/platform/errs"

// VersionState is where a scheme version stands.
type VersionState string

const (
	Draft   VersionState = "draft"
	Active  VersionState = "active"
	Retired VersionState = "retired"
)

// FloorPolicy says what happens to a scheme below a floor: the agreement advises ("建议"), so the default is a warning.
// It is the body of the policy "appraisal".
type FloorPolicy struct {
	BelowFloor string `json:"below_floor"` // "warn" | "block"
}

// Activatable tells whether a version may be used from now on: a draft without faults, and not below a floor where the
// clinic blocks that. Errors: Conflict when it is no draft, Invalid with the fields.
func Activatable(state VersionState, s Scheme, p FloorPolicy) error {
	if state != Draft {
		return errs.New(errs.Conflict, "error.appraisal.not_draft")
	}
	bad := s.Check()
	if p.BelowFloor == "block" {
		for i, d := range s.Dimensions {
			if d.Weight < d.Floor {
				bad = append(bad, errs.NewField(DimensionField(i), "error.appraisal.below_floor", "name", d.Name, "floor", d.Floor))
			}
		}
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}
