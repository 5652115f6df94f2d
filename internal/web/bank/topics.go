package bank

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

const topicsURL = "/bank/topics"

func topicID(c echo.Context) store.TopicID { return account.ParseID[store.TopicID](c.Param("topic")) }

func topicURL(id store.TopicID) string { return topicsURL + "/" + id.String() }

// topicForm is what the forms of a knowledge point send.
type topicForm struct{ Name, ParentID, Position string }

func topicFormOf(c echo.Context) topicForm {
	return topicForm{Name: c.FormValue("name"), ParentID: c.FormValue("parent_id"), Position: c.FormValue("position")}
}

func (f topicForm) parent() store.TopicID { return account.ParseID[store.TopicID](f.ParentID) }

// Topics is the tree with its counts.
func (h *Handlers) Topics(c echo.Context) error {
	return h.renderTopics(c, http.StatusOK, topicForm{ParentID: c.QueryParam("parent")}, layout.Errors{})
}

func (h *Handlers) renderTopics(c echo.Context, code int, f topicForm, e layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	tree, err := h.Bank.Topics(ctx, v)
	if err != nil {
		return err
	}
	counts, err := h.Bank.TopicCounts(ctx, v)
	if err != nil {
		return err
	}
	return layout.Render(c, code, topicsPage(tree, counts, f, e))
}

// CreateTopic adds a point.
func (h *Handlers) CreateTopic(c echo.Context) error {
	f := topicFormOf(c)
	_, err := h.Bank.CreateTopic(c.Request().Context(), layout.Viewer(c), f.parent(), f.Name)
	if errs.Is(err, errs.NotFound) {
		err = errs.InvalidFields(errs.NewField("parent_id", "error.bank.topic_parent")).With(err)
	}
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderTopics(c, statusOf(err), f, e)
	}
	if err != nil {
		return err
	}
	return answer(c, nil, topicsURL, "bank.topics.saved")
}

// Topic is the form of one point.
func (h *Handlers) Topic(c echo.Context) error {
	return h.renderTopic(c, http.StatusOK, nil, layout.Errors{})
}

func (h *Handlers) renderTopic(c echo.Context, code int, f *topicForm, e layout.Errors) error {
	tree, err := h.Bank.Topics(c.Request().Context(), layout.Viewer(c))
	if err != nil {
		return err
	}
	t, ok := tree.Topic(topicID(c))
	if !ok || t.Root() || t.RetiredAt != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	if f == nil {
		f = &topicForm{Name: t.Name, ParentID: t.ParentID.String(), Position: strconv.Itoa(t.Position)}
	}
	return layout.Render(c, code, topicPage(t, tree, *f, e))
}

// SaveTopic renames or moves a point.
func (h *Handlers) SaveTopic(c echo.Context) error {
	f := topicFormOf(c)
	position, _ := strconv.Atoi(f.Position)
	err := h.Bank.EditTopic(c.Request().Context(), layout.Viewer(c), topicID(c), store.TopicEdit{Name: f.Name, ParentID: f.parent(), Position: position})
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderTopic(c, statusOf(err), &f, e)
	}
	if err != nil {
		return err
	}
	return answer(c, nil, topicsURL, "bank.topics.saved")
}

// RetireTopic takes an empty point out of the lists.
func (h *Handlers) RetireTopic(c echo.Context) error {
	err := h.Bank.RetireTopic(c.Request().Context(), layout.Viewer(c), topicID(c))
	return answer(c, err, topicsURL, "bank.topics.retired")
}
