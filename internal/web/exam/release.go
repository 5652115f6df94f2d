package exam

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// releasing is the preview of a release.
type releasing struct {
	Exam    exam.Exam
	Results int // that become visible
	Passed  int
	Failed  int // handed in
	Absent  int
	Waiting int // still without a result; released later
	Opens   bool
	Until   time.Time // the last of the retakes that open; zero when none does
	Overran bool      // a retake closes later than its week, because the release is late (N02)
	Errors  layout.Errors
}

// Retakes is how many retakes the release opens.
func (r releasing) Retakes() int {
	if !r.Opens {
		return 0
	}
	return r.Failed + r.Absent
}

// releaseOf says what a release at now does to the candidates (C51, C52, N02).
func releaseOf(e exam.Exam, rows []boardRow, p remediation.Policy, now time.Time) releasing {
	out := releasing{Exam: e, Opens: e.Kind.Original()}
	for _, r := range rows {
		switch {
		case r.ResultID == nil:
			out.Waiting++
			continue
		case r.ReleasedAt != nil:
			continue
		}
		out.Results++
		if *r.Passed {
			out.Passed++
			continue
		}
		if r.Standing == absent {
			out.Absent++
		} else {
			out.Failed++
		}
		if !out.Opens {
			continue
		}
		closed := e.WindowOf(exam.Candidate{ClosesAt: r.ClosesAt}).ClosesAt
		until := p.RetakeClosesAt(closed, now)
		out.Overran = out.Overran || p.Overran(closed, until)
		if until.After(out.Until) {
			out.Until = until
		}
	}
	return out
}

// Releasing is GET /exams/{id}/release: who passes, how many retakes open and until when, before anybody sees a result.
func (d *Desk) Releasing(c echo.Context) error {
	return d.renderReleasing(c, http.StatusOK, layout.Errors{})
}

func (d *Desk) renderReleasing(c echo.Context, status int, wrong layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	if err := v.Require(account.ExamRelease); err != nil {
		return err
	}
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return err
	}
	rows, err := d.boardRows(ctx, v, e.ID)
	if err != nil {
		return err
	}
	p, err := d.retakePolicy(ctx)
	if err != nil {
		return err
	}
	r := releaseOf(e, rows, p, pageNow(c))
	r.Errors = wrong
	return layout.Render(c, status, releasePage(r, pageNow(c)))
}

// Release is POST /exams/{id}/release.
func (d *Desk) Release(c echo.Context) error {
	id := examID(c)
	n, err := d.Exams.Release(c.Request().Context(), layout.Viewer(c), id)
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		return d.renderReleasing(c, http.StatusConflict, wrong)
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(id, "/results"), "exampages.release_page.done", "n", n)
}
