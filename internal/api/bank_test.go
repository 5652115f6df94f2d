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
