package appraisal

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// Sheet is one person's sheet for whoever leads, runs or supervises it.
func (h *Handlers) Sheet(c echo.Context) error {
	return h.renderSheet(c, http.StatusOK, sheetForm{}, layout.Errors{})
}

type sheetForm struct {
	Opinion string `form:"opinion"`
	Reason  string `form:"reason"`
}

func (h *Handlers) renderSheet(c echo.Context, code int, f sheetForm, e layout.Errors) error {
	s, err := h.Appraisal.Sheet(c.Request().Context(), layout.Viewer(c), sheetOf(c))
	if err != nil {
		return err
	}
	return layout.Render(c, code, sheetPage(s, f, e))
}

// ConfirmSheet is the superior's signature.
func (h *Handlers) ConfirmSheet(c echo.Context) error {
	return h.act(c, "appraisal.sheet.confirmed", func(v account.Viewer, id appraisal.SheetID, f sheetForm) error {
		return h.Appraisal.ConfirmSheet(c.Request().Context(), v, id, f.Opinion)
	})
}

// ExcuseSheet takes a person out of the cycle.
func (h *Handlers) ExcuseSheet(c echo.Context) error {
	return h.act(c, "appraisal.sheet.excused", func(v account.Viewer, id appraisal.SheetID, f sheetForm) error {
		return h.Appraisal.ExcuseSheet(c.Request().Context(), v, id, f.Reason)
	})
}

func (h *Handlers) act(c echo.Context, message string, do func(account.Viewer, appraisal.SheetID, sheetForm) error) error {
	var f sheetForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	err := do(layout.Viewer(c), sheetOf(c), f)
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderSheet(c, refused(err), f, e)
	}
	if err != nil {
		return err
	}
	return done(c, sheetURL(sheetOf(c)), message)
}

// Own lists the viewer's own sheets.
func (h *Handlers) Own(c echo.Context) error {
	pg := page.New(1, page.MaxSize) // a hundred quarters are a working life
	sheets, err := h.Appraisal.OwnSheets(c.Request().Context(), layout.Viewer(c), pg)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, ownListPage(sheets))
}

// OwnSheet is the viewer's own sheet of a cycle.
func (h *Handlers) OwnSheet(c echo.Context) error {
	s, err := h.Appraisal.OwnSheet(c.Request().Context(), layout.Viewer(c), account.ParseID[appraisal.CycleID](c.Param("cycle")))
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, ownSheetPage(s))
}
