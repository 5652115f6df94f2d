package courseware

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// Media is a file of a unit, for a player: whoever may see it is asked at each request, and ranges are streamed through.
func (h *Handlers) Media(c echo.Context) error { return h.media(c, 0) }

// Page is the image of a page of a PDF.
func (h *Handlers) Page(c echo.Context) error {
	n, err := strconv.Atoi(c.Param("page"))
	if err != nil || n < 1 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return h.media(c, n)
}

func (h *Handlers) media(c echo.Context, page int) error {
	id := account.ParseID[learning.ObjectID](c.Param("object"))
	m, err := h.Courseware.OpenMedia(c.Request().Context(), layout.Viewer(c), id, page)
	if err != nil {
		return err
	}
	return httpx.ServeUserFile(c, m, httpx.UserFile{ContentType: m.ContentType, Name: m.Name, ETag: m.ETag})
}
