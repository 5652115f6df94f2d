package embedded

import (
	"log/slog"
	"mime"
	"net/http"
	"net/http/httputil"
	"strings"
)

// Handler is the public side of the server: it passes presigned requests on,
// and nothing else. Mount it at "/<bucket>/".
//
// What a person uploaded is served from the application's own address here, so
// every answer carries the headers that keep it from acting as a page of ours:
// a sandbox without scripts, no type guessing, and "attachment" for everything
// but images, audio, video and PDF.
func (s *S3) Handler(bucket string, logger *slog.Logger) http.Handler {
	proxy := &httputil.ReverseProxy{
		Transport: s.transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", S3Host, S3Host
			r.Out.URL.RawQuery = r.In.URL.RawQuery // exactly as it was signed
			r.Out.Header.Del("Cookie")
			r.Out.Header.Del("Authorization")
		},
		ModifyResponse: func(r *http.Response) error {
			disarm(r.Header)
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			logger.WarnContext(r.Context(), "object storage does not answer", "path", r.URL.Path, "error", err)
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		},
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isPresigned(r, bucket) {
			http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}

// isPresigned tells whether a request is one that the program hands out: read
// or write of one object with the signature in the address, or the form of a
// POST policy, which carries it in the body. The server checks the signature.
func isPresigned(r *http.Request, bucket string) bool {
	key, inBucket := strings.CutPrefix(r.URL.Path, "/"+bucket+"/")
	if !inBucket {
		return false
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut:
		return key != "" && r.URL.Query().Has("X-Amz-Signature")
	case http.MethodPost:
		return key == "" && r.URL.RawQuery == "" &&
			strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
	default:
		return false
	}
}

// disarm sets the headers of decision 28.
func disarm(h http.Header) {
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; img-src 'self'; media-src 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store") // the address is a key for minutes only
	if !isShown(h.Get("Content-Type")) && !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		h.Set("Content-Disposition", "attachment")
	}
}

// isShown tells which types a browser may show in place. SVG is an image that
// can carry scripts.
func isShown(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || kind == "image/svg+xml" {
		return false
	}
	family, _, _ := strings.Cut(kind, "/")
	return family == "image" || family == "audio" || family == "video" || kind == "application/pdf"
}
