package courseware_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

func (w *school) beat(v account.Viewer, id courseware.UnitID, b courseware.Beat) courseware.Credit {
	w.Helper()
	c, err := w.s.Beat(ctx, v, id, b)
	w.no(err)
	return c
}

var looking = courseware.Beat{Page: 1, Playing: true, Visible: true, RateHundredths: 100}

// look has the viewer look at each unit of a course of pictures for as long as it takes.
func (w *school) look(v account.Viewer, id courseware.CourseID) {
	w.Helper()
	l, err := w.s.Lesson(ctx, v, id)
	w.no(err)
	for _, u := range l.Units {
		w.beat(v, u.ID, looking)
		w.clock.Advance(4 * time.Second)
		if c := w.beat(v, u.ID, looking); !c.Completed {
			w.Fatalf("%s: %+v", u.Title, c)
		}
	}
}

func (w *school) task(v account.Viewer, id courseware.CourseID) courseware.Task {
	w.Helper()
	tasks, err := w.s.Tasks(ctx, v)
	w.no(err)
	i := slices.IndexFunc(tasks, func(t courseware.Task) bool { return t.CourseID == id })
	if i < 0 {
		w.Fatalf("no task for course %s in %+v", id, tasks)
	}
	return tasks[i]
}

func (w *school) retrain(v account.Viewer, id courseware.CourseID) {
	w.Helper()
	due := w.s.Today().AddDate(0, 0, 14)
	w.no(w.db.InTx(ctx, func(tx *db.Tx) error {
		return w.s.AssignInTx(ctx, tx, w.hr.Actor(), v.PersonID, []courseware.CourseID{id}, courseware.ReasonRetraining, &due)
	}))
}

func (w *school) retraining(v account.Viewer) int {
	w.Helper()
	n, err := w.s.OpenRetraining(ctx, w.db, v.PersonID)
	w.no(err)
	return n
}

// rule:C21
func TestAVideoIsLearntByTheServersClock(t *testing.T) {
	w := newSchool(t)
	id := w.course(w.trainer, w.company, "录音")
	w.no(w.s.AddUnits(ctx, w.trainer, id, []courseware.ObjectID{w.file(w.trainer, "讲解.m4a", tone(t, "30"))}))
	w.no(w.s.Publish(ctx, w.trainer, id))
	unit := w.units(w.trainer, id)[0]
	if ms := unit.DurationMS(); ms < 29_000 || ms > 31_000 {
		t.Fatalf("%d ms", ms)
	}
	if _, err := w.s.Beat(ctx, w.anna, unit.ID, looking); err != nil {
		t.Fatal("somebody who may see it and has not begun:", err)
	}
	if _, err := w.s.Play(ctx, w.anna, id, unit.ID); key(err) != "error.courseware.not_begun" {
		t.Fatal(err)
	}
	w.no(w.s.Begin(ctx, w.anna, id))
	w.no(w.s.Begin(ctx, w.anna, id))
	at := func(ms int64) courseware.Beat {
		return courseware.Beat{PositionMS: ms, Playing: true, Visible: true, RateHundredths: 100}
	}
	if c := w.beat(w.anna, unit.ID, at(30_000)); c.Percent != 0 {
		t.Fatalf("one request: %+v", c)
	}
	w.beat(w.anna, unit.ID, at(0))
	w.clock.Advance(10 * time.Second)
	if c := w.beat(w.anna, unit.ID, at(10_000)); c.Percent < 30 || c.Percent > 35 {
		t.Fatalf("a third: %+v", c)
	}
	p, err := w.s.Play(ctx, w.anna, id, unit.ID)
	if err != nil || p.PositionMS != 10_000 || p.Next != nil {
		t.Fatalf("resume at %d, %v", p.PositionMS, err)
	}
	for ms := int64(20_000); ms <= 30_000; ms += 10_000 {
		w.clock.Advance(10 * time.Second)
		w.beat(w.anna, unit.ID, at(ms))
	}
	if task := w.task(w.anna, id); task.State != courseware.EnrolmentCompleted || task.Percent != 100 {
		t.Fatalf("%+v", task)
	}
	if c := w.beat(w.anna, unit.ID, at(0)); !c.Completed {
		t.Fatalf("seen again: %+v", c)
	}
	var credited int64
	w.no(w.q.Get(ctx, w.db, &credited, "events"))
	if credited < 28_000 || credited > 30_000 {
		t.Errorf("%d ms in the journal", credited)
	}
	if acts := w.acts("enrolment"); !slices.Equal(acts, []string{"enrolment.open", "enrolment.unit_done", "enrolment.complete"}) {
		t.Error(acts)
	}
}

// rule:C55 retraining begins afresh, even of a course that was finished, and the last course tells
func TestRetrainingStartsAfresh(t *testing.T) {
	w := newSchool(t)
	online := w.published(w.trainer, w.company, "在线巩固", "a.png", "b.png")
	other := w.published(w.trainer, w.company, "话术强化", "c.png")
	w.no(w.s.Begin(ctx, w.anna, online))
	w.look(w.anna, online)
	if w.task(w.anna, online).State != courseware.EnrolmentCompleted || w.retraining(w.anna) != 0 {
		t.Fatal("self-study is no retraining")
	}
	w.no(w.s.Begin(ctx, w.anna, other))
	w.beat(w.anna, w.units(w.trainer, other)[0].ID, looking)
	w.clock.Advance(time.Second)
	w.retrain(w.anna, online)
	w.retrain(w.anna, other) // begun freely: withdrawn and begun afresh
	w.retrain(w.anna, other) // a second time changes nothing
	if n := w.retraining(w.anna); n != 2 {
		t.Fatalf("%d open", n)
	}
	if task := w.task(w.anna, online); task.Percent != 0 || task.Reason != courseware.ReasonRetraining || task.State != courseware.EnrolmentOpen {
		t.Fatalf("not afresh: %+v", task)
	}
	w.look(w.anna, online)
	w.look(w.anna, other)
	if w.retraining(w.anna) != 0 {
		t.Fatal("still open")
	}
	var told []courseware.Completed
	for _, c := range w.done.courses {
		if c.PersonID != w.anna.PersonID || c.EnrolmentID == 0 || c.At.IsZero() {
			t.Errorf("%+v", c)
		}
		if c.Reason == courseware.ReasonRetraining {
			told = append(told, c)
		}
	}
	if len(told) != 2 || told[0].CourseID != online || told[1].CourseID != other || len(w.done.courses) != 3 {
		t.Fatalf("%+v", w.done.courses)
	}
}

// What hangs on the completion fails with it: both are true or neither.
func TestCompletionAndItsConsequencesAreOne(t *testing.T) {
	w := newSchool(t)
	id := w.published(w.trainer, w.company, "课", "a.png")
	w.retrain(w.anna, id)
	unit := w.units(w.trainer, id)[0].ID
	w.beat(w.anna, unit, looking)
	w.clock.Advance(4 * time.Second)
	w.done.err = errors.New("no re-exam can be opened")
	if _, err := w.s.Beat(ctx, w.anna, unit, looking); !errors.Is(err, w.done.err) {
		t.Fatal(err)
	}
	if w.retraining(w.anna) != 1 || w.task(w.anna, id).Percent != 0 {
		t.Fatal("half written")
	}
	w.done.err = nil
	if c := w.beat(w.anna, unit, looking); !c.Completed || w.retraining(w.anna) != 0 {
		t.Fatalf("the next beat: %+v", c)
	}
}

func TestLiftedRetrainingIsWithdrawn(t *testing.T) {
	w := newSchool(t)
	id := w.published(w.trainer, w.company, "课", "a.png")
	w.retrain(w.anna, id)
	w.no(w.db.InTx(ctx, func(tx *db.Tx) error {
		return w.s.WithdrawRetrainingInTx(ctx, tx, "system", map[account.PersonID][]courseware.CourseID{w.anna.PersonID: {id}})
	}))
	if w.retraining(w.anna) != 0 {
		t.Fatal("still open")
	}
	w.retrain(w.anna, id)
	if w.retraining(w.anna) != 1 {
		t.Fatal("another round")
	}
}

// Another file is another version: who has finished the unit keeps it, who is half-way begins it again.
func TestAnotherVersion(t *testing.T) {
	w := newSchool(t)
	id := w.published(w.trainer, w.company, "课", "a.png", "b.png")
	units := w.units(w.trainer, id)
	w.no(w.s.Begin(ctx, w.anna, id))
	w.beat(w.anna, units[0].ID, looking)
	w.clock.Advance(4 * time.Second)
	w.beat(w.anna, units[0].ID, looking)
	for _, u := range units {
		w.no(w.s.ReplaceFile(ctx, w.trainer, id, u.ID, w.file(w.trainer, "新.png", png(99))))
	}
	l, err := w.s.Lesson(ctx, w.anna, id)
	w.no(err)
	if l.Units[0].Percent != 100 || l.Units[1].Percent != 0 || l.Percent != 50 || l.Next().ID != units[1].ID {
		t.Fatalf("%+v", l.Units)
	}
	if _, err := w.s.OpenMedia(ctx, w.anna, l.Units[1].ObjectID, 0); err != nil {
		t.Error("the new file:", err)
	}
}

func TestMediaIsForWhoLearns(t *testing.T) {
	w := newSchool(t)
	id := w.published(w.trainer, w.company, "课", "a.png")
	object := w.units(w.trainer, id)[0].ObjectID
	open := func(v account.Viewer) error {
		m, err := w.s.OpenMedia(ctx, v, object, 0)
		if err == nil {
			w.no(m.Close())
		}
		return err
	}
	if err := open(w.anna); !errs.Is(err, errs.NotFound) {
		t.Error("before she begins:", err)
	}
	w.no(w.s.Begin(ctx, w.anna, id))
	if err := open(w.anna); err != nil {
		t.Error(err)
	}
	if err := open(w.bella); !errs.Is(err, errs.NotFound) {
		t.Error("somebody else:", err)
	}
	if err := open(account.Viewer{}); !errs.Is(err, errs.Unauthenticated) {
		t.Error("nobody:", err)
	}
	url, err := w.s.DownloadURL(ctx, w.anna, object)
	if err != nil || url == "" {
		t.Error(url, err)
	}
	if _, err := w.s.DownloadURL(ctx, w.bella, object); !errs.Is(err, errs.NotFound) {
		t.Error("somebody else's download:", err)
	}
	w.no(w.s.Retire(ctx, w.trainer, id, ""))
	if err := open(w.anna); err != nil {
		t.Error("who began may finish:", err)
	}
	if err := w.s.Begin(ctx, w.bella, id); !errs.Is(err, errs.NotFound) {
		t.Error("somebody new:", err)
	}
}

// A file that can only be downloaded counts when it was opened, and confirmed some time after.
func TestAFileIsReadAndConfirmed(t *testing.T) {
	w := newSchool(t)
	t.Setenv("PATH", t.TempDir()) // no pdftoppm
	id := w.course(w.trainer, w.company, "制度")
	w.no(w.s.AddUnits(ctx, w.trainer, id, []courseware.ObjectID{w.file(w.trainer, "制度.pdf", []byte(slidesPDF))}))
	w.no(w.s.Publish(ctx, w.trainer, id))
	unit := w.units(w.trainer, id)[0].ID
	w.no(w.s.Begin(ctx, w.anna, id))
	if err := w.s.ConfirmFile(ctx, w.anna, id, unit); key(err) != "error.courseware.read_first" {
		t.Fatal("without opening it:", err)
	}
	if url, err := w.s.OpenFile(ctx, w.anna, id, unit); err != nil || url == "" {
		t.Fatal(url, err)
	}
	w.clock.Advance(2 * time.Second)
	if err := w.s.ConfirmFile(ctx, w.anna, id, unit); key(err) != "error.courseware.read_first" {
		t.Fatal("at once:", err)
	}
	w.clock.Advance(9 * time.Second)
	w.no(w.s.ConfirmFile(ctx, w.anna, id, unit))
	if w.task(w.anna, id).State != courseware.EnrolmentCompleted {
		t.Fatal("not finished")
	}
}

// rule:C50
func TestAssigningToAPartOfTheTree(t *testing.T) {
	w := newSchool(t)
	id := w.published(w.trainer, w.company, "课", "a.png")
	draft := w.course(w.trainer, w.company, "草稿")
	due := w.s.Today().AddDate(0, 0, 7)
	courses := []courseware.CourseID{id}
	east := account.Audience{UnitIDs: []account.UnitID{w.east}}
	yesterday := w.s.Today().AddDate(0, 0, -1)
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"nobody":    {second(w.s.Assign(ctx, w.hr, account.Audience{}, courses, nil)), "error.courseware.choose"},
		"yesterday": {second(w.s.Assign(ctx, w.hr, east, courses, &yesterday)), "error.courseware.due_on"},
		"a draft":   {second(w.s.Assign(ctx, w.hr, east, []courseware.CourseID{draft}, nil)), "error.courseware.choose"},
		"no course": {second(w.s.Assign(ctx, w.hr, east, nil, nil)), "error.courseware.choose"},
		"by a lead": {second(w.s.Assign(ctx, w.lead, east, courses, nil)), "error.forbidden"},
		"other branch's": {second(w.s.Assign(ctx, w.westTrainer, account.Audience{PersonIDs: []account.PersonID{w.anna.PersonID}}, courses, nil)),
			"error.not_found"},
	} {
		if key(c.err) != c.want {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	w.no(w.s.Begin(ctx, w.anna, id))
	n, err := w.s.Assign(ctx, w.hr, east, courses, &due)
	if err != nil || n != 3 { // the trainer, the lead and Anna
		t.Fatal(n, err)
	}
	if task := w.task(w.anna, id); task.Reason != courseware.ReasonAssigned || !task.DueOn.Equal(due) || courseware.DaysLeft(*task.DueOn, w.s.Today()) != 8 {
		t.Fatalf("%+v", task)
	}
	w.look(w.anna, id)
	_, rows, total, err := w.s.Learners(ctx, w.lead, id, courseware.LearnerFilter{}, page.New(1, 10))
	if err != nil || total != 3 || rows[2].Name != "安娜" || rows[2].Percent != 100 {
		t.Fatalf("%+v %d %v", rows, total, err)
	}
	_, rows, _, err = w.s.Learners(ctx, w.hr, id, courseware.LearnerFilter{Search: "安", State: courseware.EnrolmentCompleted}, page.New(1, 10))
	if err != nil || len(rows) != 1 {
		t.Fatalf("%+v %v", rows, err)
	}
	if _, rows, _, err := w.s.Learners(ctx, w.westTrainer, id, courseware.LearnerFilter{}, page.New(1, 10)); err != nil || len(rows) != 0 {
		t.Errorf("the other branch sees %+v, %v", rows, err)
	}
	if _, _, _, err := w.s.Learners(ctx, w.anna, id, courseware.LearnerFilter{}, page.New(1, 10)); !errs.Is(err, errs.Forbidden) {
		t.Error(err)
	}
	w.exported(id)
	w.participation(due)
}

// exported: who learns leaves the system with a reason, to whoever may see it, and that is recorded.
func (w *school) exported(id courseware.CourseID) {
	w.Helper()
	if rows, err := w.s.ExportLearners(ctx, w.hr, id, courseware.LearnerFilter{Search: "安"}, " "); !errs.Is(err, errs.Invalid) || len(rows) != 0 {
		w.Errorf("without a reason: %v %v", rows, err)
	}
	if rows, err := w.s.ExportLearners(ctx, w.anna, id, courseware.LearnerFilter{}, "好奇"); !errs.Is(err, errs.Forbidden) || len(rows) != 0 {
		w.Errorf("by a learner: %v %v", rows, err)
	}
	if rows, err := w.s.ExportLearners(ctx, w.hr, id, courseware.LearnerFilter{Search: "安"}, "归档"); err != nil || len(rows) != 1 || rows[0].Name != "安娜" {
		w.Errorf("%v %v", rows, err)
	}
	var recorded string
	w.no(w.db.SQL().QueryRowContext(ctx, `SELECT string_agg(body::text, ',') FROM audit_event WHERE act = 'course.export'`).Scan(&recorded))
	if recorded != `{"facts":{"count":1,"reason":"归档"}}` {
		w.Errorf("recorded %s", recorded)
	}
}

func (w *school) participation(due time.Time) {
	w.Helper()
	people := []account.PersonID{w.anna.PersonID, w.lead.PersonID, w.bella.PersonID}
	got, err := w.s.Participation(ctx, w.db, people, due, due)
	w.no(err)
	if len(got) != 1 || got[w.anna.PersonID] != (courseware.Share{Assigned: 1, Completed: 1}) {
		w.Errorf("what may still be finished in time counts already: %+v", got)
	}
	w.clock.Advance(due.AddDate(0, 0, 1).Sub(w.s.Today()))
	if overdue, err := w.s.LatelyOverdue(ctx, w.db); err != nil || !slices.Contains(overdue, w.lead.PersonID) || slices.Contains(overdue, w.anna.PersonID) {
		w.Errorf("overdue: %v %v", overdue, err)
	}
	got, err = w.s.Participation(ctx, w.db, people, due, due)
	w.no(err)
	if len(got) != 2 || got[w.anna.PersonID] != (courseware.Share{Assigned: 1, Completed: 1}) || got[w.lead.PersonID] != (courseware.Share{Assigned: 1}) {
		w.Errorf("%+v", got)
	}
	if got, err := w.s.Participation(ctx, w.db, people, due.AddDate(0, 0, 1), due.AddDate(0, 1, 0)); err != nil || len(got) != 0 {
		w.Errorf("another period: %+v %v", got, err)
	}
}

// Two units finished at the same moment cannot both miss that the other is finished: the course is completed, once.
func TestTheLastTwoUnitsAtOnce(t *testing.T) {
	w := newSchool(t)
	id := w.published(w.trainer, w.company, "课", "a.png", "b.png")
	units := w.units(w.trainer, id)
	pause := looking
	pause.Playing = false
	for round := range 5 {
		w.retrain(w.anna, id)
		for _, u := range units {
			w.beat(w.anna, u.ID, looking)
		}
		w.clock.Advance(4 * time.Second)
		var both sync.WaitGroup
		for _, u := range units {
			both.Go(func() {
				if _, err := w.s.Beat(ctx, w.anna, u.ID, pause); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if len(w.done.courses) != round+1 || w.retraining(w.anna) != 0 {
			t.Fatalf("round %d: finished %d times, %d open", round, len(w.done.courses), w.retraining(w.anna))
		}
	}
}

func TestOffers(t *testing.T) {
	w := newSchool(t)
	w.published(w.westTrainer, w.west, "西院专有", "a.png")
	company := w.published(w.trainer, w.company, "公共课", "a.png", "b.png")
	closed, err := w.s.CreateCourse(ctx, w.trainer, courseware.CourseInput{UnitID: w.company, Title: "只分配"})
	w.no(err)
	w.no(w.s.AddUnits(ctx, w.trainer, closed, []courseware.ObjectID{w.file(w.trainer, "a.png", png(30))}))
	w.no(w.s.Publish(ctx, w.trainer, closed))
	offers, err := w.s.Offers(ctx, w.anna)
	if err != nil || len(offers) != 1 || offers[0].CourseID != company || offers[0].Units != 2 {
		t.Fatalf("%+v %v", offers, err)
	}
	if err := w.s.Begin(ctx, w.anna, closed); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	w.no(w.s.Begin(ctx, w.anna, company))
	if offers, err := w.s.Offers(ctx, w.anna); err != nil || len(offers) != 0 {
		t.Errorf("%+v %v", offers, err)
	}
}
