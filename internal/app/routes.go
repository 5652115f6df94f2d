package app

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/api"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/static"
)

// routes mounts everything that answers a request.
func (a *App) routes() *echo.Echo {
	o := httpx.Options{
		Clock: a.Clock, Log: a.Log, Cookies: httpx.Cookies{Secure: a.Config.UsesTLS() || a.behindTLS()},
		Authenticate: a.authenticate, PageError: pageError, Trusted: networks(a.Config.TrustedProxies), ConnectTo: a.objectOrigin(),
	}
	if a.s3 != nil {
		o.ObjectPrefix = "/" + a.Config.S3.Bucket + "/"
	}
	e := httpx.New(o)
	e.Use(layout.With(layout.Settings{
		Zone: a.Config.Timezone, Demo: len(a.options.Demo) > 0, Insecure: a.Config.InsecureHTTP, Unread: a.unread,
	}))
	e.GET(static.Prefix+"*", echo.WrapHandler(static.Handler()))
	e.GET(static.WorkerPath, echo.WrapHandler(static.Worker()))
	if a.s3 != nil {
		e.Any(o.ObjectPrefix+"*", echo.WrapHandler(a.s3.Handler(a.Config.S3.Bucket, a.Log)))
	}
	a.operations(e)
	a.table = append(web.Routes(a.pages(o.Cookies)), api.Routes(a.calls())...)
	httpx.Register(e, allow, a.table)
	return e
}

// Routes is the table of every page and call, for the permission matrix.
func (a *App) Routes() []httpx.Route { return a.table }

// authenticate finds who is behind a token. Somebody who still has a first password is known as their session alone, which
// opens the page that asks for a new one and nothing else.
func (a *App) authenticate(ctx context.Context, token string) (httpx.Identity, error) {
	v, info, err := a.Accounts.Authenticate(ctx, token)
	if err != nil {
		return httpx.Identity{}, err
	}
	if info.MustChange {
		return httpx.Identity{Who: info, Lang: info.Lang}, nil
	}
	return httpx.Identity{Who: v, Actor: v.Actor(), Lang: v.Lang}, nil
}

// allow is the door of every route: deny by default. Where an action may be done is for the services to say.
func allow(c echo.Context, access httpx.Access) error {
	v := layout.Viewer(c)
	if access == httpx.SignedIn {
		if !v.SignedIn() {
			return errs.New(errs.Unauthenticated, "error.unauthenticated")
		}
		return nil
	}
	return v.Require(account.Action(access))
}

// pageError sends people who are not logged in to the door and shows everybody else what is wrong.
func pageError(c echo.Context, status int, message string) error {
	if status != http.StatusUnauthorized {
		return layout.PageError(c, status, message)
	}
	if _, half := httpx.Who(c).(account.SessionInfo); half {
		return c.Redirect(http.StatusSeeOther, "/first-password")
	}
	next := "/"
	if c.Request().Method == http.MethodGet {
		next = pageOf(c.Request().URL)
	} else {
		layout.SetFlash(c, layout.Warn, "layout.signed_out_lost")
	}
	return c.Redirect(http.StatusSeeOther, "/login?next="+url.QueryEscape(next))
}

// pageOf is the address itself, and of a file the page that offers it: who came back from the log-in to a file would have it, and still
// stand at the door.
func pageOf(u *url.URL) string {
	page := *u
	if name := path.Base(u.Path); name == "file" || path.Ext(name) == ".csv" || path.Ext(name) == ".xlsx" {
		page.Path, page.RawPath = path.Dir(u.Path), ""
	}
	return page.RequestURI()
}

// operations are for whoever runs the program: is it alive, is it ready, how is it doing.
func (a *App) operations(e *echo.Echo) {
	e.GET("/healthz", func(c echo.Context) error {
		if a.DB.Silent() {
			return c.String(http.StatusOK, "degraded: the database does not answer") // this process is well: nobody should restart it
		}
		return c.String(http.StatusOK, "ok")
	})
	e.GET("/readyz", func(c echo.Context) error {
		if err := a.DB.Ping(c.Request().Context()); err != nil { // at once while the database is silent
			return errs.New(errs.Unavailable, "error.unavailable").RetryAfter(2).With(err)
		}
		return c.String(http.StatusOK, "ok")
	})
	figures := a.newMetrics()
	e.Use(figures.observe)
	e.GET("/metrics", func(c echo.Context) error {
		if !local(c.RealIP()) {
			return errs.New(errs.NotFound, "error.not_found")
		}
		return figures.handler()(c)
	})
}

// local tells whether a request comes from this machine: figures of the process are nobody else's.
func local(address string) bool {
	ip := net.ParseIP(address)
	return ip != nil && ip.IsLoopback()
}

func (a *App) unread(ctx context.Context, v account.Viewer) int {
	n, err := a.Notify.Unread(ctx, v)
	if err != nil {
		a.Log.WarnContext(ctx, "unread notices", "error", err)
	}
	return n
}

// behindTLS tells whether a trusted proxy speaks https for this process.
func (a *App) behindTLS() bool {
	u, err := url.Parse(a.Config.PublicURL)
	return err == nil && u.Scheme == "https"
}

// objectOrigin is where browsers send uploads to when the object store is not this process.
func (a *App) objectOrigin() string {
	if a.Config.EmbeddedS3() {
		return ""
	}
	if a.Config.S3.PublicEndpoint != "" {
		return a.Config.S3.PublicEndpoint
	}
	scheme := "http://"
	if a.Config.S3.UseTLS {
		scheme = "https://"
	}
	return scheme + a.Config.S3.Endpoint
}

func networks(prefixes []netip.Prefix) []*net.IPNet {
	out := make([]*net.IPNet, 0, len(prefixes))
	for _, p := range prefixes {
		_, n, err := net.ParseCIDR(p.String())
		if err == nil {
			out = append(out, n)
		}
	}
	return out
}
