package remediation

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/courseware"
	cases "github.com/peikao/peikao/internal/remediation"
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

// mostNames is how many people of an act are named in a line.
const mostNames = 6

func firstNames(ctx context.Context, chosen []cases.Chosen) string {
	names := make([]string, 0, mostNames)
	for _, c := range chosen[:min(len(chosen), mostNames)] {
		names = append(names, c.PersonName)
	}
	text := layout.List(ctx, names)
	if len(chosen) > mostNames {
		return layout.T(ctx, "cases.bulk.and_more", "names", text, "n", len(chosen))
	}
	return text
}
