package courseware

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// assignForm says to whom a course is given, until when.
type assignForm struct {
	UnitID string `form:"unit_id"`
	DueOn  string `form:"due_on"`
}

// learnersView is what the page of learners shows.
type learnersView struct {
	course learning.Course
	rows   []learning.Learner
	page   page.Page
	total  int
	filter learning.LearnerFilter
	units  []layout.Option // to assign to; none when the viewer may not
	form   assignForm
	errors layout.Errors
}

// seesLearners tells whether the viewer may open the page of a course's learners.
func seesLearners(ctx context.Context) bool {
	return layout.ViewerIn(ctx).CanBeyondSelf(account.CoursewareReport)
}

// Learners tells who learns a course and who finished it.
func (h *Handlers) Learners(c echo.Context) error {
	return h.renderLearners(c, http.StatusOK, assignForm{}, layout.Errors{})
}

func (h *Handlers) renderLearners(c echo.Context, status int, f assignForm, e layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	view := learnersView{
		page: page.Parse(c.QueryParam("page"), c.QueryParam("size")), form: f, errors: e,
		filter: learning.LearnerFilter{Search: c.QueryParam("q"), State: learning.EnrolmentState(c.QueryParam("state"))},
	}
	var err error
	if view.course, view.rows, view.total, err = h.Courseware.Learners(ctx, v, courseID(c), view.filter, view.page); err != nil {
		return err
	}
	if v.Can(account.CoursewareAssign) && view.course.State == learning.Published {
		if view.units, err = h.unitsOf(ctx, v, account.CoursewareAssign); err != nil {
			return err
		}
	}
	return layout.Render(c, status, learnersPage(view))
}

// Assign gives the course to everybody of a unit and below.
func (h *Handlers) Assign(c echo.Context) error {
	var f assignForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	id := courseID(c)
	count, err := h.assign(c, id, f)
	if problems, ok := layout.ErrorsOf(c, err); ok {
		return h.renderLearners(c, http.StatusUnprocessableEntity, f, problems)
	}
	if err != nil {
		return err
	}
	return done(c, "courseware.people.assigned", courseURL(id, "/people"), "count", count)
}

func (h *Handlers) assign(c echo.Context, id learning.CourseID, f assignForm) (int, error) {
	due, err := date("due_on", f.DueOn)
	if err != nil {
		return 0, err
	}
	var who account.Audience
	if unit := account.ParseID[account.UnitID](f.UnitID); unit != 0 {
		who.UnitIDs = []account.UnitID{unit}
	}
	return h.Courseware.Assign(c.Request().Context(), layout.Viewer(c), who, []learning.CourseID{id}, due)
}
