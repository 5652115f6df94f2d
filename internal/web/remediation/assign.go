package remediation

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// assignForm is the choice of a retraining. Searching sends it too, by GET, so that what is ticked stays ticked.
type assignForm struct {
	Courses  []string `form:"courses"`
	Internal string   `form:"internal"`
	External string   `form:"external"`
	DueOn    string   `form:"due_on"`
	Search   string   `form:"q"`
}

type assignView struct {
	Case    cases.Detail
	Name    string
	Form    assignForm
	Weak    []weakPoint
	Courses []courseware.Course // ticked ones first, then those that the search finds
	Errors  layout.Errors
}

// AssignForm is GET /cases/{id}/assign.
func (h *Handlers) AssignForm(c echo.Context) error {
	q := c.QueryParams()
	f := assignForm{Courses: q["courses"], Internal: q.Get("internal"), External: q.Get("external"), DueOn: q.Get("due_on"), Search: strings.TrimSpace(q.Get("q"))}
	return h.renderAssign(c, http.StatusOK, f, layout.Errors{})
}

// Assign is POST /cases/{id}/assign: the courses of the retraining and the day by which they are due (C55).
func (h *Handlers) Assign(c echo.Context) error {
	var f assignForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	a, err := f.assignment()
	if err == nil {
		err = h.Cases.Assign(c.Request().Context(), layout.Viewer(c), caseID(c), a)
	}
	if e, code, ok := explain(c, err); ok {
		return h.renderAssign(c, code, f, e)
	}
	if err != nil {
		return err
	}
	return saidDone(c, caseURL(caseID(c)), "cases.assigned", "count", len(a.Courses))
}

func (f assignForm) assignment() (cases.Assignment, error) {
	a := cases.Assignment{Tutoring: map[cases.Form]string{cases.InternalForm: f.Internal, cases.ExternalForm: f.External}}
	for _, text := range f.Courses {
		if id := account.ParseID[courseware.CourseID](text); id != 0 && !slices.Contains(a.Courses, id) {
			a.Courses = append(a.Courses, id)
		}
	}
	if f.DueOn == "" {
		return a, nil
	}
	due, err := time.Parse(time.DateOnly, f.DueOn)
	if err != nil {
		return a, errs.InvalidFields(errs.NewField("due_on", "cases.date_wrong"))
	}
	a.DueOn = &due
	return a, nil
}

// ConfirmTutoring is POST /cases/{id}/tutoring: the person has done what the retraining has of one form (C56).
func (h *Handlers) ConfirmTutoring(c echo.Context) error {
	var f struct {
		Form string `form:"form"`
	}
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	err := h.Cases.ConfirmTutoring(c.Request().Context(), layout.Viewer(c), caseID(c), cases.Form(f.Form))
	return h.answer(c, decisionForm{}, err, "cases.tutoring_confirmed")
}

func (h *Handlers) renderAssign(c echo.Context, code int, f assignForm, e layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	d, err := h.Cases.Case(ctx, v, caseID(c))
	if err != nil {
		return err
	}
	if _, _, err := cases.Next(d.State, cases.Assigned); err != nil && !e.Any() { // an old page, or the way back after assigning
		layout.SetFlash(c, layout.Bad, "cases.bulk.wrong_state.assign", "state", StateWord(ctx, d.State, d.Outcome))
		return c.Redirect(http.StatusSeeOther, caseURL(d.ID))
	}
	all, err := h.Courses.Assignable(ctx, v)
	if err != nil {
		return err
	}
	names, err := h.People.Names(ctx, h.DB, []account.PersonID{d.PersonID})
	if err != nil {
		return err
	}
	weak, err := h.weakPoints(ctx, v, []exam.InRound{{RoundID: d.RoundID, PersonID: d.PersonID}})
	if err != nil {
		return err
	}
	if f.DueOn == "" && code == http.StatusOK {
		f.DueOn = pageNow(c).In(h.Cases.Zone()).AddDate(0, 0, d.Policy.RetrainingDays).Format(time.DateOnly)
	}
	return layout.Render(c, code, assignPage(assignView{Case: d, Name: names[d.PersonID], Form: f, Weak: weak, Courses: choose(all, f), Errors: e}))
}

// choose keeps the ticked courses and those whose title, summary or knowledge points contain the search, ticked ones first.
func choose(all []courseware.Course, f assignForm) []courseware.Course {
	var ticked, found []courseware.Course
	find := strings.ToLower(f.Search)
	for _, course := range all {
		text := strings.ToLower(course.Title + "\n" + course.Summary + "\n" + strings.Join(course.Topics, "\n"))
		switch {
		case slices.Contains(f.Courses, course.ID.String()):
			ticked = append(ticked, course)
		case strings.Contains(text, find):
			found = append(found, course)
		}
	}
	return append(ticked, found...)
}
