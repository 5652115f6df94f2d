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

// CasesMoved tells the people concerned what their cases ask of them now (C52, C55, C57), and those who are to act on them. Passing marks is
// no news. What people decided settles the round.
func (h *hooks) CasesMoved(ctx context.Context, tx *db.Tx, list []remediation.Moved, title string) error {
	letters, err := h.lettersToHR(ctx, tx, list, title)
	if err != nil {
		return err
	}
	for _, m := range list {
		n, tell := caseNews(m.Case, m.On, title)
		if tell && m.State != remediation.DecisionDue && m.On != remediation.GroundFell {
			n.Link = "/cases/" + m.ID.String()
			n.Subject = fmt.Sprintf("case:%d:%d:%s", m.ID, m.Cycle, m.On)
			letters = append(letters, notify.Letter{To: m.PersonID, News: n})
		}
	}
	if err := h.inbox.TellEach(ctx, tx, letters); err != nil {
		return err
	}
	return h.decidedRounds(ctx, tx, list)
}

// forHR is what those who may act on a person's case are told of a move; on names it among those of the case's cycle. The person concerned is
// told otherwise.
type forHR struct {
	may account.Action
	on  remediation.Event
	key string
}

// ofHR is forHR of a move, false for one that HR is not told of.
func ofHR(m remediation.Moved) (n forHR, tell bool) {
	switch {
	case m.State == remediation.DecisionDue:
		return forHR{account.CaseAssign, "decision_due", "notify.decision_due"}, true // what becomes of the person is to be proposed (N06)
	case m.On == remediation.GroundFell:
		return forHR{account.CaseDecide, m.On, "notify.case_ground_fell"}, true
	case m.On == remediation.FailWasLifted, m.On == remediation.RetakeCorrected, m.On == remediation.ReexamCorrected:
		return forHR{account.CaseAssign, m.On, "notify.case_corrected"}, true
	}
	return forHR{}, false
}

// lettersToHR are what those who may act on the moved cases are told, each event of a case's cycle once.
func (h *hooks) lettersToHR(ctx context.Context, tx *db.Tx, list []remediation.Moved, title string) ([]notify.Letter, error) {
	people := map[account.Action][]account.PersonID{}
	var all []account.PersonID
	for _, m := range list {
		if n, tell := ofHR(m); tell {
			people[n.may], all = append(people[n.may], m.PersonID), append(all, m.PersonID)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	names, err := h.people.Names(ctx, tx, all)
	if err != nil {
		return nil, err
	}
	holders := make(map[account.Action]map[account.PersonID][]account.PersonID, len(people))
	for may, of := range people {
		if holders[may], err = h.people.Holders(ctx, tx, may, of); err != nil {
			return nil, err
		}
	}
	var out []notify.Letter
	for _, m := range list {
		n, tell := ofHR(m)
		if !tell {
			continue
		}
		for _, to := range holders[n.may][m.PersonID] {
			out = append(out, notify.Letter{To: to, News: notify.News{
				Kind: notify.Decision, Key: n.key, Link: "/cases/" + m.ID.String(), Subject: fmt.Sprintf("case:%d:%d:%s:hr", m.ID, m.Cycle, n.on),
				Places: map[string]any{"person": names[m.PersonID], "title": title, "outcome": notify.Word("cases.outcome." + string(m.Outcome))},
			}})
		}
	}
	return out, nil
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
	return errors.Join(h.remindExams(ctx, d), h.remindPauses(ctx, d), h.remindCases(ctx, d), h.countOverdue(ctx, d))
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
