package exam

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

func blueprintID(c echo.Context) exam.BlueprintID {
	return account.ParseID[exam.BlueprintID](c.Param("id"))
}

// Paper is GET /papers/{id}: the paper as it is frozen, with keys, for the staff.
func (d *Desk) Paper(c echo.Context) error {
	p, err := d.Exams.Paper(c.Request().Context(), layout.Viewer(c), account.ParseID[exam.PaperID](c.Param("id")))
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, paperPage(p))
}

// editor is the blueprint editor's page; ID is 0 before the first save.
type editor struct {
	ID     exam.BlueprintID
	Form   blueprintForm
	Topics []Topic
	Stock  stock
	Errors layout.Errors
}

func (e editor) action() string {
	if e.ID == 0 {
		return "/papers/new"
	}
	return blueprintURL(e.ID)
}

// actionAt sends the form and comes back to a row of it, so that a button below does not lead to the top of the page.
func (e editor) actionAt(row int) string { return e.action() + "#" + rowAnchor(row) }

// NewBlueprint is GET /papers/new.
func (d *Desk) NewBlueprint(c echo.Context) error {
	if err := layout.Viewer(c).Require(account.ExamAuthor); err != nil {
		return err
	}
	return d.edit(c, http.StatusOK, editor{Form: newBlueprintForm()})
}

// Blueprint is GET /papers/blueprints/{id}: the newest version, and what the bank has for it.
func (d *Desk) Blueprint(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	b, err := d.Exams.Blueprint(ctx, v, blueprintID(c))
	if err != nil {
		return err
	}
	e := editor{ID: b.ID, Form: formOfBlueprint(b.Body.V)}
	if v.Can(account.ExamAuthor) {
		short, err := d.Exams.CheckBlueprint(ctx, v, b.Body.V)
		if err != nil {
			return err
		}
		e.Stock = stockOf(b.Body.V, short)
	}
	return d.edit(c, http.StatusOK, e)
}

// SaveBlueprint is POST /papers/new and /papers/blueprints/{id}. The button says what: save, check (also sent by each
// change, for the live answer of the bank), add or remove a row.
func (d *Desk) SaveBlueprint(c echo.Context) error {
	if err := layout.Viewer(c).Require(account.ExamAuthor); err != nil {
		return err
	}
	values, err := httpx.FormValues(c)
	if err != nil {
		return err
	}
	e := editor{ID: blueprintID(c), Form: readBlueprintForm(values)}
	if form, edit := e.Form.edited(values.Get("do")); edit {
		e.Form = form
		return d.edit(c, http.StatusOK, e)
	}
	if values.Get("do") != "save" {
		return d.check(c, e)
	}
	return d.save(c, e)
}

func (d *Desk) check(c echo.Context, e editor) error {
	b := e.Form.blueprint()
	short, err := d.Exams.CheckBlueprint(c.Request().Context(), layout.Viewer(c), b)
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		e.Errors = wrong
	} else if err != nil {
		return err
	} else {
		e.Stock = stockOf(b, short)
	}
	return d.edit(c, http.StatusOK, e)
}

func (d *Desk) save(c echo.Context, e editor) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	var err error
	if e.ID == 0 {
		e.ID, err = d.Exams.CreateBlueprint(ctx, v, e.Form.blueprint())
	} else {
		err = d.Exams.ReviseBlueprint(ctx, v, e.ID, e.Form.blueprint())
	}
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		e.Errors = wrong
		return d.edit(c, http.StatusUnprocessableEntity, e)
	}
	if err != nil {
		return err
	}
	return saidDone(c, blueprintURL(e.ID), "exampages.blueprint.saved")
}

func (d *Desk) edit(c echo.Context, status int, e editor) error {
	var err error
	if e.Topics, err = d.topics(c.Request().Context(), layout.Viewer(c)); err != nil {
		return err
	}
	return layout.Render(c, status, blueprintPage(e))
}

// DrawPaper is POST /papers/blueprints/{id}/draw: a paper, or what the bank lacks for it.
func (d *Desk) DrawPaper(c echo.Context) error {
	ctx, v, id := c.Request().Context(), layout.Viewer(c), blueprintID(c)
	paper, short, err := d.Exams.DrawPaper(ctx, v, id, c.FormValue("title"))
	if err != nil {
		return saidWhyNot(c, err, blueprintURL(id))
	}
	if len(short) == 0 {
		return saidDone(c, paperURL(paper), "exampages.paper.drawn")
	}
	b, err := d.Exams.Blueprint(ctx, v, id)
	if err != nil {
		return err
	}
	return d.edit(c, http.StatusConflict, editor{ID: id, Form: formOfBlueprint(b.Body.V), Stock: stockOf(b.Body.V, short)})
}
