package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// maxPartBody is a part's body: its sound in base64, and the rest.
const maxPartBody = exam.MaxPartBytes*4/3 + 4096

// partBody is one part of a spoken answer. Parts are numbered from 1 through all of a recording; one that begins starts a file of its
// own. The name of the recording is the page's, and new at each fresh beginning.
type partBody struct {
	Lease     string `json:"lease" validate:"required,max=100"`
	Recording string `json:"recording" validate:"required,max=40"`
	Part      int    `json:"part" validate:"gte=1"`
	Begins    bool   `json:"begins"`
	MS        int    `json:"ms" validate:"gte=1"`               // how long it is
	SHA256    string `json:"sha256" validate:"required,len=64"` // of the sound, hexadecimal
	Sound     []byte `json:"sound" validate:"required"`         // base64
}

type partSavedAnswer struct {
	Slot        int             `json:"slot"`
	Part        int             `json:"part"`
	Response    json.RawMessage `json:"response"` // what the answer is with this part
	SavedAt     time.Time       `json:"saved_at"`
	LastSeq     int64           `json:"last_seq"` // the part was a change too, with a number of its own
	DeadlineAt  time.Time       `json:"deadline_at"`
	RemainingMS int64           `json:"remaining_ms"`
	News        int             `json:"news"`
	Takes       int             `json:"takes"` // the files that the recording consists of
}

// SavePart is POST /api/v1/attempts/{id}/recordings/{slot}: 200 once the part is durable and is a change of the slot.
func (h *Exams) SavePart(c echo.Context) error {
	slot, err := strconv.Atoi(c.Param("slot"))
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	var in partBody
	if err := httpx.Decode(c, &in); err != nil {
		return err
	}
	part := exam.RecordingPart{Slot: slot, Recording: in.Recording, Part: in.Part, Begins: in.Begins, MS: in.MS, SHA256: in.SHA256, Sound: in.Sound}
	reply, err := h.Sitting.SavePart(c.Request().Context(), viewerOf(c), attemptID(c), in.Lease, part, httpx.ReceivedAt(c))
	if err != nil {
		return err
	}
	if reply.Status != exam.Saved {
		return h.refuse(c, reply.Status, exam.SaveReply{LastSeq: reply.LastSeq})
	}
	return c.JSON(http.StatusOK, partSavedAnswer{slot, in.Part, reply.Response, reply.SavedAt, reply.LastSeq, reply.DeadlineAt, reply.RemainingMS, reply.News, reply.Takes})
}
