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
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// newBank is the bank's part of the API over a real database; v is who asks.
func newBank(t *testing.T, v *account.Viewer) *echo.Echo {
	t.Helper()
	d, clock := dbtest.NewFake(t)
	s, err := bank.New(context.Background(), d)
	must(t, err)
	e := httpx.New(httpx.Options{
		Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Authenticate: func(context.Context, string) (httpx.Identity, error) {
			return httpx.Identity{Who: *v, Lang: v.Lang}, nil
		},
	})
	h := &Bank{s}
	e.GET("/api/v1/bank/questions", h.List)
	e.POST("/api/v1/bank/import", h.Import)
	return e
}

func importBank(t *testing.T, e *echo.Echo, query string, files map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, text := range files {
		part, err := form.CreateFormFile("file", name)
		must(t, err)
		_, err = io.WriteString(part, text)
		must(t, err)
	}
	must(t, form.Close())
	r := httptest.NewRequest(http.MethodPost, "/api/v1/bank/import?"+query, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer x")
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, r)
	return rec
}

func TestBankImportAndList(t *testing.T) {
	v := account.Viewer{PersonID: 1, Name: "林老师", Grants: []account.Grant{{Role: account.Trainer, UnitID: 1, Units: []account.UnitID{1}}}}
	e := newBank(t, &v)
	head := "题型,题干,选项A,选项B,正确答案,知识点\n"
	good := map[string]string{"a.csv": head + "单选题,甲题？,甲,乙,B,4/医疗广告\n", "b.gift": "乙题？ {TRUE}\n"}

	var answer bankImportAnswer
	rec := importBank(t, e, "dry_run=1", good)
	must(t, json.Unmarshal(rec.Body.Bytes(), &answer))
	if rec.Code != http.StatusOK || !answer.DryRun || answer.Read != 2 || answer.Ready != 2 || answer.Imported != 0 {
		t.Fatal(rec.Code, rec.Body)
	}
	rec = importBank(t, e, "", map[string]string{"a.csv": head + "单选题,甲题？,甲,乙,B,\n单选题,坏题？,甲,乙,F,\n"})
	if rec.Code != http.StatusUnprocessableEntity || !bytes.Contains(rec.Body.Bytes(), []byte("第 3 行")) {
		t.Fatal(rec.Code, rec.Body)
	}
	rec = importBank(t, e, "publish=1", good)
	must(t, json.Unmarshal(rec.Body.Bytes(), &answer))
	if rec.Code != http.StatusOK || answer.Imported != 2 {
		t.Fatal(rec.Code, rec.Body)
	}

	list := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/bank/questions?q=甲题&state=published", nil)
		r.Header.Set("Authorization", "Bearer x")
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, r)
		return rec
	}
	var questions questionsAnswer
	rec = list()
	must(t, json.Unmarshal(rec.Body.Bytes(), &questions))
	if questions.Total != 1 || len(questions.Questions) != 1 || questions.Questions[0].Question.Key.Choices[0] != "b" || !bytes.Contains(rec.Body.Bytes(), []byte(`"version_id":"`)) {
		t.Fatal(rec.Body)
	}
	v.Grants[0].Role = account.Consultant
	if rec := list(); rec.Code != http.StatusForbidden {
		t.Error("a consultant read keys:", rec.Code)
	}
}

// Each parameter of an import does what it says; what is no truth value is none.
func TestBankImportParameters(t *testing.T) {
	v := account.Viewer{PersonID: 1, Name: "林老师", Grants: []account.Grant{{Role: account.Trainer, UnitID: 1, Units: []account.UnitID{1}}}}
	e := newBank(t, &v)
	head := "题型,题干,选项A,选项B,正确答案,知识点\n"
	sent := func(query string, code int, rows string) (answer bankImportAnswer) {
		t.Helper()
		rec := importBank(t, e, query, map[string]string{"题.csv": head + rows})
		if rec.Code != code {
			t.Fatal(query, rec.Code, rec.Body)
		}
		must(t, json.Unmarshal(rec.Body.Bytes(), &answer))
		return answer
	}
	in := func(state string) int {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "/api/v1/bank/questions?state="+state, nil)
		r.Header.Set("Authorization", "Bearer x")
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, r)
		var list questionsAnswer
		must(t, json.Unmarshal(rec.Body.Bytes(), &list))
		return list.Total
	}
	const good, bad = "单选题,%s题？,甲,乙,B,4/医疗广告\n", "单选题,坏题？,甲,乙,F,4/医疗广告\n"
	row := func(name string) string { return strings.Replace(good, "%s", name, 1) }
	sent("", http.StatusOK, row("甲"))
	sent("review=1", http.StatusOK, row("乙"))
	sent("publish=true", http.StatusOK, row("丙"))
	sent("publish=perhaps", http.StatusOK, row("丁"))
	if in("draft") != 2 || in("in_review") != 1 || in("published") != 1 {
		t.Errorf("%d drafts, %d in review, %d published", in("draft"), in("in_review"), in("published"))
	}
	sent("", http.StatusUnprocessableEntity, row("戊")+bad)
	if a := sent("dry_run=1&leave_out_refused=1", http.StatusOK, row("戊")+bad); a.Imported != 0 || a.Ready != 1 {
		t.Errorf("a dry run: %+v", a)
	}
	if a := sent("leave_out_refused=1", http.StatusOK, row("戊")+bad); a.Imported != 1 || len(a.LeftOut) != 1 || a.LeftOut[0].Place != "第 3 行 列 正确答案" {
		t.Errorf("%+v", a)
	}
	long := "单选题,客户在术前面诊时问到水光针的护理与恢复期，咨询师怎样回答%s？,如实告知并记录,先行承诺效果,A,4/医疗广告\n"
	if a := sent("dry_run=1", http.StatusOK, strings.Replace(long, "%s", "", 1)+strings.Replace(long, "%s", "才对", 1)); !slices.ContainsFunc(a.Problems, func(p bank.ProblemLine) bool { return p.Code == "near" }) {
		t.Errorf("a dry run names what is near: %+v", a)
	}
	near := []string{strings.Replace(long, "%s", "", 1), strings.Replace(long, "%s", "才对", 1)}
	if a := sent("leave_out_near=1", http.StatusOK, near[0]+near[1]); a.Ready != 1 || a.Imported != 1 || len(a.LeftOut) != 1 || a.LeftOut[0].Place != "第 3 行" || !strings.Contains(a.LeftOut[0].Reasons[0], "相近") {
		t.Errorf("what is near is left out: %+v", a)
	}
	if a := sent("leave_out_near=0", http.StatusOK, near[1]); a.Imported != 1 || len(a.LeftOut) != 0 {
		t.Errorf("without the wish it comes in: %+v", a)
	}
	if a := sent("", http.StatusOK, near[1]); a.Ready != 0 || a.Imported != 0 || len(a.LeftOut) != 1 || !slices.ContainsFunc(a.Problems, func(p bank.ProblemLine) bool { return p.Code == "in_bank" }) {
		t.Errorf("what the bank holds is left out and named: %+v", a)
	}
	if a := sent("with_doubles=1&dry_run=1", http.StatusOK, near[1]+near[1]); a.Ready != 2 || a.Imported != 0 {
		t.Errorf("a dry run with doubles: %+v", a)
	}
	if a := sent("with_doubles=true", http.StatusOK, near[1]); a.Imported != 1 || len(a.LeftOut) != 0 {
		t.Errorf("with doubles: %+v", a)
	}
	if rec := importBank(t, e, "", nil); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a file: %d", rec.Code)
	}
}

// A script decides about single knowledge points and questions by what a dry run names; a wish that fits nothing is refused in words.
func TestBankImportWishes(t *testing.T) {
	v := account.Viewer{PersonID: 1, Name: "林老师", Grants: []account.Grant{{Role: account.Trainer, UnitID: 1, Units: []account.UnitID{1}}}}
	e := newBank(t, &v)
	row := func(end, point string) string {
		return "单选题,客户在术前面诊时问到水光针的护理与恢复期，咨询师怎样回答" + end + "？,如实告知并记录,先行承诺效果,A," + point + "\n"
	}
	files := map[string]string{"题.csv": "题型,题干,选项A,选项B,正确答案,知识点\n" + row("", "沟通") + row("才对", "沟通") + row("才好", "") + row("呢", "回访礼仪")}
	sent := func(code int, pairs ...string) (answer bankImportAnswer, body string) {
		t.Helper()
		query := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			query.Add(pairs[i], pairs[i+1])
		}
		rec := importBank(t, e, query.Encode(), files)
		if rec.Code != code {
			t.Fatal(query, rec.Code, rec.Body)
		}
		must(t, json.Unmarshal(rec.Body.Bytes(), &answer))
		return answer, rec.Body.String()
	}
	for _, tt := range []struct {
		pairs []string
		says  string
	}{
		{[]string{"map", "沟通"}, `{"field":"map","message":"“沟通”要写成“名字=编号或路径”`},
		{[]string{"map", "电话=4"}, "未知的有：（没有写知识点）、回访礼仪、沟通"},
		{[]string{"map", "沟通=4/没有"}, "“沟通=4/没有”：等号后面不是可用的知识点"},
		{[]string{"create_below", "=4"}, "请对应到现有的知识点"},
		{[]string{"leave_out", "第 2 行"}, "“第 2 行”不是相近的题的位置；相近的有：第"},
		{[]string{"take", "第 3 行"}, "只有不导入相近的题时"},
	} {
		if _, body := sent(http.StatusUnprocessableEntity, tt.pairs...); !strings.Contains(body, tt.says) {
			t.Errorf("%v: %s", tt.pairs, body)
		}
	}
	wishes := []string{"map", "沟通=2", "map", "=1", "create_below", "回访礼仪=3", "leave_out_near", "1", "take", "第 4 行"}
	a, _ := sent(http.StatusOK, append([]string{"dry_run", "1"}, wishes...)...)
	if len(a.Near) != 3 || a.Near[0].Place == "" || a.Near[0].OtherPlace == "" || a.Near[0].Percent < bank.NearFrom || a.Ready != 2 {
		t.Errorf("%+v", a)
	}
	if got, _ := json.Marshal(a.Unknown); string(got) != `[{"name":"","questions":1,"becomes":"1","created":false,"like":[]},{"name":"回访礼仪","questions":1,"becomes":"3/回访礼仪","created":true,"like":[]},{"name":"沟通","questions":2,"becomes":"2","created":false,"like":[]}]` {
		t.Errorf("%s", got)
	}
	a, body := sent(http.StatusOK, wishes...)
	if a.Imported != 2 || len(a.LeftOut) != 2 || strings.Contains(body, `"near":`) || strings.Contains(body, "unknown_points") {
		t.Errorf("%s", body)
	}
}
