package exam

import (
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

func TestPauseSeconds(t *testing.T) {
	from := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]int{
		-time.Second: 0, 0: 0, time.Microsecond: 1, time.Second: 1, time.Second + 1: 2, 90 * time.Second: 90, 89*time.Second + time.Millisecond: 90,
	} {
		if got := PauseSeconds(from, from.Add(after)); got != want {
			t.Errorf("a pause of %v gives %d s back, want %d", after, got, want)
		}
	}
}

func everybody() Whom                 { return Whom{Everybody: true} }
func only(p ...account.PersonID) Whom { return Whom{PersonIDs: p} }
func (c *clinic) beatOf(s Sheet, n int) Beat {
	c.t.Helper()
	b, err := c.News(c.ctx, examinee(n), s.AttemptID)
	must(c.t, err)
	return b
}

// Extra time before and during, for one, several and everybody (decision 21, promise 5), reaches deadlines at once.
func TestExtraTimeForMany(t *testing.T) {
	c := newClinic(t, 4)
	exam := c.published(4, nil)
	first, second := c.begin(exam, 1), c.begin(exam, 2)
	give := func(w Whom, n, running int) {
		t.Helper()
		if moved, err := c.AddTime(c.ctx, c.staff, exam, w, n, "合理便利"); err != nil || moved != running {
			t.Fatalf("%d running attempts moved, %v", moved, err)
		}
	}
	give(everybody(), 300, 2)
	give(only(2, 3), 60, 1)
	for n, want := range map[int]time.Duration{1: 300 * time.Second, 2: 360 * time.Second} {
		sheet := []Sheet{first, second}[n-1]
		if b := c.beatOf(sheet, n); b.DeadlineAt.Sub(sheet.DeadlineAt) != want || b.News == 0 {
			t.Errorf("examinee %d has %v more and news %d", n, b.DeadlineAt.Sub(sheet.DeadlineAt), b.News)
		}
	}
	// Who begins later has the time from the start.
	if late := c.begin(exam, 3); late.DeadlineAt.Sub(first.DeadlineAt) != 360*time.Second {
		t.Errorf("the third ends at %v", late.DeadlineAt)
	}
	for name, bad := range map[string]error{
		"nobody":    second3(c.AddTime(c.ctx, c.staff, exam, Whom{}, 60, "x")),
		"both":      second3(c.AddTime(c.ctx, c.staff, exam, Whom{true, []account.PersonID{1}}, 60, "x")),
		"no reason": second3(c.AddTime(c.ctx, c.staff, exam, everybody(), 60, "  ")),
		"no time":   second3(c.AddTime(c.ctx, c.staff, exam, everybody(), 0, "x")),
		"too much":  second3(c.AddTime(c.ctx, c.staff, exam, everybody(), MaxExtraSeconds, "x")),
	} {
		if !errs.Is(bad, errs.Invalid) {
			t.Errorf("%s: %v", name, bad)
		}
	}
	if _, err := c.AddTime(c.ctx, c.staff, exam, only(99), 60, "x"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger was given time: %v", err)
	}
	log, total, err := c.Log(c.ctx, c.staff, exam, page.Page{Number: 1, Size: 20})
	must(t, err)
	if total != 3 || len(log) != 3 || *log[2].Seconds != 300 || log[2].PersonID != nil || log[0].AttemptID != nil && log[1].AttemptID != nil {
		t.Errorf("the log says %+v", log)
	}
}

func second3(_ int, err error) error { return err }

// A pause stops the clock: what was typed before it arrives, what is typed during it waits, and its time is given back.
func TestPause(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	sheet, other := c.begin(exam, 1), c.begin(exam, 2)
	c.clock.Advance(50 * time.Minute)
	if n, err := c.Pause(c.ctx, c.staff, exam, only(1), "消防演习"); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if _, err := c.Pause(c.ctx, c.staff, exam, only(1), "again"); !errs.Is(err, errs.Conflict) {
		t.Errorf("paused twice: %v", err)
	}
	left := c.beatOf(sheet, 1).RemainingMS
	save := func(seq int64) SaveStatus {
		t.Helper()
		r, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{{1, seq, choice("a")}}, c.clock.Now())
		must(t, err)
		return r.Results[0].Status
	}
	c.clock.Advance(60 * time.Second)
	if got := save(1); got != Saved {
		t.Errorf("what was under way at the pause: %s", got)
	}
	c.clock.Advance(time.Hour)
	if got := save(2); got != Paused {
		t.Errorf("answered during the pause: %s", got)
	}
	if b := c.beatOf(sheet, 1); b.RemainingMS != left || b.PausedAt == nil {
		t.Errorf("the clock ran on: %+v", b)
	}
	if mine, err := c.MyExam(c.ctx, examinee(1), exam); err != nil || mine.State != MyInProgress || mine.DeadlineAt.Sub(mine.ClockAt(c.clock.Now())).Milliseconds() != left {
		t.Errorf("the own list tells of the pause: %+v, %v", mine, err)
	}
	// The sweep leaves who is paused, and takes the other one.
	must(t, c.Due(c.ctx, c.clock.Now()))
	if b := c.beatOf(sheet, 1); b.State != AttemptOpen {
		t.Errorf("handed in during a pause: %+v", b)
	}
	if b := c.beatOf(other, 2); b.State != AttemptMarked {
		t.Errorf("the other one is %s", b.State)
	}
	if n, err := c.Resume(c.ctx, c.staff, exam, everybody(), "演习结束"); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	b := c.beatOf(sheet, 1)
	if b.RemainingMS != left || b.PausedAt != nil || b.DeadlineAt.Sub(sheet.DeadlineAt) != time.Hour+time.Minute {
		t.Errorf("after the pause: %+v", b)
	}
	if got := save(2); got != Saved {
		t.Errorf("after the pause: %s", got)
	}
	// A grant after a pause is counted from the window, and keeps what the pause gave.
	must(t, c.GrantTimes(c.ctx, c.staff, exam, 1, Grant{ExtraSeconds: 60, Reason: "x"}))
	if got := c.beatOf(sheet, 1).DeadlineAt.Sub(sheet.DeadlineAt); got != time.Hour+2*time.Minute {
		t.Errorf("the grant ate the pause: %v", got)
	}
	if _, err := c.Resume(c.ctx, c.staff, exam, everybody(), "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("resumed nobody: %v", err)
	}
}

func TestNotices(t *testing.T) {
	c := newClinic(t, 3)
	exam := c.published(3, nil)
	sheet, other := c.begin(exam, 1), c.begin(exam, 2)
	tell := func(_ int, err error) { t.Helper(); must(t, err) }
	tell(c.Tell(c.ctx, c.staff, exam, everybody(), "还有一小时"))
	tell(c.Tell(c.ctx, c.staff, exam, only(1), "请把摄像头关上"))
	corrected := c.versionAt(sheet.AttemptID, 3)
	tell(c.Correct(c.ctx, c.staff, exam, corrected, "题干应为“不超过 5 毫升”"))
	texts := func(ns []PageNotice) (out []string) {
		for _, n := range ns {
			out = append(out, n.Text)
		}
		return out
	}
	mine := c.beatOf(sheet, 1)
	if got := texts(mine.Notices); !slices.Equal(got, []string{"还有一小时", "请把摄像头关上", "题干应为“不超过 5 毫升”"}) || mine.Notices[2].Slot != 3 || mine.News != 3 {
		t.Errorf("the first reads %v, news %d", got, mine.News)
	}
	if got := texts(c.beatOf(other, 2).Notices); len(got) != 2 {
		t.Errorf("the second reads %v", got)
	}
	// Who begins later, and who comes back, reads what everybody was told.
	if got := texts(c.begin(exam, 3).Notices); len(got) != 2 {
		t.Errorf("the third reads %v", got)
	}
	r, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{{1, 1, choice("a")}}, c.clock.Now())
	if err != nil || r.News != 3 {
		t.Errorf("a save tells of %d news, %v", r.News, err)
	}
	if _, err := c.Correct(c.ctx, c.staff, exam, 9999, "x"); !errs.Is(err, errs.NotFound) {
		t.Errorf("corrected a question that is not asked: %v", err)
	}
	must(t, c.Report(c.ctx, c.staff, exam, 2, IncidentTechnical, "鼠标坏了，换了一个"))
	must(t, c.Report(c.ctx, c.staff, exam, 0, IncidentEnvironment, "停电两分钟"))
	if got := texts(c.beatOf(other, 2).Notices); len(got) != 2 {
		t.Errorf("an incident reached a page: %v", got)
	}
	if err := c.Report(c.ctx, c.staff, exam, 0, "weather", "雨"); !errs.Is(err, errs.Invalid) {
		t.Errorf("an unknown category: %v", err)
	}
}

func (c *clinic) versionAt(id AttemptID, slot int) VersionID {
	c.t.Helper()
	var v VersionID
	must(c.t, c.d.SQL().QueryRow(`SELECT (p->>'version_id')::bigint FROM attempt_layout l, json_array_elements(places) p
		WHERE attempt_id = $1 AND (p->>'slot')::int = $2`, int64(id), slot).Scan(&v))
	return v
}

func TestHandInFor(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	sheet := c.begin(exam, 1)
	c.answer(sheet, 1, 3)
	c.clock.Advance(time.Minute)
	receipt, err := c.HandInFor(c.ctx, c.staff, exam, 1, "多次提醒后仍在交谈")
	if err != nil || receipt.Answered != 10 || !receipt.SubmittedAt.Equal(c.clock.Now()) {
		t.Fatalf("%+v %v", receipt, err)
	}
	if n := c.count(`SELECT count(*) FROM attempt WHERE submit_cause = 'invigilator' AND state = 'marked'`); n != 1 {
		t.Error("the attempt does not say who handed in")
	}
	for _, person := range []account.PersonID{1, 2} {
		if _, err := c.HandInFor(c.ctx, c.staff, exam, person, "x"); !errs.Is(err, errs.Conflict) {
			t.Errorf("handed in for %d: %v", person, err)
		}
	}
	// Nobody invigilates what they sit.
	self := account.Viewer{PersonID: 2, Grants: c.staff.Grants}
	if _, err := c.HandInFor(c.ctx, self, exam, 1, "x"); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an examinee handed in for another: %v", err)
	}
}

// An event stream is woken within a poll, once for each act, and not by another's.
func TestSignals(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	mine, other := c.begin(exam, 1), c.begin(exam, 2)
	woken, stop := c.Listen(mine.AttemptID)
	others, stopOther := c.Listen(other.AttemptID)
	defer stopOther()
	heard := func(ch <-chan struct{}) bool {
		t.Helper()
		must(t, c.PollSignals(c.ctx))
		select {
		case <-ch:
			return true
		default:
			return false
		}
	}
	if heard(woken) {
		t.Error("woken by nothing")
	}
	_, err := c.AddTime(c.ctx, c.staff, exam, only(1), 60, "x")
	must(t, err)
	if !heard(woken) || heard(woken) || heard(others) {
		t.Error("one act wakes its stream once, and no other")
	}
	c.submit(mine, 1)
	if !heard(woken) {
		t.Error("the hand-in is not heard")
	}
	stop()
	c.clock.Advance(25 * time.Hour)
	must(t, c.Tidy(c.ctx))
	if n := c.count(`SELECT count(*) FROM signal`); n != 0 {
		t.Errorf("%d old signals are kept", n)
	}
}

func TestLiveBoard(t *testing.T) {
	c := newClinic(t, 5)
	exam := c.published(5, nil)
	states := func() map[LiveState]int {
		t.Helper()
		c.clock.Advance(LiveEvery)
		b, err := c.Live(c.ctx, c.staff, exam)
		must(t, err)
		return b.Count()
	}
	at := states()
	if at[LiveNotStarted] != 5 {
		t.Errorf("before: %v", at)
	}
	working, offline, paused, done := c.begin(exam, 1), c.begin(exam, 2), c.begin(exam, 3), c.begin(exam, 4)
	c.answer(working, 1, 4)
	_, err := c.Save(c.ctx, examinee(1), working.AttemptID, working.Lease, []Change{{Slot: 1, ClientSeq: 11, Response: []byte("null")}}, c.clock.Now())
	must(t, err)
	_, err = c.Pause(c.ctx, c.staff, exam, only(3), "x")
	must(t, err)
	c.submit(done, 4)
	c.clock.Advance(OfflineAfter)
	_, err = c.Heartbeat(c.ctx, examinee(1), working.AttemptID, working.Lease, nil, c.clock.Now())
	must(t, err)
	must(t, c.KeepSeen(c.ctx))
	if at = states(); at[LiveWorking] != 1 || at[LiveOffline] != 1 || at[LivePaused] != 1 || at[LiveHandedIn] != 1 || at[LiveNotStarted] != 1 {
		t.Errorf("during: %v", at)
	}
	b, err := c.Live(c.ctx, c.staff, exam)
	must(t, err)
	row := b.Rows[slices.IndexFunc(b.Rows, func(r LiveRow) bool { return r.PersonID == 1 })]
	if row.Answered != 9 || row.Moved() {
		t.Errorf("one of ten answers was cleared: %+v", row)
	}
	// Many watchers cost one query.
	before := c.statements(func() {})
	if n := c.statements(func() {
		for range 20 {
			_, err := c.Live(c.ctx, c.staff, exam)
			must(t, err)
		}
	}) - before; n > 20 { // the exam's own row
		t.Errorf("twenty looks at the board are %d statements", n)
	}
	_, _ = offline, paused
}

// Each row of the board tells how many questions its own sheet has: in a retake everybody has a paper of their own, and the exam none.
func TestTheBoardCountsEachOnesOwnQuestions(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	questions := func(id ExamID) (out []int) {
		t.Helper()
		b, err := c.Live(c.ctx, c.staff, id)
		must(t, err)
		for _, r := range b.Rows {
			out = append(out, r.Questions)
		}
		return out
	}
	if got := questions(exam); !slices.Equal(got, []int{10, 10}) {
		t.Errorf("before anybody has begun: %v", got)
	}
	var round RoundID
	must(t, c.d.SQL().QueryRow(`SELECT round_id FROM exam WHERE id = $1`, int64(exam)).Scan(&round))
	c.clock.Advance(3 * time.Hour)
	c.due()
	var retake ExamID
	must(t, c.d.InTx(c.ctx, func(tx *db.Tx) (err error) {
		retake, err = c.OpenRetakes(c.ctx, tx, round, tx.Now(), c.again(1, 2))
		return err
	}))
	sheet := c.begin(retake, 1)
	if got := questions(retake); !slices.Equal(got, []int{len(sheet.Slots), len(sheet.Slots)}) || len(sheet.Slots) == 0 {
		t.Errorf("of a retake of %d questions: %v", len(sheet.Slots), got)
	}
}

func choice(id string) []byte { return []byte(`{"choice":"` + id + `"}`) }

// A void attempt counts for nothing and the person is waited for again; nothing is deleted.
func TestVoid(t *testing.T) {
	c := newClinic(t, 4)
	exam := c.published(4, func(s *Settings) { s.Release = ReleaseByHand })
	void := func(person account.PersonID, o VoidOrder) error { return c.Void(c.ctx, c.staff, exam, person, o) }
	if err := void(1, VoidOrder{Reason: "x"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("voided what was not begun: %v", err)
	}
	first := c.begin(exam, 1)
	c.answer(first, 1, 9)
	if err := void(1, VoidOrder{Reason: " "}); !errs.Is(err, errs.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	must(t, void(1, VoidOrder{Reason: "换错了考场"}))
	if b := c.beatOf(first, 1); b.State != AttemptVoid {
		t.Errorf("the page hears %+v", b)
	}
	if _, err := c.Submit(c.ctx, examinee(1), first.AttemptID, first.Lease, c.clock.Now()); !errs.Is(err, errs.Gone) {
		t.Errorf("the page of a void attempt asks for a receipt, and is told that another page holds it: %v", err)
	}
	again := c.begin(exam, 1)
	if again.AttemptID == first.AttemptID {
		t.Fatal("no new attempt")
	}
	c.answer(again, 1, 2)
	c.submit(again, 1)
	if _, _, err := c.Start(c.ctx, examinee(1), exam, Arrival{Client: "tab"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a third attempt: %v", err)
	}
	// One that was marked, and sits again after the close.
	second := c.begin(exam, 2)
	c.answer(second, 2, 9)
	c.submit(second, 2)
	c.clock.Advance(3 * time.Hour)
	must(t, c.Due(c.ctx, c.clock.Now()))
	near := c.clock.Now().Add(time.Minute)
	if err := void(2, VoidOrder{Reason: "替考", AgainUntil: &near}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a minute to sit in: %v", err)
	}
	until := c.clock.Now().Add(24 * time.Hour)
	must(t, void(2, VoidOrder{Reason: "替考", AgainUntil: &until}))
	released, err := c.Release(c.ctx, c.staff, exam)
	must(t, err)
	if n := c.count(`SELECT count(*) FROM result WHERE attempt_id = $1 AND released_at IS NOT NULL`, int64(second.AttemptID)); n != 0 || released != 3 {
		t.Errorf("a void attempt's result was released: %d of %d", n, released)
	}
	retry := c.begin(exam, 2)
	c.answer(retry, 2, 5)
	c.submit(retry, 2)
	released, err = c.Release(c.ctx, c.staff, exam)
	if err != nil || released != 1 {
		t.Errorf("%d released, %v", released, err)
	}
	if err := void(2, VoidOrder{Reason: "x"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("voided a released result: %v", err)
	}
	if n := c.count(`SELECT count(*) FROM journal WHERE attempt_id IN ($1, $2)`, int64(first.AttemptID), int64(second.AttemptID)); n != 20 {
		t.Errorf("%d of 20 answers of the void attempts are kept", n)
	}
}

// Whoever is paused across the close goes on afterwards: until then nobody looks the keys up.
func TestNoKeysDuringAPause(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, func(s *Settings) { s.Release = ReleaseAtHandIn })
	done := c.begin(exam, 1)
	c.submit(done, 1)
	c.clock.Advance(100 * time.Minute)
	paused := c.begin(exam, 2)
	_, err := c.Pause(c.ctx, c.staff, exam, only(2), "停电")
	must(t, err)
	c.clock.Advance(time.Hour) // far beyond close, allowance and grace
	if r, err := c.Result(c.ctx, examinee(1), done.AttemptID); err != nil || r.ReviewAt == nil || len(r.Slots) != 0 {
		t.Fatalf("keys are shown while an examinee is paused: %d slots, %v", len(r.Slots), err)
	}
	_, err = c.Resume(c.ctx, c.staff, exam, only(2), "来电")
	must(t, err)
	c.submit(paused, 2)
	c.clock.Advance(time.Hour)
	if r, err := c.Result(c.ctx, examinee(1), done.AttemptID); err != nil || r.ReviewAt != nil || len(r.Slots) != 10 {
		t.Fatalf("the review does not open: %d slots, %v", len(r.Slots), err)
	}
}

// Time is granted during a pause too, however long it has lasted: the clock stands.
func TestGrantDuringAPause(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	sheet := c.begin(exam, 1)
	_, err := c.Pause(c.ctx, c.staff, exam, only(1), "停电")
	must(t, err)
	left := c.beatOf(sheet, 1).RemainingMS
	c.clock.Advance(90 * time.Minute)
	must(t, c.GrantTimes(c.ctx, c.staff, exam, 1, Grant{ExtraSeconds: 600, Reason: "停电"}))
	_, err = c.Resume(c.ctx, c.staff, exam, only(1), "来电")
	must(t, err)
	if got := c.beatOf(sheet, 1).RemainingMS; got != left+600_000 {
		t.Errorf("%d ms are left, want %d", got, left+600_000)
	}
}

// The log of the room and the time line say who acted: a reason without its author is none.
func TestTheLogSaysWhoActed(t *testing.T) {
	c := newOffice(t, 3, 2)
	exam := c.published(2, nil)
	c.begin(exam, 1)
	boss := c.hr(3)
	c.exec(`UPDATE person SET name = '周敏' WHERE id = 3`)
	must(t, second3(c.Pause(c.ctx, boss, exam, only(1), "晕倒，请校医看过")))
	must(t, second3(c.Resume(c.ctx, c.staff, exam, only(1), "好转")))
	log, _, err := c.Log(c.ctx, c.staff, exam, page.New(1, 20))
	must(t, err)
	if len(log) != 2 || log[1].By != boss.Actor() || log[1].ByName != "周敏" || log[0].ByName != "" {
		t.Errorf("%+v", log)
	}
	line, _, err := c.Timeline(c.ctx, c.staff, exam, 1, page.New(1, 20))
	must(t, err)
	var names []string
	for _, m := range line {
		if m.Source == FromLog {
			names = append(names, m.Facts.V.By+" "+m.Facts.V.ByName)
		}
	}
	if !slices.Equal(names, []string{boss.Actor() + " 周敏", c.staff.Actor() + " "}) {
		t.Errorf("the time line says %q", names)
	}
}

// A question of a retake can be put right as any: there everybody has an own paper, and the exam none.
func TestQuestionsOfOwnPapersCanBePutRight(t *testing.T) {
	c := newClinic(t, 3)
	exam := c.published(2, nil)
	for n := 1; n <= 2; n++ {
		c.submit(c.begin(exam, n), n)
	}
	c.clock.Advance(3 * time.Hour)
	c.due()
	must(t, errOf(c.Release(c.ctx, c.staff, exam)))
	var round RoundID
	must(t, c.d.SQL().QueryRow(`SELECT round_id FROM exam WHERE id = $1`, int64(exam)).Scan(&round))
	var retake ExamID
	must(t, c.d.InTx(c.ctx, func(tx *db.Tx) (err error) {
		retake, err = c.OpenRetakes(c.ctx, tx, round, tx.Now(), c.again(1, 2))
		return err
	}))
	sheet := c.begin(retake, 1)
	asked, err := c.Asked(c.ctx, c.staff, retake)
	must(t, err)
	version := c.versionAt(sheet.AttemptID, 1)
	at := slices.IndexFunc(asked, func(q AskedQuestion) bool { return q.VersionID == version })
	if at < 0 || asked[at].Stem == "" || asked[at].Slot != 0 || len(asked) != c.count(`SELECT count(DISTINCT s.version_id) FROM candidate c JOIN paper_slot s ON s.paper_id = c.paper_id WHERE c.exam_id = $1`, int64(retake)) {
		t.Fatalf("%d questions are offered: %+v", len(asked), asked)
	}
	must(t, second3(c.Correct(c.ctx, c.staff, retake, version, "应为 5 毫升")))
	if notices := c.beatOf(sheet, 1).Notices; len(notices) != 1 || notices[0].Slot != 1 {
		t.Errorf("%+v", notices)
	}
	if asked, err := c.Asked(c.ctx, account.Viewer{PersonID: 1}, retake); err == nil || len(asked) != 0 {
		t.Errorf("an examinee is shown %d questions: %v", len(asked), err)
	}
}
