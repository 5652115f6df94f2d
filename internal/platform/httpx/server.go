package httpx

import (
	"context"
	"errors"
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
	e.Pre(stamp(o.Clock), accessLog(o.Log), recoverPanic(), securityHeaders(o), markObjectStore(o.ObjectPrefix))
	e.Use(protectOrigin(o.Cookies), identify(o.Cookies, o.Authenticate))
	return e
}

// Limit bounds the body of a route.
func Limit(bytes int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			r.Body = http.MaxBytesReader(c.Response(), r.Body, bytes)
			return next(c)
		}
	}
}

func markObjectStore(prefix string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if path := c.Request().URL.Path; prefix != "" && len(path) > len(prefix) && path[:len(prefix)] == prefix {
				c.Set(keyObjectStore, true)
			}
			return next(c)
		}
	}
}

func recoverPanic() echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) (err error) {
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
	}
}

// panicError is a recovered panic; its stack goes to the log.
type panicError struct {
	value any
	stack []byte
}

func (p panicError) Error() string { return slog.AnyValue(p.value).String() + "\n" + string(p.stack) }

func securityHeaders(o Options) echo.MiddlewareFunc {
	// An external object store takes uploads by script and gives downloads after the redirect of a form.
	home := strings.TrimSpace("'self' " + o.ConnectTo)
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
		"connect-src " + home + "; media-src 'self' blob:; form-action " + home + "; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("X-Robots-Tag", "noindex, nofollow")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), geolocation=(), payment=(), microphone=(self)")
			if o.Cookies.Secure {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			if h.Get("Cache-Control") == "" {
				h.Set("Cache-Control", "no-store")
			}
			return next(c)
		}
	}
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

// accessLog writes one line a request: no query string, no body, no address of a person.
func accessLog(log *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			begin := time.Now()
			err := next(c)
			if err != nil {
				c.Error(err)
			}
			id, _ := c.Get(keyIdentity).(Identity)
			log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
				slog.String("request_id", RequestID(c)), slog.String("method", c.Request().Method),
				slog.String("route", route(c)), slog.Int("status", c.Response().Status),
				slog.String("actor", id.Actor), slog.Duration("took", time.Since(begin)))
			return nil
		}
	}
}

func route(c echo.Context) string {
	if c.Path() != "" {
		return c.Path()
	}
	return "(none)"
}

// Serve runs until ctx ends, then lets running requests finish.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout}
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
