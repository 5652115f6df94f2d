package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
)

const eventStream = "text/event-stream"

const (
	// streamLife bounds an event stream, so that who is no longer logged in is asked again; the browser opens the next by itself.
	streamLife = 10 * time.Minute
	// streamPing keeps proxies from closing a silent stream.
	streamPing = 15 * time.Second
	// streamRetry is when a browser opens the next.
	streamRetry = 3 * time.Second
)

// Events is GET /api/v1/attempts/{id}/events: what an invigilator does reaches the page within two seconds (decision 24). The
// data of each event is what a heart-beat answers; the name says what changed. The first event tells how things stand.
func (h *Exams) Events(c echo.Context) error {
	ctx, id := c.Request().Context(), attemptID(c)
	// Listening begins before the first reading, so that nothing falls between them.
	news, stop := h.Sitting.Listen(id)
	defer stop()
	last, err := h.Sitting.News(ctx, viewerOf(c), id)
	if err != nil {
		return err
	}
	if c.Request().Method == http.MethodHead {
		c.Response().Header().Set(echo.HeaderContentType, eventStream)
		return c.NoContent(http.StatusOK)
	}
	s, err := openStream(c)
	if err != nil {
		return err
	}
	if err := s.send("state", answerBeat(last)); err != nil || last.State != exam.AttemptOpen {
		return err
	}
	life, ping := time.NewTimer(streamLife), time.NewTicker(streamPing)
	defer life.Stop()
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-httpx.Stopping(ctx):
			return nil
		case <-life.C:
			return nil
		case <-ping.C:
			if err := s.ping(); err != nil {
				return nil
			}
		case <-news:
			now, err := h.Sitting.News(ctx, viewerOf(c), id)
			if err != nil {
				return nil // the page asks again by its heart-beat
			}
			for _, name := range changed(last, now) {
				if err := s.send(name, answerBeat(now)); err != nil {
					return nil
				}
			}
			if last = now; now.State != exam.AttemptOpen {
				return nil
			}
		}
	}
}

// changed names what is new between two states of an attempt.
func changed(before, now exam.Beat) []string {
	var out []string
	if !now.DeadlineAt.Equal(before.DeadlineAt) {
		out = append(out, "deadline")
	}
	if (now.PausedAt == nil) != (before.PausedAt == nil) {
		out = append(out, "pause")
	}
	if len(now.Notices) > 0 && (len(before.Notices) == 0 || now.Notices[len(now.Notices)-1].ID != before.Notices[len(before.Notices)-1].ID) {
		out = append(out, "notice")
	}
	if now.State != before.State {
		out = append(out, "handed_in")
	}
	return out
}

// stream is an open text/event-stream.
type stream struct {
	w http.ResponseWriter
	c *http.ResponseController
}

func openStream(c echo.Context) (stream, error) {
	s := stream{c.Response(), http.NewResponseController(c.Response())}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, eventStream)
	h.Set("X-Accel-Buffering", "no")
	// The time for reading a request is over long before the stream is.
	if err := s.c.SetReadDeadline(time.Time{}); err != nil {
		return s, err
	}
	c.Response().WriteHeader(http.StatusOK)
	_, err := fmt.Fprintf(s.w, "retry: %d\n\n", streamRetry.Milliseconds())
	return s, err
}

func (s stream) send(name string, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", name, data); err != nil {
		return err
	}
	return s.c.Flush()
}

func (s stream) ping() error {
	if _, err := fmt.Fprint(s.w, ": ping\n\n"); err != nil {
		return err
	}
	return s.c.Flush()
}
