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
	exam.ReleasePreview
	Exam    exam.Exam
	Opens   bool      // a fail opens a retake
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

// May tells whether there is something to release, it is time, and all of it is the viewer's to release.
func (r releasing) May(now time.Time) bool {
	return r.Results > 0 && r.Beyond == 0 && !r.Exam.TooEarlyToRelease(now)
}

// releaseTitle asks, or says that it is too early to ask.
func releaseTitle(r releasing, now time.Time) string {
	if r.Exam.TooEarlyToRelease(now) {
		return "exampages.release_page.not_yet"
	}
	return "exampages.release_page.ask"
}

// releaseBack is the way back: a decision against it only where it could be decided.
func releaseBack(r releasing, now time.Time) string {
	if r.May(now) {
		return "exampages.release_page.back"
	}
	return "exampages.release_page.to_board"
}

// releaseOf says what a release at now opens (C51, C52, N02). A retake closes the later, the later its sitting closed, and
// overruns its week the sooner, the earlier that was: the first and the last of the sittings decide.
func releaseOf(e exam.Exam, seen exam.ReleasePreview, p remediation.Policy, now time.Time) releasing {
	out := releasing{ReleasePreview: seen, Exam: e, Opens: e.Kind.Original()}
	if out.Opens && seen.FirstFailClosedAt != nil && seen.LastFailClosedAt != nil {
		out.Until = p.RetakeClosesAt(*seen.LastFailClosedAt, now)
		out.Overran = p.Overran(*seen.FirstFailClosedAt, p.RetakeClosesAt(*seen.FirstFailClosedAt, now))
	}
	return out
}

// toneIf gives a figure its colour only when there is something to it.
func toneIf(n int, tone layout.Tone) layout.Tone {
	if n == 0 {
		return layout.Neutral
	}
	return tone
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
	seen, err := d.Exams.ReleasePreview(ctx, v, e.ID)
	if err != nil {
		return err
	}
	p, err := d.retakePolicy(ctx)
	if err != nil {
		return err
	}
	r := releaseOf(e, seen, p, pageNow(c))
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
