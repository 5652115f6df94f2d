package exam_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/platform/words"
	pages "github.com/peikao/peikao/internal/web/exam"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

// clinic is a database with a department of four, the exam pages over it, and a browser for each of them by name.
type clinic struct {
	*testing.T
	clock *clock.Fake
	zone  *time.Location
	exams *exam.Service
	topic bank.TopicID
	echo  *echo.Echo
	who   map[string]account.Viewer
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	c := &clinic{T: t, who: map[string]account.Viewer{}}
	var d *db.DB
	d, c.clock = dbtest.NewFake(t)
	zone, err := time.LoadLocation("Asia/Shanghai")
	c.no(err)
	c.zone = zone
	people, err := account.New(t.Context(), d, zone)
	c.no(err)
	c.hire(people)
	policies, err := policy.NewStore(t.Context(), d)
	c.no(err)
	stock, err := bank.New(t.Context(), d)
	c.no(err)
	c.exams, err = exam.New(t.Context(), exam.Deps{DB: d, Questions: exam.Stored(stock), People: people, Policies: policies})
	c.no(err)
	t.Cleanup(func() { _ = c.exams.Close() })
	c.no(c.exams.EnsurePolicies(t.Context()))
	c.fill(stock)
	desk := &pages.Desk{Exams: c.exams, Accounts: people, Zone: zone, Topics: func(context.Context, account.Viewer) ([]pages.Topic, error) {
		return []pages.Topic{{ID: exam.TopicID(c.topic), Name: "法律法规 › 医疗广告"}}, nil
	}}
	c.serve(desk, &pages.Hall{Exams: c.exams, Zone: zone, Staff: desk})
	return c
}

// fill puts twelve true-or-false questions on one knowledge point, every second one 重点.
func (c *clinic) fill(stock *bank.Service) {
	c.Helper()
	tree, err := stock.Topics(c.Context(), account.System())
	c.no(err)
	c.topic, err = stock.CreateTopic(c.Context(), account.System(), tree.Area(4), "医疗广告")
	c.no(err)
	var made []bank.QuestionID
	for i := range 12 {
		id, err := stock.Create(c.Context(), account.System(), bank.Draft{TopicIDs: []bank.TopicID{c.topic}, Question: questionbank.Question{
			Type: questionbank.TrueFalse, Stem: fmt.Sprintf("第 %d 句话是对的。", i+1), Key: questionbank.Key{Choices: []string{"true"}},
			Explanation: "第一句就写明了。", Difficulty: 2, KeyQuestion: i%2 == 0,
		}})
		c.no(err)
		made = append(made, id)
	}
	c.no(stock.Publish(c.Context(), account.System(), made...))
}

func (c *clinic) hire(people *account.Service) {
	c.Helper()
	ctx := c.Context()
	root, err := people.CreateUnit(ctx, account.System(), 0, account.Company, "美丽医疗", 0)
	c.no(err)
	dept, err := people.CreateUnit(ctx, account.System(), root, account.Department, "网络咨询部", 0)
	c.no(err)
	post, err := people.CreatePost(ctx, account.System(), account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
	c.no(err)
	from := people.Today().AddDate(0, -3, 0)
	for i, p := range []struct {
		name string
		unit account.UnitID
		role account.Role
	}{{"人事", root, account.HR}, {"讲师", root, account.Trainer}, {"林小溪", dept, ""}, {"赵可欣", dept, ""}} {
		id, err := people.CreatePerson(ctx, account.System(), account.NewPerson{
			PersonInput: account.PersonInput{EmployeeNo: fmt.Sprintf("A%03d", i), Name: p.name, Phone: fmt.Sprintf("1380000%04d", i)},
			UnitID:      p.unit, PostID: post, FromOn: &from,
		})
		c.no(err)
		if p.role != "" {
			c.no(people.GrantRole(ctx, account.System(), id, p.role, root))
		}
		c.who[p.name], err = people.ViewerFor(ctx, id)
		c.no(err)
	}
}

func (c *clinic) serve(d *pages.Desk, h *pages.Hall) {
	c.echo = httpx.New(httpx.Options{
		Clock: c.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), PageError: layout.PageError,
		Authenticate: func(_ context.Context, token string) (httpx.Identity, error) {
			name, _ := url.QueryUnescape(token)
			v, ok := c.who[name]
			if !ok {
				return httpx.Identity{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
			}
			return httpx.Identity{Who: v, Actor: v.Actor(), Lang: words.ZH}, nil
		},
	})
	get, post := http.MethodGet, http.MethodPost
	httpx.Register(c.echo, func(ec echo.Context, a httpx.Access) error { return layout.Viewer(ec).Require(account.Action(a)) }, []httpx.Route{
		{Method: get, Path: "/exams", Access: httpx.Access(account.ExamSit), Handler: h.List},
		{Method: get, Path: "/exams/new", Access: httpx.Access(account.ExamAuthor), Handler: d.New},
		{Method: post, Path: "/exams/new", Access: httpx.Access(account.ExamAuthor), Handler: d.Create},
		{Method: get, Path: "/exams/:id", Access: httpx.Access(account.ExamSit), Handler: h.Show},
		{Method: get, Path: "/exams/:id/setup", Access: httpx.Access(account.ExamRead), Handler: d.Setup},
		{Method: post, Path: "/exams/:id/setup", Access: httpx.Access(account.ExamAuthor), Handler: d.Save},
		{Method: post, Path: "/exams/:id/people", Access: httpx.Access(account.ExamAuthor), Handler: d.Invite},
		{Method: post, Path: "/exams/:id/people/:person/remove", Access: httpx.Access(account.ExamAuthor), Handler: d.Uninvite},
		{Method: post, Path: "/exams/:id/people/:person/take-off", Access: httpx.Access(account.ExamPublish), Handler: d.TakeOff},
		{Method: post, Path: "/exams/:id/call-off", Access: httpx.Access(account.ExamPublish), Handler: d.CallOff},
		{Method: get, Path: "/exams/:id/people/:person", Access: httpx.Access(account.ExamInvigilate), Handler: d.Candidate},
		{Method: post, Path: "/exams/:id/people/:person", Access: httpx.Access(account.ExamInvigilate), Handler: d.Grant},
		{Method: get, Path: "/exams/:id/publish", Access: httpx.Access(account.ExamPublish), Handler: d.Publishing},
		{Method: post, Path: "/exams/:id/publish", Access: httpx.Access(account.ExamPublish), Handler: d.Publish},
		{Method: get, Path: "/exams/:id/live", Access: httpx.Access(account.ExamLive), Handler: d.Live},
		{Method: get, Path: "/exams/:id/integrity", Access: httpx.Access(account.ExamLive), Handler: d.Integrity},
		{Method: get, Path: "/exams/:id/results", Access: httpx.Access(account.ExamRead), Handler: d.Results},
		{Method: post, Path: "/exams/:id/results/export", Access: httpx.Access(account.ExamRead), Handler: d.ExportResults},
		{Method: get, Path: "/exams/export.csv", Access: httpx.Access(account.ExamRead), Handler: d.ListFile},
		{Method: get, Path: "/exams/export.xlsx", Access: httpx.Access(account.ExamRead), Handler: d.ListFile},
		{Method: get, Path: "/papers/export.csv", Access: httpx.Access(account.ExamRead), Handler: d.PapersFile},
		{Method: get, Path: "/exams/:id/release", Access: httpx.Access(account.ExamRelease), Handler: d.Releasing},
		{Method: post, Path: "/exams/:id/release", Access: httpx.Access(account.ExamRelease), Handler: d.Release},
		{Method: post, Path: "/exams/:id/archive", Access: httpx.Access(account.ExamRelease), Handler: d.Archive},
		{Method: get, Path: "/papers/:id/print.pdf", Access: httpx.Access(account.ExamRead), Handler: d.Print},
		{Method: post, Path: "/exams/:id/setup/paper", Access: httpx.Access(account.ExamAuthor), Handler: d.SetOnPaper},
		{Method: get, Path: "/exams/:id/sheets", Access: httpx.Access(account.ExamMark), Handler: d.Sheets},
		{Method: get, Path: "/exams/:id/sheets/:person", Access: httpx.Access(account.ExamMark), Handler: d.Sheet},
		{Method: post, Path: "/exams/:id/sheets/:person", Access: httpx.Access(account.ExamMark), Handler: d.KeyIn},
		{Method: post, Path: "/exams/:id/sheets/:person/absent", Access: httpx.Access(account.ExamMark), Handler: d.NotThere},
		{Method: get, Path: "/marking", Access: httpx.Access(account.ExamMarkRead), Handler: d.Marking},
		{Method: get, Path: "/papers", Access: httpx.Access(account.ExamRead), Handler: d.Papers},
		{Method: get, Path: "/papers/new", Access: httpx.Access(account.ExamAuthor), Handler: d.NewBlueprint},
		{Method: post, Path: "/papers/new", Access: httpx.Access(account.ExamAuthor), Handler: d.SaveBlueprint},
		{Method: get, Path: "/papers/:id", Access: httpx.Access(account.ExamRead), Handler: d.Paper},
		{Method: get, Path: "/papers/blueprints/:id", Access: httpx.Access(account.ExamRead), Handler: d.Blueprint},
		{Method: post, Path: "/papers/blueprints/:id", Access: httpx.Access(account.ExamAuthor), Handler: d.SaveBlueprint},
		{Method: post, Path: "/papers/blueprints/:id/draw", Access: httpx.Access(account.ExamAuthor), Handler: d.DrawPaper},
	})
}

func (c *clinic) no(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// answer is what a browser got: the page, or where it was led to.
type answer struct {
	status int
	to     string
	body   string
}

func (c *clinic) send(who, method, path string, form url.Values) answer {
	c.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "peikao", Value: url.QueryEscape(who)})
	w := httptest.NewRecorder()
	c.echo.ServeHTTP(w, r)
	return answer{w.Code, w.Header().Get("Location"), w.Body.String()}
}

func (c *clinic) get(who, path string) answer {
	c.Helper()
	return c.send(who, http.MethodGet, path, nil)
}

func (c *clinic) post(who, path string, kv ...string) answer {
	c.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		form.Add(kv[i], kv[i+1])
	}
	return c.send(who, http.MethodPost, path, form)
}

// led fails unless the act worked and led to an address with the prefix.
func (c *clinic) led(a answer, prefix string) string {
	c.Helper()
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to, prefix) {
		c.Fatalf("%d to %q, want a redirect to %s: %s", a.status, a.to, prefix, a.body)
	}
	return a.to
}

func (c *clinic) shows(a answer, status int, want ...string) {
	c.Helper()
	if a.status != status {
		c.Errorf("status %d, want %d", a.status, status)
	}
	for _, text := range want {
		if !strings.Contains(layouttest.Flat(a.body), text) {
			c.Errorf("the page does not show %q: %s", text, a.body)
		}
	}
}

func (c *clinic) blueprintFields(count string) []string {
	return []string{"do", "save", "title", "广告法卷", "key_percent", "30", "row_count", "1", "rows.0.section", "判断题", "rows.0.topic", strconv.FormatInt(int64(c.topic), 10), "rows.0.topic", "",
		"rows.0.type", "true_false", "rows.0.min", "1", "rows.0.max", "5", "rows.0.count", count, "rows.0.points", "2.5"}
}

func examFields(paper string) []string {
	return []string{"title", "第一季度考核", "kind", "quarterly", "paper_id", paper, "opens_at", "2026-03-02T10:00", "closes_at", "2026-03-02T12:00", "limit_minutes", "60",
		"last_start_at", "", "grace_seconds", "60", "attempts_allowed", "1", "shuffle_slots", "true", "review", "marks", "release", "by_hand"}
}

func with(fields []string, name, value string) []string {
	out := slices.Clone(fields)
	out[slices.Index(out, name)+1] = value
	return out
}
