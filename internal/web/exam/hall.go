package exam

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// Hall serves the examinee before and after an exam.
type Hall struct {
	Exams *exam.Service
	Zone  *time.Location // the clinic's, in which the rules are written
	Staff *Desk          // the staff's list stands at the same address, behind a tab
}

// List is GET /exams: the viewer's own exams, or with ?desk=1 the staff's list. Staff who sit nothing see theirs at once.
func (h *Hall) List(c echo.Context) error {
	v := layout.Viewer(c)
	if onStaff(v) && c.QueryParam("desk") != "" {
		return h.Staff.List(c)
	}
	mine, err := h.Exams.MyExams(c.Request().Context(), v)
	if err != nil {
		return err
	}
	if len(mine) == 0 && onStaff(v) && c.QueryParam("mine") == "" {
		return c.Redirect(http.StatusSeeOther, "/exams?desk=1")
	}
	sorted := sortMine(mine)
	if v.CanBeyondSelf(account.ExamCorrectApprove) {
		if sorted.Approvals, err = h.Exams.CorrectionsWaiting(c.Request().Context(), v); err != nil {
			return err
		}
	}
	return layout.Render(c, http.StatusOK, hallPage(sorted, pageNow(c)))
}

// mineByTime is a person's exams in the order of concern.
type mineByTime struct {
	Now  []exam.MyExam // running first, then what closes next, mocks last: they count for nothing
	Next []exam.MyExam // what opens next
	Past []exam.MyExam // the newest
	// Approvals are the exams in which a correction waits for the viewer as the second person.
	Approvals []exam.WaitingCorrections
}

func sortMine(list []exam.MyExam) mineByTime {
	var out mineByTime
	for _, e := range list {
		switch e.State {
		case exam.MyOpen, exam.MyInProgress:
			out.Now = append(out.Now, e)
		case exam.MyUpcoming:
			out.Next = append(out.Next, e)
		default:
			out.Past = append(out.Past, e)
		}
	}
	slices.SortStableFunc(out.Now, func(a, b exam.MyExam) int {
		return cmp.Or(cmp.Compare(concern(a), concern(b)), a.Window.ClosesAt.Compare(b.Window.ClosesAt))
	})
	slices.SortStableFunc(out.Next, func(a, b exam.MyExam) int { return a.Window.OpensAt.Compare(b.Window.OpensAt) })
	slices.SortStableFunc(out.Past, func(a, b exam.MyExam) int { return b.Window.ClosesAt.Compare(a.Window.ClosesAt) })
	return out
}

// concern orders what can be sat now.
func concern(e exam.MyExam) int {
	switch {
	case e.State == exam.MyInProgress:
		return 0
	case e.Kind != exam.Mock:
		return 1
	}
	return 2
}

func (m mineByTime) empty() bool { return len(m.Now)+len(m.Next)+len(m.Past) == 0 }

// rules are what an examinee is told before the start.
type rules struct {
	Deadline []string // the deadline rule in sentences, the same that the trainer saw
	Bands    score.Bands
	RedLine  []string // what a missed red line does
	Absence  []string // what follows for whoever does not come
	Watched  []string // what is watched for, and what follows
	// CodeAsked: the exam's access code is still to be given.
	CodeAsked bool
}

// Show is GET /exams/{id}: the rules before the start, and where to go after. Staff who are not invited are led to the
// exam's settings.
func (h *Hall) Show(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	e, err := h.Exams.MyExam(ctx, v, examID(c))
	if errs.Is(err, errs.NotFound) && onStaff(v) {
		return c.Redirect(http.StatusSeeOther, examURL(examID(c), "/setup"))
	}
	if err != nil {
		return err
	}
	pinned, err := h.Exams.Rules(ctx, e.BandsVersionID, e.AbsenceVersionID)
	if err != nil {
		return err
	}
	watched, codeAsked, err := h.Exams.Told(ctx, v, e.ID)
	if err != nil {
		return err
	}
	r := rules{
		Watched: exam.IntegrityWords(httpx.Lang(c), watched), CodeAsked: codeAsked,
		Deadline: append(exam.RuleWords(httpx.Lang(c), h.Zone, e.Window, 1), exam.WayWords(httpx.Lang(c), e.OneWay)...), Bands: pinned.Bands,
		RedLine: exam.RedLineWords(httpx.Lang(c), e.RedLine),
		Absence: exam.AbsenceWords(httpx.Lang(c), h.Zone, e.Kind, pinned.Absence, e.Window.ClosesAt),
	}
	return layout.Render(c, http.StatusOK, hallExamPage(e, r, pageNow(c)))
}
