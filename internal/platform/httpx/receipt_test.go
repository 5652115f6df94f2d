package httpx_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// slowBody is a body whose bytes take a minute each to arrive.
type slowBody struct {
	io.Reader
	clock *clock.Fake
}

func (s slowBody) Read(b []byte) (int, error) {
	s.clock.Advance(time.Minute)
	return s.Reader.Read(b[:min(len(b), 1)])
}

// Promise 4, threat 10: a request was received at its first byte, however long the log-in takes to check and the rest to arrive.
func TestReceivedIsAtTheFirstByte(t *testing.T) {
	begin := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	now := clock.NewFake(begin)
	e := httpx.New(httpx.Options{
		Clock: now, Log: slog.New(slog.DiscardHandler),
		Authenticate: func(context.Context, string) (httpx.Identity, error) {
			now.Advance(time.Hour)
			return httpx.Identity{Who: "somebody"}, nil
		},
	})
	var received time.Time
	e.POST("/api/v1/things", func(c echo.Context) error {
		var b body
		if err := httpx.Decode(c, &b); err != nil {
			return err
		}
		received = httpx.ReceivedAt(c)
		return c.NoContent(http.StatusNoContent)
	})
	r := httptest.NewRequest("POST", "/api/v1/things", slowBody{strings.NewReader(`{"lease":"x","count":1}`), now})
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer good")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Code != http.StatusNoContent || !received.Equal(begin) || now.Now().Sub(begin) < time.Hour+20*time.Minute {
		t.Errorf("%d: received %s after its first byte, answered %s after it", w.Code, received.Sub(begin), now.Now().Sub(begin))
	}
}
