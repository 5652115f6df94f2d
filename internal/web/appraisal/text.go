package appraisal

import (
	"context"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

// fieldText is a fault of a draft as a sentence.
func fieldText(ctx context.Context, f errs.Field) string {
	var kv []any
	for name, value := range f.Args {
		kv = append(kv, name, value)
	}
	return layout.T(ctx, f.Key, kv...)
}

func isWeight(name string) bool { return strings.HasSuffix(name, "_weight") }

func floorHint(ctx context.Context, d appraisal.Dimension) string {
	if d.Floor == 0 {
		return ""
	}
	return layout.T(ctx, "appraisal.floor_hint", "floor", layout.Percent(int64(d.Floor)))
}

// edgesText is a target's table in one line: "≥100% → 100 分".
func edgesText(ctx context.Context, s appraisal.Scale) string {
	var out []string
	for _, e := range s.Edges {
		out = append(out, layout.T(ctx, "appraisal.edge", "from", layout.Percent(int64(e.From)), "score", layout.Score(int64(e.Score))))
	}
	return strings.Join(out, layout.T(ctx, "appraisal.list_comma"))
}

// typeWord is what the button to an indicator's numbers says: where none is missing they are only corrected.
func typeWord(ctx context.Context, gaps int) string {
	if gaps == 0 {
		return layout.T(ctx, "appraisal.cockpit.correct")
	}
	return layout.T(ctx, "appraisal.cockpit.type_short")
}

// typeLabel is the same with the indicator's name.
func typeLabel(ctx context.Context, gaps int, name string) string {
	if gaps == 0 {
		return layout.T(ctx, "appraisal.cockpit.correct_of", "name", name)
	}
	return layout.T(ctx, "appraisal.cockpit.type", "name", name)
}

func quarterOptions(ctx context.Context) []layout.Option {
	var out []layout.Option
	for n := 1; n <= 4; n++ {
		out = append(out, layout.Option{Value: strconv.Itoa(n), Label: layout.T(ctx, "appraisal.quarter_n", "n", n)})
	}
	return out
}

func missingTone(n int) layout.Tone {
	if n > 0 {
		return layout.Warn
	}
	return layout.OK
}

// typingHint says what to type: points, or the percentage of a target that was reached.
func typingHint(ctx context.Context, i appraisal.Indicator) string {
	if i.Scale.Kind == appraisal.Target {
		return layout.T(ctx, "appraisal.cockpit.hint_target") + edgesText(ctx, i.Scale)
	}
	return layout.T(ctx, "appraisal.cockpit.hint_points")
}

func notePlaceholder(ctx context.Context, i appraisal.Indicator) string {
	if i.Source == appraisal.FromPeople {
		return layout.T(ctx, "appraisal.cockpit.note_optional")
	}
	return layout.T(ctx, "appraisal.cockpit.note_needed")
}

func notTypable(ctx context.Context, s appraisal.Sheet) string {
	if s.State.Moves() {
		return layout.T(ctx, "appraisal.cockpit.self")
	}
	return sheetWord(ctx, s.State)
}

func rawText(ctx context.Context, l appraisal.Line) string {
	if l.Missing {
		return layout.T(ctx, "appraisal.no_data")
	}
	return l.Raw.String()
}

// mayConfirm tells whether the viewer is shown the signature: the sheet is complete, scoring is over, and it is another's.
func mayConfirm(v account.Viewer, e appraisal.Explained) bool {
	return v.Can(account.AppraisalConfirm) && v.PersonID != e.PersonID && e.State == appraisal.SheetScored && e.Cycle.State == appraisal.Scored
}

func totalHint(ctx context.Context, e appraisal.Explained) string {
	if e.Provisional() {
		return layout.T(ctx, "appraisal.provisional")
	}
	return ""
}

func modeHint(ctx context.Context, c appraisal.Cycle) string {
	if c.Mode == appraisal.Shadow {
		return layout.T(ctx, "appraisal.mode.shadow")
	}
	return ""
}

func dimensionText(ctx context.Context, d appraisal.Dimension, c appraisal.Computed) string {
	points, ok := appraisal.DimensionScore(d, c)
	if !ok {
		return ""
	}
	return " · " + layout.T(ctx, "appraisal.points", "points", points.String())
}
