package courseware

import (
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

// mediaPolicy keeps what somebody uploaded from acting as a page of ours (decision 28).
const mediaPolicy = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'"

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
	defer m.Close()
	header := c.Response().Header()
	header.Set("Content-Security-Policy", mediaPolicy)
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "private, no-store")
	header.Set(echo.HeaderContentType, m.ContentType)
	header.Set(echo.HeaderContentDisposition, mime.FormatMediaType("inline", map[string]string{"filename": m.Name}))
	header.Set("ETag", m.ETag)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, m)
	return nil
}
