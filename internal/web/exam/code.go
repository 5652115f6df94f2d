package exam

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// takeInForm is a hand-in code as it was scanned or pasted.
type takeInForm struct {
	Code string `form:"code"`
}

type codeIntake struct {
	Exam   exam.Exam
	Person account.PersonID
	Form   takeInForm
	Wrong  layout.Errors
}

func (i codeIntake) back() string { return examURL(i.Exam.ID, "/live/"+i.Person.String()) }

// Code is GET /exams/{id}/live/{person}/code: where an invigilator takes in what a page without a line shows.
func (d *Desk) Code(c echo.Context) error {
	i, err := d.codeIntake(c)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, codePage(i))
}

func (d *Desk) codeIntake(c echo.Context) (codeIntake, error) {
	ctx, v, person := c.Request().Context(), layout.Viewer(c), account.ParseID[account.PersonID](c.Param("person"))
	// Whoever may not see the examinee's time line has nothing to take in for that one.
	if _, _, err := d.Exams.Timeline(ctx, v, examID(c), person, page.New(1, 1)); err != nil {
		return codeIntake{}, err
	}
	e, err := d.Exams.Watched(ctx, v, examID(c))
	return codeIntake{Exam: e, Person: person}, err
}

// TakeInCode is POST /exams/{id}/live/{person}/code.
func (d *Desk) TakeInCode(c echo.Context) error {
	var f takeInForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	i, err := d.codeIntake(c)
	if err != nil {
		return err
	}
	taken, err := d.Exams.TakeInCode(c.Request().Context(), layout.Viewer(c), i.Exam.ID, i.Person, f.Code)
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		i.Form, i.Wrong = f, wrong
		return layout.Render(c, refusal(err), codePage(i))
	}
	if err != nil {
		return err
	}
	if left := taken.Sent - taken.Kept; left > 0 {
		layout.SetFlash(c, layout.Warn, "exampages.code.done_part", "n", taken.Kept, "left", left)
		return c.Redirect(http.StatusSeeOther, i.back())
	}
	return saidDone(c, i.back(), "exampages.code.done", "n", taken.Kept)
}
