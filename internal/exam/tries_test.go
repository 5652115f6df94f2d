package exam

import (
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/page"
)

func TestMyExamsTellTheState(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	state := func() MyState {
		t.Helper()
		e, err := c.MyExam(c.ctx, examinee(1), exam)
		must(t, err)
		return e.State
	}
	if got := state(); got != MyOpen {
		t.Fatal(got)
	}
	sheet := c.begin(exam, 1)
	if got := state(); got != MyInProgress {
		t.Fatal(got)
	}
	c.submit(sheet, 1)
	if got := state(); got != MySubmitted {
		t.Fatal(got)
	}
	c.clock.Advance(3 * time.Hour)
	c.due()
	_, err := c.Release(c.ctx, c.staff, exam)
	must(t, err)
	if got := state(); got != MyReleased {
		t.Fatal(got)
	}
	people, total, err := c.Candidates(c.ctx, c.staff, exam, page.New(1, 20))
	if err != nil || total != 1 || people[0].Score == nil {
		t.Fatalf("%+v %v", people, err)
	}
	list, total, err := c.Exams(c.ctx, c.staff, Filter{State: Marked}, page.New(1, 20))
	if err != nil || total != 1 || list[0].Settled != 1 {
		t.Fatalf("%+v %v", list, err)
	}
	must(t, c.Archive(c.ctx, c.staff, exam))
}

// A mock tells how many tries are left: a void one is given back, and the result knows whether there is another.
func TestTriesOfAMock(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, func(s *Settings) { s.Kind, s.AttemptsAllowed, s.Release = Mock, 3, ReleaseAtHandIn })
	var last AttemptID
	tries := func(state MyState, used int) {
		t.Helper()
		e, err := c.MyExam(c.ctx, examinee(1), exam)
		if must(t, err); e.State != state || e.Tries != (Tries{Allowed: 3, Used: used}) || e.Tries.Left() != 3-used {
			t.Fatalf("%s %+v", e.State, e.Tries)
		}
		if last == 0 {
			return
		}
		r, err := c.Result(c.ctx, examinee(1), last)
		if must(t, err); r.Again == nil || r.Again.State != state || r.Again.Tries.Used != used {
			t.Fatalf("the result says %+v", r.Again)
		}
	}
	tries(MyOpen, 0)
	sheet := c.begin(exam, 1)
	tries(MyInProgress, 1)
	c.submit(sheet, 1)
	last = sheet.AttemptID
	tries(MyOpen, 1)
	c.begin(exam, 1)
	must(t, c.Void(c.ctx, c.staff, exam, 1, VoidOrder{Reason: "停电"}))
	tries(MyOpen, 1)
	for range 2 {
		sheet = c.begin(exam, 1)
		c.submit(sheet, 1)
	}
	last = sheet.AttemptID
	tries(MyReleased, 3)
	if r, err := c.Result(c.ctx, c.staff, last); err != nil || r.Again != nil {
		t.Errorf("others are told: %+v %v", r.Again, err)
	}
}
