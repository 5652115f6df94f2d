package courseware

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// filesForm carries the ids of finished uploads.
type filesForm struct {
	Objects []learning.ObjectID `form:"object_id"`
}

// AddUnits makes a unit of each uploaded file. One whose content was refused is named and keeps no other out: a film of two
// gigabytes is not sent again for a picture that is none.
func (h *Handlers) AddUnits(c echo.Context) error {
	var f filesForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	id, ctx, v := courseID(c), c.Request().Context(), layout.Viewer(c)
	bad, err := h.Courseware.NotAccepted(ctx, v, f.Objects)
	if err != nil {
		return err
	}
	good := without(f.Objects, bad)
	if len(good) > 0 || len(bad) == 0 {
		if err := h.Courseware.AddUnits(ctx, v, id, good); err != nil || len(bad) == 0 {
			return settle(c, err, "courseware.edit.added", courseURL(id, "/edit"))
		}
	}
	key := "courseware.edit.not_added"
	if len(good) == 0 {
		key = "courseware.edit.none_added"
	}
	layout.SetFlash(c, layout.Bad, key, "n", len(bad), "files", refusals(httpx.Lang(c), bad))
	return c.Redirect(http.StatusSeeOther, courseURL(id, "/edit"))
}

// without are the files that are not among the bad ones.
func without(objects []learning.ObjectID, bad []learning.Object) []learning.ObjectID {
	return slices.DeleteFunc(slices.Clone(objects), func(id learning.ObjectID) bool {
		return slices.ContainsFunc(bad, func(o learning.Object) bool { return o.ID == id })
	})
}

// A message names so many files, each by the beginning of its name: it travels in a cookie.
const (
	namedRefusals = 5
	namedRunes    = 30
)

// refusals name files and why each was refused.
func refusals(l words.Lang, bad []learning.Object) string {
	var out []string
	for _, o := range bad[:min(len(bad), namedRefusals)] {
		name := o.Name
		if runes := []rune(name); len(runes) > namedRunes {
			name = string(runes[:namedRunes]) + "…"
		}
		out = append(out, words.T(l, "courseware.edit.not_added_one", "name", name, "reason", words.T(l, o.Reason)))
	}
	return strings.Join(out, words.T(l, "account.list_separator"))
}

// unitForm is what the form of a unit sends.
type unitForm struct {
	Title    string `form:"title"`
	Required bool   `form:"required"`
	Minutes  int    `form:"minutes"`
}

// EditUnit is the page of one unit: its name, its file and its versions.
func (h *Handlers) EditUnit(c echo.Context) error {
	return h.renderUnit(c, http.StatusOK, nil, layout.Errors{})
}

func (h *Handlers) renderUnit(c echo.Context, status int, f *unitForm, e layout.Errors) error {
	ctx := c.Request().Context()
	d, err := h.Courseware.Course(ctx, layout.Viewer(c), courseID(c))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(d.Units, func(u learning.Unit) bool { return u.ID == unitID(c) })
	if i < 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	limits, err := h.Courseware.Limits(ctx)
	if err != nil {
		return err
	}
	u := d.Units[i]
	if f == nil {
		f = &unitForm{Title: u.Title, Required: u.Required, Minutes: u.Minutes}
	}
	return layout.Render(c, status, unitPage(d.Course, u, *f, limits.Largest(), e))
}

// SaveUnit changes a unit's title, whether it is compulsory, and its minutes.
func (h *Handlers) SaveUnit(c echo.Context) error {
	var f unitForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	id := courseID(c)
	err := h.Courseware.EditUnit(c.Request().Context(), layout.Viewer(c), id, unitID(c),
		learning.UnitInput{Title: f.Title, Required: f.Required, Minutes: f.Minutes})
	if problems, ok := layout.ErrorsOf(c, err); ok {
		return h.renderUnit(c, http.StatusUnprocessableEntity, &f, problems)
	}
	if err != nil {
		return err
	}
	return done(c, "courseware.edit.saved", courseURL(id, "/edit"))
}

// ReplaceFile shows another file in the unit, as a new version; of several uploaded files the last one.
func (h *Handlers) ReplaceFile(c echo.Context) error {
	var f filesForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	id, unit := courseID(c), unitID(c)
	if len(f.Objects) == 0 {
		none := errs.InvalidFields(errs.NewField("object_id", "error.courseware.no_file"))
		return settle(c, none, "", editUnitURL(id, unit, ""))
	}
	err := h.Courseware.ReplaceFile(c.Request().Context(), layout.Viewer(c), id, unit, f.Objects[len(f.Objects)-1])
	return settle(c, err, "courseware.edit.replaced", editUnitURL(id, unit, ""))
}

// moveForm says where a unit goes: −1 up, 1 down.
type moveForm struct {
	By int `form:"by" validate:"oneof=-1 1"`
}

// MoveUnit changes the order.
func (h *Handlers) MoveUnit(c echo.Context) error {
	var f moveForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	id := courseID(c)
	err := h.Courseware.MoveUnit(c.Request().Context(), layout.Viewer(c), id, unitID(c), f.By)
	return settle(c, err, "courseware.edit.saved", courseURL(id, "/edit"))
}

// RemoveUnit takes a unit out of a draft.
func (h *Handlers) RemoveUnit(c echo.Context) error {
	id := courseID(c)
	err := h.Courseware.RemoveUnit(c.Request().Context(), layout.Viewer(c), id, unitID(c))
	return settle(c, err, "courseware.edit.removed", courseURL(id, "/edit"))
}
