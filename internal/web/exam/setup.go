package exam

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
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
	papers, _, err := d.Exams.Papers(ctx, v, exam.PaperFilter{}, page.New(1, maxPapersOffered))
	return papers, err
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
	Missing []string    // keys of what keeps it from being published
	Rule    []string    // the deadline rule as examinees will read it
	Bands   score.Bands // how it is judged: what was pinned when it was published; a draft has none
	Judged  []string    // and what follows from a missed red line and from an absence
	People  invitees
	Marking markingSetup
	Told    []string // what examinees read of what is watched for
	CallOff bool     // nobody has begun, and the viewer may call it off
	Idle    bool     // one way through a single section
}

// editable tells whether the page is a form: a draft, for whoever sets exams up.
func editable(v account.Viewer, e exam.Exam) bool {
	return e.State == exam.Draft && v.Can(account.ExamAuthor)
}

// mayPublish tells whether publishing is what the page is for now: nothing is missing, and it is the viewer's to do.
func mayPublish(v account.Viewer, s setup) bool {
	return s.Exam.State == exam.Draft && len(s.Missing) == 0 && v.Can(account.ExamPublish)
}

// Setup is GET /exams/{id}/setup.
func (d *Desk) Setup(c echo.Context) error {
	return d.renderSetup(c, http.StatusOK, nil, nil, layout.Errors{})
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
		return d.renderSetup(c, refusal(err), &f, nil, wrong)
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(examID(c), "/setup"), "exampages.setup.saved")
}

// renderSetup shows the stored settings, or the typed ones with what is wrong with them.
func (d *Desk) renderSetup(c echo.Context, status int, typed *setupForm, marking *markingForm, wrong layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return err
	}
	s := setup{Exam: e, Phase: phaseOf(e.State, e.OpensAt, e.ClosesAt, pageNow(c)), settingsPart: settingsPart{Form: formOfExam(e, d.Zone), Errors: wrong}}
	if typed != nil {
		s.Form = *typed
	}
	if editable(v, e) {
		if s.Papers, err = d.papersOffered(ctx, v); err != nil {
			return err
		}
	}
	if e.State != exam.Draft {
		rule, err := d.Exams.Rules(ctx, e.BandsVersionID, e.AbsenceVersionID)
		if err != nil {
			return err
		}
		s.Bands = rule.Bands
		s.Judged = append(exam.RedLineWords(httpx.Lang(c), e.RedLine), exam.AbsenceWords(httpx.Lang(c), d.Zone, e.Kind, rule.Absence, e.ClosesAt)...)
	}
	if s.People, err = d.invitees(c, e); err != nil {
		return err
	}
	s.Told = exam.IntegrityWords(httpx.Lang(c), e.Integrity.V)
	if s.Marking, err = d.markingSetup(c, e, marking); err != nil {
		return err
	}
	if s.CallOff, err = d.Exams.MayCallOff(ctx, v, e); err != nil {
		return err
	}
	if s.Idle, err = d.Exams.OneWayIdle(ctx, v, e); err != nil {
		return err
	}
	s.Missing = missing(e, s.People.Total, count(s.Marking.Questions), pageNow(c))
	s.Rule = append(exam.RuleWords(httpx.Lang(c), d.Zone, e.WindowOf(exam.Candidate{}), e.AttemptsAllowed), exam.WayWords(httpx.Lang(c), e.OneWay)...)
	return layout.Render(c, status, setupPage(s))
}
