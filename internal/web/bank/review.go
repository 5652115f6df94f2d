package bank

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

const reviewURL = "/bank/review"

func batchURL(id store.ImportID) string { return reviewURL + "/imports/" + id.String() }

// reviewView is what the queue shows.
type reviewView struct {
	Batches  []store.ImportBatch
	Versions []store.Version
	Page     page.Page
	Total    int
	Policy   store.ReviewPolicy
}

// batchView is what of an import waits.
type batchView struct {
	Batch    store.ImportBatch
	Versions []store.Version
	Page     page.Page
	Form     batchForm
	Errors   layout.Errors
}

// batchForm is what a reviewer says of a batch, as it is typed.
type batchForm struct{ Looked, Note string }

// Review is the queue: imports as batches, and single versions, the longest waiting first.
func (h *Handlers) Review(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	r := reviewView{Page: page.Parse(c.QueryParam("page"), c.QueryParam("size"))}
	var err error
	if r.Batches, err = h.Bank.Batches(ctx, v); err != nil {
		return err
	}
	if r.Versions, r.Total, err = h.Bank.Waiting(ctx, v, r.Page); err != nil {
		return err
	}
	if layout.PastTheEnd(r.Page, len(r.Versions)) {
		return layout.FirstPage(c)
	}
	if r.Policy, err = h.Bank.ReviewPolicy(ctx); err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, reviewPage(r))
}

func batchID(c echo.Context) store.ImportID {
	return account.ParseID[store.ImportID](c.Param("import"))
}

// Batch is what of one import waits, question by question.
func (h *Handlers) Batch(c echo.Context) error {
	return h.renderBatch(c, http.StatusOK, batchForm{}, layout.Errors{})
}

func (h *Handlers) renderBatch(c echo.Context, code int, f batchForm, e layout.Errors) error {
	b := batchView{Page: page.Parse(c.QueryParam("page"), c.QueryParam("size")), Form: f, Errors: e}
	var err error
	if b.Batch, b.Versions, err = h.Bank.Batch(c.Request().Context(), layout.Viewer(c), batchID(c), b.Page); err != nil {
		return err
	}
	return layout.Render(c, code, batchPage(b))
}

// DecideBatch approves what of an import waits, or sends it back.
func (h *Handlers) DecideBatch(c echo.Context) error {
	form, err := httpx.FormValues(c)
	if err != nil {
		return err
	}
	ctx, v, n, word := c.Request().Context(), layout.Viewer(c), 0, "bank.review.batch_approved"
	if form.Get("act") == string(store.ReviewReturn) {
		word = "bank.review.batch_returned"
		n, err = h.Bank.ReturnBatch(ctx, v, batchID(c), form.Get("note"))
	} else {
		n, err = h.Bank.ApproveBatch(ctx, v, batchID(c), store.BatchReview{
			Waiting: number(form.Get("waiting")), Revisions: number(form.Get("revisions")), Looked: number(form.Get("looked")), Note: form.Get("note"),
		})
	}
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderBatch(c, statusOf(err), batchForm{Looked: form.Get("looked"), Note: form.Get("note")}, e)
	}
	return answer(c, err, reviewURL, word, "n", n)
}

// number is what a field of figures says; nonsense is 0, which no rule of such a field allows.
func number(text string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(text))
	return n
}

// Decide approves or sends back the versions that were ticked, or the one of a question's page.
func (h *Handlers) Decide(c echo.Context) error {
	form, err := httpx.FormValues(c)
	if err != nil {
		return err
	}
	seen := seenOf(form["seen"])
	word := "bank.review.approved"
	if form.Get("act") == string(store.ReviewReturn) {
		word, err = "bank.review.returned", h.Bank.Return(c.Request().Context(), layout.Viewer(c), form.Get("reason"), seen...)
	} else {
		err = h.Bank.Approve(c.Request().Context(), layout.Viewer(c), seen...)
	}
	return answer(c, err, backTo(form.Get("back")), word, "n", len(seen))
}

// backTo is the page that a decision was made on: the queue, a batch or a question; nothing else is led to.
func backTo(path string) string {
	if path != reviewURL && !strings.HasPrefix(path, reviewURL+"/imports/") && !strings.HasPrefix(path, "/bank/questions/") {
		return reviewURL
	}
	return path
}

// Submit puts a draft before the reviewers.
func (h *Handlers) Submit(c echo.Context) error {
	err := h.Bank.Submit(c.Request().Context(), layout.Viewer(c), questionID(c))
	return answer(c, err, questionURL(questionID(c)), "bank.review.submitted", "n", 1)
}

// Withdraw takes it back.
func (h *Handlers) Withdraw(c echo.Context) error {
	err := h.Bank.Withdraw(c.Request().Context(), layout.Viewer(c), questionID(c))
	return answer(c, err, questionURL(questionID(c)), "bank.review.withdrawn")
}

// seenText names a version as a page showed it, "12:3:1": question, version, revision.
func seenText(v store.Version) string {
	return v.QuestionID.String() + ":" + strconv.Itoa(v.Number) + ":" + strconv.Itoa(v.Revision)
}

// seenOf reads what seenText wrote; what is none stands as question 0, which no act takes.
func seenOf(texts []string) []store.Seen {
	out := make([]store.Seen, len(texts))
	for i, text := range texts {
		id, base, _ := strings.Cut(text, ":")
		version, revision, _ := strings.Cut(base, ":")
		out[i] = store.Seen{ID: account.ParseID[store.QuestionID](id), Base: store.Base{Version: max(number(version), 1), Revision: number(revision)}}
	}
	return out
}

// inReview is where a question stands in review.
type inReview struct {
	reviews []store.Review
	policy  store.ReviewPolicy
}

// wroteIt tells whether the viewer wrote at the version, and so is not its second person.
func wroteIt(ctx context.Context, v store.Version) bool { return v.Wrote(layout.ViewerIn(ctx).Actor()) }

// mayPublishIt tells whether the viewer may publish the open version of a question.
func mayPublishIt(ctx context.Context, d store.Detail, p store.ReviewPolicy) bool {
	open, ok := d.Open()
	return ok && mayPublish(ctx) && !(wroteIt(ctx, open) && (p.SecondPerson || open.State == store.StateInReview))
}

// publishWord is the label of the button: who publishes what was submitted approves it.
func publishWord(d store.Detail) string {
	if d.Editable().State == store.StateInReview {
		return "bank.review.approve"
	}
	return "bank.publish"
}

// publishText says as what the viewer will stand beside the version.
func publishText(ctx context.Context, d store.Detail) string {
	if wroteIt(ctx, d.Editable()) {
		return "bank.publish_own_text"
	}
	return "bank.publish_text"
}

// mayDecide tells whether one of the versions is the viewer's to decide on.
func mayDecide(ctx context.Context, versions []store.Version) bool {
	return mayPublish(ctx) && slices.ContainsFunc(versions, func(v store.Version) bool { return !wroteIt(ctx, v) })
}

func policyWord(p store.ReviewPolicy) string {
	if p.SecondPerson {
		return "bank.review.policy_on"
	}
	return "bank.review.policy_off"
}

var actTones = map[store.ReviewAct]layout.Tone{
	store.ReviewSubmit: layout.Info, store.ReviewWithdraw: layout.Neutral, store.ReviewReturn: layout.Bad, store.ReviewApprove: layout.OK,
}
