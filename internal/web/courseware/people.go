package courseware

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// assignForm says to whom a course is given, until when.
type assignForm struct {
	UnitID string `form:"unit_id"`
	DueOn  string `form:"due_on"`
	// Confirmed is set by the page that said to how many.
	Confirmed string `form:"confirmed"`
}

// learnersView is what the page of learners shows.
type learnersView struct {
	course learning.Course
	rows   []learning.Learner
	page   page.Page
	total  int
	filter learning.LearnerFilter
	query  string          // of the address, for the file
	today  time.Time       // the clinic's day
	units  []layout.Option // to assign to; none when the viewer may not
	form   assignForm
	errors layout.Errors
}

// actions are the page's, nil when there is nothing to do them to.
func (v learnersView) actions() templ.Component {
	if len(v.rows) == 0 {
		return nil
	}
	return exportLearners()
}

// late is by how many days somebody who still learns is late, 0 for whoever is not.
func (v learnersView) late(r learning.Learner) int {
	if r.State != learning.EnrolmentOpen || r.DueOn == nil {
		return 0
	}
	return max(0, 1-learning.DaysLeft(*r.DueOn, v.today))
}

// seesLearners tells whether the viewer may open the page of a course's learners.
func seesLearners(ctx context.Context) bool {
	return layout.ViewerIn(ctx).CanBeyondSelf(account.CoursewareReport)
}

// Learners tells who learns a course and who finished it.
func (h *Handlers) Learners(c echo.Context) error {
	f := assignForm{UnitID: c.QueryParam("unit_id"), DueOn: c.QueryParam("due_on")} // on the way back from the check
	return h.renderLearners(c, http.StatusOK, f, layout.Errors{})
}

func (h *Handlers) renderLearners(c echo.Context, status int, f assignForm, e layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	view := learnersView{
		page: page.Parse(c.QueryParam("page"), c.QueryParam("size")), form: f, errors: e,
		filter: learnerFilterOf(c.QueryParams()), query: c.QueryString(), today: h.Courseware.Today(),
	}
	var err error
	if view.course, view.rows, view.total, err = h.Courseware.Learners(ctx, v, courseID(c), view.filter, view.page); err != nil {
		return err
	}
	if layout.PastTheEnd(view.page, len(view.rows)) {
		return layout.FirstPage(c)
	}
	if v.Can(account.CoursewareAssign) && view.course.State == learning.Published {
		if view.units, err = h.unitsOf(ctx, v, account.CoursewareAssign); err != nil {
			return err
		}
	}
	return layout.Render(c, status, learnersPage(view))
}

func learnerFilterOf(q url.Values) learning.LearnerFilter {
	return learning.LearnerFilter{Search: q.Get("q"), State: learning.EnrolmentState(q.Get("state"))}
}

// ExportLearners is POST /courseware/{course}/people/export: who learns, under the filter of the list, as CSV. A reason is asked for
// and recorded.
func (h *Handlers) ExportLearners(c echo.Context) error {
	id, l := courseID(c), httpx.Lang(c)
	filter, err := url.ParseQuery(c.FormValue("filter"))
	if err != nil {
		filter = url.Values{} // a filter that nobody can have seen chooses nothing
	}
	learners, err := h.Courseware.ExportLearners(c.Request().Context(), layout.Viewer(c), id, learnerFilterOf(filter), c.FormValue("reason"))
	if err != nil {
		return layout.SayWhyNot(c, err, courseURL(id, "/people?"+filter.Encode()))
	}
	rows := [][]string{learnerHead(l)}
	for _, r := range learners {
		rows = append(rows, h.learnerRow(l, r))
	}
	return layout.SendTable(c, "course-"+id.String()+"-people", layout.FormatCSV, rows)
}

func learnerHead(l words.Lang) []string {
	fields := []string{"employee_no", "name", "org", "reason", "due_on", "progress", "state", "completed_at"}
	for i, f := range fields {
		fields[i] = words.T(l, "courseware.field."+f)
	}
	return fields
}

func (h *Handlers) learnerRow(l words.Lang, r learning.Learner) []string {
	finished := ""
	if r.CompletedAt != nil {
		finished = r.CompletedAt.In(h.Zone).Format("2006-01-02 15:04")
	}
	return []string{r.EmployeeNo, r.Name, r.UnitName, words.T(l, r.Reason.WordKey()), dayValue(r.DueOn), strconv.Itoa(r.Percent) + "%", words.T(l, r.State.WordKey()), finished}
}

// checkView is what is about to be assigned.
type checkView struct {
	course learning.Course
	unit   string
	count  int
	due    *time.Time
	form   assignForm
}

func (v checkView) dueText(ctx context.Context) string {
	if v.due == nil {
		return layout.T(ctx, "courseware.learn.no_due")
	}
	return layout.T(ctx, "courseware.learn.due_on", "date", layout.DateOn(*v.due))
}

// dayValue is a day as a date field takes it; no day is empty.
func dayValue(on *time.Time) string {
	if on == nil {
		return ""
	}
	return on.Format(time.DateOnly)
}

// Assign gives the course to everybody of a unit and below: first it says to how many, and does it when that is confirmed.
func (h *Handlers) Assign(c echo.Context) error {
	var f assignForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	id := courseID(c)
	if f.Confirmed == "" {
		return h.check(c, id, f)
	}
	count, err := h.assign(c, id, f)
	if problems, ok := layout.ErrorsOf(c, err); ok {
		return h.renderLearners(c, http.StatusUnprocessableEntity, f, problems)
	}
	if err != nil {
		return err
	}
	return done(c, "courseware.people.assigned", courseURL(id, "/people"), "count", count)
}

// check renders the page that asks to confirm an assignment.
func (h *Handlers) check(c echo.Context, id learning.CourseID, f assignForm) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	view := checkView{form: f}
	var err error
	if view.due, err = date("due_on", f.DueOn); err == nil {
		view.count, err = h.Courseware.AudienceSize(ctx, v, f.audience(), view.due)
	}
	if problems, ok := layout.ErrorsOf(c, err); ok {
		return h.renderLearners(c, http.StatusUnprocessableEntity, f, problems)
	}
	if err != nil {
		return err
	}
	if view.course, _, _, err = h.Courseware.Learners(ctx, v, id, learning.LearnerFilter{}, page.New(1, 1)); err != nil {
		return err
	}
	tree, err := h.Accounts.Tree(ctx, v)
	if err != nil {
		return err
	}
	unit, _ := tree.Find(account.ParseID[account.UnitID](f.UnitID))
	view.unit = unit.Name
	return layout.Render(c, http.StatusOK, checkPage(view))
}

// audience is everybody of the chosen unit and below.
func (f assignForm) audience() account.Audience {
	if unit := account.ParseID[account.UnitID](f.UnitID); unit != 0 {
		return account.Audience{UnitIDs: []account.UnitID{unit}}
	}
	return account.Audience{}
}

// SetDue changes until when one person shall have learnt the course.
func (h *Handlers) SetDue(c echo.Context) error {
	id := courseID(c)
	due, err := date("due_on", c.FormValue("due_on"))
	if err == nil {
		err = h.Courseware.SetDue(c.Request().Context(), layout.Viewer(c), id, enrolmentID(c), due)
	}
	return settle(c, err, "courseware.people.due_set", courseURL(id, "/people"))
}

// Withdraw takes the course back from one person.
func (h *Handlers) Withdraw(c echo.Context) error {
	id := courseID(c)
	err := h.Courseware.Withdraw(c.Request().Context(), layout.Viewer(c), id, enrolmentID(c))
	return settle(c, err, "courseware.people.withdrawn", courseURL(id, "/people"))
}

func (h *Handlers) assign(c echo.Context, id learning.CourseID, f assignForm) (int, error) {
	due, err := date("due_on", f.DueOn)
	if err != nil {
		return 0, err
	}
	return h.Courseware.Assign(c.Request().Context(), layout.Viewer(c), f.audience(), []learning.CourseID{id}, due)
}
