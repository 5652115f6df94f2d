package exam

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// maxPapersOffered bounds the list of papers in the form: the newest.
const maxPapersOffered = page.MaxSize

// settingsPart is the form of an exam with what it offers.
type settingsPart struct {
	Form   setupForm
	Papers []exam.PaperHead
	Errors layout.Errors
}

func (d *Desk) papersOffered(ctx context.Context, v account.Viewer) ([]exam.PaperHead, error) {
	return d.Exams.Papers(ctx, v, page.New(1, maxPapersOffered))
}

// New is GET /exams/new, with ?paper= chosen.
func (d *Desk) New(c echo.Context) error {
	if err := layout.Viewer(c).Require(account.ExamAuthor); err != nil {
		return err
	}
	return d.renderNew(c, http.StatusOK, settingsPart{Form: newSetupForm(pageNow(c), d.Zone, c.QueryParam("paper"))})
}

func (d *Desk) renderNew(c echo.Context, status int, s settingsPart) error {
	var err error
	if s.Papers, err = d.papersOffered(c.Request().Context(), layout.Viewer(c)); err != nil {
		return err
	}
	return layout.Render(c, status, newExamPage(s))
}

// Create is POST /exams/new: a draft, whose people come next.
func (d *Desk) Create(c echo.Context) error {
	var f setupForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	settings, paper, err := f.settings(d.Zone)
	var id exam.ExamID
	if err == nil {
		id, err = d.Exams.CreateExam(c.Request().Context(), layout.Viewer(c), settings, paper)
	}
	if wrong, ok := setupErrors(c, err); ok {
		return d.renderNew(c, http.StatusUnprocessableEntity, settingsPart{Form: f, Errors: wrong})
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(id, "/setup"), "exampages.setup.created")
}

// setupErrors are the service's messages at the fields of the form, whose limit is in minutes.
func setupErrors(c echo.Context, err error) (layout.Errors, bool) {
	e, ok := layout.ErrorsOf(c, err)
	return rename(e, "limit_seconds", "limit_minutes"), ok
}

// setup is what the settings page shows.
type setup struct {
	settingsPart
	Exam    exam.Exam
	Phase   phase
	Missing []string // keys of what keeps it from being published
	Rule    []string // the deadline rule as examinees will read it
	People  invitees
}

// Setup is GET /exams/{id}/setup.
func (d *Desk) Setup(c echo.Context) error {
	return d.renderSetup(c, http.StatusOK, nil, layout.Errors{})
}

// Save is POST /exams/{id}/setup: the settings of a draft.
func (d *Desk) Save(c echo.Context) error {
	var f setupForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	settings, paper, err := f.settings(d.Zone)
	if err == nil {
		err = d.Exams.EditExam(c.Request().Context(), layout.Viewer(c), examID(c), settings, paper)
	}
	if wrong, ok := setupErrors(c, err); ok {
		return d.renderSetup(c, http.StatusUnprocessableEntity, &f, wrong)
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(examID(c), "/setup"), "exampages.setup.saved")
}

// renderSetup shows the stored settings, or the typed ones with what is wrong with them.
func (d *Desk) renderSetup(c echo.Context, status int, typed *setupForm, wrong layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return err
	}
	s := setup{Exam: e, Phase: phaseOf(e.State, e.OpensAt, e.ClosesAt, pageNow(c)), settingsPart: settingsPart{Form: formOfExam(e, d.Zone), Errors: wrong}}
	if typed != nil {
		s.Form = *typed
	}
	if s.Papers, err = d.papersOffered(ctx, v); err != nil {
		return err
	}
	if s.People, err = d.invitees(c, e); err != nil {
		return err
	}
	s.Missing = missing(e, s.People.Total, pageNow(c))
	s.Rule = exam.RuleWords(httpx.Lang(c), d.Zone, e.WindowOf(exam.Candidate{}), e.AttemptsAllowed)
	return layout.Render(c, status, setupPage(s))
}

// publishing is the preview of a publication.
type publishing struct {
	Exam    exam.Exam
	Paper   *exam.PaperView
	People  int
	Missing []string
	Rule    []string
	Errors  layout.Errors
}

// Publishing is GET /exams/{id}/publish: what will hold, before it does.
func (d *Desk) Publishing(c echo.Context) error {
	return d.renderPublishing(c, http.StatusOK, layout.Errors{})
}

func (d *Desk) renderPublishing(c echo.Context, status int, wrong layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	if err := v.Require(account.ExamPublish); err != nil {
		return err
	}
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return err
	}
	p := publishing{Exam: e, Errors: wrong}
	if _, p.People, err = d.Exams.Candidates(ctx, v, e.ID, page.New(1, 1)); err != nil {
		return err
	}
	if e.PaperID != nil {
		paper, err := d.Exams.Paper(ctx, v, *e.PaperID)
		if err != nil {
			return err
		}
		p.Paper = &paper
	}
	p.Missing = missing(e, p.People, pageNow(c))
	p.Rule = exam.RuleWords(httpx.Lang(c), d.Zone, e.WindowOf(exam.Candidate{}), e.AttemptsAllowed)
	return layout.Render(c, status, publishPage(p))
}

// Publish is POST /exams/{id}/publish.
func (d *Desk) Publish(c echo.Context) error {
	id := examID(c)
	err := d.Exams.Publish(c.Request().Context(), layout.Viewer(c), id)
	if wrong, ok := setupErrors(c, err); ok {
		status := http.StatusUnprocessableEntity
		if errs.Is(err, errs.Conflict) {
			status = http.StatusConflict
		}
		return d.renderPublishing(c, status, wrong)
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(id, "/setup"), "exampages.publish.done")
}

// invitees are the people of an exam on its settings page, and how more are found.
type invitees struct {
	Rows  []exam.CandidateRow
	Page  page.Page
	Total int
	Tree  account.Tree
	Posts []account.Post
	Who   string // what somebody is looked for by
	Found []account.PersonRow
	Open  bool // more can be invited
}

func (d *Desk) invitees(c echo.Context, e exam.Exam) (invitees, error) {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	out := invitees{Page: page.Parse(c.QueryParam("page"), c.QueryParam("size")), Who: strings.TrimSpace(c.QueryParam("who"))}
	out.Open = v.Can(account.ExamAuthor) && canInvite(e, pageNow(c))
	var err error
	if out.Rows, out.Total, err = d.Exams.Candidates(ctx, v, e.ID, out.Page); err != nil || !out.Open {
		return out, err
	}
	if out.Tree, err = d.Accounts.Tree(ctx, v); err != nil {
		return out, err
	}
	if out.Posts, err = d.Accounts.Posts(ctx, v); err != nil {
		return out, err
	}
	if out.Who != "" && v.CanBeyondSelf(account.AccountPersonRead) {
		out.Found, _, err = d.Accounts.People(ctx, v, account.Filter{Search: out.Who}, page.New(1, maxFound))
	}
	return out, err
}

// maxFound bounds the people shown for a name: whoever is not among them needs more letters.
const maxFound = 10

type inviteForm struct {
	UnitID   string `form:"unit_id"`
	PostID   string `form:"post_id"`
	PersonID string `form:"person_id"`
}

func (f inviteForm) audience() account.Audience {
	var a account.Audience
	if id := account.ParseID[account.UnitID](f.UnitID); id > 0 {
		a.UnitIDs = append(a.UnitIDs, id)
	}
	if id := account.ParseID[account.PostID](f.PostID); id > 0 {
		a.PostIDs = append(a.PostIDs, id)
	}
	if id := account.ParseID[account.PersonID](f.PersonID); id > 0 {
		a.PersonIDs = append(a.PersonIDs, id)
	}
	return a
}

// Invite is POST /exams/{id}/people: a unit, a post, both (who fits both), or one person.
func (d *Desk) Invite(c echo.Context) error {
	var f inviteForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	back := examURL(examID(c), "/setup#people")
	who := f.audience()
	if who.Empty() {
		layout.SetFlash(c, layout.Bad, "exampages.invite.nobody_named")
		return c.Redirect(http.StatusSeeOther, back)
	}
	added, err := d.Exams.Invite(c.Request().Context(), layout.Viewer(c), examID(c), who)
	if err != nil {
		return saidWhyNot(c, err, back)
	}
	if len(added) == 0 {
		layout.SetFlash(c, layout.Info, "exampages.invite.nobody_new")
		return c.Redirect(http.StatusSeeOther, back)
	}
	return saidDone(c, back, "exampages.invite.done", "n", len(added))
}

// Uninvite is POST /exams/{id}/people/{person}/remove, of a draft.
func (d *Desk) Uninvite(c echo.Context) error {
	back := examURL(examID(c), "/setup#people")
	err := d.Exams.Uninvite(c.Request().Context(), layout.Viewer(c), examID(c), account.ParseID[account.PersonID](c.Param("person")))
	if err != nil {
		return saidWhyNot(c, err, back)
	}
	return saidDone(c, back, "exampages.invite.removed")
}
