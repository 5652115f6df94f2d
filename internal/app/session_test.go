package app_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
)

// with is a request of a session, whoever it belongs to.
func with(c *apptest.Clinic, token, method, path, body string) *http.Request {
	r := c.Request("", method, path, body)
	r.AddCookie(&http.Cookie{Name: "peikao", Value: token})
	return r
}

func wantStatus(t *testing.T, what string, a apptest.Answer, want int) {
	t.Helper()
	if a.Status != want {
		t.Errorf("%s: %d, want %d\n%.300s", what, a.Status, want, a.Text)
	}
}

// Threats 37 and 51.
func TestSessions(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	t.Run("another address in mid-exam", func(t *testing.T) { anotherAddress(t, c) })
	t.Run("disabled account", func(t *testing.T) { disabledAccount(t, c) })
	t.Run("role taken away", func(t *testing.T) { roleTakenAway(t, c) })
	t.Run("password change", func(t *testing.T) { passwordChange(t, c) })
	t.Run("cookies", func(t *testing.T) { cookies(t, c) })
	t.Run("first password", func(t *testing.T) { firstPassword(t, c) })
	t.Run("attempt longer than the idle life", func(t *testing.T) { longAttempt(t, c) })
}

// Threat 17: whoever comes from Wi-Fi to the phone's own line, or through another door of an office, goes on with the same log-in and the
// same lease, from one request to the next.
func anotherAddress(t *testing.T, c *apptest.Clinic) {
	sheet := c.Begin("lan-a", c.Exam(c.Paper(4), nil, "lan-a"))
	attempt := "/api/v1/attempts/" + sheet.AttemptID.String()
	for i, address := range []string{"203.0.113.7:4711", "198.51.100.9:80", "[2001:db8::7]:5", "203.0.113.7:4712"} {
		from := func(method, path, body string) {
			r := c.Request("lan-a", method, attempt+path, body)
			r.RemoteAddr = address
			wantStatus(t, path+" from "+address, c.Do(r), 200)
		}
		from("PUT", "/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":%d,"response":null}`, sheet.Lease, i+1))
		from("POST", "/heartbeat", fmt.Sprintf(`{"lease":%q,"events":[]}`, sheet.Lease))
	}
	r := c.Request("lan-a", "POST", attempt+"/submit", fmt.Sprintf(`{"lease":%q}`, sheet.Lease))
	r.RemoteAddr = "192.0.2.200:9"
	wantStatus(t, "hand-in", c.Do(r), 200)
}

// A disabled account is out at once where it was disabled, and after one reading of the revocations everywhere else.
func disabledAccount(t *testing.T, c *apptest.Clinic) {
	ctx, second := context.Background(), c.SecondServer()
	must(t, second.Accounts.PollRevocations(ctx)) // its cache answers from now on
	me := func() *http.Request { return c.Request("lan-b", "GET", "/api/v1/me", "") }
	for range 2 {
		wantStatus(t, "before", apptest.DoAt(second, me()), 200)
	}
	must(t, c.Accounts.DisableLogin(ctx, c.Viewer("hr"), c.Person["lan-b"]))
	wantStatus(t, "next call, here", c.Do(me()), 401)
	must(t, second.Accounts.PollRevocations(ctx))
	wantStatus(t, "next call after one poll, on another server", apptest.DoAt(second, me()), 401)
	page := c.Do(c.Request("lan-b", "GET", "/exams", ""))
	if page.Status != http.StatusSeeOther || !strings.HasPrefix(page.Header.Get("Location"), "/login") {
		t.Errorf("a page: %d to %s", page.Status, page.Header.Get("Location"))
	}
	lost := c.Do(c.Request("lan-b", "POST", "/notices/read-all", ""))
	if lost.Status != http.StatusSeeOther || !strings.Contains(strings.Join(lost.Header["Set-Cookie"], " "), "flash=") {
		t.Errorf("a form that was sent: %d, without a word that it is lost: %v", lost.Status, lost.Header["Set-Cookie"])
	}
	wantStatus(t, "log-in", c.Do(c.Request("", "POST", "/api/v1/sessions", `{"login":"lan-b","password":"`+apptest.Password+`"}`)), 401)
}

func roleTakenAway(t *testing.T, c *apptest.Clinic) {
	ctx, second := context.Background(), c.SecondServer()
	must(t, second.Accounts.PollRevocations(ctx))
	list := func() *http.Request { return c.Request("hr2", "GET", "/people", "") }
	wantStatus(t, "before", apptest.DoAt(second, list()), 200)
	p, err := c.Accounts.Person(ctx, account.System(), c.Person["hr2"])
	must(t, err)
	must(t, c.Accounts.EndGrant(ctx, c.Viewer("admin"), c.Person["hr2"], p.Grants[0].ID))
	wantStatus(t, "next call, here", c.Do(list()), 403)
	must(t, second.Accounts.PollRevocations(ctx))
	wantStatus(t, "next call after one poll, on another server", apptest.DoAt(second, list()), 403)
	wantStatus(t, "still signed in", c.Do(c.Request("hr2", "GET", "/api/v1/me", "")), 200)
}

func passwordChange(t *testing.T, c *apptest.Clinic) {
	phone, desk := c.SignIn("mei-b"), c.SignIn("mei-b")
	changed := c.Do(with(c, desk, "POST", "/me/settings/password", apptest.Form(
		"old_password", apptest.Password, "password", "another horse battery", "repeat", "another horse battery")))
	wantStatus(t, "change", changed, 303)
	for name, token := range map[string]string{"the phone": phone, "the old token of the desk": desk} {
		wantStatus(t, name, c.Do(with(c, token, "GET", "/api/v1/me", "")), 401)
	}
	var fresh string
	for _, k := range (&http.Response{Header: changed.Header}).Cookies() {
		if k.Name == "peikao" {
			fresh = k.Value
			if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode {
				t.Errorf("cookie: %+v", k)
			}
		}
	}
	if fresh == "" || fresh == desk {
		t.Fatalf("no new session: %v", changed.Header)
	}
	wantStatus(t, "the new token of the desk", c.Do(with(c, fresh, "GET", "/api/v1/me", "")), 200)
}

// A session is read from the one cookie that the program sets, and a preset one does not survive the log-in.
func cookies(t *testing.T, c *apptest.Clinic) {
	for _, name := range []string{"__Host-peikao", "session", "Peikao", "peikao2"} {
		r := c.Request("", "GET", "/api/v1/me", "")
		r.AddCookie(&http.Cookie{Name: name, Value: c.Token("mei-a")})
		wantStatus(t, name, c.Do(r), 401)
	}
	r := c.Request("", "GET", "/api/v1/me?token="+c.Token("mei-a"), "")
	wantStatus(t, "token in the address", c.Do(r), 401)

	preset := c.SignIn("lead-a")
	in := c.Do(with(c, preset, "POST", "/login", apptest.Form("login", "lead-a", "password", apptest.Password)))
	wantStatus(t, "log-in", in, 303)
	if set := in.Header.Get("Set-Cookie"); !strings.HasPrefix(set, "peikao=") || strings.Contains(set, preset) {
		t.Errorf("the preset session stays: %s", set)
	}
}

// firstPassword: a session with a first password opens the page that asks for another one and nothing else.
func firstPassword(t *testing.T, c *apptest.Clinic) {
	ctx := context.Background()
	password, err := c.Accounts.ResetPassword(ctx, c.Viewer("hr"), c.Person["lead-b"])
	must(t, err)
	in, err := c.Accounts.SignIn(ctx, account.SignIn{Login: "lead-b", Password: password, Kind: account.WebSession, Address: "127.0.0.1"})
	must(t, err)
	token := in.Token.Reveal()
	for _, r := range c.Routes() {
		path := parameter.ReplaceAllString(r.Path, "1")
		if r.Access == "public" {
			continue
		}
		got := c.Do(with(c, token, r.Method, path, ""))
		if strings.HasPrefix(path, "/api/") {
			if got.Status != 401 {
				t.Errorf("%s %s: %d", r.Method, path, got.Status)
			}
		} else if got.Status != 303 || got.Header.Get("Location") != "/first-password" {
			t.Errorf("%s %s: %d to %q", r.Method, path, got.Status, got.Header.Get("Location"))
		}
	}
	wantStatus(t, "the page", c.Do(with(c, token, "GET", "/first-password", "")), 200)
}

// longAttempt: a session lives through an attempt (decision 10), although its idle life is shorter.
func longAttempt(t *testing.T, c *apptest.Clinic) {
	id := c.Exam(c.Paper(4), func(s *exam.Settings) {
		s.LimitSeconds, s.ClosesAt = 20*3600, s.OpensAt.Add(24*time.Hour)
	}, "mei-a")
	token := c.SignIn("mei-a")
	other := c.SignIn("superior") // who sits nothing
	begun := c.Do(with(c, token, "POST", "/api/v1/exams/"+id.String()+"/attempts", ""))
	wantStatus(t, "start", begun, 201)
	attempt := "/api/v1/attempts/" + begun.JSON()["attempt"].(map[string]any)["id"].(string)
	lease := begun.JSON()["lease"].(string)
	c.Fake.Advance(19 * time.Hour)
	wantStatus(t, "somebody idle for as long", c.Do(with(c, other, "GET", "/api/v1/me", "")), 401)
	wantStatus(t, "save", c.Do(with(c, token, "PUT", attempt+"/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":1,"response":{"blanks":["x"]}}`, lease))), 200)
	c.Fake.Advance(time.Hour + 30*time.Second) // into the grace
	wantStatus(t, "submit", c.Do(with(c, token, "POST", attempt+"/submit", fmt.Sprintf(`{"lease":%q}`, lease))), 200)
}
