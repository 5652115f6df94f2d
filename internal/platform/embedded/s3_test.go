package embedded

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func startS3(t *testing.T, dir string) *S3 {
	t.Helper()
	s, err := StartS3(t.Context(), S3Options{Dir: dir})
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

func TestS3StartsAndGoesBack(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := startS3(t, dir)
	client := &http.Client{Transport: s.Transport()}
	answer, err := client.Get("http://" + s.Endpoint() + "/files/a")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNotFound { // no bucket yet
		t.Errorf("answered %d", answer.StatusCode)
	}
	if _, err := StartS3(t.Context(), S3Options{Dir: dir}); !errors.Is(err, ErrRunning) {
		t.Errorf("second start: %v", err)
	}
	if info, err := os.Stat(keysPath(dir)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v %v", info.Mode(), err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Getwd(); after != before {
		t.Errorf("working directory %s after, %s before", after, before)
	}
}

func TestS3Attach(t *testing.T) {
	dir := t.TempDir()
	if _, err := AttachS3(dir); !errors.Is(err, ErrNotRunning) {
		t.Fatalf("nothing runs: %v", err)
	}
	s := startS3(t, dir)
	attached, err := AttachS3(dir)
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

func TestS3LongPathAndLeftSocket(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("d", 100))
	s := startS3(t, dir)
	if !isTemporary(s.socketDir) {
		t.Errorf("socket in %s", s.socketDir)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	short := t.TempDir()
	run := filepath.Join(short, "s3", "run")
	if err := os.MkdirAll(run, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(run, s3Socket), nil, 0o600); err != nil { // of a killed process
		t.Fatal(err)
	}
	startS3(t, short)
}

// A server stopped as soon as it is ready has taken over its socket and closes
// it: none of its goroutines is left (TestMain looks).
func TestS3StoppedAtOnce(t *testing.T) {
	dir := t.TempDir()
	for range 10 {
		s := startS3(t, dir)
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(s.socketDir, s3Socket)); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("the socket is left: %v", err)
		}
	}
}

func TestKeysStayAndBadFilesAreNamed(t *testing.T) {
	path := keysPath(t.TempDir())
	if _, err := loadKeys(path, false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("none yet: %v", err)
	}
	first, err := loadKeys(path, true)
	if err != nil || len(first.Access) != 20 || len(first.Secret) < 40 {
		t.Fatalf("%d %d %v", len(first.Access), len(first.Secret), err)
	}
	if again, err := loadKeys(path, true); err != nil || again != first {
		t.Errorf("another pair: %v", err)
	}
	for _, text := range []string{"", "{}", "x"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := loadKeys(path, true); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestIsPresigned(t *testing.T) {
	for _, c := range []struct {
		method, target, contentType string
		want                        bool
	}{
		{"GET", "/files/a?X-Amz-Signature=1", "", true},
		{"HEAD", "/files/a/b?X-Amz-Signature=1", "", true},
		{"PUT", "/files/a?X-Amz-Signature=1", "", true},
		{"POST", "/files/", "multipart/form-data; boundary=x", true},
		{"GET", "/files/a", "", false},
		{"GET", "/files/?X-Amz-Signature=1", "", false}, // the bucket itself
		{"GET", "/files?X-Amz-Signature=1", "", false},
		{"GET", "/other/a?X-Amz-Signature=1", "", false},
		{"GET", "/filesystem/a?X-Amz-Signature=1", "", false},
		{"DELETE", "/files/a?X-Amz-Signature=1", "", false},
		{"POST", "/files/a?X-Amz-Signature=1", "multipart/form-data", false},
		{"POST", "/files/?delete", "multipart/form-data", false},
		{"POST", "/files/", "application/xml", false},
	} {
		r := httptest.NewRequest(c.method, c.target, nil)
		r.Header.Set("Content-Type", c.contentType)
		if got := isPresigned(r, "files"); got != c.want {
			t.Errorf("%s %s = %v", c.method, c.target, got)
		}
	}
}

// Uploaded pages must not act as pages of the application.
func TestDisarm(t *testing.T) {
	for contentType, shown := range map[string]bool{
		"image/png": true, "audio/mpeg": true, "video/mp4": true, "application/pdf": true,
		"image/svg+xml": false, "text/html": false, "text/html; charset=utf-8": false, "application/xhtml+xml": false, "": false, "nonsense/": false,
	} {
		h := http.Header{"Content-Type": {contentType}}
		disarm(h)
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox;") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", contentType, h)
		}
		if (h.Get("Content-Disposition") == "") != shown {
			t.Errorf("%s: disposition %q", contentType, h.Get("Content-Disposition"))
		}
	}
	named := http.Header{"Content-Type": {"text/html"}, "Content-Disposition": {`attachment; filename="a.html"`}}
	disarm(named)
	if named.Get("Content-Disposition") != `attachment; filename="a.html"` {
		t.Errorf("lost the name: %v", named)
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
