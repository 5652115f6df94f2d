// Package itemview shows the statistics of one question version, in an exam or pooled over exams: figures, times, the distractor
// table with its plot, and in words why the question should be looked at.
package itemview

import (
	"context"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// Percent is a percentage with one decimal, "—" for none.
func Percent(f itemstat.Figure) string {
	if !f.Known {
		return f.Text(1)
	}
	return f.Text(1) + "%"
}

// Range is an estimate's interval, which is not broken across lines: "41.2% ~ 78.9%".
func Range(e itemstat.Estimate) string {
	if !e.Known {
		return ""
	}
	low, high := itemstat.Figure{Value: e.Low, Known: true}, itemstat.Figure{Value: e.High, Known: true}
	return low.Text(1) + "%\u00a0~\u00a0" + high.Text(1) + "%"
}

// Seconds is a time: "41 秒", from two minutes "2 分 10 秒".
func Seconds(l words.Lang, f itemstat.Figure) string {
	if !f.Known {
		return f.Text(0)
	}
	n := int(f.Value + .5)
	if n < 120 {
		return words.T(l, "analysis.seconds", "n", n)
	}
	return words.T(l, "analysis.minutes", "m", n/60, "s", n%60)
}

// Few says that there are too few answers for more than a reference; "" when there are enough.
func Few(l words.Lang, n int) string {
	if n >= itemstat.FewPeople {
		return ""
	}
	return words.T(l, "analysis.few", "n", n)
}

// Because is a reason in a sentence.
func Because(l words.Lang, q questionbank.Question, r itemstat.Report, why itemstat.Reason) string {
	return words.T(l, "analysis.reason."+string(why.Sign), "option", OptionName(l, q, why.Option), "facility", Percent(r.Item.Facility.Figure),
		"discrimination", Percent(r.Item.Discrimination.Figure), "range", Range(r.Item.Discrimination), "time", Seconds(l, r.Item.MedianSeconds))
}

// SignName is a sign in a word or two.
func SignName(l words.Lang, s itemstat.Sign) string { return words.T(l, "analysis.sign."+string(s)) }

// SignTone is how grave a sign is.
func SignTone(s itemstat.Sign) layout.Tone {
	switch s {
	case itemstat.Negative, itemstat.Tempting:
		return layout.Bad
	case itemstat.Long, itemstat.Unused:
		return layout.Info
	}
	return layout.Warn
}

// OptionName is what pages call an option: its letter, true or false, the number of a marked text, nothing chosen.
func OptionName(l words.Lang, q questionbank.Question, id string) string {
	switch {
	case id == itemstat.NoChoice:
		return words.T(l, "analysis.no_choice")
	case q.Type == questionbank.TrueFalse:
		return words.T(l, "bank."+id)
	case q.Type == questionbank.Labelling:
		return id
	}
	return questionbank.Letter(id)
}

// optionText is the option's own text, empty where the name says it all.
func optionText(q questionbank.Question, id string) string {
	if q.Type == questionbank.Labelling {
		q.Options = questionbank.Segments(q.Stem)
	}
	o, _ := q.Option(id)
	return o.Text
}

// Facts are the figures of a version, each with its interval where it has one.
func Facts(ctx context.Context, r itemstat.Report) []layout.Pair {
	it := r.Item
	with := func(e itemstat.Estimate) string {
		if !e.Known {
			return Percent(e.Figure)
		}
		return layout.T(ctx, "analysis.with_range", "value", Percent(e.Figure), "range", Range(e))
	}
	weights := Percent(it.Effective)
	if it.Negative {
		weights = layout.T(ctx, "analysis.negative_weight")
	}
	return []layout.Pair{
		{Label: layout.T(ctx, "analysis.field.facility"), Value: with(it.Facility)},
		{Label: layout.T(ctx, "analysis.field.discrimination"), Value: with(it.Discrimination)},
		{Label: layout.T(ctx, "analysis.field.efficiency"), Value: Percent(it.Efficiency)},
		{Label: layout.T(ctx, "analysis.field.sd"), Value: Percent(it.SD)},
		{Label: layout.T(ctx, "analysis.field.guess"), Value: Percent(r.Guess)},
		{Label: layout.T(ctx, "analysis.field.intended"), Value: Percent(it.Intended)},
		{Label: layout.T(ctx, "analysis.field.effective"), Value: weights},
		{Label: layout.T(ctx, "analysis.field.time"), Value: Seconds(layout.LangIn(ctx), it.MedianSeconds)},
		{Label: layout.T(ctx, "analysis.field.n"), Value: layout.Count(it.N)},
	}
}

// share is n of all in per cent.
func share(n, all int) float64 {
	if all == 0 {
		return 0
	}
	return 100 * float64(n) / float64(all)
}

func shareText(n, all int) string { return strconv.FormatFloat(share(n, all), 'f', 0, 64) + "%" }

// choicePlot is what part of each third chose each option; the key has a tick.
func choicePlot(ctx context.Context, q questionbank.Question, r itemstat.Report) layout.BarPlotProps {
	p := layout.BarPlotProps{
		Title: layout.T(ctx, "analysis.choices.plot"), Most: 100, Unit: "%",
		Series: []layout.PlotSeries{
			{Label: layout.T(ctx, "analysis.third.upper", "n", r.Upper), Tone: layout.OK},
			{Label: layout.T(ctx, "analysis.third.middle", "n", r.Middle), Tone: layout.Neutral},
			{Label: layout.T(ctx, "analysis.third.lower", "n", r.Lower), Tone: layout.Warn},
		},
		Values: make([][]float64, 3),
	}
	for _, c := range r.Choices {
		p.Groups = append(p.Groups, keyMark(OptionName(layout.LangIn(ctx), q, c.ID), c.Key))
		for s, v := range []float64{share(c.Upper, r.Upper), share(c.Middle, r.Middle), share(c.Lower, r.Lower)} {
			p.Values[s] = append(p.Values[s], v)
		}
	}
	return p
}

func keyMark(name string, key bool) string {
	if key {
		return name + " ✓"
	}
	return name
}

// Reasons are all reasons in words, for a file.
func Reasons(l words.Lang, q questionbank.Question, r itemstat.Report) string {
	out := make([]string, len(r.Reasons))
	for i, why := range r.Reasons {
		out[i] = Because(l, q, r, why)
	}
	return strings.Join(out, "；")
}
