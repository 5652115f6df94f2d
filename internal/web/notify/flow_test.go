package notify

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
)

// A notice is told once, leads to where to act, and is read by opening it; nobody opens another person's.
func TestInboxFromTellingToReading(t *testing.T) {
	ctx := context.Background()
	d, clock := dbtest.NewFake(t)
	s, err := notify.NewService(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	var people []account.PersonID
	for _, no := range []string{"A1", "A2"} {
		var id account.PersonID
		if err := d.SQL().QueryRowContext(ctx, `INSERT INTO person (employee_no, name, pinyin, initials, created_at)
			VALUES ($1, '小溪', 'xiaoxi', 'xx', $2) RETURNING id`, no, clock.Now()).Scan(&id); err != nil {
			t.Fatal(err)
		}
		people = append(people, id)
	}
	news := notify.News{Kind: notify.Retake, Key: "notify.retake_opened", Link: "/cases/3", Subject: "case:3:opened",
		Places: map[string]any{"title": "第三季度考核", "closes_at": notify.Until(clock.Now())}}
	for range 2 {
		if err := d.InTx(ctx, func(tx *db.Tx) error { return s.Tell(ctx, tx, people[:1], news) }); err != nil {
			t.Fatal(err)
		}
	}
	h := &Handlers{Notices: s, Zone: time.UTC}
	as := func(person account.PersonID, path string, fn echo.HandlerFunc, id string) (*httptest.ResponseRecorder, error) {
		rec := httptest.NewRecorder()
		c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, path, nil), rec)
		c.SetParamNames("id")
		c.SetParamValues(id)
		httpx.SetIdentity(c, httpx.Identity{Who: account.Viewer{PersonID: person, Name: "小溪"}, Lang: words.ZH})
		return rec, fn(c)
	}
	shows := func(path, want string) {
		t.Helper()
		rec, err := as(people[0], path, h.List, "")
		if err != nil || !strings.Contains(rec.Body.String(), want) {
			t.Fatalf("%s without %q: %v", path, want, err)
		}
	}
	shows("/notices?unread=1", "共 1 条")
	if _, err := as(people[1], "/notices/1", h.Open, "1"); !errs.Is(err, errs.NotFound) {
		t.Errorf("another person's notice: %v", err)
	}
	if rec, err := as(people[0], "/notices/1", h.Open, "1"); err != nil || rec.Header().Get("Location") != "/cases/3" {
		t.Errorf("%v %v", rec.Header(), err)
	}
	shows("/notices?unread=1", "没有消息")
	shows("/notices", "第三季度考核")
	if rec, err := as(people[0], "/notices/read-all", h.ReadAll, ""); err != nil || rec.Header().Get("Location") != "/notices" {
		t.Errorf("%v %v", rec.Header(), err)
	}
}
