package bank

import (
	"cmp"
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// MediaBytes is the largest file that is taken: a film.
const MediaBytes = store.MaxVideoBytes

// mediaForm is a file to put into a question.
type mediaForm struct {
	Place string
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
	id, place, alt := questionID(c), c.FormValue("place"), c.FormValue("alt")
	data, err := uploaded(c)
	if err == nil {
		err = h.Bank.AddMedia(c.Request().Context(), layout.Viewer(c), id, baseOf(c), store.MediaPlace(cmp.Or(place, string(store.InStem))), data, alt)
	}
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		return h.renderQuestion(c, statusOf(err), mediaForm{Place: place, Alt: alt, Wrong: wrong})
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
	return io.ReadAll(io.LimitReader(f, MediaBytes+1))
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

// Media is GET /bank/media/{media}: a file by the end of its name, for who reads the bank; ranges are streamed through.
func (h *Handlers) Media(c echo.Context) error {
	body, contentType, err := h.Bank.OpenMedia(c.Request().Context(), layout.Viewer(c), "media/"+c.Param("media"))
	if err != nil {
		return err
	}
	return httpx.ServeUserFile(c, body, httpx.UserFile{ContentType: contentType, Cache: "private, max-age=3600"})
}

// placeName is where a file is shown, in words.
func placeName(ctx context.Context, p store.MediaPlace) string {
	if id, ok := strings.CutPrefix(string(p), "option_"); ok {
		return layout.T(ctx, "bank.media.place.option", "letter", questionbank.Letter(id))
	}
	return layout.T(ctx, "bank.media.place."+string(p))
}

func placeOptions(ctx context.Context, q questionbank.Question) []layout.Option {
	var out []layout.Option
	for _, p := range store.MediaPlaces(q) {
		out = append(out, layout.Option{Value: string(p), Label: placeName(ctx, p)})
	}
	return out
}
