// Package static serves what static/build made: scripts, styles and icons under
// names that carry the hash of their content, so browsers may keep them for ever.
package static

import (
	"embed"
	"encoding/json"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/peikao/peikao/internal/platform/httpx"
)

//go:embed all:dist
var dist embed.FS

// Prefix is the address under which Handler must be mounted.
const Prefix = "/static/"

// WorkerPath is where the service worker of running attempts is served, and WorkerScope the only pages that it may answer for.
const (
	WorkerPath  = "/sw.js"
	WorkerScope = "/attempts/"
)

var (
	files    = sub(dist, "dist")
	manifest = readManifest(files)
	hashed   = invert(manifest)
)

// URL is the address of a built file by its plain name ("site.css"). Before the
// assets are built, as in a test on a fresh clone, it is the plain name itself.
func URL(name string) string {
	if h, ok := manifest[name]; ok {
		return Prefix + h
	}
	return Prefix + name
}

// Handler serves Prefix. A file is sent compressed when the browser takes it;
// a name that is not (or no longer) built answers 404.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, Prefix)
		if !hashed[name] {
			http.NotFound(w, r)
			return
		}
		serve(w, r, name)
	})
}

// Worker serves the attempt page's service worker at an address without a hash: browsers look there for a newer one.
func Worker() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, built := manifest["sw.js"]
		if !built {
			http.NotFound(w, r)
			return
		}
		serve(w, r, name)
	})
}

func serve(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	stored := name
	for _, enc := range []struct{ token, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if httpx.AcceptsEncoding(r, enc.token) {
			h.Set("Content-Encoding", enc.token)
			stored += enc.suffix
			break
		}
	}
	content, err := fs.ReadFile(files, stored)
	if err != nil {
		h.Del("Content-Encoding")
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if r.URL.Path == WorkerPath {
		h.Set("Cache-Control", "no-cache")
		h.Set("Service-Worker-Allowed", WorkerScope)
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // the browser went away: nobody to tell
	}
}

func sub(fsys fs.FS, dir string) fs.FS {
	f, err := fs.Sub(fsys, dir)
	if err != nil {
		panic(err) // the directory is named in the embed line above
	}
	return f
}

func readManifest(fsys fs.FS) map[string]string {
	m := map[string]string{}
	text, err := fs.ReadFile(fsys, "manifest.json")
	if err != nil {
		return m
	}
	if err := json.Unmarshal(text, &m); err != nil {
		panic("static/dist/manifest.json: " + err.Error())
	}
	return m
}

func invert(m map[string]string) map[string]bool {
	names := make(map[string]bool, len(m))
	for _, h := range m {
		names[h] = true
	}
	return names
}
