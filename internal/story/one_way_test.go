package story

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/story/chromium"
)

// An exam of two parts that is gone through one way, on the narrowest phone: what is written without a line reaches the server before its part is
// left, and from then on the page has only the next part, also after a reload.
func TestOneWayOnThePage(t *testing.T) {
	r := newRoom(t)
	r.paper = r.PaperOf(exam.BlueprintRow{Section: "单项", Type: "single", Count: 3}, exam.BlueprintRow{Section: "其他", Type: "multiple", Count: 1},
		exam.BlueprintRow{Section: "其他", Type: "blank", Count: 1})
	p := newPerson(t, chromium.Shared(t), r.origin, t.Name(), 320)
	s := r.comes(p, "mei-a", r.Exam(r.paper, func(e *exam.Settings) { e.OneWay = true }, "mei-a"))
	s.await(visible("开始考试"))
	s.sees("进入下一部分以后，不能返回修改")
	s.press("开始考试")
	shows := func(questions int, place string) {
		t.Helper()
		p.await(fmt.Sprintf(`document.querySelectorAll("section.question").length === %d && document.body.innerText.includes(%s)`, questions, quoted(place)))
		if over := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			p.fail("%d px too wide", over)
		}
	}
	shows(3, "第 1 部分，共 2 部分")
	s.attempt = eval[string](p, `location.pathname.split("/").pop()`)

	s.chooses(1, 1)
	s.line(false)
	s.chooses(2, 0)
	s.press("答题卡")
	s.sees("完成前面的部分后开放（2 题）")
	s.press("完成本部分，进入下一部分")
	s.sees("本部分还有 1 题未答，现在进入下一部分？", "不能返回本部分修改")
	s.press("完成本部分，进入下一部分")
	s.sees("没有网络时会一直重试")
	if at := s.sheet().Section; at != 1 {
		s.fail("left without a line, at %d", at)
	}
	s.line(true)
	shows(2, "第 2 部分，共 2 部分")
	if got := s.served(); !reflect.DeepEqual(got, s.want) || s.sheet().Section != 2 {
		s.fail("the server holds %v in section %d, want %v", got, s.sheet().Section, s.want)
	}

	s.press("答题卡")
	s.sees("第 1 部分 单项", "已完成，不能返回（3 题）")
	if cells := eval[[]string](p, `[...document.querySelectorAll(".cell:not(.sample)")].map(c => c.textContent)`); !slices.Equal(cells, []string{"4", "5"}) {
		s.fail("the answer card offers %v", cells)
	}
	p.open("/attempts/" + s.attempt + "#1")
	shows(2, "第 2 部分，共 2 部分")
	s.writes("6")
	s.press("答题卡")
	s.press("交卷")
	s.press("确认交卷")
	p.await(`document.querySelector(".receipt")`)
	if got := s.served(); len(got) != 3 {
		s.fail("the server holds %v", got)
	}
	p.calm("ERR_INTERNET_DISCONNECTED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION")
}
