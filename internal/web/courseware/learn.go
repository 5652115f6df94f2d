package courseware

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/web/layout"
)

// Learn is what the viewer learns, has learnt and may learn.
func (h *Handlers) Learn(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	tasks, err := h.Courseware.Tasks(ctx, v)
	if err != nil {
		return err
	}
	offers, err := h.Courseware.Offers(ctx, v)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, learnPage(tasks, offers, h.Courseware.Today()))
}

// Course is a course with its units, as its learner sees it.
func (h *Handlers) Course(c echo.Context) error {
	l, err := h.Courseware.Lesson(c.Request().Context(), layout.Viewer(c), courseID(c))
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, lessonPage(l, h.Courseware.Today()))
}

// Begin is the viewer's own choice of a course.
func (h *Handlers) Begin(c echo.Context) error {
	id := courseID(c)
	return settle(c, h.Courseware.Begin(c.Request().Context(), layout.Viewer(c), id), "courseware.learn.begun", learnURL(id))
}

// Unit is the player.
func (h *Handlers) Unit(c echo.Context) error {
	p, err := h.Courseware.Play(c.Request().Context(), layout.Viewer(c), courseID(c), unitID(c))
	if err != nil {
		return settle(c, err, "", learnURL(courseID(c)))
	}
	return layout.Render(c, http.StatusOK, playPage(p))
}

// Download leads to the file of a unit; for a unit that is only a file, its reading begins.
func (h *Handlers) Download(c echo.Context) error {
	id, unit := courseID(c), unitID(c)
	url, err := h.Courseware.OpenFile(c.Request().Context(), layout.Viewer(c), id, unit)
	if err != nil {
		return settle(c, err, "", playURL(id, unit))
	}
	return c.Redirect(http.StatusSeeOther, url)
}

// Read confirms that a downloaded file was read.
func (h *Handlers) Read(c echo.Context) error {
	id, unit := courseID(c), unitID(c)
	err := h.Courseware.ConfirmFile(c.Request().Context(), layout.Viewer(c), id, unit)
	return settle(c, err, "courseware.learn.read_done", playURL(id, unit))
}

// openTasks and finishedTasks divide what a person learns; what was finished last stands first.
func openTasks(tasks []learning.Task) []learning.Task {
	return tasksIn(tasks, func(t learning.Task) bool {
		return t.State == learning.EnrolmentOpen && t.Reason != learning.ReasonSelf
	})
}

func ownTasks(tasks []learning.Task) []learning.Task {
	return tasksIn(tasks, func(t learning.Task) bool {
		return t.State == learning.EnrolmentOpen && t.Reason == learning.ReasonSelf
	})
}

func finishedTasks(tasks []learning.Task) []learning.Task {
	out := tasksIn(tasks, func(t learning.Task) bool { return t.State == learning.EnrolmentCompleted })
	slices.SortStableFunc(out, func(a, b learning.Task) int { return b.CompletedAt.Compare(*a.CompletedAt) })
	return out
}

func tasksIn(tasks []learning.Task, fits func(learning.Task) bool) []learning.Task {
	var out []learning.Task
	for _, t := range tasks {
		if fits(t) {
			out = append(out, t)
		}
	}
	return out
}
