package courseware_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/internal/platform/jobs"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

var ctx = context.Background()

// school is a clinic with two branches, a trainer in each, and people who learn; files are in a real S3 server.
type school struct {
	*testing.T
	s       *courseware.Service
	db      *db.DB
	q       *db.Queries
	clock   *clock.Fake
	files   objectstore.Store
	base    string // of presigned addresses
	people  *account.Service
	queue   *noted
	done    *finished
	company account.UnitID
	east    account.UnitID
	west    account.UnitID

	trainer, eastTrainer, westTrainer, hr, lead account.Viewer
	anna, bella                                 account.Viewer // consultants in the east and in the west
	count                                       int
}

// noted keeps what was enqueued.
type noted struct{ args []jobs.Args }

func (n *noted) Enqueue(_ context.Context, _ *db.Tx, a jobs.Args) error {
	n.args = append(n.args, a)
	return nil
}

// finished keeps the courses that were finished; with err set it refuses.
type finished struct {
	courses []courseware.Completed
	err     error
}

func (f *finished) CourseCompleted(_ context.Context, _ *db.Tx, c courseware.Completed) error {
	f.courses = append(f.courses, c)
	return f.err
}

const lookQueries = `
-- name: acts
-- why: what the audit says happened, in order
SELECT act FROM audit_event WHERE subject LIKE $1 || ':%' ORDER BY id LIMIT 1000
-- name: events
-- why: what was credited
SELECT COALESCE(sum(credited_ms), 0) FROM progress_event
-- name: limit
-- why: an administrator's setting
INSERT INTO setting (key, value, updated_at) VALUES ('courseware.limits', $1, $2)
`

func newSchool(t *testing.T) *school {
	t.Helper()
	w := &school{T: t, queue: &noted{}, done: &finished{}}
	w.db, w.clock = dbtest.NewFake(t)
	w.startFiles()
	zone, err := time.LoadLocation("Asia/Shanghai")
	w.no(err)
	w.people, err = account.New(ctx, w.db, zone)
	w.no(err)
	w.q, err = w.db.Prepare(ctx, lookQueries)
	w.no(err)
	w.company = w.unit(0, account.Company, "美丽医疗")
	w.east = w.unit(w.company, account.Branch, "东院")
	w.west = w.unit(w.company, account.Branch, "西院")
	w.trainer = w.person("总部讲师", w.company, account.Trainer)
	w.eastTrainer = w.person("东院讲师", w.east, account.Trainer)
	w.westTrainer = w.person("西院讲师", w.west, account.Trainer)
	w.hr = w.person("人事", w.company, account.HR)
	w.lead = w.person("组长", w.east, account.Lead)
	w.anna = w.person("安娜", w.east, account.Consultant)
	w.bella = w.person("贝拉", w.west, account.Consultant)
	w.s, err = courseware.NewService(ctx, w.db, w.people, w.files, w.queue, zone)
	w.no(err)
	w.s.OnCompletion(w.done)
	return w
}

func (w *school) startFiles() {
	w.Helper()
	server, err := embedded.StartS3(ctx, embedded.S3Options{Dir: w.TempDir(), Serve: s3child.Serve})
	w.no(err)
	w.Cleanup(func() {
		if err := server.Stop(ctx); err != nil {
			w.Error(err)
		}
	})
	store, err := objectstore.New(objectstore.Config{
		Endpoint: server.Endpoint(), Transport: server.Transport(), Bucket: "files",
		AccessKey: server.AccessKey(), SecretKey: server.SecretKey(), SameOrigin: true,
	})
	w.no(err)
	w.no(store.EnsureBucket(ctx))
	public := httptest.NewServer(server.Handler("files", slog.New(slog.DiscardHandler)))
	w.Cleanup(public.Close)
	w.files, w.base = store, public.URL
}

func (w *school) no(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *school) unit(parent account.UnitID, kind account.UnitKind, name string) account.UnitID {
	w.Helper()
	id, err := w.people.CreateUnit(ctx, account.System(), parent, kind, name, 0)
	w.no(err)
	return id
}

func (w *school) person(name string, unit account.UnitID, role account.Role) account.Viewer {
	w.Helper()
	if w.count == 0 {
		_, err := w.people.CreatePost(ctx, account.System(), account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
		w.no(err)
	}
	w.count++
	posts, err := w.people.Posts(ctx, account.System())
	w.no(err)
	id, err := w.people.CreatePerson(ctx, account.System(), account.NewPerson{
		PersonInput: account.PersonInput{EmployeeNo: fmt.Sprintf("N%03d", w.count), Name: name},
		UnitID:      unit, PostID: posts[0].ID,
	})
	w.no(err)
	units := []account.UnitID{unit}
	if unit == w.company {
		units = []account.UnitID{w.company, w.east, w.west}
	}
	return account.Viewer{PersonID: id, Name: name, Grants: []account.Grant{{Role: role, UnitID: unit, Units: units}}}
}

func (w *school) acts(subject string) []string {
	w.Helper()
	var acts []string
	w.no(w.q.Select(ctx, w.db, &acts, "acts", subject))
	return acts
}
