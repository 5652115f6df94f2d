package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
)

// Threat 30: who invigilates the whole clinic pauses all exams from the desk. Running pages hear it as they hear a pause, a start says why
// it waits, and everything goes on when it is lifted. A branch's invigilator can do neither, and a reason is needed.
func TestAllExamsArePausedFromTheDesk(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.FillBank(40)
	c.Employ("room-a", "监考a", c.Branch["a"], c.OtherPost, account.Marker)
	paper := c.Paper(5)
	first, second := c.Exam(paper, nil, "mei-a"), c.Exam(paper, nil, "lan-b")
	sheet := c.Begin("mei-a", first)
	other := c.SecondServer()
	events := listen(t, c, other, "/api/v1/attempts/"+sheet.AttemptID.String()+"/events")
	events()
	desk := func(login string) string {
		t.Helper()
		return c.Call(login, "GET", "/exams?desk=1", "", 200).Text
	}
	act := func(login, what string, want int, pairs ...string) {
		t.Helper()
		c.Call(login, "POST", "/exams/"+what, apptest.Form(pairs...), want)
		must(t, other.Exams.PollSignals(context.Background()))
	}
	const button, again, stands = `data-dialog-open="freeze"`, `data-dialog-open="unfreeze"`, "全院考试暂停中"
	if page := desk("hr"); !strings.Contains(page, button) || strings.Contains(page, stands) {
		t.Errorf("the desk before: %.600s", page)
	}
	if page := desk("room-a"); strings.Contains(page, button) {
		t.Error("a branch's invigilator is offered to pause everybody")
	}
	act("room-a", "freeze", 403, "reason", "x")
	act("hr", "freeze", 303)
	shows(t, desk("hr"), button) // and so nothing is paused

	act("hr", "freeze", 303, "reason", "升级服务器")
	if e := events(); e.name != "pause" || e.beat.PausedAt == nil {
		t.Errorf("it arrives as %+v", e)
	}
	start := "/api/v1/exams/" + second.String() + "/attempts"
	refused := c.Call("lan-b", "POST", start, "{}", 425)
	shows(t, refused.Text, "urn:peikao:exam:frozen", "全院考试暂停中，恢复后自动开始")
	if got := refused.Header.Get("Retry-After"); got != "10" {
		t.Errorf("it asks to come again after %q", got)
	}
	shows(t, desk("hr"), stands, "升级服务器", again)
	shows(t, desk("room-a"), stands)
	live := "/exams/" + first.String() + "/live"
	shows(t, c.Call("hr", "GET", live, "", 200).Text, stands, "已暂停")
	c.Call("hr", "POST", live, apptest.Form("act", "resume", "whom", "everybody", "text", "这一场先恢复"), 409)
	act("room-a", "unfreeze", 403)

	act("hr", "unfreeze", 303)
	if names := []string{events().name, events().name}; strings.Join(names, " ") != "deadline pause" {
		t.Errorf("its end arrives as %v", names)
	}
	c.Call("lan-b", "POST", start, "{}", 201)
	if page := desk("hr"); !strings.Contains(page, button) || strings.Contains(page, stands) {
		t.Errorf("the desk afterwards: %.600s", page)
	}
}

// rule:C52: a case says until when its retake may still be sat, also after a pause of all exams or an own window has moved that: the page,
// the board and the reminders go by it.
func TestACaseFollowsTheWindowOfItsRetake(t *testing.T) {
	ctx, b := context.Background(), newBranches(t)
	closes := func(login string) (of, may time.Time) {
		t.Helper()
		c, err := b.Remediation.Case(ctx, b.Viewer("hr"), b.cases[login])
		must(t, err)
		mine, err := b.Exams.MyExam(ctx, b.Viewer(login), c.RetakeExamID)
		must(t, err)
		return *c.Deadline, mine.Window.ClosesAt
	}
	before, _ := closes("mei-a")
	b.Fake.Set(before.Add(-5 * time.Minute))
	_, _, err := b.Exams.FreezeAll(ctx, b.Viewer("hr"), "升级服务器")
	must(t, err)
	b.Fake.Advance(time.Hour)
	_, touched, err := b.Exams.UnfreezeAll(ctx, b.Viewer("hr"))
	must(t, err)
	if touched.HeldBack != 3 {
		t.Fatalf("%+v", touched)
	}
	for _, login := range []string{"mei-a", "lan-a"} {
		if of, may := closes(login); !of.Equal(before.Add(time.Hour)) || !may.Equal(of) {
			t.Errorf("after the pause the case of %s says %v, and the retake is open until %v; it was %v", login, of, may, before)
		}
	}
	page := "/cases/" + b.cases["mei-a"].String()
	shows(t, b.Call("hr", "GET", page, "", 200).Text, "截止时间后来改过")

	later := before.Add(48 * time.Hour)
	c, err := b.Remediation.Case(ctx, b.Viewer("hr"), b.cases["lan-a"])
	must(t, err)
	must(t, b.Exams.GrantTimes(ctx, b.Viewer("hr"), c.RetakeExamID, c.PersonID, exam.Grant{ClosesAt: &later, Reason: "出差"}))
	if of, may := closes("lan-a"); !of.Equal(later) || !may.Equal(later) {
		t.Errorf("given an own window the case says %v, and the retake is open until %v, want %v", of, may, later)
	}
	if of, _ := closes("mei-a"); !of.Equal(before.Add(time.Hour)) {
		t.Errorf("the case of somebody else moved to %v", of)
	}
}
