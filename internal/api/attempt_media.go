package api

import (
	"encoding/base64"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
)

// mediaAnswer is a file at its question: blob is the name under which it is loaded, sealed, and absent until it is prepared.
type mediaAnswer struct {
	Kind string `json:"kind"` // image, audio or video
	Blob string `json:"blob,omitempty"`
	Type string `json:"type,omitempty"` // its content type, once it is opened
	Alt  string `json:"alt"`
	File string `json:"file,omitempty"` // of a film: it is played from /attempts/{id}/media/{file}
}

func answerMedia(in []exam.SheetMedia) []mediaAnswer {
	var out []mediaAnswer
	for _, m := range in {
		out = append(out, mediaAnswer{Kind: string(m.Kind), Blob: m.Blob, Type: m.ContentType, Alt: m.Alt, File: m.File})
	}
	return out
}

// answerMediaKey is the key of AES-256-GCM that opens a paper's blobs, each of which begins with its nonce.
func answerMediaKey(key []byte) string { return base64.StdEncoding.EncodeToString(key) }

type blobAnswer struct {
	Name  string `json:"name"`
	Bytes int    `json:"bytes"`
}

type blobsAnswer struct {
	Blobs []blobAnswer `json:"blobs"`
}

// Media is GET /api/v1/exams/{id}/media: the sealed files to load before the start.
func (h *Exams) Media(c echo.Context) error {
	blobs, err := h.Sitting.ExamMedia(c.Request().Context(), viewerOf(c), examID(c))
	if err != nil {
		return err
	}
	out := blobsAnswer{Blobs: make([]blobAnswer, len(blobs))}
	for i, b := range blobs {
		out.Blobs[i] = blobAnswer(b)
	}
	return c.JSON(http.StatusOK, out)
}

// Blob is GET /api/v1/media/{name}: one sealed file. It never changes under its name.
func (h *Exams) Blob(c echo.Context) error {
	body, size, err := h.Sitting.OpenBlob(c.Request().Context(), viewerOf(c), c.Param("name"))
	if err != nil {
		return err
	}
	defer body.Close()
	header := c.Response().Header()
	header.Set(echo.HeaderCacheControl, "private, max-age=86400, immutable")
	header.Set(echo.HeaderContentLength, strconv.Itoa(size))
	return c.Stream(http.StatusOK, echo.MIMEOctetStream, body)
}
