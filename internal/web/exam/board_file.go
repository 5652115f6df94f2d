package exam

import (
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// ExportResults is POST /exams/{id}/results/export: what the board shows under its filter, all pages of it, as CSV or XLSX. A
// reason is asked for and recorded.
func (d *Desk) ExportResults(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	var f struct {
		Filter string `form:"filter"`
		Format string `form:"format"`
		Reason string `form:"reason"`
	}
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return err
	}
	q, err := url.ParseQuery(f.Filter)
	if err != nil {
		q = url.Values{} // a filter that nobody can have seen chooses nothing
	}
	rows, err := d.Exams.ExportBoard(ctx, v, e.ID, boardFilterOf(q), f.Reason)
	if err != nil {
		return layout.SayWhyNot(c, err, examURL(e.ID, "/results"))
	}
	return layout.SendTable(c, "exam-"+e.ID.String()+"-results", f.Format, boardTable(httpx.Lang(c), d.Zone, rows))
}

// boardTable is the file: a head and a line a candidate. What the viewer may not know is empty.
func boardTable(l words.Lang, zone *time.Location, rows []exam.BoardRow) [][]string {
	out := [][]string{tableHead(l, "employee_no", "name", "unit", "state", "score", "total", "percent", "band", "submitted_at", "released_at", "result_version")}
	for _, r := range rows {
		line := []string{r.EmployeeNo, r.Name, r.UnitName, words.T(l, "exampages.standing."+string(r.Standing)), "", "", "", "", stamp(zone, r.SubmittedAt), stamp(zone, r.ReleasedAt), ""}
		if r.Known {
			line[4], line[5], line[6], line[7] = r.Score.String(), r.Total.String(), r.Percent.String(), words.T(l, bandWords[*r.Band])
			line[10] = strconv.Itoa(*r.Version)
		}
		out = append(out, line)
	}
	return out
}
