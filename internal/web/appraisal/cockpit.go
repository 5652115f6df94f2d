package appraisal

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// cockpitView is what the cockpit shows; with Typing set it is the form of that indicator.
type cockpitView struct {
	appraisal.Cockpit
	Page   page.Page
	Query  string
	Typing *appraisal.Indicator
	Form   scoresForm // what was typed and refused
	Units  []layout.Option
	Errors layout.Errors
}

// scoresForm is one indicator's numbers for the people of a page: value and note stand at the place of their person.
type scoresForm struct {
	Indicator string   `form:"indicator"`
	People    []int64  `form:"person"`
	Values    []string `form:"value"`
	Notes     []string `form:"note"`
	Filter    string   `form:"filter"` // the query of the page it was typed on
}

func (f scoresForm) entries() []appraisal.Entry {
	var out []appraisal.Entry
	for i, p := range f.People {
		out = append(out, appraisal.Entry{PersonID: account.PersonID(p), Value: at(f.Values, i), Note: at(f.Notes, i)})
	}
	return out
}

func at(texts []string, i int) string {
	if i < len(texts) {
		return texts[i]
	}
	return ""
}

// of is what was typed for a person.
func (f scoresForm) of(p account.PersonID) (value, note string) {
	for i, id := range f.People {
		if account.PersonID(id) == p {
			return at(f.Values, i), at(f.Notes, i)
		}
	}
	return "", ""
}

// Cockpit is a cycle: what is missing first, then the people. ?score= names the indicator to type.
func (h *Handlers) Cockpit(c echo.Context) error {
	return h.renderCockpit(c, http.StatusOK, cycleOf(c), c.QueryParams(), scoresForm{}, layout.Errors{})
}

func (h *Handlers) renderCockpit(c echo.Context, code int, id appraisal.CycleID, q url.Values, f scoresForm, e layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	pg := pageOf(q)
	k, err := h.Appraisal.Cockpit(ctx, v, id, filterOf(q), pg)
	if err != nil {
		return err
	}
	tree, err := h.Accounts.Tree(ctx, v)
	if err != nil {
		return err
	}
	view := cockpitView{Cockpit: k, Page: pg, Query: q.Encode(), Form: f, Errors: e, Units: unitOptions(tree, v.Scope(account.AppraisalRead))}
	if i, ok := k.Scheme.Indicator(q.Get("score")); ok && k.State == appraisal.Open && mayType(v, i) {
		view.Typing = &i
	}
	// After a refused form the address is the form's; links and filters of the page belong to the cockpit's.
	c.Request().URL = &url.URL{Path: cycleURL(id), RawQuery: view.Query}
	return layout.Render(c, code, cockpitPage(view))
}

// mayType tells whether a viewer is shown the inputs of an indicator: a number in place of an exam's is for those who confirm.
func mayType(v account.Viewer, i appraisal.Indicator) bool {
	return v.Can(account.AppraisalScore) && (i.Source == appraisal.FromPeople || v.Can(account.AppraisalConfirm))
}

// nextToType is the first indicator with gaps that people fill and the viewer may type: the page's main button leads there.
// What exams and courses bring comes by itself.
func nextToType(viewer account.Viewer, v cockpitView) string {
	for _, i := range v.Scheme.Indicators() {
		if v.GapOf(i.Key) > 0 && i.Source == appraisal.FromPeople && mayType(viewer, i) {
			return i.Key
		}
	}
	return ""
}

// TypeScores keeps the numbers of one page, all or none.
func (h *Handlers) TypeScores(c echo.Context) error {
	var f scoresForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	q, err := url.ParseQuery(f.Filter)
	if err != nil {
		q = url.Values{}
	}
	q.Set("score", f.Indicator)
	n, err := h.Appraisal.TypeScores(c.Request().Context(), layout.Viewer(c), cycleOf(c), f.Indicator, f.entries())
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderCockpit(c, refused(err), cycleOf(c), q, f, e)
	}
	if err != nil {
		return err
	}
	return done(c, cycleURL(cycleOf(c))+"?"+q.Encode(), "appraisal.scores.saved", "n", n)
}

// Collect asks exams and courses again.
func (h *Handlers) Collect(c echo.Context) error {
	n, err := h.Appraisal.Collect(c.Request().Context(), layout.Viewer(c), cycleOf(c))
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderCockpit(c, refused(err), cycleOf(c), url.Values{}, scoresForm{}, e)
	}
	if err != nil {
		return err
	}
	return done(c, cycleURL(cycleOf(c)), "appraisal.cycle.collected", "n", n)
}

// Step moves a cycle: scoring finished, reopened, closed.
func (h *Handlers) Step(c echo.Context) error {
	var f struct {
		Step string `form:"step" validate:"required,oneof=finish_scoring reopen close"`
	}
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	err := h.Appraisal.MoveCycle(c.Request().Context(), layout.Viewer(c), cycleOf(c), appraisal.CycleEvent(f.Step))
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderCockpit(c, refused(err), cycleOf(c), url.Values{}, scoresForm{}, e)
	}
	if err != nil {
		return err
	}
	return done(c, cycleURL(cycleOf(c)), "appraisal.cycle.moved."+f.Step)
}

// Export writes the filtered people as XLSX or CSV; a reason is asked for and recorded, so it is a POST.
func (h *Handlers) Export(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	var f struct {
		Filter string `form:"filter"`
		Format string `form:"format"`
		Reason string `form:"reason"`
	}
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	q, err := url.ParseQuery(f.Filter)
	if err != nil {
		q = url.Values{}
	}
	k, err := h.Appraisal.Cockpit(ctx, v, cycleOf(c), appraisal.SheetFilter{}, page.New(1, 1))
	if err != nil {
		return err
	}
	l := httpx.Lang(c)
	sheets, err := h.Appraisal.Export(ctx, v, k.ID, filterOf(q), f.Reason)
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderCockpit(c, refused(err), k.ID, q, scoresForm{}, e)
	}
	if err != nil {
		return err
	}
	rows := [][]string{exportHead(l, k.Scheme)}
	for _, s := range sheets {
		rows = append(rows, exportRow(l, k.Scheme, s))
	}
	return layout.SendTable(c, "appraisal-"+k.ID.String(), f.Format, rows)
}
