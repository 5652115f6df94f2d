package layout

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
)

// Settings are what every page of a process shares.
type Settings struct {
	Zone     *time.Location // of dates and times; nil = Asia/Shanghai
	Demo     bool           // the demo clinic: says so at the top of each page
	Insecure bool           // plain http beyond loopback: a warning on each page
	// Unread counts the viewer's unread notices for the bell; nil = no count.
	Unread func(ctx context.Context, v account.Viewer) int
}

// frame is what the pieces find in the context.
type frame struct {
	Settings
	viewer account.Viewer
	lang   words.Lang
	url    *url.URL
	flash  []message
	unread int
	asked  string // "get" for a page that its address brings again
}

type frameKey struct{}

func frameOf(ctx context.Context) *frame {
	if f, ok := ctx.Value(frameKey{}).(*frame); ok {
		return f
	}
	return &frame{lang: words.ZH, url: &url.URL{Path: "/"}}
}

const settingsKey = "layout.settings"

// With gives the settings to every page below it in the chain of middleware.
func With(s Settings) echo.MiddlewareFunc {
	var kept any = s // in one piece for all requests
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set(settingsKey, kept)
			return next(c)
		}
	}
}

// Viewer is who is asking; the zero Viewer, nobody, before log-in.
func Viewer(c echo.Context) account.Viewer {
	v, _ := httpx.Who(c).(account.Viewer)
	return v
}

// Render answers with the view, in the viewer's language, with the messages
// that the request before it left.
func Render(c echo.Context, status int, view templ.Component) error {
	req := c.Request()
	s, _ := c.Get(settingsKey).(Settings)
	f := &frame{Settings: s, viewer: Viewer(c), lang: httpx.Lang(c), url: req.URL, flash: takeFlash(c)}
	if s.Unread != nil && f.viewer.SignedIn() {
		f.unread = s.Unread(req.Context(), f.viewer)
	}
	if req.Method == http.MethodGet && status < http.StatusBadRequest {
		f.asked = "get"
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/html; charset=utf-8")
	h.Set(echo.HeaderCacheControl, "private, no-store")
	var page bytes.Buffer
	if err := view.Render(context.WithValue(req.Context(), frameKey{}, f), &page); err != nil {
		return err
	}
	c.Response().WriteHeader(status)
	_, err := c.Response().Write(keepDates(page.Bytes()))
	return err
}

// personIn is who is signed in, for scripts that must not mix people up; "" before log-in.
func personIn(ctx context.Context) string {
	if v := frameOf(ctx).viewer; v.SignedIn() {
		return v.PersonID.String()
	}
	return ""
}

// List writes several names one after the other, in the language of the page.
func List(ctx context.Context, names []string) string { return words.List(LangIn(ctx), names) }

// LangIn is the language of the page.
func LangIn(ctx context.Context) words.Lang { return frameOf(ctx).lang }

// T is a text in the language of the page being rendered.
func T(ctx context.Context, key string, kv ...any) string {
	return words.T(frameOf(ctx).lang, key, kv...)
}

// ViewerIn is who looks at the page being rendered: for a view that shows a
// button only to those who may press it.
func ViewerIn(ctx context.Context) account.Viewer { return frameOf(ctx).viewer }

// ContextOf is the request's context with what a file needs of the frame: the language and the zone.
func ContextOf(c echo.Context) context.Context {
	s, _ := c.Get(settingsKey).(Settings)
	return context.WithValue(c.Request().Context(), frameKey{}, &frame{Settings: s, viewer: Viewer(c), lang: httpx.Lang(c), url: c.Request().URL})
}

// Context is the context in which tests render a single view.
func Context(ctx context.Context, s Settings, v account.Viewer, l words.Lang, address string) context.Context {
	u, err := url.Parse(address)
	if err != nil {
		u = &url.URL{Path: "/"}
	}
	return context.WithValue(ctx, frameKey{}, &frame{Settings: s, viewer: v, lang: l, url: u, asked: "get"})
}
