package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
)

// The contract of the page over HTTP: what a sheet carries, what a heart-beat tells, how a closed door answers, and no byte of a door.
func TestIntegrityOverHTTP(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(c.Paper(4), func(s *exam.Settings) { s.OpensAt = s.OpensAt.Add(-time.Minute) }, "mei-a", "mei-b", "lan-a")
	must(t, c.Exams.SetIntegrity(ctx, c.Viewer("hr"), id, exam.Integrity{AccessCode: "SPRING-26", Ranges: []string{"127.0.0.0/8", "192.0.2.0/24", "::/0", "0.0.0.0/0"}}))
	start := "/api/v1/exams/" + id.String() + "/attempts"

	for _, body := range []string{"", "{}", `{"access_code":"AUTUMN"}`} {
		if text := c.Call("mei-a", "POST", start, body, 403).Text; !strings.Contains(text, "access_code") || strings.Contains(text, "SPRING") {
			t.Errorf("%s: %s", body, text)
		}
	}
	c.Call("mei-a", "POST", start, `{"code":"SPRING-26"}`, 400)
	sheet := c.Call("mei-a", "POST", start, `{"access_code":"spring-26"}`, 201).Text
	for _, want := range []string{`"integrity":{"hidden":{"mode":"record","after":0,"count":0},"fullscreen":{"mode":"record","after":0,"count":0,"asked":false}`, `"watermark":null`} {
		if !strings.Contains(sheet, want) {
			t.Errorf("the sheet lacks %s: %s", want, sheet)
		}
	}
	must(t, c.Exams.SetIntegrity(ctx, c.Viewer("hr"), id, exam.Integrity{Ranges: []string{"203.0.113.0/24"}}))
	if text := c.Call("mei-b", "POST", start, "{}", 403).Text; !strings.Contains(text, "address") || strings.Contains(text, "203.0.113") {
		t.Error(text)
	}
	must(t, c.Exams.SetIntegrity(ctx, c.Viewer("hr"), id, exam.Integrity{SEBKeys: []string{strings.Repeat("0a", 32)}}))
	if text := c.Call("mei-b", "POST", start, "", 403).Text; !strings.Contains(text, "error.exam.seb") && !strings.Contains(text, "seb") {
		t.Error(text)
	}
}

// HR of a branch sees the evidence of that branch alone, with and without the comparison.
func TestIntegrityIsOfTheOwnBranch(t *testing.T) {
	b := newBranches(t)
	for _, query := range []string{"", "?similar=1"} {
		text := b.Call("hr-a", "GET", "/exams/"+b.exam.String()+"/integrity"+query, "", 200).Text
		if !strings.Contains(text, "小美a") || strings.Contains(text, "小美b") {
			t.Errorf("%q names others than those of the branch", query)
		}
	}
	if text := b.Call("hr", "GET", "/exams/"+b.exam.String()+"/integrity", "", 200).Text; !strings.Contains(text, "小美b") {
		t.Error("HR of the clinic does not see everybody")
	}
	for _, login := range []string{"mei-a", "lead-a", "trainer-a"} {
		b.Call(login, "GET", "/exams/"+b.exam.String()+"/integrity", "", 403)
	}
	b.Call("mei-a", "GET", "/exams/"+b.exam.String()+"/integrity/policy", "", 403)
}
