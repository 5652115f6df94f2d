package exam

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

var sebKey = strings.Repeat("0a", 32)

// watching publishes an exam for the first people with these rules.
func (c *clinic) watching(people int, i Integrity) ExamID {
	c.t.Helper()
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), c.paperOf(10))
	must(c.t, err)
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: persons(people)})
	must(c.t, err)
	must(c.t, c.SetIntegrity(c.ctx, c.staff, id, i))
	must(c.t, c.Publish(c.ctx, c.staff, id))
	return id
}

func (c *clinic) evidence(id AttemptID, kind string) int {
	return c.count(`SELECT count(*) FROM attempt_evidence WHERE attempt_id = $1 AND kind = $2`, int64(id), kind)
}

// The server counts, once for each event however often a beat is sent, and hands in at the n-th: what was saved is marked.
func TestHandInByPolicy(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.watching(1, Integrity{Hidden: Watch{WatchHandIn, 3}, Paste: Watch{Mode: WatchWarn}, Watermark: true})
	sheet := c.begin(exam, 1)
	if sheet.Integrity.Hidden.After != 3 || sheet.Integrity.Hidden.Mode != WatchHandIn || sheet.Integrity.Fullscreen.Mode != WatchRecord || sheet.Integrity.Watermark != "某人 P0" {
		t.Errorf("%+v", sheet.Integrity)
	}
	c.answer(sheet, 1, 6)
	beat := func(events ...PageEvent) (Beat, error) {
		c.clock.Advance(20 * time.Second)
		return c.Heartbeat(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, events, c.clock.Now())
	}
	first := []PageEvent{{"hidden", 1000, 5000}, {"paste", 1500, 0}, {"fullscreen", 1600, 0}, {"take_over", 1, 1}}
	for range 3 { // its answer was lost twice
		b, err := beat(first...)
		must(t, err)
		if !slices.Equal(b.Warnings, []Warning{{WatchHidden, 1, 3}, {WatchPaste, 1, 0}}) {
			t.Errorf("%+v", b.Warnings)
		}
	}
	if n := c.evidence(sheet.AttemptID, KindTakeOver); n != 0 {
		t.Error("a page reported what only the server notices")
	}
	b, err := beat(PageEvent{"hidden", 90_000, 4000})
	must(t, err)
	if b.Warnings[0].Count != 2 {
		t.Errorf("%+v", b.Warnings)
	}
	if b, err = beat(); err != nil || b.Warnings[0].Count != 2 {
		t.Errorf("an empty beat tells %+v, %v", b.Warnings, err)
	}
	last := PageEvent{"hidden", 200_000, 4000}
	for range 2 {
		if _, err := beat(last); !errs.Is(err, errs.Gone) {
			t.Fatalf("at the third: %v", err)
		}
	}
	if got := c.count(`SELECT count(*) FROM attempt WHERE id = $1 AND state = 'marked' AND submit_cause = 'policy'`, int64(sheet.AttemptID)); got != 1 {
		t.Error("not handed in by the policy")
	}
	if got := c.count(`SELECT score_hundredths FROM result WHERE attempt_id = $1`, int64(sheet.AttemptID)); got != 6000 {
		t.Errorf("what was saved earned %d", got)
	}
	if got := c.count(`SELECT count(*) FROM invigilation WHERE attempt_id = $1 AND kind = 'hand_in' AND by_actor = 'system' AND note LIKE '%3 次%'`, int64(sheet.AttemptID)); got != 1 {
		t.Errorf("%d rows in the room's log", got)
	}
	if n := c.evidence(sheet.AttemptID, "hidden"); n != 3 {
		t.Errorf("%d events kept", n)
	}
}

// Leaving by a link or a closed tab counts once it is known how long it was; that the page went, and a reload, are records alone.
func TestLeavingAndComingBack(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.watching(1, Integrity{Hidden: Watch{WatchHandIn, 3}})
	sheet := c.begin(exam, 1)
	beat := func(events ...PageEvent) (Beat, error) {
		c.clock.Advance(20 * time.Second)
		return c.Heartbeat(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, events, c.clock.Now())
	}
	b, err := beat(PageEvent{KindLeft, 60_000, 0}, PageEvent{KindReopened, 300, 1200})
	must(t, err)
	if len(b.Warnings) != 0 {
		t.Errorf("a reload is counted: %+v", b.Warnings)
	}
	b, err = beat(PageEvent{KindLeft, 70_000, 0}, PageEvent{"hidden", 1000, 5000}, PageEvent{KindReturned, 400, 90_000})
	must(t, err)
	if !slices.Equal(b.Warnings, []Warning{{WatchHidden, 2, 3}}) {
		t.Errorf("%+v", b.Warnings)
	}
	line, total, err := c.Timeline(c.ctx, c.staff, exam, 1, page.New(1, 50))
	must(t, err)
	told := map[string]int64{}
	for _, m := range line {
		told[m.Kind] += m.Facts.V.LengthMS
	}
	if total != 6 || told[KindReturned] != 90_000 || told[KindReopened] != 1200 {
		t.Errorf("%d moments: %v", total, told)
	}
	if _, err := beat(PageEvent{KindReturned, 500, 8000}); !errs.Is(err, errs.Gone) {
		t.Errorf("the third absence: %v", err)
	}
}

// Things that came in one beat have one time: turning the pages of a time line shows each of them once, in the order in which they came.
func TestPagesOfATimeLine(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	sheet := c.begin(exam, 1)
	for beat := range 4 {
		events := make([]PageEvent, 50)
		for i := range events {
			events[i] = PageEvent{"hidden", int64(i), int64(1 + beat*50 + i)}
		}
		_, err := c.Heartbeat(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, events, c.clock.Now().Add(time.Second))
		must(t, err)
	}
	var lengths []int64
	for number := 1; number <= 5; number++ {
		line, total, err := c.Timeline(c.ctx, c.staff, exam, 1, page.New(number, 50))
		must(t, err)
		if total != 201 {
			t.Fatalf("%d moments", total)
		}
		for _, m := range line {
			if m.Kind == "hidden" {
				lengths = append(lengths, m.Facts.V.LengthMS)
			}
		}
	}
	if len(lengths) != 200 || !slices.IsSorted(lengths) {
		t.Errorf("%d moments, in the order %v", len(lengths), lengths)
	}
}

// What a page notices that does not hold the lease, or while the clock stands, is kept and not counted.
func TestWhatIsNotCounted(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.watching(1, Integrity{Hidden: Watch{WatchHandIn, 1}})
	sheet := c.begin(exam, 1)
	if _, err := c.Heartbeat(c.ctx, examinee(1), sheet.AttemptID, "1.forged", []PageEvent{{"hidden", 1, 1}}, c.clock.Now()); !errs.Is(err, errs.Conflict) {
		t.Fatal(err)
	}
	_, err := c.Pause(c.ctx, c.staff, exam, only(1), "消防演习")
	must(t, err)
	if b, err := c.Heartbeat(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []PageEvent{{"hidden", 2, 1}}, c.clock.Now()); err != nil || len(b.Warnings) != 0 {
		t.Errorf("%+v %v", b.Warnings, err)
	}
	if n := c.evidence(sheet.AttemptID, "hidden"); n != 2 {
		t.Errorf("%d kept", n)
	}
	_, err = c.Resume(c.ctx, c.staff, exam, only(1), "演习结束")
	must(t, err)
	if _, err := c.Heartbeat(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []PageEvent{{"hidden", 3, 1}}, c.clock.Now()); !errs.Is(err, errs.Gone) {
		t.Errorf("the one that counts: %v", err)
	}
}

func TestSeveralPages(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.watching(1, Integrity{Sessions: Watch{WatchHandIn, 2}})
	sheet := c.begin(exam, 1)
	for range 2 { // a reload of the second page is no third
		if s, _, err := c.Start(c.ctx, examinee(1), exam, Arrival{Client: "phone"}); err != nil || s.Lease != "" {
			t.Fatalf("%q %v", s.Lease, err)
		}
	}
	if _, _, err := c.Start(c.ctx, examinee(1), exam, Arrival{Client: "tab"}); err != nil {
		t.Fatal(err)
	}
	if n := c.evidence(sheet.AttemptID, KindSecondPage); n != 1 {
		t.Errorf("%d second pages", n)
	}
	taken, err := c.TakeOver(c.ctx, examinee(1), sheet.AttemptID, Arrival{Client: "phone"})
	must(t, err)
	if taken.Lease == "" || taken.Integrity.Sessions.Count != 1 {
		t.Errorf("%+v", taken.Integrity)
	}
	if again, err := c.TakeOver(c.ctx, examinee(1), sheet.AttemptID, Arrival{Client: "phone"}); err != nil || again.Integrity.Sessions.Count != 1 {
		t.Errorf("the same page took over from itself: %+v %v", again.Integrity, err)
	}
	if _, err := c.TakeOver(c.ctx, examinee(1), sheet.AttemptID, Arrival{Client: "tab"}); !errs.Is(err, errs.Gone) {
		t.Errorf("the second time: %v", err)
	}
	if got := c.count(`SELECT count(*) FROM attempt WHERE submit_cause = 'policy'`); got != 1 {
		t.Error("not handed in")
	}
}

func TestAnotherNetwork(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.published(1, nil), 1)
	for _, from := range []string{"10.1.1.1", "10.1.1.200", "172.16.0.9", "172.16.0.9"} {
		must(t, c.HeardFrom(c.ctx, examinee(1), sheet.AttemptID, netip.MustParseAddr(from), c.clock.Now()))
	}
	if n := c.evidence(sheet.AttemptID, KindNetwork); n != 1 {
		t.Errorf("%d changes of networks", n)
	}
	fresh := &networks{}
	for i, step := range []struct {
		now   string
		moved bool
	}{{"10.1.1.0/24", false}, {"10.1.1.0/24", false}, {"10.2.2.0/24", true}, {"10.2.2.0/24", false}} {
		if _, moved := fresh.moved(7, step.now); moved != step.moved {
			t.Errorf("step %d", i)
		}
	}
	for a, want := range map[string]string{"10.1.2.3": "10.1.2.0/24", "::ffff:10.1.2.3": "10.1.2.0/24", "2001:db8:1:2::3": "2001:db8:1::/48"} {
		if got := netOf(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s is in %s", a, got)
		}
	}
	if netOf(netip.Addr{}) != "" {
		t.Error("the zero address has a network")
	}
}

func TestUnusualSpeedIsKeptAtTheHandIn(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.published(1, nil), 1)
	for n := range 9 {
		c.clock.Advance(time.Second)
		_, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{choose(n+1, int64(n+1), "b")}, c.clock.Now())
		must(t, err)
	}
	c.submit(sheet, 1)
	if n := c.evidence(sheet.AttemptID, KindSpeed); n != 1 {
		t.Errorf("%d stretches", n)
	}
}

// The doors stop a new attempt, each with its own problem, and a take-over; who works is bound to nothing (threat 17).
func TestDoorsOfTheExam(t *testing.T) {
	c := newClinic(t, 3)
	inside := netip.MustParseAddr("10.8.1.1")
	exam := c.watching(2, Integrity{AccessCode: "春暖花开", Ranges: []string{"10.8.0.0/16"}})
	start := func(person int, by Arrival) error {
		_, _, err := c.Start(c.ctx, examinee(person), exam, by)
		return err
	}
	refused := func(err error, key string, kind errs.Kind) {
		t.Helper()
		if !errs.Is(err, kind) || !strings.Contains(err.Error(), key) {
			t.Errorf("%v, want %s", err, key)
		}
	}
	refused(start(1, Arrival{Client: "tab", Address: inside}), "error.exam.access_code", errs.Forbidden)
	refused(start(1, Arrival{Client: "tab", Address: inside, AccessCode: "秋高气爽"}), "error.exam.access_code", errs.Forbidden)
	refused(start(3, Arrival{Client: "tab", Address: inside, AccessCode: "春暖花开"}), "error.exam.not_invited", errs.Forbidden)
	must(t, c.Admit(c.ctx, examinee(1), exam, "春暖花开"))
	refused(start(1, Arrival{Client: "tab", Address: netip.MustParseAddr("114.1.1.1")}), "error.exam.address", errs.Forbidden)
	must(t, start(1, Arrival{Client: "tab", Address: inside}))
	must(t, start(1, Arrival{Client: "tab", Address: netip.MustParseAddr("114.1.1.1")}))
	_, err := c.TakeOver(c.ctx, examinee(1), 1, Arrival{Client: "phone", Address: netip.MustParseAddr("114.1.1.1")})
	refused(err, "error.exam.address", errs.Forbidden)
	must(t, errOf(c.TakeOver(c.ctx, examinee(1), 1, Arrival{Client: "phone", Address: inside})))

	for range codeTries {
		refused(c.Admit(c.ctx, examinee(2), exam, "guess"), "error.exam.access_code", errs.Forbidden)
	}
	refused(c.Admit(c.ctx, examinee(2), exam, "春暖花开"), "error.exam.access_code_wait", errs.TooMany)
	c.clock.Advance(codeWait)
	must(t, start(2, Arrival{Client: "tab", Address: inside, AccessCode: "春暖花开"}))
	if _, asked, err := c.Told(c.ctx, examinee(2), exam); err != nil || asked {
		t.Errorf("%v %v", asked, err)
	}
	if _, _, err := c.Told(c.ctx, examinee(3), exam); !errs.Is(err, errs.NotFound) {
		t.Errorf("told to a stranger: %v", err)
	}
}

func TestSafeExamBrowserIsAskedForAtTheStart(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.watching(1, Integrity{SEBKeys: []string{sebKey}})
	hash := func(url string) string {
		h := sha256.Sum256([]byte(url + sebKey))
		return hex.EncodeToString(h[:])
	}
	by := Arrival{Client: "tab", Origin: "https://exam.example.cn", URL: "https://exam.example.cn/api/v1/exams/1/attempts"}
	if _, _, err := c.Start(c.ctx, examinee(1), exam, by); !errs.Is(err, errs.Forbidden) || !strings.Contains(err.Error(), "error.exam.seb") {
		t.Errorf("without: %v", err)
	}
	by.SEBHash = hash(by.URL)
	if _, created, err := c.Start(c.ctx, examinee(1), exam, by); err != nil || !created {
		t.Errorf("by the header: %v", err)
	}
	by.Client, by.SEBHash = "other", hash(fmt.Sprintf("%s/exams/%d/sit", by.Origin, exam))
	if _, err := c.TakeOver(c.ctx, examinee(1), 1, by); err != nil {
		t.Errorf("by the page: %v", err)
	}
}

// What examinees were told is fixed by publishing; a wrong door is not, and the code is in no audit row.
func TestIntegrityIsPinned(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.watching(1, Integrity{Hidden: Watch{Mode: WatchWarn}, AccessCode: "SECRET-1", Ranges: []string{"10.0.0.0/8"}})
	trainer := account.Viewer{PersonID: 9, Grants: []account.Grant{{Role: account.Trainer, UnitID: 1}}}
	if err := c.SetIntegrity(c.ctx, c.staff, exam, Integrity{Hidden: Watch{WatchHandIn, 2}, AccessCode: "SECRET-1"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("the rules changed: %v", err)
	}
	must(t, c.SetIntegrity(c.ctx, c.staff, exam, Integrity{Hidden: Watch{Mode: WatchWarn}, AccessCode: "SECRET-2"}))
	if err := c.SetIntegrity(c.ctx, trainer, exam, Integrity{Hidden: Watch{Mode: WatchWarn}}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a trainer opened the doors: %v", err)
	}
	if err := c.SetIntegrity(c.ctx, examinee(1), exam, Integrity{}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an examinee: %v", err)
	}
	if n := c.count(`SELECT count(*) FROM audit_event WHERE body::text LIKE '%SECRET%'`); n != 0 {
		t.Error("the access code is in the audit")
	}
	sheet, _, err := c.Start(c.ctx, examinee(1), exam, Arrival{Client: "tab", AccessCode: "secret-2"})
	must(t, err)
	if shown, _ := json.Marshal(sheet); strings.Contains(string(shown), "SECRET") || strings.Contains(string(shown), "10.0.0.0") {
		t.Error("the sheet shows a door")
	}
}

// A retake watches for what its original does, without the doors of that room.
func TestRetakesInheritTheRules(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.watching(1, Integrity{Paste: Watch{Mode: WatchWarn}, Watermark: true, AccessCode: "SPRING", Ranges: []string{"10.0.0.0/8"}, SEBKeys: []string{sebKey}})
	c.exec(`INSERT INTO exam (round_id, sitting_no, title, kind, state, opens_at, closes_at, limit_seconds, shuffle_slots, shuffle_options, review, release,
	            attempts_allowed, seed, bands_version_id, created_by, created_at, published_at)
	        SELECT round_id, 1, 'x', 'retake', state, opens_at, closes_at, limit_seconds, true, true, review, release, 1, 1, bands_version_id, 'x', created_at, published_at FROM exam WHERE id = $1`, int64(exam))
	must(t, c.d.InTx(c.ctx, func(tx *db.Tx) error { return c.store.One(c.ctx, tx, "integrity_inherit", int64(exam)+1, int64(exam)) }))
	e, err := c.Exam(c.ctx, c.staff, exam+1)
	must(t, err)
	if !e.Integrity.V.Watermark || e.Integrity.V.Paste.Mode != WatchWarn || e.Integrity.V.AccessCode != "" || e.Integrity.V.Ranges != nil || e.Integrity.V.SEBKeys != nil {
		t.Errorf("%+v", e.Integrity.V)
	}
}

func TestIntegrityPeople(t *testing.T) {
	c := newClinic(t, 3)
	exam := c.watching(3, Integrity{})
	second := c.begin(exam, 2)
	_, err := c.Heartbeat(c.ctx, examinee(2), second.AttemptID, second.Lease, []PageEvent{{"hidden", 1, 4000}, {"hidden", 9, 3000}, {"paste", 5, 0}}, c.clock.Now())
	must(t, err)
	rows, total, err := c.IntegrityPeople(c.ctx, c.staff, exam, 50, 0)
	must(t, err)
	if total != 3 || rows[0].PersonID != 2 || rows[0].Total != 3 || rows[0].Kinds.V["hidden"] != (IntegrityCount{2, 7000}) || rows[0].Epoch != 1 || rows[1].Epoch != 0 {
		t.Errorf("%+v", rows)
	}
	hr := account.Viewer{PersonID: 2, Grants: []account.Grant{{Role: account.HR, UnitID: 1, Units: []account.UnitID{1}}}}
	if rows, _, err = c.IntegrityPeople(c.ctx, hr, exam, 50, 0); err != nil || len(rows) != 0 {
		t.Errorf("outside and the own: %+v %v", rows, err)
	}
	if _, _, err = c.IntegrityPeople(c.ctx, examinee(1), exam, 50, 0); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an examinee: %v", err)
	}
}
