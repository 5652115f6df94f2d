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

type saveBody struct {
	Lease     string          `json:"lease" validate:"required,max=100"`
	ClientSeq int64           `json:"client_seq" validate:"gte=1"`
	Response  json.RawMessage `json:"response"`
}

type changeBody struct {
	Slot      int             `json:"slot"`
	ClientSeq int64           `json:"client_seq"`
	Response  json.RawMessage `json:"response"`
}

type changesBody struct {
	Lease   string       `json:"lease" validate:"required,max=100"`
	Changes []changeBody `json:"changes" validate:"min=1,max=100"`
}

type savedAnswer struct {
	Slot        int       `json:"slot"`
	ClientSeq   int64     `json:"client_seq"`
	SavedAt     time.Time `json:"saved_at"`
	DeadlineAt  time.Time `json:"deadline_at"`
	RemainingMS int64     `json:"remaining_ms"`
	News        int       `json:"news"`
}

// json is what encoding/json would write. The most frequent answer of all is written without it.
func (a savedAnswer) json() []byte {
	out := make([]byte, 0, 192)
	out = strconv.AppendInt(append(out, `{"slot":`...), int64(a.Slot), 10)
	out = strconv.AppendInt(append(out, `,"client_seq":`...), a.ClientSeq, 10)
	out = a.SavedAt.AppendFormat(append(out, `,"saved_at":"`...), time.RFC3339Nano)
	out = a.DeadlineAt.AppendFormat(append(out, `","deadline_at":"`...), time.RFC3339Nano)
	out = strconv.AppendInt(append(out, `","remaining_ms":`...), a.RemainingMS, 10)
	out = strconv.AppendInt(append(out, `,"news":`...), int64(a.News), 10)
	return append(out, '}')
}

// changeAnswer is one change of a body: status is what a body of its own would have been answered with.
type changeAnswer struct {
	Slot      int             `json:"slot"`
	ClientSeq int64           `json:"client_seq"`
	Status    int             `json:"status"`
	Code      exam.SaveStatus `json:"code"`
	SavedAt   *time.Time      `json:"saved_at,omitempty"`
	LastSeq   *int64          `json:"last_seq,omitempty"`
}

type changesAnswer struct {
	Results     []changeAnswer `json:"results"`
	LastSeq     int64          `json:"last_seq"`
	DeadlineAt  *time.Time     `json:"deadline_at,omitempty"`
	RemainingMS *int64         `json:"remaining_ms,omitempty"`
	News        int            `json:"news"`
}

// Save is PUT /api/v1/attempts/{id}/responses/{slot}: 200 once the change is durable.
func (h *Exams) Save(c echo.Context) error {
	slot, err := strconv.Atoi(c.Param("slot"))
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	var in saveBody
	if err := httpx.Decode(c, &in); err != nil {
		return err
	}
	reply, err := h.save(c, in.Lease, []exam.Change{{Slot: slot, ClientSeq: in.ClientSeq, Response: in.Response}})
	if err != nil {
		return err
	}
	if status := reply.Only(); status != exam.Saved {
		return h.refuse(c, status, reply)
	}
	r := reply.Results[0]
	return c.JSONBlob(http.StatusOK, savedAnswer{r.Slot, r.ClientSeq, r.SavedAt, reply.DeadlineAt, reply.RemainingMS, reply.News}.json())
}

// SaveMany is POST /api/v1/attempts/{id}/responses: 200 with a status for each change. A body of which nothing was saved,
// all for one reason, is refused as a whole with that reason.
func (h *Exams) SaveMany(c echo.Context) error {
	var in changesBody
	if err := httpx.Decode(c, &in); err != nil {
		return err
	}
	changes := make([]exam.Change, len(in.Changes))
	for i, ch := range in.Changes {
		changes[i] = exam.Change(ch)
	}
	reply, err := h.save(c, in.Lease, changes)
	if err != nil {
		return err
	}
	// Wrong shapes are answered one by one even when nothing else is in the body.
	if status := reply.Only(); status != "" && status != exam.Saved && status != exam.Invalid {
		return h.refuse(c, status, reply)
	}
	return c.JSON(http.StatusOK, answerChanges(reply))
}

func (h *Exams) save(c echo.Context, lease string, changes []exam.Change) (exam.SaveReply, error) {
	return h.Sitting.Save(c.Request().Context(), viewerOf(c), attemptID(c), lease, changes, httpx.ReceivedAt(c))
}

func answerChanges(reply exam.SaveReply) changesAnswer {
	out := changesAnswer{Results: make([]changeAnswer, len(reply.Results)), LastSeq: reply.LastSeq, News: reply.News}
	if !reply.DeadlineAt.IsZero() {
		out.DeadlineAt, out.RemainingMS = &reply.DeadlineAt, &reply.RemainingMS
	}
	for i, r := range reply.Results {
		a := changeAnswer{Slot: r.Slot, ClientSeq: r.ClientSeq, Status: http.StatusOK, Code: r.Status}
		if r.Status == exam.Saved {
			a.SavedAt = &r.SavedAt
		} else {
			a.Status = httpx.Status(r.Status.Refusal())
		}
		if r.Status == exam.OutOfOrder || r.Status == exam.LostLease {
			a.LastSeq = &reply.LastSeq
		}
		out.Results[i] = a
	}
	return out
}

// refuse answers a refused save: with the current values where the page can go on from them (promise 7), with the receipt
// where the attempt is handed in.
func (h *Exams) refuse(c echo.Context, status exam.SaveStatus, reply exam.SaveReply) error {
	e := status.Refusal()
	if e.Kind != errs.Conflict && e.Kind != errs.Gone {
		return e
	}
	current, err := h.Sitting.Current(c.Request().Context(), viewerOf(c), attemptID(c))
	if err != nil {
		return err
	}
	e = e.WithExtra("server_time", current.ServerTime).WithExtra("deadline_at", current.DeadlineAt).WithExtra("remaining_ms", current.RemainingMS)
	if current.Section > 0 {
		e = e.WithExtra("section", current.Section)
	}
	if e.Kind == errs.Conflict {
		return e.WithExtra("last_seq", reply.LastSeq).WithExtra("responses", answerResponses(current.Responses))
	}
	if current.Receipt != nil {
		e = e.WithExtra("receipt", current.Receipt)
	}
	return e
}
