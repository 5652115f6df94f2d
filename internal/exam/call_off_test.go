package exam

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// offNews is what the hooks of calling off and taking off heard.
type offNews struct {
	people  []account.PersonID
	reasons []string
}

func (n *offNews) CalledOff(_ context.Context, _ *db.Tx, _ Exam, people []account.PersonID, reason string) error {
	n.people, n.reasons = append(n.people, people...), append(n.reasons, reason)
	return nil
}

func (n *offNews) Removed(_ context.Context, _ *db.Tx, _ Exam, person account.PersonID, reason string) error {
	n.people, n.reasons = append(n.people, person), append(n.reasons, reason)
	return nil
}

func hears(c *clinic) *offNews {
	n := &offNews{}
	c.OnCalledOff(n)
	c.OnRemoved(n)
	return n
}

func refusedAs(t *testing.T, err error, key string) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Key != key {
		t.Errorf("%v, want %s", err, key)
	}
}

func TestAnExamIsCalledOff(t *testing.T) {
	c := newClinic(t, 3)
	heard := hears(c)
	exam := c.published(2, nil)
	refusedAs(t, c.CallOff(c.ctx, examinee(1), exam, "发错了"), "error.forbidden")
	if err := c.CallOff(c.ctx, c.staff, exam, "  "); !errs.Is(err, errs.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	must(t, c.CallOff(c.ctx, c.staff, exam, " 发错了卷 "))
	if !slices.Equal(heard.people, []account.PersonID{1, 2}) || !slices.Equal(heard.reasons, []string{"发错了卷"}) {
		t.Errorf("%+v", heard)
	}
	e, err := c.Exam(c.ctx, c.staff, exam)
	if must(t, err); e.State != CalledOff || e.CalledOffAt == nil || *e.CalledOffReason != "发错了卷" {
		t.Errorf("%+v", e)
	}
	mine, err := c.MyExam(c.ctx, examinee(1), exam)
	if must(t, err); mine.State != MyCalledOff || mine.Ended == nil || mine.Ended.Reason != "发错了卷" || !mine.Ended.At.Equal(c.clock.Now()) {
		t.Errorf("%+v", mine)
	}
	_, _, err = c.Start(c.ctx, examinee(1), exam, Arrival{Client: "tab"})
	refusedAs(t, err, "error.exam.called_off")
	refusedAs(t, c.CallOff(c.ctx, c.staff, exam, "再来一次"), "error.exam.stands.called_off")
	_, err = c.Invite(c.ctx, c.staff, exam, account.Audience{PersonIDs: []account.PersonID{3}})
	refusedAs(t, err, "error.exam.stands.called_off")
	refusedAs(t, c.Remove(c.ctx, c.staff, exam, 1, "多余"), "error.exam.stands.called_off")
	c.clock.Advance(100 * time.Hour)
	c.due()
	if n := c.count(`SELECT (SELECT count(*) FROM result) + (SELECT count(*) FROM exam WHERE state <> 'called_off')`); n != 0 {
		t.Errorf("the clock made %d things of it", n)
	}
	if n := c.count(`SELECT count(*) FROM audit_event WHERE act = 'exam.call_off'`); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	if n := c.count(`SELECT count(*) FROM round WHERE exam_id = $1`, int64(exam)); n != 1 {
		t.Error("the round is gone")
	}
}

// Whoever is to sit an exam cannot read its paper; nobody is to sit one that was called off.
func TestACalledOffExamOpensItsPaper(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	e, err := c.Exam(c.ctx, c.staff, exam)
	must(t, err)
	inside := func() error {
		return c.noneToSitWith(c.ctx, c.d, examinee(1), *e.PaperID)
	}
	if err := inside(); !errs.Is(err, errs.Forbidden) {
		t.Fatalf("before: %v", err)
	}
	must(t, c.CallOff(c.ctx, c.staff, exam, "发错了卷"))
	must(t, inside())
}

func TestWhatHasBegunIsNotCalledOff(t *testing.T) {
	for name, c := range map[string]struct {
		key string
		do  func(c *clinic, exam ExamID) ExamID
	}{
		"an attempt": {"error.exam.call_off_begun", func(c *clinic, exam ExamID) ExamID {
			c.begin(exam, 1)
			return exam
		}},
		"a void attempt": {"error.exam.call_off_begun", func(c *clinic, exam ExamID) ExamID {
			c.begin(exam, 1)
			must(c.t, c.Void(c.ctx, c.staff, exam, 1, VoidOrder{Reason: "停电"}))
			return exam
		}},
		"an absence": {"error.exam.call_off_begun", func(c *clinic, exam ExamID) ExamID {
			c.clock.Advance(3 * time.Hour)
			must(c.t, c.markAbsences(c.ctx, c.clock.Now()))
			return exam
		}},
		"marked": {"error.exam.stands.marked", func(c *clinic, exam ExamID) ExamID {
			c.clock.Advance(3 * time.Hour)
			c.due()
			return exam
		}},
		"a retake": {"error.exam.call_off_case", func(c *clinic, exam ExamID) (retake ExamID) {
			c.clock.Advance(3 * time.Hour)
			c.due()
			round := RoundID(c.count(`SELECT round_id FROM exam WHERE id = $1`, int64(exam)))
			must(c.t, c.d.InTx(c.ctx, func(tx *db.Tx) (err error) {
				retake, err = c.OpenRetakes(c.ctx, tx, round, tx.Now(), []SitsAgain{{1, tx.Now().Add(24 * time.Hour)}})
				return err
			}))
			refusedAs(c.t.(*testing.T), c.Remove(c.ctx, c.staff, retake, 1, "移出"), "error.exam.remove_case")
			return retake
		}},
	} {
		t.Run(name, func(t *testing.T) {
			clinic := newClinic(t, 2)
			heard := hears(clinic)
			exam := c.do(clinic, clinic.published(2, nil))
			refusedAs(t, clinic.CallOff(clinic.ctx, clinic.staff, exam, "发错了卷"), c.key)
			if len(heard.people) > 0 {
				t.Error("somebody was told")
			}
		})
	}
	t.Run("a draft", func(t *testing.T) {
		c := newClinic(t, 1)
		id, err := c.CreateExam(c.ctx, c.staff, c.settings(), 0)
		must(t, err)
		refusedAs(t, c.CallOff(c.ctx, c.staff, id, "不要了"), "error.exam.stands.draft")
	})
}

func TestAPersonIsTakenOff(t *testing.T) {
	c := newClinic(t, 3)
	heard := hears(c)
	exam := c.published(3, nil)
	c.begin(exam, 2)
	must(t, c.Remove(c.ctx, c.staff, exam, 1, "已调岗"))
	if !slices.Equal(heard.people, []account.PersonID{1}) || heard.reasons[0] != "已调岗" {
		t.Errorf("%+v", heard)
	}
	mine, err := c.MyExam(c.ctx, examinee(1), exam)
	if must(t, err); mine.State != MyRemoved || mine.Ended.Reason != "已调岗" {
		t.Errorf("%+v", mine)
	}
	_, _, err = c.Start(c.ctx, examinee(1), exam, Arrival{Client: "tab"})
	refusedAs(t, err, "error.exam.removed")
	refusedAs(t, c.Remove(c.ctx, c.staff, exam, 1, "已调岗"), "error.exam.removed_already")
	refusedAs(t, c.Remove(c.ctx, c.staff, exam, 2, "已调岗"), "error.exam.remove_begun")
	if err := c.Remove(c.ctx, c.staff, exam, 99, "已调岗"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger: %v", err)
	}
	if err := c.Remove(c.ctx, c.staff, exam, 3, ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	refusedAs(t, c.Remove(c.ctx, examinee(3), exam, 3, "不想考"), "error.forbidden")
	rows, _, err := c.Exams(c.ctx, c.staff, Filter{}, page.New(1, 20))
	if must(t, err); rows[0].Candidates != 2 {
		t.Errorf("%d candidates are counted", rows[0].Candidates)
	}
	added, err := c.Invite(c.ctx, c.staff, exam, account.Audience{PersonIDs: []account.PersonID{1, 2, 3}})
	if must(t, err); !slices.Equal(added, []account.PersonID{1}) {
		t.Errorf("invited again: %v", added)
	}
	c.begin(exam, 1)
	refusedAs(t, c.Remove(c.ctx, c.staff, exam, 1, "已调岗"), "error.exam.remove_begun")
}

// The absence of who was taken off is nobody's, and the exam is settled without the person.
func TestWhoIsTakenOffIsNotAbsent(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, nil)
	must(t, c.Remove(c.ctx, c.staff, exam, 1, "误邀"))
	c.clock.Advance(3 * time.Hour)
	c.due()
	if n := c.count(`SELECT count(*) FROM result WHERE person_id = 1`); n != 0 {
		t.Error("absent")
	}
	if e, err := c.Exam(c.ctx, c.staff, exam); err != nil || e.State != Marked {
		t.Errorf("%s %v", e.State, err)
	}
	refusedAs(t, c.Remove(c.ctx, c.staff, exam, 2, "误邀"), "error.exam.remove_begun")
}

// Threat 8 from the other side: starts race with calling off and with taking off. Either the exam goes on for who has begun, or nobody has.
func TestStartsRaceCallingOff(t *testing.T) {
	c := newClinic(t, 20)
	for n := range 12 {
		exam, services := c.published(20, nil), []*Service{c.Service}
		var wg sync.WaitGroup
		off := make([]error, 2)
		for person := 1; person <= 20; person++ {
			wg.Go(func() {
				_, _, err := services[0].Start(c.ctx, examinee(person), exam, Arrival{Client: "tab"})
				if err != nil && !errs.Is(err, errs.Gone) {
					t.Error(err)
				}
			})
		}
		if n%2 == 0 {
			wg.Go(func() { off[0] = c.CallOff(c.ctx, c.staff, exam, "发错了卷") })
		}
		wg.Go(func() { off[1] = c.Remove(c.ctx, c.staff, exam, 7, "误邀") })
		wg.Wait()
		attempts := c.count(`SELECT count(*) FROM attempt WHERE exam_id = $1`, int64(exam))
		if n%2 == 0 && (off[0] == nil) != (attempts == 0) {
			t.Fatalf("called off: %v, and %d have begun", off[0], attempts)
		}
		sevenSits := c.count(`SELECT count(*) FROM attempt WHERE exam_id = $1 AND person_id = 7`, int64(exam)) > 0
		if off[1] == nil && sevenSits {
			t.Fatal("taken off and at it")
		}
	}
}

// The life of an exam on the real database: whatever is tried in whatever order, the stored state is the one of the table, nobody sits what
// was called off or whom was taken off, and what was begun is never called off.
func TestLifeOfAnExam(t *testing.T) {
	c := newClinic(t, 3)
	rapid.Check(t, func(rt *rapid.T) {
		m := &lifeModel{c: c, state: Draft, begun: map[int]bool{}, off: map[int]bool{}}
		var err error
		if m.exam, err = c.CreateExam(c.ctx, c.staff, c.settings(), c.paperOf(3)); err != nil {
			rt.Fatal(err)
		}
		if _, err = c.Invite(c.ctx, c.staff, m.exam, account.Audience{PersonIDs: []account.PersonID{1, 2, 3}}); err != nil {
			rt.Fatal(err)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"publish": m.publish, "begin": m.begin, "take off": m.takeOff, "call off": m.callOff, "invite": m.invite, "": m.check,
		})
	})
}

type lifeModel struct {
	c     *clinic
	exam  ExamID
	state State
	begun map[int]bool
	off   map[int]bool
}

func (m *lifeModel) expect(rt *rapid.T, what string, may bool, err error) {
	if may != (err == nil) {
		rt.Fatalf("%s in %s, begun %v, off %v: %v", what, m.state, m.begun, m.off, err)
	}
}

func (m *lifeModel) publish(rt *rapid.T) {
	next, refused := m.state.After(ActPublish)
	m.expect(rt, "publish", refused == nil, m.c.Publish(m.c.ctx, m.c.staff, m.exam))
	m.state = next
}

func (m *lifeModel) begin(rt *rapid.T) {
	person := rapid.IntRange(1, 3).Draw(rt, "person")
	_, _, err := m.c.Start(m.c.ctx, examinee(person), m.exam, Arrival{Client: "tab"})
	m.expect(rt, "begin", m.state == Published && !m.off[person], err)
	if err == nil {
		m.begun[person] = true
	}
}

func (m *lifeModel) takeOff(rt *rapid.T) {
	person := rapid.IntRange(1, 3).Draw(rt, "person")
	err := m.c.Remove(m.c.ctx, m.c.staff, m.exam, account.PersonID(person), "误邀")
	m.expect(rt, "take off", m.state == Published && !m.begun[person] && !m.off[person], err)
	if err == nil {
		m.off[person] = true
	}
}

func (m *lifeModel) invite(rt *rapid.T) {
	person := rapid.IntRange(1, 3).Draw(rt, "person")
	_, err := m.c.Invite(m.c.ctx, m.c.staff, m.exam, account.Audience{PersonIDs: []account.PersonID{account.PersonID(person)}})
	m.expect(rt, "invite", m.state == Draft || m.state == Published, err)
	if err == nil {
		delete(m.off, person)
	}
}

func (m *lifeModel) callOff(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "seldom") > 0 {
		rt.Skip("not yet")
	}
	next, refused := m.state.After(ActCallOff)
	err := m.c.CallOff(m.c.ctx, m.c.staff, m.exam, "发错了卷")
	m.expect(rt, "call off", refused == nil && len(m.begun) == 0, err)
	if err == nil {
		m.state = next
	}
}

func (m *lifeModel) check(rt *rapid.T) {
	e, err := m.c.Exam(m.c.ctx, m.c.staff, m.exam)
	if err != nil || e.State != m.state {
		rt.Fatalf("%s, want %s: %v", e.State, m.state, err)
	}
	for person := 1; person <= 3; person++ {
		mine, err := m.c.MyExam(m.c.ctx, examinee(person), m.exam)
		want := MyOpen
		switch {
		case m.state == Draft:
			if !errs.Is(err, errs.NotFound) {
				rt.Fatalf("a draft is shown: %+v", mine)
			}
			continue
		case m.off[person]:
			want = MyRemoved
		case m.state == CalledOff:
			want = MyCalledOff
		case m.begun[person]:
			want = MyInProgress
		}
		if err != nil || mine.State != want {
			rt.Fatalf("person %d: %s, want %s: %v", person, mine.State, want, err)
		}
	}
}

// The database itself refuses a state without its facts.
func TestTheDatabaseDefendsCallingOff(t *testing.T) {
	c := newClinic(t, 1)
	c.published(1, nil)
	for _, statement := range []string{
		`UPDATE exam SET state = 'called_off'`, `UPDATE exam SET called_off_at = now()`, `UPDATE exam SET state = 'called_off', called_off_at = now()`,
		`UPDATE exam SET state = 'called_off', called_off_at = now(), called_off_reason = ''`,
		`UPDATE exam SET kind = 'retake', state = 'called_off', called_off_at = now(), called_off_reason = 'x'`,
		`UPDATE candidate SET removed_at = now(), removed_reason = 'x'`, `UPDATE candidate SET state = 'withdrawn', settled_at = now(), removed_at = now()`,
	} {
		if _, err := c.d.SQL().Exec(statement); err == nil {
			t.Errorf("allowed: %s", statement)
		}
	}
}
