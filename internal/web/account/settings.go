package account

import (
	"encoding/hex"
	"net/http"

	"github.com/labstack/echo/v4"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// Settings is the page of the own language, password and devices.
func (h *Handlers) Settings(c echo.Context) error {
	return h.renderSettings(c, http.StatusOK, layout.Errors{})
}

func (h *Handlers) renderSettings(c echo.Context, code int, e layout.Errors) error {
	v := layout.Viewer(c)
	sessions, err := h.Accounts.Sessions(c.Request().Context(), v)
	if err != nil {
		return err
	}
	return layout.Render(c, code, settingsPage(v, sessions, people.Token(httpx.Token(c)).Hash(), e))
}

// ChangePassword takes the old password and a new one.
func (h *Handlers) ChangePassword(c echo.Context) error {
	chosen, err := passwords(c)
	var out people.SignedIn
	if err == nil {
		out, err = h.Accounts.ChangePassword(c.Request().Context(), layout.Viewer(c), c.FormValue("old_password"), chosen, h.door(c))
	}
	if e, ok := explain(c, err); ok {
		return h.renderSettings(c, status(err), e)
	}
	if err != nil {
		return err
	}
	layout.SetFlash(c, layout.OK, "account.settings.password_changed")
	return h.enter(c, out, "/me/settings")
}

// SignOutEverywhere ends all sessions, this one too.
func (h *Handlers) SignOutEverywhere(c echo.Context) error {
	if err := h.Accounts.SignOutEverywhere(c.Request().Context(), layout.Viewer(c)); err != nil {
		return err
	}
	h.Cookies.Clear(c)
	return done(c, "account.settings.signed_out", "/login")
}

// SignOutOne ends one of the own sessions, which the page names by the hash of its token. One that is over already needs no
// answer of its own: the page shows that it is gone.
func (h *Handlers) SignOutOne(c echo.Context) error {
	hash, err := hex.DecodeString(c.FormValue("session"))
	if err != nil {
		return c.Redirect(http.StatusSeeOther, "/me/settings")
	}
	err = h.Accounts.SignOutSession(c.Request().Context(), layout.Viewer(c), hash)
	if errs.KindOf(err) == errs.NotFound {
		return c.Redirect(http.StatusSeeOther, "/me/settings")
	}
	if err != nil {
		return err
	}
	return done(c, "account.settings.one_signed_out", "/me/settings")
}
