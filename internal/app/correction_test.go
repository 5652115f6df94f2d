package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
)

// lateClinic is a clinic after an exam of four questions that mei-a failed with two right; two right answers that she sent
// after the hand-in are evidence. The result is released, and a cycle of the appraisal is open.
func lateClinic(t *testing.T) (c *apptest.Clinic, id exam.ExamID, attempt exam.AttemptID) {
	t.Helper()
	ctx := context.Background()
	c = apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	pays(t, c)
	id = c.Exam(c.Paper(4), nil, "mei-a")
	sheet, v := c.Begin("mei-a", id), c.Viewer("mei-a")
	change := func(i int, seq int64, right bool) exam.Change {
		s := sheet.Slots[i]
		return exam.Change{Slot: s.Slot, ClientSeq: seq, Response: c.Response(s, right)}
	}
	save := func(changes ...exam.Change) exam.SaveStatus {
		reply, err := c.Exams.Save(ctx, v, sheet.AttemptID, sheet.Lease, changes, c.Fake.Now())
		must(t, err)
		return reply.Only()
	}
	if got := save(change(0, 1, true), change(1, 2, true), change(2, 3, false), change(3, 4, false)); got != exam.Saved {
		t.Fatal(got)
	}
	_, err := c.Exams.Submit(ctx, v, sheet.AttemptID, sheet.Lease, c.Fake.Now())
	must(t, err)
	c.Fake.Advance(time.Minute)
	if got := save(change(2, 5, true), change(3, 6, true)); got != exam.Closed {
		t.Fatal(got)
	}
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	_, err = c.Exams.Release(ctx, c.Viewer("hr"), id)
	must(t, err)
	scheme, err := c.Appraisal.CreateScheme(ctx, c.Viewer("hr"), "quarterly", "季度考评")
	must(t, err)
	must(t, c.Appraisal.Activate(ctx, c.Viewer("hr"), scheme))
	_, err = c.Appraisal.OpenCycle(ctx, c.Viewer("hr"), appraisal.NewCycle{
		VersionID: scheme, UnitID: c.Root, Quarter: appraisal.Quarter{Year: 2026, No: 1}, Mode: appraisal.Counting,
	})
	must(t, err)
	return c, id, sheet.AttemptID
}

func shows(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, text := range want {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not show %q", text)
		}
	}
}

// Promises 6 and 11 through the pages, with two people: proposed, previewed, approved, and all that follows.
func TestLateAnswersAreAdmittedByTwoPeople(t *testing.T) {
	c, id, attempt := lateClinic(t)
	ctx := context.Background()
	list, form := "/exams/"+id.String()+"/regrade", "/exams/"+id.String()+"/regrade/attempts/"+attempt.String()
	shows(t, c.Call("marker", "GET", "/exams/"+id.String()+"/results", "", 200).Text, list)
	shows(t, c.Call("marker", "GET", list, "", 200).Text, "还没有更正单", "未计入的作答（1）")
	shows(t, c.Call("marker", "GET", list+"?show=late", "", 200).Text, "小美a", "交卷后 2 次", form)
	shows(t, c.Call("marker", "GET", form, "", 200).Text, "交卷之后收到", "已计入")
	shows(t, c.Call("marker", "POST", form, apptest.Form("admit", "1", "reason", " "), 422).Text, "请写明原因")
	shows(t, c.Call("marker", "POST", form, apptest.Form("reason", "断网"), 422).Text, "请至少选择一个")
	order := c.Call("marker", "POST", form, apptest.Form("admit", "1", "reason", "机房断网，有记录"), 303).Header.Get("Location")
	c.Call("marker", "POST", form, apptest.Form("admit", "2", "reason", "再来一张"), 409)
	shows(t, c.Call("marker", "GET", order, "", 200).Text, "等待第二人批准", "撤回", "20 / 40", "30 / 40")
	if strings.Contains(c.Call("marker", "GET", order, "", 200).Text, order+"/approve") {
		t.Error("the proposer is offered to approve")
	}
	c.Call("marker", "POST", order+"/approve", apptest.Form("expected", "1"), 403)
	shows(t, c.Call("mei-a", "GET", "/attempts/"+attempt.String()+"/result", "", 200).Text, "20")
	shows(t, c.Call("hr", "GET", "/notices", "", 200).Text, "等待第二人批准")
	waiting := c.Call("hr", "GET", order, "", 200).Text
	shows(t, waiting, "机房断网，有记录", "50%", "75%", "由不合格改为合格", "50% → 75%", "积分 0 → +10 分", "奖金 ¥0.00 → +\u2060¥50.00", order+"/approve", `name="expected" value="1"`)
	shows(t, c.Call("superior", "GET", order, "", 200).Text, order+"/approve")
	before := knowledge(t, c)
	c.Call("hr", "POST", order+"/approve", apptest.Form("expected", "7"), 303)
	shows(t, c.Call("hr", "GET", order, "", 200).Text, "等待第二人批准") // another version was seen: nothing happened
	c.Fake.Advance(time.Hour)
	c.Call("hr", "POST", order+"/approve", apptest.Form("expected", "1", "reason", "属实"), 303)
	shows(t, c.Call("hr", "GET", order, "", 200).Text, "已批准", "属实", "30 / 40")
	shows(t, c.Call("mei-a", "GET", "/attempts/"+attempt.String()+"/result", "", 200).Text, "更正后的成绩（第 2 版）", "30")
	shows(t, c.Call("mei-a", "GET", "/notices", "", 200).Text, "成绩已更正：20 / 40 → 30 / 40 分")
	if open, err := c.Remediation.Mine(ctx, c.Viewer("mei-a"), false); err != nil || len(open) != 0 {
		t.Errorf("the case of the lifted fail: %+v %v", open, err)
	}
	if after := knowledge(t, c); before != "5000" || after != "7500" {
		t.Errorf("the appraisal's knowledge went from %s to %s", before, after)
	}
	c.Call("hr", "POST", order+"/reject", apptest.Form("reason", "迟了"), 303)
	if text := c.Call("hr", "GET", order, "", 200).Text; !strings.Contains(text, "已批准") || strings.Contains(text, "已退回") {
		t.Error("a decided order was decided again")
	}
}

// knowledge is the number that the appraisal has of mei-a's round now, in hundredths.
func knowledge(t *testing.T, c *apptest.Clinic) (value string) {
	t.Helper()
	must(t, c.DB.SQL().QueryRow(`SELECT value_hundredths FROM fact WHERE person_id = $1 AND source_kind = 'round' ORDER BY version DESC LIMIT 1`,
		int64(c.Person["mei-a"])).Scan(&value))
	return value
}

// Rejected and withdrawn orders change nothing; who is outside sees none of it.
func TestOrdersOutsideAndUndone(t *testing.T) {
	c, id, attempt := lateClinic(t)
	ctx := context.Background()
	c.Employ("marker-b", "某某", c.Branch["b"], c.OtherPost, "marker")
	c.Employ("hr-b", "某某", c.Branch["b"], c.OtherPost, "hr")
	list, form := "/exams/"+id.String()+"/regrade", "/exams/"+id.String()+"/regrade/attempts/"+attempt.String()
	propose := func() string {
		return c.Call("marker", "POST", form, apptest.Form("admit", "1", "reason", "断网"), 303).Header.Get("Location")
	}
	order := propose()
	for _, r := range [][4]string{{"marker-b", "GET", form, ""}, {"marker-b", "POST", form, apptest.Form("admit", "1", "reason", "x")}, {"hr-b", "GET", order, ""}} {
		c.Call(r[0], r[1], r[2], r[3], 404)
	}
	for _, login := range []string{"marker-b", "hr-b"} {
		for _, show := range []string{"", "?show=late"} {
			if strings.Contains(c.Call(login, "GET", list+show, "", 200).Text, "小美a") {
				t.Errorf("%s reads a name of another branch", login)
			}
		}
	}
	c.Call("hr-b", "POST", order+"/approve", apptest.Form("expected", "1"), 404)
	c.Call("supervisor", "GET", order, "", 200)
	c.Call("mei-a", "GET", list, "", 403)
	c.Call("hr", "POST", order+"/reject", apptest.Form("reason", ""), 303)
	c.Call("hr", "POST", order+"/reject", apptest.Form("reason", "没有记录"), 303)
	shows(t, c.Call("marker", "GET", order, "", 200).Text, "已退回", "没有记录")
	order = propose()
	c.Call("hr", "POST", order+"/withdraw", "", 403)
	c.Call("marker", "POST", order+"/withdraw", "", 303)
	shows(t, c.Call("marker", "GET", order, "", 200).Text, "已撤回")
	r, err := c.Exams.Result(ctx, c.Viewer("mei-a"), attempt)
	if err != nil || r.Version != 1 || r.Score != 2000 || r.CorrectedAt != nil {
		t.Errorf("%+v %v", r, err)
	}
	if open, err := c.Remediation.Mine(ctx, c.Viewer("mei-a"), false); err != nil || len(open) != 1 {
		t.Errorf("%+v %v", open, err)
	}
	if sheets, err := c.Appraisal.OwnSheets(ctx, c.Viewer("mei-a"), page.New(1, 20)); err != nil || len(sheets) != 1 {
		t.Errorf("%+v %v", sheets, err)
	}
}
