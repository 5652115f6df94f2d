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
	if a := sent("dry_run=1", http.StatusOK, strings.Replace(long, "%s", "", 1)+strings.Replace(long, "%s", "才对", 1)); !slices.ContainsFunc(a.Problems, func(p bankImportProblem) bool { return p.Code == "near" }) {
		t.Errorf("a dry run names what is near: %+v", a)
	}
	near := []string{strings.Replace(long, "%s", "", 1), strings.Replace(long, "%s", "才对", 1)}
	if a := sent("leave_out_near=1", http.StatusOK, near[0]+near[1]); a.Ready != 1 || a.Imported != 1 || len(a.LeftOut) != 1 || a.LeftOut[0].Place != "第 3 行" || !strings.Contains(a.LeftOut[0].Reasons[0], "相近") {
		t.Errorf("what is near is left out: %+v", a)
	}
	if a := sent("leave_out_near=0", http.StatusOK, near[1]); a.Imported != 1 || len(a.LeftOut) != 0 {
		t.Errorf("without the wish it comes in: %+v", a)
	}
	if a := sent("", http.StatusOK, near[1]); a.Ready != 0 || a.Imported != 0 || len(a.LeftOut) != 1 || !slices.ContainsFunc(a.Problems, func(p bankImportProblem) bool { return p.Code == "in_bank" }) {
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
