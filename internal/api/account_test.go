package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// newAccounts is the people's part of the API over a real database with one
// HR person, who signs in as hr.
func newAccounts(t *testing.T) *echo.Echo {
	t.Helper()
	ctx := context.Background()
	d, clock := dbtest.NewFake(t)
	s, err := account.New(ctx, d, time.UTC)
	must(t, err)
	root, err := s.CreateUnit(ctx, account.System(), 0, account.Company, "美丽医疗", 0)
	must(t, err)
	post, err := s.CreatePost(ctx, account.System(), account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
	must(t, err)
	id, err := s.CreatePerson(ctx, account.System(), account.NewPerson{
		PersonInput: account.PersonInput{EmployeeNo: "H1", Name: "人事", Phone: "13812345678"}, UnitID: root, PostID: post,
	})
	must(t, err)
	must(t, s.GrantRole(ctx, account.System(), id, account.HR, root))
	must(t, s.CreateLoginWithPassword(ctx, account.System(), id, "hr", "correct horse"))

	e := httpx.New(httpx.Options{
		Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Authenticate: func(ctx context.Context, token string) (httpx.Identity, error) {
			v, _, err := s.Authenticate(ctx, token)
			return httpx.Identity{Who: v, Lang: v.Lang}, err
		},
	})
	sessions, people := &Sessions{s}, &People{s}
	e.POST("/api/v1/sessions", sessions.Create)
	e.DELETE("/api/v1/sessions/current", sessions.DeleteCurrent)
	e.GET("/api/v1/me", sessions.Me)
	e.GET("/api/v1/people", people.List)
	e.POST("/api/v1/people/import", people.Import)
	return e
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func call(e *echo.Echo, method, path, token, contentType, body string) (int, map[string]any) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, r)
	var out map[string]any
	_ = json.Unmarshal(rec.Body.Bytes(), &out)
	return rec.Code, out
}

func signIn(t *testing.T, e *echo.Echo) string {
	t.Helper()
	code, out := call(e, http.MethodPost, "/api/v1/sessions", "", "application/json", `{"login":"hr","password":"correct horse"}`)
	token, _ := out["token"].(string)
	if code != http.StatusCreated || token == "" || out["must_change_password"] != false {
		t.Fatalf("%d %v", code, out)
	}
	return token
}

func TestSessionsOfScripts(t *testing.T) {
	e := newAccounts(t)
	for body, want := range map[string]int{
		`{"login":"hr","password":"wrong horse"}`: http.StatusUnauthorized,
		`{"login":"hr"}`: http.StatusUnprocessableEntity,
		`{"login":"hr","password":"correct horse","is_admin":true}`:   http.StatusBadRequest,
		`{"Login":"hr","password":"correct horse"}`:                   http.StatusBadRequest,
		`{"login":"hr","login":"hr","password":"correct horse"}`:      http.StatusBadRequest,
		`{"login":"hr","password":"correct horse"} {"login":"admin"}`: http.StatusBadRequest,
	} {
		if code, out := call(e, http.MethodPost, "/api/v1/sessions", "", "application/json", body); code != want {
			t.Errorf("%s: %d %v, want %d", body, code, out, want)
		}
	}
	if code, _ := call(e, http.MethodGet, "/api/v1/me", "", "", ""); code != http.StatusUnauthorized {
		t.Errorf("nobody's me: %d", code)
	}
	token := signIn(t, e)
	code, me := call(e, http.MethodGet, "/api/v1/me", token, "", "")
	if code != http.StatusOK || me["login"] != "hr" || me["id"] != "1" || len(me["grants"].([]any)) != 1 {
		t.Errorf("%d %v", code, me)
	}
	if code, _ := call(e, http.MethodDelete, "/api/v1/sessions/current", token, "", ""); code != http.StatusNoContent {
		t.Errorf("log-out: %d", code)
	}
	if code, _ := call(e, http.MethodGet, "/api/v1/me", token, "", ""); code != http.StatusUnauthorized {
		t.Errorf("me after log-out: %d", code)
	}
}

// Decision 10: a script's token may be for some actions only, and then does no more than they allow.
func TestScopesOfScripts(t *testing.T) {
	e := newAccounts(t)
	tokenFor := func(scopes string) (int, string) {
		code, out := call(e, http.MethodPost, "/api/v1/sessions", "", "application/json", `{"login":"hr","password":"correct horse","scopes":`+scopes+`}`)
		token, _ := out["token"].(string)
		return code, token
	}
	for scopes, want := range map[string]int{`["account.person.read"]`: http.StatusOK, `["exam.sit"]`: http.StatusForbidden, `[]`: http.StatusOK, `null`: http.StatusOK} {
		code, token := tokenFor(scopes)
		if code != http.StatusCreated {
			t.Fatalf("%s: %d", scopes, code)
		}
		if code, out := call(e, http.MethodGet, "/api/v1/people", token, "", ""); code != want {
			t.Errorf("people with %s: %d %v, want %d", scopes, code, out, want)
		}
	}
	if code, token := tokenFor(`["everything"]`); code != http.StatusUnprocessableEntity || token != "" {
		t.Errorf("an action that there is not: %d", code)
	}
}

func TestImportOfScripts(t *testing.T) {
	e := newAccounts(t)
	token := signIn(t, e)
	send := func(query, text string) (int, map[string]any) {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, err := m.CreateFormFile("file", "staff.csv")
		must(t, err)
		_, _ = part.Write([]byte(text))
		must(t, m.Close())
		return call(e, http.MethodPost, "/api/v1/people/import"+query, token, m.FormDataContentType(), b.String())
	}
	const good, bad = "工号,姓名,部门路径,岗位,登录名\nA1,小美,美丽医疗,网络咨询员,mei\n", "工号,姓名,部门路径,岗位\nA1,小美,没有,网络咨询员\n"
	code, out := send("?dry_run=true", bad)
	if problems := out["problems"].([]any); code != http.StatusOK || len(problems) != 1 || problems[0].(map[string]any)["row"] != 2.0 {
		t.Errorf("%d %v", code, out)
	}
	if code, out := send("", bad); code != http.StatusUnprocessableEntity || len(out["problems"].([]any)) != 1 {
		t.Errorf("%d %v", code, out)
	}
	if code, out := send("?dry_run=true", good); code != http.StatusOK || out["created"] != 1.0 || len(out["logins"].([]any)) != 0 {
		t.Errorf("%d %v", code, out)
	}
	if code, out := send("", good); code != http.StatusOK || out["created"] != 1.0 || len(out["logins"].([]any)) != 1 {
		t.Errorf("%d %v", code, out)
	}
	code, out = call(e, http.MethodGet, "/api/v1/people?q=xm", token, "", "")
	if code != http.StatusOK || out["total"] != 1.0 || out["people"].([]any)[0].(map[string]any)["id"] != "2" {
		t.Errorf("%d %v", code, out)
	}
}
