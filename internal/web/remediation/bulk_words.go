package remediation

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/web/layout"
)

// ticked are the courses that will be assigned.
func (b bulkView) ticked() []courseware.Course {
	return slices.DeleteFunc(slices.Clone(b.Courses), func(c courseware.Course) bool { return !slices.Contains(b.Form.Courses, c.ID.String()) })
}

// dueText is the day by which all must be done, or that each has the own one.
func (b bulkView) dueText(ctx context.Context) string {
	if b.Form.DueOn == "" {
		return layout.T(ctx, "cases.bulk.check_due")
	}
	return b.Form.DueOn
}

func resultColumn(ctx context.Context, done bool) string {
	if done {
		return layout.T(ctx, "cases.bulk.result")
	}
	return layout.T(ctx, "cases.bulk.why")
}
