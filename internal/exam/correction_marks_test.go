package exam

import (
	"errors"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// shortOffice has an exam of two short answers, marked by two, of which person 1 gave the first in time and the second too late;
// 6, 7 and 8 mark.
func shortOffice(t *testing.T) (*office, ExamID, Sheet) {
	t.Helper()
	o := newOffice(t, 8, 8)
	o.questions = shortBank{newMemoryBank()}
	id, err := o.CreateExam(o.ctx, o.staff, o.settings(), o.paperOf(2))
	must(t, err)
	must(t, o.SetMarking(o.ctx, o.staff, id, 2, 20))
	_, err = o.Invite(o.ctx, o.staff, id, account.Audience{PersonIDs: []account.PersonID{1}})
	must(t, err)
	must(t, o.Publish(o.ctx, o.staff, id))
	sheet := o.begin(id, 1)
	say := func(seq int64, slot int, text string, at time.Time, want SaveStatus) {
		t.Helper()
		r, err := o.Save(o.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{{slot, seq, []byte(`{"text":"` + text + `"}`)}}, at)
		if err != nil || r.Only() != want {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	say(1, 1, "先致歉", o.clock.Now(), Saved)
	o.clock.Set(sheet.DeadlineAt.Add(3 * time.Minute))
	say(2, 2, "说明复诊", o.clock.Now(), Late)
	say(3, 2, "改了一遍", o.clock.Now(), Late)
	o.due()
	for _, m := range []int{6, 7} {
		if n := o.markAll(marker(m), id, 50, 50); n != 1 {
			t.Fatalf("marker %d marked %d", m, n)
		}
	}
	if got := o.newestOf(sheet.AttemptID); got.Score != 500 {
		t.Fatalf("%+v", got)
	}
	return o, id, sheet
}

// Promise 6 for what people mark: the order lays the late answer before the markers, its second person approves what it came to,
// and nothing that counted before is marked again.
// rule:attempt-promise-6
func TestLateShortAnswerIsMarkedByPeople(t *testing.T) {
	o, id, sheet := shortOffice(t)
	first := o.newestOf(sheet.AttemptID)
	k := o.propose(o.hr(3), sheet.AttemptID, 1)
	_, p, err := o.Correction(o.ctx, o.hr(4), k)
	must(t, err)
	if !isKey(p.Refused, "error.exam.correction_unmarked") {
		t.Errorf("can be approved before it is marked: %v", p.Refused)
	}
	if err := o.ApproveCorrection(o.ctx, o.hr(4), k, first.ID, ""); !isKey(err, "error.exam.correction_unmarked") {
		t.Errorf("%v", err)
	}

	// Two are far apart, a third decides; the examinee would not be asked, and nobody is about the answer that counts.
	for m, given := range map[int]int{6: 100, 7: 0} {
		if n := o.markAll(marker(m), id, given, given); n != 1 {
			t.Fatalf("marker %d marked %d", m, n)
		}
	}
	if err := o.ApproveCorrection(o.ctx, o.hr(4), k, first.ID, ""); !isKey(err, "error.exam.correction_unmarked") {
		t.Errorf("approved while a third is asked: %v", err)
	}
	if n := o.markAll(marker(8), id, 80, 80); n != 1 {
		t.Fatalf("the third marked %d", n)
	}
	if now := o.newestOf(sheet.AttemptID); now.ID != first.ID {
		t.Fatal("marking an order's answer changed the result")
	}
	_, p, err = o.Correction(o.ctx, o.hr(4), k)
	must(t, err)
	if p.Refused != nil || p.After.Score != 1400 || len(p.Slots) != 1 || p.Slots[0].MarkAfter != 900 { // 100 and 80 are nearest
		t.Errorf("%+v", p)
	}
	must(t, o.ApproveCorrection(o.ctx, o.hr(4), k, first.ID, ""))
	if now := o.newestOf(sheet.AttemptID); now.Score != 1400 || now.Version != 2 || now.Marks.V[0].Mark != 500 {
		t.Errorf("%+v", now)
	}

	// What is decided is settled: no marker changes it.
	var task MarkTaskID
	must(t, o.d.SQL().QueryRow(`SELECT id FROM mark_task WHERE correction_id = $1`, int64(k)).Scan(&task))
	if err := o.MarkAnswer(o.ctx, marker(6), task, GivenMark{Parts: []int{0, 0}}); !errs.Is(err, errs.Conflict) {
		t.Errorf("revised after the approval: %v", err)
	}
	own, err := o.OwnMarks(o.ctx, marker(6), id)
	must(t, err)
	for _, m := range own {
		if m.Settled != (m.ID == task) {
			t.Errorf("%+v: the result is not released, and only the order's answer is decided", m)
		}
	}

	// A later order on the same question has its answer marked anew.
	again := o.propose(o.hr(3), sheet.AttemptID, 2)
	for _, m := range []int{6, 7} {
		if n := o.markAll(marker(m), id, 100, 100); n != 1 {
			t.Fatalf("marker %d marked %d", m, n)
		}
	}
	must(t, o.ApproveCorrection(o.ctx, o.hr(4), again, o.newestOf(sheet.AttemptID).ID, ""))
	if now := o.newestOf(sheet.AttemptID); now.Score != 1500 || now.Version != 3 {
		t.Errorf("%+v", now)
	}
}

// An order that is given up leaves nothing to mark, and one whose answer turns out worse lowers nobody's score.
func TestLateShortAnswerThatIsNotAdmitted(t *testing.T) {
	o, id, sheet := shortOffice(t)
	first := o.newestOf(sheet.AttemptID)
	k := o.propose(o.hr(3), sheet.AttemptID, 1)
	var task MarkTaskID
	must(t, o.d.SQL().QueryRow(`SELECT id FROM mark_task WHERE correction_id = $1`, int64(k)).Scan(&task))
	must(t, o.MarkAnswer(o.ctx, marker(6), task, GivenMark{Parts: []int{100, 100}}))
	must(t, o.WithdrawCorrection(o.ctx, o.hr(3), k, ""))
	if n := o.markAll(marker(7), id, 100, 100); n != 0 {
		t.Errorf("%d answers of a withdrawn order are marked", n)
	}
	if err := o.MarkAnswer(o.ctx, marker(7), task, GivenMark{Parts: []int{100, 100}}); !errs.Is(err, errs.Conflict) {
		t.Errorf("%v", err)
	}
	exams, err := o.MarkingExams(o.ctx, marker(7))
	if err != nil || len(exams) != 0 {
		t.Errorf("%+v, %v", exams, err)
	}

	k = o.propose(o.hr(3), sheet.AttemptID, 1)
	for _, m := range []int{6, 7} {
		o.markAll(marker(m), id, 0, 0)
	}
	if err := o.ApproveCorrection(o.ctx, o.hr(4), k, first.ID, ""); !isKey(err, "error.exam.correction_nothing") {
		t.Errorf("%v", err)
	}
	must(t, o.RejectCorrection(o.ctx, o.hr(4), k, "没有提高"))
	if now := o.newestOf(sheet.AttemptID); now.ID != first.ID {
		t.Error("the result changed")
	}
}

func isKey(err error, key string) bool {
	var e *errs.Error
	return errors.As(err, &e) && e.Key == key
}
