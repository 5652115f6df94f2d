package remediation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
)

const (
	maxCourses = 20
	maxReason  = 2000
)

// Assignment is HR's choice of a retraining (C55, C56).
type Assignment struct {
	Courses  []courseware.CourseID
	Tutoring map[Form]string // what happens face to face beside them, where anything does
	DueOn    *time.Time      // nil takes the policy's number of days
}

// lockOther locks a case for somebody who may do the act to it. Errors: NotFound (outside the viewer's part), Forbidden (the own case).
func (s *Service) lockOther(ctx context.Context, tx *db.Tx, v account.Viewer, act account.Action, id CaseID) (Case, error) {
	c, err := s.store.lock(ctx, tx, v.Scope(act), id)
	if err == nil {
		err = account.NotSelf(v, c.PersonID)
	}
	return c, err
}

// Assign gives the person the courses of the retraining. Errors: Invalid (no courses, a day in the past), Conflict (the case
// does not wait for it).
func (s *Service) Assign(ctx context.Context, v account.Viewer, id CaseID, a Assignment) error {
	if err := v.Require(account.CaseAssign); err != nil {
		return err
	}
	if err := s.CheckAssignment(a); err != nil {
		return err
	}
	return s.d.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.lockOther(ctx, tx, v, account.CaseAssign, id)
		if err != nil {
			return err
		}
		if _, _, err := Next(c.State, Assigned); err != nil {
			return err // before anybody is enrolled
		}
		due, err := s.retrainingDueOn(ctx, tx, c, a.DueOn)
		if err != nil {
			return err
		}
		if err := s.courses.AssignInTx(ctx, tx, v.Actor(), c.PersonID, a.Courses, courseware.ReasonRetraining, &due); err != nil {
			return err
		}
		if err := s.store.insertCourses(ctx, tx, c, a.Courses); err != nil {
			return err
		}
		forms, err := s.store.insertTutorings(ctx, tx, c, a)
		if err != nil {
			return err
		}
		return s.move(ctx, tx, c, v.Actor(), Assigned, func(c *Case) { c.RetrainingDueOn = &due },
			map[string]any{"courses": account.Int64s(a.Courses), "tutoring": forms, "due_on": due.Format(time.DateOnly)})
	})
}

// ConfirmTutoring says that a person has done what a retraining has of one form (C56). With the last part of the retraining the re-exam
// opens. Errors: Conflict (no retraining is going on), Forbidden (the own case), NotFound (no such form, or it is confirmed).
func (s *Service) ConfirmTutoring(ctx context.Context, v account.Viewer, id CaseID, form Form) error {
	if err := v.Require(account.CaseAssign); err != nil {
		return err
	}
	return s.d.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.lockOther(ctx, tx, v, account.CaseAssign, id)
		if err != nil {
			return err
		}
		if _, _, err := Next(c.State, CoursesDone); err != nil {
			return err
		}
		left, err := s.store.confirmTutoring(ctx, tx, c, form, v.PersonID)
		if err != nil {
			return err
		}
		if err := s.record(ctx, tx, c, v.Actor(), "tutoring_done", c.State, map[string]any{"form": form}); err != nil || left > 0 {
			return err
		}
		return s.unlockReexam(ctx, tx, c)
	})
}

// CheckAssignment names what is wrong with an assignment, whoever it is for: no course or too many, a day that has passed.
func (s *Service) CheckAssignment(a Assignment) error {
	if len(a.Courses) == 0 || len(a.Courses) > maxCourses {
		return errs.InvalidFields(errs.NewField("courses", "error.remediation.courses", "max", maxCourses))
	}
	if wrong := a.checkTutorings(); len(wrong) > 0 {
		return errs.InvalidFields(wrong...)
	}
	if a.DueOn != nil && a.DueOn.Before(dayOf(s.d.Now(), s.zone)) {
		return errs.InvalidFields(errs.NewField("due_on", "error.remediation.due_on"))
	}
	return nil
}

func (s *Service) retrainingDueOn(ctx context.Context, tx *db.Tx, c Case, chosen *time.Time) (time.Time, error) {
	if chosen == nil {
		p, err := policy.ByID[Policy](ctx, s.policies, tx, PolicyKind, c.PolicyVersionID)
		return dayOf(tx.Now(), s.zone).AddDate(0, 0, p.RetrainingDays), err
	}
	return *chosen, nil
}

// dayOf is the date in the organisation's zone, as midnight UTC, which is how dates are read and written.
func dayOf(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Propose says what should become of somebody who failed the re-exam (C49, N06). Another person decides on it.
func (s *Service) Propose(ctx context.Context, v account.Viewer, id CaseID, kind Event, reason string) error {
	if err := v.Require(account.CaseDecide); err != nil {
		return err
	}
	if err := CheckProposal(kind, reason); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	return s.d.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.lockOther(ctx, tx, v, account.CaseDecide, id)
		if err != nil {
			return err
		}
		if _, _, err := Next(c.State, kind); err != nil {
			return err
		}
		if err := s.store.propose(ctx, tx, c, kind, reason, v.PersonID); err != nil {
			return err
		}
		return s.record(ctx, tx, c, v.Actor(), "proposed", c.State, map[string]any{"kind": kind})
	})
}

// CheckProposal names what is wrong with a proposal, whoever it is about.
func CheckProposal(kind Event, reason string) error {
	var wrong []errs.Field
	if !slices.Contains(DecisionKinds, kind) {
		wrong = append(wrong, errs.NewField("kind", "error.remediation.kind"))
	}
	if reason = strings.TrimSpace(reason); reason == "" || len([]rune(reason)) > maxReason {
		wrong = append(wrong, errs.NewField("reason", "error.remediation.reason", "max", maxReason))
	}
	if len(wrong) > 0 {
		return errs.InvalidFields(wrong...)
	}
	return nil
}

// Decide is the second person's word on the open proposal: approved, it moves the case; refused, another can be made.
// Errors: Forbidden (the one who proposed, or the person concerned), NotFound (nothing proposed).
func (s *Service) Decide(ctx context.Context, v account.Viewer, id CaseID, approve bool, remark string) error {
	if err := v.Require(account.CaseDecide); err != nil {
		return err
	}
	remark = strings.TrimSpace(remark)
	if len([]rune(remark)) > maxReason || !approve && remark == "" {
		return errs.InvalidFields(errs.NewField("remark", "error.remediation.remark", "max", maxReason))
	}
	return s.d.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.store.lock(ctx, tx, v.Scope(account.CaseDecide), id)
		if err != nil {
			return err
		}
		d, err := s.store.openDecision(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := mayDecide(v, c, d); err != nil {
			return err
		}
		if err := s.store.decide(ctx, tx, d.ID, approve, v.PersonID, remark); err != nil {
			return err
		}
		body := map[string]any{"decision": int64(d.ID), "kind": d.Kind, "proposed_by": d.ProposedBy}
		if !approve {
			return s.record(ctx, tx, c, v.Actor(), "refused", c.State, body)
		}
		return s.move(ctx, tx, c, v.Actor(), d.Kind, func(c *Case) {
			if d.Kind == AnotherRound {
				c.Cycle++
				c.RetrainingDueOn = nil
			}
		}, body)
	})
}

func mayDecide(v account.Viewer, c Case, d Decision) error {
	if err := account.NotSelf(v, c.PersonID); err != nil {
		return err
	}
	return account.AnotherPerson(v, d.ProposedBy)
}
