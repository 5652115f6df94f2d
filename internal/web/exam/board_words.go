package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
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

// standingOptions are the standings, and first what HR looks for: results that wait.
func standingOptions(ctx context.Context) []layout.Option {
	waits := layout.Option{Value: "unreleased", Label: layout.T(ctx, "exampages.board.not_released")}
	return append([]layout.Option{waits}, choices(ctx, "exampages.standing.", exam.Standings...)...)
}

func bandSegments(ctx context.Context, t exam.BoardTally) []layout.Segment {
	out := make([]layout.Segment, len(allBands))
	for i, b := range allBands {
		out[i] = layout.Segment{Label: bandWord(ctx, b), Count: t.Band(b), Tone: bandTones[b]}
	}
	return out
}

// averageHint says whose results are averaged, and the points where all papers have the same total.
func averageHint(ctx context.Context, t exam.BoardTally) string {
	if mark, ok := t.AverageScore(); ok {
		return layout.T(ctx, "exampages.board.average_score", "n", t.Sat, "score", pointsText(mark), "total", pointsText(t.MostTotal))
	}
	return layout.T(ctx, "exampages.board.average_of", "n", t.Sat)
}

// mayOpenResult tells whether the result's page would answer: it does after release, to whoever may read others' results.
func mayOpenResult(ctx context.Context, r exam.BoardRow) bool {
	return r.AttemptID != nil && r.ReleasedAt != nil && layout.ViewerIn(ctx).CanBeyondSelf(account.ExamResultsRead)
}

// releaseTexts says what a release leads to.
func releaseTexts(ctx context.Context, r releasing) []string {
	out := []string{layout.T(ctx, "exampages.release_page.visible", "n", r.Results)}
	switch {
	case r.Retakes() > 0:
		out = append(out, layout.T(ctx, "exampages.release_page.retakes", "n", r.Retakes(), "until", layout.Deadline(ctx, r.Until)))
	case r.Opens:
		out = append(out, layout.T(ctx, "exampages.release_page.no_retakes"))
	}
	if r.Beyond > 0 {
		out = append(out, layout.T(ctx, "exampages.release_page.inside_only"))
	}
	if r.Waiting > 0 {
		out = append(out, layout.T(ctx, "exampages.release_page.waiting", "n", r.Waiting))
	}
	return append(out, layout.T(ctx, "exampages.release_page.stays"))
}

// ownPaperText names the paper that a candidate has instead of the exam's: a form, or one of their own.
func ownPaperText(ctx context.Context, r exam.BoardRow) string {
	if r.Form != nil {
		return layout.T(ctx, "exampages.forms.form", "form", *r.Form)
	}
	return layout.T(ctx, "exampages.paper.own")
}
