package remediation

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/policy"
)

// systemActor moves cases when the clock or a result does.
var systemActor = account.System().Actor()

// ResultsReleased is called in the transaction of every release, with results of one exam. A failed or missed regular exam opens a case
// (C51, N05); the result of a retake or re-exam moves it on (C54, C57).
func (s *Service) ResultsReleased(ctx context.Context, tx *db.Tx, list []exam.Released) error {
	var failed []exam.Released
	for _, r := range list {
		switch {
		case r.Kind.Original() && !r.Passed:
			failed = append(failed, r)
		case r.Kind == exam.Retake || r.Kind == exam.Reexam:
			if err := s.resultOfSecondChance(ctx, tx, r); err != nil {
				return err
			}
		}
	}
	return s.open(ctx, tx, failed)
}

// open opens a case for each of these people of one round who has none. Each gets an own paper, which is drawn one after the other.
func (s *Service) open(ctx context.Context, tx *db.Tx, failed []exam.Released) error {
	if len(failed) == 0 {
		return nil
	}
	people := make([]account.PersonID, len(failed))
	for i, r := range failed {
		people[i] = r.PersonID
	}
	known, err := s.store.ofPeople(ctx, tx, failed[0].RoundID, people)
	if err != nil {
		return err
	}
	p, version, err := policy.Current[Policy](ctx, s.policies, tx, PolicyKind, tx.Now())
	if err != nil {
		return err
	}
	var opened []Moved
	for _, r := range failed {
		if _, has := known[r.PersonID]; has {
			continue
		}
		m, err := s.opens(ctx, tx, r, p, version)
		if err != nil {
			return err
		}
		opened, known[r.PersonID] = append(opened, m), m.Case
	}
	if len(opened) == 0 {
		return nil
	}
	if err := s.store.insert(ctx, tx, opened); err != nil {
		return err
	}
	return s.tell(ctx, tx, systemActor, opened)
}

// opens is the case that a fail opens, before it is stored, with its retake.
func (s *Service) opens(ctx context.Context, tx *db.Tx, r exam.Released, p Policy, version policy.VersionID) (Moved, error) {
	c := Case{
		RoundID: r.RoundID, PersonID: r.PersonID, Cause: CauseFailed, State: RetakeDue, Cycle: 1,
		FirstResultID: r.ResultID, PolicyVersionID: version,
		OpenedAt: tx.Now(), MovedAt: tx.Now(), SittingClosedAt: r.SittingClosedAt,
		RetakeClosesAt: p.RetakeClosesAt(r.SittingClosedAt, r.ReleasedAt),
	}
	if r.Absent {
		c.Cause = CauseAbsent
	}
	var err error
	c.RetakeExamID, err = s.exams.OpenRetake(ctx, tx, r.RoundID, r.PersonID, tx.Now(), c.RetakeClosesAt)
	return Moved{c, Opened, RetakeDue, map[string]any{
		"result": int64(r.ResultID), "cause": c.Cause, "retake_closes_at": c.RetakeClosesAt, "overran": p.Overran(c.SittingClosedAt, c.RetakeClosesAt),
	}}, err
}

func (s *Service) resultOfSecondChance(ctx context.Context, tx *db.Tx, r exam.Released) error {
	c, found, err := s.store.ofRound(ctx, tx, r.RoundID, r.PersonID)
	if err != nil || !found {
		return err
	}
	on := Failed
	if r.Passed {
		on = Passed
	}
	body := map[string]any{"result": int64(r.ResultID), "absent": r.Absent}
	if c.State == Closed { // the fail was lifted while the person was sitting
		return s.record(ctx, tx, c, systemActor, "result_ignored", Closed, body)
	}
	return s.move(ctx, tx, c, systemActor, on, func(c *Case) {
		if r.Kind == exam.Retake {
			c.RetakeResultID = &r.ResultID
		} else {
			c.ReexamResultID = &r.ResultID
		}
	}, body)
}

// AttemptHandedIn is called in the transaction of every hand-in: the case of a retake or re-exam now waits for its marks.
func (s *Service) AttemptHandedIn(ctx context.Context, tx *db.Tx, h exam.HandedIn) error {
	if h.Kind != exam.Retake && h.Kind != exam.Reexam {
		return nil
	}
	c, found, err := s.store.ofRound(ctx, tx, h.RoundID, h.PersonID)
	if err != nil || !found || c.State != RetakeDue && c.State != ReexamDue {
		return err
	}
	return s.move(ctx, tx, c, systemActor, HandedIn, nil, map[string]any{"attempt": int64(h.AttemptID)})
}

// CourseCompleted is called in the transaction of every finished course. The last course of a retraining unlocks the re-exam.
func (s *Service) CourseCompleted(ctx context.Context, tx *db.Tx, done courseware.Completed) error {
	if done.Reason != courseware.ReasonRetraining {
		return nil
	}
	cases, err := s.store.inRetraining(ctx, tx, done.PersonID)
	if err != nil {
		return err
	}
	for _, c := range cases {
		ticked, left, err := s.store.completeCourse(ctx, tx, c, done.CourseID)
		if err != nil {
			return err
		}
		if ticked && left == 0 {
			if err := s.unlockReexam(ctx, tx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) unlockReexam(ctx context.Context, tx *db.Tx, c Case) error {
	p, err := policy.ByID[Policy](ctx, s.policies, tx, PolicyKind, c.PolicyVersionID)
	if err != nil {
		return err
	}
	closes := p.ReexamClosesAt(tx.Now())
	id, err := s.exams.OpenReexam(ctx, tx, c.RoundID, c.PersonID, tx.Now(), closes)
	if err != nil {
		return err
	}
	return s.move(ctx, tx, c, systemActor, CoursesDone, func(c *Case) {
		c.ReexamExamID, c.ReexamClosesAt, c.ReexamResultID = &id, &closes, nil
	}, map[string]any{"reexam": int64(id), "closes_at": closes})
}
