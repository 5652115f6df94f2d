package admin

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	caseview "github.com/peikao/peikao/internal/web/remediation"
)

// bandLines say a band table in words: "优秀：90 ≤ 百分比 ≤ 100".
func bandLines(ctx context.Context, b score.Bands) []string {
	out := make([]string, 0, len(b.Edges)+1)
	for i, e := range b.Edges {
		from, band := layout.Score(int64(e.From)), bandWord(ctx, e.Band)
		switch {
		case i == 0:
			out = append(out, layout.T(ctx, "admin.bands.top", "band", band, "from", from))
		case e.From == 0:
			out = append(out, layout.T(ctx, "admin.bands.below", "band", band, "to", layout.Score(int64(b.Edges[i-1].From))))
		default:
			out = append(out, layout.T(ctx, "admin.bands.between", "band", band, "from", from, "to", layout.Score(int64(b.Edges[i-1].From))))
		}
	}
	return append(out, layout.T(ctx, "admin.bands.pass", "from", layout.Score(int64(b.PassFrom))))
}

// retakeLines say the rule of retakes in words.
func retakeLines(ctx context.Context, p remediation.Policy) []string {
	return []string{
		layout.T(ctx, "admin.retake.window", "span", caseview.SpanText(ctx, p.RetakeWindowHours), "least", caseview.SpanText(ctx, p.AfterReleaseHours)),
		layout.T(ctx, "admin.retake.retraining", "days", p.RetrainingDays),
		layout.T(ctx, "admin.retake.reexam", "span", caseview.SpanText(ctx, p.ReexamWindowHours)),
		layout.T(ctx, "admin.retake.warning", "span", caseview.SpanText(ctx, p.MarkingWarningHours)),
		layout.T(ctx, "admin.retake.scoring."+p.RoundScoring),
	}
}

// absenceLines say the rule of absences in words.
func absenceLines(ctx context.Context, a exam.Absence) []string {
	leave := layout.T(ctx, "admin.absence.leave.close")
	if a.LeaveHours > 0 {
		leave = layout.T(ctx, "admin.absence.leave.after", "span", caseview.SpanText(ctx, a.LeaveHours))
	}
	return []string{layout.T(ctx, "admin.absence.counts."+absenceForm(a).AbsentCounts), leave, layout.T(ctx, "admin.absence.retake")}
}

// sinceText says since when a version holds and who approved it; what came with the program nobody did.
func sinceText(ctx context.Context, names map[account.PersonID]string, l line) string {
	at := layout.DateTime(ctx, l.EffectiveFrom)
	if personOf(l.ApprovedBy) == 0 {
		return layout.T(ctx, "admin.policy.since_system", "at", at)
	}
	return layout.T(ctx, "admin.policy.since", "at", at, "name", actorWord(ctx, names, l.ApprovedBy))
}

// reviewLines say the rule of review in words.
func reviewLines(ctx context.Context, p bank.ReviewPolicy) []string {
	return []string{layout.T(ctx, "admin.question_review."+reviewForm(p).Reviewer), layout.T(ctx, "admin.question_review.submitted")}
}

func reviewerOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(reviewers))
	for i, r := range reviewers {
		out[i] = layout.Option{Value: r, Label: layout.T(ctx, "admin.question_review."+r)}
	}
	return out
}

func absentCountsOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(absentCounts))
	for i, s := range absentCounts {
		out[i] = layout.Option{Value: s, Label: layout.T(ctx, "admin.absence.counts."+s)}
	}
	return out
}

// scorings are the switch of decision 22.
var scorings = []string{"sixty", "capped", "raw"}

func scoringOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(scorings))
	for i, s := range scorings {
		out[i] = layout.Option{Value: s, Label: layout.T(ctx, "admin.retake.scoring."+s)}
	}
	return out
}

// line is a version in the history, whatever its rule.
type line struct {
	Number        int
	State         string // now, later, before
	EffectiveFrom time.Time
	ApprovedBy    string
	Words         []string
}

// linesOf are the versions of a rule for the page, each in words and marked as in force, to come or past.
func linesOf[T any](ctx context.Context, p policies, versions []policy.Version[T], say func(context.Context, T) []string) []line {
	now, out := policy.InForce(versions, p.Now), make([]line, len(versions))
	for i, v := range versions {
		state := "before"
		switch {
		case i == now:
			state = "now"
		case v.EffectiveFrom.After(p.Now):
			state = "later"
		}
		out[i] = line{v.Number, state, v.EffectiveFrom, v.ApprovedBy, say(ctx, v.Body.V)}
	}
	return out
}

var lineTones = map[string]layout.Tone{"now": layout.OK, "later": layout.Info, "before": layout.Neutral}
