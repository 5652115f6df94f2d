package exam

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

func examFilterOf(q url.Values) exam.Filter {
	return exam.Filter{State: exam.State(q.Get("state")), Kind: exam.Kind(q.Get("kind")), Title: strings.TrimSpace(q.Get("q"))}
}

// deskRow is an exam in the list with how it stands now.
type deskRow struct {
	exam.ExamRow
	Phase   phase
	Waiting waiting
}

// deskList is the staff's list.
type deskList struct {
	Rows     []deskRow
	Page     page.Page
	Total    int
	Filtered bool
	Files    fileLinks
	Freeze   freeze
}

// List is the staff's side of GET /exams.
func (d *Desk) List(c echo.Context) error {
	ctx, v, now := c.Request().Context(), layout.Viewer(c), pageNow(c)
	pg, f := page.Parse(c.QueryParam("page"), c.QueryParam("size")), examFilterOf(c.QueryParams())
	rows, total, err := d.Exams.Exams(ctx, v, f, pg)
	if err != nil {
		return err
	}
	if layout.PastTheEnd(pg, len(rows)) {
		return layout.FirstPage(c)
	}
	warnHours := 0
	if slices.ContainsFunc(rows, func(r exam.ExamRow) bool { return r.Unreleased > 0 }) {
		p, err := d.retakePolicy(ctx)
		if err != nil {
			return err
		}
		warnHours = p.MarkingWarningHours
	}
	frozen, err := d.freezeOf(c)
	if err != nil {
		return err
	}
	list := deskList{Page: pg, Total: total, Filtered: f != exam.Filter{}, Files: fileLinksOf("/exams/export", c.QueryParams()), Freeze: frozen}
	for _, r := range rows {
		list.Rows = append(list.Rows, deskRow{r, phaseOf(r.State, r.OpensAt, r.ClosesAt, now), waitingOf(r.UnreleasedFrom, now, d.Zone, warnHours)})
	}
	return layout.Render(c, http.StatusOK, deskListPage(list))
}

// Archive is POST /exams/{id}/archive: a marked exam leaves the desk.
func (d *Desk) Archive(c echo.Context) error {
	id := examID(c)
	if err := d.Exams.Archive(c.Request().Context(), layout.Viewer(c), id); err != nil {
		return layout.SayWhyNot(c, err, examURL(id, "/results"))
	}
	return saidDone(c, deskURL, "exampages.archive.done")
}

// rowURL is where the work on an exam goes on: its settings before, its results after publishing; one that was called off has no results.
func rowURL(r exam.ExamRow) string {
	if r.State == exam.Draft || r.State == exam.CalledOff {
		return examURL(r.ID, "/setup")
	}
	return examURL(r.ID, "/results")
}
