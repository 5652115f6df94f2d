package objectstore_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/internal/platform/objectstore/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const bucket = "files"

// serverConfig starts the embedded server and says how to reach it.
func serverConfig(t *testing.T) (*embedded.S3, objectstore.Config) {
	t.Helper()
	server, err := embedded.StartS3(t.Context(), embedded.S3Options{Dir: t.TempDir(), Serve: s3child.Serve})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return server, objectstore.Config{
		Endpoint: server.Endpoint(), Transport: server.Transport(), Bucket: bucket,
		AccessKey: server.AccessKey(), SecretKey: server.SecretKey(), SameOrigin: true,
	}
}

func TestEmbeddedStore(t *testing.T) {
	server, config := serverConfig(t)
	public := httptest.NewServer(server.Handler(bucket, slog.New(slog.DiscardHandler)))
	defer public.Close()
	store, err := objectstore.New(config)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds it made
		if err := store.EnsureBucket(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	storetest.Run(t, storetest.Target{Store: store, Base: public.URL})
	// The same presigned addresses under another name of the machine.
	storetest.Run(t, storetest.Target{Store: store, Base: strings.Replace(public.URL, "127.0.0.1", "localhost", 1)})
}

// A refused upload must not leave its body on a connection where it would be
// read as a request, and answered to somebody else.
func TestRefusedUploadIsNotARequest(t *testing.T) {
	server, config := serverConfig(t)
	public := httptest.NewServer(server.Handler(bucket, slog.New(slog.DiscardHandler)))
	defer public.Close()
	store, err := objectstore.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.EnsureBucket(t.Context()); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for range 20 {
		smuggled := "GET /files/a HTTP/1.1\r\nHost: x\r\n\r\n"
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, public.URL+"/files/a?X-Amz-Signature=wrong", strings.NewReader(smuggled))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode < 400 {
			t.Errorf("took it: %d", answer.StatusCode)
		}
		if _, err := store.Stat(t.Context(), "a"); !errs.Is(err, errs.NotFound) {
			t.Errorf("next answer: %v", err)
		}
	}
}

func TestPublicEndpoint(t *testing.T) {
	store, err := objectstore.New(objectstore.Config{
		Endpoint: "10.0.0.7:8333", Bucket: bucket, AccessKey: "a", SecretKey: "s", PublicEndpoint: "https://files.example.com",
	})
	if err != nil {
		t.Fatal(err)
	}
	// Signing asks no server: there is none here.
	address, err := store.PresignGet(t.Context(), "a/b", time.Minute, "")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host != "files.example.com" || u.Path != "/files/a/b" {
		t.Errorf("%s, %v", address, err)
	}
}

func TestBadConfiguration(t *testing.T) {
	for _, c := range []objectstore.Config{
		{Endpoint: ""}, {Endpoint: "http://host/path"}, {Endpoint: "host", PublicEndpoint: "files.example.com"},
	} {
		if _, err := objectstore.New(c); err == nil {
			t.Errorf("took %+v", c)
		}
	}
}

func TestStoreThatDoesNotAnswer(t *testing.T) {
	server, config := serverConfig(t)
	if err := server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	store, err := objectstore.New(config)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := store.Stat(t.Context(), "a"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("err = %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("answered after %v", took)
	}
}

func TestWrongSecretIsNotTheCallersFault(t *testing.T) {
	_, config := serverConfig(t)
	config.SecretKey = "wrong"
	store, err := objectstore.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.EnsureBucket(t.Context()); !errs.Is(err, errs.Unavailable) {
		t.Errorf("err = %v", err)
	}
}

func TestObjectsOutliveTheServer(t *testing.T) {
	dir, err := os.MkdirTemp("", "objects-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for round := range 2 {
		server, err := embedded.StartS3(t.Context(), embedded.S3Options{Dir: dir, Serve: s3child.Serve})
		if err != nil {
			t.Fatal(err)
		}
		store, err := objectstore.New(objectstore.Config{
			Endpoint: server.Endpoint(), Transport: server.Transport(), Bucket: bucket,
			AccessKey: server.AccessKey(), SecretKey: server.SecretKey(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			if err := store.EnsureBucket(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := store.Put(t.Context(), "kept", strings.NewReader("x"), 1, "image/png"); err != nil {
				t.Fatal(err)
			}
		} else if info, err := store.Stat(t.Context(), "kept"); err != nil || info.ContentType != "image/png" {
			t.Errorf("%+v, %v", info, err)
		}
		if err := server.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
