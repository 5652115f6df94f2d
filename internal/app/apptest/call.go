package apptest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/platform/db"
)

// Answer is what the program answered to a request.
type Answer struct {
	Status int
	Header http.Header
	Text   string
}

// JSON is the answer's object; nil when it is none.
func (a Answer) JSON() map[string]any {
	var out map[string]any
	if json.Unmarshal([]byte(a.Text), &out) != nil {
		return nil
	}
	return out
}

// Everything is all that travels to the browser: status line, headers and body.
func (a Answer) Everything() string {
	var b strings.Builder
	_ = a.Header.Write(&b)
	return b.String() + a.Text
}

// Request is a request of whoever has the log-in, "" for nobody, as a browser sends it from a page of this program. The tab
// is "tab" until the header Client-Id says otherwise.
func (c *Clinic) Request(login, method, path, body string) *http.Request {
	c.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Client-Id", "tab")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		if !strings.HasPrefix(path, "/api/") {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
	}
	if login != "" {
		r.AddCookie(&http.Cookie{Name: "peikao", Value: c.Token(login)})
	}
	return r
}

// Do lets the program answer a request.
func (c *Clinic) Do(r *http.Request) Answer { return DoAt(c.App.App, r) }

// DoAt lets one of several processes answer a request.
func DoAt(a *app.App, r *http.Request) Answer {
	rec := httptest.NewRecorder()
	a.Handler().ServeHTTP(rec, r)
	text, _ := io.ReadAll(rec.Result().Body)
	return Answer{Status: rec.Code, Header: rec.Result().Header, Text: string(text)}
}

// Call is Do for a plain request; it fails the test when the status is another one.
func (c *Clinic) Call(login, method, path, body string, want int) Answer {
	c.t.Helper()
	a := c.Do(c.Request(login, method, path, body))
	if a.Status != want {
		c.t.Errorf("%s %s as %q: %d, want %d\n%.400s", method, path, login, a.Status, want, a.Text)
	}
	return a
}

// Form is the body of a form.
func Form(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

// Token is the session of a log-in, opened when it is first asked for.
func (c *Clinic) Token(login string) string {
	c.t.Helper()
	if c.tokens[login] == "" {
		c.tokens[login] = c.SignIn(login)
	}
	return c.tokens[login]
}

// SignIn opens one more session of a log-in, in a browser.
func (c *Clinic) SignIn(login string) string {
	c.t.Helper()
	in, err := c.Accounts.SignIn(context.Background(), account.SignIn{Login: login, Password: Password, Kind: account.WebSession, Address: "127.0.0.1"})
	c.must(err)
	return in.Token.Reveal()
}

// SecondServer is another process of the same clinic: own connections, own caches, own pages, the same database and object
// storage.
func (c *Clinic) SecondServer() *app.App {
	c.t.Helper()
	ctx := context.Background()
	ground := *c.Ground
	var err error
	ground.DB, err = db.Open(ctx, ground.DSN, c.Fake)
	c.must(err)
	c.t.Cleanup(func() { _ = ground.DB.Close() })
	second, err := app.New(ctx, &ground, app.Options{})
	c.must(err)
	c.t.Cleanup(func() { _ = second.Close(ctx) })
	return second
}
