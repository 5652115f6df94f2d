package httpx

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/words"
)

const (
	keyReceivedAt = "httpx.received_at"
	keyRequestID  = "httpx.request_id"
	keyIdentity   = "httpx.identity"
	keyToken      = "httpx.token"
)

// Identity is who sends a request. Who is the account's own value, which the pages and the API take back out.
type Identity struct {
	Who   any
	Actor string // for the log: "person:12"
	Lang  words.Lang
}

// Authenticate finds the identity of a session token; errs.Unauthenticated when the token is no session (any more).
type Authenticate func(ctx context.Context, token string) (Identity, error)

// stamp marks the moment of receipt before anything else happens to the request (attempt-contract.md, promise 4), and
// numbers the request for the log.
func stamp(c clock.Clock) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(ctx echo.Context) error {
			ctx.Set(keyReceivedAt, c.Now())
			id := rand.Text()[:12]
			ctx.Set(keyRequestID, id)
			ctx.Response().Header().Set("X-Request-Id", id)
			return next(ctx)
		}
	}
}

// ReceivedAt is when the request's first byte reached the server.
func ReceivedAt(c echo.Context) time.Time {
	t, _ := c.Get(keyReceivedAt).(time.Time)
	return t
}

// RequestID is the number under which the log knows the request.
func RequestID(c echo.Context) string {
	s, _ := c.Get(keyRequestID).(string)
	return s
}

// Who is the account's value for the sender, nil when nobody is logged in.
func Who(c echo.Context) any {
	id, _ := c.Get(keyIdentity).(Identity)
	return id.Who
}

// SetIdentity names the sender; log-in uses it, and tests of handlers.
func SetIdentity(c echo.Context, id Identity) { c.Set(keyIdentity, id) }

// Token is the session token that the request came with, empty when there is none.
func Token(c echo.Context) string {
	s, _ := c.Get(keyToken).(string)
	return s
}

// Lang is the sender's language: the person's setting, else the cookie of the log-in page, else Chinese.
func Lang(c echo.Context) words.Lang {
	if id, ok := c.Get(keyIdentity).(Identity); ok && id.Lang != "" {
		return id.Lang
	}
	if cookie, err := c.Cookie("lang"); err == nil {
		return words.ParseLang(cookie.Value)
	}
	return words.ZH
}

// IsAPI reports whether the answer should be JSON.
func IsAPI(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, "/api/") }
