package exam

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// List is the staff's side of GET /exams.
func (d *Desk) List(c echo.Context) error {
	pg := page.Parse(c.QueryParam("page"), c.QueryParam("size"))
	f := exam.Filter{State: exam.State(c.QueryParam("state")), Title: strings.TrimSpace(c.QueryParam("q"))}
	rows, total, err := d.Exams.Exams(c.Request().Context(), layout.Viewer(c), f, pg)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, deskListPage(rows, pg, total, f != exam.Filter{}, pageNow(c)))
}

// Archive is POST /exams/{id}/archive: a marked exam leaves the desk.
func (d *Desk) Archive(c echo.Context) error {
	id := examID(c)
	if err := d.Exams.Archive(c.Request().Context(), layout.Viewer(c), id); err != nil {
		return saidWhyNot(c, err, examURL(id, "/results"))
	}
	return saidDone(c, "/exams?desk=1", "exampages.archive.done")
}

// rowURL is where the work on an exam goes on: its settings before, its results after publishing.
func rowURL(r exam.ExamRow) string {
	if r.State == exam.Draft {
		return examURL(r.ID, "/setup")
	}
	return examURL(r.ID, "/results")
}
