package exam

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Who hands in during a pause, or has it done, after what was the deadline, hands in then: the clock stands.
func TestAHandInDuringAPauseIsByWhomItWas(t *testing.T) {
	c := newClinic(t, 3)
	exam := c.published(3, nil)
	one, _, three := c.begin(exam, 1), c.begin(exam, 2), c.begin(exam, 3)
	c.clock.Advance(50 * time.Minute)
	must(t, errOf(c.Pause(c.ctx, c.staff, exam, only(1, 2), "消防演习")))
	c.clock.Set(one.DeadlineAt.Add(20 * time.Minute))
	if r := c.submit(one, 1); !r.SubmittedAt.Equal(c.clock.Now()) {
		t.Errorf("handed in at %v, now is %v", r.SubmittedAt, c.clock.Now())
	}
	r, err := c.HandInFor(c.ctx, c.staff, exam, 2, "不再继续")
	if err != nil || !r.SubmittedAt.Equal(c.clock.Now()) {
		t.Errorf("handed in for at %v, %v", r.SubmittedAt, err)
	}
	if r := c.submit(three, 3); !r.SubmittedAt.Equal(three.DeadlineAt) {
		t.Errorf("whose clock ran: %v", r.SubmittedAt)
	}
	for person, want := range map[int]SubmitCause{1: ByExaminee, 2: ByInvigilator, 3: ByDeadline} {
		if n := c.count(`SELECT count(*) FROM attempt WHERE person_id = $1 AND submit_cause = $2`, person, want); n != 1 {
			t.Errorf("person %d was not handed in by %s", person, want)
		}
	}
}

// What was under way when the clock was stopped seconds before the end is not late, and its reply tells the time that is left, not one that runs.
func TestASaveDuringAPauseIsNotLate(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	sheet := c.begin(exam, 1)
	c.clock.Set(sheet.DeadlineAt.Add(-10 * time.Second))
	must(t, errOf(c.Pause(c.ctx, c.staff, exam, only(1), "消防演习")))
	save := func(seq int64) SaveReply {
		t.Helper()
		r, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{choose(1, seq, "b")}, c.clock.Now())
		must(t, err)
		return r
	}
	for _, step := range []struct {
		after time.Duration
		want  SaveStatus
	}{{30 * time.Second, Saved}, {time.Minute, Paused}} {
		c.clock.Advance(step.after)
		if r := save(int64(step.after)); r.Only() != step.want || r.RemainingMS != 10_000 {
			t.Errorf("%v into the pause: %s, %d ms are left", step.after, r.Only(), r.RemainingMS)
		}
	}
	must(t, errOf(c.Resume(c.ctx, c.staff, exam, only(1), "结束")))
	c.clock.Advance(12 * time.Second)
	save(int64(time.Hour))
	entries, err := c.entries(c.ctx, sheet.AttemptID)
	must(t, err)
	if len(entries) != 2 || entries[0].LateByMS != 0 || entries[1].LateByMS != 2000 {
		t.Errorf("%+v", entries)
	}
}

// A pause that lasts is listed with who was paused together, until somebody ends it.
func TestLongPauses(t *testing.T) {
	c := newClinic(t, 3)
	exam := c.published(3, nil)
	for n := 1; n <= 3; n++ {
		c.begin(exam, n)
	}
	must(t, errOf(c.Pause(c.ctx, c.staff, exam, only(1, 3), "停电")))
	since := c.clock.Now()
	at := func(want ...account.PersonID) {
		t.Helper()
		list, err := c.LongPauses(c.ctx, c.d, c.clock.Now())
		must(t, err)
		var got []account.PersonID
		for _, p := range list {
			got = append(got, p.PersonIDs()...)
			if p.ExamID != exam || p.Title == "" || !p.PausedAt.Equal(since) {
				t.Errorf("%+v", p)
			}
		}
		board, err := c.Live(c.ctx, c.staff, exam)
		must(t, err)
		if !slices.Equal(got, want) || board.LongPaused() != len(want) {
			t.Errorf("%v and %d on the board, want %v", got, board.LongPaused(), want)
		}
	}
	c.clock.Advance(LongPause - time.Second)
	at()
	c.clock.Advance(10 * time.Second)
	at(1, 3)
	must(t, errOf(c.Resume(c.ctx, c.staff, exam, only(1), "来电")))
	c.clock.Advance(10 * time.Second)
	at(3)
}

// A code that finds no room is not said to be kept, and what finds some is said to be kept in part.
func TestACodeThatFindsNoRoom(t *testing.T) {
	o := newOffice(t, 4, 4)
	exam := o.published(1, nil)
	sheet := o.begin(exam, 1)
	o.answer(sheet, 1, 5)
	fill := func(upTo int) {
		o.exec(`INSERT INTO attempt_evidence (attempt_id, no, kind, at, body)
			SELECT $1, n, 'late', $2, jsonb_build_object('filler', n) FROM generate_series((SELECT coalesce(max(no), 0) + 1 FROM attempt_evidence WHERE attempt_id = $1), $3::integer) n`,
			int64(sheet.AttemptID), o.clock.Now(), upTo)
	}
	text := codeText(sheet.AttemptID.String(), `[[6,206,{"choice":"b"}],[7,207,{"choice":"b"}]]`, sheet.Lease)
	fill(999)
	if taken, err := o.TakeInCode(o.ctx, o.hr(3), exam, 1, text); err != nil || taken != (TakenIn{Sent: 2, Kept: 1}) {
		t.Errorf("one place is left: %+v, %v", taken, err)
	}
	if n := o.count(`SELECT count(*) FROM attempt_evidence WHERE kind = 'code'`); n != 1 {
		t.Errorf("%d are kept", n)
	}
	full := codeText(sheet.AttemptID.String(), `[[8,208,{"choice":"b"}]]`, sheet.Lease)
	_, err := o.TakeInCode(o.ctx, o.hr(3), exam, 1, full)
	var refused *errs.Error
	if !errors.As(err, &refused) || refused.Key != "error.exam.code_full" {
		t.Errorf("no place is left: %v", err)
	}
}

// What cannot be done says where the thing stands.
func TestARefusalSaysHowThingsStand(t *testing.T) {
	c := newClinic(t, 3)
	draft, err := c.CreateExam(c.ctx, c.staff, c.settings(), c.paperOf(10))
	must(t, err)
	exam := c.published(2, nil)
	invite := func(id ExamID) error {
		return errOf(c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{3}}))
	}
	handIn := func(person account.PersonID) error { return errOf(c.HandInFor(c.ctx, c.staff, exam, person, "x")) }
	void := func(person account.PersonID) error {
		return c.Void(c.ctx, c.staff, exam, person, VoidOrder{Reason: "x"})
	}
	want := func(when string, err error, key string) {
		t.Helper()
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.Conflict || e.Key != key {
			t.Errorf("%s: %v, want %s", when, err, key)
		}
	}
	want("published twice", c.Publish(c.ctx, c.staff, exam), "error.exam.stands.published")
	want("a draft is invigilated", errOf(c.Tell(c.ctx, c.staff, draft, everybody(), "x")), "error.exam.stands.draft")
	want("handed in for who has not begun", handIn(1), "error.exam.not_begun")
	want("void before it began", void(1), "error.exam.not_begun")
	c.submit(c.begin(exam, 1), 1)
	want("handed in twice", handIn(1), "error.exam.attempt_stands.marked")
	must(t, void(1))
	want("handed in when void", handIn(1), "error.exam.attempt_stands.void")
	want("void twice", void(1), "error.exam.attempt_stands.void")
	c.clock.Advance(2*time.Hour + time.Minute)
	want("invited after the close", invite(exam), "error.exam.invite_closed")
	c.clock.Advance(30 * 24 * time.Hour)
	c.due()
	want("invited when marked", invite(exam), "error.exam.stands.marked")
	must(t, c.Archive(c.ctx, c.staff, exam))
	want("invited when put away", invite(exam), "error.exam.stands.archived")
	want("invigilated when put away", errOf(c.Tell(c.ctx, c.staff, exam, everybody(), "x")), "error.exam.stands.archived")
}
