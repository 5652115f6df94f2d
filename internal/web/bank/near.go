package bank

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

const nearURL = "/bank/near"

// nearView is what the list of pairs shows.
type nearView struct {
	Pairs []store.NearPair
	Page  page.Page
	Total int
	Whole bool // every version has been compared
}

// noPairs says that there are none, or that there are none so far.
func noPairs(v nearView) string {
	if v.Whole {
		return "bank.near.none"
	}
	return "bank.near.none_yet"
}

// Near lists questions of the bank that ask nearly the same.
func (h *Handlers) Near(c echo.Context) error {
	v := nearView{Page: page.Parse(c.QueryParam("page"), c.QueryParam("size"))}
	var err error
	if v.Pairs, v.Total, v.Whole, err = h.Bank.NearPairs(c.Request().Context(), layout.Viewer(c), v.Page); err != nil {
		return err
	}
	if layout.PastTheEnd(v.Page, len(v.Pairs)) {
		return layout.FirstPage(c)
	}
	return layout.Render(c, http.StatusOK, nearPage(v))
}

// DismissNear takes a pair off the list.
func (h *Handlers) DismissNear(c echo.Context) error {
	err := h.Bank.DismissNear(c.Request().Context(), layout.Viewer(c), account.ParseID[store.VersionID](c.FormValue("version")), account.ParseID[store.VersionID](c.FormValue("other")))
	return answer(c, err, nearURL, "bank.near.dismissed")
}

// itemNumbered is a question of a file by its number in it.
func itemNumbered(p store.Preview, n int) (questionbank.Question, bool) {
	i := slices.IndexFunc(p.Items.V, func(it questionbank.Item) bool { return it.Number == n })
	if i < 0 {
		return questionbank.Question{}, false
	}
	return p.Items.V[i].Question, true
}

// nearSide is the other question of a pair of a preview: one of the bank, or an earlier one of the file.
func nearSide(p store.Preview, n store.Near) (q questionbank.Question, ok bool) {
	if n.QuestionID == 0 {
		return itemNumbered(p, n.Other)
	}
	q, ok = p.NearShown[n.QuestionID]
	return q, ok
}
