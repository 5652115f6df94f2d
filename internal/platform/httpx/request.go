package httpx

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/words"
)

// receipt is what the edge knows of a request. It is one value in the context and not one for each fact: a save is received
// thousands of times a second.
type receipt struct {
	at          time.Time // first byte
	id          string
	token       string
	identity    Identity
	objectStore bool
	quiet       bool // a success is counted and not logged
}

const keyReceipt = "httpx.receipt"

// receiptOf is the request's receipt; a handler that is called without the edge (tests) gets an empty one.
func receiptOf(c echo.Context) *receipt {
	r, ok := c.Get(keyReceipt).(*receipt)
	if !ok {
		r = &receipt{}
		c.Set(keyReceipt, r)
	}
	return r
}

// Identity is who sends a request. Who is the account's own value, which the pages and the API take back out.
type Identity struct {
	Who   any
	Actor string // for the log: "person:12"
	Lang  words.Lang
}

// Authenticate finds the identity of a session token; errs.Unauthenticated when the token is no session (any more).
type Authenticate func(ctx context.Context, token string) (Identity, error)

// stamped marks the moment of receipt before anything else happens to the request (attempt-contract.md, promise 4), and
// numbers the request for the log.
func stamped(now time.Time) *receipt { return &receipt{at: now, id: rand.Text()[:12]} }

// ReceivedAt is when the request's first byte reached the server.
func ReceivedAt(c echo.Context) time.Time { return receiptOf(c).at }

// RequestID is the number under which the log knows the request.
func RequestID(c echo.Context) string { return receiptOf(c).id }

// Who is the account's value for the sender, nil when nobody is logged in.
func Who(c echo.Context) any { return receiptOf(c).identity.Who }

// SetIdentity names the sender; log-in uses it, and tests of handlers.
func SetIdentity(c echo.Context, id Identity) { receiptOf(c).identity = id }

// Token is the session token that the request came with, empty when there is none.
func Token(c echo.Context) string { return receiptOf(c).token }

// Lang is the sender's language: the person's setting, else the cookie of the log-in page, else Chinese.
func Lang(c echo.Context) words.Lang {
	if l := receiptOf(c).identity.Lang; l != "" {
		return l
	}
	if cookie, err := c.Cookie("lang"); err == nil {
		return words.ParseLang(cookie.Value)
	}
	return words.ZH
}

// IsAPI reports whether the answer should be JSON.
func IsAPI(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, "/api/") }
