package account

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// Org is the organisation: its tree and its posts.
func (h *Handlers) Org(c echo.Context) error {
	v := layout.Viewer(c)
	if err := v.Require(people.OrgRead); err != nil {
		return err
	}
	return h.renderOrg(c, http.StatusOK, orgForms{})
}

// orgForms are the two forms of the page with what was typed.
type orgForms struct {
	unit       unitForm
	unitErrors layout.Errors
	post       postForm
	postErrors layout.Errors
}

type unitForm struct {
	ParentID string `form:"parent_id"`
	Kind     string `form:"kind"`
	Name     string `form:"name"`
	Position int    `form:"position"`
}

type postForm struct {
	Code string `form:"code"`
	Name string `form:"post_name"`
	Kind string `form:"post_kind"`
}

func (h *Handlers) renderOrg(c echo.Context, code int, f orgForms) error {
	v := layout.Viewer(c)
	ch, err := h.choices(c.Request().Context(), v)
	if err != nil {
		return err
	}
	return layout.Render(c, code, orgPage(v, ch, f))
}

// CreateUnit adds a unit.
func (h *Handlers) CreateUnit(c echo.Context) error {
	var f unitForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	_, err := h.Accounts.CreateUnit(c.Request().Context(), layout.Viewer(c), people.ParseID[people.UnitID](f.ParentID), people.UnitKind(f.Kind), f.Name, f.Position)
	if e, ok := explain(c, err); ok {
		return h.renderOrg(c, status(err), orgForms{unit: f, unitErrors: e})
	}
	if err != nil {
		return err
	}
	return done(c, "account.saved", "/org")
}

func unitID(c echo.Context) people.UnitID { return people.ParseID[people.UnitID](c.Param("unit")) }

// orgAct comes back to the tree with a message, or with the reason why not.
func orgAct(c echo.Context, err error) error {
	if err != nil {
		return refused(c, err, "/org")
	}
	return done(c, "account.saved", "/org")
}

// RenameUnit changes a unit's name and place among its siblings.
func (h *Handlers) RenameUnit(c echo.Context) error {
	position, _ := strconv.Atoi(c.FormValue("position"))
	return orgAct(c, h.Accounts.RenameUnit(c.Request().Context(), layout.Viewer(c), unitID(c), c.FormValue("name"), position))
}

// MoveUnit hangs a unit under another one.
func (h *Handlers) MoveUnit(c echo.Context) error {
	return orgAct(c, h.Accounts.MoveUnit(c.Request().Context(), layout.Viewer(c), unitID(c), people.ParseID[people.UnitID](c.FormValue("parent_id"))))
}

// RetireUnit takes a unit out of use.
func (h *Handlers) RetireUnit(c echo.Context) error {
	return orgAct(c, h.Accounts.RetireUnit(c.Request().Context(), layout.Viewer(c), unitID(c)))
}

// CreatePost adds a post.
func (h *Handlers) CreatePost(c echo.Context) error {
	var f postForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	_, err := h.Accounts.CreatePost(c.Request().Context(), layout.Viewer(c), people.Post{Code: f.Code, Name: f.Name, Kind: people.PostKind(f.Kind)})
	if e, ok := explain(c, err); ok {
		return h.renderOrg(c, status(err), orgForms{post: f, postErrors: ofPost(e)})
	}
	if err != nil {
		return err
	}
	return done(c, "account.saved", "/org")
}

// ofPost moves messages to the fields of the post's form: the page has a name and a kind of a unit too.
func ofPost(e layout.Errors) layout.Errors {
	for i, f := range e.Fields {
		if f.Name == "name" || f.Name == "kind" {
			e.Fields[i].Name = "post_" + f.Name
		}
	}
	return e
}

// RetirePost takes a post out of use.
func (h *Handlers) RetirePost(c echo.Context) error {
	return orgAct(c, h.Accounts.RetirePost(c.Request().Context(), layout.Viewer(c), people.ParseID[people.PostID](c.Param("post"))))
}
