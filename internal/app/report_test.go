package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
)

// reporting is a clinic with an exam that two branches sat and whose keys are shown, and a trainer for each branch.
type reporting struct {
	*apptest.Clinic
	t       *testing.T
	exam    exam.ExamID
	attempt map[string]exam.AttemptID
}

func newReporting(t *testing.T) *reporting {
	t.Helper()
	c := &reporting{Clinic: apptest.NewClinic(t, app.Options{}), t: t, attempt: map[string]exam.AttemptID{}}
	c.Employ("trainer-a", "讲师甲", c.Branch["a"], c.OtherPost, account.Trainer)
	c.Employ("trainer-b", "讲师乙", c.Branch["b"], c.OtherPost, account.Trainer)
	c.AddQuestions(sentinelQuestions()...)
	c.exam = c.Exam(c.Paper(4), nil, "mei-a", "mei-b", "trainer-a")
	for _, login := range []string{"mei-a", "mei-b", "trainer-a"} {
		c.attempt[login] = c.Sit(login, c.exam, 2)
	}
	return c
}

func (c *reporting) release() {
	c.t.Helper()
	c.Fake.Advance(3 * time.Hour)
	must(c.t, c.Tick(context.Background()))
	_, err := c.Exams.Release(context.Background(), c.Viewer("hr"), c.exam)
	must(c.t, err)
}

func (c *reporting) count(query string, args ...any) (n int) {
	c.t.Helper()
	must(c.t, c.DB.SQL().QueryRow(query, args...).Scan(&n))
	return n
}

// report says that a slot of somebody's own result is faulty and returns the address of the report for those who answer.
func (c *reporting) report(login string, slot int, note string) string {
	c.t.Helper()
	c.Call(login, "POST", fmt.Sprintf("/attempts/%s/report/%d", c.attempt[login], slot), apptest.Form("reason", "key", "note", note), 303)
	var id int
	must(c.t, c.DB.SQL().QueryRow("SELECT max(id) FROM question_report").Scan(&id))
	return fmt.Sprintf("/bank/reports/%d", id)
}

// A question can be reported where its key is shown in an own released result, and nowhere else.
func TestWhoMayReportAQuestion(t *testing.T) {
	c := newReporting(t)
	mine := "/attempts/" + c.attempt["mei-a"].String()
	form := apptest.Form("reason", "key", "note", "第二个选项也对")
	c.Call("mei-a", "POST", mine+"/report/1", form, 404) // not released
	c.release()
	for _, login := range []string{"mei-b", "lead-a", "hr", "trainer", "supervisor", "plain"} {
		c.Call(login, "POST", mine+"/report/1", form, 404)
	}
	c.Call("mei-a", "POST", mine+"/report/5", form, 404)
	c.Call("mei-a", "POST", mine+"/report/0", form, 404)
	c.Call("mei-a", "POST", "/attempts/999999/report/1", form, 404)
	shows(t, c.Call("mei-a", "GET", mine+"/result", "", 200).Text, mine+"/report/1", mine+"/report/4", `maxlength="500"`)
	if text := c.Call("hr", "GET", mine+"/result", "", 200).Text; strings.Contains(text, "/report/") {
		t.Error("HR is offered to report in another person's name")
	}

	shows(t, c.Call("mei-a", "POST", mine+"/report/1", apptest.Form("reason", "nonsense", "note", "我写的话"), 422).Text, "我写的话")
	shows(t, c.Call("mei-a", "POST", mine+"/report/1", apptest.Form("reason", "key", "note", " \r\n "), 422).Text, "field-error")
	c.Call("mei-a", "POST", mine+"/report/1", apptest.Form("reason", "key", "note", strings.Repeat("长", 501)), 422)
	c.Call("mei-a", "POST", mine+"/report/1", apptest.Form("reason", "key", "note", strings.Repeat("长\r\n", 249)+"两字"), 303) // 500 characters: a line's end is one
	c.Call("mei-a", "POST", mine+"/report/1", form, 409)
	c.Call("mei-a", "POST", mine+"/report/2", form, 303)
	if n := c.count("SELECT count(*) FROM question_report WHERE state = 'open' AND person_id = $1 AND length(note) <= 500", int64(c.Person["mei-a"])); n != 2 {
		t.Errorf("%d reports are open", n)
	}
	if n := c.count("SELECT count(*) FROM audit_event WHERE act = 'bank.report'"); n != 2 {
		t.Errorf("%d audit rows", n)
	}
}

// Before the exam is over for everybody, and where the policy shows no keys, there is nothing to report.
func TestNothingIsReportedWithoutKeys(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	marks := c.Exam(c.Paper(4), func(s *exam.Settings) { s.Review = exam.ReviewMarks }, "mei-a")
	early := c.Exam(c.Paper(4), func(s *exam.Settings) { s.Release = exam.ReleaseAtHandIn }, "mei-a", "lan-a")
	first, second := c.Sit("mei-a", marks, 2), c.Sit("mei-a", early, 2)
	form := apptest.Form("reason", "typo", "note", "错字")
	c.Call("mei-a", "GET", "/attempts/"+second.String()+"/result", "", 200)
	c.Call("mei-a", "POST", "/attempts/"+second.String()+"/report/1", form, 404) // released, and the exam goes on
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	_, err := c.Exams.Release(ctx, c.Viewer("hr"), marks)
	must(t, err)
	c.Call("mei-a", "POST", "/attempts/"+first.String()+"/report/1", form, 404)
	c.Call("mei-a", "POST", "/attempts/"+second.String()+"/report/1", form, 303)
}

// A report is taken back by its maker alone, once.
func TestAReportIsWithdrawn(t *testing.T) {
	c := newReporting(t)
	c.release()
	mine := "/attempts/" + c.attempt["mei-a"].String()
	page := c.report("mei-a", 1, "写错了")
	withdraw := mine + "/reports/" + strings.TrimPrefix(page, "/bank/reports/") + "/withdraw"
	c.Call("mei-b", "POST", withdraw, "", 404)
	c.Call("trainer", "POST", withdraw, "", 404)
	shows(t, c.Call("mei-a", "GET", mine+"/result", "", 200).Text, "待答复", withdraw)
	c.Call("mei-a", "POST", withdraw, "", 303)
	c.Call("trainer", "POST", page, apptest.Form("outcome", "no_fault", "answer", "没有错"), 409)
	shows(t, c.Call("trainer", "GET", "/bank/reports?state=withdrawn", "", 200).Text, page)
	if n := c.count("SELECT count(*) FROM question_report WHERE state = 'withdrawn'"); n != 1 {
		t.Errorf("%d withdrawn", n)
	}
	c.Call("mei-a", "POST", withdraw, "", 303) // says that it is closed
	if n := c.count("SELECT count(*) FROM audit_event WHERE act = 'bank.report_withdraw'"); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	c.report("mei-a", 1, "还是觉得不对")
}

// Those who keep the bank see the reports of the people within their reach, answer each once, and whoever made it is told.
func TestAReportIsAnswered(t *testing.T) {
	c := newReporting(t)
	c.release()
	mine := "/attempts/" + c.attempt["mei-a"].String()
	page, other, own := c.report("mei-a", 1, "法规<b>已改</b>"), c.report("mei-b", 1, "答案不对"), c.report("trainer-a", 2, "错字")
	list := c.Call("trainer-a", "GET", "/bank/reports", "", 200).Text
	shows(t, list, page, own, "小美a", "法规&lt;b&gt;已改&lt;/b&gt;")
	if strings.Contains(list, other) {
		t.Error("a report of the other branch is listed")
	}
	shows(t, c.Call("trainer", "GET", "/bank/reports", "", 200).Text, page, other)
	shows(t, c.Call("trainer-a", "GET", "/", "", 200).Text, "待答复的题目报错", "/bank/reports")
	shows(t, c.Call("trainer-a", "GET", "/bank", "", 200).Text, "题目报错（2）")
	shows(t, c.Call("hr", "GET", "/bank", "", 200).Text, "题目报错（3）")

	c.Call("trainer-b", "GET", page, "", 404)
	answer := apptest.Form("outcome", "no_fault", "answer", "按现行条文，\r\n答案没有错。")
	c.Call("trainer-b", "POST", page, answer, 404)
	c.Call("mei-a", "GET", page, "", 403)
	c.Call("mei-a", "POST", page, answer, 403)
	shows(t, c.Call("supervisor", "GET", page, "", 200).Text, "已改")
	c.Call("supervisor", "POST", page, answer, 403)
	c.Call("trainer-a", "POST", own, answer, 409) // not the own one
	shows(t, c.Call("trainer-a", "POST", page, apptest.Form("outcome", "", "answer", "想好的话"), 422).Text, "想好的话")
	c.Call("trainer-a", "POST", page, apptest.Form("outcome", "no_fault", "answer", strings.Repeat("长", 501)), 422)
	c.Call("trainer-a", "POST", page, apptest.Form("outcome", "corrected", "answer", "已改好"), 409) // no newer version
	shows(t, c.Call("trainer-a", "GET", page, "", 200).Text, fmt.Sprintf("/exams/%s/regrade/questions/", c.exam), "/edit", "?version=1")
	c.Call("trainer-a", "POST", page, answer, 303)
	c.Call("trainer-a", "POST", page, answer, 409)

	shows(t, c.Call("mei-a", "GET", "/notices", "", 200).Text, "第 1 题的报告有答复：题目没有错")
	shows(t, c.Call("mei-a", "GET", mine+"/result", "", 200).Text, "已答复", "题目没有错", "按现行条文，\n答案没有错。")
	var link string
	must(t, c.DB.SQL().QueryRow("SELECT link FROM notice WHERE kind = 'question' AND person_id = $1", int64(c.Person["mei-a"])).Scan(&link))
	if link != mine+"/result#q1" {
		t.Errorf("the notice leads to %s", link)
	}
	if n := c.count("SELECT count(*) FROM audit_event WHERE act = 'bank.report_answer' AND actor = $1", "person:"+c.Person["trainer-a"].String()); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	shows(t, c.Call("trainer-a", "GET", "/bank/reports?state=answered", "", 200).Text, page)
	c.report("mei-a", 1, "再看一下")

	var question int
	must(t, c.DB.SQL().QueryRow("SELECT v.question_id FROM question_report r JOIN question_version v ON v.id = r.version_id ORDER BY r.id LIMIT 1").Scan(&question))
	shows(t, c.Call("trainer-a", "GET", fmt.Sprintf("/bank/reports?q=%d", question), "", 200).Text, page)
	var topic, elsewhere int
	must(t, c.DB.SQL().QueryRow("SELECT t.topic_id FROM question_report r JOIN question_version_topic t ON t.version_id = r.version_id ORDER BY r.id DESC LIMIT 1").Scan(&topic))
	must(t, c.DB.SQL().QueryRow("SELECT max(id) FROM knowledge_point WHERE parent_id IS NULL AND area <> (SELECT area FROM knowledge_point WHERE id = $1)", topic).Scan(&elsewhere))
	shows(t, c.Call("trainer-a", "GET", fmt.Sprintf("/bank/reports?topic=%d", topic), "", 200).Text, "/bank/reports/4")
	if text := c.Call("trainer-a", "GET", fmt.Sprintf("/bank/reports?topic=%d", elsewhere), "", 200).Text; strings.Contains(text, `href="/bank/reports/`) {
		t.Error("a report is listed at a point that its question does not have")
	}
}

// "Corrected" stands on a version that was published after the one that was reported.
func TestAReportIsAnsweredByANewVersion(t *testing.T) {
	ctx := context.Background()
	c := newReporting(t)
	c.release()
	page := c.report("mei-a", 3, "错字")
	var question int64
	must(t, c.DB.SQL().QueryRow("SELECT v.question_id FROM question_report r JOIN question_version v ON v.id = r.version_id").Scan(&question))
	c.editAndPublish(ctx, question)
	c.Call("trainer", "POST", page, apptest.Form("outcome", "corrected", "answer", "已改"), 303)
	shows(t, c.Call("mei-a", "GET", "/notices", "", 200).Text, "已改正为新版本")
}

// The API of a result tells the own reports, takes one and takes it back.
func TestReportsOverTheAPI(t *testing.T) {
	c := newReporting(t)
	c.release()
	path := "/api/v1/attempts/" + c.attempt["mei-a"].String() + "/reports"
	c.Call("mei-b", "POST", path, `{"slot":1,"reason":"key","note":"不对"}`, 404)
	c.Call("mei-a", "POST", path, `{"slot":1,"reason":"nonsense","note":"不对"}`, 422)
	id, _ := c.Call("mei-a", "POST", path, `{"slot":1,"reason":"key","note":"不对"}`, 201).JSON()["id"].(string)
	if got := c.Call("mei-a", "GET", path, "", 200).JSON()["reports"].([]any); len(got) != 1 || got[0].(map[string]any)["state"] != "open" {
		t.Errorf("%v", got)
	}
	c.Call("mei-b", "GET", path, "", 404)
	c.Call("mei-b", "DELETE", "/api/v1/reports/"+id, "", 404)
	c.Call("mei-a", "DELETE", "/api/v1/reports/"+id, "", 204)
	c.Call("mei-a", "DELETE", "/api/v1/reports/"+id, "", 409)
}

func (c *reporting) editAndPublish(ctx context.Context, question int64) {
	c.t.Helper()
	id := bank.QuestionID(question)
	d, err := c.Bank.Question(ctx, c.Viewer("trainer"), id)
	must(c.t, err)
	was := d.Editable()
	q := was.Question()
	q.Stem += "（改）"
	must(c.t, c.Bank.Edit(ctx, c.Viewer("trainer"), id, bank.Base{Version: was.Number, Revision: was.Revision}, bank.Draft{Question: q, TopicIDs: was.Topics()}))
	must(c.t, c.Bank.Publish(ctx, c.Viewer("trainer"), id))
}
