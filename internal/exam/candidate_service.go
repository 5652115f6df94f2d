package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

// Grant is what one candidate gets instead of the exam's own times (decision 21). It replaces what was granted before.
type Grant struct {
	OpensAt      *time.Time
	ClosesAt     *time.Time
	ExtraSeconds int
	Reason       string
	// Was is what the examiner looked at when deciding; nil asks for nothing.
	Was *GrantedTimes
}

// GrantedTimes are the own times of a candidate.
type GrantedTimes struct {
	OpensAt      *time.Time
	ClosesAt     *time.Time
	ExtraSeconds int
}

// hold reports whether a candidate still has these.
func (t GrantedTimes) hold(c Candidate) bool {
	same := func(a, b *time.Time) bool { return a == nil && b == nil || a != nil && b != nil && a.Equal(*b) }
	return same(t.OpensAt, c.OpensAt) && same(t.ClosesAt, c.ClosesAt) && t.ExtraSeconds == c.ExtraSeconds
}

// CandidateRow is a candidate with the last attempt and result, for the staff. Attempt and result fields are nil while
// there is none.
type CandidateRow struct {
	ID           CandidateID       `db:"id"`
	PersonID     account.PersonID  `db:"person_id"`
	Name         string            `db:"name"`
	EmployeeNo   string            `db:"employee_no"`
	UnitName     string            `db:"unit_name"` // where the person stands today, or stood last
	State        CandidateState    `db:"state"`
	OpensAt      *time.Time        `db:"opens_at"`
	ClosesAt     *time.Time        `db:"closes_at"`
	ExtraSeconds int               `db:"extra_seconds"`
	SettledAt    *time.Time        `db:"settled_at"`
	AttemptID    *AttemptID        `db:"attempt_id"`
	AttemptState *AttemptState     `db:"attempt_state"`
	StartedAt    *time.Time        `db:"started_at"`
	DeadlineAt   *time.Time        `db:"deadline_at"`
	SubmittedAt  *time.Time        `db:"submitted_at"`
	SubmitCause  *SubmitCause      `db:"submit_cause"`
	ResultID     *ResultID         `db:"result_id"`
	Score        *score.Hundredths `db:"score_hundredths"`
	Total        *score.Hundredths `db:"total_hundredths"`
	Percent      *score.Hundredths `db:"percent_hundredths"`
	Band         *score.Band       `db:"band"`
	Passed       *bool             `db:"passed"`
	Cause        *string           `db:"cause"`
	ReleasedAt   *time.Time        `db:"released_at"`
}

// InvitedRow is a candidate in the list of an exam's people.
type InvitedRow struct {
	CandidateRow
	CreatedAt     time.Time `db:"created_at"`
	RemovedReason *string   `db:"removed_reason"` // of who was taken off
	ListTotal     int       `db:"list_total"`
}

// Late tells whether somebody was invited after the exam had been published.
func (r InvitedRow) Late(e Exam) bool {
	return e.PublishedAt != nil && r.CreatedAt.After(*e.PublishedAt)
}

// Candidates lists the people of an exam inside the viewer's part of the tree, with their number.
func (s *Service) Candidates(ctx context.Context, v account.Viewer, id ExamID, p page.Page) ([]InvitedRow, int, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return nil, 0, err
	}
	scope := v.Scope(account.ExamRead)
	var out []InvitedRow
	err := s.store.Select(ctx, s.db, &out, "candidates", int64(id), scope.All, db.Array(scope.UnitIDs), p.Limit(), p.Offset())
	if err != nil || len(out) == 0 {
		return nil, 0, err
	}
	return out, out[0].ListTotal, nil
}

// takesLeaveBack reports whether a grant without own times has its candidate sit with the others again: only while they sit.
func (g Grant) takesLeaveBack(e Exam, now time.Time) bool {
	return g.OpensAt == nil && g.ClosesAt == nil && e.State == Published && now.Before(e.ClosesAt)
}

// GrantTimes gives a candidate own times or extra time; a running attempt gets its new deadline at once. Leave ends with it where it gives
// no own times while the exam is open.
// Errors: NotFound outside the viewer's part of the tree, Conflict when the candidate is settled or has other times than Was, Invalid for
// a window that the limit does not fit into or a missing reason.
func (s *Service) GrantTimes(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, g Grant) error {
	return s.grant(ctx, v, id, person, g, false)
}

// Defer gives leave and sets the later sitting (N05): it is no retake. Until when, says the Absence that the exam was
// published under, and only before the start. g needs both times. Leave is of regular exams: who does not sit a retake has failed it, and a mock
// asks for none.
func (s *Service) Defer(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, g Grant) error {
	return s.grant(ctx, v, id, person, g, true)
}

func (s *Service) grant(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, g Grant, deferral bool) error {
	if err := v.Require(account.ExamInvigilate); err != nil {
		return err
	}
	if err := account.NotSelf(v, person); err != nil {
		return err
	}
	scope := v.Scope(account.ExamInvigilate)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		e, err := s.store.lockExam(ctx, tx, id)
		if err != nil {
			return err
		}
		var c Candidate
		if err := s.store.Get(ctx, tx, &c, "candidate_lock", int64(id), int64(person), scope.All, db.Array(scope.UnitIDs)); err != nil {
			return err
		}
		if g.Was != nil && !g.Was.hold(c) {
			return errs.New(errs.Conflict, "error.exam.grant_changed")
		}
		if deferral {
			if !e.Kind.Original() {
				return errs.New(errs.Conflict, "error.exam.defer_not_regular")
			}
			rule, err := s.absenceOf(ctx, tx, e.AbsenceVersionID)
			if err != nil {
				return err
			}
			if !tx.Now().Before(rule.LeaveUntil(e.WindowOf(c).ClosesAt)) {
				return errs.New(errs.Conflict, "error.exam.defer_too_late")
			}
		}
		before := c
		c.OpensAt, c.ClosesAt, c.ExtraSeconds = g.OpensAt, g.ClosesAt, g.ExtraSeconds
		switch {
		case deferral:
			c.State = Deferred
		case g.takesLeaveBack(e, tx.Now()):
			c.State = Invited
		}
		if err := g.validate(e.WindowOf(c), c.State); err != nil {
			return err
		}
		if deferral && before.State != Deferred {
			if err := s.notAtWork(ctx, tx, c.ID); err != nil {
				return err
			}
		}
		if err := s.store.One(ctx, tx, "candidate_grant", int64(c.ID), c.State, c.OpensAt, c.ClosesAt, c.ExtraSeconds); err != nil {
			return err
		}
		if err := s.moveDeadline(ctx, tx, c.ID, e.WindowOf(c)); err != nil {
			return err
		}
		if err := record(ctx, tx, v, "exam.grant", examSubject(id), map[string]any{"person_id": person, "before": before, "after": c, "reason": g.Reason}); err != nil {
			return err
		}
		return s.tellGranted(ctx, tx, e, c)
	})
}

// notAtWork refuses leave to somebody who has begun: nobody waits for a deferred sitting, so the exam would be marked and released while
// it is sat.
func (s *Service) notAtWork(ctx context.Context, tx *db.Tx, c CandidateID) error {
	var at bool
	if err := s.store.Get(ctx, tx, &at, "candidate_at_work", int64(c)); err != nil {
		return err
	}
	if at {
		return errs.New(errs.Conflict, "error.exam.defer_begun")
	}
	return nil
}

func (g Grant) validate(w Window, state CandidateState) error {
	var bad []errs.Field
	if !w.ClosesAt.After(w.OpensAt) || state == Deferred && (g.OpensAt == nil || g.ClosesAt == nil) {
		bad = append(bad, errs.NewField("closes_at", "error.exam.closes_at"))
	} else if seconds(w.LimitSeconds) > w.ClosesAt.Sub(w.OpensAt) {
		bad = append(bad, errs.NewField("closes_at", "error.exam.limit_window"))
	}
	if g.ExtraSeconds < 0 || g.ExtraSeconds > 24*3600 {
		bad = append(bad, errs.NewField("extra_seconds", "error.exam.extra_seconds"))
	}
	if g.Reason == "" {
		bad = append(bad, errs.NewField("reason", "error.exam.reason"))
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

// moveDeadline brings the running attempt's deadline to what the window now says, with what outages gave back.
func (s *Service) moveDeadline(ctx context.Context, tx *db.Tx, c CandidateID, w Window) error {
	var open struct {
		ID              AttemptID  `db:"id"`
		StartedAt       time.Time  `db:"started_at"`
		DeadlineAt      time.Time  `db:"deadline_at"`
		PausedAt        *time.Time `db:"paused_at"`
		CreditedSeconds int        `db:"credited_seconds"`
	}
	err := s.store.Get(ctx, tx, &open, "open_attempt_of", int64(c))
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	deadline := w.Deadline(open.StartedAt.UTC()).Add(seconds(open.CreditedSeconds))
	running := tx.Now()
	if open.PausedAt != nil {
		running = *open.PausedAt // its clock stands there: the end of the pause moves the deadline by what has passed since
	}
	if !deadline.After(running) {
		// An attempt is ended by handing it in, not by moving its end into the past.
		return errs.InvalidFields(errs.NewField("closes_at", "error.exam.closes_passed"))
	}
	if err := s.store.One(ctx, tx, "attempt_deadline", int64(open.ID), deadline); err != nil {
		return err
	}
	return s.announce(ctx, tx, []AttemptID{open.ID})
}
