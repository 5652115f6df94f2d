package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/remediation"
)

// CaseMoved tells the person concerned what the case asks of them now (C52, C55, C57). Passing marks is no news.
func (h *hooks) CaseMoved(ctx context.Context, tx *db.Tx, c remediation.Case, on remediation.Event, title string) error {
	switch {
	case c.State == remediation.DecisionDue:
		return h.decisionDue(ctx, tx, c, title)
	case on == remediation.GroundFell:
		return h.tellHR(ctx, tx, c, account.CaseDecide, on, "notify.case_ground_fell", title)
	case on == remediation.FailWasLifted, on == remediation.RetakeCorrected, on == remediation.ReexamCorrected:
		if err := h.tellHR(ctx, tx, c, account.CaseAssign, on, "notify.case_corrected", title); err != nil {
			return err
		}
	}
	n, tell := caseNews(c, on, title)
	if !tell {
		return nil
	}
	n.Link = "/cases/" + c.ID.String()
	n.Subject = fmt.Sprintf("case:%d:%d:%s", c.ID, c.Cycle, on)
	return h.inbox.Tell(ctx, tx, []account.PersonID{c.PersonID}, n)
}

// decisionDue tells those who handle the person's case that they are to propose what becomes of it (N06).
func (h *hooks) decisionDue(ctx context.Context, tx *db.Tx, c remediation.Case, title string) error {
	return h.tellHR(ctx, tx, c, account.CaseAssign, "decision_due", "notify.decision_due", title)
}

// tellHR tells those who may act on the person's case, each event of a cycle once. The person concerned is told otherwise.
func (h *hooks) tellHR(ctx context.Context, tx *db.Tx, c remediation.Case, may account.Action, on remediation.Event, key, title string) error {
	hr, err := h.people.Holders(ctx, tx, may, c.PersonID)
	if err != nil {
		return err
	}
	names, err := h.people.Names(ctx, tx, []account.PersonID{c.PersonID})
	if err != nil {
		return err
	}
	return h.inbox.Tell(ctx, tx, hr, notify.News{
		Kind: notify.Decision, Key: key, Link: "/cases/" + c.ID.String(), Subject: fmt.Sprintf("case:%d:%d:%s:hr", c.ID, c.Cycle, on),
		Places: map[string]any{"person": names[c.PersonID], "title": title, "outcome": notify.Word("cases.outcome." + string(c.Outcome))},
	})
}

func caseNews(c remediation.Case, on remediation.Event, title string) (n notify.News, tell bool) {
	places := map[string]any{"title": title}
	switch {
	case on == remediation.Opened:
		places["closes_at"] = notify.Until(c.RetakeClosesAt)
		return notify.News{Kind: notify.Retake, Key: "notify.retake_opened", Places: places}, true
	case c.State == remediation.Closed:
		places["outcome"] = notify.Word("cases.outcome." + string(c.Outcome))
		return notify.News{Kind: notify.Decision, Key: "notify.case_closed", Places: places}, true
	case c.State == remediation.RetrainingDue:
		return notify.News{Kind: notify.Retraining, Key: "notify.retraining_needed", Places: places}, true
	case c.State == remediation.Retraining:
		places["due_on"] = c.RetrainingDueOn.Format(time.DateOnly)
		return notify.News{Kind: notify.Retraining, Key: "notify.retraining_assigned", Places: places}, true
	case c.State == remediation.ReexamDue:
		places["closes_at"] = notify.Until(*c.ReexamClosesAt)
		return notify.News{Kind: notify.Reexam, Key: "notify.reexam_opened", Places: places}, true
	}
	return notify.News{}, false
}

// reminders are the days before a deadline on which the person is told once more.
var reminders = []int{3, 1}

// remind tells people whose deadline is near. It may run at any time and any number of times: a stage is told once.
func (h *hooks) remind(ctx context.Context, d *db.DB) error {
	return errors.Join(h.remindExams(ctx, d), h.remindCases(ctx, d), h.countOverdue(ctx, d))
}

// countOverdue lets the appraisal count the courses whose day has passed. It may run any number of times: the same count is no news.
func (h *hooks) countOverdue(ctx context.Context, d *db.DB) error {
	people, err := h.courses.LatelyOverdue(ctx, d)
	if err != nil || len(people) == 0 {
		return err
	}
	return d.InTx(ctx, func(tx *db.Tx) error { return h.appraisal.RefreshParticipation(ctx, tx, people) })
}

func (h *hooks) remindCases(ctx context.Context, d *db.DB) error {
	cases, err := h.cases.Waiting(ctx, d, d.Now().Add(time.Duration(reminders[0])*24*time.Hour))
	if err != nil {
		return err
	}
	for _, c := range cases {
		left := remediation.DaysLeft(*c.Deadline, d.Now())
		stage, due := reminderStage(left)
		if !due {
			continue
		}
		n := reminder(c, left)
		n.Subject = fmt.Sprintf("case:%d:%d:%s:%dd", c.ID, c.Cycle, c.State, stage)
		if err := d.InTx(ctx, func(tx *db.Tx) error {
			return h.inbox.Tell(ctx, tx, []account.PersonID{c.PersonID}, n)
		}); err != nil {
			return err
		}
	}
	return nil
}

// reminderStage is the reminder that is due with so many days left; none after the deadline.
func reminderStage(daysLeft int) (stage int, due bool) {
	for _, r := range reminders {
		if daysLeft > 0 && daysLeft <= r {
			stage, due = r, true
		}
	}
	return stage, due
}

func reminder(c remediation.WaitingCase, daysLeft int) notify.News {
	n := notify.News{
		Link:   "/cases/" + c.ID.String(),
		Places: map[string]any{"title": c.ExamTitle, "days": daysLeft, "closes_at": notify.Until(*c.Deadline)},
	}
	switch c.State {
	case remediation.RetakeDue:
		n.Kind, n.Key = notify.Retake, "notify.retake_left"
	case remediation.ReexamDue:
		n.Kind, n.Key = notify.Reexam, "notify.reexam_left"
	default:
		n.Kind, n.Key = notify.Retraining, "notify.retraining_left"
	}
	return n
}
