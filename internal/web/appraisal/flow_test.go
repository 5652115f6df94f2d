package appraisal

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
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// nothing is a source that knows of nothing.
type nothing struct{}

func (nothing) Knowledge(context.Context, db.Q, []account.PersonID, time.Time, time.Time) ([]appraisal.Knowledge, error) {
	return nil, nil
}

func (nothing) Participation(_ context.Context, _ db.Q, people []account.PersonID, from, to time.Time) ([]appraisal.Participation, error) {
	var out []appraisal.Participation
	for _, p := range people {
		out = append(out, appraisal.Participation{PersonID: p, FromOn: from, ToOn: to, Assigned: 4, Completed: 3})
	}
	return out, nil
}

// site is the feature's pages over a real database; a token is the name of who asks.
type site struct {
	*testing.T
	e  *echo.Echo
	db *db.DB
	s  *appraisal.Service

	mei  account.PersonID
	unit account.UnitID
}

func newSite(t *testing.T) *site {
	t.Helper()
	ctx := context.Background()
	w := &site{T: t}
	no := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d, clock := dbtest.NewFake(t)
	w.db = d
	accounts, err := account.New(ctx, d, time.UTC)
	no(err)
	w.s, err = appraisal.New(ctx, d, nothing{})
	no(err)
	w.unit, err = accounts.CreateUnit(ctx, account.System(), 0, account.Company, "美丽医疗", 0)
	no(err)
	online, err := accounts.CreatePost(ctx, account.System(), account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
	no(err)
	other, err := accounts.CreatePost(ctx, account.System(), account.Post{Code: "other", Name: "其他岗", Kind: "other"})
	no(err)
	viewers := map[string]account.Viewer{}
	for name, role := range map[string]account.Role{"mei": account.Consultant, "lead": account.Lead, "superior": account.Superior, "hr": account.HR} {
		post := other
		if name == "mei" {
			post = online
		}
		id, err := accounts.CreatePerson(ctx, account.System(), account.NewPerson{PersonInput: account.PersonInput{EmployeeNo: name, Name: name}, UnitID: w.unit, PostID: post})
		no(err)
		no(accounts.GrantRole(ctx, account.System(), id, role, w.unit))
		viewers[name], err = accounts.ViewerFor(ctx, id)
		no(err)
		if name == "mei" {
			w.mei = id
		}
	}
	w.e = httpx.New(httpx.Options{
		Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), PageError: layout.PageError,
		Authenticate: func(_ context.Context, token string) (httpx.Identity, error) {
			v, ok := viewers[token]
			if !ok {
				return httpx.Identity{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
			}
			return httpx.Identity{Who: v, Actor: v.Actor(), Lang: v.Lang}, nil
		},
	})
	w.route(&Handlers{Appraisal: w.s, Accounts: accounts})
	return w
}

func (w *site) route(h *Handlers) {
	for path, fn := range map[string]echo.HandlerFunc{
		"/appraisal/schemes": h.Schemes, "/appraisal/schemes/:id": h.Scheme, "/appraisal/cycles": h.Cycles, "/appraisal/cycles/new": h.NewCycle,
		"/appraisal/cycles/:id": h.Cockpit, "/appraisal/sheets/:id": h.Sheet,
		"/me/appraisal": h.Own, "/me/appraisal/:cycle": h.OwnSheet,
	} {
		w.e.GET(path, fn)
	}
	for path, fn := range map[string]echo.HandlerFunc{
		"/appraisal/schemes": h.CreateScheme, "/appraisal/schemes/:id": h.EditScheme, "/appraisal/schemes/:id/activate": h.ActivateScheme,
		"/appraisal/schemes/:id/next": h.NextScheme, "/appraisal/cycles": h.OpenCycle, "/appraisal/cycles/:id/scores": h.TypeScores,
		"/appraisal/cycles/:id/export": h.Export, "/appraisal/cycles/:id/collect": h.Collect, "/appraisal/cycles/:id/steps": h.Step,
		"/appraisal/sheets/:id/confirm": h.ConfirmSheet, "/appraisal/sheets/:id/excuse": h.ExcuseSheet,
	} {
		w.e.POST(path, fn)
	}
}

func (w *site) do(method, path, as string, form url.Values) (int, string, http.Header) {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Authorization", "Bearer "+as)
	rec := httptest.NewRecorder()
	w.e.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String(), rec.Header()
}

// get wants a page that shows the texts.
func (w *site) get(path, as string, code int, wants ...string) string {
	w.Helper()
	got, body, _ := w.do(http.MethodGet, path, as, nil)
	if got != code {
		w.Errorf("GET %s as %s: %d, want %d", path, as, got, code)
	}
	for _, want := range wants {
		if !strings.Contains(body, want) {
			w.Errorf("GET %s as %s does not show %q", path, as, want)
		}
	}
	return body
}

// post wants an answer and returns where it leads.
func (w *site) post(path, as string, code int, form url.Values, wants ...string) string {
	w.Helper()
	got, body, header := w.do(http.MethodPost, path, as, form)
	if got != code {
		w.Fatalf("POST %s as %s: %d, want %d: %s", path, as, got, code, body)
	}
	for _, want := range wants {
		if !strings.Contains(body, want) {
			w.Errorf("POST %s as %s does not show %q", path, as, want)
		}
	}
	return header.Get("Location")
}

// rule:C34 rule:A32 a quarter through the pages: scheme, cycle, scores with one refused, confirmation, the own sheet.
func TestAQuarterThroughThePages(t *testing.T) {
	w := newSite(t)
	w.get("/appraisal/schemes", "hr", 200, "还没有考核方案")
	w.post("/appraisal/schemes", "hr", 422, url.Values{"preset": {"no_such"}}, "请从给出的选项中选择")
	draft := w.post("/appraisal/schemes", "hr", 303, url.Values{"preset": {"quarterly"}})
	w.get(draft, "hr", 200, "工作业绩", "合计 100%")
	w.post(draft+"/activate", "lead", 403, nil)
	w.editWeights(draft)
	w.post(draft+"/activate", "hr", 303, nil)
	w.post(draft+"/activate", "hr", 409, nil, "只有草稿")

	w.get("/appraisal/cycles/new", "hr", 200, "网电季度综合考核")
	w.get("/appraisal/cycles/new", "lead", 403)
	open := url.Values{"version_id": {draft[strings.LastIndex(draft, "/")+1:]}, "unit_id": {w.unit.String()}, "year": {"2026"}, "quarter": {"9"}, "mode": {"counting"}}
	w.post("/appraisal/cycles", "hr", 422, open, "没有这个季度")
	open.Set("quarter", "1")
	cycle := w.post("/appraisal/cycles", "hr", 303, open)
	w.get("/appraisal/cycles", "lead", 200, "2026 年第 1 季度")
	w.get("/appraisal/cycles", "mei", 403)
	w.get(cycle, "mei", 403)
	w.get(cycle+"?score=call", "lead", 200, `name="value"`)
	w.get("/me"+strings.Replace(cycle, "/cycles", "", 1), "mei", 200, "应学 4 门，完成 3 门", "缺数据")

	type_ := func(indicator, value string) url.Values {
		return url.Values{"indicator": {indicator}, "person": {w.mei.String()}, "value": {value}, "note": {"依据"}, "filter": {"sort=total"}}
	}
	w.post(cycle+"/scores", "lead", 422, type_("call", "一百"), `value="一百"`, "mei：请填 0 到 100.00 的数")
	w.post(cycle+"/scores", "mei", 403, type_("call", "100"))
	for _, key := range []string{"chat", "call", "satisfaction", "complaints", "attainment"} {
		if to := w.post(cycle+"/scores", "lead", 303, type_(key, "90")); !strings.Contains(to, "sort=total") {
			t.Error("the filter is lost:", to)
		}
	}
	w.post(cycle+"/steps", "hr", 409, url.Values{"step": {"finish_scoring"}}, "还有 1 人缺数据")
	w.post(cycle+"/scores", "superior", 303, type_("knowledge", "80"))
	w.post(cycle+"/collect", "hr", 303, nil)
	w.post(cycle+"/steps", "hr", 303, url.Values{"step": {"finish_scoring"}})
	body := w.get(cycle, "superior", 200, "mei")
	sheet := body[strings.Index(body, "/appraisal/sheets/"):]
	sheet = sheet[:strings.Index(sheet, `"`)]
	w.post(sheet+"/confirm", "superior", 422, url.Values{"opinion": {""}}, "请写考核意见")
	w.post(sheet+"/confirm", "superior", 303, url.Values{"opinion": {"同意"}})
	w.post(sheet+"/excuse", "hr", 409, url.Values{"reason": {"产假"}}, "考核表现在的状态")
	w.post(cycle+"/steps", "hr", 303, url.Values{"step": {"close"}})
	// 知识 80×80 % + 75×20 % = 79; 沟通 90, 服务 90, 业绩 90 % → 80: (79 + 90 + 90)×20 % + 80×40 % = 83.80
	w.get("/me/appraisal", "mei", 200, "83.80", "良好")
	w.get(sheet, "hr", 200, "同意", "83.80")

	for format, want := range map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
		w.post(cycle+"/export", "hr", 422, url.Values{"format": {format}}, "请写理由")
		code, body, header := w.do(http.MethodPost, cycle+"/export", "hr", url.Values{"format": {format}, "reason": {"季度汇报"}, "filter": {"state=final"}})
		if code != 200 || header.Get("Content-Type") != want || format == "csv" && !strings.Contains(body, "83.80,良好") {
			t.Errorf("%s: %d %s %.200s", format, code, header.Get("Content-Type"), body)
		}
	}
	next := w.post(draft+"/next", "hr", 303, nil)
	w.get(next, "hr", 200, "第 2 版", "草稿")
}

// editWeights gives performance 40 % and the others 20 %, first with a word in place of a number.
func (w *site) editWeights(draft string) {
	w.Helper()
	versions, err := w.s.Schemes(context.Background(), account.System())
	if err != nil {
		w.Fatal(err)
	}
	e := editorOf(versions[0].Scheme())
	e.DimensionWeights = []string{"二十", "20", "20", "40"}
	form := func() url.Values {
		return url.Values{"aim": {e.Aim}, "posts": e.Posts, "dimension_name": e.DimensionNames, "dimension_weight": e.DimensionWeights,
			"indicator_name": e.IndicatorNames, "indicator_weight": e.IndicatorWeights}
	}
	w.post(draft, "hr", 422, form(), `value="二十"`)
	e.DimensionWeights[0] = "10"
	w.post(draft, "hr", 303, form())
	w.get(draft, "hr", 200, "合计 90%", "还不能启用")
	w.post(draft+"/activate", "hr", 422, nil, "须为 100%")
	e.DimensionWeights[0] = "20"
	w.post(draft, "hr", 303, form())
}
