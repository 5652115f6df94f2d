// Package ledger holds the pages of points and pay: the own lines with what each month comes to, and HR's list.
package ledger

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// Cases tells which of the viewer's rounds are not settled; remediation.Service does.
type Cases interface {
	Mine(ctx context.Context, v account.Viewer, withClosed bool) ([]remediation.Case, error)
	Titles(ctx context.Context, v account.Viewer, cs []remediation.Case) (map[remediation.CaseID]string, error)
}

// Handlers are the pages.
type Handlers struct {
	Ledger *ledger.Service
	Cases  Cases
	People interface {
		Tree(ctx context.Context, v account.Viewer) (account.Tree, error)
	}
}

// pending is a round that is not settled, because its case is open.
type pending struct {
	ID    remediation.CaseID
	Title string
	State remediation.State
}

// month is a month of somebody's lines: those of the page, and what all of it comes to.
type month struct {
	ledger.Month
	Lines []ledger.Line
}

// byMonth groups lines, which come the newest first, under the months that they count in.
func byMonth(lines []ledger.Line, months []ledger.Month) []month {
	var out []month
	for _, m := range months {
		var here []ledger.Line
		for _, l := range lines {
			if l.BookedOn.Year() == m.Month.Year() && l.BookedOn.Month() == m.Month.Month() {
				here = append(here, l)
			}
		}
		if len(here) > 0 {
			out = append(out, month{m, here})
		}
	}
	return out
}

// Own is GET /me/ledger.
func (h *Handlers) Own(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	pg := page.Parse(c.QueryParam("page"), c.QueryParam("size"))
	lines, months, total, err := h.Ledger.Own(ctx, v, pg)
	if err != nil {
		return err
	}
	waits, err := h.pending(ctx, v)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, ownPage(byMonth(lines, months), waits, pg, total))
}

func (h *Handlers) pending(ctx context.Context, v account.Viewer) ([]pending, error) {
	open, err := h.Cases.Mine(ctx, v, false)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	titles, err := h.Cases.Titles(ctx, v, open)
	out := make([]pending, len(open))
	for i, c := range open {
		out[i] = pending{c.ID, titles[c.ID], c.State}
	}
	return out, err
}

// list is a page of HR's list.
type list struct {
	Lines  []ledger.PersonLine
	Sum    ledger.Sum
	Page   page.Page
	Query  string // as it stands in the address, for the export
	Months []time.Time
	Units  []layout.Option
}

const monthFormat = "2006-01"

// filterOf reads the list's filter off its address; what is not understood filters nothing.
func filterOf(q url.Values) ledger.Filter {
	f := ledger.Filter{
		Unit: account.ParseID[account.UnitID](q.Get("unit")), Search: q.Get("q"), Sort: ledger.Sort(q.Get("sort")), Page: page.Parse(q.Get("page"), q.Get("size")),
	}
	if m, err := time.Parse(monthFormat, q.Get("month")); err == nil {
		f.Month = m
	}
	return f
}

// List is GET /ledger; whoever may see the own lines alone is led to those.
func (h *Handlers) List(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	if !v.CanBeyondSelf(account.LedgerRead) {
		return c.Redirect(http.StatusSeeOther, "/me/ledger")
	}
	f := filterOf(c.QueryParams())
	lines, sum, err := h.Ledger.List(ctx, v, f)
	if err != nil {
		return err
	}
	if len(lines) == 0 && sum.N > 0 { // the list has become shorter than its address
		q := c.QueryParams()
		q.Set("page", strconv.Itoa((sum.N+f.Page.Size-1)/f.Page.Size))
		return c.Redirect(http.StatusSeeOther, "/ledger?"+q.Encode())
	}
	months, err := h.Ledger.Months(ctx, v)
	if err != nil {
		return err
	}
	units, err := h.units(ctx, v)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, listPage(list{Lines: lines, Sum: sum, Page: f.Page, Query: c.QueryString(), Months: months, Units: units}))
}

// units are the part of the organisation whose lines the viewer may read, for the filter.
func (h *Handlers) units(ctx context.Context, v account.Viewer) ([]layout.Option, error) {
	tree, err := h.People.Tree(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []layout.Option
	scope := v.Scope(account.LedgerRead)
	for _, u := range tree.InOrder() {
		if scope.HasUnit(u.ID) {
			out = append(out, layout.Option{Value: u.ID.String(), Label: strings.Repeat("\u3000", u.Depth) + u.Name})
		}
	}
	return out, nil
}

// Export is POST /ledger/export: the filtered list as a file. A reason is asked for and recorded.
func (h *Handlers) Export(c echo.Context) error {
	ctx, v, lang := c.Request().Context(), layout.Viewer(c), httpx.Lang(c)
	filter, err := url.ParseQuery(c.FormValue("filter"))
	if err != nil || strings.TrimSpace(c.FormValue("reason")) == "" || !v.CanBeyondSelf(account.LedgerRead) {
		layout.SetFlash(c, layout.Bad, "ledger.export_reason")
		return c.Redirect(http.StatusSeeOther, "/ledger")
	}
	lines, err := h.Ledger.Export(ctx, v, filterOf(filter), c.FormValue("reason"))
	if err != nil {
		return layout.SayWhyNot(c, err, "/ledger?"+filter.Encode())
	}
	rows := [][]string{fileHead(lang)}
	for _, l := range lines {
		rows = append(rows, fileRow(lang, l))
	}
	return layout.SendTable(c, "ledger", layout.FormatXLSX, rows)
}

var fileColumns = []string{"person", "employee_no", "unit", "day", "exam", "kind", "outcome", "points", "yuan", "worth", "version", "note"}

func fileHead(l words.Lang) []string {
	out := make([]string, len(fileColumns))
	for i, name := range fileColumns {
		out[i] = words.T(l, "ledger.column."+name)
	}
	return out
}

func fileRow(l words.Lang, e ledger.PersonLine) []string {
	return []string{
		e.PersonName, e.EmployeeNo, e.UnitName, layout.DateOn(e.BookedOn), e.Title, words.T(l, "ledger.kind."+string(e.Kind)), words.T(l, "ledger.outcome."+string(e.Outcome)),
		strconv.FormatInt(e.Points, 10), e.Fen.Decimal(), e.Worth().Decimal(), strconv.Itoa(e.Version), noteWord(l, e.Line),
	}
}

// noteWord says that a line takes another one back or was taken back; "" for one that stands.
func noteWord(l words.Lang, e ledger.Line) string {
	switch {
	case e.Reversal:
		return words.T(l, "ledger.reversal")
	case e.Reversed:
		return words.T(l, "ledger.reversed")
	}
	return ""
}
