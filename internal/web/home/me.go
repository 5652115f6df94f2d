package home

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

// ownPage is a page of the viewer's own: its words are "home.me." with the key, and with "_text" what it is for.
type ownPage struct {
	key, path, icon string
	action          account.Action // "" = for everybody
}

// ownPages stand in the order in which a consultant needs them.
var ownPages = []ownPage{
	{"results", "/exams?mine=1", "clipboard-check", account.ExamSit},
	{"cases", "/cases?mine=1", "route", account.CaseRead},
	{"sheets", "/me/appraisal", "target", account.AppraisalRead},
	{"ledger", "/me/ledger", "coin-yuan", account.LedgerRead},
	{"courses", "/learn", "book", account.CoursewareStudy},
	{"notices", "/notices", "bell", account.NotifyRead},
	{"settings", "/me/settings", "settings", ""},
	{"help", "/help/", "help", ""},
}

// Me is GET /me: who the viewer is to the clinic, and everything of their own.
func (h *Handlers) Me(c echo.Context) error {
	v := layout.Viewer(c)
	d, err := h.People.Person(c.Request().Context(), v, v.PersonID)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return layout.Render(c, http.StatusOK, mePage(d, ownPagesOf(v)))
}

func ownPagesOf(v account.Viewer) []ownPage {
	var out []ownPage
	for _, p := range ownPages {
		if p.action == "" || v.Can(p.action) {
			out = append(out, p)
		}
	}
	return out
}

// placeText is the unit with the post, "" for an account outside the directory.
func placeText(d account.Detail) string {
	if d.UnitName == "" {
		return ""
	}
	return d.UnitName + " · " + d.PostName
}

// rolesText are the roles, each with the unit that it is held for; a role of the whole clinic and one of a group differ.
func rolesText(ctx context.Context, d account.Detail) string {
	names := make([]string, len(d.Grants))
	for i, g := range d.Grants {
		names[i] = layout.T(ctx, g.Role.WordKey()) + "（" + g.UnitName + "）"
	}
	return layout.List(ctx, names)
}
