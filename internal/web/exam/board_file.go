package exam

import (
	"encoding/csv"
	"net/http"
	"strings"
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
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="exam-`+e.ID.String()+`-results.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	if _, err := c.Response().Write([]byte("\xef\xbb\xbf")); err != nil { // Excel takes UTF-8 for GBK without it
		return err
	}
	w := csv.NewWriter(c.Response())
	return w.WriteAll(boardTable(httpx.Lang(c), d.Zone, boardFilterOf(c).apply(rows)))
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
		line := []string{harmless(r.Name), words.T(l, "exampages.standing."+string(r.Standing)), "", "", "", "", at(r.SubmittedAt), at(r.ReleasedAt)}
		if r.Known {
			line[2], line[3], line[4], line[5] = r.Score.String(), r.Total.String(), r.Percent.String(), words.T(l, bandWords[*r.Band])
		}
		out = append(out, line)
	}
	return out
}

// harmless keeps a spreadsheet from taking a text that somebody typed for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\x00", rune(s[0])) {
		return "'" + s
	}
	return s
}
