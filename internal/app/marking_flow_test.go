package app_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

const modelAnswer = "先道歉，再说明复诊流程。"

// markingClinic has an exam of one short answer, marked by two, that mei-a and mei-b have sat; three mark everywhere, one in
// branch a alone, and mei-a marks too.
func markingClinic(t *testing.T) (*apptest.Clinic, exam.ExamID) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(questionbank.Question{
		Type: questionbank.Short, Stem: "客户投诉淤青，写出回复。", Explanation: "先安抚。", KnowledgePoints: []string{"3/投诉"}, Difficulty: 3,
		Key: questionbank.Key{Model: modelAnswer, Rubric: []questionbank.Criterion{{Text: "致歉要点", Percent: 60}, {Text: "流程要点", Percent: 40}}},
	})
	for _, login := range []string{"m2", "m3", "m4"} {
		c.Employ(login, "阅卷"+login, c.Root, c.OtherPost, account.Marker)
	}
	c.Employ("marker-a", "城东阅卷", c.Branch["a"], c.OtherPost, account.Marker)
	must(t, c.Accounts.GrantRole(t.Context(), account.System(), c.Person["mei-a"], account.Marker, c.Root))

	trainer := c.Viewer("trainer")
	paper := c.PaperOf(exam.BlueprintRow{Section: "简答", Type: string(questionbank.Short), Count: 1})
	s := exam.Settings{
		Title: "沟通专项", Kind: exam.Special, OpensAt: c.Fake.Now(), ClosesAt: c.Fake.Now().Add(2 * time.Hour), LimitSeconds: 3600, GraceSeconds: 60,
		Review: exam.ReviewKeys, Release: exam.ReleaseAtHandIn, AttemptsAllowed: 1,
	}
	id, err := c.Exams.CreateExam(t.Context(), trainer, s, paper)
	must(t, err)
	_, err = c.Exams.Invite(t.Context(), trainer, id, account.Audience{PersonIDs: []account.PersonID{c.Person["mei-a"], c.Person["mei-b"]}})
	must(t, err)

	// The settings page: who marks, and that the result cannot be there at the hand-in.
	setup := fmt.Sprintf("/exams/%d/setup", id)
	has(t, c.Call("trainer", "GET", setup, "", 200), "人工评分", "道简答题，交卷后由人评分", "不能“交卷后立即公布”")
	has(t, c.Call("trainer", "POST", setup+"/marking", apptest.Form("markers", "3", "mark_gap_percent", "120"), 422), "每份作答由 1 人或 2 人评分", "0% 到 100%", `value="120"`)
	c.Call("trainer", "POST", setup+"/marking", apptest.Form("markers", "2", "mark_gap_percent", "20"), 303)
	c.Call("marker", "POST", setup+"/marking", apptest.Form("markers", "1", "mark_gap_percent", "20"), 403)
	has(t, c.Call("hr", "POST", fmt.Sprintf("/exams/%d/publish", id), "", 422), "不能“交卷后立即公布”")
	s.Release = exam.ReleaseByHand
	must(t, c.Exams.EditExam(t.Context(), trainer, id, s, paper))
	c.Call("hr", "POST", fmt.Sprintf("/exams/%d/publish", id), "", 303)
	has(t, c.Call("trainer", "GET", setup, "", 200), "每份作答由两人各自评分", "20%")
	c.Sit("mei-a", id, 1)
	c.Sit("mei-b", id, 0)
	return c, id
}

func has(t *testing.T, a apptest.Answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.Text, text) {
			t.Errorf("the page lacks %q:\n%.600s", text, a.Text[max(0, strings.Index(a.Text, "<main")):])
		}
	}
}

var answerAction = regexp.MustCompile(`/exams/\d+/marking/answers/(\d+)`)

// next opens the next answer of an exam as its marker; "" when none is left.
func next(t *testing.T, c *apptest.Clinic, login, queue string) (task string, page apptest.Answer) {
	t.Helper()
	tallied, tally := db.WithTally(t.Context())
	a := c.Do(c.Request(login, "GET", queue, "").WithContext(tallied))
	if n := len(tally.Runs()); n > 10 { // a claim is written too
		t.Errorf("%s: %d statements", queue, n)
	}
	if a.Status == 303 {
		return "", a
	}
	m := answerAction.FindStringSubmatch(a.Text)
	if a.Status != 200 || m == nil {
		t.Fatalf("%s %d %.400s", queue, a.Status, a.Text)
	}
	for _, name := range []string{"小美a", "小美b", "E-mei"} {
		if strings.Contains(a.Text[strings.Index(a.Text, "<main"):], name) {
			t.Errorf("the page tells whose answer it is: %s", name)
		}
	}
	return m[1], a
}

// Short answers from the settings to the result: two markers, a third where they are far apart, each in their part of the tree,
// nobody the own, without names.
func TestMarkingFlow(t *testing.T) {
	c, id := markingClinic(t)
	pages := fmt.Sprintf("/exams/%d/marking", id)
	queues, err := c.Exams.MarkingQueues(t.Context(), c.Viewer("m2"), id)
	must(t, err)
	queue := fmt.Sprintf("%s/%d", pages, queues[0].VersionID)

	for login, want := range map[string]int{"m2": 2, "marker-a": 1, "mei-a": 1, "hr": 0, "supervisor": 0} {
		exams, err := c.Exams.MarkingExams(t.Context(), c.Viewer(login))
		must(t, err)
		if len(exams) != 1 || exams[0].Mine != want {
			t.Errorf("%s: %+v", login, exams)
		}
		has(t, c.Call(login, "GET", "/marking", "", 200), "沟通专项")
	}
	has(t, c.Call("m2", "GET", "/", "", 200), "2 份")
	has(t, c.Call("hr", "GET", "/", "", 200), "待人工评分")
	c.Call("hr", "GET", queue, "", 403)
	c.Call("lead-a", "GET", pages, "", 403)

	// A branch's marker reaches the branch's answers, mei-a not the own one.
	inA, _ := next(t, c, "marker-a", queue)
	inB, page := next(t, c, "mei-a", queue)
	if inA == inB {
		t.Fatal("the own answer lies in front of its writer")
	}
	has(t, page, modelAnswer, "致歉要点（占 60%）", "不知道")
	full := apptest.Form("given", "100", "given", "100", "comment", "")
	c.Call("marker-a", "POST", pages+"/answers/"+inB, full, 404)
	c.Call("mei-a", "POST", pages+"/answers/"+inA, full, 404)
	c.Call("mei-a", "GET", pages+"/answers/"+inA, "", 404)

	c.Call("marker-a", "POST", pages+"/answers/"+inA, full, 303)
	if task, _ := next(t, c, "marker-a", queue); task != "" {
		t.Errorf("branch a has no more answers, not %s", task)
	}
	none := apptest.Form("given", "0", "given", "0", "comment", "只写了一句")
	has(t, c.Call("mei-a", "POST", pages+"/answers/"+inB, apptest.Form("given", "100", "given", ""), 422), "0% 到 100%")
	c.Call("mei-a", "POST", pages+"/answers/"+inB, none, 303)

	// m2 is the second of both: of one mind about B, far from A's first, so that A asks for a third.
	for range 2 {
		task, _ := next(t, c, "m2", queue)
		c.Call("m2", "POST", pages+"/answers/"+task, none, 303)
	}
	if task, _ := next(t, c, "m3", queue); task != inA {
		t.Fatalf("the third has %q in front", task)
	}
	c.Call("m4", "POST", pages+"/answers/"+inB, full, 409) // B is marked; nobody is asked any more

	// m2 looks again and revises A while it is not settled; the first and second are one now, the third is not needed.
	has(t, c.Call("m2", "GET", pages+"/mine", "", 200), "不知道", "修改")
	has(t, c.Call("m2", "GET", pages+"/answers/"+inA, "", 200), "只写了一句", `<option value="0" selected`)
	c.Call("m3", "GET", pages+"/answers/"+inA, "", 404) // has given none yet
	revised := []string{"given", "100", "given", "50", "comment", "改过的评语", "again", "true", "reason"}
	has(t, c.Call("m2", "POST", pages+"/answers/"+inA, apptest.Form(append(revised, " ")...), 422), "请写明原因", "改过的评语", `name="again"`)
	c.Call("m2", "POST", pages+"/answers/"+inA, apptest.Form(append(revised, "第一遍看漏了")...), 303)
	c.Call("m3", "POST", pages+"/answers/"+inA, none, 409)
	if a := c.Call("m2", "GET", pages+"/mine", "", 200); strings.Contains(a.Text, "不能再改") {
		t.Error("the results are there and not released: marks can still be corrected")
	}
	has(t, c.Call("m2", "GET", "/marking", "", 200), "没有等您评分的作答", `href="`+pages+`/mine"`) // nothing waits, and the way back is there
	has(t, c.Call("hr", "GET", pages, "", 200), "阅卷m2", "城东阅卷")

	for _, path := range []string{"/", "/marking", pages, pages + "/mine", pages + "/answers/" + inA} {
		tallied, tally := db.WithTally(t.Context())
		if a := c.Do(c.Request("m2", "GET", path, "").WithContext(tallied)); a.Status != 200 || len(tally.Runs()) > 8 {
			t.Errorf("%s: %d with %d statements", path, a.Status, len(tally.Runs()))
		}
	}

	c.Fake.Advance(4 * time.Hour)
	must(t, c.Tick(t.Context()))
	if n, err := c.Exams.Release(t.Context(), c.Viewer("hr"), id); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	has(t, c.Call("m2", "GET", pages+"/mine", "", 200), "不能再改")
	if a := c.Call("m2", "GET", "/marking", "", 200); strings.Contains(a.Text, "沟通专项") {
		t.Error("marks of released results are offered to be corrected")
	}
	has(t, c.Call("m2", "POST", pages+"/answers/"+inA, apptest.Form("given", "0", "given", "0", "comment", "", "again", "true", "reason", "又看了一遍"), 409), "成绩已经公布")
	var attempts []int64
	rows, err := c.DB.SQL().Query(`SELECT id FROM attempt WHERE exam_id = $1 ORDER BY id`, int64(id))
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var n int64
		must(t, rows.Scan(&n))
		attempts = append(attempts, n)
	}
	result := c.Call("mei-a", "GET", fmt.Sprintf("/attempts/%d/result", attempts[0]), "", 200)
	has(t, result, modelAnswer, "流程要点 · 40%", "改过的评语", "部分得分")
	if strings.Contains(result.Text, "阅卷m2") || strings.Contains(result.Text, "只写了一句") {
		t.Error("the result names a marker, or shows words that were taken back")
	}
	r, err := c.Exams.Result(t.Context(), c.Viewer("mei-a"), exam.AttemptID(attempts[0]))
	must(t, err)
	if want := score.Hundredths(900); r.Score != want { // 10.00 and 8.00
		t.Errorf("score %d, want %d", r.Score, want)
	}
	has(t, c.Call("mei-b", "GET", fmt.Sprintf("/api/v1/attempts/%d/result", attempts[1]), "", 200), `"comments":["只写了一句","只写了一句"]`, `"model":`)
}
