package static

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
)

// withDist puts other files in place of the embedded ones for one test.
func withDist(t *testing.T, fsys fstest.MapFS) {
	t.Helper()
	oldFiles, oldManifest, oldHashed := files, manifest, hashed
	t.Cleanup(func() { files, manifest, hashed = oldFiles, oldManifest, oldHashed })
	files, manifest = fsys, readManifest(fsys)
	hashed = invert(manifest)
}

var built = fstest.MapFS{
	"manifest.json":       {Data: []byte(`{"site.css":"site.0123456789.css"}`)},
	"site.0123456789.css": {Data: []byte("plain")}, "site.0123456789.css.gz": {Data: []byte("gz")}, "site.0123456789.css.br": {Data: []byte("br")},
	".gitkeep": {},
}

func TestURL(t *testing.T) {
	withDist(t, built)
	if got := URL("site.css"); got != "/static/site.0123456789.css" {
		t.Errorf("URL = %s", got)
	}
	withDist(t, fstest.MapFS{".gitkeep": {}})
	if got := URL("site.css"); got != "/static/site.css" {
		t.Errorf("before the build URL = %s", got)
	}
}

// The worker stands at an address of its own, is asked for anew each time, and may answer for the pages of attempts alone.
func TestWorker(t *testing.T) {
	withDist(t, fstest.MapFS{"manifest.json": {Data: []byte(`{"sw.js":"sw.0123456789.js"}`)}, "sw.0123456789.js": {Data: []byte("worker")}})
	w := httptest.NewRecorder()
	Worker().ServeHTTP(w, httptest.NewRequest(http.MethodGet, WorkerPath, nil))
	h := w.Header()
	if w.Code != 200 || w.Body.String() != "worker" || h.Get("Cache-Control") != "no-cache" || h.Get("Service-Worker-Allowed") != "/attempts/" {
		t.Errorf("%d %q %v", w.Code, w.Body, h)
	}
	withDist(t, built)
	w = httptest.NewRecorder()
	if Worker().ServeHTTP(w, httptest.NewRequest(http.MethodGet, WorkerPath, nil)); w.Code != 404 {
		t.Errorf("before the build: %d", w.Code)
	}
}

func TestHandler(t *testing.T) {
	withDist(t, built)
	for _, tc := range []struct {
		name, path, accept string
		status             int
		body, encoding     string
	}{
		{"plain", "/static/site.0123456789.css", "", 200, "plain", ""},
		{"gzip", "/static/site.0123456789.css", "gzip, deflate", 200, "gz", "gzip"},
		{"br first", "/static/site.0123456789.css", "gzip, deflate, br", 200, "br", "br"},
		{"br refused", "/static/site.0123456789.css", "gzip, br; q=0", 200, "gz", "gzip"},
		{"old hash", "/static/site.9999999999.css", "br", 404, "", ""},
		{"manifest is not served", "/static/manifest.json", "", 404, "", ""},
		{"nor the stored form", "/static/site.0123456789.css.gz", "", 404, "", ""},
		{"nor a way out", "/static/../static.go", "", 404, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.URL.Path = tc.path
			r.Header.Set("Accept-Encoding", tc.accept)
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, r)
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d", w.Code, tc.status)
			}
			if tc.status != 200 {
				return
			}
			if w.Body.String() != tc.body || w.Header().Get("Content-Encoding") != tc.encoding {
				t.Errorf("%q as %q", w.Body, w.Header().Get("Content-Encoding"))
			}
			if got := w.Header().Get("Content-Type"); got != "text/css; charset=utf-8" {
				t.Errorf("type %s", got)
			}
			if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
				t.Errorf("cache %s", got)
			}
		})
	}
}
