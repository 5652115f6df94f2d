package remediation

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// maxContacts is how many names of HR a case offers to ask.
const maxContacts = 3

// caseView is a case with everything that its page says.
type caseView struct {
	cases.Detail
	Standing Standing
	Now      time.Time
	Sittings []exam.RoundSitting // released ones, the original first
	Names    map[account.PersonID]string
	Contacts []string // of HR, for the person concerned
	Own      bool     // the viewer is the person concerned
	Form     decisionForm
	Errors   layout.Errors
}

// decisionForm is what HR typed into the forms of a decision.
type decisionForm struct {
	Kind   string `form:"kind"`
	Reason string `form:"reason"`
	Remark string `form:"remark"`
	Answer string `form:"answer"` // approve or refuse
}

// Case is GET /cases/{id}.
func (h *Handlers) Case(c echo.Context) error {
	return h.render(c, http.StatusOK, decisionForm{}, layout.Errors{})
}

func (h *Handlers) render(c echo.Context, code int, f decisionForm, e layout.Errors) error {
	view, err := h.view(c)
	if err != nil {
		return err
	}
	view.Form, view.Errors = f, e
	return layout.Render(c, code, casePage(view))
}

func (h *Handlers) view(c echo.Context) (caseView, error) {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	d, err := h.Cases.Case(ctx, v, caseID(c))
	if err != nil {
		return caseView{}, err
	}
	now := pageNow(c)
	out := caseView{Detail: d, Own: d.PersonID == v.PersonID, Now: now, Standing: StandingOf(d.State, d.Outcome, d.Deadline, now)}
	if out.Sittings, err = h.Exams.Sittings(ctx, h.DB, d.RoundID, d.PersonID); err != nil {
		return caseView{}, err
	}
	if out.Names, err = h.People.Names(ctx, h.DB, peopleIn(d)); err != nil {
		return caseView{}, err
	}
	if out.Own {
		out.Contacts, err = h.contacts(ctx)
	}
	return out, err
}

// contacts are people of HR by name: a colleague may know whom to ask, whatever part of the tree they may read.
func (h *Handlers) contacts(ctx context.Context) ([]string, error) {
	rows, _, err := h.People.People(ctx, account.System(), account.Filter{Role: account.HR}, page.New(1, maxContacts))
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Name
	}
	return names, err
}

// peopleIn are the people whom a case names: its own, the actors of its story and those who decided.
func peopleIn(d cases.Detail) []account.PersonID {
	ids := []account.PersonID{d.PersonID}
	for _, e := range d.Events {
		if id := personOf(e.Actor); id != 0 {
			ids = append(ids, id)
		}
	}
	for _, t := range d.Tutorings {
		if t.ConfirmedBy != nil {
			ids = append(ids, *t.ConfirmedBy)
		}
	}
	for _, x := range d.Decisions {
		ids = append(ids, x.ProposedBy)
		if x.DecidedBy != nil {
			ids = append(ids, *x.DecidedBy)
		}
	}
	return ids
}

// personOf reads an actor "person:12"; 0 is the program itself or its operator.
func personOf(actor string) account.PersonID {
	id, _ := strings.CutPrefix(actor, "person:")
	return account.ParseID[account.PersonID](id)
}

// openProposal is the proposal that waits for a second person, nil when there is none.
func (v caseView) openProposal() *cases.Decision {
	for i := range v.Decisions {
		if v.Decisions[i].State == "proposed" {
			return &v.Decisions[i]
		}
	}
	return nil
}

// sitting is the last released sitting of a kind; an original exam is of any kind that begins a round.
func (v caseView) sitting(kind exam.Kind) *exam.RoundSitting {
	for i := len(v.Sittings) - 1; i >= 0; i-- {
		s := &v.Sittings[i]
		if s.Kind == kind || kind == "" && s.Kind != exam.Retake && s.Kind != exam.Reexam {
			return s
		}
	}
	return nil
}

// Propose is POST /cases/{id}/propose: what should become of somebody who failed the re-exam (C49, N06).
func (h *Handlers) Propose(c echo.Context) error {
	var f decisionForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	err := h.Cases.Propose(c.Request().Context(), layout.Viewer(c), caseID(c), cases.Event(f.Kind), f.Reason)
	return h.answer(c, f, err, "cases.proposed")
}

// Decide is POST /cases/{id}/decide: the second person's word on the proposal.
func (h *Handlers) Decide(c echo.Context) error {
	var f decisionForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	approve := f.Answer == "approve"
	err := h.Cases.Decide(c.Request().Context(), layout.Viewer(c), caseID(c), approve, f.Remark)
	if approve {
		return h.answer(c, f, err, "cases.approved")
	}
	return h.answer(c, f, err, "cases.refused")
}

func (h *Handlers) answer(c echo.Context, f decisionForm, err error, word string) error {
	if e, code, ok := explain(c, err); ok {
		return h.render(c, code, f, e)
	}
	if err != nil {
		return err
	}
	return saidDone(c, caseURL(caseID(c)), word)
}
