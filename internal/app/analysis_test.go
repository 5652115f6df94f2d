package app_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
)

// After an exam a bad key is found: before the release by HR alone, afterwards by the trainer too, in the exam and in the bank.
func TestABadKeyIsFound(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	for n := range 9 {
		c.AddQuestions(questionbank.Question{
			Type: questionbank.Single, Stem: fmt.Sprintf("=第 %d 问：术后多久复诊？", n), Explanation: "见手册。", KnowledgePoints: []string{"3/随访"}, Difficulty: 3,
			Options: []questionbank.Option{{ID: "a", Text: "一周"}, {ID: "b", Text: "一月"}, {ID: "c", Text: "不必"}}, Key: questionbank.Key{Choices: []string{"a"}},
		})
	}
	people := []string{"mei-a", "lan-a", "mei-b", "lan-b"}
	for n := range 8 {
		login := fmt.Sprintf("p%d", n)
		c.Employ(login, "某人"+login, c.Branch["a"], c.Post, account.Consultant)
		people = append(people, login)
	}
	id := c.Exam(c.Paper(9), nil, people...)
	for n, login := range people {
		c.Sit(login, id, 9-n*9/len(people))
	}
	address := fmt.Sprintf("/exams/%d/analysis", id)
	has(t, c.Call("hr", "GET", address, "", 200), "还没有统计")
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(t.Context()))
	has(t, c.Call("hr", "GET", address, "", 200), "统计 12 份答卷", "未公布", "只有 12 人作答，仅供参考", "内部一致性", "<svg viewBox=\"0 0 340 210\"")
	has(t, c.Call("trainer", "GET", address, "", 200), "成绩公布后显示")
	c.Call("trainer", "GET", address+"/export.csv", "", 409)
	c.Call("lead-a", "GET", address, "", 403)
	c.Call("mei-a", "GET", address, "", 403)
	if got := c.Call("trainer", "GET", "/api/v1"+address, "", 200).JSON(); got["gap"] != "unreleased" || got["paper"] != nil {
		t.Errorf("%v", got)
	}

	c.Call("hr", "POST", fmt.Sprintf("/exams/%d/release", id), "", 303)
	must(t, c.Tick(t.Context()))
	shown := c.Call("trainer", "GET", address+"?sort=facility", "", 200)
	has(t, shown, "试卷第 9 题", address+"?item=")
	got := c.Call("trainer", "GET", "/api/v1"+address, "", 200).JSON()
	items := got["items"].([]any)
	if got["gap"] != "" || got["people"] != 12.0 || got["released"] != true || len(items) != 9 || items[0].(map[string]any)["facility"].(map[string]any)["high"].(float64) <= 0 {
		t.Errorf("%v", got)
	}
	first := items[0].(map[string]any)
	has(t, c.Call("trainer", "GET", address+"?item="+first["version_id"].(string), "", 200), fmt.Sprintf("/bank/questions/%s?version=1", first["question_id"]), "选项分析")
	file := c.Call("trainer", "GET", address+"/export.csv", "", 200).Text
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 10 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, r := range rows[1:] {
		if !strings.HasPrefix(r[4], "'=第") {
			t.Errorf("a formula: %q", r[4])
		}
	}
	if x := c.Call("trainer", "GET", address+"/export.xlsx", "", 200); !strings.HasPrefix(x.Text, "PK") {
		t.Error("no workbook")
	}
	list, _, err := c.Bank.Questions(t.Context(), c.Viewer("trainer"), bank.Filter{Sort: "-shown"}, page.New(1, 5))
	must(t, err)
	has(t, c.Call("trainer", "GET", fmt.Sprintf("/bank/questions/%d", list[0].QuestionID), "", 200), "合计 1 场已公布的", "A ✓", "高分组（4 人）")
	has(t, c.Call("trainer", "GET", "/bank?exposure=never", "", 200), "没有")
	c.Call("trainer", "GET", "/exams/999/analysis", "", 404)
}
