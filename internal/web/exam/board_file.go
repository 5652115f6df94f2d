package exam

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// ResultsFile is GET /exams/{id}/results.csv: what the board shows under its filter, all pages of it.
func (d *Desk) ResultsFile(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return err
	}
	rows, err := d.boardRows(ctx, v, e.ID)
	if err != nil {
		return err
	}
	w, err := layout.CSV(c, "exam-"+e.ID.String()+"-results.csv")
	if err != nil {
		return err
	}
	for _, line := range boardTable(httpx.Lang(c), d.Zone, boardFilterOf(c).apply(rows)) {
		if err := w.Write(line); err != nil {
			return err
		}
	}
	return w.Flush()
}

// boardTable is the file: a head and a line a candidate.
func boardTable(l words.Lang, zone *time.Location, rows []boardRow) [][]string {
	var head []string
	for _, key := range []string{
		"exampages.field.name", "exampages.field.state", "exampages.field.score", "exampages.field.total", "exampages.field.percent",
		"exampages.field.band", "exampages.field.submitted_at", "exampages.field.released_at",
	} {
		head = append(head, words.T(l, key))
	}
	at := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.In(zone).Format("2006-01-02 15:04:05")
	}
	out := [][]string{head}
	for _, r := range rows {
		line := []string{r.Name, words.T(l, "exampages.standing."+string(r.Standing)), "", "", "", "", at(r.SubmittedAt), at(r.ReleasedAt)}
		if r.Known {
			line[2], line[3], line[4], line[5] = r.Score.String(), r.Total.String(), r.Percent.String(), words.T(l, bandWords[*r.Band])
		}
		out = append(out, line)
	}
	return out
}
