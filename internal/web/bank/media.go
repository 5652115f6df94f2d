package bank

import (
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

// mediaPolicy keeps what somebody uploaded from acting as a page of ours (decision 28).
const mediaPolicy = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'"

// MediaBytes is the largest picture or recording that is taken.
const MediaBytes = store.MaxMediaBytes

// mediaForm is a picture or recording to put under a stem.
type mediaForm struct {
	Alt   string
	Wrong layout.Errors
}

func baseOf(c echo.Context) store.Base {
	version, _ := strconv.Atoi(c.FormValue("version"))
	revision, _ := strconv.Atoi(c.FormValue("revision"))
	return store.Base{Version: version, Revision: revision}
}

// AddMedia is POST /bank/questions/{id}/media.
func (h *Handlers) AddMedia(c echo.Context) error {
	id, alt := questionID(c), c.FormValue("alt")
	data, err := uploaded(c)
	if err == nil {
		err = h.Bank.AddMedia(c.Request().Context(), layout.Viewer(c), id, baseOf(c), data, alt)
	}
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		return h.renderQuestion(c, statusOf(err), mediaForm{Alt: alt, Wrong: wrong})
	}
	if err != nil {
		return err
	}
	return answer(c, nil, questionURL(id), "bank.media.added")
}

func uploaded(c echo.Context) ([]byte, error) {
	head, err := c.FormFile("file")
	if err != nil {
		return nil, errs.InvalidFields(errs.NewField("file", "error.field.required")).With(err)
	}
	f, err := head.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, store.MaxMediaBytes+1))
}

// RemoveMedia is POST /bank/questions/{id}/media/{n}/remove; n counts from 0.
func (h *Handlers) RemoveMedia(c echo.Context) error {
	id := questionID(c)
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found").With(err)
	}
	if err := h.Bank.RemoveMedia(c.Request().Context(), layout.Viewer(c), id, baseOf(c), n); err != nil {
		return err
	}
	return answer(c, nil, questionURL(id), "bank.media.removed")
}

// Media is GET /bank/media/{media}: a picture or recording by the end of its name, for who reads the bank.
func (h *Handlers) Media(c echo.Context) error {
	data, contentType, err := h.Bank.OpenMedia(c.Request().Context(), layout.Viewer(c), "media/"+c.Param("media"))
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Security-Policy", mediaPolicy)
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set(echo.HeaderCacheControl, "private, max-age=3600")
	header.Set(echo.HeaderContentDisposition, mime.FormatMediaType("inline", nil))
	return c.Blob(http.StatusOK, contentType, data)
}
