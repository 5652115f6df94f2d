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

// ResultReleased is called in the transaction of every release. A failed or missed regular exam opens a case (C51, N05); the
// result of a retake or re-exam moves it on (C54, C57).
func (s *Service) ResultReleased(ctx context.Context, tx *db.Tx, r exam.Released) error {
	switch {
	case r.Kind.Original():
		if r.Passed {
			return nil
		}
		return s.open(ctx, tx, r)
	case r.Kind == exam.Retake || r.Kind == exam.Reexam:
		return s.resultOfSecondChance(ctx, tx, r)
	}
	return nil
}

func (s *Service) open(ctx context.Context, tx *db.Tx, r exam.Released) error {
	if _, found, err := s.store.ofRound(ctx, tx, r.RoundID, r.PersonID); err != nil || found {
		return err
	}
	p, version, err := policy.Current[Policy](ctx, s.policies, tx, PolicyKind, tx.Now())
	if err != nil {
		return err
	}
	c := Case{
		RoundID: r.RoundID, PersonID: r.PersonID, Cause: CauseFailed, State: RetakeDue, Cycle: 1,
		FirstResultID: r.ResultID, PolicyVersionID: version,
		OpenedAt: tx.Now(), MovedAt: tx.Now(), SittingClosedAt: r.SittingClosedAt,
		RetakeClosesAt: p.RetakeClosesAt(r.SittingClosedAt, r.ReleasedAt),
	}
	if r.Absent {
		c.Cause = CauseAbsent
	}
	if c.RetakeExamID, err = s.exams.OpenRetake(ctx, tx, r.RoundID, r.PersonID, tx.Now(), c.RetakeClosesAt); err != nil {
		return err
	}
	if c.ID, err = s.store.insert(ctx, tx, c); err != nil {
		return err
	}
	body := map[string]any{"result": int64(r.ResultID), "cause": c.Cause, "retake_closes_at": c.RetakeClosesAt, "overran": p.Overran(c.SittingClosedAt, c.RetakeClosesAt)}
	if err := s.store.tell(ctx, tx, c.ID, systemActor, Opened, RetakeDue, RetakeDue, body); err != nil {
		return err
	}
	if err := s.record(ctx, tx, c, systemActor, Opened, RetakeDue, body); err != nil {
		return err
	}
	title, err := s.store.title(ctx, tx, c.RoundID)
	if err != nil {
		return err
	}
	return s.news.CaseMoved(ctx, tx, c, Opened, title)
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
