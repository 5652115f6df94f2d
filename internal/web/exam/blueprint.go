package exam

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

func blueprintID(c echo.Context) exam.BlueprintID {
	return account.ParseID[exam.BlueprintID](c.Param("id"))
}

// Paper is GET /papers/{id}: the paper as it is frozen, with keys, for the staff.
func (d *Desk) Paper(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	p, err := d.Exams.Paper(ctx, v, account.ParseID[exam.PaperID](c.Param("id")))
	if err != nil {
		return err
	}
	topics, err := d.topics(ctx, v)
	if err != nil {
		return err
	}
	forms, err := d.Exams.FormsOf(ctx, v, p.ID)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, paperPage(paperShown{PaperView: p, Topics: topics, Forms: forms}))
}

// paperShown is a paper's page.
type paperShown struct {
	exam.PaperView
	Topics []Topic
	Forms  []exam.FormView // of its set; none when it stands alone
}

// editor is the blueprint editor's page; ID is 0 before the first save.
type editor struct {
	ID     exam.BlueprintID
	Form   blueprintForm
	Topics []Topic
	Stock  stock
	Drafts []exam.ExamRow // with candidates, for which a paper can be drawn
	Errors layout.Errors
}

// maxDrafts bounds the exams that are offered, the newest window first.
const maxDrafts = 20

// drafts are the exams with candidates that are not yet published.
func (d *Desk) drafts(ctx context.Context, v account.Viewer) ([]exam.ExamRow, error) {
	rows, _, err := d.Exams.Exams(ctx, v, exam.Filter{State: exam.Draft}, page.New(1, maxDrafts))
	return slices.DeleteFunc(rows, func(r exam.ExamRow) bool { return r.Candidates == 0 }), err
}

func (e editor) action() string {
	if e.ID == 0 {
		return "/papers/new"
	}
	return blueprintURL(e.ID)
}

// asks is when the page asks the bank: after a change, and once for a blueprint that is there already.
func (e editor) asks() string {
	if e.ID != 0 && !e.Stock.Asked {
		return "load, change delay:600ms"
	}
	return "change delay:600ms"
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

// Blueprint is GET /papers/blueprints/{id}: the newest version. The page then asks what the bank has for it, as it does after
// each change: a look through a large bank does not hold the page up.
func (d *Desk) Blueprint(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	b, err := d.Exams.Blueprint(ctx, v, blueprintID(c))
	if err != nil {
		return err
	}
	return d.edit(c, http.StatusOK, editor{ID: b.ID, Form: formOfBlueprint(b.Body.V)})
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
	has, err := d.Exams.CheckBlueprint(c.Request().Context(), layout.Viewer(c), b)
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		e.Errors = wrong
	} else if err != nil {
		return err
	} else {
		e.Stock = stockOf(b, has)
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
	if e.ID != 0 {
		if e.Drafts, err = d.drafts(c.Request().Context(), layout.Viewer(c)); err != nil {
			return err
		}
	}
	return layout.Render(c, status, blueprintPage(e))
}

// DrawPaper is POST /papers/blueprints/{id}/draw: a paper or parallel forms, or what the bank lacks for them.
func (d *Desk) DrawPaper(c echo.Context) error {
	ctx, v, id := c.Request().Context(), layout.Viewer(c), blueprintID(c)
	papers, forms, short, err := d.draw(ctx, v, id, c.FormValue("title"), c.FormValue("forms"), account.ParseID[exam.ExamID](c.FormValue("exam")))
	if err != nil {
		return layout.SayWhyNot(c, err, blueprintURL(id))
	}
	switch {
	case len(short) == 0 && forms.Overlap > 0:
		return saidDone(c, paperURL(papers[0]), "exampages.forms.overlap", "n", forms.Overlap, "lack", lackOf(forms.Short), "gap", forms.Gap.String())
	case len(short) == 0 && forms.Measured > 0:
		return saidDone(c, paperURL(papers[0]), "exampages.forms.drawn_measured", "n", len(papers), "gap", forms.Gap.String(), "measured", forms.Measured, "facility", forms.FacilityGap.String())
	case len(short) == 0 && len(papers) > 1:
		return saidDone(c, paperURL(papers[0]), "exampages.forms.drawn", "n", len(papers), "gap", forms.Gap.String())
	case len(short) == 0:
		return saidDone(c, paperURL(papers[0]), "exampages.paper.drawn")
	}
	b, err := d.Exams.Blueprint(ctx, v, id)
	if err != nil {
		return err
	}
	return d.edit(c, http.StatusConflict, editor{ID: id, Form: formOfBlueprint(b.Body.V), Stock: stockOf(b.Body.V, exam.Stock{Short: short})})
}

func (d *Desk) draw(ctx context.Context, v account.Viewer, id exam.BlueprintID, title, forms string, to exam.ExamID) ([]exam.PaperID, exam.Forms, []exam.Shortage, error) {
	if n := number(forms, 1); n != 1 {
		return d.Exams.DrawFormsFor(ctx, v, id, title, n, to)
	}
	paper, short, err := d.Exams.DrawPaperFor(ctx, v, id, title, to)
	return []exam.PaperID{paper}, exam.Forms{}, short, err
}

func lackOf(short []exam.Shortage) (n int) {
	for _, s := range short {
		n += s.Lack
	}
	return n
}
