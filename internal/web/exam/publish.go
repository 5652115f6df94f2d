package exam

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// publishing is the preview of a publication.
type publishing struct {
	Exam    exam.Exam
	Paper   *exam.PaperHead // nil: none is chosen
	Marked  int             // of its questions, by people
	Idle    bool            // one way through a single section
	Reach   exam.Reach
	Missing []string
	Mocks   []exam.MockSharing // that ask questions of it
	Rule    []string           // the deadline rule
	Absence []string
	RedLine []string
	Told    []string // what examinees will read of what is watched for: it is pinned too
	Bands   score.Bands
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
	if e.State != exam.Draft && !wrong.Any() { // an old page, or the way back after publishing
		return c.Redirect(http.StatusSeeOther, examURL(e.ID, "/setup"))
	}
	p := publishing{Exam: e, Errors: wrong}
	if p.Reach, err = d.Exams.Reach(ctx, v, account.ExamPublish, e.ID); err != nil {
		return err
	}
	if e.PaperID != nil {
		paper, err := d.Exams.PaperHead(ctx, v, *e.PaperID)
		if err != nil {
			return err
		}
		p.Paper = &paper
		marked, err := d.Exams.MarkedByPeople(ctx, v, *e.PaperID)
		if err != nil {
			return err
		}
		p.Marked = count(marked)
	}
	if p.Idle, err = d.Exams.OneWayIdle(ctx, v, e); err != nil {
		return err
	}
	if p.Mocks, err = d.Exams.MocksSharing(ctx, v, e); err != nil {
		return err
	}
	rule, err := d.Exams.Rules(ctx, e.BandsVersionID, e.AbsenceVersionID)
	if err != nil {
		return err
	}
	p.Bands, p.Absence = rule.Bands, exam.AbsenceWords(httpx.Lang(c), d.Zone, e.Kind, rule.Absence, e.ClosesAt)
	p.RedLine, p.Told = exam.RedLineWords(httpx.Lang(c), e.RedLine), exam.IntegrityWords(httpx.Lang(c), e.Integrity.V)
	p.Missing = missing(e, p.Reach.People, p.Marked, pageNow(c))
	p.Rule = append(exam.RuleWords(httpx.Lang(c), d.Zone, e.WindowOf(exam.Candidate{}), e.AttemptsAllowed), exam.WayWords(httpx.Lang(c), e.OneWay)...)
	return layout.Render(c, status, publishPage(p))
}

// Publish is POST /exams/{id}/publish.
func (d *Desk) Publish(c echo.Context) error {
	id := examID(c)
	err := d.Exams.Publish(c.Request().Context(), layout.Viewer(c), id)
	if wrong, ok := setupErrors(c, err); ok {
		return d.renderPublishing(c, refusal(err), wrong)
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(id, "/setup"), "exampages.publish.done")
}
