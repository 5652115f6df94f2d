package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// Sessions are log-in and log-out of scripts, and who is signed in.
type Sessions struct{ Accounts *account.Service }

type signInBody struct {
	Login    string `json:"login" validate:"required,max=200"`
	Password string `json:"password" validate:"required,max=1000"`
	// Scopes are the actions that the token is for ("exam.results.read"); without them it may what its person may.
	Scopes []account.Action `json:"scopes,omitempty" validate:"max=50"`
}

// sessionAnswer carries the one copy of the token. With must_change_password
// it opens nothing: a first password is changed on the page.
type sessionAnswer struct {
	Token              string           `json:"token"`
	PersonID           account.PersonID `json:"person_id"`
	ExpiresAt          time.Time        `json:"expires_at"`
	MustChangePassword bool             `json:"must_change_password"`
}

// Create is POST /api/v1/sessions.
func (h *Sessions) Create(c echo.Context) error {
	var in signInBody
	if err := httpx.Decode(c, &in); err != nil {
		return err
	}
	out, err := h.Accounts.SignIn(c.Request().Context(), account.SignIn{
		Login: in.Login, Password: in.Password, Kind: account.APISession, Client: c.Request().UserAgent(), Address: c.RealIP(), Scopes: in.Scopes,
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, sessionAnswer{out.Token.Reveal(), out.PersonID, out.ExpiresAt, out.MustChange})
}

// DeleteCurrent is DELETE /api/v1/sessions/current.
func (h *Sessions) DeleteCurrent(c echo.Context) error {
	if err := h.Accounts.SignOut(c.Request().Context(), httpx.Token(c)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

type grantAnswer struct {
	Role   account.Role   `json:"role"`
	UnitID account.UnitID `json:"unit_id"`
}

type meAnswer struct {
	ID       account.PersonID `json:"id"`
	Name     string           `json:"name"`
	Login    string           `json:"login"`
	Language string           `json:"language"`
	Grants   []grantAnswer    `json:"grants"`
	Actions  []account.Action `json:"actions"`
}

// Me is GET /api/v1/me: who is asking and what they may do.
func (h *Sessions) Me(c echo.Context) error {
	v := viewerOf(c)
	if err := v.Require(account.AccountPersonRead); err != nil {
		return err
	}
	out := meAnswer{ID: v.PersonID, Name: v.Name, Login: v.Login, Language: string(v.Lang), Grants: []grantAnswer{}, Actions: []account.Action{}}
	for _, g := range v.Grants {
		out.Grants = append(out.Grants, grantAnswer{g.Role, g.UnitID})
	}
	for _, a := range account.Actions() {
		if v.Can(a) {
			out.Actions = append(out.Actions, a)
		}
	}
	return c.JSON(http.StatusOK, out)
}

// viewerOf is who sends the request; nobody's zero Viewer without a session.
func viewerOf(c echo.Context) account.Viewer {
	v, _ := httpx.Who(c).(account.Viewer)
	return v
}
