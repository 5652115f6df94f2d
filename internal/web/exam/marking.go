package exam

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// markingRow is an exam in which answers wait, with how long since its close (N02).
type markingRow struct {
	exam.MarkingExam
	Late waiting
}

// Marking is GET /marking: the exams in which answers wait for the viewer or for others.
func (d *Desk) Marking(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	exams, err := d.Exams.MarkingExams(ctx, v)
	if err != nil {
		return err
	}
	rows, warnHours := make([]markingRow, len(exams)), 0
	if len(exams) > 0 {
		p, err := d.retakePolicy(ctx)
		if err != nil {
			return err
		}
		warnHours = p.MarkingWarningHours
		for i, e := range exams {
			rows[i] = markingRow{MarkingExam: e}
			if now := pageNow(c); now.After(e.ClosesAt) {
				rows[i].Late = waitingOf(&e.ClosesAt, now, d.Zone, warnHours)
			}
		}
	}
	onPaper, err := d.Exams.PaperExams(ctx, v)
	if err != nil {
		return err
	}
	var own []exam.OwnMarkExam
	if v.Can(account.ExamMark) {
		if own, err = d.Exams.OwnMarkExams(ctx, v); err != nil {
			return err
		}
	}
	return layout.Render(c, http.StatusOK, markingPage(rows, onPaper, own, v.Can(account.ExamMark), warnHours))
}

// markingQueues are an exam's questions with what is left at each, and how the markers mark.
type markingQueues struct {
	ExamID  exam.ExamID
	Title   string
	Queues  []exam.MarkingQueue
	Figures []exam.MarkerFigure
	Marks   bool // the viewer marks, and may look back on what they gave
}

// MarkingQueues is GET /exams/{id}/marking.
func (d *Desk) MarkingQueues(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	out := markingQueues{ExamID: examID(c), Marks: v.Can(account.ExamMark)}
	e, err := d.Exams.Exam(ctx, v, out.ExamID)
	if err != nil {
		return err
	}
	out.Title = e.Title
	if out.Queues, err = d.Exams.MarkingQueues(ctx, v, out.ExamID); err != nil {
		return err
	}
	if v.Can(account.ExamRelease) {
		if out.Figures, err = d.Exams.MarkerFigures(ctx, v, out.ExamID); err != nil {
			return err
		}
	}
	return layout.Render(c, http.StatusOK, markingQueuesPage(out))
}

// marking is one answer with the marker's form.
type marking struct {
	Answer exam.Answer
	Form   markForm
	Wrong  layout.Errors
	Again  bool // the viewer looks at an own mark once more
}

// markForm is the part of each criterion in percent, in the rubric's order.
type markForm struct {
	Given   []string `form:"given"`
	Comment string   `form:"comment"`
	Reason  string   `form:"reason"` // of a correction
	Again   bool     `form:"again"`
}

func (f markForm) parts() []int {
	out := make([]int, len(f.Given))
	for i, text := range f.Given {
		n, err := strconv.Atoi(text)
		if err != nil {
			n = -1 // refused as none
		}
		out[i] = n
	}
	return out
}

func (f markForm) given(i int) string {
	if i < len(f.Given) {
		return f.Given[i]
	}
	return ""
}

// NextAnswer is GET /exams/{id}/marking/{version}: the next answer, without a name, in random order.
func (d *Desk) NextAnswer(c echo.Context) error {
	a, err := d.Exams.NextAnswer(c.Request().Context(), layout.Viewer(c), examID(c), account.ParseID[exam.VersionID](c.Param("version")))
	if errs.Is(err, errs.NotFound) {
		return saidDone(c, examURL(examID(c), "/marking"), "exampages.marking.none_left")
	}
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, answerPage(marking{Answer: a}))
}

// MarkAnswer is POST /exams/{id}/marking/answers/{task}; it leads on to the next answer.
func (d *Desk) MarkAnswer(c echo.Context) error {
	var f markForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	ctx, v, task := c.Request().Context(), layout.Viewer(c), account.ParseID[exam.MarkTaskID](c.Param("task"))
	a, err := d.Exams.Answer(ctx, v, task)
	if err != nil {
		return err
	}
	err = d.Exams.MarkAnswer(ctx, v, task, exam.GivenMark{Parts: f.parts(), Comment: f.Comment, Reason: f.Reason})
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		return layout.Render(c, refusal(err), answerPage(marking{Answer: a, Form: f, Wrong: wrong, Again: f.Again}))
	}
	if err != nil {
		return err
	}
	if f.Again {
		return saidDone(c, examURL(a.ExamID, "/marking/mine"), "exampages.marking.revised")
	}
	return c.Redirect(http.StatusSeeOther, examURL(a.ExamID, "/marking/"+strconv.FormatInt(int64(a.VersionID), 10)))
}

// ownMarks are what the viewer gave in an exam.
type ownMarks struct {
	ExamID exam.ExamID
	Marks  []exam.OwnMark
}

// OwnMarks is GET /exams/{id}/marking/mine.
func (d *Desk) OwnMarks(c echo.Context) error {
	out := ownMarks{ExamID: examID(c)}
	var err error
	if out.Marks, err = d.Exams.OwnMarks(c.Request().Context(), layout.Viewer(c), out.ExamID); err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, ownMarksPage(out))
}

// OwnMark is GET /exams/{id}/marking/answers/{task}: an answer that the viewer has marked, to revise it.
func (d *Desk) OwnMark(c echo.Context) error {
	ctx, v, task := c.Request().Context(), layout.Viewer(c), account.ParseID[exam.MarkTaskID](c.Param("task"))
	given, err := d.Exams.OwnMark(ctx, v, task)
	if err != nil {
		return err
	}
	a, err := d.Exams.Answer(ctx, v, task)
	if err != nil {
		return err
	}
	m := marking{Answer: a, Form: markForm{Comment: given.Comment, Again: true}, Again: true}
	for _, part := range given.Parts.V {
		m.Form.Given = append(m.Form.Given, strconv.Itoa(part))
	}
	return layout.Render(c, http.StatusOK, answerPage(m))
}

// givenID is the n-th criterion's field; the first is what a message about the parts leads to.
func givenID(i int) string {
	if i == 0 {
		return layout.FieldID("given")
	}
	return layout.FieldID("given") + "-" + strconv.Itoa(i)
}

// givenError is the message's element that describes the fields of the parts, "" while there is none.
func givenError(m marking) string {
	if m.Wrong.For("given") == "" {
		return ""
	}
	return "given-error"
}

// warningDay is the day after the close from which an exam is flagged (exam.ReleaseOverdue), begun days counted whole.
func warningDay(warnHours int) int { return (warnHours + 23) / 24 }

// excerpt is the beginning of an answer or a stem, for a list.
func excerpt(text string) string {
	const most = 60
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}

// choicesOf are the parts that a list offers, and the given one where it is another.
func choicesOf(given string) []string {
	if given == "" || slices.Contains(parts, given) {
		return parts
	}
	return append([]string{given}, parts...)
}

// parts of a criterion that a marker gives by one tap; finer steps would only feign precision.
var parts = []string{"100", "90", "80", "70", "60", "50", "40", "30", "20", "10", "0"}
