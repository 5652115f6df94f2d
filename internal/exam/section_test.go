package exam

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

// oneWay is an exam of three sections, slots 1–4, 5–7 and 8–10, that is gone through one way.
func (c *clinic) oneWay(people int, change func(*Settings)) ExamID {
	c.t.Helper()
	var b Blueprint
	b.Title, b.KeyPercent = "三部分", 20
	for _, row := range []struct {
		section string
		count   int
	}{{"一", 4}, {"二", 3}, {"三", 3}} {
		b.Rows = append(b.Rows, BlueprintRow{Section: row.section, DifficultyMin: 1, DifficultyMax: 5, Count: row.count, Points: score.Whole(10)})
	}
	blueprint, err := c.CreateBlueprint(c.ctx, c.staff, b)
	must(c.t, err)
	paper, short, err := c.DrawPaper(c.ctx, c.staff, blueprint, "")
	must(c.t, err)
	in := c.settings()
	in.OneWay = true
	if change != nil {
		change(&in)
	}
	if len(short) > 0 {
		c.t.Fatalf("short: %+v", short)
	}
	return c.publishedOf(in, paper, people)
}

func (c *clinic) goOn(sheet Sheet, person, section int) (Sheet, error) {
	return c.LeaveSection(c.ctx, examinee(person), sheet.AttemptID, section, sheet.Lease, "tab", c.clock.Now())
}

// became is what became of each of the changes, in the order sent.
func (c *clinic) became(sheet Sheet, person int, changes ...Change) []SaveStatus {
	c.t.Helper()
	reply, err := c.Save(c.ctx, examinee(person), sheet.AttemptID, sheet.Lease, changes, c.clock.Now())
	must(c.t, err)
	out := make([]SaveStatus, len(reply.Results))
	for i, r := range reply.Results {
		out[i] = r.Status
	}
	return out
}

// refused checks the type of the problem.
func refused(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Key != key {
		t.Errorf("%v, want %s", err, key)
	}
}

func slotsOf(s Sheet) (out []int) {
	for _, slot := range s.Slots {
		out = append(out, slot.Slot)
	}
	return out
}

// Threat 40: who calls past the page reaches neither a later section nor one that was finished, and loses nothing of the same body that is in the
// present one.
func TestSectionsOneWay(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.oneWay(1, func(s *Settings) { s.Release = ReleaseAtHandIn })
	sheet := c.begin(exam, 1)
	if !slices.Equal(slotsOf(sheet), []int{1, 2, 3, 4}) || sheet.Section != 1 || len(sheet.Sections) != 3 || sheet.Sections[2] != (SheetSection{"三", 8, 10}) {
		t.Fatalf("begun at %d of %+v with %v", sheet.Section, sheet.Sections, slotsOf(sheet))
	}
	for _, s := range []struct {
		what   string
		change Change
		want   SaveStatus
	}{
		{"its own section", choose(1, 1, "b"), Saved}, {"the next section", choose(5, 2, "b"), SectionAhead}, {"the one after", choose(8, 3, "b"), SectionAhead},
	} {
		if got := c.became(sheet, 1, s.change); got[0] != s.want {
			t.Errorf("%s in section 1: %s", s.what, got[0])
		}
	}
	refused(t, SectionAhead.Refusal(), errs.Conflict, "error.exam.section_ahead")
	refused(t, SectionLeft.Refusal(), errs.Conflict, "error.exam.section_left")
	_, err := c.goOn(sheet, 1, 2)
	refused(t, err, errs.Conflict, "error.exam.section_ahead")
	_, err = c.goOn(sheet, 1, 4)
	refused(t, err, errs.NotFound, "error.not_found")
	_, err = c.goOn(Sheet{AttemptID: sheet.AttemptID, Lease: "1.x"}, 1, 1)
	refused(t, err, errs.Conflict, "error.exam.lease_lost")
	_, err = c.LeaveSection(c.ctx, examinee(2), sheet.AttemptID, 1, sheet.Lease, "tab", c.clock.Now())
	refused(t, err, errs.NotFound, "error.not_found")

	for range 2 { // a double click
		second, err := c.goOn(sheet, 1, 1)
		must(t, err)
		if second.Section != 2 || second.Lease != sheet.Lease || !slices.Equal(slotsOf(second), []int{5, 6, 7}) || len(second.Responses) != 1 {
			t.Fatalf("after section 1: %d, %v", second.Section, slotsOf(second))
		}
	}
	if got := c.became(sheet, 1, choose(2, 4, "b")); got[0] != SectionLeft {
		t.Errorf("a finished section: %s", got[0])
	}
	if got := c.became(sheet, 1, choose(1, 1, "b")); got[0] != Saved {
		t.Errorf("a repetition of what was saved before its section was left: %s", got[0])
	}
	got := c.became(sheet, 1, choose(3, 5, "b"), choose(5, 6, "b"), choose(9, 7, "b"), choose(6, 8, "b"))
	if !slices.Equal(got, []SaveStatus{SectionLeft, Saved, SectionAhead, Saved}) {
		t.Errorf("a body over three sections: %v", got)
	}

	over, err := c.TakeOver(c.ctx, examinee(1), sheet.AttemptID, Arrival{Client: "phone"})
	must(t, err)
	if over.Section != 2 || !slices.Equal(slotsOf(over), []int{5, 6, 7}) {
		t.Errorf("taken over at %d", over.Section)
	}
	_, err = c.goOn(sheet, 1, 2)
	refused(t, err, errs.Conflict, "error.exam.lease_lost")
	_, err = c.goOn(over, 1, 2)
	must(t, err)
	_, err = c.goOn(over, 1, 3)
	refused(t, err, errs.Conflict, "error.exam.section_last")
	if got := c.became(over, 1, choose(8, 1, "b")); got[0] != Saved {
		t.Errorf("the last section: %s", got[0])
	}

	// The journal, its head and the marks know no sections.
	entries, err := c.entries(c.ctx, sheet.AttemptID)
	must(t, err)
	receipt := c.submit(over, 1)
	if receipt.Answered != 4 || len(entries) != 4 || receipt.JournalHead != JournalHead(sheet.AttemptID, entries) {
		t.Errorf("%d entries, receipt %+v", len(entries), receipt)
	}
	if r := c.newestOf(sheet.AttemptID); r.Score != score.Whole(40) || r.Total != score.Whole(100) {
		t.Errorf("marked %v of %v", r.Score, r.Total)
	}
	if n := c.evidence(sheet.AttemptID, KindSection); n != 2 {
		t.Errorf("%d sections recorded as finished", n)
	}
	if left, ahead := c.evidence(sheet.AttemptID, "section_left"), c.evidence(sheet.AttemptID, "section_ahead"); left != 2 || ahead != 3 {
		t.Errorf("evidence of %d and %d answers outside the section", left, ahead)
	}
	if n := c.count(`SELECT count(*) FROM audit_event WHERE act = 'attempt.section'`); n != 2 {
		t.Errorf("%d acts in the record", n)
	}
	line, _, err := c.Timeline(c.ctx, c.staff, exam, 1, page.New(1, 50))
	must(t, err)
	if !slices.ContainsFunc(line, func(m Moment) bool { return m.Kind == KindSection && m.Facts.V.Section == 2 }) {
		t.Error("the time line does not tell of section 2")
	}
	board, err := c.Live(c.ctx, c.staff, exam)
	must(t, err)
	if board.Rows[0].Marks != 6 { // five answers and the take-over: finishing a section is nothing to look at
		t.Errorf("%d marks on the live board", board.Rows[0].Marks)
	}
}

// Whatever comes at once, one step is one section.
func TestTwoStepsAtOnceAreOne(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.oneWay(1, nil), 1)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if s, err := c.goOn(sheet, 1, 1); err != nil || s.Section != 2 {
				t.Errorf("at %d: %v", s.Section, err)
			}
		})
	}
	all.Wait()
	if n := c.evidence(sheet.AttemptID, KindSection); n != 1 {
		t.Errorf("recorded %d times", n)
	}
}

// The clock, a pause and the hand-in bind a step as they bind a save, and a section that was not reached is never shown.
func TestSectionsAndTheClock(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.oneWay(2, func(s *Settings) { s.Release = ReleaseAtHandIn })
	sheet, other := c.begin(exam, 1), c.begin(exam, 2)
	everybody := Whom{Everybody: true}
	_, err := c.Pause(c.ctx, c.staff, exam, everybody, "停电")
	must(t, err)
	c.clock.Advance(2 * time.Minute)
	_, err = c.goOn(sheet, 1, 1)
	refused(t, err, errs.Conflict, "error.exam.paused")
	_, err = c.Resume(c.ctx, c.staff, exam, everybody, "来电")
	must(t, err)
	_, err = c.goOn(sheet, 1, 1)
	must(t, err)
	if got := c.became(sheet, 1, choose(5, 1, "b")); got[0] != Saved {
		t.Fatal(got)
	}
	now, err := c.Attempt(c.ctx, examinee(1), sheet.AttemptID, "tab")
	must(t, err)
	c.clock.Set(now.DeadlineAt.Add(61 * time.Second))
	_, err = c.goOn(now, 1, 2)
	refused(t, err, errs.Gone, "error.exam.late")
	// An answer that is late and of another section is no late answer, which an order could admit.
	if got := c.became(now, 1, choose(1, 2, "b"), choose(6, 3, "b"), choose(9, 4, "b")); !slices.Equal(got, []SaveStatus{SectionLeft, Late, SectionAhead}) {
		t.Errorf("late: %v", got)
	}
	c.clock.Advance(time.Minute)
	c.due()
	if r := c.newestOf(sheet.AttemptID); r.Score != score.Whole(10) || r.Total != score.Whole(100) {
		t.Errorf("handed in by the deadline: %v of %v", r.Score, r.Total)
	}
	_, err = c.goOn(now, 1, 2)
	refused(t, err, errs.Gone, "error.exam.handed_in")
	after, err := c.Attempt(c.ctx, examinee(2), other.AttemptID, "tab")
	must(t, err)
	if after.State != AttemptMarked || !slices.Equal(slotsOf(after), []int{1, 2, 3, 4}) {
		t.Errorf("%s, shows %v", after.State, slotsOf(after))
	}
}

// What a hand-in code brings from outside the section was not written by a page.
func TestHandInCodeStaysInTheSection(t *testing.T) {
	o := newOffice(t, 3, 2)
	exam := o.oneWay(1, nil)
	sheet := o.begin(exam, 1)
	_, err := o.goOn(sheet, 1, 1)
	must(t, err)
	take := func(answers string) error {
		_, err := o.TakeInCode(o.ctx, o.hr(3), exam, 1, codeText(sheet.AttemptID.String(), answers, sheet.Lease))
		return err
	}
	must(t, take(`[[6,2,{"choice":"b"}]]`))
	for _, answers := range []string{`[[1,3,{"choice":"b"}]]`, `[[6,4,{"choice":"b"}],[9,5,{"choice":"b"}]]`} {
		if err := take(answers); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", answers, err)
		}
	}
}

// A paper of one section, and every exam that does not ask for it, may be gone through to and fro.
func TestOneSectionIsFree(t *testing.T) {
	c := newClinic(t, 1)
	for name, exam := range map[string]ExamID{
		"one section": c.published(1, func(s *Settings) { s.OneWay = true }), "three sections": c.oneWay(1, func(s *Settings) { s.OneWay = false }),
	} {
		sheet := c.begin(exam, 1)
		if sheet.Section != 0 || sheet.Sections != nil || len(sheet.Slots) != 10 {
			t.Errorf("%s: at %d of %v", name, sheet.Section, sheet.Sections)
		}
		if got := c.became(sheet, 1, choose(10, 1, "a"), choose(1, 2, "a")); !slices.Equal(got, []SaveStatus{Saved, Saved}) {
			t.Errorf("%s: %v", name, got)
		}
		_, err := c.goOn(sheet, 1, 1)
		refused(t, err, errs.NotFound, "error.not_found")
	}
}

// Whoever sets an exam up is told when its one way leads nowhere: of a draft, on a screen, with a paper of one section.
func TestOneWayWithoutSections(t *testing.T) {
	c := newClinic(t, 1)
	one := c.paperOf(4)
	exam := func(change func(*Exam)) Exam {
		e := Exam{State: Draft, OneWay: true, PaperID: &one}
		if change != nil {
			change(&e)
		}
		return e
	}
	three, err := c.Exam(c.ctx, c.staff, c.oneWay(1, nil))
	must(t, err)
	for name, tc := range map[string]struct {
		e    Exam
		want bool
	}{
		"one section":    {exam(nil), true},
		"three sections": {exam(func(e *Exam) { e.PaperID = three.PaperID }), false},
		"to and fro":     {exam(func(e *Exam) { e.OneWay = false }), false},
		"no paper yet":   {exam(func(e *Exam) { e.PaperID = nil }), false},
		"published":      {exam(func(e *Exam) { e.State = Published }), false},
		"on paper":       {exam(func(e *Exam) { e.OnPaper = true }), false},
	} {
		if got, err := c.OneWayIdle(c.ctx, c.staff, tc.e); err != nil || got != tc.want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := c.OneWayIdle(c.ctx, examinee(1), exam(nil)); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an examinee is told: %v", err)
	}
}

func TestSectionOfARequest(t *testing.T) {
	sections := []SheetSection{{"一", 1, 4}, {"二", 5, 7}, {"三", 8, 10}}
	in := func(slots ...int) (out []Change) {
		for i, slot := range slots {
			out = append(out, Change{Slot: slot, ClientSeq: int64(i + 1), Response: json.RawMessage("null")})
		}
		return out
	}
	for _, c := range []struct {
		sections []SheetSection
		changes  []Change
		want     int64
	}{
		{nil, in(1, 9), 0}, {sections, in(1), 1}, {sections, in(4, 1), 1}, {sections, in(5, 7), 2}, {sections, in(10), 3}, {sections, in(4, 5), -1},
		{sections, in(8, 1), -1},
	} {
		r := saveRequest{sections: c.sections, changes: c.changes}
		if got := r.section(); got != c.want {
			t.Errorf("%v: %d, want %d", c.changes, got, c.want)
		}
	}
}

// Promise 1: a step that no standby has is not acknowledged, nor its repetition, and it is done once.
func TestAStepIsDurable(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.oneWay(1, nil), 1)
	back := c.withoutStandby("attempt")
	for range 2 {
		if _, err := c.goOn(sheet, 1, 1); !errs.Is(err, errs.Unavailable) {
			t.Errorf("confirmed without a standby: %v", err)
		}
	}
	back()
	if next, err := c.goOn(sheet, 1, 1); err != nil || next.Section != 2 || c.evidence(sheet.AttemptID, KindSection) != 1 {
		t.Errorf("at %d: %v", next.Section, err)
	}
	if n := c.statements(func() { _, _ = c.goOn(sheet, 1, 2) }); n < 1 || n > 5 {
		t.Errorf("a step is %d statements", n)
	}
}

// A spoken answer is bound by the section as every other, part by part, and one of a finished section stays what it was.
func TestPartsStayInTheSection(t *testing.T) {
	c, _, _ := newSpokenClinic(t)
	sheet := c.begin(c.oneWay(1, nil), 1)
	if reply := c.part(sheet, 1, partOf(1, 1, 5000, webm+"eins")); reply.Status != Saved {
		t.Fatalf("%+v", reply)
	}
	at := func(slot int) SaveStatus {
		t.Helper()
		part := partOf(slot, 2, 5000, "zwei")
		if slot > 1 {
			part = partOf(slot, 1, 5000, webm+"vorab")
			part.Recording = "ponmlkjihgfedcba"
		}
		reply, err := c.SavePart(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, part, c.clock.Now())
		must(t, err)
		return reply.Status
	}
	if got := at(5); got != SectionAhead {
		t.Errorf("of the next section: %s", got)
	}
	next, err := c.goOn(sheet, 1, 1)
	must(t, err)
	if len(next.Responses) != 1 || next.Section != 2 {
		t.Errorf("%+v", next.Responses)
	}
	if got := at(1); got != SectionLeft {
		t.Errorf("of the finished section: %s", got)
	}
	if n := c.evidence(sheet.AttemptID, KindRecording); n != 2 {
		t.Errorf("%d refused parts are told", n)
	}
}

// A corrected question is told when its section is reached: its text would tell of it before.
func TestCorrectionsStayInTheSection(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.oneWay(1, nil)
	sheet := c.begin(exam, 1)
	for _, slot := range []int{2, 6} {
		if _, err := c.Correct(c.ctx, c.staff, exam, c.versionAt(sheet.AttemptID, slot), "题干有更正"); err != nil {
			t.Fatal(err)
		}
	}
	told := func(ns []PageNotice) (out []int) {
		for _, n := range ns {
			out = append(out, n.Slot)
		}
		return out
	}
	if got := told(c.beatOf(sheet, 1).Notices); !slices.Equal(got, []int{2}) {
		t.Errorf("told in section 1: %v", got)
	}
	next, err := c.goOn(sheet, 1, 1)
	must(t, err)
	if got := told(next.Notices); !slices.Equal(got, []int{6}) {
		t.Errorf("told in section 2: %v", got)
	}
}
