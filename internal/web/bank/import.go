package bank

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/xlsx"
)

const (
	// MaxImportBytes is the largest file that the import page takes.
	MaxImportBytes = questionbank.MaxFileBytes
	// Bounds of what a preview shows; its counts are of all.
	shownProblems, shownPoints, shownItems = 500, 100, 20
)

// Import is the page where a file is chosen.
func (h *Handlers) Import(c echo.Context) error {
	return h.renderImport(c, http.StatusOK, layout.Errors{})
}

func (h *Handlers) renderImport(c echo.Context, code int, e layout.Errors) error {
	recent, err := h.Bank.Imports(c.Request().Context(), layout.Viewer(c))
	if err != nil {
		return err
	}
	return layout.Render(c, code, importPage(recent, e))
}

// leftOutRows is the list as a table, with its head.
func leftOutRows(ctx context.Context, all []store.LeftOut) [][]string {
	rows := [][]string{{layout.T(ctx, "bank.import.place"), layout.T(ctx, "bank.left.kind"), layout.T(ctx, "bank.left.reason")}}
	for _, left := range all {
		rows = append(rows, []string{placeText(left.Place), layout.T(ctx, left.Kind.WordKey()), strings.Join(left.Reasons, "\n")})
	}
	return rows
}

// Template is the workbook to start from.
func (h *Handlers) Template(c echo.Context) error {
	data, err := xlsx.Template()
	if err != nil {
		return err
	}
	return layout.SendFile(c, layout.XLSXType, "questions-template.xlsx", data)
}

// Upload reads a file, keeps what it found and goes to the preview.
func (h *Handlers) Upload(c echo.Context) error {
	id, err := h.keep(c)
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderImport(c, statusOf(err), e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, importURL(id))
}

func (h *Handlers) keep(c echo.Context) (store.ImportID, error) {
	head, err := c.FormFile("file")
	if err != nil {
		return 0, errs.InvalidFields(errs.NewField("file", "error.field.file")).With(err)
	}
	f, err := head.Open()
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return h.Bank.PreviewImport(c.Request().Context(), layout.Viewer(c), store.File{Name: head.Filename, Data: f})
}

func importURL(id store.ImportID) string { return "/bank/import/" + id.String() }

func importID(c echo.Context) store.ImportID {
	return account.ParseID[store.ImportID](c.Param("import"))
}

// Preview shows what an import would bring, and every problem by its place.
func (h *Handlers) Preview(c echo.Context) error {
	return h.renderPreview(c, http.StatusOK, layout.Errors{})
}

func (h *Handlers) renderPreview(c echo.Context, code int, e layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	p, err := h.Bank.Import(ctx, v, importID(c))
	if err != nil {
		return err
	}
	tree, err := h.Bank.Topics(ctx, v)
	if err != nil {
		return err
	}
	policy, err := h.Bank.ReviewPolicy(ctx)
	if err != nil {
		return err
	}
	return layout.Render(c, code, previewPage(p, tree, policy, e))
}

// Apply brings the previewed questions in: all or none.
func (h *Handlers) Apply(c echo.Context) error {
	form, err := httpx.FormValues(c)
	if err != nil {
		return err
	}
	n, err := h.Bank.ApplyImport(c.Request().Context(), layout.Viewer(c), importID(c), choiceOf(form))
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderPreview(c, statusOf(err), e)
	}
	if err != nil {
		return err
	}
	to := "/bank"
	if chosen := choiceOf(form); chosen.SoundOnly || chosen.LeaveNear || len(chosen.Leave) > 0 {
		to = importURL(importID(c)) // where what was left out stands
	}
	return answer(c, nil, to, "bank.import.done", "n", n)
}

// LeftOutFile is what an import left out, as a file.
func (h *Handlers) LeftOutFile(c echo.Context) error {
	p, err := h.Bank.Import(c.Request().Context(), layout.Viewer(c), importID(c))
	if err != nil {
		return err
	}
	return layout.SendTable(c, "left-out-"+p.ID.String(), layout.FormatCSV, leftOutRows(c.Request().Context(), p.LeftOut.V))
}

// choiceOf reads what was decided: the fields path_0, point_0, path_1 … say what becomes of each unknown point.
func choiceOf(form url.Values) store.Choice {
	c := store.Choice{
		Publish: form.Get("state") == string(store.StatePublished), Review: form.Get("state") == string(store.StateInReview),
		WithDoubles: form.Get("with_doubles") == "true", SoundOnly: form.Get("sound_only") == "true",
		LeaveNear: form.Get("leave_near") == "true", Leave: map[int]bool{}, Points: map[string]store.PointChoice{},
	}
	for _, text := range form["leave"] {
		c.Leave[number(text)] = true
	}
	for i := range shownPoints {
		kind, id, _ := strings.Cut(form.Get(pointField(i)), ":")
		topic := account.ParseID[store.TopicID](id)
		switch kind {
		case "map":
			c.Points[form.Get(pathField(i))] = store.PointChoice{MapTo: topic}
		case "below":
			c.Points[form.Get(pathField(i))] = store.PointChoice{CreateBelow: topic}
		}
	}
	return c
}

func pointField(i int) string { return "point_" + strconv.Itoa(i) }

func pathField(i int) string { return "path_" + strconv.Itoa(i) }
