package exam

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/itemview"
	"github.com/peikao/peikao/internal/web/layout"
)

// analysisView is what the page shows of an exam's statistics.
type analysisView struct {
	exam.Analysis
	Marked int                 // questions with a reason to look at them
	Rows   []exam.AnalysisItem // this page of the list
	Page   page.Page
	Total  int                // that fit the filter
	Only   bool               // those with a reason alone
	One    *exam.AnalysisItem // the question that was asked for
	Files  fileLinks
}

// Analyse is GET /exams/{id}/analysis; ?item=ID shows one question version, ?look=1 those that should be looked at.
func (d *Desk) Analyse(c echo.Context) error {
	a, err := d.Exams.Analysis(c.Request().Context(), layout.Viewer(c), examID(c))
	if err != nil {
		return err
	}
	q := c.QueryParams()
	v := analysisView{Analysis: a, Page: page.Parse(q.Get("page"), "20"), Only: q.Get("look") != "", Files: fileLinksOf(examURL(a.Exam.ID, "/analysis/export"), q)}
	for i, it := range a.Items {
		if len(it.Reasons) > 0 {
			v.Marked++
		}
		if strconv.FormatInt(int64(it.VersionID), 10) == q.Get("item") {
			v.One = &a.Items[i]
		}
	}
	rows := chosenItems(a.Items, q)
	v.Total = len(rows)
	from := min(v.Page.Offset(), len(rows))
	v.Rows = rows[from:min(from+v.Page.Limit(), len(rows))]
	return layout.Render(c, http.StatusOK, analysisPage(v))
}

// itemSorts are the columns by which the list of questions is sorted.
var itemSorts = map[string]func(exam.AnalysisItem) itemstat.Figure{
	"facility":       func(i exam.AnalysisItem) itemstat.Figure { return i.Item.Facility.Figure },
	"discrimination": func(i exam.AnalysisItem) itemstat.Figure { return i.Item.Discrimination.Figure },
	"efficiency":     func(i exam.AnalysisItem) itemstat.Figure { return i.Item.Efficiency },
	"effective":      func(i exam.AnalysisItem) itemstat.Figure { return i.Item.Effective },
	"time":           func(i exam.AnalysisItem) itemstat.Figure { return i.Item.MedianSeconds },
}

// chosenItems are the questions that the address asks for, in its order: else by their place in the paper. What is not known
// stands last in either direction.
func chosenItems(items []exam.AnalysisItem, q url.Values) []exam.AnalysisItem {
	out := slices.Clone(items)
	if q.Get("look") != "" {
		out = slices.DeleteFunc(out, func(i exam.AnalysisItem) bool { return len(i.Reasons) == 0 })
	}
	slices.SortStableFunc(out, bySlot)
	name, down := strings.CutPrefix(q.Get("sort"), "-")
	of, ok := itemSorts[name]
	if !ok {
		if name == "slot" && down {
			slices.Reverse(out)
		}
		return out
	}
	slices.SortStableFunc(out, func(a, b exam.AnalysisItem) int {
		x, y := of(a), of(b)
		switch {
		case !x.Known || !y.Known:
			return cmp.Compare(known(y), known(x))
		case down:
			return cmp.Compare(y.Value, x.Value)
		}
		return cmp.Compare(x.Value, y.Value)
	})
	return out
}

func known(f itemstat.Figure) int {
	if f.Known {
		return 1
	}
	return 0
}

// bySlot puts what stands in the exam's own paper first.
func bySlot(a, b exam.AnalysisItem) int {
	return cmp.Or(cmp.Compare(min(a.Slot, 1), min(b.Slot, 1))*-1, cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.VersionID, b.VersionID))
}

// itemName is what the page calls a question: its number in the paper, else in the bank.
func itemName(ctx context.Context, i exam.AnalysisItem) string {
	if i.Slot > 0 {
		return layout.T(ctx, "analysis.slot_n", "n", i.Slot)
	}
	return layout.T(ctx, "bank.question_n", "id", i.QuestionID)
}

// mark is the short name in a plot.
func (v analysisView) mark(i exam.AnalysisItem) string {
	if i.Slot > 0 {
		return strconv.Itoa(i.Slot)
	}
	return i.QuestionID.String()
}

func itemURL(v analysisView, i exam.AnalysisItem) string {
	return itemOf(v.Exam.ID, exam.VersionID(i.VersionID))
}

func bankURL(i exam.AnalysisItem) string {
	return "/bank/questions/" + i.QuestionID.String() + "?version=" + strconv.Itoa(i.Number)
}

// scorePlot is how the scores are spread.
func (v analysisView) scorePlot(ctx context.Context) layout.BarPlotProps {
	p := layout.BarPlotProps{Title: layout.T(ctx, "analysis.scores.plot"), Series: []layout.PlotSeries{{Tone: layout.OK}}, Values: [][]float64{{}}}
	for i, n := range v.Paper.Bins {
		p.Groups = append(p.Groups, strconv.Itoa(10*i))
		p.Values[0] = append(p.Values[0], float64(n))
		p.Most = max(p.Most, float64(n+n%2)) // even: its half is a number of people too
	}
	return p
}

// binName is a tenth of the scores: "60 ~ 70%"; the last holds the full score.
func binName(i int) string { return strconv.Itoa(10*i) + " ~ " + strconv.Itoa(10*i+10) + "%" }

// itemPlot is facility by discrimination; what should be looked at has a name.
func (v analysisView) itemPlot(ctx context.Context) layout.ScatterProps {
	p := layout.ScatterProps{
		Title: layout.T(ctx, "analysis.items.plot"), XLabel: layout.T(ctx, "analysis.field.facility") + " %", YLabel: layout.T(ctx, "analysis.field.discrimination") + " %",
		X: [2]float64{0, 100}, Y: [2]float64{-100, 100}, Good: [4]float64{itemstat.TooHardPercent, itemstat.TooEasyPercent, itemstat.WeakPercent, 100},
		Series: []layout.PlotSeries{{Label: layout.T(ctx, "analysis.items.fine"), Tone: layout.OK}, {Label: layout.T(ctx, "analysis.items.look"), Tone: layout.Warn}, {Label: layout.T(ctx, "analysis.items.check"), Tone: layout.Bad}},
	}
	for _, i := range v.Items {
		if !i.Item.Facility.Known || !i.Item.Discrimination.Known {
			continue
		}
		q := layout.PlotPoint{X: i.Item.Facility.Value, Y: i.Item.Discrimination.Value, Tone: layout.OK}
		if len(i.Reasons) > 0 {
			q.Tone, q.Label = layout.Warn, v.mark(i)
			if itemview.SignTone(i.Reasons[0].Sign) == layout.Bad {
				q.Tone = layout.Bad
			}
		}
		p.Points = append(p.Points, q)
	}
	return p
}
