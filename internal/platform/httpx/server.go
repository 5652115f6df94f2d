package httpx

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/clock"
)

const (
	// DefaultBody bounds a JSON body or a form; routes that take files say more.
	DefaultBody = 1 << 20

	headerTimeout = 10 * time.Second
	readTimeout   = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	// drainTimeout is how long running requests may take to end when the program stops.
	drainTimeout = 20 * time.Second
)

// Options are what the edge needs to know.
type Options struct {
	Clock        clock.Clock
	Log          *slog.Logger
	Cookies      Cookies
	Authenticate Authenticate
	PageError    PageError
	Trusted      []*net.IPNet // proxies whose forwarded headers are believed
	ConnectTo    string       // origin of an external object store, for the content security policy
	ObjectPrefix string       // path prefix of the embedded object store, empty when there is none
}

// New is an echo with everything around the handlers: receipt, log, recovery, headers, origin protection, identity, errors.
func New(o Options) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = handleError(o.Log, o.PageError)
	e.IPExtractor = ipExtractor(o.Trusted)
	e.Pre(receive(o))
	e.Use(protectOrigin(o.Cookies), identify(o.Cookies, o.Authenticate))
	return e
}

// maxUnread is how much of a body beyond its limit is read and thrown away. A browser that is cut off while it sends shows a
// lost connection in place of the answer.
const maxUnread = 64 << 20

// Limit bounds the body of a route.
func Limit(bytes int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			whole := r.Body
			r.Body = http.MaxBytesReader(c.Response(), whole, bytes)
			err := next(c)
			if r.ContentLength > bytes {
				_, _ = io.CopyN(io.Discard, whole, maxUnread) // the answer counts, not how the rest arrives
			}
			return err
		}
	}
}

// receive is what happens around every request: receipt, security headers, recovery, the line in the log. It is one
// middleware because echo builds the chain anew for each request.
func receive(o Options) echo.MiddlewareFunc {
	page, data := securityHeaders(o), dataHeaders(o)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r, begin := stamped(o.Clock.Now()), time.Now()
			r.objectStore = below(o.ObjectPrefix, c.Request().URL.Path)
			c.Set(keyReceipt, r)
			h := c.Response().Header()
			h["X-Request-Id"] = []string{r.id}
			headers := page
			if IsAPI(c) {
				headers = data
			}
			for _, header := range headers {
				h[header.name] = header.values
			}
			if err := recovered(next, c); err != nil {
				c.Error(err)
			}
			logAccess(o.Log, c, r, time.Since(begin))
			return nil
		}
	}
}

// below tells whether a path lies under a prefix that ends with a slash; nothing lies under an empty one.
func below(prefix, path string) bool {
	return prefix != "" && len(path) > len(prefix) && path[:len(prefix)] == prefix
}

// recovered turns a panic into an error.
func recovered(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err = panicError{value: p, stack: debug.Stack()}
		}
	}()
	return next(c)
}

// panicError is a recovered panic; its stack goes to the log.
type panicError struct {
	value any
	stack []byte
}

func (p panicError) Error() string { return slog.AnyValue(p.value).String() + "\n" + string(p.stack) }

// header is one that every answer has, in its canonical form and as a slice that all answers share: nobody writes into it.
type header struct {
	name   string
	values []string
}

func newHeader(name, value string) header {
	return header{http.CanonicalHeaderKey(name), []string{value}}
}

// everywhere are the headers of pages and data alike.
func everywhere(o Options) []header {
	out := []header{
		newHeader("X-Content-Type-Options", "nosniff"), newHeader("Referrer-Policy", "no-referrer"),
		newHeader("X-Robots-Tag", "noindex, nofollow"), newHeader("Cache-Control", "no-store"),
	}
	if o.Cookies.Secure {
		out = append(out, newHeader("Strict-Transport-Security", "max-age=31536000"))
	}
	return out
}

// dataHeaders are those of the API. What only a document heeds is left out, and what it answers is none: nothing in it may load or be
// framed. With the request's number and the type they are eight at most, which is as many as a map of Go keeps without a table;
// net/http copies the map at every answer, and there are ten thousand saves a second.
func dataHeaders(o Options) []header {
	return append(everywhere(o), newHeader("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"))
}

func securityHeaders(o Options) []header {
	// An external object store takes uploads by script and gives downloads after the redirect of a form.
	home := strings.TrimSpace("'self' " + o.ConnectTo)
	policy := "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
		"connect-src " + home + "; media-src 'self' blob:; form-action " + home + "; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
	return append(everywhere(o), newHeader("Content-Security-Policy", policy), newHeader("Cross-Origin-Opener-Policy", "same-origin"),
		newHeader("Permissions-Policy", "camera=(), geolocation=(), payment=(), microphone=(self)"))
}

func ipExtractor(trusted []*net.IPNet) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, n := range trusted {
		options = append(options, echo.TrustIPRange(n))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// logAccess writes one line a request: no query string, no body, no address of a person.
func logAccess(log *slog.Logger, c echo.Context, r *receipt, took time.Duration) {
	if r.quiet && c.Response().Status < http.StatusBadRequest {
		return
	}
	log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
		slog.String("request_id", r.id), slog.String("method", c.Request().Method),
		slog.String("route", route(c)), slog.Int("status", c.Response().Status),
		slog.String("actor", r.identity.Actor), slog.Duration("took", took))
}

func route(c echo.Context) string {
	if c.Path() != "" {
		return c.Path()
	}
	return "(none)"
}

type stoppingKey struct{}

// Stopping is closed when the server has begun to stop: a request that never ends by itself, such as an event stream, ends
// then. It is nil outside Serve.
func Stopping(ctx context.Context) <-chan struct{} {
	stopping, _ := ctx.Value(stoppingKey{}).(<-chan struct{})
	return stopping
}

// Serve runs until ctx ends, then lets running requests finish.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout}
	s.BaseContext = func(net.Listener) context.Context {
		return context.WithValue(context.WithoutCancel(ctx), stoppingKey{}, ctx.Done())
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := s.Shutdown(draining); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}
