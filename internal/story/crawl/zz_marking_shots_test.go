package crawl

import (
	"fmt"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/questionbank"
)

func TestZZMarkingShots(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(questionbank.Question{
		Type: questionbank.Short, Stem: "客户投诉：“回访说好第三天打电话，到第七天都没人理我。”请写出你的第一次书面回复。", Explanation: "投诉的首次回复要有道歉、关心、时限和责任人。", KnowledgePoints: []string{"3/投诉"}, Difficulty: 3,
		Key: questionbank.Key{Model: "您好，我是客服某某。答应第三天的回访没有做到，是我们的疏忽，向您道歉。\n您这几天恢复得怎么样？", Rubric: []questionbank.Criterion{{Text: "承认事实并致歉，不找借口", Percent: 60}, {Text: "约定下一次回访的人和时间", Percent: 40}}},
	})
	c.Employ("m2", "阅卷二", c.Root, c.OtherPost, account.Marker)
	axe, _ := os.ReadFile("../../../static/node_modules/axe-core/axe.min.js")
	server := httptest.NewServer(c.App.App.Handler())
	t.Cleanup(server.Close)
	h := &house{App: c.App.App, t: t, origin: server.URL, axe: string(axe), visited: map[string]int{}, checked: map[string]bool{}}
	trainer := c.Viewer("trainer")
	paper := c.PaperOf(exam.BlueprintRow{Section: "简答", Type: "short", Count: 1})
	mk := func() exam.ExamID {
		id, err := c.Exams.CreateExam(t.Context(), trainer, exam.Settings{Title: "沟通专项", Kind: exam.Special, OpensAt: c.Fake.Now(), ClosesAt: c.Fake.Now().Add(2 * time.Hour), LimitSeconds: 3600, GraceSeconds: 60, Review: exam.ReviewKeys, Release: exam.ReleaseByHand, AttemptsAllowed: 1}, paper)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	draft := mk()
	id := mk()
	if err := c.Exams.SetMarking(t.Context(), trainer, id, 2, 20); err != nil {
		t.Fatal(err)
	}
	who := account.Audience{PersonIDs: []account.PersonID{c.Person["mei-a"], c.Person["mei-b"], c.Person["lan-a"]}}
	if _, err := c.Exams.Invite(t.Context(), trainer, id, who); err != nil {
		t.Fatal(err)
	}
	if err := c.Exams.Publish(t.Context(), c.Viewer("hr"), id); err != nil {
		t.Fatal(err)
	}
	c.Sit("mei-a", id, 1)
	c.Sit("mei-b", id, 0)
	queues, _ := c.Exams.MarkingQueues(t.Context(), c.Viewer("m2"), id)
	mv := c.Viewer("m2")
	a, err := c.Exams.NextAnswer(t.Context(), mv, id, queues[0].VersionID)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Exams.MarkAnswer(t.Context(), mv, a.ID, []int{80, 100}, "语气很好，缺少时间。"); err != nil {
		t.Fatal(err)
	}
	chromium := browser(t)
	shot := func(b *tab, name string, px int64) {
		b.width(px)
		img, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(90))
		if err == nil {
			_ = os.WriteFile(fmt.Sprintf("/tmp/marking/%s-%d.png", name, px), img, 0o644)
		}
	}
	see := func(login string, pages map[string]string) {
		b := newTab(t, chromium, h.origin)
		b.cookie("peikao", c.Token(login))
		for name, path := range pages {
			b.open(path)
			h.look(b, login, path)
			b.width(1280)
			h.accessible(b, name+" at 1280")
			shot(b, name, 390)
			shot(b, name, 1280)
		}
	}
	e := fmt.Sprintf("/exams/%d", id)
	see("m2", map[string]string{"home": "/", "marking": "/marking", "queues": e + "/marking", "answer": fmt.Sprintf("%s/marking/%d", e, queues[0].VersionID), "mine": e + "/marking/mine", "revise": fmt.Sprintf("%s/marking/answers/%d", e, a.ID)})
	see("hr", map[string]string{"hr-home": "/", "hr-queues": e + "/marking"})
	see("trainer", map[string]string{"setup": fmt.Sprintf("/exams/%d/setup", draft), "bank-new": "/bank/questions/new", "question": "/bank/questions/1", "paper": fmt.Sprintf("/papers/%d", paper)})

	// sitting, with the keyboard
	b := newTab(t, chromium, h.origin)
	b.cookie("peikao", c.Token("lan-a"))
	sheet := c.Begin("lan-a", id)
	b.open(fmt.Sprintf("/attempts/%d", sheet.AttemptID))
	time.Sleep(3 * time.Second)
	fmt.Println(eval[string](b, "document.body.innerText.slice(0,900)"))
	if eval[bool](b, `!!document.querySelector("textarea")`) == false {
		eval[string](b, `[...document.querySelectorAll("button")].filter(x => /在这里|继续|接手/.test(x.innerText)).map(x => {x.click(); return x.innerText}).join()`)
		time.Sleep(3 * time.Second)
	}
	b.await(`document.querySelector("textarea")`)
	shot(b, "sit", 320)
	eval[bool](b, `document.querySelector("textarea").focus(); true`)
	b.do(chromedp.SendKeys("textarea", "先道歉，再说明 m 1。"))
	time.Sleep(2500 * time.Millisecond)
	fmt.Println("STATE", eval[string](b, `document.querySelector(".slot-state").innerText + "|" + document.querySelector(".room").innerText`))
	eval[bool](b, `document.execCommand("insertText", false, "字".repeat(4700))`)
	time.Sleep(500 * time.Millisecond)
	fmt.Println("ROOM", eval[string](b, `document.querySelector(".room").innerText`))
	h.look(b, "lan-a", "/attempts/:id")
	shot(b, "sit-full", 390)
}
