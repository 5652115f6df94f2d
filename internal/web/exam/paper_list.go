package exam

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// showBlueprints chooses, as ?show=, the other tab of /papers.
const showBlueprints = "blueprints"

func paperFilterOf(q url.Values) exam.PaperFilter {
	return exam.PaperFilter{Title: strings.TrimSpace(q.Get("q")), Use: exam.PaperUse(q.Get("use"))}
}

// listed is what both lists of /papers have beside their rows.
type listed struct {
	Page     page.Page
	Total    int
	Filtered bool
	Files    fileLinks
}

// Papers is GET /papers: papers, or with ?show=blueprints what they are drawn from.
func (d *Desk) Papers(c echo.Context) error {
	ctx, v, f := c.Request().Context(), layout.Viewer(c), paperFilterOf(c.QueryParams())
	l := listed{Page: page.Parse(c.QueryParam("page"), c.QueryParam("size")), Files: fileLinksOf("/papers/export", c.QueryParams())}
	if c.QueryParam("show") == showBlueprints {
		rows, total, err := d.Exams.Blueprints(ctx, v, f.Title, l.Page)
		if err != nil {
			return err
		}
		if layout.PastTheEnd(l.Page, len(rows)) {
			return layout.FirstPage(c)
		}
		l.Total, l.Filtered = total, f.Title != ""
		return layout.Render(c, http.StatusOK, blueprintsPage(rows, l))
	}
	rows, total, err := d.Exams.Papers(ctx, v, f, l.Page)
	if err != nil {
		return err
	}
	if layout.PastTheEnd(l.Page, len(rows)) {
		return layout.FirstPage(c)
	}
	l.Total, l.Filtered = total, f != exam.PaperFilter{}
	return layout.Render(c, http.StatusOK, papersPage(rows, l))
}
