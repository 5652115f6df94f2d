// Package bank holds the pages of the question bank: the list, a question with its versions and its editor, the import
// with its preview, and the tree of knowledge points.
package bank

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// Handlers are the pages of the bank.
type Handlers struct{ Bank *store.Service }

// filterOf reads the list's filter from the address.
func filterOf(q url.Values) store.Filter {
	difficulty, _ := strconv.Atoi(q.Get("difficulty"))
	return store.Filter{
		Search: q.Get("q"), TopicID: account.ParseID[store.TopicID](q.Get("topic")), Type: questionbank.Type(q.Get("type")),
		Difficulty: difficulty, Key: q.Get("key"), State: q.Get("state"), Law: q.Get("law"), Sort: q.Get("sort"),
		Exposure: q.Get("exposure"), TagID: account.ParseID[store.TagID](q.Get("tag")),
	}
}

// List is the bank.
func (h *Handlers) List(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	pg := page.Parse(c.QueryParam("page"), c.QueryParam("size"))
	rows, total, err := h.Bank.Questions(ctx, v, filterOf(c.QueryParams()), pg)
	if err != nil {
		return err
	}
	if layout.PastTheEnd(pg, len(rows)) {
		return layout.FirstPage(c)
	}
	tree, err := h.Bank.Topics(ctx, v)
	if err != nil {
		return err
	}
	laws, tags, err := h.Bank.FilterWords(ctx, v)
	if err != nil {
		return err
	}
	reports, err := h.openReports(ctx, v)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, listPage(listView{rows: rows, page: pg, total: total, tree: tree, laws: laws, tags: tags, query: c.QueryString(), reports: reports}))
}

// Bulk publishes or retires the questions that were ticked in the list.
func (h *Handlers) Bulk(c echo.Context) error {
	form, err := httpx.FormValues(c)
	if err != nil {
		return err
	}
	var ids []store.QuestionID
	for _, text := range form["question"] {
		ids = append(ids, account.ParseID[store.QuestionID](text))
	}
	word := "bank.bulk.published"
	if form.Get("act") == "retire" {
		word, err = "bank.bulk.retired", h.Bank.Retire(c.Request().Context(), layout.Viewer(c), form.Get("reason"), ids...)
	} else {
		err = h.Bank.Publish(c.Request().Context(), layout.Viewer(c), ids...)
	}
	return answer(c, err, "/bank?"+form.Get("filter"), word, "n", len(ids))
}

// Export writes the filtered list as a file.
func (h *Handlers) Export(c echo.Context) error {
	format := layout.FormatXLSX
	if strings.HasSuffix(c.Path(), ".csv") {
		format = layout.FormatCSV
	}
	rows, err := h.Bank.Export(c.Request().Context(), layout.Viewer(c), filterOf(c.QueryParams()), format)
	if err != nil {
		return err
	}
	return layout.SendSheet(c, "questions", "题目", format, rows)
}

// answer ends a button's act: back to the page with a message, or with the reason why not.
func answer(c echo.Context, err error, to, word string, kv ...any) error {
	if err == nil {
		layout.SetFlash(c, layout.OK, word, kv...)
		return c.Redirect(http.StatusSeeOther, to)
	}
	return layout.SayWhyNot(c, err, to)
}

// statusOf is what a form with messages is answered with.
func statusOf(err error) int {
	switch errs.KindOf(err) {
	case errs.Conflict:
		return http.StatusConflict
	case errs.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusUnprocessableEntity
}
