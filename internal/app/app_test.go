package app_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
)

func get(t *testing.T, address string) (int, string, http.Header) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b), r.Header
}

func TestDoor(t *testing.T) {
	a := apptest.New(t, app.Options{})
	for path, want := range map[string]int{
		"/healthz": 200, "/readyz": 200, "/metrics": 200, "/login": 200, "/api/openapi.json": 200, "/api/v1/me": 401, "/exams": 303, "/nowhere": 404,
	} {
		status, body, header := get(t, a.URL+path)
		if status != want {
			t.Errorf("%s: %d, want %d\n%.300s", path, status, want, body)
		}
		if !strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'") || header.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v", path, header)
		}
	}
	if _, _, header := get(t, a.URL+"/exams?a=1"); header.Get("Location") != "/login?next=%2Fexams%3Fa%3D1" {
		t.Error(header.Get("Location"))
	}
	if err := a.Tick(context.Background()); err != nil {
		t.Error(err)
	}
}
