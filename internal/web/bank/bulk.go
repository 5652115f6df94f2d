package bank

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

const bulkURL = "/bank/bulk/edit"

// bulkForm is a bulk edit as it is filled in.
type bulkForm struct {
	Difficulty, Key, Topic, AddTag, RemoveTag, Act, Reason string
	Filter                                                 string // of the list that it came from
}

func bulkFormOf(v url.Values) bulkForm {
	return bulkForm{
		Difficulty: v.Get("difficulty"), Key: v.Get("key"), Topic: v.Get("topic"), AddTag: v.Get("add_tag"), RemoveTag: v.Get("remove_tag"),
		Act: v.Get("act"), Reason: v.Get("reason"), Filter: v.Get("filter"),
	}
}

func (f bulkForm) edit() store.BulkEdit {
	return store.BulkEdit{
		Difficulty: number(f.Difficulty), Key: f.Key, TopicID: account.ParseID[store.TopicID](f.Topic), AddTag: f.AddTag, RemoveTag: f.RemoveTag,
		Act: store.BulkAct(f.Act), Reason: f.Reason,
	}
}

// values are the form's own fields, to be carried along.
func (f bulkForm) values() [][2]string {
	return [][2]string{{"difficulty", f.Difficulty}, {"key", f.Key}, {"topic", f.Topic}, {"add_tag", f.AddTag}, {"remove_tag", f.RemoveTag},
		{"act", f.Act}, {"reason", f.Reason}, {"filter", f.Filter}}
}

func (f bulkForm) backURL() string { return "/bank?" + f.Filter }

// bulkView is a bulk edit on its way: what is chosen, what it would do, what it did.
type bulkView struct {
	Form   bulkForm
	IDs    []store.QuestionID
	Total  int // found by the filter; 0: they were ticked
	Tree   store.Tree
	Plans  []store.BulkPlan
	Errors layout.Errors
}

// changing are the plans that change something, refused those that cannot, and same is how many are as wanted already.
func (v bulkView) changing() (out []store.BulkPlan) {
	for _, p := range v.Plans {
		if p.Refused == nil && len(p.Changes) > 0 {
			out = append(out, p)
		}
	}
	return out
}

func (v bulkView) refused() (out []store.BulkPlan) {
	for _, p := range v.Plans {
		if p.Refused != nil {
			out = append(out, p)
		}
	}
	return out
}

func (v bulkView) same() int { return len(v.Plans) - len(v.changing()) - len(v.refused()) }

func (v bulkView) newVersions() (n int) {
	for _, p := range v.changing() {
		if p.NewVersion {
			n++
		}
	}
	return n
}

func (v bulkView) withdrawn() (n int) {
	for _, p := range v.changing() {
		if p.Withdrawn {
			n++
		}
	}
	return n
}

// openRows is up to how many questions a list of what changes is shown open.
const openRows = 50

// BulkForm is GET /bank/bulk/edit?question=1&question=2, or ?all=1 with the list's filter in "filter".
func (h *Handlers) BulkForm(c echo.Context) error {
	ctx, viewer := c.Request().Context(), layout.Viewer(c)
	v := bulkView{Form: bulkForm{Filter: c.QueryParam("filter")}, IDs: questionIDs(c.QueryParams()["question"])}
	if c.QueryParam("all") != "" {
		filter, err := url.ParseQuery(v.Form.Filter)
		if err != nil {
			return errs.New(errs.BadRequest, "error.bad_request").With(err)
		}
		if v.IDs, v.Total, err = h.Bank.FoundForBulk(ctx, viewer, filterOf(filter)); err != nil {
			return err
		}
	}
	if len(v.IDs) == 0 {
		return answer(c, errs.InvalidFields(errs.NewField("question", "error.bank.choose", "max", store.MaxBulkEdit)), v.Form.backURL(), "")
	}
	return h.renderBulk(c, http.StatusOK, v)
}

func questionIDs(texts []string) []store.QuestionID {
	var ids []store.QuestionID
	for _, text := range texts {
		if id := account.ParseID[store.QuestionID](text); id != 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

func (h *Handlers) renderBulk(c echo.Context, code int, v bulkView) error {
	var err error
	if v.Tree, err = h.Bank.Topics(c.Request().Context(), layout.Viewer(c)); err != nil {
		return err
	}
	return layout.Render(c, code, bulkPage(v))
}

// BulkEdit is POST /bank/bulk/edit: the preview, the form again, or the act itself.
func (h *Handlers) BulkEdit(c echo.Context) error {
	form, err := httpx.FormValues(c)
	if err != nil {
		return err
	}
	v := bulkView{Form: bulkFormOf(form), IDs: questionIDs(form["question"])}
	switch form.Get("step") {
	case "change":
		return h.renderBulk(c, http.StatusOK, v)
	case "confirm":
		return h.applyBulk(c, v, seenOf(form["seen"]))
	}
	v.Plans, err = h.Bank.PlanBulk(c.Request().Context(), layout.Viewer(c), v.Form.edit(), v.IDs)
	if e, ok := layout.ErrorsOf(c, err); ok {
		v.Errors = e
		return h.renderBulk(c, statusOf(err), v)
	}
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, bulkCheckPage(v))
}

// applyBulk does it. When something was left out, the page says what and why.
func (h *Handlers) applyBulk(c echo.Context, v bulkView, seen []store.Seen) error {
	var err error
	v.Plans, err = h.Bank.ApplyBulk(c.Request().Context(), layout.Viewer(c), v.Form.edit(), seen)
	if e, ok := layout.ErrorsOf(c, err); ok {
		v.Errors = e
		return h.renderBulk(c, statusOf(err), v)
	}
	if err != nil {
		return err
	}
	if len(v.refused()) > 0 {
		return layout.Render(c, http.StatusOK, bulkReportPage(v))
	}
	return answer(c, nil, v.Form.backURL(), "bank.bulk.edited", "n", len(v.changing()))
}

// seenIt names a question as the preview showed it.
func seenIt(p store.BulkPlan) string {
	return fmt.Sprintf("%d:%d:%d", p.Seen.ID, p.Seen.Base.Version, p.Seen.Base.Revision)
}

// factText is one side of a change as it is read.
func factText(ctx context.Context, fact, value string) string {
	switch {
	case value == "":
		return layout.T(ctx, "bank.bulk.none")
	case fact == "difficulty":
		return difficultyName(ctx, number(value))
	case fact == "key":
		return yesNo(ctx, value == "yes")
	case fact == "state":
		return layout.T(ctx, store.State(value).WordKey())
	}
	return value
}

func factName(ctx context.Context, fact string) string {
	return layout.T(ctx, map[string]string{
		"difficulty": "bank.field.difficulty", "key": "bank.field.key_question", "topic": "bank.field.topic", "tags": "bank.field.tags", "state": "bank.field.state",
	}[fact])
}

// bulkActs are what may be done but to edit; to retire is for whoever may publish.
func bulkActs(ctx context.Context) []layout.Option {
	out := []layout.Option{{Value: "", Label: layout.T(ctx, "bank.bulk.act_edit")}}
	if mayPublish(ctx) {
		out = append(out, layout.Option{Value: string(store.BulkRetire), Label: layout.T(ctx, "bank.bulk.act_retire")})
	}
	return append(out, layout.Option{Value: string(store.BulkRestore), Label: layout.T(ctx, "bank.bulk.act_restore")})
}
