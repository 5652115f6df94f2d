package exam

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

var standingTones = map[exam.Standing]layout.Tone{
	exam.StandingNotStarted: layout.Neutral, exam.StandingWorking: layout.Warn, exam.StandingHandedIn: layout.OK, exam.StandingAbsent: layout.Bad,
	exam.StandingDeferred: layout.Info, exam.StandingVoid: layout.Neutral, exam.StandingWithdrawn: layout.Neutral,
}

// boardFilterOf reads the filter of the address, "-score" being the score from the top.
func boardFilterOf(q url.Values) exam.BoardFilter {
	sort, descending := strings.CutPrefix(q.Get("sort"), "-")
	return exam.BoardFilter{
		Search: q.Get("q"), Standing: exam.Standing(q.Get("standing")), Band: score.Band(q.Get("band")),
		Unit: int64(account.ParseID[account.UnitID](q.Get("unit"))), Sort: exam.BoardSort(sort), Descending: descending,
	}
}

// waiting is for how many days results have waited for their release, and whether that is too long (N02).
type waiting struct {
	Days    int
	Overdue bool
}

// waitingOf is nothing while nothing waits; warnHours is the policy's value.
func waitingOf(from *time.Time, now time.Time, zone *time.Location, warnHours int) waiting {
	if from == nil {
		return waiting{}
	}
	days, overdue := exam.ReleaseOverdue(*from, now, zone, warnHours)
	return waiting{days, overdue}
}

// board is what the results page shows.
type board struct {
	Exam    exam.Exam
	Phase   phase
	Tally   exam.BoardTally
	Waiting waiting
	// TooEarly: nothing can be released yet, because the exam is still open.
	TooEarly bool
	Units    account.Tree
	Rows     []exam.BoardRow
	Page     page.Page
	Total    int // that fit the filter
	Query    string
}

// Results is GET /exams/{id}/results.
func (d *Desk) Results(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return err
	}
	b := board{
		Exam: e, Phase: phaseOf(e.State, e.OpensAt, e.ClosesAt, pageNow(c)), TooEarly: e.TooEarlyToRelease(pageNow(c)),
		Page: page.Parse(c.QueryParam("page"), c.QueryParam("size")), Query: c.QueryString(),
	}
	if b.Tally, err = d.Exams.BoardTally(ctx, v, e.ID); err != nil {
		return err
	}
	if b.Rows, b.Total, err = d.Exams.Board(ctx, v, e.ID, boardFilterOf(c.QueryParams()), b.Page); err != nil {
		return err
	}
	if layout.PastTheEnd(b.Page, len(b.Rows)) {
		return layout.FirstPage(c)
	}
	if b.Units, err = d.Accounts.Tree(ctx, v); err != nil {
		return err
	}
	if b.Tally.Unreleased > 0 {
		p, err := d.retakePolicy(ctx)
		if err != nil {
			return err
		}
		b.Waiting = waitingOf(b.Tally.UnreleasedFrom, pageNow(c), d.Zone, p.MarkingWarningHours)
	}
	return layout.Render(c, http.StatusOK, boardPage(b))
}
