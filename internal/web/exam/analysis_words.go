package exam

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/itemview"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// mostLook is how many questions to look at stand above the list; the list shows all.
const mostLook = 6

func lookURL(v analysisView) string { return examURL(v.Exam.ID, "/analysis?look=1") }

func lookTone(v analysisView) layout.Tone {
	if v.Marked > 0 {
		return layout.Warn
	}
	return layout.OK
}

// lookFirst are the questions to look at with the gravest reasons first, of the same reason the one that tells least who knows more.
func lookFirst(v analysisView) []exam.AnalysisItem {
	out := slices.DeleteFunc(slices.Clone(v.Items), func(i exam.AnalysisItem) bool { return len(i.Reasons) == 0 })
	slices.SortStableFunc(out, bySlot)
	slices.SortStableFunc(out, func(a, b exam.AnalysisItem) int {
		return cmp.Or(gravity(a)-gravity(b), cmp.Compare(a.Item.Discrimination.Value, b.Item.Discrimination.Value))
	})
	return out[:min(mostLook, len(out))]
}

// gravity orders questions by their first reason.
func gravity(i exam.AnalysisItem) int {
	return slices.Index([]itemstat.Sign{itemstat.Negative, itemstat.Tempting, itemstat.TooHard, itemstat.Weak, itemstat.TooEasy, itemstat.NoSpread, itemstat.Unused, itemstat.Long}, i.Reasons[0].Sign)
}

// signs are the item's reasons, each kind once.
func signs(i exam.AnalysisItem) []itemstat.Sign {
	var out []itemstat.Sign
	for _, r := range i.Reasons {
		if !slices.Contains(out, r.Sign) {
			out = append(out, r.Sign)
		}
	}
	return out
}

// back leads from one question to all of them, and from there to the exam's results.
func (v analysisView) back() string {
	if v.One != nil {
		return examURL(v.Exam.ID, "/analysis")
	}
	return examURL(v.Exam.ID, "/results")
}

// stemStart is the beginning of a question, without marks.
func stemStart(stem string) string {
	const most = 60
	runes := []rune(strings.Join(strings.Fields(questionbank.Unmarked(stem)), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}

// consistencyHint says what the coefficient of internal consistency comes to, or why there is none.
func consistencyHint(ctx context.Context, v analysisView) string {
	c := v.Paper.Consistency
	switch {
	case !c.Known:
		return layout.T(ctx, "analysis.paper.no_consistency")
	case c.Value > itemstat.ConsistentPercent:
		return layout.T(ctx, "analysis.paper.consistency_high")
	case c.Value >= itemstat.InconsistentPercent:
		return layout.T(ctx, "analysis.paper.consistency_fair")
	}
	return layout.T(ctx, "analysis.paper.consistency_low")
}

// shapeFacts are the less usual figures of the scores.
func shapeFacts(ctx context.Context, v analysisView) []layout.Pair {
	negative := layout.T(ctx, "analysis.paper.negative_none")
	if len(v.Paper.Negative) > 0 {
		var names []string
		for _, i := range v.Items {
			if slices.Contains(v.Paper.Negative, int64(i.VersionID)) {
				names = append(names, itemName(ctx, i))
			}
		}
		negative = layout.List(ctx, names)
	}
	return []layout.Pair{
		{Label: layout.T(ctx, "analysis.paper.skewness"), Value: v.Paper.Skewness.Text(2)},
		{Label: layout.T(ctx, "analysis.paper.kurtosis"), Value: v.Paper.Kurtosis.Text(2)},
		{Label: layout.T(ctx, "analysis.paper.error_ratio"), Value: itemview.Percent(v.Paper.ErrorRatio)},
		{Label: layout.T(ctx, "analysis.paper.negative"), Value: negative},
	}
}
