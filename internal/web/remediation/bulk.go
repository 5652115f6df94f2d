package remediation

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// Acts on several cases take three steps: the rows ticked on the board come by GET and meet the form; the form is posted and
// answered with who gets what and who cannot; that is confirmed by a second post. Nothing is changed before it.

// stepConfirm is the second post.
const stepConfirm = "confirm"

// bulkForm is what the pages of an act on several cases send to each other.
type bulkForm struct {
	Cases   []string `form:"case"`
	Back    string   `form:"back"` // the board's filter
	Step    string   `form:"step"`
	Courses []string `form:"courses"`
	DueOn   string   `form:"due_on"`
	Search  string   `form:"q"`
	Kind    string   `form:"kind"`
	Reason  string   `form:"reason"`

	Internal string `form:"internal"`
	External string `form:"external"`
}

// bulkView is a page of an act on several cases.
type bulkView struct {
	Act     string // "assign" or "propose": the last part of the address
	Form    bulkForm
	Chosen  []cases.Chosen
	Outside int                 // chosen, but not in the viewer's part of the tree
	Weak    []weakPoint         // for assign: of those to whom it can be done
	Courses []courseware.Course // for assign: the ticked ones, then those that the search finds
	Errors  layout.Errors
}

func (f bulkForm) ids() []cases.CaseID {
	var out []cases.CaseID
	for _, text := range f.Cases {
		if id := account.ParseID[cases.CaseID](text); id != 0 && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func (f bulkForm) assignment() (cases.Assignment, error) {
	return assignForm{Courses: f.Courses, Internal: f.Internal, External: f.External, DueOn: f.DueOn}.assignment()
}

// backURL is the board as it was when the rows were ticked.
func (f bulkForm) backURL() string {
	q, err := url.ParseQuery(f.Back)
	if q.Del("tick"); err != nil || len(q) == 0 {
		return "/cases"
	}
	return "/cases?" + q.Encode()
}

// possible are the cases to which the act can be done.
func (b bulkView) possible() []cases.Chosen {
	return slices.DeleteFunc(slices.Clone(b.Chosen), func(c cases.Chosen) bool { return c.Refused != nil })
}

// BulkAssignForm is GET /cases/bulk/assign: the same retraining for several people.
func (h *Handlers) BulkAssignForm(c echo.Context) error { return h.bulkForm(c, "assign") }

// BulkProposeForm is GET /cases/bulk/propose: the same proposal for several people.
func (h *Handlers) BulkProposeForm(c echo.Context) error { return h.bulkForm(c, "propose") }

func (h *Handlers) bulkForm(c echo.Context, act string) error {
	q := c.QueryParams()
	f := bulkForm{
		Cases: q["case"], Back: q.Get("back"), Courses: q["courses"], DueOn: q.Get("due_on"), Search: strings.TrimSpace(q.Get("q")),
		Kind: q.Get("kind"), Reason: q.Get("reason"), Internal: q.Get("internal"), External: q.Get("external"),
	}
	if n := len(f.ids()); n == 0 || n > cases.MaxChosen {
		layout.SetFlash(c, layout.Warn, "cases.bulk.nobody", "max", cases.MaxChosen)
		return c.Redirect(http.StatusSeeOther, f.backURL())
	}
	return h.renderBulk(c, http.StatusOK, act, f, layout.Errors{})
}

func (h *Handlers) renderBulk(c echo.Context, code int, act string, f bulkForm, e layout.Errors) error {
	b, err := h.bulkView(c.Request().Context(), layout.Viewer(c), act, f)
	if err != nil {
		return err
	}
	b.Errors = e
	return layout.Render(c, code, bulkPage(b))
}

func (h *Handlers) bulkView(ctx context.Context, v account.Viewer, act string, f bulkForm) (b bulkView, err error) {
	b = bulkView{Act: act, Form: f}
	look := h.Cases.ToPropose
	if act == "assign" {
		look = h.Cases.ToAssign
		all, err := h.Courses.Assignable(ctx, v)
		if err != nil {
			return b, err
		}
		b.Courses = choose(all, assignForm{Courses: f.Courses, Search: f.Search})
	}
	ids := f.ids()
	b.Chosen, err = look(ctx, v, ids)
	b.Outside = len(ids) - len(b.Chosen)
	if err != nil || act != "assign" {
		return b, err
	}
	b.Weak, err = h.weakPoints(ctx, v, b.rounds())
	return b, err
}

// rounds are the people to whom the act can be done, in their rounds.
func (b bulkView) rounds() []exam.InRound {
	var out []exam.InRound
	for _, c := range b.possible() {
		out = append(out, exam.InRound{RoundID: c.RoundID, PersonID: c.PersonID})
	}
	return out
}

// BulkAssign is POST /cases/bulk/assign: first the preview, then the act (C55).
func (h *Handlers) BulkAssign(c echo.Context) error {
	return h.bulk(c, "assign", func(ctx context.Context, v account.Viewer, f bulkForm) ([]cases.Chosen, error) {
		a, err := f.assignment()
		if err != nil {
			return nil, err
		}
		if f.Step != stepConfirm {
			return nil, h.Cases.CheckAssignment(a)
		}
		return h.Cases.AssignAll(ctx, v, f.ids(), a)
	})
}

// BulkPropose is POST /cases/bulk/propose: first the preview, then the act (C49, N06). Each proposal waits for another person.
func (h *Handlers) BulkPropose(c echo.Context) error {
	return h.bulk(c, "propose", func(ctx context.Context, v account.Viewer, f bulkForm) ([]cases.Chosen, error) {
		if f.Step != stepConfirm {
			return nil, cases.CheckProposal(cases.Event(f.Kind), f.Reason)
		}
		return h.Cases.ProposeAll(ctx, v, f.ids(), cases.Event(f.Kind), f.Reason)
	})
}

func (h *Handlers) bulk(c echo.Context, act string, do func(context.Context, account.Viewer, bulkForm) ([]cases.Chosen, error)) error {
	var f bulkForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	ctx, v := c.Request().Context(), layout.Viewer(c)
	done, err := do(ctx, v, f)
	if e, code, ok := explain(c, err); ok {
		return h.renderBulk(c, code, act, f, e)
	}
	if err != nil {
		return err
	}
	if f.Step == stepConfirm {
		return h.report(c, bulkView{Act: act, Form: f, Chosen: done, Outside: len(f.ids()) - len(done)})
	}
	b, err := h.bulkView(ctx, v, act, f)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, bulkCheckPage(b))
}

// report says what happened to each. It is shown in answer to the post only where somebody was refused: sent again, it would
// refuse the rest and change nothing.
func (h *Handlers) report(c echo.Context, b bulkView) error {
	n := len(b.possible())
	if n == len(b.Chosen) && b.Outside == 0 {
		return saidDone(c, b.Form.backURL(), "cases.bulk.done_all", "n", n)
	}
	return layout.Render(c, http.StatusOK, bulkReportPage(b))
}

// refusalWords say why a case is refused; what has no words of its own went wrong on the server's side.
func refusalWords(ctx context.Context, act string, c cases.Chosen) string {
	var known *errs.Error
	if !errors.As(c.Refused, &known) || known.Kind == errs.Internal || known.Kind == errs.Unavailable {
		return layout.T(ctx, "cases.bulk.broken")
	}
	if known.Key == "error.remediation.state" {
		return layout.T(ctx, "cases.bulk.wrong_state."+act, "state", StateWord(ctx, c.State, c.Outcome))
	}
	return layout.RefusalText(ctx, known)
}
