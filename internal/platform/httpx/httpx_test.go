package httpx_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
)

type body struct {
	Lease string `json:"lease" validate:"required,max=10"`
	Count int    `json:"count" validate:"min=0"`
}

func server(t *testing.T) *echo.Echo {
	t.Helper()
	e := httpx.New(httpx.Options{
		Clock: clock.NewFake(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)),
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)),
		Authenticate: func(_ context.Context, token string) (httpx.Identity, error) {
			if token != "good" {
				return httpx.Identity{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
			}
			return httpx.Identity{Who: "somebody"}, nil
		},
	})
	e.POST("/api/v1/things", func(c echo.Context) error {
		var b body
		if err := httpx.Decode(c, &b); err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"who": httpx.Who(c), "at": httpx.ReceivedAt(c)})
	}, httpx.Limit(200))
	e.GET("/api/v1/panic", func(echo.Context) error { panic("secret detail") })
	e.POST("/page", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	return e
}

func send(t *testing.T, method, path, content string, headers ...string) (int, map[string]any) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(content))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	server(t).ServeHTTP(w, r)
	var doc map[string]any
	_ = json.Unmarshal(w.Body.Bytes(), &doc)
	return w.Code, doc
}

func TestDecodeIsStrict(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"right":            {`{"lease":"a","count":1}`, 200},
		"wrong case":       {`{"LEASE":"a"}`, 400},
		"unknown member":   {`{"lease":"a","admin":true}`, 400},
		"repeated member":  {`{"lease":"a","lease":"b"}`, 400},
		"trailing text":    {`{"lease":"a"} {}`, 400},
		"empty":            {``, 400},
		"not JSON":         {`lease=a`, 400},
		"wrong type":       {`{"lease":5}`, 400},
		"missing field":    {`{"count":1}`, 422},
		"field too long":   {`{"lease":"12345678901"}`, 422},
		"body too large":   {`{"lease":"` + strings.Repeat("a", 300) + `"}`, 413},
		"number too large": {`{"lease":"a","count":1e400}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			status, doc := send(t, "POST", "/api/v1/things", c.body)
			if status != c.status {
				t.Fatalf("%d %v, want %d", status, doc, c.status)
			}
			if status >= 400 && (doc["title"] == "" || doc["title_en"] == "" || !strings.HasPrefix(doc["type"].(string), "urn:peikao:")) {
				t.Fatalf("no problem document: %v", doc)
			}
		})
	}
}

func TestOriginProtection(t *testing.T) {
	for name, c := range map[string]struct {
		path    string
		headers []string
		status  int
	}{
		"script without cookie":         {"/api/v1/things", nil, 200},
		"bearer":                        {"/api/v1/things", []string{"Authorization", "Bearer good", "Sec-Fetch-Site", "cross-site"}, 200},
		"cookie and same origin":        {"/api/v1/things", []string{"Cookie", "peikao=good", "Sec-Fetch-Site", "same-origin"}, 200},
		"cookie and silence":            {"/api/v1/things", []string{"Cookie", "peikao=good"}, 403},
		"cookie and cross site":         {"/api/v1/things", []string{"Cookie", "peikao=good", "Sec-Fetch-Site", "cross-site"}, 403},
		"foreign origin":                {"/api/v1/things", []string{"Origin", "https://evil.example"}, 403},
		"form without any origin":       {"/page", nil, 403},
		"form from here":                {"/page", []string{"Sec-Fetch-Site", "same-origin"}, 204},
		"form of an older browser":      {"/page", []string{"Origin", "http://example.com"}, 204},
		"log-in form from another site": {"/page", []string{"Sec-Fetch-Site", "cross-site"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			if status, doc := send(t, "POST", c.path, `{"lease":"a"}`, c.headers...); status != c.status {
				t.Fatalf("%d %v, want %d", status, doc, c.status)
			}
		})
	}
}

func TestPanicTellsNothing(t *testing.T) {
	status, doc := send(t, "GET", "/api/v1/panic", "")
	if status != 500 || strings.Contains(doc["title"].(string), "secret") || doc["request_id"] == "" {
		t.Fatal(status, doc)
	}
}

func TestUnknownAddressIsAProblemDocument(t *testing.T) {
	if status, doc := send(t, "GET", "/api/v1/nothing", ""); status != 404 || doc["type"] != "urn:peikao:not_found" {
		t.Fatal(status, doc)
	}
}

// Who sends too much still gets the answer: the rest is read and thrown away, because a browser that is cut off while it sends
// shows a lost connection.
func TestTooLargeIsAnswered(t *testing.T) {
	s := httptest.NewServer(server(t))
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const size = 24 << 20 // more than the buffers between the two hold
	if _, err := fmt.Fprintf(conn, "POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", size); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(make([]byte, size)); err != nil {
		t.Fatal("cut off while sending: ", err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("answered with %d", answer.StatusCode)
	}
}

// A page without a form at hand says what is wrong itself, and nothing of how a body could not be read.
func TestPageMessages(t *testing.T) {
	var said string
	e := httpx.New(httpx.Options{Clock: clock.NewSystem(), Log: slog.New(slog.DiscardHandler), PageError: func(c echo.Context, status int, message string) error {
		said = message
		return c.NoContent(status)
	}})
	e.POST("/wrong", func(echo.Context) error {
		return errs.InvalidFields(errs.NewField("file", "error.field.file"), errs.NewField("kind", "error.field.oneof"))
	})
	e.POST("/unreadable", func(c echo.Context) error {
		_, err := httpx.FormValues(c)
		return err
	})
	for path, want := range map[string]string{"/wrong": "有 2 处需要改正。 请先选择文件 请从给出的选项中选择", "/unreadable": ""} {
		r := httptest.NewRequest("POST", path, strings.NewReader("%zz"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		said = "nothing"
		e.ServeHTTP(httptest.NewRecorder(), r)
		if said != want {
			t.Errorf("%s says %q", path, said)
		}
	}
}

// What everybody calls every few seconds would drown the log; what goes wrong there is in it all the same.
func TestQuietRoutesLogWhatGoesWrong(t *testing.T) {
	var lines bytes.Buffer
	e := httpx.New(httpx.Options{Clock: clock.NewSystem(), Log: slog.New(slog.NewTextHandler(&lines, nil)), Authenticate: func(context.Context, string) (httpx.Identity, error) {
		return httpx.Identity{}, nil
	}})
	answer := func(status int) echo.HandlerFunc { return func(c echo.Context) error { return c.NoContent(status) } }
	httpx.Register(e, func(echo.Context, httpx.Access) error { return nil }, []httpx.Route{
		{Method: "GET", Path: "/quiet", Access: httpx.Public, Quiet: true, Handler: answer(200)},
		{Method: "GET", Path: "/refused", Access: httpx.Public, Quiet: true, Handler: answer(409)},
		{Method: "GET", Path: "/other", Access: httpx.Public, Handler: answer(200)},
	})
	for _, path := range []string{"/quiet", "/refused", "/other"} {
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	if log := lines.String(); strings.Contains(log, "route=/quiet") || !strings.Contains(log, "route=/refused") || !strings.Contains(log, "route=/other") {
		t.Errorf("the log:\n%s", log)
	}
}
