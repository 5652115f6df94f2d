package exam

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// Marking is GET /marking: the exams in which answers wait for the viewer.
func (d *Desk) Marking(c echo.Context) error {
	exams, err := d.Exams.MarkingExams(c.Request().Context(), layout.Viewer(c))
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, markingPage(exams, pageNow(c)))
}

// markingQueues are an exam's questions with what is left at each, and how the markers mark.
type markingQueues struct {
	ExamID  exam.ExamID
	Title   string
	Queues  []exam.MarkingQueue
	Figures []exam.MarkerFigure
}

// MarkingQueues is GET /exams/{id}/marking.
func (d *Desk) MarkingQueues(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	out := markingQueues{ExamID: examID(c)}
	var err error
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
}

// markForm is the part of each criterion in percent, in the rubric's order.
type markForm struct {
	Given   []string `form:"given"`
	Comment string   `form:"comment"`
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
	err = d.Exams.MarkAnswer(ctx, v, task, f.parts(), f.Comment)
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		return layout.Render(c, refusal(err), answerPage(marking{Answer: a, Form: f, Wrong: wrong}))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, examURL(a.ExamID, "/marking/"+strconv.FormatInt(int64(a.VersionID), 10)))
}

// parts of a criterion that a marker gives by one tap; finer steps would only feign precision.
var parts = []string{"100", "90", "80", "70", "60", "50", "40", "30", "20", "10", "0"}

// daysSince is the number of whole days between two moments; marking belongs to the week after the close (N02).
func daysSince(closed, now time.Time) int {
	if !now.After(closed) {
		return 0
	}
	return int(now.Sub(closed) / (24 * time.Hour))
}
