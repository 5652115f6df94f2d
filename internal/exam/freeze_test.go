package exam

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Threat 30: one act pauses every running exam and holds every start back; its end gives each the time back that the pause took, and
// leaves paused who was paused before. Either act done twice is done once.
func TestFreezeAll(t *testing.T) {
	c := newClinic(t, 6)
	first, second := c.published(4, nil), c.published(6, func(e *Settings) { e.OpensAt = e.OpensAt.Add(50 * time.Minute) })
	one, two, three := c.begin(first, 1), c.begin(first, 2), c.begin(first, 3)
	c.clock.Advance(50 * time.Minute)
	four := c.begin(second, 5)
	must(t, errOf(c.Pause(c.ctx, c.staff, first, only(3), "身体不适")))
	c.submit(two, 2)
	c.clock.Advance(time.Minute)

	if _, _, err := c.FreezeAll(c.ctx, c.staff, " "); !errs.Is(err, errs.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	f, touched, err := c.FreezeAll(c.ctx, c.staff, "升级服务器")
	if err != nil || touched != (Touched{Exams: 2, Attempts: 2}) || !f.At.Equal(c.clock.Now()) {
		t.Fatal(f, touched, err)
	}
	left := map[int]int64{1: c.beatOf(one, 1).RemainingMS, 5: c.beatOf(four, 5).RemainingMS}
	c.clock.Advance(90*time.Second + 200*time.Millisecond)
	if again, touched, err := c.FreezeAll(c.ctx, c.staff, "再来一次"); err != nil || again != f || touched != (Touched{}) {
		t.Errorf("frozen twice: %+v, %+v, %v", again, touched, err)
	}
	for n, s := range map[int]Sheet{1: one, 5: four} {
		if b := c.beatOf(s, n); b.PausedAt == nil || !b.PausedAt.Equal(f.At) || b.RemainingMS != left[n] || b.News == 0 {
			t.Errorf("examinee %d, frozen: %+v", n, b)
		}
	}
	_, _, err = c.Start(c.ctx, examinee(6), second, Arrival{Client: "tab"})
	if key(err) != "error.exam.frozen" || !errs.Is(err, errs.TooEarly) {
		t.Errorf("a start: %v", err)
	}
	if _, err := c.Resume(c.ctx, c.staff, first, everybody(), "一场先恢复"); key(err) != "error.exam.frozen_resume" {
		t.Errorf("one exam alone goes on: %v", err)
	}
	if _, _, err := c.Start(c.ctx, examinee(1), first, Arrival{Client: "tab"}); err != nil {
		t.Errorf("who sits comes back to the paper: %v", err)
	}

	lifted, touched, err := c.UnfreezeAll(c.ctx, c.staff)
	if err != nil || lifted == nil || *lifted != f || touched != (Touched{Exams: 2, Attempts: 2}) {
		t.Fatal(lifted, touched, err)
	}
	for n, s := range map[int]Sheet{1: one, 5: four} {
		// The whole seconds that a pause gives back.
		if b := c.beatOf(s, n); b.PausedAt != nil || b.DeadlineAt.Sub(s.DeadlineAt) != 91*time.Second || b.RemainingMS != left[n]+800 {
			t.Errorf("examinee %d goes on with %+v", n, b)
		}
	}
	if b := c.beatOf(three, 3); b.PausedAt == nil || b.PausedAt.Equal(f.At) {
		t.Errorf("who was paused before goes on: %+v", b)
	}
	if again, touched, err := c.UnfreezeAll(c.ctx, c.staff); err != nil || again != nil || touched != (Touched{}) {
		t.Errorf("lifted twice: %+v, %+v, %v", again, touched, err)
	}
	c.begin(second, 6)
	must(t, errOf(c.Resume(c.ctx, c.staff, first, only(3), "好转")))
	for act, want := range map[string]int{"exam.freeze": 1, "exam.unfreeze": 1, "exam.invigilate.pause": 3, "exam.invigilate.resume": 3} {
		if n := c.count(`SELECT count(*) FROM audit_event WHERE act = $1`, act); n != want {
			t.Errorf("%d acts %s are recorded, want %d", n, act, want)
		}
	}
	for kind, want := range map[InvigilationKind]int{LogPause: 3, LogResume: 3} {
		if n := c.count(`SELECT count(*) FROM invigilation WHERE kind = $1 AND attempt_id IS NOT NULL`, kind); n != want {
			t.Errorf("the log has %d of %s, want %d", n, kind, want)
		}
	}
}

// Whose window ends while all is frozen is neither absent nor refused as late, and has as much time afterwards; who was too late before
// stays so, and whose window has room keeps it.
func TestAFreezeShortensNobodysWindow(t *testing.T) {
	c := newClinic(t, 2)
	day := func(e *Settings) { e.ClosesAt = e.OpensAt.Add(24 * time.Hour) }
	lastStart := func(after time.Duration) func(*Settings) {
		return func(e *Settings) {
			day(e)
			at := e.OpensAt.Add(after)
			e.LastStartAt = &at
		}
	}
	closing, last, over, roomy := c.published(2, nil), c.published(1, lastStart(100*time.Minute)), c.published(1, lastStart(80*time.Minute)), c.published(1, day)
	c.clock.Advance(90 * time.Minute)
	closesAt := c.clock.Now().Add(30 * time.Minute)
	must(t, second2(c.FreezeAll(c.ctx, c.staff, "换服务器")))
	c.clock.Advance(time.Hour)
	c.due()
	start := func(person int, exam ExamID) (Sheet, string) {
		t.Helper()
		sheet, _, err := c.Start(c.ctx, examinee(person), exam, Arrival{Client: "tab"})
		return sheet, key(err)
	}
	for exam, want := range map[ExamID]string{closing: "error.exam.frozen", last: "error.exam.frozen", over: "error.exam.closed", roomy: "error.exam.frozen"} {
		if _, got := start(1, exam); got != want {
			t.Errorf("exam %d, frozen: %q, want %q", exam, got, want)
		}
	}
	_, touched, err := c.UnfreezeAll(c.ctx, c.staff)
	if err != nil || touched != (Touched{HeldBack: 3}) {
		t.Fatal(touched, err)
	}
	sheet, refused := start(1, closing)
	if want := closesAt.Add(time.Hour + LoadAllowance); refused != "" || !sheet.DeadlineAt.Equal(want) {
		t.Errorf("who was held back ends at %v, want %v: %s", sheet.DeadlineAt, want, refused)
	}
	for exam, want := range map[ExamID]string{last: "", over: "error.exam.closed", roomy: ""} {
		if _, got := start(1, exam); got != want {
			t.Errorf("exam %d: %q, want %q", exam, got, want)
		}
	}
	c.clock.Advance(30*time.Minute + DrainAllowance)
	c.due()
	if n := c.count(`SELECT count(*) FROM candidate WHERE state = 'absent' AND exam_id = $1 AND person_id = 2`, int64(closing)); n != 1 {
		t.Error("who did not come by the later close either is not absent")
	}
}

// Whoever is held back across the close begins afterwards: until then nobody looks the keys up.
func TestNoKeysDuringAFreeze(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, func(s *Settings) { s.Release = ReleaseAtHandIn })
	done := c.begin(exam, 1)
	c.submit(done, 1)
	c.clock.Advance(110 * time.Minute)
	must(t, second2(c.FreezeAll(c.ctx, c.staff, "停电")))
	c.clock.Advance(time.Hour) // far beyond close, allowance and grace
	shown := func() int {
		t.Helper()
		r, err := c.Result(c.ctx, examinee(1), done.AttemptID)
		must(t, err)
		return len(r.Slots)
	}
	if n := shown(); n != 0 {
		t.Errorf("the keys of %d slots are shown while all is frozen", n)
	}
	must(t, second2(c.UnfreezeAll(c.ctx, c.staff)))
	c.submit(c.begin(exam, 2), 2)
	c.clock.Advance(time.Hour)
	if n := shown(); n != 10 {
		t.Errorf("the review opens with %d slots", n)
	}
}

// All is frozen, the servers are stopped for a while, and all goes on: the time is given back once, whether the outage is noticed before the
// freeze ends or after it, and what was lost before the freeze is given back as well.
func TestAnOutageDuringAFreezeIsGivenBackOnce(t *testing.T) {
	for name, noticedFirst := range map[string]bool{"noticed while frozen": true, "noticed afterwards": false} {
		t.Run(name, func(t *testing.T) {
			c := newClinic(t, 1)
			sheet := c.begin(c.published(1, nil), 1)
			c.clock.Advance(10 * time.Minute)
			down := c.clock.Now()
			c.clock.Advance(40 * time.Second)
			must(t, second2(c.FreezeAll(c.ctx, c.staff, "换服务器")))
			c.clock.Advance(5 * time.Minute)
			noticed := func() {
				c.exec(`INSERT INTO outage (from_at, to_at) VALUES ($1, $2)`, down, c.clock.Now())
				c.due()
			}
			if noticedFirst {
				noticed()
			}
			c.clock.Advance(time.Minute)
			must(t, second2(c.UnfreezeAll(c.ctx, c.staff)))
			if !noticedFirst {
				noticed()
			}
			if got, want := c.beatOf(sheet, 1).DeadlineAt.Sub(sheet.DeadlineAt), 40*time.Second+6*time.Minute; got != want {
				t.Errorf("%s given back, want %s", got, want)
			}
		})
	}
}

// Starts and a freeze at once: whoever began is paused, whoever did not is told why, and nobody sits with a running clock.
func TestStartsRaceAFreeze(t *testing.T) {
	const people = 40
	c := newClinic(t, people)
	exam := c.published(people, nil)
	services := []*Service{c.Service, c.second()}
	var all sync.WaitGroup
	var mu sync.Mutex
	begun := 0
	for n := 1; n <= people; n++ {
		all.Go(func() {
			_, created, err := services[n%2].Start(c.ctx, examinee(n), exam, Arrival{Client: "tab"})
			mu.Lock()
			defer mu.Unlock()
			if created {
				begun++
			} else if key(err) != "error.exam.frozen" {
				t.Errorf("person %d: %v", n, err)
			}
		})
	}
	all.Go(func() { must(t, second2(services[0].FreezeAll(c.ctx, c.staff, "断电"))) })
	all.Wait()
	if n := c.count(`SELECT count(*) FROM attempt WHERE exam_id = $1 AND paused_at IS NOT NULL`, int64(exam)); n != begun {
		t.Errorf("%d began and %d are paused", begun, n)
	}
	if _, touched, err := services[1].UnfreezeAll(c.ctx, c.staff); err != nil || touched.Attempts != begun {
		t.Errorf("%+v, %v", touched, err)
	}
}

// Only who may pause everybody freezes, and nobody under a clock of their own.
func TestWhoMayFreeze(t *testing.T) {
	c := newClinic(t, 2)
	c.exec(`INSERT INTO org_unit (kind, name, position, created_at) VALUES ('company', '机构', 0, $1)`, c.clock.Now())
	c.begin(c.published(1, nil), 1)
	invigilator := func(person account.PersonID, units ...account.UnitID) account.Viewer {
		return account.Viewer{PersonID: person, Grants: []account.Grant{{Role: account.HR, Units: units}}}
	}
	for name, test := range map[string]struct {
		viewer account.Viewer
		want   string
	}{
		"an examinee":         {examinee(2), "error.forbidden"},
		"of a branch":         {invigilator(2, 7), "error.exam.freeze_beyond"},
		"who sits":            {invigilator(1, 1), "error.account.not_self"},
		"of the whole clinic": {invigilator(2, 1), ""},
	} {
		for what, do := range map[string]func() error{
			"freezes": func() error { return second2(c.FreezeAll(c.ctx, test.viewer, "x")) },
			"lifts":   func() error { return second2(c.UnfreezeAll(c.ctx, test.viewer)) },
			"may":     func() error { return c.MayFreeze(c.ctx, test.viewer) },
		} {
			if got := key(do()); got != test.want {
				t.Errorf("%s %s: %q, want %q", name, what, got, test.want)
			}
		}
	}
}

func second2[A, B any](_ A, _ B, err error) error { return err }

// key is what a refusal says; empty for none.
func key(err error) string {
	if err == nil {
		return ""
	}
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return fmt.Sprint(err)
}

// Whom a freeze holds back is not told meanwhile that the exam is over, with an absence to come.
func TestWhoIsHeldBackHasNotMissedTheExam(t *testing.T) {
	c := newClinic(t, 1)
	closing, over := c.published(1, nil), c.published(1, func(e *Settings) { e.ClosesAt = e.OpensAt.Add(80 * time.Minute) })
	later := c.published(1, func(e *Settings) {
		e.OpensAt, e.ClosesAt = e.OpensAt.Add(100*time.Minute), e.OpensAt.Add(110*time.Minute)
		e.LimitSeconds = 600
	})
	c.clock.Advance(90 * time.Minute)
	must(t, second2(c.FreezeAll(c.ctx, c.staff, "换服务器")))
	c.clock.Advance(time.Hour)
	for exam, want := range map[ExamID]MyState{closing: MyOpen, later: MyOpen, over: MyMissed} {
		if e, err := c.MyExam(c.ctx, examinee(1), exam); err != nil || e.State != want {
			t.Errorf("exam %d: %s, want %s: %v", exam, e.State, want, err)
		}
	}
}

// Who has a try left when all is frozen can still take it afterwards.
func TestAFreezeTakesNoTryAway(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, func(e *Settings) { e.Kind, e.AttemptsAllowed = Mock, 2 })
	c.submit(c.begin(exam, 1), 1)
	c.clock.Advance(90 * time.Minute)
	running := c.begin(exam, 2)
	must(t, second2(c.FreezeAll(c.ctx, c.staff, "换服务器")))
	c.clock.Advance(time.Hour)
	_, touched, err := c.UnfreezeAll(c.ctx, c.staff)
	if err != nil || touched.HeldBack != 1 {
		t.Errorf("%+v, %v", touched, err)
	}
	c.begin(exam, 1)
	if b := c.beatOf(running, 2); b.DeadlineAt.Sub(running.DeadlineAt) != time.Hour {
		t.Errorf("who sat has until %v, had until %v", b.DeadlineAt, running.DeadlineAt)
	}
}
