package app_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
)

// A link to a file is an ordinary one: the server makes a file of its answer, and a refusal of it a page with a way back. Whose log-in has
// run out lands, after the next, on the page with the link: a file would leave them at the door.
func TestFilesAreFilesAndRefusalsPages(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.FillBank(40)
	c.Exam(c.Paper(5), nil, "mei-a")
	must(t, c.Tick(context.Background()))
	for address, page := range map[string]string{
		"/exams/export.csv?q=x":      "/exams?q=x",
		"/exams/export.xlsx":         "/exams",
		"/papers/export.csv":         "/papers",
		"/bank/export.xlsx?type=":    "/bank?type=",
		"/bank/export/file?to=qti":   "/bank/export?to=qti",
		"/bank/import/template.xlsx": "/bank/import",
		"/people/template.xlsx":      "/people",
		"/exams?desk=1":              "/exams?desk=1", // no file
	} {
		out := c.Call("", "GET", address, "", 303)
		if got, want := out.Header.Get("Location"), "/login?next="+url.QueryEscape(page); got != want {
			t.Errorf("%s without a log-in leads to %s, want %s", address, got, want)
		}
		if strings.Contains(address, "desk") {
			continue
		}
		refused := c.Call("mei-a", "GET", address, "", 403)
		if kind := refused.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") || refused.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s is refused with %s %s", address, kind, refused.Header.Get("Content-Disposition"))
		}
		shows(t, refused.Text, "data-came-from", "没有权限")
		login := "trainer"
		if strings.HasPrefix(address, "/people") {
			login = "hr"
		}
		file := c.Call(login, "GET", address, "", 200)
		if got := file.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename=") {
			t.Errorf("%s is answered with %q", address, got)
		}
	}
}
