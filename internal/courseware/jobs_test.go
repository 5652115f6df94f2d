package courseware_test

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/jobs"
)

// A PDF is pending until the queue has checked it and drawn its pages; until then nobody can publish or read it.
func TestTheQueueChecksWhatTakesLonger(t *testing.T) {
	w := newSchool(t)
	w.no(jobs.Migrate(ctx, w.db.SQL()))
	workers := jobs.NewWorkers()
	queue, err := jobs.New(w.db, workers, jobs.Options{})
	w.no(err)
	w.s, err = courseware.NewService(ctx, w.db, w.people, w.files, queue, time.UTC)
	w.no(err)
	w.s.RegisterJobs(workers)

	id := w.course(w.trainer, w.company, "讲义")
	o, err := w.s.BeginUpload(ctx, w.trainer, "讲义.pdf", int64(len(slidesPDF)))
	w.no(err)
	o, err = w.s.CompleteUpload(ctx, w.trainer, o.ID, w.put(w.trainer, o, []byte(slidesPDF)))
	if err != nil || o.State != courseware.Pending {
		t.Fatal(o.State, err)
	}
	w.no(w.s.AddUnits(ctx, w.trainer, id, []courseware.ObjectID{o.ID}))
	if err := w.s.Publish(ctx, w.trainer, id); key(err) != "error.courseware.unit_pending" {
		t.Error("published unchecked:", err)
	}
	if _, err := w.s.OpenMedia(ctx, w.trainer, o.ID, 0); !errs.Is(err, errs.NotFound) {
		t.Error("read unchecked:", err)
	}

	running, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	w.no(queue.Start(running))
	w.no(queue.Idle(running))
	w.no(queue.Stop(running))
	if u := w.units(w.trainer, id)[0]; u.Kind() != courseware.KindPages || u.PageCount != 2 {
		t.Fatalf("%+v", u)
	}
	w.no(w.s.Publish(ctx, w.trainer, id))
	w.no(w.s.Begin(ctx, w.anna, id))
	w.readPages(w.anna, w.units(w.trainer, id)[0].ID, 2)
	if task := w.task(w.anna, id); task.State != courseware.EnrolmentCompleted {
		t.Fatalf("%+v", task)
	}
}

func (w *school) readPages(v account.Viewer, id courseware.UnitID, pages int) {
	w.Helper()
	for n := 1; n <= pages; n++ {
		b := looking
		b.Page = n
		w.beat(v, id, b)
		w.clock.Advance(4 * time.Second)
		w.beat(v, id, b)
	}
}
