package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// allBands are the bands of C43, best first.
var allBands = []score.Band{score.Excellent, score.Good, score.Pass, score.Fail}

func bandOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(allBands))
	for i, b := range allBands {
		out[i] = layout.Option{Value: string(b), Label: bandWord(ctx, b)}
	}
	return out
}

func bandSegments(ctx context.Context, t tally) []layout.Segment {
	out := make([]layout.Segment, len(allBands))
	for i, b := range allBands {
		out[i] = layout.Segment{Label: bandWord(ctx, b), Count: t.Bands[b], Tone: bandTones[b]}
	}
	return out
}

// boardFileURL is the file of what the board shows: the same filter.
func boardFileURL(b board) string {
	to := examURL(b.Exam.ID, "/results.csv")
	if b.Query == "" {
		return to
	}
	return to + "?" + b.Query
}

// mayOpenResult tells whether the result's page would answer: it does after release, to whoever may read others' results.
func mayOpenResult(ctx context.Context, r boardRow) bool {
	return r.AttemptID != nil && r.ReleasedAt != nil && layout.ViewerIn(ctx).CanBeyondSelf(account.ExamResultsRead)
}

// releaseTexts says what a release leads to.
func releaseTexts(ctx context.Context, r releasing) []string {
	out := []string{layout.T(ctx, "exampages.release_page.visible", "n", r.Results)}
	switch {
	case r.Retakes() > 0:
		out = append(out, layout.T(ctx, "exampages.release_page.retakes", "n", r.Retakes(), "until", layout.DateTime(ctx, r.Until)))
	case r.Opens:
		out = append(out, layout.T(ctx, "exampages.release_page.no_retakes"))
	}
	if r.Waiting > 0 {
		out = append(out, layout.T(ctx, "exampages.release_page.waiting", "n", r.Waiting))
	}
	return append(out, layout.T(ctx, "exampages.release_page.stays"))
}
