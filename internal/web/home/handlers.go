// Package home is the first page: for a consultant what is due, how long there is and what follows otherwise; for whoever
// looks after others the numbers that matter, each a link to what it counts.
//
// It asks each feature for what the viewer may see and puts the answers together by pure functions, in at most eight
// statements with the bell's (product.md, budgets).
package home

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/report"
	"github.com/peikao/peikao/internal/web/layout"
)

const (
	noticesShown = 3
	atRiskShown  = 5
	examsCounted = 100 // the newest windows: what runs, waits or is a draft is among them
)

// Exams is what home asks of exams; exam.Service does.
type Exams interface {
	MyExams(ctx context.Context, v account.Viewer) ([]exam.MyExam, error)
	Exams(ctx context.Context, v account.Viewer, f exam.Filter, p page.Page) ([]exam.ExamRow, int, error)
	MarkingExams(ctx context.Context, v account.Viewer) ([]exam.MarkingExam, error)
	CorrectionsWaiting(ctx context.Context, v account.Viewer) ([]exam.WaitingCorrections, error)
}

// Cases is what home asks of cases; remediation.Service does.
type Cases interface {
	Mine(ctx context.Context, v account.Viewer, withClosed bool) ([]remediation.Case, error)
	Urgent(ctx context.Context, v account.Viewer, most int) ([]remediation.BoardRow, error)
	Zone() *time.Location
}

// Courses is what home asks of courseware; courseware.Service does.
type Courses interface {
	Tasks(ctx context.Context, v account.Viewer) ([]courseware.Task, error)
}

// Notices is what home asks of the inbox; notify.Service does.
type Notices interface {
	Inbox(ctx context.Context, v account.Viewer, unreadOnly bool, p page.Page) ([]notify.Notice, int, error)
}

// Pay is what home asks of points and pay; ledger.Service does.
type Pay interface {
	OwnMonth(ctx context.Context, v account.Viewer) (ledger.Sum, error)
}

// Desk is what home asks across the features; report.Service does.
type Desk interface {
	Waiting(ctx context.Context, v account.Viewer) (report.Waiting, error)
}

// People is what home asks of accounts; account.Service does.
type People interface {
	Person(ctx context.Context, v account.Viewer, id account.PersonID) (account.Detail, error)
}

// Handlers are the first page.
type Handlers struct {
	Exams   Exams
	Cases   Cases
	Courses Courses
	Notices Notices
	People  People
	Desk    Desk
	Pay     Pay
	// WarnHours is how long after the close unreleased results are flagged (N02); nil: nothing is.
	WarnHours func(ctx context.Context) (int, error)
}

// view is everything that the page says.
type view struct {
	Now     time.Time
	Zone    *time.Location
	Own     own
	Notices []notify.Notice
	Month   ledger.Sum // of the own points and pay
	Staff   *numbers   // nil for whoever looks after nobody
}

// Home is GET /.
func (h *Handlers) Home(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	out := view{Now: httpx.ReceivedAt(c), Zone: h.Cases.Zone()}
	var err error
	if out.Own, err = h.own(ctx, v, out.Now); err != nil {
		return err
	}
	if staff(v) {
		out.Staff, err = h.numbers(ctx, v, out.Now)
	} else {
		out.Month, out.Notices, err = h.news(ctx, v)
	}
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, homePage(out))
}

// news is what reached the viewer lately: the month's points and pay, and unread notices.
func (h *Handlers) news(ctx context.Context, v account.Viewer) (month ledger.Sum, unread []notify.Notice, err error) {
	if v.Can(account.LedgerRead) {
		if month, err = h.Pay.OwnMonth(ctx, v); err != nil {
			return month, nil, err
		}
	}
	unread, _, err = h.Notices.Inbox(ctx, v, true, page.New(1, noticesShown))
	return month, unread, err
}

// staff tells whether the viewer looks after other people's things.
func staff(v account.Viewer) bool {
	return v.CanBeyondSelf(account.CaseRead) || v.CanBeyondSelf(account.ExamRead) || v.CanBeyondSelf(account.AccountPersonRead)
}

// own asks for the viewer's own things. Cases are asked for only where there was a retake or re-exam: each case invites to one.
func (h *Handlers) own(ctx context.Context, v account.Viewer, now time.Time) (own, error) {
	exams, err := h.Exams.MyExams(ctx, v)
	if err != nil {
		return own{}, err
	}
	tasks, err := h.Courses.Tasks(ctx, v)
	if err != nil {
		return own{}, err
	}
	var cases []remediation.Case
	if slices.ContainsFunc(exams, func(e exam.MyExam) bool { return !e.Kind.Original() && e.Kind != exam.Mock }) {
		if cases, err = h.Cases.Mine(ctx, v, false); err != nil {
			return own{}, err
		}
	}
	return ownOf(exams, cases, tasks, h.Cases.Zone(), now), nil
}

// numbers counts what the viewer looks after.
func (h *Handlers) numbers(ctx context.Context, v account.Viewer, now time.Time) (*numbers, error) {
	waiting, err := h.Desk.Waiting(ctx, v)
	if err != nil {
		return nil, err
	}
	n := &numbers{Waiting: waiting}
	if v.CanBeyondSelf(account.CaseRead) {
		if n.AtRisk, err = h.Cases.Urgent(ctx, v, atRiskShown); err != nil {
			return nil, err
		}
	}
	if v.CanBeyondSelf(account.ExamRead) {
		rows, _, err := h.Exams.Exams(ctx, v, exam.Filter{}, page.New(1, examsCounted))
		if err != nil {
			return nil, err
		}
		n.Exams = countExams(rows, now)
		if !v.CanBeyondSelf(account.ExamMarkRead) {
			n.Exams.Marking = 0
		}
		if n.Overdue, err = h.overdue(ctx, v, rows, now); err != nil {
			return nil, err
		}
	}
	if v.CanBeyondSelf(account.ExamMark) {
		waiting, err := h.Exams.MarkingExams(ctx, v)
		if err != nil {
			return nil, err
		}
		n.ToMark = new(0)
		for _, e := range waiting {
			*n.ToMark += e.Mine
		}
	}
	if v.CanBeyondSelf(account.ExamCorrectApprove) {
		if n.Corrections, err = h.Exams.CorrectionsWaiting(ctx, v); err != nil {
			return nil, err
		}
	}
	return n, nil
}
