package api

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/jobs"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

type noQueue struct{}

func (noQueue) Enqueue(context.Context, *db.Tx, jobs.Args) error { return nil }

// newLearning is the courseware's part of the API over a real database and a real object store, with a trainer who is known
// by the token "trainer"; base is where presigned addresses lead.
func newLearning(t *testing.T) (e *echo.Echo, s *courseware.Service, trainer account.Viewer, now *clock.Fake, base string) {
	t.Helper()
	ctx := t.Context()
	d, now := dbtest.NewFake(t)
	accounts, err := account.New(ctx, d, time.UTC)
	must(t, err)
	root, err := accounts.CreateUnit(ctx, account.System(), 0, account.Company, "美丽医疗", 0)
	must(t, err)
	post, err := accounts.CreatePost(ctx, account.System(), account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
	must(t, err)
	id, err := accounts.CreatePerson(ctx, account.System(), account.NewPerson{
		PersonInput: account.PersonInput{EmployeeNo: "T1", Name: "讲师"}, UnitID: root, PostID: post,
	})
	must(t, err)
	trainer = account.Viewer{PersonID: id, Name: "讲师", Grants: []account.Grant{{Role: account.Trainer, UnitID: root, Units: []account.UnitID{root}}}}

	server, err := embedded.StartS3(ctx, embedded.S3Options{Dir: t.TempDir(), Serve: s3child.Serve})
	must(t, err)
	t.Cleanup(func() { must(t, server.Stop(context.Background())) })
	files, err := objectstore.New(objectstore.Config{
		Endpoint: server.Endpoint(), Transport: server.Transport(), Bucket: "files",
		AccessKey: server.AccessKey(), SecretKey: server.SecretKey(), SameOrigin: true,
	})
	must(t, err)
	must(t, files.EnsureBucket(ctx))
	public := httptest.NewServer(server.Handler("files", slog.New(slog.DiscardHandler)))
	t.Cleanup(public.Close)

	s, err = courseware.NewService(ctx, d, accounts, files, noQueue{}, time.UTC)
	must(t, err)
	e = httpx.New(httpx.Options{
		Clock: now, Log: slog.New(slog.DiscardHandler),
		Authenticate: func(_ context.Context, token string) (httpx.Identity, error) {
			if token != "trainer" {
				return httpx.Identity{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
			}
			return httpx.Identity{Who: trainer, Actor: trainer.Actor()}, nil
		},
	})
	uploads, learning := &Uploads{Courseware: s}, &Learning{Courseware: s}
	e.POST("/api/v1/uploads", uploads.Begin)
	e.GET("/api/v1/uploads/:id", uploads.Get)
	e.DELETE("/api/v1/uploads/:id", uploads.Abort)
	e.POST("/api/v1/uploads/:id/parts", uploads.Parts)
	e.POST("/api/v1/uploads/:id/complete", uploads.Complete)
	e.POST("/api/v1/units/:id/progress", learning.Beat)
	return e, s, trainer, now, public.URL
}

func ask(t *testing.T, e *echo.Echo, method, path, body string, want int) map[string]any {
	t.Helper()
	status, doc := call(e, method, path, "trainer", "application/json", body)
	if status != want {
		t.Fatalf("%s %s: %d %v, want %d", method, path, status, doc, want)
	}
	return doc
}

// rule:C21
func TestUploadCalls(t *testing.T) {
	e, _, _, _, base := newLearning(t)
	content := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{1}, 92)...)
	begun := ask(t, e, "POST", "/api/v1/uploads", `{"name":"对比.png","size":100,"type":"image/png"}`, 201)
	if begun["parts"] != 1.0 || begun["part_size"].(float64) < 5<<20 {
		t.Fatal(begun)
	}
	path := "/api/v1/uploads/" + begun["id"].(string)
	for range 2 { // a new address on demand
		urls := ask(t, e, "POST", path+"/parts", `{"parts":[1]}`, 200)["urls"].([]any)
		url := urls[0].(map[string]any)["url"].(string)
		if !strings.Contains(url, "X-Amz-Expires=600") {
			t.Errorf("an address for too long: %s", url)
		}
		begun["url"] = url
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, base+begun["url"].(string), bytes.NewReader(content))
	must(t, err)
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	_, _ = io.Copy(io.Discard, answer.Body)
	must(t, answer.Body.Close())
	tag := strings.Trim(answer.Header.Get("ETag"), `"`)
	for range 2 { // repeated after a lost answer
		done := ask(t, e, "POST", path+"/complete", `{"etags":["\"`+tag+`\""]}`, 200)
		if done["state"] != "checked" || done["object_id"] != begun["id"] || done["content_type"] != "image/png" {
			t.Fatal(done)
		}
	}
	if got := ask(t, e, "GET", path, "", 200); got["state"] != "checked" {
		t.Fatal(got)
	}
	ask(t, e, "DELETE", path, "", 409)
	ask(t, e, "GET", "/api/v1/uploads/0", "", 404)
}

func TestRefusedUploadCalls(t *testing.T) {
	e, _, _, _, _ := newLearning(t)
	for name, c := range map[string]struct {
		body string
		want int
	}{
		"slides":         {`{"name":"a.pptx","size":1,"type":""}`, 422},
		"too large":      {`{"name":"a.mp4","size":9999999999999,"type":""}`, 413},
		"empty":          {`{"name":"a.mp4","size":0,"type":""}`, 422},
		"unknown member": {`{"name":"a.mp4","size":1,"state":"checked"}`, 400},
		"no name":        {`{"size":1}`, 422},
	} {
		t.Run(name, func(t *testing.T) { ask(t, e, "POST", "/api/v1/uploads", c.body, c.want) })
	}
	begun := ask(t, e, "POST", "/api/v1/uploads", `{"name":"a.png","size":1,"type":""}`, 201)
	path := "/api/v1/uploads/" + begun["id"].(string)
	ask(t, e, "POST", path+"/parts", `{"parts":[2]}`, 422)
	ask(t, e, "DELETE", path, "", 204)
	ask(t, e, "POST", path+"/parts", `{"parts":[1]}`, 410)
	ask(t, e, "POST", path+"/complete", `{"etags":["x"]}`, 410)
}

func TestProgressCalls(t *testing.T) {
	e, s, trainer, now, _ := newLearning(t)
	ctx := t.Context()
	picture := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{1}, 92)...)
	o, err := s.Put(ctx, trainer, "a.png", bytes.NewReader(picture), int64(len(picture)))
	must(t, err)
	id, err := s.CreateCourse(ctx, trainer, courseware.CourseInput{UnitID: trainer.Grants[0].UnitID, Title: "课", SelfStudy: true})
	must(t, err)
	must(t, s.AddUnits(ctx, trainer, id, []courseware.ObjectID{o.ID}))
	must(t, s.Publish(ctx, trainer, id))
	must(t, s.Begin(ctx, trainer, id))
	d, err := s.Course(ctx, trainer, id)
	must(t, err)
	path := "/api/v1/units/" + d.Units[0].ID.String() + "/progress"
	const beat = `{"position_ms":0,"playing":true,"visible":true,"rate":125,"page":1}`
	if c := ask(t, e, "POST", path, beat, 200); c["percent"] != 0.0 || c["completed"] != false {
		t.Fatal("one request:", c)
	}
	now.Advance(4 * time.Second)
	if c := ask(t, e, "POST", path, beat, 200); c["percent"] != 100.0 || c["completed"] != true {
		t.Fatal(c)
	}
	ask(t, e, "POST", path, `{"position_ms":0,"percent":100}`, 400)
	ask(t, e, "POST", path, `{"position_ms":-1,"rate":100}`, 422)
	ask(t, e, "POST", "/api/v1/units/0/progress", beat, 404)
}
