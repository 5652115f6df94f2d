package exam

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// rule:C34 rule:C37 rule:C43 the chain: sit, save, hand in, release, look back.
func TestAnExamFromStartToResult(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	sheet := c.begin(exam, 1)
	c.answer(sheet, 1, 9)
	resumed, err := c.Attempt(c.ctx, examinee(1), sheet.AttemptID, "another tab")
	must(t, err)
	if resumed.Lease != "" || len(resumed.Responses) != 10 || resumed.LastSeq != 10 || resumed.Slots[3].Options()[0] != sheet.Slots[3].Options()[0] {
		t.Fatalf("%+v", resumed)
	}
	receipt := c.submit(sheet, 1)
	if again := c.submit(sheet, 1); again != receipt || receipt.Answered != 10 || len(receipt.JournalHead) != 64 {
		t.Fatalf("%+v, then %+v", receipt, again)
	}
	if _, err := c.Result(c.ctx, examinee(1), sheet.AttemptID); !errs.Is(err, errs.NotFound) {
		t.Fatalf("before release: %v", err)
	}
	if _, err := c.Release(c.ctx, c.staff, exam); !errs.Is(err, errs.Conflict) {
		t.Fatalf("released before the close: %v", err)
	}
	c.clock.Advance(2*time.Hour + 2*time.Minute)
	c.due()
	n, err := c.Release(c.ctx, c.staff, exam)
	if err != nil || n != 2 { // the second person was absent
		t.Fatalf("%d released, %v", n, err)
	}
	r, err := c.Result(c.ctx, examinee(1), sheet.AttemptID)
	must(t, err)
	if r.Score != score.Whole(90) || r.Band != score.Excellent || !r.Passed || len(r.Slots) != 10 || r.Slots[0].Key == nil || len(r.Topics) == 0 {
		t.Fatalf("%+v", r)
	}
	if _, err := c.Result(c.ctx, examinee(2), sheet.AttemptID); !errs.Is(err, errs.NotFound) {
		t.Fatalf("somebody else's result: %v", err)
	}
}

// Threat 8: 100 starts at once are one attempt.
func TestAHundredStartsAreOneAttempt(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	var wg sync.WaitGroup
	var created atomic.Int32
	seen := sync.Map{}
	for range 100 {
		wg.Go(func() {
			sheet, isNew, err := c.Start(c.ctx, examinee(1), exam, Arrival{Client: "tab"})
			if err != nil {
				t.Error(err)
				return
			}
			if isNew {
				created.Add(1)
			}
			seen.Store(sheet.AttemptID, sheet.Lease)
		})
	}
	wg.Wait()
	n := 0
	seen.Range(func(any, any) bool { n++; return true })
	if n != 1 || created.Load() != 1 || c.count(`SELECT count(*) FROM attempt`) != 1 {
		t.Fatalf("%d attempts, created %d times", n, created.Load())
	}
}

// Threat 7: one hand-in, one result; a save is either in the marks or refused.
func TestSubmitRacesSaves(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	sheet := c.begin(exam, 1)
	var wg sync.WaitGroup
	var saved sync.Map
	receipts := sync.Map{}
	for n := range 50 {
		wg.Go(func() {
			r, err := c.Submit(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, c.clock.Now())
			if err != nil {
				t.Error(err)
			}
			receipts.Store(r, true)
		})
		wg.Go(func() {
			reply, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{choose(n%10+1, int64(n+1), "b")}, c.clock.Now())
			if err != nil {
				t.Error(err)
				return
			}
			if reply.Results[0].Status == Saved {
				saved.Store(n+1, true)
			}
		})
	}
	wg.Wait()
	n := 0
	receipts.Range(func(any, any) bool { n++; return true })
	if n != 1 || c.count(`SELECT count(*) FROM result`) != 1 || c.count(`SELECT count(*) FROM audit_event WHERE act = 'attempt.submit'`) != 1 {
		t.Fatalf("%d receipts", n)
	}
	entries, err := c.store.journal(c.ctx, c.d, sheet.AttemptID)
	must(t, err)
	accepted := map[int]bool{}
	for _, e := range entries {
		accepted[int(e.ClientSeq)] = true
	}
	saved.Range(func(seq, _ any) bool {
		if !accepted[seq.(int)] {
			t.Errorf("change %d was acknowledged and is not in the journal", seq)
		}
		return true
	})
	receipts.Range(func(r, _ any) bool {
		if r.(Receipt).JournalHead != JournalHead(sheet.AttemptID, entries) || r.(Receipt).Answered != len(Fold(entries)) {
			t.Errorf("the receipt does not cover the journal: %+v", r)
		}
		return true
	})
}

// Threat 9 on the real guard, with the lateness that the journal keeps.
func TestLateSaves(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.published(1, nil), 1)
	for i, r := range []struct {
		after  time.Duration
		status SaveStatus
		lateBy int
	}{
		{-time.Millisecond, Saved, 0}, {0, Saved, 0}, {time.Millisecond, Saved, 1}, {7 * time.Millisecond, Saved, 7},
		{59_999 * time.Millisecond, Saved, 59_999}, {60_000 * time.Millisecond, Saved, 60_000},
		{60_001 * time.Millisecond, Late, 0}, {60_000*time.Millisecond + time.Microsecond, Late, 0},
	} {
		seq := int64(i + 1)
		reply, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{choose(1, seq, "b")}, sheet.DeadlineAt.Add(r.after))
		must(t, err)
		if reply.Results[0].Status != r.status {
			t.Errorf("%s: %s", r.after, reply.Results[0].Status)
		}
		if r.status != Saved {
			continue
		}
		if got := c.count(`SELECT late_by_ms FROM journal WHERE attempt_id = $1 AND client_seq = $2`, int64(sheet.AttemptID), seq); got != r.lateBy {
			t.Errorf("%s: late by %d ms", r.after, got)
		}
	}
	if n := c.count(`SELECT count(*) FROM attempt_evidence WHERE kind = 'late'`); n != 2 {
		t.Errorf("%d late changes kept as evidence", n)
	}
}

func TestReplayTakeOverAndWhatIsRefused(t *testing.T) {
	c := newClinic(t, 2)
	sheet := c.begin(c.published(1, nil), 1)
	save := func(lease string, changes ...Change) SaveReply {
		t.Helper()
		reply, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, lease, changes, c.clock.Now())
		must(t, err)
		return reply
	}
	first := save(sheet.Lease, choose(1, 1, "a"), choose(2, 2, "b"))
	c.clock.Advance(time.Minute)
	again := save(sheet.Lease, choose(1, 1, "a"), choose(2, 2, "b"), choose(3, 3, "c")) // the reply was lost; one is new
	if again.Only() != Saved || again.Results[0].SavedAt != first.Results[0].SavedAt || again.LastSeq != 3 {
		t.Fatalf("%+v", again)
	}
	if r := save(sheet.Lease, choose(1, 2, "d")); r.Only() != OutOfOrder || r.LastSeq != 3 {
		t.Fatalf("%+v", r)
	}
	if r := save(sheet.Lease, choose(1, 9, "z"), choose(11, 10, "a"), choose(2, 4, "a")); r.Results[0].Status != Invalid || r.Results[1].Status != Invalid || r.Results[2].Status != Saved {
		t.Fatalf("%+v", r)
	}
	taken, err := c.TakeOver(c.ctx, examinee(1), sheet.AttemptID, Arrival{Client: "phone"})
	must(t, err)
	if taken.Lease == "" || taken.Lease == sheet.Lease || taken.LastSeq != 0 || len(taken.Responses) != 3 {
		t.Fatalf("%+v", taken)
	}
	if r := save(sheet.Lease, choose(5, 5, "b")); r.Only() != LostLease {
		t.Fatalf("%+v", r)
	}
	if r := save(sheet.Lease, choose(1, 1, "a")); r.Only() != Saved { // it was saved before and still is
		t.Fatalf("%+v", r)
	}
	if r := save(taken.Lease, choose(1, 1, "d")); r.Only() != Saved {
		t.Fatalf("%+v", r)
	}
	now, err := c.Attempt(c.ctx, examinee(1), sheet.AttemptID, "phone")
	must(t, err)
	if string(now.Responses[0].Response) != `{"choice":"d"}` || now.Lease != taken.Lease {
		t.Fatalf("%s", now.Responses[0].Response)
	}
	if n := c.count(`SELECT count(*) FROM attempt_evidence WHERE kind = 'lost_lease' AND body->>'slot' = '5'`); n != 1 {
		t.Fatal("what the old holder still had is not kept")
	}
	if _, err := c.Save(c.ctx, examinee(2), sheet.AttemptID, taken.Lease, []Change{choose(1, 9, "a")}, c.clock.Now()); !errs.Is(err, errs.NotFound) {
		t.Fatalf("another person's attempt: %v", err)
	}
	if _, err := c.Submit(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, c.clock.Now()); !errs.Is(err, errs.Conflict) {
		t.Fatalf("handed in with a lost lease: %v", err)
	}
	if _, err := c.Submit(c.ctx, examinee(1), sheet.AttemptID, taken.Lease, c.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if r := save(taken.Lease, choose(1, 2, "a")); r.Only() != Closed {
		t.Fatalf("%+v", r)
	}
	if _, err := c.TakeOver(c.ctx, examinee(1), sheet.AttemptID, Arrival{Client: "x"}); !errs.Is(err, errs.Gone) {
		t.Fatalf("take over after the hand-in: %v", err)
	}
}

// Threat 15: whoever never comes back is handed in with what was acknowledged, also after the server was down for hours.
func TestTheServerHandsIn(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	sheet := c.begin(exam, 1)
	c.answer(sheet, 1, 4)
	c.clock.Set(sheet.DeadlineAt.Add(75*time.Second - time.Microsecond))
	c.due()
	if c.count(`SELECT count(*) FROM attempt WHERE state = 'open'`) != 1 {
		t.Fatal("handed in before deadline, grace and drain had passed")
	}
	c.clock.Advance(9 * time.Hour)
	c.due()
	c.due()
	a, err := c.Attempt(c.ctx, examinee(1), sheet.AttemptID, "tab")
	must(t, err)
	if a.State != AttemptMarked || !a.SubmittedAt.Equal(sheet.DeadlineAt) || a.Receipt == nil || a.Receipt.Answered != 10 {
		t.Fatalf("%+v", a)
	}
	if got := c.count(`SELECT score_hundredths FROM result`); got != 4000 {
		t.Fatalf("marked with %d", got)
	}
	if e, err := c.Exam(c.ctx, c.staff, exam); err != nil || e.State != Marked {
		t.Fatalf("%s, %v", e.State, err)
	}
}

// Decision 18: the outage's time is given back before anybody is handed in, and who had ten minutes left has them afterwards.
func TestAnOutageIsGivenBack(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.published(1, nil), 1)
	woken, stop := c.Listen(sheet.AttemptID) // where the database alone was away the event streams are still open
	defer stop()
	from := sheet.DeadlineAt.Add(-10 * time.Minute)
	c.exec(`INSERT INTO outage (from_at, to_at) VALUES ($1, $2)`, from, from.Add(20*time.Minute))
	c.clock.Set(from.Add(20 * time.Minute))
	c.due()
	c.due()
	must(t, c.PollSignals(c.ctx))
	select {
	case <-woken:
	default:
		t.Error("the running page is not told of its new deadline")
	}
	a, err := c.Attempt(c.ctx, examinee(1), sheet.AttemptID, "tab")
	must(t, err)
	if want := c.clock.Now().Add(10 * time.Minute); a.State != AttemptOpen || !a.DeadlineAt.Equal(want) {
		t.Fatalf("%s until %s, want %s", a.State, a.DeadlineAt, want)
	}
}

// Who could not begin because the servers were away is not cheated of it either: a window that ended in the outage, or that would now be shorter,
// ends as much later. Once for each outage, to the set maximum, not where a freeze gives it back, and not for who was too late before.
func TestAnOutageShortensNobodysWindow(t *testing.T) {
	c := newClinic(t, 3)
	roomy := c.published(1, func(s *Settings) { s.ClosesAt = s.OpensAt.Add(24 * time.Hour) })
	exam := c.published(2, nil)
	_, err := c.Invite(c.ctx, c.staff, exam, account.Audience{PersonIDs: []account.PersonID{3}})
	must(t, err)
	e, err := c.Exam(c.ctx, c.staff, exam)
	must(t, err)
	own := e.ClosesAt.Add(24 * time.Hour)
	must(t, c.GrantTimes(c.ctx, c.staff, exam, 3, Grant{ClosesAt: &own, Reason: "出差"}))
	c.submit(c.begin(exam, 1), 1)
	c.clock.Set(e.ClosesAt.Add(-10 * time.Minute))
	down := c.clock.Now()
	c.clock.Advance(time.Hour)
	c.exec(`INSERT INTO outage (from_at, to_at) VALUES ($1, $2)`, down, c.clock.Now())
	other, both := c.second(), make(chan error)
	go func() { both <- other.Due(c.ctx, c.clock.Now()) }() // two servers come back at once
	c.due()
	must(t, <-both)
	for _, want := range []struct {
		exam     ExamID
		person   int
		closesAt time.Time
	}{{exam, 1, e.ClosesAt}, {exam, 2, e.ClosesAt.Add(time.Hour)}, {exam, 3, own}, {roomy, 1, e.OpensAt.Add(24 * time.Hour)}} {
		if mine, err := c.MyExam(c.ctx, examinee(want.person), want.exam); err != nil || !mine.Window.ClosesAt.Equal(want.closesAt) {
			t.Errorf("exam %d of %d closes at %v, want %v: %v", want.exam, want.person, mine.Window.ClosesAt, want.closesAt, err)
		}
	}
	if left := c.begin(exam, 2).DeadlineAt.Sub(c.clock.Now()); left != 10*time.Minute+LoadAllowance {
		t.Errorf("who was held back has %v", left)
	}
	if n := c.count(`SELECT count(*) FROM audit_event WHERE act = 'attempt.outage_credit' AND body -> 'facts' -> 'later_close' -> 0 ->> 'person_id' = '2'`); n != 1 {
		t.Errorf("recorded %d times", n)
	}

	// An outage of a night is beyond what is given back: it would end in the past all the same.
	lost := c.published(1, nil)
	c.clock.Advance(119 * time.Minute)
	down = c.clock.Now()
	c.clock.Advance(8 * time.Hour)
	c.exec(`INSERT INTO outage (from_at, to_at) VALUES ($1, $2)`, down, c.clock.Now())
	c.due()
	if n := c.count(`SELECT count(*) FROM candidate WHERE exam_id = $1 AND closes_at IS NULL`, int64(lost)); n != 1 {
		t.Error("a close in the past was moved within the past")
	}

	// While all is frozen the freeze gives it back.
	frozen := c.published(1, nil)
	c.clock.Advance(90 * time.Minute)
	must(t, second2(c.FreezeAll(c.ctx, c.staff, "换服务器")))
	down = c.clock.Now()
	c.clock.Advance(time.Hour)
	c.exec(`INSERT INTO outage (from_at, to_at) VALUES ($1, $2)`, down, c.clock.Now())
	c.due()
	must(t, second2(c.UnfreezeAll(c.ctx, c.staff)))
	if n := c.count(`SELECT extract(epoch FROM c.closes_at - e.closes_at)::integer FROM candidate c JOIN exam e ON e.id = c.exam_id WHERE e.id = $1`, int64(frozen)); n != 3600 {
		t.Errorf("%d seconds later after a freeze with an outage in it", n)
	}
}

func TestWhoMayStart(t *testing.T) {
	c := newClinic(t, 3)
	exam := c.published(2, func(s *Settings) { s.OpensAt = s.OpensAt.Add(time.Hour); s.ClosesAt = s.ClosesAt.Add(time.Hour) })
	start := func(person int, want errs.Kind) {
		t.Helper()
		if _, _, err := c.Start(c.ctx, examinee(person), exam, Arrival{Client: "tab"}); errs.KindOf(err) != want || err == nil {
			t.Fatalf("person %d: %v", person, err)
		}
	}
	start(3, errs.Forbidden)
	start(1, errs.TooEarly)
	if _, _, err := c.Start(c.ctx, examinee(1), 999, Arrival{Client: "tab"}); !errs.Is(err, errs.NotFound) {
		t.Fatalf("no such exam: %v", err)
	}
	c.clock.Advance(time.Hour)
	sheet := c.begin(exam, 1)
	c.submit(sheet, 1)
	_, _, err := c.Start(c.ctx, examinee(1), exam, Arrival{Client: "tab"})
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Conflict || e.Extra["attempt_id"] != sheet.AttemptID {
		t.Fatalf("a second attempt: %v", err)
	}
	c.clock.Advance(2 * time.Hour)
	start(2, errs.Gone)
}

// Decision 21: what is granted to one person reaches the running attempt.
func TestExtraTimeAndDeferral(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	sheet := c.begin(exam, 1)
	must(t, c.GrantTimes(c.ctx, c.staff, exam, 1, Grant{ExtraSeconds: 600, Reason: "停电"}))
	beat, err := c.Heartbeat(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []PageEvent{{"hidden", 1000, 2000}}, c.clock.Now())
	must(t, err)
	if !beat.DeadlineAt.Equal(sheet.DeadlineAt.Add(10*time.Minute)) || c.count(`SELECT count(*) FROM attempt_evidence WHERE kind = 'hidden'`) != 1 {
		t.Fatalf("%+v", beat)
	}
	past := c.clock.Now().Add(-time.Minute)
	for name, g := range map[string]Grant{
		"no reason": {ExtraSeconds: 60}, "negative": {ExtraSeconds: -1, Reason: "x"}, "ends in the past": {OpensAt: ptr(past.Add(-2 * time.Hour)), ClosesAt: &past, Reason: "x"},
	} {
		if err := c.GrantTimes(c.ctx, c.staff, exam, 1, g); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.Defer(c.ctx, c.staff, exam, 2, Grant{Reason: "产检"}); !errs.Is(err, errs.Invalid) {
		t.Errorf("deferred to no day: %v", err)
	}
	if err := c.GrantTimes(c.ctx, account.Viewer{PersonID: 1}, exam, 1, Grant{ExtraSeconds: 600, Reason: "x"}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("gave the own extra time: %v", err)
	}
	later := c.clock.Now().Add(48 * time.Hour)
	until := later.Add(2 * time.Hour)
	must(t, c.Defer(c.ctx, c.staff, exam, 2, Grant{OpensAt: &later, ClosesAt: &until, Reason: "产检"}))
	c.submit(sheet, 1)
	c.clock.Advance(3 * time.Hour)
	c.due()
	if e, _ := c.Exam(c.ctx, c.staff, exam); e.State != Marked { // a deferral does not hold the others up
		t.Fatalf("%s", e.State)
	}
	c.clock.Set(later)
	c.submit(c.begin(exam, 2), 2) // rule:N05 a deferred sitting is not a retake
	if err := c.Defer(c.ctx, c.staff, exam, 1, Grant{OpensAt: &later, ClosesAt: &until, Reason: "晚了"}); !errs.Is(err, errs.Conflict) {
		t.Fatalf("deferred after the close: %v", err)
	}
}

func ptr[T any](v T) *T { return &v }

// Promise 10: nothing that an examinee gets before the review opens holds a key or what follows from it, and then only by
// the policy.
func TestNoKeyLeavesTheServer(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, func(s *Settings) { s.Release = ReleaseAtHandIn })
	sheet := c.begin(exam, 1)
	c.answer(sheet, 1, 10)
	receipt := c.submit(sheet, 1)
	mine, err := c.MyExams(c.ctx, examinee(1))
	must(t, err)
	result, err := c.Result(c.ctx, examinee(1), sheet.AttemptID)
	must(t, err)
	if result.ReviewAt == nil || len(result.Slots)+len(result.Topics) != 0 {
		t.Fatalf("a review while others can still answer: %+v", result)
	}
	for name, v := range map[string]any{"sheet": sheet, "receipt": receipt, "mine": mine, "result": result} {
		text, err := json.Marshal(v)
		must(t, err)
		if strings.Contains(string(text), secretWord) || strings.Contains(strings.ToLower(string(text)), `"key"`) {
			t.Errorf("%s holds a key: %s", name, text)
		}
	}
	c.clock.Advance(2*time.Hour + 80*time.Second)
	result, err = c.Result(c.ctx, examinee(1), sheet.AttemptID)
	must(t, err)
	if result.ReviewAt != nil || len(result.Slots) != 10 || result.Slots[0].Explanation != secretWord {
		t.Fatalf("the review does not open: %+v", result)
	}
}

func TestPublishingIsRefused(t *testing.T) {
	c := newClinic(t, 1)
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), 0)
	must(t, err)
	err = c.Publish(c.ctx, c.staff, id)
	if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "paper_id") || !strings.Contains(err.Error(), "people") {
		t.Fatalf("%v", err)
	}
	if _, err := c.CreateExam(c.ctx, examinee(1), c.settings(), 0); !errs.Is(err, errs.Forbidden) {
		t.Fatalf("a consultant made an exam: %v", err)
	}
	must(t, c.EditExam(c.ctx, c.staff, id, c.settings(), c.paperOf(5)))
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1}})
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	if err := c.EditExam(c.ctx, c.staff, id, c.settings(), 0); !errs.Is(err, errs.Conflict) {
		t.Fatalf("a published exam was edited: %v", err)
	}
	if err := c.Publish(c.ctx, c.staff, id); !errs.Is(err, errs.Conflict) {
		t.Fatalf("published twice: %v", err)
	}
}

// What counts is only ever added: the database itself refuses everything else.
func TestTheDatabaseDefendsWhatCounts(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.published(1, nil), 1)
	c.answer(sheet, 1, 5)
	c.submit(sheet, 1)
	for _, statement := range []string{
		`UPDATE journal SET response = 'null'`, `DELETE FROM journal`, `TRUNCATE journal`,
		`UPDATE result SET score_hundredths = 10000`, `DELETE FROM result`, `UPDATE result SET released_at = now(), passed = true`,
		`UPDATE paper_slot SET points_hundredths = 1`, `DELETE FROM paper`, `UPDATE attempt_layout SET places = '[]'`,
		`UPDATE attempt SET state = 'open'`, `UPDATE attempt SET journal_head = NULL`, `UPDATE exam SET state = 'draft'`,
		`UPDATE exam SET limit_seconds = 86400`,
	} {
		if _, err := c.d.SQL().Exec(statement); err == nil {
			t.Errorf("allowed: %s", statement)
		}
	}
}

// Threats 2 and 27 in small: when the committer's connection dies, nothing is confirmed in doubt, and it comes back by itself.
func TestTheCommittersConnectionDies(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.published(1, nil), 1)
	acknowledged := 0
	for seq := int64(1); seq <= 30; seq++ {
		if seq%10 == 5 {
			c.exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		}
		for {
			reply, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{choose(1, seq, "a")}, c.clock.Now())
			if errs.Is(err, errs.Unavailable) {
				continue // the page keeps the change and sends it again
			}
			must(t, err)
			if reply.Only() != Saved {
				t.Fatalf("change %d: %+v", seq, reply)
			}
			acknowledged++
			break
		}
	}
	if n := c.count(`SELECT count(*) FROM journal`); n != acknowledged || n != 30 {
		t.Fatalf("%d acknowledged, %d in the journal", acknowledged, n)
	}
}
