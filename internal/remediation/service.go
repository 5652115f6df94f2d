package remediation

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/policy"
)

// PolicyKind is the kind of policy_version that holds a Policy.
const PolicyKind = "retake"

// Exams opens the sittings that a case leads to.
type Exams interface {
	// OpenRetake invites the person to the round's retake exam with an own paper of key questions (C53, N03).
	OpenRetake(ctx context.Context, tx *db.Tx, round exam.RoundID, person account.PersonID, opensAt, closesAt time.Time) (exam.ExamID, error)
	// OpenReexam invites the person to a re-exam after retraining (C57).
	OpenReexam(ctx context.Context, tx *db.Tx, round exam.RoundID, person account.PersonID, opensAt, closesAt time.Time) (exam.ExamID, error)
	// Withdraw takes the person off one that is no longer owed; false when it has begun or is over.
	Withdraw(ctx context.Context, tx *db.Tx, sitting exam.ExamID, person account.PersonID) (bool, error)
}

// Courses assigns the retraining's courses and takes them back.
type Courses interface {
	AssignInTx(ctx context.Context, tx *db.Tx, actor string, person account.PersonID, courses []courseware.CourseID, reason courseware.Reason, dueOn *time.Time) error
	WithdrawRetrainingInTx(ctx context.Context, tx *db.Tx, actor string, person account.PersonID, courses []courseware.CourseID) error
}

// News hears of every move of a case, in the same transaction; it tells the people concerned.
type News interface {
	CaseMoved(ctx context.Context, tx *db.Tx, c Case, on Event, examTitle string) error
}

// Service moves cases.
type Service struct {
	d        *db.DB
	store    store
	policies *policy.Store
	exams    Exams
	courses  Courses
	news     News
	zone     *time.Location
}

// NewService prepares the statements. zone is the organisation's.
func NewService(ctx context.Context, d *db.DB, policies *policy.Store, exams Exams, courses Courses, news News, zone *time.Location) (*Service, error) {
	s, err := newStore(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("remediation: %w", err)
	}
	return &Service{d: d, store: s, policies: policies, exams: exams, courses: courses, news: news, zone: zone}, nil
}

// move takes a locked case over one transition: the pure rule, then all that is written of it.
func (s *Service) move(ctx context.Context, tx *db.Tx, c Case, actor string, on Event, set func(*Case), body map[string]any) error {
	from := c.State
	to, outcome, err := Next(from, on)
	if err != nil {
		return err
	}
	c.State, c.Outcome, c.MovedAt = to, outcome, tx.Now()
	if to == Closed {
		c.ClosedAt = &c.MovedAt
	}
	if set != nil {
		set(&c)
	}
	return s.write(ctx, tx, c, from, actor, on, body)
}

// write stores what a rule made of a case, with its story, the audit and the news.
func (s *Service) write(ctx context.Context, tx *db.Tx, c Case, from State, actor string, on Event, body map[string]any) error {
	if err := s.store.move(ctx, tx, from, c, actor, on, body); err != nil {
		return err
	}
	if err := s.record(ctx, tx, c, actor, on, from, body); err != nil {
		return err
	}
	title, err := s.store.title(ctx, tx, c.RoundID)
	if err != nil {
		return err
	}
	return s.news.CaseMoved(ctx, tx, c, on, title)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, c Case, actor string, on Event, from State, body map[string]any) error {
	facts := map[string]any{"person": c.PersonID, "round": int64(c.RoundID), "from": from, "to": c.State, "outcome": c.Outcome, "cycle": c.Cycle}
	for k, v := range body {
		facts[k] = v
	}
	return audit.Write(ctx, tx, audit.Event{Actor: actor, Act: "case." + string(on), Subject: "case:" + c.ID.String(), Body: facts})
}
