package gateway_test

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/peikao/peikao/internal/gateway"
	"github.com/peikao/peikao/internal/platform/embedded"
)

func TestMain(m *testing.M) {
	// fasthttp, in the S3 server, lets these two sleep out after its end.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
	)
}

func start(t *testing.T, dir string) *embedded.S3 {
	t.Helper()
	s, err := embedded.StartS3(t.Context(), embedded.S3Options{Dir: dir, Serve: gateway.Serve})
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

func workingDirectory(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// socket is where the server listens, unless the path is too long for one.
func socket(dir string) string { return filepath.Join(dir, "s3", "run", "s3.sock") }

func TestStartsAndGoesBack(t *testing.T) {
	before, dir := workingDirectory(t), t.TempDir()
	s := start(t, dir)
	client := &http.Client{Transport: s.Transport()}
	answer, err := client.Get("http://" + s.Endpoint() + "/files/a")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNotFound { // no bucket yet
		t.Errorf("answered %d", answer.StatusCode)
	}
	o := embedded.S3Options{Dir: dir, Serve: gateway.Serve}
	if _, err := embedded.StartS3(t.Context(), o); !errors.Is(err, embedded.ErrRunning) {
		t.Errorf("second start: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, "s3.secret")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v %v", info, err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := workingDirectory(t); after != before {
		t.Errorf("working directory %s after, %s before", after, before)
	}
}

func TestWithoutAFolderItDoesNotStart(t *testing.T) {
	before, dir := workingDirectory(t), t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "s3"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "s3", "objects"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.StartS3(t.Context(), embedded.S3Options{Dir: dir, Serve: gateway.Serve})
	var path *fs.PathError
	if !errors.As(err, &path) || filepath.Base(path.Path) != "objects" {
		t.Errorf("err = %v", err)
	}
	if after := workingDirectory(t); after != before {
		t.Errorf("working directory %s after, %s before", after, before)
	}
}

func TestLongPathAndLeftSocket(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("d", 100))
	s := start(t, dir)
	if _, err := os.Stat(socket(dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("socket in the folder: %v", err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	short := t.TempDir()
	if err := os.MkdirAll(filepath.Dir(socket(short)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(socket(short), nil, 0o600); err != nil { // of a killed process
		t.Fatal(err)
	}
	start(t, short)
}

// A server stopped as soon as it is ready has taken over its socket and closes
// it: none of its goroutines is left (TestMain looks).
func TestStoppedAtOnce(t *testing.T) {
	dir := t.TempDir()
	for range 10 {
		s := start(t, dir)
		if _, err := os.Stat(socket(dir)); err != nil {
			t.Fatal(err)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(socket(dir)); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("the socket is left: %v", err)
		}
	}
}
