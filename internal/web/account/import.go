package account

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

// Import is the page where a staff list is chosen.
func (h *Handlers) Import(c echo.Context) error {
	return layout.Render(c, http.StatusOK, importPage(layout.Errors{}))
}

// Template is the staff list's empty file.
func (h *Handlers) Template(c echo.Context) error {
	data, err := people.Template()
	if err != nil {
		return err
	}
	return layout.SendFile(c, layout.XLSXType, "people-template.xlsx", data)
}

// Upload reads a staff list, keeps it and goes to its preview.
func (h *Handlers) Upload(c echo.Context) error {
	id, err := h.keep(c)
	if e, ok := explain(c, err); ok {
		return layout.Render(c, status(err), importPage(e))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, importURL(id))
}

func importURL(id people.ImportID) string {
	return "/people/import/" + strconv.FormatInt(int64(id), 10)
}

func importID(c echo.Context) people.ImportID {
	return people.ParseID[people.ImportID](c.Param("import"))
}

func (h *Handlers) keep(c echo.Context) (people.ImportID, error) {
	head, err := c.FormFile("file")
	if err != nil {
		return 0, errs.InvalidFields(errs.NewField("file", "error.field.file")).With(err)
	}
	f, err := head.Open()
	if err != nil {
		return 0, err
	}
	defer f.Close()
	rows, err := people.ReadPeopleFrom(head.Filename, f)
	if err != nil {
		return 0, err
	}
	return h.Accounts.KeepImport(c.Request().Context(), layout.Viewer(c), head.Filename, rows)
}

// Preview shows what a kept list would do and every problem in it.
func (h *Handlers) Preview(c echo.Context) error {
	name, plan, err := h.Accounts.KeptImport(c.Request().Context(), layout.Viewer(c), importID(c))
	if err != nil {
		return err
	}
	tree, err := h.Accounts.Tree(c.Request().Context(), layout.Viewer(c))
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, previewPage(importID(c), name, plan, tree))
}

// Apply imports a kept list as a whole; the first passwords are on the answer
// and nowhere else.
func (h *Handlers) Apply(c echo.Context) error {
	result, err := h.Accounts.ApplyImport(c.Request().Context(), layout.Viewer(c), importID(c))
	if err != nil {
		return refused(c, err, importURL(importID(c)))
	}
	return layout.Render(c, http.StatusOK, importedPage(result))
}
