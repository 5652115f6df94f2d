package story

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/story/chromium"
	"github.com/peikao/peikao/questionbank"
)

// Short answers as people meet them: the trainer asks for two markers, an examinee writes on a phone, two markers who know no
// name are far apart about one answer and of one mind about the other, a third is asked for the first alone, HR compares the
// markers and releases, and the examinee reads the comment.
func TestDoubleMarking(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(questionbank.Question{
		Type: questionbank.Short, Stem: "客户投诉注射后淤青，要求退款。请写出您的回复。", Explanation: "先安抚，再讲流程。", KnowledgePoints: []string{"3/投诉"}, Difficulty: 3,
		Key: questionbank.Key{Model: "先道歉，再说明复诊流程，不作退款承诺。", Rubric: []questionbank.Criterion{{Text: "致歉与安抚", Percent: 60}, {Text: "说明复诊流程", Percent: 40}}},
	})
	for _, login := range []string{"first", "second", "third"} {
		c.Employ(login, "阅卷"+login, c.Root, c.OtherPost, account.Marker)
	}
	paper := c.PaperOf(exam.BlueprintRow{Section: "简答", Type: string(questionbank.Short), Count: 1})
	id := c.Draft(paper, nil, "mei-a", "mei-b")
	b := chromium.Shared(t)
	at := func(login string, width int64) *person {
		p := newPerson(t, b, c.URL, login, width)
		p.hasSession(c.Token(login))
		return p
	}

	trainer := at("trainer", desktop)
	trainer.asksForTwo(id)
	c.Publish(id)

	writer := at("mei-a", phone)
	writer.writesShort(id, "您好，非常抱歉给您带来困扰。请发一张照片给我，我约医生今天为您复诊。")
	c.Sit("mei-b", id, 0) // "不知道"

	first, second, third := at("first", phone), at("second", desktop), at("third", phone)
	first.marks(id, map[string][2]string{"非常抱歉": {"100", "100"}, "不知道": {"0", "0"}})
	second.marks(id, map[string][2]string{"非常抱歉": {"30", "20"}, "不知道": {"0", "0"}})
	third.open("/marking")
	third.pictures()
	third.marks(id, map[string][2]string{"非常抱歉": {"90", "90"}}) // the other is settled already
	second.open("/marking")
	second.sees("没有等您评分的作答")

	c.Fake.Advance(3 * time.Hour)
	if err := c.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	hr := at("hr", desktop)
	hr.open(fmt.Sprintf("/exams/%d/marking", id))
	hr.sees("评分人", "阅卷first", "阅卷second", "阅卷third")
	hr.pictures()
	hr.releases(id.String())

	writer.open("/exams")
	writer.press("看成绩")
	writer.sees("9.5 / 10", "先把照片要到，再约复诊", "致歉与安抚")
	if strings.Contains(writer.text(), "阅卷") {
		writer.fail("the result names a marker")
	}
	writer.pictures()
	for _, p := range []*person{trainer, writer, first, second, third, hr} {
		p.calm()
	}
}

func (p *person) asksForTwo(id exam.ExamID) {
	p.t.Helper()
	p.open(fmt.Sprintf("/exams/%d/setup", id))
	p.sees("人工评分")
	p.fill(map[string]string{"markers": "2", "mark_gap_percent": "20"})
	p.pictures()
	p.pressIn(fmt.Sprintf("/exams/%d/setup/marking", id))
	if got := eval[string](p, `document.querySelector("[name=markers]:checked").value`); got != "2" {
		p.fail("%s markers", got)
	}
}

// writesShort sits an exam of one short answer.
func (p *person) writesShort(id exam.ExamID, text string) {
	p.t.Helper()
	p.open(fmt.Sprintf("/exams/%d/sit", id))
	p.press("开始考试")
	p.await(`document.querySelector("section.question textarea")`)
	eval[bool](p, fmt.Sprintf(`(() => { const a = document.querySelector("section.question textarea"); a.value = %s; a.dispatchEvent(new Event("input", {bubbles: true})); return true })()`, quoted(text)))
	p.await(`document.querySelector(".chip").dataset.kind === "saved" && !document.querySelector(".slot-state[data-state=unsent]")`)
	p.pictures()
	p.press("答题卡")
	p.press("交卷")
	p.press("确认交卷")
	p.await(`document.querySelector("main.receipt")`)
}

// marks goes through the queue of an exam; given are the parts by a word of the answer.
func (p *person) marks(id exam.ExamID, given map[string][2]string) {
	p.t.Helper()
	p.open("/marking")
	p.leave(fmt.Sprintf(`document.querySelector('main a[href="/exams/%d/marking"]').click()`, id))
	p.await(visible(fmt.Sprintf("开始评分（%d）", len(given))))
	p.pictures()
	p.press(fmt.Sprintf("开始评分（%d）", len(given)))
	for left := len(given); left > 0; left-- {
		text := p.text()
		if strings.Contains(text, "小美") || strings.Contains(text, "E-mei") {
			p.fail("the page tells whose answer it is")
		}
		p.sees("参考答案", "先道歉，再说明复诊流程", "致歉与安抚（占 60%）")
		found := false
		for word, parts := range given {
			if !strings.Contains(text, word) {
				continue
			}
			found = true
			eval[bool](p, fmt.Sprintf(`(document.querySelectorAll('select[name=given]').forEach((s, i) => { s.value = %s[i] }), true)`, quoted(parts)))
			comment := "先把照片要到，再约复诊。"
			if word == "不知道" {
				comment = ""
			}
			p.fill(map[string]string{"comment": comment})
		}
		if !found {
			p.fail("an answer that nobody gave")
		}
		if left == len(given) {
			p.pictures()
		}
		p.press("保存并评下一份")
	}
	p.sees("这道题没有等您评的作答了")
}
