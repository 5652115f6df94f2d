package exam

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// meanwhile runs another act in the middle of a transaction, until it waits for that one or is done.
type meanwhile struct {
	heard
	o    *office
	act  func() error
	done chan error
}

func (m *meanwhile) begin() {
	if m.act == nil {
		return
	}
	act := m.act
	m.act, m.done = nil, make(chan error, 1)
	go func() { m.done <- act() }()
	for range 200 {
		if len(m.done) == 1 || m.o.count(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	m.o.t.Error("the other act neither waits nor ends")
}

func (m *meanwhile) AttemptsHandedIn(context.Context, *db.Tx, []HandedIn) error {
	m.begin()
	return nil
}

func (m *meanwhile) ResultsCorrected(context.Context, *db.Tx, []Corrected) error {
	m.begin()
	return nil
}

// deferredSitting is an exam that is marked and released, of which one person with leave has just begun, and an order that gives
// everybody the points of the third question, which nobody answered right.
func deferredSitting(t *testing.T) (o *office, m *meanwhile, sheet Sheet, k CorrectionID, seen ResultID) {
	t.Helper()
	o = newOffice(t, 9, 9)
	m = &meanwhile{o: o}
	o.OnHandIn(m)
	o.OnCorrection(m)
	exam := o.published(3, func(s *Settings) { s.ShuffleSlots = false })
	o.leave(exam, 3, func() {
		for n := 1; n <= 2; n++ {
			first := o.begin(exam, n)
			o.answer(first, n, 2)
			o.submit(first, n)
		}
	})
	k = o.propose2(o.hr(7), exam, Ruling{VersionID: o.thirdOf(exam), Act: FullMarks})
	_, p := o.rulingOf(o.hr(8), k)
	sheet = o.begin(exam, 3)
	o.answer(sheet, 3, 2)
	return o, m, sheet, k, p.Seen
}

// Threat 34: whoever hands in while a ruling is being approved is marked by it.
func TestAHandInDuringAnApprovalIsMarkedByTheRuling(t *testing.T) {
	o, m, sheet, k, seen := deferredSitting(t)
	m.act = func() error { return errOf(o.Submit(o.ctx, examinee(3), sheet.AttemptID, sheet.Lease, o.clock.Now())) }
	must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, seen, ""))
	must(t, <-m.done)
	if r := o.newestOf(sheet.AttemptID); r.Score != score.Whole(30) {
		t.Errorf("handed in under the approval: %s, want 30", r.Score)
	}
}

// The other way round: an approval that begins during a hand-in waits for it, and finds a result that its preview did not show.
func TestAnApprovalDuringAHandInSeesItsResult(t *testing.T) {
	o, m, sheet, k, seen := deferredSitting(t)
	m.act = func() error { return o.ApproveCorrection(o.ctx, o.hr(8), k, seen, "") }
	o.submit(sheet, 3)
	if err := <-m.done; !errs.Is(err, errs.Conflict) {
		t.Errorf("approved without the result that came meanwhile: %v", err)
	}
	_, p := o.rulingOf(o.hr(8), k)
	must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, p.Seen, ""))
	if r := o.newestOf(sheet.AttemptID); r.Score != score.Whole(30) || r.Version != 2 {
		t.Errorf("%s, version %d", r.Score, r.Version)
	}
}

// leave gives a person of a released exam that is marked a later sitting, which begins now.
func (o *office) leave(exam ExamID, person int, grantedBefore func()) {
	o.t.Helper()
	from, to := o.clock.Now().Add(100*time.Hour), o.clock.Now().Add(110*time.Hour)
	must(o.t, o.Defer(o.ctx, o.hr(7), exam, account.PersonID(person), Grant{OpensAt: &from, ClosesAt: &to, Reason: "病假"}))
	grantedBefore()
	o.clock.Advance(3 * time.Hour)
	o.due()
	must(o.t, errOf(o.Release(o.ctx, o.staff, exam)))
	o.clock.Set(from)
}

// The last mark of a deferred sitting makes its result by the ruling that is being approved.
func TestAMarkDuringAnApprovalCountsByTheRuling(t *testing.T) {
	o := newOffice(t, 9, 9)
	o.questions = shortBank{newMemoryBank()}
	exam := o.published(3, func(s *Settings) { s.ShuffleSlots = false })
	write := func(person int) AttemptID {
		sheet := o.begin(exam, person)
		must(t, errOf(o.Save(o.ctx, examinee(person), sheet.AttemptID, sheet.Lease, []Change{{3, 1, []byte(`{"text":"先致歉"}`)}}, o.clock.Now())))
		o.submit(sheet, person)
		return sheet.AttemptID
	}
	o.leave(exam, 3, func() {
		write(1)
		write(2)
		o.markAll(marker(8), exam, 50, 50)
	})
	k := o.propose2(o.hr(7), exam, Ruling{VersionID: o.thirdOf(exam), Act: FullMarks})
	_, p := o.rulingOf(o.hr(8), k)
	late := write(3)
	m := &meanwhile{o: o}
	o.OnCorrection(m)
	a, err := o.NextAnswer(o.ctx, marker(9), exam, o.thirdOf(exam))
	must(t, err)
	m.act = func() error { return o.MarkAnswer(o.ctx, marker(9), a.ID, GivenMark{Parts: []int{50, 50}}) }
	must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, p.Seen, ""))
	must(t, <-m.done)
	if r := o.newestOf(late); r.Score != score.Whole(10) {
		t.Errorf("marked under the approval: %s, want 10", r.Score)
	}
}

// A sheet of an exam on paper that is added up after a ruling counts by it, also when both happen at once.
func TestASumDuringAnApprovalCountsByTheRuling(t *testing.T) {
	for _, act := range []RulingAct{FullMarks, Drop} {
		t.Run(string(act), func(t *testing.T) {
			o := newOffice(t, 9, 9)
			exam, err := o.CreateExam(o.ctx, o.staff, o.settings(), o.paperOf(10))
			must(t, err)
			must(t, o.SetOnPaper(o.ctx, o.staff, exam, true))
			must(t, errOf(o.Invite(o.ctx, o.staff, exam, account.Audience{PersonIDs: []account.PersonID{1, 2, 3}})))
			must(t, o.Publish(o.ctx, o.staff, exam))
			enter := func(person account.PersonID) {
				var marks []EnteredMark
				for slot := 1; slot <= 10; slot++ {
					marks = append(marks, EnteredMark{Slot: slot, Mark: ref(score.Whole(5))})
				}
				must(t, o.EnterMarks(o.ctx, marker(8), exam, person, marks, score.Whole(50)))
			}
			add := func(person account.PersonID) error {
				return o.ConfirmMarks(o.ctx, marker(9), exam, person, score.Whole(50))
			}
			o.leave(exam, 3, func() {
				for person := account.PersonID(1); person <= 2; person++ {
					enter(person)
					must(t, add(person))
				}
			})
			k := o.propose2(o.hr(7), exam, Ruling{VersionID: o.thirdOf(exam), Act: act})
			_, p := o.rulingOf(o.hr(8), k)
			o.clock.Advance(time.Hour)
			enter(3)
			m := &meanwhile{o: o, act: func() error { return add(3) }}
			o.OnCorrection(m)
			must(t, o.ApproveCorrection(o.ctx, o.hr(8), k, p.Seen, ""))
			must(t, <-m.done)
			var points, total score.Hundredths
			must(t, o.d.SQL().QueryRow(`SELECT score_hundredths, total_hundredths FROM result WHERE exam_id = $1 AND person_id = 3`, int64(exam)).Scan(&points, &total))
			want := map[RulingAct][2]score.Hundredths{FullMarks: {score.Whole(55), score.Whole(100)}, Drop: {score.Whole(45), score.Whole(90)}}[act]
			if [2]score.Hundredths{points, total} != want {
				t.Errorf("%s of %s, want %v", points, total, want)
			}
		})
	}
}
