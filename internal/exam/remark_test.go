package exam

import (
	"fmt"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// taskAt is the answer of an attempt's hand-in at a slot.
func (c *clinic) taskAt(id AttemptID, slot int) (task MarkTaskID) {
	c.t.Helper()
	must(c.t, c.d.SQL().QueryRow(`SELECT id FROM mark_task WHERE attempt_id = $1 AND slot = $2 AND correction_id IS NULL`, int64(id), slot).Scan(&task))
	return task
}

// marked is an exam of two short answers that is over and marked, by as many as mark each: person 1 gave two answers, person 2 one.
func marked(t *testing.T, given map[int][]int) (*clinic, ExamID, []Sheet) {
	t.Helper()
	c, id, sheets := newMarkingClinic(t, len(given))
	for m, parts := range given {
		c.markAll(marker(m), id, parts...)
	}
	c.clock.Set(c.settings().ClosesAt.Add(DrainAllowance + 1))
	c.due()
	if e, err := c.Exam(c.ctx, c.staff, id); err != nil || e.State != Marked {
		t.Fatalf("%s %v", e.State, err)
	}
	return c, id, sheets
}

// A marker puts an own mark right until somebody may have seen the result: everything earlier stays, the result has a newer version.
func TestAMarkIsCorrectedBeforeTheRelease(t *testing.T) {
	c, id, sheets := marked(t, map[int][]int{3: {100, 50}}) // 8.00 an answer
	sheet := sheets[0]
	task, before := c.taskAt(sheet.AttemptID, 2), c.newestOf(sheet.AttemptID)
	wanted := c.count(`SELECT coalesce(sum(wanted), 0) FROM exam_analysis_due WHERE exam_id = $1`, int64(id))
	correct := func(m int, g GivenMark) error { return c.MarkAnswer(c.ctx, marker(m), task, g) }
	for _, reason := range []string{"", "  "} {
		if err := correct(3, GivenMark{Parts: []int{0, 100}, Reason: reason}); !errs.Is(err, errs.Invalid) {
			t.Errorf("corrected for the reason %q: %v", reason, err)
		}
	}
	if err := correct(4, GivenMark{Parts: []int{0, 100}, Reason: "我看不对"}); !isKey(err, "error.exam.marked_by_others") {
		t.Errorf("somebody else corrected it: %v", err)
	}
	if err := correct(1, GivenMark{Parts: []int{100, 100}, Reason: "是我的"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("one's own answer: %v", err)
	}
	own, err := c.OwnMarks(c.ctx, marker(3), id)
	if err != nil || len(own) != 3 || own[0].Settled || own[2].Settled {
		t.Errorf("%+v, %v", own, err)
	}

	must(t, correct(3, GivenMark{Parts: []int{0, 100}, Comment: "没有致歉", Reason: " 看串行了 "}))
	now := c.newestOf(sheet.AttemptID)
	if now.Version != 2 || now.Cause != "remark" || now.Score != 1200 || now.Total != before.Total || now.ReleasedAt != nil || now.Marks.V[0] != before.Marks.V[0] ||
		now.Marks.V[1].Mark != 400 || now.Percent != 6000 || now.Band != "pass" || before.Band != "good" {
		t.Errorf("%+v", now)
	}
	if n := c.count(`SELECT count(*) FROM result WHERE id = $1 AND score_hundredths = 1600`, int64(before.ID)); n != 1 {
		t.Error("the earlier version is not there any more")
	}
	if n := c.count(`SELECT count(*) FROM mark WHERE task_id = $1 AND marker_id = 3 AND (version, mark_hundredths, reason) IN ((1, 800, ''), (2, 400, '看串行了'))`, int64(task)); n != 2 {
		t.Errorf("%d of two marks", n)
	}
	if n := c.count(`SELECT count(*) FROM audit_event e JOIN audit_personal p ON p.event_id = e.id WHERE e.act = 'exam.mark' AND e.body::text NOT LIKE '%看串行了%' AND p.data::text LIKE '%看串行了%'`); n != 1 {
		t.Errorf("the reason stands %d times in the audit", n)
	}
	if n := c.count(`SELECT count(*) FROM audit_event WHERE act = 'attempt.remark' AND body->'facts'->>'result_id' = $1 AND body->'facts'->>'result_before' = $2`, fmt.Sprint(int64(now.ID)), fmt.Sprint(int64(before.ID))); n != 1 {
		t.Errorf("%d rows of the audit tell of the new version", n)
	}
	if n := c.count(`SELECT wanted FROM exam_analysis_due WHERE exam_id = $1`, int64(id)); n != wanted+1 {
		t.Errorf("the analysis is wanted %d times, before %d", n, wanted)
	}

	// Pressed twice, and another comment alone: the mark is the same.
	must(t, correct(3, GivenMark{Parts: []int{0, 100}, Comment: "没有致歉"}))
	if n := c.count(`SELECT count(*) FROM mark WHERE task_id = $1`, int64(task)); n != 2 {
		t.Errorf("%d marks", n)
	}
	must(t, correct(3, GivenMark{Parts: []int{0, 100}, Comment: "缺少致歉", Reason: "改评语"}))
	if again := c.newestOf(sheet.AttemptID); again.ID != now.ID {
		t.Errorf("a comment made version %d of the result", again.Version)
	}

	must(t, errOf(c.Release(c.ctx, c.staff, id)))
	c.clock.Advance(time.Hour) // by now nobody can be answering
	r, err := c.Result(c.ctx, examinee(1), sheet.AttemptID)
	if err != nil || r.Score != 1200 || r.CorrectedAt != nil || len(r.Slots) != 2 || len(r.Slots[1].Comments) != 1 || r.Slots[1].Comments[0] != "缺少致歉" {
		t.Errorf("%+v, %v", r, err)
	}
	if err := correct(3, GivenMark{Parts: []int{100, 100}, Reason: "又想了想"}); !isKey(err, "error.exam.mark_released") {
		t.Errorf("corrected after the release: %v", err)
	}
	if own, err = c.OwnMarks(c.ctx, marker(3), id); err != nil || !own[0].Settled || !own[2].Settled {
		t.Errorf("%+v, %v", own, err)
	}
}

// A correction that tears two markers apart asks a third, and the result waits; one that brings them together needs none any more.
func TestACorrectionIsHeldToTheGap(t *testing.T) {
	c, id, sheets := marked(t, map[int][]int{3: {100, 100}, 4: {100, 75}}) // 10.00 and 9.00
	task := c.taskAt(sheets[0].AttemptID, 1)
	before := c.newestOf(sheets[0].AttemptID)
	if before.Score != 1900 {
		t.Fatalf("%+v", before)
	}
	must(t, c.MarkAnswer(c.ctx, marker(3), task, GivenMark{Parts: []int{50, 50}, Reason: "没有说明流程"})) // 5.00
	if now := c.newestOf(sheets[0].AttemptID); now.ID != before.ID {
		t.Errorf("two who are far apart made %+v", now)
	}
	p, err := c.ReleasePreview(c.ctx, c.staff, id)
	if err != nil || p.Results != 1 || p.Waiting != 1 || p.Passed+p.Failed != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	if n, err := c.Release(c.ctx, c.staff, id); n != 1 || err != nil {
		t.Errorf("%d results were released, %v", n, err)
	}
	if r := c.newestOf(sheets[0].AttemptID); r.ReleasedAt != nil {
		t.Fatal("a result was released for which a third marker is asked")
	}
	if n := c.markAll(marker(5), id, 50, 75); n != 1 { // 6.00: nearest to 5.00
		t.Fatalf("the third was shown %d answers", n)
	}
	if now := c.newestOf(sheets[0].AttemptID); now.Version != 2 || now.Score != 550+950 {
		t.Errorf("%+v", now)
	}
	must(t, c.MarkAnswer(c.ctx, marker(5), task, GivenMark{Parts: []int{100, 50}, Reason: "有说明"})) // 8.00: nearest to 9.00
	if now := c.newestOf(sheets[0].AttemptID); now.Version != 3 || now.Score != 850+950 {
		t.Errorf("%+v", now)
	}
	if n, err := c.Release(c.ctx, c.staff, id); n != 1 || err != nil {
		t.Errorf("%d results were released, %v", n, err)
	}
}

func TestACorrectionBringsTwoMarkersTogether(t *testing.T) {
	c, id, sheets := newMarkingClinic(t, 2)
	c.markAll(marker(3), id, 100, 100)
	c.markAll(marker(4), id, 0, 100) // 4.00: a third is asked for each
	task := c.taskAt(sheets[1].AttemptID, 1)
	must(t, c.MarkAnswer(c.ctx, marker(4), task, GivenMark{Parts: []int{100, 75}, Reason: "漏看了致歉"}))
	if now := c.newestOf(sheets[1].AttemptID); now.Version != 1 || now.Score != 950 {
		t.Errorf("%+v", now)
	}
	if n := c.markAll(marker(5), id, 0, 0); n != 2 {
		t.Errorf("the third was shown %d answers, two are still disputed", n)
	}
}

// What counts by no mark any more is not corrected, and a third who was asked before settles the answer all the same.
func TestAMarkThatCountsForNothingIsNotCorrected(t *testing.T) {
	o := newOffice(t, 9, 9)
	o.questions = shortBank{newMemoryBank()}
	s := o.settings()
	s.ShuffleSlots = false
	exam, err := o.CreateExam(o.ctx, o.staff, s, o.paperOf(3))
	must(t, err)
	must(t, o.SetMarking(o.ctx, o.staff, exam, 2, 20))
	must(t, errOf(o.Invite(o.ctx, o.staff, exam, account.Audience{PersonIDs: []account.PersonID{1}})))
	must(t, o.Publish(o.ctx, o.staff, exam))
	sheet := o.begin(exam, 1)
	answers := []Change{{1, 1, []byte(`{"text":"先致歉"}`)}, {2, 2, []byte(`{"text":"先致歉"}`)}, {3, 3, []byte(`{"text":"先致歉"}`)}}
	must(t, errOf(o.Save(o.ctx, examinee(1), sheet.AttemptID, sheet.Lease, answers, o.clock.Now())))
	o.submit(sheet, 1)
	o.markAll(marker(5), exam, 50, 50)
	o.markAll(marker(6), exam, 50, 50)
	o.clock.Set(o.settings().ClosesAt.Add(DrainAllowance + 1))
	o.due()
	task := o.taskAt(sheet.AttemptID, 3)
	must(t, o.MarkAnswer(o.ctx, marker(5), task, GivenMark{Parts: []int{100, 100}, Reason: "看漏了"})) // 10.00 beside 5.00
	o.decide(exam, FullMarks)
	full := o.newestOf(sheet.AttemptID)
	if full.Score != 500+500+1000 {
		t.Fatalf("%+v", full)
	}
	if err := o.MarkAnswer(o.ctx, marker(6), task, GivenMark{Parts: []int{0, 0}, Reason: "从严"}); !isKey(err, "error.exam.mark_ruled") {
		t.Errorf("%v", err)
	}
	if n := o.markAll(marker(4), exam, 100, 50); n != 1 {
		t.Errorf("the third was shown %d answers", n)
	}
	if now := o.newestOf(sheet.AttemptID); now.ID != full.ID {
		t.Errorf("%+v", now)
	}
	must(t, o.MarkAnswer(o.ctx, marker(5), o.taskAt(sheet.AttemptID, 1), GivenMark{Parts: []int{75, 50}, Reason: "看漏了"})) // 6.50 beside 5.00
	if now := o.newestOf(sheet.AttemptID); now.Version != full.Version+1 || now.Score != full.Score+75 || now.Marks.V[2].Mark != 1000 {
		t.Errorf("%+v", now)
	}
	must(t, errOf(o.Release(o.ctx, o.staff, exam)))
}

// A correction keeps what an order has admitted; an answer in whose place one has admitted another is not corrected.
func TestACorrectionKeepsWhatIsAdmitted(t *testing.T) {
	o, id, sheet := shortOffice(t)
	admit := func(evidence int) {
		t.Helper()
		k := o.propose(o.hr(3), sheet.AttemptID, evidence)
		for _, m := range []int{6, 7} {
			o.markAll(marker(m), id, 100, 100)
		}
		must(t, o.ApproveCorrection(o.ctx, o.hr(4), k, o.newestOf(sheet.AttemptID).ID, ""))
	}
	admit(1)
	task := o.taskAt(sheet.AttemptID, 1)
	must(t, o.MarkAnswer(o.ctx, marker(6), task, GivenMark{Parts: []int{50, 75}, Reason: "看漏了"})) // 6.00 beside 5.00
	now := o.newestOf(sheet.AttemptID)
	if now.Version != 3 || now.Score != 550+1000 {
		t.Errorf("%+v", now)
	}
	if late, err := o.Save(o.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{{1, 4, []byte(`{"text":"先致歉，再说明"}`)}}, o.clock.Now()); err != nil || late.Only() != Closed {
		t.Fatal(late, err)
	}
	must(t, o.MarkAnswer(o.ctx, marker(7), task, GivenMark{Parts: []int{50, 75}, Reason: "看漏了"}))
	admit(3)
	if now := o.newestOf(sheet.AttemptID); now.Score != 2000 {
		t.Errorf("%+v", now)
	}
	if err := o.MarkAnswer(o.ctx, marker(7), task, GivenMark{Parts: []int{0, 0}, Reason: "从严"}); !isKey(err, "error.exam.mark_replaced") {
		t.Errorf("%v", err)
	}
	own, err := o.OwnMarks(o.ctx, marker(7), id)
	must(t, err)
	for _, m := range own {
		if !m.Settled {
			t.Errorf("offers to revise %+v", m)
		}
	}
	o.clock.Set(o.settings().ClosesAt)
	must(t, errOf(o.Release(o.ctx, o.staff, id)))
	must(t, errOf(o.Result(o.ctx, examinee(1), sheet.AttemptID)))
}
