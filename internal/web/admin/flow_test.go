package admin

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// site is the pages over a real database; a request's bearer token is the role of its sender.
type site struct {
	*testing.T
	e     *echo.Echo
	d     *db.DB
	chain *audit.Chain
	store *policy.Store

	ledger *ledger.Service
}

// need is v, or the end of the test.
func need[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newSite(t *testing.T) *site {
	t.Helper()
	ctx := context.Background()
	d, clock := dbtest.NewFake(t)
	w := &site{T: t, d: d}
	w.store = need[*policy.Store](t)(policy.NewStore(ctx, d))
	w.chain = need[*audit.Chain](t)(audit.NewChain(ctx, d))
	record := need[*audit.Reader](t)(audit.NewReader(ctx, d))
	people := need[*account.Service](t)(account.New(ctx, d, time.UTC))
	exams := need[*exam.Service](t)(exam.New(ctx, exam.Deps{DB: d, Policies: w.store}))
	t.Cleanup(func() { _ = exams.Close() })
	if err := exams.EnsurePolicies(ctx); err != nil {
		t.Fatal(err)
	}
	questions := need[*bank.Service](t)(bank.New(ctx, d))
	if err := questions.EnsurePolicies(ctx); err != nil {
		t.Fatal(err)
	}
	cases := need[*remediation.Service](t)(remediation.NewService(ctx, d, w.store, nil, nil, nil, time.UTC))
	if err := cases.AddPolicy(ctx, account.System(), remediation.DefaultPolicy, time.Time{}); err != nil {
		t.Fatal(err)
	}
	w.ledger = need[*ledger.Service](t)(ledger.New(ctx, d, w.store, time.UTC))
	h := &Handlers{Pay: w.ledger, DB: d, Zone: time.UTC, Record: record, Chain: w.chain, People: people, Policies: w.store, Bands: exams, Absence: exams, Retake: cases, Review: questions}
	w.e = httpx.New(httpx.Options{
		Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), PageError: layout.PageError,
		Authenticate: func(_ context.Context, token string) (httpx.Identity, error) {
			v := layouttest.As("人", account.Role(token))
			return httpx.Identity{Who: v, Actor: v.Actor(), Lang: v.Lang}, nil
		},
	})
	w.e.GET("/admin/audit", h.Audit)
	w.e.POST("/admin/audit/export", h.ExportAudit)
	w.e.POST("/admin/audit/verify", h.Verify)
	w.e.GET("/admin/policies", h.List)
	w.e.GET("/admin/policies/:kind/new", h.New)
	w.e.POST("/admin/policies/:kind", h.Add)
	return w
}

func (w *site) send(role account.Role, method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+string(role))
	rec := httptest.NewRecorder()
	w.e.ServeHTTP(rec, r)
	return rec
}

func (w *site) want(rec *httptest.ResponseRecorder, code int, text string) {
	w.Helper()
	if rec.Code != code || !strings.Contains(rec.Body.String()+rec.Header().Get("Location"), text) {
		w.Fatalf("status %d, want %d with %q:\n%s", rec.Code, code, text, rec.Body)
	}
}

func bandsInput(kv ...string) url.Values {
	f := url.Values{"excellent": {"92"}, "good": {"75.5"}, "pass": {"65"}}
	for i := 0; i+1 < len(kv); i += 2 {
		f.Set(kv[i], kv[i+1])
	}
	return f
}

// rule:N01 rule:C43: the edges are data: a new version is shown in words, confirmed, and holds from then on; the record of
// acts tells who made it.
func TestNewBandsArePreviewedConfirmedAndRecorded(t *testing.T) {
	w := newSite(t)
	path := "/admin/policies/bands"
	w.want(w.send(account.HR, http.MethodGet, path+"/new", nil), 200, `value="90"`)
	w.want(w.send(account.HR, http.MethodPost, path, bandsInput()), 200, "良好：75.5% 起，不到 92%")
	w.want(w.send(account.HR, http.MethodPost, path, bandsInput("confirmed", "change")), 200, `value="75.5"`)
	w.want(w.send(account.HR, http.MethodPost, path, bandsInput("good", "95")), 422, "依次降低")
	w.want(w.send(account.HR, http.MethodPost, path, bandsInput("good", "abc")), 422, "最多两位小数")
	w.want(w.send(account.HR, http.MethodPost, path, bandsInput("effective_on", "2001-01-01")), 422, "今天之后")
	w.want(w.send(account.HR, http.MethodPost, path, bandsInput("effective_on", "明天")), 422, "日期写法")
	w.want(w.send(account.HR, http.MethodGet, "/admin/policies", nil), 200, "优秀：90% 及以上")
	w.want(w.send(account.Admin, http.MethodPost, path, bandsInput("confirmed", "yes")), 403, "")
	w.want(w.send(account.HR, http.MethodPost, path, bandsInput("confirmed", "yes")), 303, "/admin/policies")
	w.want(w.send(account.HR, http.MethodGet, "/admin/policies", nil), 200, "低于 65% 须补考")
	w.want(w.send(account.HR, http.MethodGet, path+"/new", nil), 200, `value="75.5"`)
	w.want(w.send(account.Supervisor, http.MethodGet, "/admin/audit?act=policy", nil), 200, "制度：新版本")
}

// rule:C52 rule:N02: the window of the retake is data too; a version to come does not hold yet.
func TestNewRetakeRule(t *testing.T) {
	w := newSite(t)
	path := "/admin/policies/retake"
	form := url.Values{"retake_window_days": {"5"}, "after_release_days": {"3"}, "retraining_days": {"10"}, "reexam_window_days": {"4"}, "marking_warning_days": {"2"}, "round_scoring": {"capped"}}
	w.want(w.send(account.HR, http.MethodGet, path+"/new", nil), 200, `value="7"`)
	w.want(w.send(account.HR, http.MethodPost, path, form), 200, "考核结束后 5 天内完成")
	form.Set("confirmed", "yes")
	form.Set("effective_on", "2099-01-01")
	w.want(w.send(account.HR, http.MethodPost, path, form), 303, "/admin/policies")
	w.want(w.send(account.HR, http.MethodGet, "/admin/policies", nil), 200, "将生效")
	w.want(w.send(account.HR, http.MethodGet, path+"/new", nil), 200, `value="7"`)
	form.Set("retake_window_days", "0.5")
	w.want(w.send(account.HR, http.MethodPost, path, form), 422, "请填 1 到 30 天")
	form.Set("retake_window_days", "一周")
	w.want(w.send(account.HR, http.MethodPost, path, form), 422, "例如 7 或 1.5")
	form.Set("retake_window_days", "5")
	form.Set("round_scoring", "double")
	w.want(w.send(account.HR, http.MethodPost, path, form), 422, "给出的选项")
	w.want(w.send(account.HR, http.MethodGet, "/admin/policies/other/new", nil), 404, "")
	w.want(w.send(account.HR, http.MethodPost, "/admin/policies/other", form), 404, "")
	p, _, err := policy.Current[remediation.Policy](context.Background(), w.store, w.d, remediation.PolicyKind, w.d.Now())
	if err != nil || p != remediation.DefaultPolicy {
		t.Errorf("%+v holds now, %v", p, err)
	}
}

// rule:C47 rule:N18: what results bring is nothing until HR sets it; it is shown in words with its worth, confirmed, and the fields keep what
// was typed.
func TestNewResultPay(t *testing.T) {
	w := newSite(t)
	path := "/admin/policies/result_pay"
	if err := w.ledger.EnsurePolicy(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.want(w.send(account.HR, http.MethodGet, "/admin/policies", nil), 200, "季度考核：不计积分和奖金")
	w.want(w.send(account.HR, http.MethodGet, path+"/new", nil), 200, `name="special_failed_yuan"`)
	form := url.Values{}
	for name, value := range payForm(ledger.Policy{}).Pay {
		form.Set(name, value)
	}
	set := func(kv ...string) url.Values {
		for i := 0; i < len(kv); i += 2 {
			form.Set(kv[i], kv[i+1])
		}
		return form
	}
	w.want(w.send(account.HR, http.MethodPost, path, set("quarterly_excellent_points", "20", "quarterly_good_points", "10", "quarterly_excellent_yuan", "200", "quarterly_failed_yuan", "-100.50")), 200, "季度考核：优秀 +20 分、+\u2060¥200.00（折合 +\u2060¥220.00）；良好 +10 分；不合格 −\u2060¥100.50")
	w.want(w.send(account.HR, http.MethodPost, path, form), 200, `name="quarterly_failed_yuan" value="-100.50"`)
	w.want(w.send(account.HR, http.MethodPost, path, set("quarterly_good_points", "21")), 422, "不能比上一档更多")
	w.want(w.send(account.HR, http.MethodPost, path, set("quarterly_good_points", "1.5")), 422, "请填整数")
	w.want(w.send(account.HR, http.MethodPost, path, set("quarterly_good_points", "")), 422, "请填整数")
	w.want(w.send(account.HR, http.MethodPost, path, set("quarterly_good_points", "10", "quarterly_good_yuan", "1.005")), 422, "最多两位小数")
	w.want(w.send(account.HR, http.MethodPost, path, set("quarterly_good_yuan", "0", "yearly_excellent_points", "10001")), 422, "−10000 到 10000")
	set("yearly_excellent_points", "0", "confirmed", "yes")
	w.want(w.send(account.Admin, http.MethodPost, path, form), 403, "")
	w.want(w.send(account.HR, http.MethodPost, path, form), 303, "/admin/policies")
	p, _, err := policy.Current[ledger.Policy](context.Background(), w.store, w.d, ledger.PolicyKind, w.d.Now())
	if err != nil || p.Of(ledger.Quarterly, ledger.Failed) != (ledger.Pay{Fen: -100_50}) || p.Of(ledger.Quarterly, ledger.Good) != (ledger.Pay{Points: 10}) || len(p.Kinds) != 1 {
		t.Errorf("%+v holds now, %v", p, err)
	}
	w.want(w.send(account.HR, http.MethodGet, path+"/new", nil), 200, `value="-100.50"`)
}

// rule:N05: what an absence counts for, and until when leave is granted, is data too.
func TestNewAbsenceRule(t *testing.T) {
	w := newSite(t)
	path := "/admin/policies/absence"
	form := url.Values{"absent_counts": {"nothing"}, "leave_days": {"2"}}
	w.want(w.send(account.HR, http.MethodGet, path+"/new", nil), 200, "记 0 分并须补考")
	w.want(w.send(account.HR, http.MethodPost, path, form), 200, "考试结束后 2 天内仍可准假")
	form.Set("leave_days", "7.1")
	w.want(w.send(account.HR, http.MethodPost, path, form), 422, "请填 0 到 7 天")
	form.Set("leave_days", "2")
	form.Set("absent_counts", "half")
	w.want(w.send(account.HR, http.MethodPost, path, form), 422, "给出的选项")
	form.Set("absent_counts", "nothing")
	form.Set("confirmed", "yes")
	w.want(w.send(account.Admin, http.MethodPost, path, form), 403, "")
	w.want(w.send(account.HR, http.MethodPost, path, form), 303, "/admin/policies")
	w.want(w.send(account.HR, http.MethodGet, "/admin/policies", nil), 200, "只作记录")
	a, _, err := policy.Current[exam.Absence](context.Background(), w.store, w.d, exam.AbsenceKind, w.d.Now())
	if err != nil || a != (exam.Absence{LeaveHours: 48}) {
		t.Errorf("%+v holds now, %v", a, err)
	}
}

// Whether a second person must review a question is the clinic's rule, with the day from which it holds.
func TestNewReviewRule(t *testing.T) {
	w := newSite(t)
	path, form := "/admin/policies/question_review", url.Values{"reviewer": {"nobody"}}
	w.want(w.send(account.HR, http.MethodGet, path+"/new", nil), 200, "编写人可以自己发布")
	w.want(w.send(account.HR, http.MethodPost, path, form), 422, "给出的选项")
	form.Set("reviewer", "second")
	w.want(w.send(account.HR, http.MethodPost, path, form), 200, "不能直接发布")
	form.Set("confirmed", "yes")
	w.want(w.send(account.Trainer, http.MethodPost, path, form), 403, "")
	w.want(w.send(account.HR, http.MethodPost, path, form), 303, "/admin/policies")
	w.want(w.send(account.HR, http.MethodGet, "/admin/policies", nil), 200, "须整批送审")
	p, _, err := policy.Current[bank.ReviewPolicy](context.Background(), w.store, w.d, bank.ReviewKind, w.d.Now())
	if err != nil || !p.SecondPerson {
		t.Errorf("%+v holds now, %v", p, err)
	}
}

func TestVerificationIsShown(t *testing.T) {
	w := newSite(t)
	if _, err := w.chain.SealPending(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.want(w.send(account.Supervisor, http.MethodGet, "/admin/audit", nil), 200, "还没有校验过")
	w.want(w.send(account.Supervisor, http.MethodPost, "/admin/audit/verify", nil), 303, "/admin/audit")
	w.want(w.send(account.Supervisor, http.MethodGet, "/admin/audit?from=2001-01-01&until=2001-01-01", nil), 200, "4 条记录全部一致")
	w.want(w.send(account.Supervisor, http.MethodGet, "/admin/audit?who=没有这个人", nil), 200, "没有符合条件")
	w.want(w.send(account.Supervisor, http.MethodGet, "/admin/audit?act=audit&until=2099-01-01", nil), 200, "校验全部记录")
	file := url.Values{"filter": {"act=audit&before=1"}, "format": {"csv"}}
	w.want(w.send(account.Supervisor, http.MethodPost, "/admin/audit/export", file), 303, "/admin/audit?act=audit")
	file.Set("reason", "年检")
	w.want(w.send(account.Supervisor, http.MethodPost, "/admin/audit/export", file), 200, "audit.verify")
	w.want(w.send(account.Supervisor, http.MethodGet, "/admin/audit?act=audit", nil), 200, "年检")

	// Nobody has that name: words instead of an empty file, and who tried to take it and why is recorded as of every file.
	file.Set("filter", "who=没有这个人")
	file.Set("reason", "找人")
	w.want(w.follow(w.send(account.Supervisor, http.MethodPost, "/admin/audit/export", file)), 200, "没有姓名或工号是“没有这个人”的人员")
	w.want(w.send(account.Supervisor, http.MethodGet, "/admin/audit?act=audit", nil), 200, "找人")
	file.Set("filter", "act=audit&until=2001-01-01")
	w.want(w.follow(w.send(account.Supervisor, http.MethodPost, "/admin/audit/export", file)), 200, "没有符合条件的记录，没有生成文件")
}

// follow is the page to which an answer leads the supervisor, with the message that it left.
func (w *site) follow(rec *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, rec.Header().Get("Location"), nil)
	r.Header.Set("Authorization", "Bearer "+string(account.Supervisor))
	for _, cookie := range rec.Result().Cookies() {
		r.AddCookie(cookie)
	}
	page := httptest.NewRecorder()
	w.e.ServeHTTP(page, r)
	return page
}
