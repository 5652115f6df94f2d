package bank

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/web/layout"
)

// statistics are what is known of a question's versions.
type statistics map[store.VersionID]store.VersionStatistics

func (h *Handlers) statistics(ctx context.Context, v account.Viewer, d store.Detail) (statistics, error) {
	ids := make([]store.VersionID, len(d.Versions))
	for i, version := range d.Versions {
		ids[i] = version.ID
	}
	return h.Bank.Statistics(ctx, v, ids)
}

func exposureOptions(ctx context.Context) []layout.Option {
	return []layout.Option{{Value: "never", Label: layout.T(ctx, "analysis.exposure.never")}, {Value: "shown", Label: layout.T(ctx, "analysis.exposure.some")}}
}

// exposureFacts are how often a version was used and seen.
func exposureFacts(ctx context.Context, s store.VersionStatistics) []layout.Pair {
	last := ""
	if s.LastShownAt != nil {
		last = layout.Date(ctx, *s.LastShownAt)
	}
	return []layout.Pair{
		{Label: layout.T(ctx, "analysis.exposure.papers"), Value: layout.Count(s.Papers)},
		{Label: layout.T(ctx, "analysis.exposure.exams"), Value: layout.Count(s.Exams)},
		{Label: layout.T(ctx, "analysis.exposure.shown"), Value: layout.Count(int(s.Shown))},
		{Label: layout.T(ctx, "analysis.exposure.last_shown"), Value: last},
	}
}

func reportOf(v store.Version, s store.VersionStatistics) itemstat.Report {
	return itemstat.ReportOf(v.Question(), s.Sums)
}
