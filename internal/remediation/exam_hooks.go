package remediation

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/policy"
)

// systemActor moves cases when the clock or a result does.
var systemActor = account.System().Actor()

// ResultsReleased is called in the transaction of every release, with results of one exam. A failed or missed regular exam opens a case
// (C51, N05); the result of a retake or re-exam moves it on (C54, C57).
func (s *Service) ResultsReleased(ctx context.Context, tx *db.Tx, list []exam.Released) error {
	var failed, again []exam.Released
	for _, r := range list {
		switch {
		case r.Kind.Original() && !r.Passed:
			failed = append(failed, r)
		case r.Kind == exam.Retake || r.Kind == exam.Reexam:
			again = append(again, r)
		}
	}
	if err := s.open(ctx, tx, failed); err != nil {
		return err
	}
	return s.resultsOfSecondChance(ctx, tx, again)
}

// open opens a case for each of these people of one round who has none, with a retake.
func (s *Service) open(ctx context.Context, tx *db.Tx, failed []exam.Released) error {
	if len(failed) == 0 {
		return nil
	}
	known, err := s.store.ofPeople(ctx, tx, failed[0].RoundID, peopleOf(failed))
	if err != nil {
		return err
	}
	p, version, err := policy.Current[Policy](ctx, s.policies, tx, PolicyKind, tx.Now())
	if err != nil {
		return err
	}
	var opened []Moved
	var retakes []exam.SitsAgain
	for _, r := range failed {
		if _, has := known[r.PersonID]; has {
			continue
		}
		m := opens(r, p, version, tx.Now())
		opened, known[r.PersonID] = append(opened, m), m.Case
		retakes = append(retakes, exam.SitsAgain{PersonID: r.PersonID, ClosesAt: m.RetakeClosesAt})
	}
	if len(opened) == 0 {
		return nil
	}
	retake, err := s.exams.OpenRetakes(ctx, tx, failed[0].RoundID, tx.Now(), retakes)
	if err != nil {
		return err
	}
	for i := range opened {
		opened[i].RetakeExamID = retake
	}
	if err := s.store.insert(ctx, tx, opened); err != nil {
		return err
	}
	return s.tell(ctx, tx, systemActor, opened)
}

func peopleOf(list []exam.Released) []account.PersonID {
	out := make([]account.PersonID, len(list))
	for i, r := range list {
		out[i] = r.PersonID
	}
	return out
}

// opens is the case that a fail opens, before it has its retake and is stored.
func opens(r exam.Released, p Policy, version policy.VersionID, at time.Time) Moved {
	c := Case{
		RoundID: r.RoundID, PersonID: r.PersonID, Cause: CauseFailed, State: RetakeDue, Cycle: 1,
		FirstResultID: r.ResultID, PolicyVersionID: version,
		OpenedAt: at, MovedAt: at, SittingClosedAt: r.SittingClosedAt,
		RetakeClosesAt: p.RetakeClosesAt(r.SittingClosedAt, r.ReleasedAt),
	}
	if r.Absent {
		c.Cause = CauseAbsent
	}
	return Moved{c, Opened, RetakeDue, map[string]any{
		"result": int64(r.ResultID), "cause": c.Cause, "retake_closes_at": c.RetakeClosesAt, "overran": p.Overran(c.SittingClosedAt, c.RetakeClosesAt),
	}}
}

func (s *Service) resultsOfSecondChance(ctx context.Context, tx *db.Tx, list []exam.Released) error {
	if len(list) == 0 {
		return nil
	}
	cases, err := s.store.ofPeople(ctx, tx, list[0].RoundID, peopleOf(list))
	if err != nil {
		return err
	}
	var moves []Moved
	var ignored []audit.Event
	for _, r := range list {
		c, found := cases[r.PersonID]
		if !found {
			continue
		}
		body := map[string]any{"result": int64(r.ResultID), "absent": r.Absent}
		if c.State == Closed { // the fail was lifted while the person was sitting
			ignored = append(ignored, caseEvent(c, systemActor, "result_ignored", Closed, body))
			continue
		}
		m, err := c.withResult(r, tx.Now(), body)
		if err != nil {
			return err
		}
		moves = append(moves, m)
	}
	if err := audit.WriteAll(ctx, tx, ignored); err != nil {
		return err
	}
	return s.write(ctx, tx, systemActor, moves)
}

// withResult is the case after the result of its retake or re-exam.
func (c Case) withResult(r exam.Released, at time.Time, body map[string]any) (Moved, error) {
	on := Failed
	if r.Passed {
		on = Passed
	}
	return c.after(on, at, func(c *Case) {
		if r.Kind == exam.Retake {
			c.RetakeResultID = &r.ResultID
		} else {
			c.ReexamResultID = &r.ResultID
		}
	}, body)
}

// AttemptsHandedIn is called in the transaction of every hand-in: the cases of retakes and re-exams now wait for the marks.
func (s *Service) AttemptsHandedIn(ctx context.Context, tx *db.Tx, list []exam.HandedIn) error {
	rounds := map[exam.RoundID][]exam.HandedIn{}
	for _, h := range list {
		if h.Kind == exam.Retake || h.Kind == exam.Reexam {
			rounds[h.RoundID] = append(rounds[h.RoundID], h)
		}
	}
	for _, round := range slices.Sorted(maps.Keys(rounds)) { // one order of locking
		if err := s.handedInOf(ctx, tx, round, rounds[round]); err != nil {
			return err
		}
	}
	return nil
}

// handedInOf moves the cases of one round.
func (s *Service) handedInOf(ctx context.Context, tx *db.Tx, round exam.RoundID, list []exam.HandedIn) error {
	people := make([]account.PersonID, len(list))
	for i, h := range list {
		people[i] = h.PersonID
	}
	cases, err := s.store.ofPeople(ctx, tx, round, people)
	if err != nil {
		return err
	}
	var moves []Moved
	for _, h := range list {
		c, found := cases[h.PersonID]
		if !found || c.State != RetakeDue && c.State != ReexamDue {
			continue
		}
		m, err := c.after(HandedIn, tx.Now(), nil, map[string]any{"attempt": int64(h.AttemptID)})
		if err != nil {
			return err
		}
		moves = append(moves, m)
	}
	return s.write(ctx, tx, systemActor, moves)
}

// ClosesMoved is called in the transaction that moves ends of windows: a case says until when its retake and its re-exam may be sat.
func (s *Service) ClosesMoved(ctx context.Context, tx *db.Tx, list []exam.OwnClose) error {
	return s.store.closesMoved(ctx, tx, list)
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
