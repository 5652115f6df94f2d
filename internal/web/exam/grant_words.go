package exam

import (
	"context"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
)

// grantFacts are the times that hold for the candidate now.
func grantFacts(ctx context.Context, g granting) []layout.Pair {
	r := g.Candidate
	w := g.Exam.WindowOf(exam.Candidate{OpensAt: r.OpensAt, ClosesAt: r.ClosesAt, ExtraSeconds: r.ExtraSeconds})
	out := []layout.Pair{
		{Label: layout.T(ctx, "exampages.field.state"), Value: layout.T(ctx, "exampages.standing."+string(r.Standing))},
		{Label: layout.T(ctx, "exampages.field.window"), Value: layout.Window(ctx, w.OpensAt, w.ClosesAt)},
		{Label: layout.T(ctx, "exampages.field.limit"), Value: minutesText(ctx, w.LimitSeconds+w.ExtraSeconds)},
	}
	if r.Standing == exam.StandingWorking && r.DeadlineAt != nil {
		out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.grant.deadline"), Value: layout.Deadline(ctx, *r.DeadlineAt)})
	}
	return out
}

func grantModes(ctx context.Context) []layout.Option {
	return []layout.Option{
		{Value: modeTimes, Label: layout.T(ctx, "exampages.grant.mode_times")},
		{Value: modeDeferral, Label: layout.T(ctx, "exampages.grant.mode_deferral")},
	}
}
