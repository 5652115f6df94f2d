package exam

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// SetOnPaper is POST /exams/{id}/setup/paper: whether the exam is sat on paper.
func (d *Desk) SetOnPaper(c echo.Context) error {
	id := examID(c)
	if err := d.Exams.SetOnPaper(c.Request().Context(), layout.Viewer(c), id, c.FormValue("on_paper") == "true"); err != nil {
		return layout.SayWhyNot(c, err, examURL(id, "/setup"))
	}
	return saidDone(c, examURL(id, "/setup"), "exampages.setup.saved")
}

// sheets is the list of an exam's sheets of paper.
type sheets struct {
	ExamID exam.ExamID
	Rows   []exam.PaperSheet
	Page   page.Page
	Total  int
	Filter exam.PaperSheetFilter
}

// Sheets is GET /exams/{id}/sheets: whose marks are keyed in, confirmed, or wait.
func (d *Desk) Sheets(c echo.Context) error {
	s := sheets{ExamID: examID(c), Page: page.Parse(c.QueryParam("page"), c.QueryParam("size")),
		Filter: exam.PaperSheetFilter{Standing: exam.PaperStanding(c.QueryParam("standing")), Search: strings.TrimSpace(c.QueryParam("q"))}}
	var err error
	if s.Rows, s.Total, err = d.Exams.PaperSheets(c.Request().Context(), layout.Viewer(c), s.ExamID, s.Filter, s.Page); err != nil {
		return err
	}
	if layout.PastTheEnd(s.Page, len(s.Rows)) {
		return layout.FirstPage(c)
	}
	return layout.Render(c, http.StatusOK, sheetsPage(s))
}

// entry is one sheet with what was typed.
type entry struct {
	exam.PaperEntry
	Marks  map[int]string // by slot, as typed
	Sum    string
	Again  string // the second person's sum, as typed
	Errors layout.Errors
}

func sheetURL(id exam.ExamID, person account.PersonID) string {
	return examURL(id, "/sheets/"+person.String())
}

func personID(c echo.Context) account.PersonID {
	return account.ParseID[account.PersonID](c.Param("person"))
}

// Sheet is GET /exams/{id}/sheets/{person}: the places for the marks, or for the second person the sum alone.
func (d *Desk) Sheet(c echo.Context) error {
	return d.renderSheet(c, http.StatusOK, entry{})
}

// renderSheet shows the sheet with what was typed, or with what the viewer keyed in before.
func (d *Desk) renderSheet(c echo.Context, status int, out entry) error {
	e, err := d.Exams.PaperEntry(c.Request().Context(), layout.Viewer(c), examID(c), personID(c))
	if err != nil {
		return err
	}
	out.PaperEntry = e
	if out.Marks == nil {
		out.Marks = map[int]string{}
		for _, m := range e.Marks {
			if m.Mark != nil {
				out.Marks[m.Slot] = pointsText(*m.Mark)
			}
		}
		if e.Sheet.Sum != nil && e.Sheet.Own {
			out.Sum = pointsText(*e.Sheet.Sum)
		}
	}
	return layout.Render(c, status, sheetPage(out))
}

// KeyIn is POST /exams/{id}/sheets/{person}. The button says what: the marks, or the second person's sum.
func (d *Desk) KeyIn(c echo.Context) error {
	ctx, v, id, person := c.Request().Context(), layout.Viewer(c), examID(c), personID(c)
	values, err := c.FormParams()
	if err != nil {
		return errs.New(errs.BadRequest, "error.bad_request", "detail", "form").With(err)
	}
	if values.Get("do") == "confirm" {
		again, err := score.Parse(strings.TrimSpace(values.Get("again")))
		if err != nil {
			err = errs.InvalidFields(errs.NewField("again", "error.exam.mark_number"))
		} else {
			err = d.Exams.ConfirmMarks(ctx, v, id, person, again)
		}
		return d.keyedIn(c, err, entry{Marks: map[int]string{}, Again: values.Get("again")}, "exampages.sheets.confirmed")
	}
	sum, sumErr := score.Parse(strings.TrimSpace(values.Get("sum")))
	marks, typed, wrong := readMarks(values)
	if sumErr != nil {
		wrong = append(wrong, errs.NewField("sum", "error.exam.mark_number"))
	}
	if len(wrong) > 0 {
		return d.keyedIn(c, errs.InvalidFields(wrong...), entry{Marks: typed, Sum: values.Get("sum")}, "")
	}
	return d.keyedIn(c, d.Exams.EnterMarks(ctx, v, id, person, marks, sum), entry{Marks: typed, Sum: values.Get("sum")}, "exampages.sheets.entered")
}

func (d *Desk) keyedIn(c echo.Context, err error, typed entry, done string) error {
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		typed.Errors = wrong
		return d.renderSheet(c, refusal(err), typed)
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(examID(c), "/sheets"), done)
}

// readMarks reads marks.1, marks.2 …; an empty one is not answered.
func readMarks(v url.Values) (marks []exam.EnteredMark, typed map[int]string, wrong []errs.Field) {
	typed = map[int]string{}
	for slot := 1; slot <= exam.MaxPaperSlots && v.Has(markName(slot)); slot++ {
		text := strings.TrimSpace(v.Get(markName(slot)))
		m := exam.EnteredMark{Slot: slot}
		if typed[slot] = text; text != "" {
			mark, err := score.Parse(text)
			if err != nil {
				wrong = append(wrong, errs.NewField(markName(slot), "error.exam.mark_number"))
			}
			m.Mark = &mark
		}
		marks = append(marks, m)
	}
	return marks, typed, wrong
}

func markName(slot int) string { return fmt.Sprintf("marks.%d", slot) }

// NotThere is POST /exams/{id}/sheets/{person}/absent.
func (d *Desk) NotThere(c echo.Context) error {
	id := examID(c)
	if err := d.Exams.AbsentOnPaper(c.Request().Context(), layout.Viewer(c), id, personID(c), c.FormValue("reason")); err != nil {
		return layout.SayWhyNot(c, err, sheetURL(id, personID(c)))
	}
	return saidDone(c, examURL(id, "/sheets"), "exampages.sheets.absent_done")
}

var sheetTones = map[exam.PaperStanding]layout.Tone{
	exam.SheetOpen: layout.Neutral, exam.SheetEntered: layout.Warn, exam.SheetConfirmed: layout.OK, exam.SheetAbsent: layout.Bad,
}

// confirms tells whether the viewer is the second person of the sheet.
func (e entry) confirms() bool { return e.Sheet.Standing == exam.SheetEntered && !e.Sheet.Own }

// errorsOf are the errors of one of the two forms that the second person has: the marks keyed in anew, or the sum.
func (e entry) errorsOf(marks bool) layout.Errors {
	if e.confirms() && marks == (e.Errors.For("again") != "" || len(e.Marks) == 0) {
		return layout.Errors{}
	}
	return e.Errors
}

// settled tells whether nothing is left to key in.
func (e entry) settled() bool {
	return e.Sheet.Standing == exam.SheetConfirmed || e.Sheet.Standing == exam.SheetAbsent
}

func sheetName(ctx context.Context, s exam.PaperSheet) string {
	name := s.Name + " " + s.EmployeeNo
	if s.Form != "" {
		name += " · " + layout.T(ctx, "exampages.forms.form", "form", s.Form)
	}
	return name
}
