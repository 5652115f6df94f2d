package courseware

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// Courses is the trainer's list.
func (h *Handlers) Courses(c echo.Context) error {
	pg := page.Parse(c.QueryParam("page"), c.QueryParam("size"))
	f := learning.CourseFilter{Search: c.QueryParam("q"), State: learning.CourseState(c.QueryParam("state"))}
	rows, total, err := h.Courseware.Courses(c.Request().Context(), layout.Viewer(c), f, pg)
	if err != nil {
		return err
	}
	if layout.PastTheEnd(pg, len(rows)) {
		return layout.FirstPage(c)
	}
	return layout.Render(c, http.StatusOK, coursesPage(rows, f, pg, total))
}

// courseForm is what the form of a course sends.
type courseForm struct {
	UnitID    string `form:"unit_id"`
	Title     string `form:"title"`
	Summary   string `form:"summary"`
	Topics    string `form:"topics"` // one a line
	SelfStudy bool   `form:"self_study"`
	Version   int    `form:"version"`
}

func (f courseForm) input() learning.CourseInput {
	return learning.CourseInput{
		UnitID: account.ParseID[account.UnitID](f.UnitID), Title: f.Title, Summary: f.Summary,
		Topics: strings.Split(f.Topics, "\n"), SelfStudy: f.SelfStudy,
	}
}

// topicRows are the lines of the box of topics: all of them, and one to go on.
func topicRows(topics string) int { return max(3, strings.Count(topics, "\n")+2) }

func formOf(c learning.Course) courseForm {
	return courseForm{Title: c.Title, Summary: c.Summary, Topics: strings.Join(c.Topics, "\n"), SelfStudy: c.SelfStudy, Version: c.Version}
}

// New is the empty form of a course.
func (h *Handlers) New(c echo.Context) error {
	return h.renderNew(c, http.StatusOK, courseForm{SelfStudy: true}, layout.Errors{})
}

func (h *Handlers) renderNew(c echo.Context, status int, f courseForm, e layout.Errors) error {
	v := layout.Viewer(c)
	if err := v.Require(account.CoursewareAuthor); err != nil {
		return err
	}
	units, err := h.unitsOf(c.Request().Context(), v, account.CoursewareAuthor)
	if err != nil {
		return err
	}
	return layout.Render(c, status, newPage(f, units, e))
}

// unitsOf are the units for which the viewer may do the action, to choose from.
func (h *Handlers) unitsOf(ctx context.Context, v account.Viewer, a account.Action) ([]layout.Option, error) {
	tree, err := h.Accounts.Tree(ctx, v)
	if err != nil {
		return nil, err
	}
	scope := v.Scope(a)
	var out []layout.Option
	for _, u := range tree.InOrder() {
		if scope.HasUnit(u.ID) {
			out = append(out, layout.Option{Value: u.ID.String(), Label: strings.Repeat("　", u.Depth) + u.Name})
		}
	}
	return out, nil
}

// Create makes a draft.
func (h *Handlers) Create(c echo.Context) error {
	var f courseForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	id, err := h.Courseware.CreateCourse(c.Request().Context(), layout.Viewer(c), f.input())
	if problems, ok := layout.ErrorsOf(c, err); ok {
		return h.renderNew(c, http.StatusUnprocessableEntity, f, problems)
	}
	if err != nil {
		return err
	}
	return done(c, "courseware.edit.created", courseURL(id, "/edit"))
}

// Edit is a course with its units, the upload of files and the publication.
func (h *Handlers) Edit(c echo.Context) error {
	return h.renderEdit(c, http.StatusOK, nil, layout.Errors{})
}

// renderEdit shows the course as it stands, or with what the user typed.
func (h *Handlers) renderEdit(c echo.Context, status int, f *courseForm, e layout.Errors) error {
	ctx := c.Request().Context()
	d, err := h.Courseware.Course(ctx, layout.Viewer(c), courseID(c))
	if err != nil {
		return err
	}
	limits, err := h.Courseware.Limits(ctx)
	if err != nil {
		return err
	}
	if f == nil {
		stored := formOf(d.Course)
		f = &stored
	}
	return layout.Render(c, status, editPage(d, *f, limits.Largest(), e))
}

// Save changes what the course says about itself.
func (h *Handlers) Save(c echo.Context) error {
	var f courseForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	id := courseID(c)
	err := h.Courseware.EditCourse(c.Request().Context(), layout.Viewer(c), id, f.Version, f.input())
	if problems, ok := layout.ErrorsOf(c, err); ok {
		return h.renderEdit(c, http.StatusUnprocessableEntity, &f, problems)
	}
	if err != nil {
		return err
	}
	return done(c, "courseware.edit.saved", courseURL(id, "/edit"))
}

// Publish lets people learn the course.
func (h *Handlers) Publish(c echo.Context) error {
	id := courseID(c)
	err := h.Courseware.Publish(c.Request().Context(), layout.Viewer(c), id)
	return settle(c, err, "courseware.edit.published", courseURL(id, "/edit"))
}

// Retire takes the course out of use.
func (h *Handlers) Retire(c echo.Context) error {
	id := courseID(c)
	err := h.Courseware.Retire(c.Request().Context(), layout.Viewer(c), id, c.FormValue("reason"))
	return settle(c, err, "courseware.edit.retired", courseURL(id, "/edit"))
}
