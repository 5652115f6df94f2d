package exam

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// formatOf is the ending of the address: /exams/export.csv.
func formatOf(c echo.Context) string {
	if strings.HasSuffix(c.Path(), "."+layout.FormatCSV) {
		return layout.FormatCSV
	}
	return layout.FormatXLSX
}

// fileLinks lead to a list as a file, under the filter of the list's address.
type fileLinks struct{ XLSX, CSV string }

func fileLinksOf(base string, q url.Values) fileLinks {
	kept := url.Values{}
	for name, values := range q {
		if name != "page" && name != "size" && name != "desk" {
			kept[name] = values
		}
	}
	to := func(format string) string {
		if len(kept) == 0 {
			return base + "." + format
		}
		return base + "." + format + "?" + kept.Encode()
	}
	return fileLinks{XLSX: to(layout.FormatXLSX), CSV: to(layout.FormatCSV)}
}

func tableHead(l words.Lang, fields ...string) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = words.T(l, "exampages.field."+f)
	}
	return out
}

// stamp is a moment in a file, in the clinic's zone; "" when there is none.
func stamp(zone *time.Location, at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.In(zone).Format("2006-01-02 15:04:05")
}

// ListFile is GET /exams/export.csv and .xlsx: the staff's list under its filter. It names nobody, so no reason is asked for.
func (d *Desk) ListFile(c echo.Context) error {
	rows, err := d.Exams.ExamsFile(c.Request().Context(), layout.Viewer(c), examFilterOf(c.QueryParams()))
	if err != nil {
		return err
	}
	return layout.SendTable(c, "exams", formatOf(c), examsTable(httpx.Lang(c), d.Zone, rows, pageNow(c)))
}

func examsTable(l words.Lang, zone *time.Location, rows []exam.ExamRow, now time.Time) [][]string {
	out := [][]string{tableHead(l, "title", "kind", "state", "opens_at", "closes_at", "limit", "people", "done", "unreleased")}
	for _, r := range rows {
		out = append(out, []string{
			r.Title, words.T(l, "exampages.kind."+string(r.Kind)), words.T(l, "exampages.phase."+string(phaseOf(r.State, r.OpensAt, r.ClosesAt, now))),
			stamp(zone, &r.OpensAt), stamp(zone, &r.ClosesAt), strconv.Itoa(r.LimitSeconds / 60), strconv.Itoa(r.Candidates), strconv.Itoa(r.Settled), strconv.Itoa(r.Unreleased),
		})
	}
	return out
}

// PapersFile is GET /papers/export.csv and .xlsx: the papers, or with ?show=blueprints the blueprints, under the list's filter.
func (d *Desk) PapersFile(c echo.Context) error {
	ctx, v, l := c.Request().Context(), layout.Viewer(c), httpx.Lang(c)
	f := paperFilterOf(c.QueryParams())
	if c.QueryParam("show") == showBlueprints {
		rows, err := d.Exams.BlueprintsFile(ctx, v, f.Title)
		if err != nil {
			return err
		}
		return layout.SendTable(c, "blueprints", formatOf(c), blueprintsTable(l, d.Zone, rows))
	}
	rows, err := d.Exams.PapersFile(ctx, v, f)
	if err != nil {
		return err
	}
	return layout.SendTable(c, "papers", formatOf(c), papersTable(l, d.Zone, rows))
}

func papersTable(l words.Lang, zone *time.Location, rows []exam.PaperHead) [][]string {
	out := [][]string{append(tableHead(l, "title"), words.T(l, "exampages.paper.slots"), words.T(l, "exampages.paper.total"), words.T(l, "exampages.paper.exams"), words.T(l, "exampages.field.made_at"))}
	for _, r := range rows {
		out = append(out, []string{r.Title, strconv.Itoa(r.Slots), r.Total.String(), strconv.Itoa(r.Exams), stamp(zone, &r.CreatedAt)})
	}
	return out
}

func blueprintsTable(l words.Lang, zone *time.Location, rows []exam.BlueprintRowView) [][]string {
	out := [][]string{append(tableHead(l, "title"), words.T(l, "exampages.paper.slots"), words.T(l, "exampages.paper.total"), words.T(l, "exampages.blueprint.key_percent"),
		words.T(l, "exampages.field.version"), words.T(l, "exampages.field.made_at"))}
	for _, r := range rows {
		b := r.Body.V
		out = append(out, []string{b.Title, strconv.Itoa(b.Slots()), b.Total().String(), strconv.Itoa(b.KeyPercent), strconv.Itoa(r.Version), stamp(zone, &r.CreatedAt)})
	}
	return out
}
