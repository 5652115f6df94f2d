package account

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

type loginForm struct {
	Login    string `form:"login"`
	Password string `form:"password"`
	Next     string `form:"next"`
}

// Login shows the log-in page; whoever is signed in goes on.
func (h *Handlers) Login(c echo.Context) error {
	if layout.Viewer(c).SignedIn() {
		return c.Redirect(http.StatusSeeOther, localPath(c.QueryParam("next")))
	}
	return h.renderLogin(c, http.StatusOK, loginForm{Next: c.QueryParam("next")}, layout.Errors{})
}

func (h *Handlers) renderLogin(c echo.Context, code int, f loginForm, e layout.Errors) error {
	var demo []DemoAccount
	if h.Demo != nil {
		var err error
		if demo, err = h.Demo(c.Request().Context()); err != nil {
			return err
		}
	}
	return layout.Render(c, code, loginPage(f, e, demo))
}

// SignIn takes login and password.
func (h *Handlers) SignIn(c echo.Context) error {
	var f loginForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	in := h.door(c)
	in.Login, in.Password = f.Login, c.FormValue("password") // as typed: blanks belong to a password
	out, err := h.Accounts.SignIn(c.Request().Context(), in)
	if e, ok := explain(c, err); ok {
		f.Password = ""
		return h.renderLogin(c, status(err), f, e)
	}
	if err != nil {
		return err
	}
	return h.enter(c, out, f.Next)
}

// door is where a try to sign in comes from.
func (h *Handlers) door(c echo.Context) people.SignIn {
	in := people.SignIn{Kind: people.WebSession, Client: c.Request().UserAgent(), Address: c.RealIP()}
	if cookie, err := c.Cookie(h.deviceCookie()); err == nil {
		in.Device = people.Token(cookie.Value)
	}
	return in
}

const deviceSeconds = 180 * 24 * 3600

func (h *Handlers) deviceCookie() string {
	if h.Cookies.Secure {
		return "__Host-device"
	}
	return "device"
}

// enter gives the browser its session and goes where it wanted to go.
func (h *Handlers) enter(c echo.Context, out people.SignedIn, next string) error {
	h.Cookies.Set(c, out.Token.Reveal(), out.LongestUntil) // the server ends it earlier when idle
	if out.Device != "" {
		c.SetCookie(&http.Cookie{
			Name: h.deviceCookie(), Value: out.Device.Reveal(), Path: "/", MaxAge: deviceSeconds,
			HttpOnly: true, Secure: h.Cookies.Secure, SameSite: http.SameSiteLaxMode,
		})
	}
	if out.MustChange {
		return c.Redirect(http.StatusSeeOther, "/first-password?next="+url.QueryEscape(localPath(next)))
	}
	return c.Redirect(http.StatusSeeOther, localPath(next))
}

// SignOut ends this session.
func (h *Handlers) SignOut(c echo.Context) error {
	err := h.Accounts.SignOut(c.Request().Context(), httpx.Token(c))
	if err != nil && !errs.Is(err, errs.Unauthenticated) {
		return err
	}
	h.Cookies.Clear(c)
	return c.Redirect(http.StatusSeeOther, "/login")
}

// Language changes the language: the person's own, or a cookie before log-in.
func (h *Handlers) Language(c echo.Context) error {
	lang := words.ParseLang(c.FormValue("lang"))
	if v := layout.Viewer(c); v.SignedIn() {
		if err := h.Accounts.SetLanguage(c.Request().Context(), v, lang); err != nil {
			return err
		}
	}
	c.SetCookie(&http.Cookie{
		Name: "lang", Value: string(lang), Path: "/", MaxAge: deviceSeconds,
		HttpOnly: true, Secure: h.Cookies.Secure, SameSite: http.SameSiteLaxMode,
	})
	return c.Redirect(http.StatusSeeOther, localPath(c.FormValue("back")))
}

// passwords are the two fields in which a password is chosen, as typed.
func passwords(c echo.Context) (string, error) {
	chosen := c.FormValue("password")
	if chosen != c.FormValue("repeat") {
		return "", errs.InvalidFields(errs.NewField("repeat", "error.account.password_repeat"))
	}
	return chosen, nil
}

// half is the session of somebody who still has a first password.
func half(c echo.Context) (people.SessionInfo, error) {
	info, ok := httpx.Who(c).(people.SessionInfo)
	if !ok {
		return info, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return info, nil
}

// FirstPassword asks for a password of one's own.
func (h *Handlers) FirstPassword(c echo.Context) error {
	info, err := half(c)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, choosePage("/first-password", info.Login, c.QueryParam("next"), layout.Errors{}))
}

// ChooseFirstPassword replaces the first password.
func (h *Handlers) ChooseFirstPassword(c echo.Context) error {
	info, err := half(c)
	if err != nil {
		return err
	}
	return h.choose(c, "/first-password", info.Login, func(chosen string) (people.SignedIn, error) {
		return h.Accounts.ChooseFirstPassword(c.Request().Context(), info, chosen, h.door(c))
	})
}

// Link is the page behind a one-time link; opening it spends nothing.
func (h *Handlers) Link(c echo.Context) error {
	login, err := h.Accounts.LinkPerson(c.Request().Context(), people.Token(c.Param("token")))
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, choosePage("/link/"+url.PathEscape(c.Param("token")), login, "/", layout.Errors{}))
}

// UseLink spends a one-time link on a password.
func (h *Handlers) UseLink(c echo.Context) error {
	token := people.Token(c.Param("token"))
	login, err := h.Accounts.LinkPerson(c.Request().Context(), token)
	if err != nil {
		return err
	}
	return h.choose(c, "/link/"+url.PathEscape(token.Reveal()), login, func(chosen string) (people.SignedIn, error) {
		return h.Accounts.UseLink(c.Request().Context(), token, chosen, h.door(c))
	})
}

// choose is what both pages with a new password have in common.
func (h *Handlers) choose(c echo.Context, action, login string, act func(chosen string) (people.SignedIn, error)) error {
	chosen, err := passwords(c)
	var out people.SignedIn
	if err == nil {
		out, err = act(chosen)
	}
	if e, ok := explain(c, err); ok {
		return layout.Render(c, status(err), choosePage(action, login, c.FormValue("next"), e))
	}
	if err != nil {
		return err
	}
	return h.enter(c, out, c.FormValue("next"))
}
