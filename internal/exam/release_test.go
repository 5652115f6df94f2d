package exam

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

type heard struct {
	released []Released
	handedIn []HandedIn
	invited  []account.PersonID
}

func (h *heard) AttemptsHandedIn(_ context.Context, _ *db.Tx, list []HandedIn) error {
	h.handedIn = append(h.handedIn, list...)
	return nil
}

func (h *heard) Invited(_ context.Context, _ *db.Tx, _ Exam, people []account.PersonID) error {
	h.invited = append(h.invited, people...)
	return nil
}

func (h *heard) ResultsReleased(_ context.Context, _ *db.Tx, list []Released) error {
	h.released = append(h.released, list...)
	return nil
}

// rule:N05 an absence is a result 0 that is released with the others.
func TestAbsenceAndReleaseAtClose(t *testing.T) {
	c := newClinic(t, 2)
	h := &heard{}
	c.OnRelease(h)
	c.OnHandIn(h)
	c.OnInvited(h)
	exam := c.published(2, func(s *Settings) { s.Release = ReleaseAtClose })
	if len(h.invited) != 2 {
		t.Fatalf("%v were told", h.invited)
	}
	sheet := c.begin(exam, 1)
	c.answer(sheet, 1, 5)
	c.submit(sheet, 1)
	if len(h.handedIn) != 1 || h.handedIn[0].AttemptID != sheet.AttemptID || h.handedIn[0].RoundID == 0 {
		t.Fatalf("%+v", h.handedIn)
	}
	closes := c.clock.Now().Add(2 * time.Hour)
	c.clock.Set(closes.Add(15*time.Second - time.Microsecond))
	c.due()
	if len(h.released) != 0 {
		t.Fatal("released before the close had drained")
	}
	c.clock.Advance(time.Second)
	c.due()
	if len(h.released) != 2 {
		t.Fatalf("%+v", h.released)
	}
	for _, r := range h.released {
		if r.Passed || r.Absent != (r.PersonID == 2) || !r.SittingClosedAt.Equal(closes) || r.RoundID == 0 || !r.ReleasedAt.Equal(c.clock.Now()) {
			t.Fatalf("%+v", r)
		}
	}
	c.due()
	if len(h.released) != 2 {
		t.Fatal("released twice")
	}
}

// rule:N05 the rule of absences is a version: an exam keeps the one that it was published under.
func TestAbsenceIsAPolicy(t *testing.T) {
	c := newClinic(t, 3)
	h := &heard{}
	c.OnRelease(h)
	before := c.published(3, func(s *Settings) { s.Release = ReleaseAtClose })
	closes := c.clock.Now().Add(2 * time.Hour)
	must(t, c.AddAbsence(c.ctx, account.System(), Absence{CountsAsZero: false, LeaveHours: 24}, time.Time{}))
	after := c.published(3, func(s *Settings) { s.Release = ReleaseAtClose })
	later, until := closes.Add(72*time.Hour), closes.Add(74*time.Hour)
	leave := Grant{OpensAt: &later, ClosesAt: &until, Reason: "急诊"}

	c.clock.Set(closes.Add(16 * time.Second))
	c.due()
	if len(h.released) != 3 || h.released[0].ExamID != before || !h.released[0].Absent {
		t.Fatalf("under the first version: %+v", h.released)
	}
	if err := c.Defer(c.ctx, c.staff, before, 1, leave); !errs.Is(err, errs.Conflict) {
		t.Errorf("leave after the close under the first version: %v", err)
	}
	c.clock.Set(closes.Add(24*time.Hour - time.Microsecond))
	c.due()
	must(t, c.Defer(c.ctx, c.staff, after, 1, leave))
	c.clock.Set(closes.Add(24 * time.Hour))
	if err := c.Defer(c.ctx, c.staff, after, 2, leave); !errs.Is(err, errs.Conflict) {
		t.Errorf("leave a day after the close: %v", err)
	}
	c.clock.Advance(16 * time.Second)
	c.due()
	if n := c.count(`SELECT count(*) FROM candidate WHERE exam_id = $1 AND state = 'absent' AND settled_at IS NOT NULL`, int64(after)); n != 2 {
		t.Errorf("%d absences were recorded", n)
	}
	if n := c.count(`SELECT count(*) FROM result WHERE exam_id = $1`, int64(after)); n != 0 || len(h.released) != 3 {
		t.Errorf("%d results, released %+v", n, h.released)
	}
	if e, err := c.Exam(c.ctx, c.staff, after); err != nil || e.State != Marked {
		t.Errorf("%s, %v", e.State, err)
	}
	for _, hours := range []int{-1, 169} {
		if err := c.AddAbsence(c.ctx, account.System(), Absence{LeaveHours: hours}, time.Time{}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%d hours: %v", hours, err)
		}
	}
}

// rule:C51 rule:C53 rule:N03 the retake: one exam a round, an own window and paper, key points, nothing seen before.
func TestRetakeAndReexam(t *testing.T) {
	c := newClinic(t, 2)
	h := &heard{}
	c.OnRelease(h)
	exam := c.published(2, func(s *Settings) { s.Release = ReleaseAtHandIn })
	for person := 1; person <= 2; person++ {
		sheet := c.begin(exam, person)
		c.answer(sheet, person, 3)
		c.submit(sheet, person)
	}
	round := h.released[0].RoundID
	open := func(person account.PersonID, retake bool) (id ExamID) {
		t.Helper()
		must(t, c.d.InTx(c.ctx, func(tx *db.Tx) (err error) {
			if retake {
				id, err = c.OpenRetakes(c.ctx, tx, round, tx.Now(), []SitsAgain{{person, tx.Now().Add(7 * 24 * time.Hour)}})
			} else {
				id, err = c.OpenReexam(c.ctx, tx, round, person, tx.Now(), tx.Now().Add(7*24*time.Hour))
			}
			return err
		}))
		return id
	}
	first := open(1, true)
	if again := open(1, true); again != first {
		t.Fatal("asking twice opened two")
	}
	if second := open(2, true); second != first {
		t.Fatal("one retake exam a round")
	}
	if c.count(`SELECT count(*) FROM candidate WHERE exam_id = $1 AND paper_id IS NOT NULL`, int64(first)) != 2 {
		t.Fatal("each has an own paper")
	}
	repeatedOrEasy := c.count(`SELECT count(*) FROM candidate c JOIN paper_slot s ON s.paper_id = c.paper_id WHERE c.exam_id = $1
		AND (s.version_id % 2 = 0 OR EXISTS (SELECT 1 FROM attempt a JOIN paper_slot o ON o.paper_id = a.paper_id WHERE a.person_id = c.person_id AND o.version_id = s.version_id))`, int64(first))
	if repeatedOrEasy != 0 {
		t.Fatalf("%d slots are not key questions or were seen before", repeatedOrEasy)
	}
	c.checkOwnPaper(first, 1)
	sheet := c.begin(first, 1)
	c.answer(sheet, 1, 2)
	c.submit(sheet, 1)
	re := open(1, false)
	if open(1, false) != re {
		t.Fatal("an open re-exam is the same re-exam")
	}
	sheet = c.begin(re, 1)
	c.answer(sheet, 1, 10)
	c.submit(sheet, 1)
	if outcome, percent, err := c.Round(c.ctx, c.d, round, 1, ScoreSixty); err != nil || outcome != OutcomeRetrain || percent != 6000 {
		t.Fatalf("%s %s %v", outcome, percent, err)
	}
	if outcome, percent, err := c.Round(c.ctx, c.d, round, 2, ScoreSixty); err != nil || outcome != OutcomeFailed || percent != 3000 {
		t.Fatalf("%s %s %v", outcome, percent, err)
	}
}

// checkOwnPaper: the trainer is told why each question of a person's own paper is there; the person is not shown the paper.
func (c *clinic) checkOwnPaper(id ExamID, person account.PersonID) {
	c.t.Helper()
	row, err := c.BoardPerson(c.ctx, c.staff, id, person)
	must(c.t, err)
	paper, err := c.Paper(c.ctx, c.staff, *row.PaperID)
	must(c.t, err)
	for _, slot := range paper.Content {
		if why := slot.Reason.V; why.Topic != slot.Question.TopicIDs[0] || !why.Key || why.Seen {
			c.t.Errorf("slot %d: %+v", slot.Slot, why)
		}
	}
	if paper.Person == "" {
		c.t.Error("whose paper it is, is not said")
	}
	staff := account.Viewer{PersonID: person, Grants: []account.Grant{{Role: account.Trainer, UnitID: 1, Units: []account.UnitID{1}}}}
	if _, err := c.Paper(c.ctx, staff, *row.PaperID); !errs.Is(err, errs.NotFound) {
		c.t.Errorf("the person sees the own paper with its keys: %v", err)
	}
}
