package embedded_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
)

func s3Options(dir string) embedded.S3Options {
	return embedded.S3Options{Dir: dir, Serve: s3child.Serve}
}

func startS3(t *testing.T, dir string) *embedded.S3 {
	t.Helper()
	s, err := embedded.StartS3(t.Context(), s3Options(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestS3Attach(t *testing.T) {
	dir := t.TempDir()
	if _, err := embedded.AttachS3(dir); !errors.Is(err, embedded.ErrNotRunning) {
		t.Fatalf("nothing runs: %v", err)
	}
	s := startS3(t, dir)
	attached, err := embedded.AttachS3(dir)
	if err != nil {
		t.Fatal(err)
	}
	if attached.AccessKey() != s.AccessKey() || attached.SecretKey() != s.SecretKey() {
		t.Error("another key pair")
	}
	client := &http.Client{Transport: attached.Transport()}
	answer, err := client.Get("http://" + attached.Endpoint() + "/files/a")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if err := attached.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	select {
	case <-s.Done():
		t.Error("stopping an attached server ended it")
	default:
	}
}

func TestOpenS3(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	join := make(chan error, 1)
	go func() {
		_, err := embedded.JoinS3(ctx, embedded.S3Options{Dir: dir})
		join <- err
	}()
	first, err := embedded.OpenS3(ctx, s3Options(dir))
	if err != nil || first.Done() == nil {
		t.Fatalf("did not start: %v", err)
	}
	second, err := embedded.OpenS3(ctx, s3Options(dir))
	if err != nil || second.Done() != nil || second.AccessKey() != first.AccessKey() {
		t.Errorf("did not join: %v", err)
	}
	if err := <-join; err != nil {
		t.Errorf("who came before the start: %v", err)
	}
	if err := first.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	passing := s3Options(dir)
	passing.Passing = true
	command, err := embedded.OpenS3(ctx, passing)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = command.Stop(context.Background()) }()
	given, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	if _, err := embedded.OpenS3(given, s3Options(dir)); !errors.Is(err, embedded.ErrPassing) {
		t.Errorf("joined a command: %v", err)
	}
}

// Who joined a server runs it when the process that did has ended, one of several, and the others go on with that one. An heir that
// is stopped before inherits nothing.
func TestAnHeirTakesTheServerOver(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	first := startS3(t, dir)
	o := s3Options(dir)
	o.Heir = true
	var heirs []*embedded.S3
	for range 3 {
		heir, err := embedded.OpenS3(ctx, o)
		if err != nil || heir.Done() != nil {
			t.Fatalf("did not join: %v", err)
		}
		heirs = append(heirs, heir)
	}
	if err := heirs[2].Stop(ctx); err != nil {
		t.Error(err)
	}
	if err := first.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	for _, heir := range heirs[:2] {
		awaitAnswer(t, heir)
	}
	for _, heir := range heirs[:2] {
		awaitAnswer(t, heirs[1]) // whoever of the two runs it now
		if err := heir.Stop(ctx); err != nil {
			t.Error(err)
		}
	}
	if _, err := embedded.AttachS3(dir); !errors.Is(err, embedded.ErrNotRunning) {
		t.Errorf("all have ended, and yet: %v", err)
	}
}

func awaitAnswer(t *testing.T, s *embedded.S3) {
	t.Helper()
	client := &http.Client{Transport: s.Transport()}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		answer, err := client.Get("http://" + s.Endpoint() + "/files/a")
		if err == nil {
			answer.Body.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func TestHandlerWhileTheServerIsAway(t *testing.T) {
	s := startS3(t, t.TempDir())
	handler := s.Handler("files", slog.New(slog.DiscardHandler))
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "/files/a?X-Amz-Signature=1", nil))
	if body, _ := io.ReadAll(w.Body); w.Code != http.StatusServiceUnavailable || strings.Contains(string(body), "unix") {
		t.Errorf("%d %s", w.Code, body)
	}
}

// A server that cannot serve is no server: its own words come back, and nothing is left locked.
func TestS3ThatDoesNotStart(t *testing.T) {
	dir, broken := t.TempDir(), errors.New("no room")
	if _, err := embedded.StartS3(t.Context(), embedded.S3Options{Dir: dir}); err == nil {
		t.Error("started nothing")
	}
	o := embedded.S3Options{Dir: dir, Serve: func(context.Context, embedded.S3Serving) error { return broken }}
	if _, err := embedded.StartS3(t.Context(), o); !errors.Is(err, broken) {
		t.Errorf("err = %v", err)
	}
	startS3(t, dir)
}
