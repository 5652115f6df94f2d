package bank

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

func questionID(c echo.Context) store.QuestionID {
	return account.ParseID[store.QuestionID](c.Param("id"))
}

func questionURL(id store.QuestionID) string { return "/bank/questions/" + id.String() }

// Question is a question's page; ?version=2 shows an older version.
func (h *Handlers) Question(c echo.Context) error {
	return h.renderQuestion(c, http.StatusOK, mediaForm{})
}

func (h *Handlers) renderQuestion(c echo.Context, code int, f mediaForm) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	d, err := h.Bank.Question(ctx, v, questionID(c))
	if err != nil {
		return err
	}
	tree, err := h.Bank.Topics(ctx, v)
	if err != nil {
		return err
	}
	stats, err := h.statistics(ctx, v, d)
	if err != nil {
		return err
	}
	r := inReview{}
	if r.reviews, err = h.Bank.Reviews(ctx, v, d); err != nil {
		return err
	}
	if r.policy, err = h.Bank.ReviewPolicy(ctx); err != nil {
		return err
	}
	return layout.Render(c, code, questionPage(d, shownVersion(d, c.QueryParam("version")), tree, stats, r, f))
}

// shownVersion is the version that was asked for, else the one being written, else the current one.
func shownVersion(d store.Detail, number string) store.Version {
	for _, v := range d.Versions {
		if strconv.Itoa(v.Number) == number {
			return v
		}
	}
	if open, ok := d.Open(); ok {
		return open
	}
	return d.Current()
}

// New is the editor of a new question.
func (h *Handlers) New(c echo.Context) error {
	f := questionForm{Type: string(questionbank.Single), Difficulty: strconv.Itoa(questionbank.DefaultDifficulty), Topics: make([]string, topicFields), Rubric: spareRows(nil)}
	f.Topics[0] = c.QueryParam("topic")
	return h.renderEditor(c, http.StatusOK, 0, f, layout.Errors{})
}

// Create stores a new question as a draft.
func (h *Handlers) Create(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, err := h.Bank.Create(c.Request().Context(), layout.Viewer(c), f.draft())
	return h.saved(c, id, 0, f, err)
}

// Edit is the editor of a question: its open version, else a copy of the newest that becomes the next. With ?ruled= and &key= the answer that
// a regrade has ruled on that version is filled in.
func (h *Handlers) Edit(c echo.Context) error {
	d, err := h.Bank.Question(c.Request().Context(), layout.Viewer(c), questionID(c))
	if err != nil {
		return err
	}
	f := formOfVersion(d.Editable())
	f.takeRuled(d, account.ParseID[store.VersionID](c.QueryParam("ruled")), c.QueryParam("key"))
	return h.renderEditor(c, http.StatusOK, d.ID, f, layout.Errors{})
}

// Save stores the editor's form.
func (h *Handlers) Save(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id := questionID(c)
	err = h.Bank.Edit(c.Request().Context(), layout.Viewer(c), id, store.Base{Version: f.Version, Revision: f.Revision}, f.draft())
	return h.saved(c, id, id, f, err)
}

// saved goes to the question, or back into the editor with what was typed; editing is 0 for a new question.
func (h *Handlers) saved(c echo.Context, id, editing store.QuestionID, f questionForm, err error) error {
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderEditor(c, statusOf(err), editing, f, f.place(e))
	}
	if err != nil {
		return err
	}
	return answer(c, nil, questionURL(id), "bank.saved")
}

func (h *Handlers) renderEditor(c echo.Context, code int, id store.QuestionID, f questionForm, e layout.Errors) error {
	tree, err := h.Bank.Topics(c.Request().Context(), layout.Viewer(c))
	if err != nil {
		return err
	}
	return layout.Render(c, code, editorPage(id, f, tree, e))
}

// Publish makes the open version the one that papers are drawn from.
func (h *Handlers) Publish(c echo.Context) error {
	seen := store.Seen{ID: questionID(c)}
	if text := c.FormValue("seen"); text != "" {
		seen.Base = seenOf([]string{text})[0].Base
	}
	err := h.Bank.Approve(c.Request().Context(), layout.Viewer(c), seen)
	return answer(c, err, questionURL(questionID(c)), "bank.published")
}

// Retire takes the question out of the pool.
func (h *Handlers) Retire(c echo.Context) error {
	err := h.Bank.Retire(c.Request().Context(), layout.Viewer(c), c.FormValue("reason"), questionID(c))
	return answer(c, err, questionURL(questionID(c)), "bank.retired")
}

func readForm(c echo.Context) (questionForm, error) {
	values, err := httpx.FormValues(c)
	if err != nil {
		return questionForm{}, err
	}
	return formOf(values), nil
}
