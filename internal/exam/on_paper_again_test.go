package exam

import (
	"errors"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// paperExam is a published exam of two questions on paper, of people 1 … n.
func paperExam(c *clinic, n int, change func(*Settings)) ExamID {
	c.t.Helper()
	s := c.settings()
	if change != nil {
		change(&s)
	}
	id, err := c.CreateExam(c.ctx, c.staff, s, c.paperOf(2))
	must(c.t, err)
	must(c.t, c.SetOnPaper(c.ctx, c.staff, id, true))
	who := account.Audience{}
	for p := 1; p <= n; p++ {
		who.PersonIDs = append(who.PersonIDs, account.PersonID(p))
	}
	must(c.t, errOf(c.Invite(c.ctx, c.staff, id, who)))
	must(c.t, c.Publish(c.ctx, c.staff, id))
	return id
}

// What closes at the end of a day is told as the end of that day.
func TestAnAbsenceBeforeMidnightIsTooEarly(t *testing.T) {
	c := newClinic(t, 2)
	midnight := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	id := paperExam(c, 1, func(s *Settings) { s.ClosesAt = midnight })
	err := c.AbsentOnPaper(c.ctx, marker(2), id, 1, "没来")
	var e *errs.Error
	if !errors.As(err, &e) || e.Key != "error.exam.absent_early" || e.Args["closes"] != "2026-03-02 24:00" {
		t.Errorf("%v %+v", err, e)
	}
	c.clock.Set(midnight)
	must(t, c.AbsentOnPaper(c.ctx, marker(2), id, 1, "没来"))
}

// A sheet that was declared void is sat again: the marks of the second sheet are keyed in, confirmed, and alone count.
func TestAVoidedSheetIsMarkedAgain(t *testing.T) {
	o := newOffice(t, 9, 9)
	id := paperExam(o.clinic, 1, nil)
	enter := func(first, second int64) {
		t.Helper()
		marks := []EnteredMark{{1, ref(score.Whole(first))}, {2, ref(score.Whole(second))}}
		must(t, o.EnterMarks(o.ctx, marker(8), id, 1, marks, score.Whole(first+second)))
		must(t, o.ConfirmMarks(o.ctx, marker(9), id, 1, score.Whole(first+second)))
	}
	standing := func(want PaperStanding, sum *score.Hundredths) {
		t.Helper()
		e, err := o.PaperEntry(o.ctx, marker(9), id, 1)
		if err != nil || e.Sheet.Standing != want || (sum == nil) != (e.Sheet.Sum == nil) || sum != nil && *sum != *e.Sheet.Sum || want == SheetOpen && (e.Marks != nil || e.Sheet.EnteredName != "") {
			t.Fatalf("%+v, %v, want %s", e.Sheet, err, want)
		}
	}
	enter(10, 4)
	standing(SheetConfirmed, ref(score.Whole(14)))
	until := o.clock.Now().Add(3 * time.Hour)
	must(t, o.Void(o.ctx, o.staff, id, 1, VoidOrder{Reason: "答题卡拿错了", AgainUntil: &until}))
	standing(SheetOpen, nil)
	if err := o.ConfirmMarks(o.ctx, marker(8), id, 1, score.Whole(14)); !errs.Is(err, errs.Conflict) {
		t.Errorf("the voided sheet was confirmed again: %v", err)
	}
	enter(5, 3)
	standing(SheetConfirmed, ref(score.Whole(8)))
	if got := o.scores(id); len(got) != 2 || got[1] != 800 {
		t.Errorf("%v", got)
	}

	// The way back to what was keyed in leads to the sheet that counts: 3 of 10 beside 5 of 10 are worse than 5 of 10 alone.
	o.clock.Set(until.Add(time.Hour))
	o.due()
	var version VersionID
	must(t, o.d.SQL().QueryRow(`SELECT version_id FROM paper_slot s JOIN exam e ON e.paper_id = s.paper_id WHERE e.id = $1 AND s.slot = 2`, int64(id)).Scan(&version))
	for _, act := range []RulingAct{Drop, PaperKey} {
		k := o.propose2(o.hr(6), id, Ruling{VersionID: version, Act: act})
		_, p := o.rulingOf(o.hr(7), k)
		must(t, o.ApproveCorrection(o.ctx, o.hr(7), k, p.Seen, ""))
	}
	var spared string
	must(t, o.d.SQL().QueryRow(`SELECT mark ->> 'mark' FROM correction_spared`).Scan(&spared))
	if spared != "3.00" {
		t.Errorf("the mark that was keyed in is %s", spared)
	}
}
