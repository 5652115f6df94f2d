package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
)

// Uploads are files on their way to object storage: declared here, sent there in parts by presigned addresses, completed
// here. An upload has the id of the file that it becomes.
type Uploads struct{ Courseware *courseware.Service }

// uploadBody declares a file. What the browser takes its type for is not believed: the content decides.
type uploadBody struct {
	Name string `json:"name" validate:"required,max=1000"`
	Size int64  `json:"size" validate:"min=0"` // bytes
	Type string `json:"type" validate:"max=200"`
}

type begunAnswer struct {
	ID       string `json:"id"`
	PartSize int64  `json:"part_size"` // bytes of each part but the last
	Parts    int    `json:"parts"`
}

type partsBody struct {
	Parts []int `json:"parts" validate:"required"` // numbers from 1, at most 100 at a time
}

type partAnswer struct {
	Part int    `json:"part"`
	URL  string `json:"url"` // for one PUT, for ten minutes
}

type partsAnswer struct {
	URLs []partAnswer `json:"urls"`
}

type completeBody struct {
	ETags []string `json:"etags" validate:"required"` // as the store answered each part, in order
}

// objectAnswer is how a file stands. Reason is a sentence, when it was refused.
type objectAnswer struct {
	ObjectID    string                 `json:"object_id"`
	Name        string                 `json:"name"`
	State       courseware.ObjectState `json:"state"`
	Reason      string                 `json:"reason,omitempty"`
	ContentType string                 `json:"content_type,omitempty"`
	Size        int64                  `json:"size"`
	PartSize    int64                  `json:"part_size"`
	Parts       int                    `json:"parts"`
	Pages       int                    `json:"pages"`       // page images of a PDF
	DurationMS  int64                  `json:"duration_ms"` // 0 = none, or not measured
}

func answerObject(l words.Lang, o courseware.Object) objectAnswer {
	out := objectAnswer{
		ObjectID: o.ID.String(), Name: o.Name, State: o.State, ContentType: o.ContentType, Size: o.SizeBytes,
		PartSize: o.PartBytes, Parts: o.Parts(), Pages: o.PageCount, DurationMS: o.DurationMS,
	}
	if o.Reason != "" {
		out.Reason = words.T(l, o.Reason)
	}
	return out
}

func objectID(c echo.Context) courseware.ObjectID {
	return account.ParseID[courseware.ObjectID](c.Param("id"))
}

// Begin is POST /api/v1/uploads.
func (h *Uploads) Begin(c echo.Context) error {
	var b uploadBody
	if err := httpx.Decode(c, &b); err != nil {
		return err
	}
	o, err := h.Courseware.BeginUpload(c.Request().Context(), viewerOf(c), b.Name, b.Size)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, begunAnswer{ID: o.ID.String(), PartSize: o.PartBytes, Parts: o.Parts()})
}

// Parts is POST /api/v1/uploads/{id}/parts. Asking again is how an upload goes on.
func (h *Uploads) Parts(c echo.Context) error {
	var b partsBody
	if err := httpx.Decode(c, &b); err != nil {
		return err
	}
	urls, err := h.Courseware.PartURLs(c.Request().Context(), viewerOf(c), objectID(c), b.Parts)
	if err != nil {
		return err
	}
	out := partsAnswer{URLs: make([]partAnswer, len(urls))}
	for i, u := range urls {
		out.URLs[i] = partAnswer{Part: u.Part, URL: u.URL}
	}
	return c.JSON(http.StatusOK, out)
}

// Complete is POST /api/v1/uploads/{id}/complete. A repeated request answers how the file stands.
func (h *Uploads) Complete(c echo.Context) error {
	var b completeBody
	if err := httpx.Decode(c, &b); err != nil {
		return err
	}
	o, err := h.Courseware.CompleteUpload(c.Request().Context(), viewerOf(c), objectID(c), b.ETags)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answerObject(httpx.Lang(c), o))
}

// Get is GET /api/v1/uploads/{id}.
func (h *Uploads) Get(c echo.Context) error {
	o, err := h.Courseware.Upload(c.Request().Context(), viewerOf(c), objectID(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answerObject(httpx.Lang(c), o))
}

// Abort is DELETE /api/v1/uploads/{id}.
func (h *Uploads) Abort(c echo.Context) error {
	if err := h.Courseware.AbortUpload(c.Request().Context(), viewerOf(c), objectID(c)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
