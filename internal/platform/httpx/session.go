package httpx

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/errs"
)

// Cookies writes and reads the session cookie. Over TLS it has the __Host- prefix, which binds it to this very host.
type Cookies struct{ Secure bool }

func (k Cookies) name() string {
	if k.Secure {
		return "__Host-peikao"
	}
	return "peikao"
}

// Set gives the browser a session until expires. The cookie says how long, not until when: a phone's clock may be wrong.
func (k Cookies) Set(c echo.Context, token string, expires time.Time) {
	c.SetCookie(&http.Cookie{
		Name: k.name(), Value: token, Path: "/", MaxAge: int(expires.Sub(ReceivedAt(c)) / time.Second),
		HttpOnly: true, Secure: k.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// Clear takes it away.
func (k Cookies) Clear(c echo.Context) {
	c.SetCookie(&http.Cookie{
		Name: k.name(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: k.Secure, SameSite: http.SameSiteLaxMode,
	})
}

func (k Cookies) token(r *http.Request) string {
	cookie, err := r.Cookie(k.name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// bearer is the token of `Authorization: Bearer …`.
func bearer(r *http.Request) string {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// identify finds out who is asking. A token that is no session leaves the request anonymous: the route decides what that means.
func identify(k Cookies, authenticate Authenticate) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			token := bearer(c.Request())
			if token == "" {
				token = k.token(c.Request())
			}
			if token == "" || authenticate == nil || strings.HasPrefix(c.Request().URL.Path, "/static/") {
				return next(c)
			}
			id, err := authenticate(c.Request().Context(), token)
			switch {
			case errs.Is(err, errs.Unauthenticated):
				return next(c)
			case err != nil:
				return err
			}
			r := receiptOf(c)
			r.token, r.identity = token, id
			return next(c)
		}
	}
}

// protectOrigin refuses unsafe requests that another site made a browser send (decision 29). A script with a Bearer token
// carries no cookie and passes; a page's form must come with the headers that every browser of our floor sends.
func protectOrigin(k Cookies) echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if safe(r.Method) || bearer(r) != "" {
				return next(c)
			}
			silent := r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == ""
			if silent && (k.token(r) != "" || !IsAPI(c)) && !isObjectStore(c) {
				return errs.New(errs.Forbidden, "error.cross_site")
			}
			if err := protection.Check(r); err != nil {
				return errs.New(errs.Forbidden, "error.cross_site").With(err)
			}
			return next(c)
		}
	}
}

// isObjectStore reports whether the route is the embedded object store, whose requests are signed one by one.
func isObjectStore(c echo.Context) bool { return receiptOf(c).objectStore }

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}
