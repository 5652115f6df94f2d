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
	// OpenRetakes invites the people to the round's retake exam, each with an own paper of key questions (C53, N03).
	OpenRetakes(ctx context.Context, tx *db.Tx, round exam.RoundID, opensAt time.Time, people []exam.SitsAgain) (exam.ExamID, error)
	// OpenReexam invites the person to a re-exam after retraining (C57).
	OpenReexam(ctx context.Context, tx *db.Tx, round exam.RoundID, person account.PersonID, opensAt, closesAt time.Time) (exam.ExamID, error)
	// Withdraw takes people off one that they no longer owe and returns whom: not who has begun it or is over with it.
	Withdraw(ctx context.Context, tx *db.Tx, sitting exam.ExamID, people []account.PersonID) ([]account.PersonID, error)
}

// Courses assigns the retraining's courses and takes them back.
type Courses interface {
	AssignInTx(ctx context.Context, tx *db.Tx, actor string, person account.PersonID, courses []courseware.CourseID, reason courseware.Reason, dueOn *time.Time) error
	WithdrawRetrainingInTx(ctx context.Context, tx *db.Tx, actor string, courses map[account.PersonID][]courseware.CourseID) error
}

// News hears of every move of a case, in the same transaction; it tells the people concerned. The cases are of one round and of
// different people.
type News interface {
	CasesMoved(ctx context.Context, tx *db.Tx, list []Moved, examTitle string) error
}

// Moved is a case after a transition.
type Moved struct {
	Case
	On   Event
	from State
	body map[string]any // what the story and the audit tell beside it
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
	m, err := c.after(on, tx.Now(), set, body)
	if err != nil {
		return err
	}
	return s.write(ctx, tx, actor, []Moved{m})
}

// after is the case after one transition, by the pure rule.
func (c Case) after(on Event, at time.Time, set func(*Case), body map[string]any) (Moved, error) {
	from := c.State
	to, outcome, err := Next(from, on)
	if err != nil {
		return Moved{}, err
	}
	c.State, c.Outcome, c.MovedAt = to, outcome, at
	if to == Closed {
		c.ClosedAt = &c.MovedAt
	}
	if set != nil {
		set(&c)
	}
	return Moved{c, on, from, body}, nil
}

// write stores what a rule made of cases of one round, with their story, the audit and the news.
func (s *Service) write(ctx context.Context, tx *db.Tx, actor string, list []Moved) error {
	if len(list) == 0 {
		return nil
	}
	if err := s.store.move(ctx, tx, list); err != nil {
		return err
	}
	return s.tell(ctx, tx, actor, list)
}

// tell adds to the story of cases of one round, writes the audit and passes the news on.
func (s *Service) tell(ctx context.Context, tx *db.Tx, actor string, list []Moved) error {
	if len(list) == 0 {
		return nil
	}
	if err := s.store.tell(ctx, tx, actor, list); err != nil {
		return err
	}
	events := make([]audit.Event, len(list))
	for i, m := range list {
		events[i] = caseEvent(m.Case, actor, m.On, m.from, m.body)
	}
	if err := audit.WriteAll(ctx, tx, events); err != nil {
		return err
	}
	title, err := s.store.title(ctx, tx, list[0].RoundID)
	if err != nil {
		return err
	}
	return s.news.CasesMoved(ctx, tx, list, title)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, c Case, actor string, on Event, from State, body map[string]any) error {
	return audit.Write(ctx, tx, caseEvent(c, actor, on, from, body))
}

func caseEvent(c Case, actor string, on Event, from State, body map[string]any) audit.Event {
	facts := map[string]any{"person": c.PersonID, "round": int64(c.RoundID), "from": from, "to": c.State, "outcome": c.Outcome, "cycle": c.Cycle}
	for k, v := range body {
		facts[k] = v
	}
	return audit.Event{Actor: actor, Act: "case." + string(on), Subject: "case:" + c.ID.String(), Body: facts}
}
