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

// grantModes are what can be granted now.
func grantModes(ctx context.Context, g granting) []layout.Option {
	out := []layout.Option{{Value: modeTimes, Label: layout.T(ctx, "exampages.grant.mode_times")}}
	if g.defers() {
		out = append(out, layout.Option{Value: modeDeferral, Label: layout.T(ctx, "exampages.grant.mode_deferral")})
	}
	return out
}

// grantHint says until when leave can be granted, or why it cannot.
func grantHint(ctx context.Context, g granting) string {
	switch {
	case !g.Exam.Kind.Original():
		return layout.T(ctx, "exampages.grant.mode_hint_regular")
	case g.begun():
		return layout.T(ctx, "exampages.grant.mode_hint_begun")
	case !g.defers():
		return layout.T(ctx, "exampages.grant.mode_hint_over", "until", layout.Deadline(ctx, g.LeaveUntil))
	}
	return layout.T(ctx, "exampages.grant.mode_hint_until", "until", layout.Deadline(ctx, g.LeaveUntil))
}
