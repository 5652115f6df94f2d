package remediation

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// tab is a column of the board with its number.
type tab struct {
	State string // as in the address: "open", "all" or a state
	Count int
}

// tabsOf are the open cases, those that wait for HR, each state that a case can stand in, and all.
func tabsOf(counts map[cases.State]int) []tab {
	out := []tab{{State: "open"}}
	total := 0
	for _, s := range cases.States {
		if s != cases.Closed {
			out[0].Count += counts[s]
		}
		total += counts[s]
		out = append(out, tab{string(s), counts[s]})
	}
	waiting := tab{cases.WaitingForHR, counts[cases.RetrainingDue] + counts[cases.DecisionDue]}
	return append([]tab{out[0], waiting}, append(out[1:], tab{"all", total})...)
}

// filterOf reads the board's filter off its address; what is not understood filters nothing.
func filterOf(q url.Values) cases.Filter {
	f := cases.Filter{
		State: q.Get("state"), Search: q.Get("q"), Unit: account.ParseID[account.UnitID](q.Get("unit")), AtRisk: q.Get("risk") != "",
		Page: page.Parse(q.Get("page"), q.Get("size")),
	}
	if f.State == "" {
		f.State = "open"
	}
	if day, err := time.Parse(time.DateOnly, q.Get("due")); err == nil {
		f.DueOn = &day
	}
	return f
}

// List is GET /cases: HR's board, with ?view=calendar the same by days; the own cases for whoever has no others, and with
// ?mine=1.
func (h *Handlers) List(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	if !staff(v) || c.QueryParam("mine") != "" {
		return h.mine(c)
	}
	if c.QueryParam("view") == "calendar" {
		return h.calendar(c)
	}
	f := filterOf(c.QueryParams())
	rows, total, counts, err := h.Cases.Board(ctx, v, f)
	if err != nil {
		return err
	}
	if len(rows) == 0 && total > 0 { // the list has become shorter than its address
		q := c.QueryParams()
		q.Set("page", countText((total+f.Page.Size-1)/f.Page.Size))
		return c.Redirect(http.StatusSeeOther, "/cases?"+q.Encode())
	}
	units, err := h.units(ctx, v)
	if err != nil {
		return err
	}
	b := board{Rows: rows, Total: total, Page: f.Page, Tabs: tabsOf(counts), State: f.State, Query: c.QueryString(), Units: units,
		DueOn: f.DueOn, Ticked: c.QueryParam("tick") == "all"}
	return layout.Render(c, http.StatusOK, boardPage(b, pageNow(c)))
}

// units are the part of the organisation whose cases the viewer may read, for the filter.
func (h *Handlers) units(ctx context.Context, v account.Viewer) ([]layout.Option, error) {
	tree, err := h.People.Tree(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []layout.Option
	scope := v.Scope(account.CaseRead)
	for _, u := range tree.InOrder() {
		if scope.HasUnit(u.ID) {
			out = append(out, layout.Option{Value: u.ID.String(), Label: strings.Repeat("\u3000", u.Depth) + u.Name})
		}
	}
	return out, nil
}

func (h *Handlers) mine(c echo.Context) error {
	list, err := h.Cases.Mine(c.Request().Context(), layout.Viewer(c), true)
	if err != nil {
		return err
	}
	titles, err := h.Cases.Titles(c.Request().Context(), layout.Viewer(c), list)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, minePage(list, titles, h.Cases.Zone(), pageNow(c)))
}

// Export is POST /cases/export: the filtered board as a file. A reason is asked for and recorded.
func (h *Handlers) Export(c echo.Context) error {
	ctx, v, lang := c.Request().Context(), layout.Viewer(c), httpx.Lang(c)
	filter, err := url.ParseQuery(c.FormValue("filter"))
	if err != nil || strings.TrimSpace(c.FormValue("reason")) == "" || !staff(v) {
		layout.SetFlash(c, layout.Bad, "cases.export_reason")
		return c.Redirect(http.StatusSeeOther, "/cases")
	}
	list, err := h.Cases.Export(ctx, v, filterOf(filter), c.FormValue("reason"))
	if err != nil {
		return layout.SayWhyNot(c, err, "/cases?"+filter.Encode())
	}
	rows := [][]string{csvHead(lang)}
	for _, r := range list {
		rows = append(rows, h.csvRow(lang, r))
	}
	return layout.SendTable(c, "cases", layout.FormatCSV, rows)
}

var csvColumns = []string{"person", "employee_no", "unit", "exam", "cause", "state", "deadline", "opened", "cycle"}

func csvHead(l words.Lang) []string {
	out := make([]string, len(csvColumns))
	for i, name := range csvColumns {
		out[i] = words.T(l, "cases.column."+name)
	}
	return out
}

func (h *Handlers) csvRow(l words.Lang, r cases.BoardRow) []string {
	zone, deadline := h.Cases.Zone(), ""
	if r.Deadline != nil {
		deadline = clock.Deadline(r.Deadline.In(zone))
	}
	state := words.T(l, "cases.state."+string(r.State))
	if r.State == cases.Closed {
		state = words.T(l, "cases.outcome."+string(r.Outcome))
	}
	return []string{r.PersonName, r.EmployeeNo, r.UnitName, r.ExamTitle, words.T(l, "cases.cause."+string(r.Cause)), state, deadline,
		r.OpenedAt.In(zone).Format("2006-01-02 15:04"), countText(r.Cycle)}
}
