package story

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/story/chromium"
	"github.com/peikao/peikao/questionbank"
)

// typedQuestions are one of each type that is answered neither by choosing options nor in a gap, the first two on one text.
func typedQuestions() []questionbank.Question {
	options := []questionbank.Option{{ID: "a", Text: "告知主诊医师并记下时间"}, {ID: "b", Text: "安抚顾客"}, {ID: "c", Text: "登记回访"}}
	all := []questionbank.Question{
		{Type: questionbank.Judgement, Stem: "怎样回复？", Options: options, Key: questionbank.Key{Grades: []questionbank.OptionGrade{
			{Option: "a", Grade: questionbank.Green, Reason: "对"}, {Option: "b", Grade: questionbank.Yellow, Reason: "不全"}, {Option: "c", Grade: questionbank.Red, Reason: "错"}}}},
		{Type: questionbank.Matching, Stem: "找谁？", Rows: []string{"顾客问剂量", "顾客要退款"}, Options: options, Key: questionbank.Key{Choices: []string{"b", "a"}}},
		{Type: questionbank.Ordering, Stem: "排好处理顺序。", Options: options, Key: questionbank.Key{Choices: []string{"b", "a", "c"}}},
		{Type: questionbank.Labelling, Stem: "标出违法用语：本院[[成立十年]]，引进[[全国最好的进口设备，效果百分之百有保证]]，[[欢迎预约]]。", Key: questionbank.Key{Choices: []string{"2"}}},
		{Type: questionbank.Essay, Stem: "论述接待流程。", Key: questionbank.Key{Model: "略", Rubric: []questionbank.Criterion{{Text: "完整", Percent: 100}}}},
	}
	for i := range all {
		all[i].Explanation, all[i].KnowledgePoints, all[i].Difficulty = "见课件。", []string{"2/异议"}, 3
		if i < 2 {
			all[i].Stimulus = &questionbank.Stimulus{ID: "chat", Title: "术后来电", Text: "顾客：**看不清**了。\n\n咨询员：请稍等。"}
		}
	}
	return all
}

// Every type is answered on a phone's page without a pointer's precision: lists, buttons that the keyboard presses too, and
// what is put in order keeps the focus where it was.
func TestTypesOnThePage(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	questions := typedQuestions()
	c.AddQuestions(questions...)
	g := &gate{next: c.Handler()}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	var rows []exam.BlueprintRow
	for _, q := range questions {
		rows = append(rows, exam.BlueprintRow{Section: "一", Type: string(q.Type), Count: 1})
	}
	r := &room{Clinic: c, t: t, origin: server.URL, gate: g, paper: c.PaperOf(rows...)}
	p := newPerson(t, chromium.Shared(t), r.origin, t.Name(), 360)
	s := r.sits(p, "mei-a", func(e *exam.Settings) { e.ShuffleSlots = false })

	s.chooses(1, 1)
	s.want[2] = map[string]any{"matches": []any{"", "c"}}
	eval[bool](p, `(() => { const e = document.querySelectorAll("#q2 select")[1]; e.value = "c"; e.dispatchEvent(new Event("change")); return true })()`)
	s.orders(3)
	if pressed := eval[string](p, `(() => { const b = document.querySelectorAll("#q4 .segment")[1]; b.click(); return b.getAttribute("aria-pressed") })()`); pressed != "true" {
		p.fail("a segment that was pressed says %q", pressed)
	}
	s.want[4] = map[string]any{"choices": []any{"2"}}
	eval[bool](p, `(() => { const e = document.querySelector("#q5 textarea"); e.value = "先登记"; e.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	s.want[5] = map[string]any{"text": "先登记"}
	s.lands()
	p.open("/attempts/" + s.attempt)
	p.await(paperShown)
	s.lands() // what was kept shows again

	for n := 1; n <= 5; n++ {
		eval[bool](p, fmt.Sprintf(`(() => { location.hash = "#%d"; document.querySelectorAll("section.question").forEach(q => q.hidden = q.id !== "q%d"); return true })()`, n, n))
		if wide := eval[int](p, `document.documentElement.scrollWidth`); wide > 360 {
			p.fail("question %d is %d px wide on a phone of 360", n, wide)
		}
	}
	if open := eval[[]bool](p, `[...document.querySelectorAll(".stimulus")].map(d => d.open)`); len(open) != 2 || !open[0] || open[1] {
		p.fail("the text of two questions is open %v", open)
	}
	if strong := eval[string](p, `document.querySelector(".stimulus strong").textContent`); strong != "看不清" {
		p.fail("the text's Markdown says %q", strong)
	}
	p.calm()
}

// orders puts the first option of an ordering question one place down, by its button.
func (s *sitter) orders(n int) {
	s.t.Helper()
	for eval[bool](s.person, fmt.Sprintf(`document.querySelector("#q%d").hidden`, n)) { // what is not shown takes no focus
		s.press("下一题")
	}
	label := `document.activeElement.getAttribute("aria-label")`
	before := eval[string](s.person, fmt.Sprintf(`(() => { const b = document.querySelector("#q%d .order .move:last-child"); b.focus(); b.click(); return %s })()`, n, label))
	s.await(fmt.Sprintf(`document.querySelectorAll("#q%d .order-item")[1].contains(document.activeElement)`, n))
	if after := eval[string](s.person, label); after != before || !strings.HasPrefix(after, "下移") {
		s.fail("the focus was on %q and is on %q", before, after)
	}
	var order []any
	for _, slot := range s.sheet().Slots {
		if slot.Slot == n {
			options := slot.Options()
			order = []any{options[1].ID, options[0].ID, options[2].ID}
		}
	}
	s.want[n] = map[string]any{"order": order}
}
