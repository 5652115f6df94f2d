package app_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/questionbank"
)

// typedSentinels are one question of each type beyond those of sentinelQuestions, all on one stimulus. What follows from their
// keys carries the word that must not leave; grades do so by their names too.
func typedSentinels() []questionbank.Question {
	options := []questionbank.Option{{ID: "a", Text: "其一"}, {ID: "b", Text: "其二"}, {ID: "c", Text: "其三"}}
	out := []questionbank.Question{
		{Type: questionbank.Judgement, Options: options, PartialPercent: 37, Key: questionbank.Key{Grades: []questionbank.OptionGrade{
			{Option: "a", Grade: questionbank.Red, Reason: keySentinel + " 越线"}, {Option: "b", Grade: questionbank.Yellow, Reason: keySentinel + " 不全"},
			{Option: "c", Grade: questionbank.Green, Reason: keySentinel + " 合适"}}}},
		{Type: questionbank.Matching, Options: options, Rows: []string{"甲项", "乙项"}, Key: questionbank.Key{Choices: []string{"b", "a"}}},
		{Type: questionbank.Ordering, Options: options, Key: questionbank.Key{Choices: []string{"a", "b", "c"}}}, // as a trainer writes it
		{Type: questionbank.Ordering, Key: questionbank.Key{Choices: []string{"b", "c", "a"}}, // and as a file may have it
			Options: []questionbank.Option{{ID: "b", Text: "其一"}, {ID: "c", Text: "其二"}, {ID: "a", Text: "其三"}}},
		{Type: questionbank.Labelling, MultiplePolicy: questionbank.PolicyPerOption, Key: questionbank.Key{Choices: []string{"2"}}},
		{Type: questionbank.Essay, Key: questionbank.Key{Model: keySentinel + " 范文", Rubric: []questionbank.Criterion{{Text: keySentinel + " 要点", Percent: 100}}}},
		{Type: questionbank.Spoken, Key: questionbank.Key{Model: keySentinel + " 话术", Rubric: []questionbank.Criterion{{Text: keySentinel + " 语速", Percent: 100}}}},
	}
	for i := range out {
		q := &out[i]
		q.Stem = fmt.Sprintf("%s 类型题 %d", stemSentinel, i)
		if q.Type == questionbank.Labelling {
			q.Stem += "：[[第一段]]和[[第二段]]"
		}
		q.Explanation, q.RedLine = keySentinel+" 解析", !q.Type.ByPeople()
		q.KnowledgePoints, q.Difficulty = []string{"专业能力"}, questionbank.DefaultDifficulty
		q.Source = questionbank.Source{Law: keySentinel + "法", Article: "第一条"}
		q.Stimulus = &questionbank.Stimulus{ID: "chat", Title: "对话", Text: stemSentinel + " 对话"}
	}
	return out
}

// shownFields are all that a slot may have on an examinee's page.
var shownFields = []string{"slot", "section", "type", "points", "stem", "options", "blanks", "rows", "pieces", "stimulus", "seconds"}

// paperApart looks at the paper as the page asks for it: the questions in the paper's order have no field more, and their options no order that a
// trainer gave them.
func paperApart(t *testing.T, l *listener, path string) {
	t.Helper()
	paper := l.hear("GET", path+"?paper=shared", "").JSON()["paper"].(map[string]any)
	if paper["slots"] != nil || len(paper["questions"].([]any)) != len(typedSentinels()) {
		t.Errorf("%v", paper)
	}
	for i, raw := range paper["questions"].([]any) {
		question := raw.(map[string]any)
		for name := range question {
			if name == "slot" || !slices.Contains(shownFields, name) {
				t.Errorf("question %d has a field %s", i+1, name)
			}
		}
		var texts string
		if question["type"] == "ordering" {
			for _, o := range question["options"].([]any) {
				texts += o.(map[string]any)["text"].(string)
			}
		}
		if texts == "其一其二其三" {
			t.Errorf("question %d comes with its options in the right order", i+1)
		}
	}
}

// Threats 38 and 39 for the types beyond choices: neither the grades of replies nor their reasons, neither policies nor red
// lines, and no order of ids that tells an answer.
func TestSentinelsOfEveryType(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	questions := typedSentinels()
	c.AddQuestions(questions...)
	var rows []exam.BlueprintRow
	for _, q := range questions {
		rows = append(rows, exam.BlueprintRow{Section: "一", Type: string(q.Type), Count: 1})
	}
	id := c.Exam(c.PaperOf(rows...), func(s *exam.Settings) { s.ShuffleSlots, s.ShuffleOptions, s.RedLine = false, false, exam.RedLineFail }, "mei-a")
	l := &listener{t: t, Clinic: c, forbidden: []string{keySentinel, `"grade"`, "red_line", "per_option", "partial_percent"}}
	begun := l.hear("POST", "/api/v1/exams/"+id.String()+"/attempts", "")
	if begun.Status != 201 || strings.Count(begun.Text, stemSentinel) < 2*len(questions) {
		t.Fatalf("start: %d %s", begun.Status, begun.Text)
	}
	doc := begun.JSON()
	responses := map[string]string{
		"judgement": `{"choice":"a"}`, "matching": `{"matches":["b","a"]}`, "labelling": `{"choices":["2"]}`, "essay": `{"text":"写一段"}`,
	}
	path := "/api/v1/attempts/" + doc["attempt"].(map[string]any)["id"].(string)
	paperApart(t, l, path)
	for i, raw := range doc["paper"].(map[string]any)["slots"].([]any) {
		slot := raw.(map[string]any)
		for name := range slot {
			if !slices.Contains(shownFields, name) {
				t.Errorf("slot %d has a field %s", i+1, name)
			}
		}
		kind := slot["type"].(string)
		if kind == "ordering" {
			// The texts in the order of their ids: it must not be the right one.
			byID := map[string]string{}
			for _, o := range slot["options"].([]any) {
				byID[o.(map[string]any)["id"].(string)] = o.(map[string]any)["text"].(string)
			}
			if byID["a"]+byID["b"]+byID["c"] == "其一其二其三" {
				t.Error("the ids of an ordering question tell its order")
			}
			var order []string
			for _, text := range []string{"其一", "其二", "其三"} {
				for id, is := range byID {
					if is == text {
						order = append(order, id)
					}
				}
			}
			body, _ := json.Marshal(map[string]any{"order": order})
			responses[kind] = string(body)
		}
		if kind == "spoken" {
			if got := l.hear("POST", fmt.Sprintf("%s/recordings/%d", path, i+1), partBody(doc["lease"].(string), 1, webmSound)); got.Status != 200 {
				t.Fatalf("%s: %d %s", kind, got.Status, got.Text)
			}
			continue
		}
		body := fmt.Sprintf(`{"lease":%q,"client_seq":%d,"response":%s}`, doc["lease"], i+1, responses[kind])
		if got := l.hear("PUT", fmt.Sprintf("%s/responses/%d", path, i+1), body); got.Status != 200 {
			t.Fatalf("%s: %d %s", kind, got.Status, got.Text)
		}
	}
	if got := l.hear("POST", path+"/submit", fmt.Sprintf(`{"lease":%q}`, doc["lease"])); got.Status != 200 {
		t.Fatalf("submit: %d %s", got.Status, got.Text)
	}
	markEverything(t, c, "marker", id, "")
	c.Fake.Set(dbtest.Start.Add(4 * time.Hour))
	must(t, c.Tick(t.Context()))
	if n, err := c.Exams.Release(t.Context(), c.Viewer("hr"), id); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	c.Fake.Advance(time.Hour)
	must(t, c.Tick(t.Context()))
	// All is right but the judgement, whose red reply is the one red line that was missed: a fail, with six sevenths of the points.
	result := c.Call("mei-a", "GET", path+"/result", "", 200).JSON()
	if result["red_line_misses"] != 1.0 || result["passed"] != false || result["band_code"] != "fail" || result["percent"] != "85.71" {
		t.Errorf("%v", result)
	}
	page := c.Call("mei-a", "GET", strings.Replace(path, "/api/v1", "", 1)+"/result", "", 200).Text
	for _, want := range []string{keySentinel + " 越线", "红线未守", "有 1 道红线题没有做对", "［2 第二段］", "A. 其", "甲项", stemSentinel + " 对话"} {
		if !strings.Contains(page, want) {
			t.Errorf("the review lacks %q", want)
		}
	}
}
