package bank

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

const rivalsURL = "/bank/rivals"

func rivalURL(id store.RivalSetID) string { return rivalsURL + "/" + id.String() }

// rivalForm is a set as it is typed: the numbers of its questions and why they exclude each other.
type rivalForm struct{ Questions, Note string }

// rivalsView is what the page shows.
type rivalsView struct {
	Sets     []store.RivalSet
	Page     page.Page
	Total    int
	Question store.QuestionID // the list is of this one; 0 = all
	Form     rivalForm
	Errors   layout.Errors
}

// noRivals says how the first set is made, to whoever may make it.
func noRivals(ctx context.Context) string {
	if mayWrite(ctx) {
		return "bank.rivals.none_text"
	}
	return "bank.rivals.none_read"
}

// Rivals is the sets of questions of which a paper takes one; ?q=12 shows those of question 12.
func (h *Handlers) Rivals(c echo.Context) error {
	return h.renderRivals(c, http.StatusOK, rivalForm{Questions: c.QueryParam("questions")}, layout.Errors{})
}

func (h *Handlers) renderRivals(c echo.Context, code int, f rivalForm, e layout.Errors) error {
	v := rivalsView{Page: page.Parse(c.QueryParam("page"), c.QueryParam("size")), Form: f, Errors: e}
	if ids := store.ParseQuestionIDs(c.QueryParam("q")); len(ids) > 0 {
		v.Question = ids[0]
	}
	var err error
	if v.Sets, v.Total, err = h.Bank.RivalSets(c.Request().Context(), layout.Viewer(c), v.Question, v.Page); err != nil {
		return err
	}
	return layout.Render(c, code, rivalsPage(v))
}

// CreateRivals makes a set.
func (h *Handlers) CreateRivals(c echo.Context) error {
	f := rivalForm{Questions: c.FormValue("questions"), Note: c.FormValue("note")}
	_, err := h.Bank.CreateRivalSet(c.Request().Context(), layout.Viewer(c), store.ParseQuestionIDs(f.Questions), f.Note)
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderRivals(c, statusOf(err), f, e)
	}
	if err != nil {
		return err
	}
	return answer(c, nil, rivalsURL, "bank.rivals.saved")
}

// RetireRivals ends a set.
func (h *Handlers) RetireRivals(c echo.Context) error {
	err := h.Bank.RetireRivalSet(c.Request().Context(), layout.Viewer(c), account.ParseID[store.RivalSetID](c.Param("set")))
	return answer(c, err, rivalsURL, "bank.rivals.retired")
}
