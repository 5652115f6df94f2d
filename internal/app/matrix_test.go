package app_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/platform/httpx"
)

var update = flag.Bool("update", false, "write the golden file of the permission matrix")

// goldenMatrix is absolute because the embedded object store changes the working directory.
var goldenMatrix = func() string {
	path, err := filepath.Abs("testdata/matrix.golden")
	if err != nil {
		panic(err)
	}
	return path
}()

// endsSession are the routes that log the caller out; they are called with a session of their own.
var endsSession = map[string]bool{"POST /logout": true, "POST /me/settings/sign-out-everywhere": true, "DELETE /api/v1/sessions/current": true}

var parameter = regexp.MustCompile(`:[a-z_]+`)

// Every route is called as nobody, as somebody without a role and as each role, each with a role over the whole
// organisation, about things that do not exist. The golden file says who gets past the door: + means that the answer is
// neither a refusal (403) nor the way to the log-in. A new route without a line there fails.
func TestPermissionMatrix(t *testing.T) {
	a := apptest.New(t, app.Options{})
	callers := newCallers(t, a)
	var out bytes.Buffer
	fmt.Fprintf(&out, "%-70s %s\n", "route", strings.Join(callers.names, " "))
	for _, r := range a.Routes() {
		fmt.Fprintf(&out, "%-70s", r.Method+" "+r.Path)
		for _, name := range callers.names {
			fmt.Fprintf(&out, " %*s", len(name), callers.try(name, r))
		}
		out.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile(goldenMatrix, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenMatrix)
	if err != nil {
		t.Fatal(err)
	}
	got, lines := strings.Split(out.String(), "\n"), strings.Split(string(want), "\n")
	known := map[string]bool{}
	for _, line := range lines {
		known[line] = true
	}
	for _, line := range got {
		if !known[line] {
			t.Errorf("not in %s:\n%s", goldenMatrix, line)
		}
	}
	if len(got) != len(lines) {
		t.Errorf("%d routes, %d in %s", len(got)-2, len(lines)-2, goldenMatrix)
	}
}

// callers are one person for each role, and their sessions.
type callers struct {
	t      *testing.T
	app    *apptest.App
	names  []string
	tokens map[string]string
}

const nobody, plain = "nobody", "plain"

func newCallers(t *testing.T, a *apptest.App) *callers {
	t.Helper()
	ctx, root := context.Background(), account.System()
	unit, err := a.Accounts.CreateUnit(ctx, root, 0, account.Company, "美丽医疗", 0)
	if err != nil {
		t.Fatal(err)
	}
	post, err := a.Accounts.CreatePost(ctx, root, account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
	if err != nil {
		t.Fatal(err)
	}
	c := &callers{t: t, app: a, names: []string{nobody, plain}, tokens: map[string]string{}}
	for _, r := range account.Roles {
		c.names = append(c.names, string(r))
	}
	for i, name := range c.names[1:] {
		id, err := a.Accounts.CreatePerson(ctx, root, account.NewPerson{
			PersonInput: account.PersonInput{EmployeeNo: fmt.Sprintf("M%03d", i), Name: "某某"}, UnitID: unit, PostID: post,
		})
		if err != nil {
			t.Fatal(err)
		}
		if name != plain {
			if err := a.Accounts.GrantRole(ctx, root, id, account.Role(name), unit); err != nil {
				t.Fatal(err)
			}
		}
		if err := a.Accounts.CreateLoginWithPassword(ctx, root, id, name, "correct horse battery"); err != nil {
			t.Fatal(err)
		}
		c.tokens[name] = c.signIn(name)
	}
	return c
}

func (c *callers) signIn(name string) string {
	c.t.Helper()
	in, err := c.app.Accounts.SignIn(context.Background(), account.SignIn{Login: name, Password: "correct horse battery", Kind: account.WebSession, Address: "127.0.0.1"})
	if err != nil {
		c.t.Fatal(err)
	}
	return in.Token.Reveal()
}

// try calls a route as somebody and says whether the door opened.
func (c *callers) try(name string, r httpx.Route) string {
	req := httptest.NewRequest(r.Method, parameter.ReplaceAllString(r.Path, "999999999"), nil)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	token := c.tokens[name]
	if endsSession[r.Method+" "+r.Path] && token != "" {
		token = c.signIn(name)
		defer func() { c.tokens[name] = c.signIn(name) }()
	}
	if token != "" {
		req.AddCookie(&http.Cookie{Name: "peikao", Value: token})
	}
	rec := httptest.NewRecorder()
	c.app.Handler().ServeHTTP(rec, req)
	switch {
	case rec.Code >= http.StatusInternalServerError:
		c.t.Errorf("%s %s as %s: %d %s", r.Method, r.Path, name, rec.Code, rec.Body)
		return "!"
	case rec.Code == http.StatusForbidden, rec.Code == http.StatusUnauthorized,
		rec.Code == http.StatusSeeOther && strings.HasPrefix(rec.Header().Get("Location"), "/login?next="):
		return "-"
	}
	return "+"
}
