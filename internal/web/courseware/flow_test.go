package courseware

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/jobs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// site is the feature's pages over a real database and a real object store; a session token is a person's name.
type site struct {
	*testing.T
	e      *echo.Echo
	s      *learning.Service
	clock  *clock.Fake
	people map[string]account.Viewer
	root   account.UnitID
}

type noQueue struct{}

func (noQueue) Enqueue(context.Context, *db.Tx, jobs.Args) error { return nil }

func newSite(t *testing.T) *site {
	t.Helper()
	ctx := t.Context()
	w := &site{T: t, people: map[string]account.Viewer{}}
	d, fake := dbtest.NewFake(t)
	w.clock = fake
	accounts, err := account.New(ctx, d, time.UTC)
	w.no(err)
	w.root, err = accounts.CreateUnit(ctx, account.System(), 0, account.Company, "美丽医疗", 0)
	w.no(err)
	post, err := accounts.CreatePost(ctx, account.System(), account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
	w.no(err)
	for name, role := range map[string]account.Role{"trainer": account.Trainer, "anna": account.Consultant, "bella": account.Consultant} {
		id, err := accounts.CreatePerson(ctx, account.System(), account.NewPerson{
			PersonInput: account.PersonInput{EmployeeNo: name, Name: name}, UnitID: w.root, PostID: post,
		})
		w.no(err)
		w.people[name] = account.Viewer{PersonID: id, Name: name, Grants: []account.Grant{{Role: role, UnitID: w.root, Units: []account.UnitID{w.root}}}}
	}
	w.s, err = learning.NewService(ctx, d, accounts, w.files(), noQueue{}, time.UTC)
	w.no(err)
	w.serve(&Handlers{Courseware: w.s, Accounts: accounts, Zone: time.UTC})
	return w
}

func (w *site) files() objectstore.Store {
	w.Helper()
	server, err := embedded.StartS3(w.Context(), embedded.S3Options{Dir: w.TempDir(), Serve: s3child.Serve})
	w.no(err)
	w.Cleanup(func() { w.no(server.Stop(context.Background())) })
	store, err := objectstore.New(objectstore.Config{
		Endpoint: server.Endpoint(), Transport: server.Transport(), Bucket: "files",
		AccessKey: server.AccessKey(), SecretKey: server.SecretKey(), SameOrigin: true,
	})
	w.no(err)
	w.no(store.EnsureBucket(w.Context()))
	return store
}

func (w *site) serve(h *Handlers) {
	w.e = httpx.New(httpx.Options{
		Clock: w.clock, Log: slog.New(slog.DiscardHandler), PageError: layout.PageError,
		Authenticate: func(_ context.Context, token string) (httpx.Identity, error) {
			v, ok := w.people[token]
			if !ok {
				return httpx.Identity{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
			}
			return httpx.Identity{Who: v, Actor: v.Actor()}, nil
		},
	})
	w.e.GET("/learn", h.Learn)
	w.e.GET("/learn/:course", h.Course)
	w.e.POST("/learn/:course/begin", h.Begin)
	w.e.GET("/learn/:course/:unit", h.Unit)
	w.e.POST("/learn/:course/:unit/download", h.Download)
	w.e.POST("/learn/:course/:unit/read", h.Read)
	w.e.GET("/media/:object", h.Media)
	w.e.HEAD("/media/:object", h.Media)
	w.e.GET("/media/:object/pages/:page", h.Page)
	w.e.GET("/courseware", h.Courses)
	w.e.GET("/courseware/new", h.New)
	w.e.POST("/courseware", h.Create)
	w.e.POST("/courseware/:course", h.Save)
	w.e.GET("/courseware/:course/edit", h.Edit)
	w.e.POST("/courseware/:course/publish", h.Publish)
	w.e.POST("/courseware/:course/retire", h.Retire)
	w.e.POST("/courseware/:course/units", h.AddUnits)
	w.e.GET("/courseware/:course/units/:unit", h.EditUnit)
	w.e.POST("/courseware/:course/units/:unit", h.SaveUnit)
	w.e.POST("/courseware/:course/units/:unit/replace", h.ReplaceFile)
	w.e.POST("/courseware/:course/units/:unit/move", h.MoveUnit)
	w.e.POST("/courseware/:course/units/:unit/remove", h.RemoveUnit)
	w.e.GET("/courseware/:course/people", h.Learners)
	w.e.POST("/courseware/:course/people/export", h.ExportLearners)
	w.e.POST("/courseware/:course/assign", h.Assign)
	w.e.POST("/courseware/:course/people/:enrolment/due", h.SetDue)
	w.e.POST("/courseware/:course/people/:enrolment/withdraw", h.Withdraw)
}

func (w *site) no(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// do sends a request of a person and wants its status; form nil is a GET.
func (w *site) do(person, path string, form url.Values, want int, headers ...string) *httptest.ResponseRecorder {
	w.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Cookie", "peikao="+person)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	w.e.ServeHTTP(answer, r)
	if answer.Code != want {
		w.Fatalf("%s %s as %s: %d, want %d: %s", method, path, person, answer.Code, want, answer.Body)
	}
	return answer
}

func (w *site) object(name string, content []byte) learning.ObjectID {
	w.Helper()
	o, err := w.s.Put(w.Context(), w.people["trainer"], name, bytes.NewReader(content), int64(len(content)))
	w.no(err)
	return o.ID
}

func png(size int) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{7}, size-8)...)
}

// rule:C21
func TestFromAnEmptyListToALearner(t *testing.T) {
	w := newSite(t)
	if page := w.do("trainer", "/courseware", nil, 200).Body.String(); !strings.Contains(page, "还没有课程") {
		t.Error("no empty state")
	}
	if page := w.do("trainer", "/courseware", url.Values{"title": {""}, "summary": {"留下的文字"}, "unit_id": {w.root.String()}}, 422).Body.String(); !strings.Contains(page, "留下的文字") || !strings.Contains(page, "请填写名称") {
		t.Error("the form lost what was typed, or its message")
	}
	to := w.do("trainer", "/courseware", url.Values{"title": {"水光针"}, "self_study": {"true"}, "unit_id": {w.root.String()}}, 303).Header().Get("Location")
	course := strings.TrimSuffix(to, "/edit")
	w.do("trainer", course+"/publish", url.Values{}, 303) // says why not
	if page := w.do("trainer", to, nil, 200).Body.String(); !strings.Contains(page, "data-upload") || !strings.Contains(page, "upload.") {
		t.Error("no upload on the page")
	}
	w.do("trainer", course+"/units", url.Values{"object_id": {w.object("一.png", png(40)).String(), w.object("二.png", png(40)).String()}}, 303)
	id := account.ParseID[learning.CourseID](strings.TrimPrefix(course, "/courseware/"))
	d, err := w.s.Course(t.Context(), w.people["trainer"], id)
	w.no(err)
	unit := course + "/units/" + d.Units[1].ID.String()
	w.do("trainer", unit+"/move", url.Values{"by": {"-1"}}, 303)
	w.do("trainer", unit, url.Values{"title": {""}}, 422)
	w.do("trainer", unit, url.Values{"title": {"先看"}, "required": {"true"}}, 303)
	w.do("trainer", unit+"/replace", url.Values{"object_id": {w.object("新.png", png(50)).String()}}, 303)
	w.do("trainer", unit+"/replace", url.Values{}, 303)
	w.do("trainer", unit, nil, 200)
	w.do("trainer", course, url.Values{"title": {"水光针要点"}, "self_study": {"true"}, "version": {"1"}}, 303)
	w.do("trainer", course+"/publish", url.Values{}, 303)
	if page := w.do("trainer", "/courseware?q=sgz", nil, 200).Body.String(); !strings.Contains(page, "水光针要点") || !strings.Contains(page, "已发布") {
		t.Error("not in the list")
	}

	learn := "/learn/" + id.String()
	if page := w.do("anna", "/learn", nil, 200).Body.String(); !strings.Contains(page, "水光针要点") {
		t.Error("not offered")
	}
	play := learn + "/" + d.Units[0].ID.String()
	if at := w.do("anna", play, nil, 303).Header().Get("Location"); at != learn {
		t.Errorf("before she begins: led to %s", at)
	}
	w.do("anna", learn+"/begin", url.Values{}, 303)
	if page := w.do("anna", play, nil, 200).Body.String(); !strings.Contains(page, "data-player") {
		t.Error("no player")
	}
	w.do("anna", play+"/read", url.Values{}, 303)
	w.do("anna", learn, nil, 200)
	w.do("trainer", course+"/assign", url.Values{"unit_id": {w.root.String()}, "due_on": {"31.12."}}, 422)
	wanted := url.Values{"unit_id": {w.root.String()}, "due_on": {"2026-12-31"}}
	if page := layouttest.Flat(w.do("trainer", course+"/assign", wanted, 200).Body.String()); !strings.Contains(page, "“美丽医疗”及其下级的 3 人，2026-12-31（含）前完成") {
		t.Error("to how many is not said first")
	}
	if page := w.do("trainer", course+"/people", nil, 200).Body.String(); strings.Contains(page, "bella") {
		t.Error("given before it was confirmed")
	}
	wanted.Set("confirmed", "yes")
	w.do("trainer", course+"/assign", wanted, 303)
	if page := w.do("trainer", course+"/people", nil, 200).Body.String(); !strings.Contains(page, "bella") || !strings.Contains(page, "2026-12-31") {
		t.Error("who learns is not told")
	}
	w.do("trainer", course+"/people/export", url.Values{}, 303)
	if file := w.do("trainer", course+"/people/export", url.Values{"reason": {"归档"}, "filter": {"q=bella"}}, 200).Body.String(); !strings.Contains(file, "bella,bella,美丽医疗,必修,2026-12-31,0%,在学,") || strings.Contains(file, "anna") {
		t.Errorf("the file of the learners:\n%s", file)
	}
	w.do("anna", course+"/people/export", url.Values{"reason": {"好奇"}}, 403)
	w.do("anna", course+"/people/export", url.Values{}, 403)
	w.do("trainer", course+"/retire", url.Values{"reason": {"过时"}}, 303)
	w.do("trainer", to, nil, 200)
	for _, path := range []string{"/courseware", "/courseware/new", to, unit, course + "/people"} {
		w.do("anna", path, nil, 403)
	}
}

// A file that is none is named and keeps no other out.
func TestOneBadFileKeepsNoOtherOut(t *testing.T) {
	w := newSite(t)
	to := w.do("trainer", "/courseware", url.Values{"title": {"水光针"}, "unit_id": {w.root.String()}}, 303).Header().Get("Location")
	units := strings.TrimSuffix(to, "/edit") + "/units"
	good, bad := w.object("一.png", png(40)).String(), w.object("假视频.mp4", []byte("no film")).String()
	flash := w.do("trainer", units, url.Values{"object_id": {good, bad}}, 303).Header().Get("Set-Cookie")
	page := w.do("trainer", to, nil, 200, "Cookie", "peikao=trainer; "+strings.SplitN(flash, ";", 2)[0]).Body.String()
	if !strings.Contains(page, "没有加入 1 个文件：假视频.mp4（文件内容与扩展名不符") || !strings.Contains(page, "1. 一") || strings.Contains(page, "2. 假视频") {
		t.Errorf("after a good and a bad file:\n%s", page)
	}
	flash = w.do("trainer", units, url.Values{"object_id": {bad}}, 303).Header().Get("Set-Cookie")
	if page := w.do("trainer", to, nil, 200, "Cookie", "peikao=trainer; "+strings.SplitN(flash, ";", 2)[0]).Body.String(); !strings.Contains(page, "没有加入任何文件：假视频.mp4") {
		t.Error("a bad file alone is not named")
	}
}

// What one person was assigned is put off and taken back from the list of learners.
func TestAnAssignmentIsPutOffAndTakenBack(t *testing.T) {
	w := newSite(t)
	to := w.do("trainer", "/courseware", url.Values{"title": {"水光针"}, "unit_id": {w.root.String()}}, 303).Header().Get("Location")
	course := strings.TrimSuffix(to, "/edit")
	w.do("trainer", course+"/units", url.Values{"object_id": {w.object("一.png", png(40)).String()}}, 303)
	w.do("trainer", course+"/publish", url.Values{}, 303)
	w.do("trainer", course+"/assign", url.Values{"unit_id": {w.root.String()}, "due_on": {"9999-12-31"}}, 422)
	w.do("trainer", course+"/assign", url.Values{"unit_id": {w.root.String()}, "confirmed": {"yes"}}, 303)
	act := regexp.MustCompile(course + `/people/\d+/withdraw`).FindString(w.do("trainer", course+"/people", nil, 200).Body.String())
	if act == "" {
		t.Fatal("nothing to take back")
	}
	due := strings.TrimSuffix(act, "withdraw") + "due"
	later := w.clock.Now().AddDate(0, 0, 20).Format(time.DateOnly)
	w.do("trainer", due, url.Values{"due_on": {later}}, 303)
	if page := w.do("trainer", course+"/people", nil, 200).Body.String(); !strings.Contains(page, later) {
		t.Error("the due day is not there")
	}
	w.do("anna", act, url.Values{}, 403)
	w.do("trainer", act, url.Values{}, 303)
	if page := w.do("trainer", course+"/people?state=withdrawn", nil, 200).Body.String(); !strings.Contains(page, "共 1 条") || strings.Contains(page, act) {
		t.Error("not taken back, or once more")
	}
}

func TestMediaOverHTTP(t *testing.T) {
	w := newSite(t)
	content := png(1000)
	copy(content[500:], "middle")
	id := w.object("a.png", content)
	path := "/media/" + id.String()
	whole := w.do("trainer", path, nil, 200)
	if !bytes.Equal(whole.Body.Bytes(), content) {
		t.Error("other bytes")
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Content-Disposition": "inline; filename=a.png",
		"Content-Security-Policy": httpx.UserFilePolicy, "Cache-Control": "private, no-store", "Accept-Ranges": "bytes",
	} {
		if got := whole.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for ask, c := range map[string]struct {
		status int
		body   string
	}{
		"bytes=500-505": {206, "middle"},
		"bytes=-1":      {206, "\a"},
		"bytes=999-":    {206, "\a"},
		"bytes=1000-":   {416, ""},
	} {
		part := w.do("trainer", path, nil, c.status, "Range", ask)
		if c.status == 206 && part.Body.String() != c.body {
			t.Errorf("%s: %q", ask, part.Body)
		}
	}
	if part := w.do("trainer", path, nil, 200, "Range", "bytes=1-2", "If-Range", `"another"`); part.Body.Len() != 1000 {
		t.Error("a range of another version")
	}
	w.do("trainer", path, nil, 304, "If-None-Match", whole.Header().Get("ETag"))
	w.do("anna", path, nil, 404)
	w.do("nobody", path, nil, 401)
	for _, bad := range []string{"/media/0", "/media/x", path + "/pages/1", path + "/pages/0", path + "/pages/x", fmt.Sprintf("/media/%d", id+1)} {
		w.do("trainer", bad, nil, 404)
	}
}
