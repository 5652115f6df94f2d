package remediation

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

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

// tabsOf are the open cases, each state that a case can stand in, and all.
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
	return append(out, tab{"all", total})
}

func filterOf(q url.Values) cases.Filter {
	state := q.Get("state")
	if state == "" {
		state = "open"
	}
	return cases.Filter{State: state, Search: q.Get("q"), Page: page.Parse(q.Get("page"), q.Get("size"))}
}

// List is GET /cases: HR's board; the own cases for whoever has no others, and with ?mine=1.
func (h *Handlers) List(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	if !staff(v) || c.QueryParam("mine") != "" {
		return h.mine(c)
	}
	f := filterOf(c.QueryParams())
	rows, total, counts, err := h.Cases.Board(ctx, v, f)
	if err != nil {
		return err
	}
	b := board{Rows: rows, Total: total, Page: f.Page, Tabs: tabsOf(counts), State: f.State, Query: c.QueryString()}
	return layout.Render(c, http.StatusOK, boardPage(b, pageNow(c)))
}

func (h *Handlers) mine(c echo.Context) error {
	list, err := h.Cases.Mine(c.Request().Context(), layout.Viewer(c), true)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, minePage(list, h.Cases.Zone(), pageNow(c)))
}

// Export is POST /cases/export: the filtered board as a file. A reason is asked for and recorded.
func (h *Handlers) Export(c echo.Context) error {
	ctx, v, lang := c.Request().Context(), layout.Viewer(c), httpx.Lang(c)
	filter, err := url.ParseQuery(c.FormValue("filter"))
	if err != nil || c.FormValue("reason") == "" || !staff(v) {
		layout.SetFlash(c, layout.Bad, "cases.export_reason")
		return c.Redirect(http.StatusSeeOther, "/cases")
	}
	w, err := layout.CSV(c, "cases.csv")
	if err != nil {
		return err
	}
	if err := w.Write(csvHead(lang)); err != nil {
		return err
	}
	err = h.Cases.Export(ctx, v, filterOf(filter), c.FormValue("reason"), func(r cases.BoardRow) error {
		return w.Write(h.csvRow(lang, r))
	})
	return errors.Join(err, w.Flush())
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
	const minute = "2006-01-02 15:04"
	zone, deadline := h.Cases.Zone(), ""
	if r.Deadline != nil {
		deadline = r.Deadline.In(zone).Format(minute)
	}
	state := words.T(l, "cases.state."+string(r.State))
	if r.State == cases.Closed {
		state = words.T(l, "cases.outcome."+string(r.Outcome))
	}
	return []string{r.PersonName, r.EmployeeNo, r.UnitName, r.ExamTitle, words.T(l, "cases.cause."+string(r.Cause)), state, deadline,
		r.OpenedAt.In(zone).Format(minute), countText(r.Cycle)}
}
