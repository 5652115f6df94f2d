package app

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

// hooks carry news upwards, inside the transaction in which they happen: all of it becomes true together or not at all.
type hooks struct {
	exams     *exam.Service
	courses   *courseware.Service
	appraisal *appraisal.Service
	cases     *remediation.Service
	ledger    *ledger.Service
	inbox     *notify.Service
	people    *account.Service
	policies  *policy.Store
	zone      *time.Location
}

// ResultsReleased tells the people, opens or moves their cases and brings the round's numbers into the appraisal, for all of them together.
func (h *hooks) ResultsReleased(ctx context.Context, tx *db.Tx, list []exam.Released) error {
	letters, people := make([]notify.Letter, len(list)), make([]account.PersonID, len(list))
	for i, r := range list {
		letters[i], people[i] = notify.Letter{To: r.PersonID, News: resultNews(r)}, r.PersonID
	}
	if err := h.inbox.TellEach(ctx, tx, letters); err != nil {
		return err
	}
	if err := h.cases.ResultsReleased(ctx, tx, list); err != nil {
		return err
	}
	return h.roundMoved(ctx, tx, list[0].RoundID, people)
}

// roundMoved brings the numbers that a round now stands at for these people into the appraisal, and books what it brings those for whom it is
// settled; there is nothing of a mock.
func (h *hooks) roundMoved(ctx context.Context, tx *db.Tx, id exam.RoundID, people []account.PersonID) error {
	if id == 0 {
		return nil
	}
	rounds, err := h.lockedRound(ctx, tx, id, people)
	if err != nil {
		return err
	}
	numbers := make([]appraisal.Knowledge, len(rounds))
	for i, r := range rounds {
		numbers[i] = h.knowledge(r)
	}
	if err := h.appraisal.RecordKnowledge(ctx, tx, numbers); err != nil {
		return err
	}
	return h.settle(ctx, tx, rounds)
}

func resultNews(r exam.Released) notify.News {
	link := "/exams/" + r.ExamID.String()
	if r.AttemptID != 0 {
		link = "/attempts/" + r.AttemptID.String() + "/result"
	}
	return notify.News{
		Kind: notify.Result, Key: "notify.result_out", Link: link, Subject: fmt.Sprintf("result:%d", r.ResultID),
		Places: map[string]any{
			"title": r.Title, "percent": layout.Percent(int64(r.Percent)), "score": layout.Score(int64(r.Score)), "total": layout.Score(int64(r.Total)),
			"band": notify.Word("exam.band." + string(r.Band)),
		},
	}
}

// scoring is the switch of decision 22: what the appraisal takes after a passed retake.
func (h *hooks) scoring(ctx context.Context, x db.Q) (exam.RoundScoring, error) {
	p, _, err := policy.Current[remediation.Policy](ctx, h.policies, x, remediation.PolicyKind, x.Now())
	if errs.Is(err, errs.NotFound) {
		return exam.ScoreSixty, nil
	}
	return exam.RoundScoring(p.RoundScoring), err
}

func (h *hooks) knowledge(r exam.RoundResult) appraisal.Knowledge {
	return appraisal.Knowledge{
		PersonID: r.PersonID, RoundID: int64(r.RoundID), ExamID: int64(r.ExamID), AttemptID: int64(r.AttemptID), ResultID: int64(r.ResultID),
		ExamTitle: r.Title, PercentHundredths: r.Percent, Outcome: string(r.Outcome), ClosedOn: lastDay(r.SittingClosedAt, h.zone),
	}
}

// lastDay is the last date on which something that ends at t could be done: what closes at midnight closed on the day before.
func lastDay(t time.Time, zone *time.Location) time.Time {
	return dayOf(t.Add(-time.Microsecond), zone)
}

// dayOf is the date in the organisation's zone, as midnight UTC, which is how dates are read and written.
func dayOf(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// CourseCompleted ticks a retraining off and refreshes the participation of the periods that hold the day.
func (h *hooks) CourseCompleted(ctx context.Context, tx *db.Tx, c courseware.Completed) error {
	if err := h.cases.CourseCompleted(ctx, tx, c); err != nil {
		return err
	}
	return h.appraisal.RefreshParticipation(ctx, tx, []account.PersonID{c.PersonID})
}

// DueCoursesChanged refreshes the participation of people who were given courses or from whom some were taken back.
func (h *hooks) DueCoursesChanged(ctx context.Context, tx *db.Tx, people []account.PersonID) error {
	return h.appraisal.RefreshParticipation(ctx, tx, people)
}

// SheetConfirmed tells whose sheet it is.
func (h *hooks) SheetConfirmed(ctx context.Context, tx *db.Tx, c appraisal.Confirmed) error {
	return h.inbox.Tell(ctx, tx, []account.PersonID{c.PersonID}, notify.News{
		Kind: notify.Appraisal, Key: "notify.sheet_confirmed", Link: "/me/appraisal/" + c.CycleID.String(),
		Subject: fmt.Sprintf("cycle:%d:confirmed", c.CycleID), Places: map[string]any{"year": c.Quarter.Year, "no": c.Quarter.No},
	})
}

// Invited tells the candidates of a published exam. Who is added later may have been taken off it before, and is told again.
func (h *hooks) Invited(ctx context.Context, tx *db.Tx, e exam.Exam, people []account.PersonID) error {
	subject := "exam:" + e.ID.String() + ":published"
	if e.PublishedAt != nil {
		subject += fmt.Sprintf(":%d", tx.Now().Unix())
	}
	return h.inbox.Tell(ctx, tx, people, notify.News{
		Kind: notify.Exam, Key: "notify.exam_published", Link: "/exams/" + e.ID.String(), Subject: subject,
		Places: map[string]any{"title": e.Title, "opens_at": notify.Moment(e.OpensAt), "closes_at": notify.Until(e.ClosesAt)},
	})
}

// Granted tells a candidate the times of their own: whoever was told of the exam's would keep to those.
func (h *hooks) Granted(ctx context.Context, tx *db.Tx, e exam.Exam, person account.PersonID, w exam.Window) error {
	return h.inbox.Tell(ctx, tx, []account.PersonID{person}, notify.News{
		Kind: notify.Exam, Key: "notify.exam_times", Link: "/exams/" + e.ID.String(), Subject: fmt.Sprintf("exam:%d:times:%d", e.ID, tx.Now().Unix()),
		Places: map[string]any{
			"title": e.Title, "opens_at": notify.Moment(w.OpensAt), "closes_at": notify.Until(w.ClosesAt), "minutes": (w.LimitSeconds + w.ExtraSeconds) / 60,
		},
	})
}

// Knowledge and Participation let a cycle that opens late collect what happened before (appraisal.Sources).
func (h *hooks) Knowledge(ctx context.Context, q db.Q, people []account.PersonID, from, to time.Time) ([]appraisal.Knowledge, error) {
	scoring, err := h.scoring(ctx, q)
	if err != nil {
		return nil, err
	}
	rounds, err := h.exams.RoundsClosed(ctx, q, people, h.midnight(from), h.midnight(to.AddDate(0, 0, 1)), scoring)
	if err != nil {
		return nil, err
	}
	out := make([]appraisal.Knowledge, len(rounds))
	for i, r := range rounds {
		out[i] = h.knowledge(r)
	}
	return out, nil
}

// Participation is the share of the courses due in the period that each person finished.
func (h *hooks) Participation(ctx context.Context, q db.Q, people []account.PersonID, from, to time.Time) ([]appraisal.Participation, error) {
	shares, err := h.courses.Participation(ctx, q, people, from, to)
	if err != nil {
		return nil, err
	}
	out := make([]appraisal.Participation, 0, len(shares))
	for person, s := range shares {
		if s.Assigned > 0 {
			out = append(out, appraisal.Participation{PersonID: person, FromOn: from, ToOn: to, Assigned: s.Assigned, Completed: s.Completed})
		}
	}
	return out, nil
}

// midnight is the beginning of a date in the organisation's zone.
func (h *hooks) midnight(on time.Time) time.Time {
	return time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, h.zone)
}
