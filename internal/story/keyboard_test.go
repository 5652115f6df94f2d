package story

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/peikao/peikao/internal/story/chromium"
)

// An exam from the start to the receipt by the keyboard alone, on the narrowest page there is: the focus is always to be seen, nothing is
// wider than the page, and what was typed is what the server holds.
func TestExamByTheKeyboardAlone(t *testing.T) {
	const narrowest = 320
	r := newRoom(t)
	p := newPerson(t, chromium.Shared(t), r.origin, t.Name(), narrowest)
	s := r.comes(p, "mei-a", r.Exam(r.paper, nil, "mei-a"))
	p.await(visible("开始考试"))
	s.goesTo(labelled("开始考试"))
	s.keys(kb.Enter)
	s.begun()
	for n := 1; n <= 5; n++ {
		q := fmt.Sprintf(`document.querySelector("#q%d")`, n)
		p.await("!" + q + ".hidden")
		value := func(i int) string {
			return eval[string](p, fmt.Sprintf(`%s.querySelectorAll(".option input")[%d].value`, q, i))
		}
		switch {
		case eval[bool](p, q+`.querySelector("input[type=radio]") !== null`):
			s.keys("2") // the second option
			s.want[n] = map[string]any{"choice": value(1)}
		case eval[bool](p, q+`.querySelector("input[type=checkbox]") !== null`):
			s.goesTo(fmt.Sprintf(`at === %s.querySelector(".option input")`, q))
			s.keys(" ")
			s.keys("c") // the third, by its letter
			s.want[n] = map[string]any{"choices": eval[[]any](p, fmt.Sprintf(`[...%s.querySelectorAll(".option input:checked")].map(i => i.value).sort()`, q))}
			if got := eval[int](p, q+`.querySelectorAll(".option input:checked").length`); got != 2 {
				s.fail("%d options are chosen", got)
			}
		default:
			s.goesTo(fmt.Sprintf(`at === %s.querySelector("input[type=text]")`, q))
			s.keys("6m3") // what moves, chooses and marks elsewhere is text here
			s.want[n] = map[string]any{"blanks": []any{"6m3"}}
		}
		if over := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			s.fail("question %d is %d px too wide", n, over)
		}
		if n < 5 {
			s.goesTo(labelled("下一题"))
			s.keys(kb.Enter)
		}
	}
	s.goesTo(labelled("上一题"))
	s.keys(kb.ArrowLeft)
	p.await(`!document.querySelector("#q4").hidden`)
	s.keys("m")
	p.await(visible("取消标记"))
	s.keys("M")
	p.await(visible("标记"))
	s.keys(kb.ArrowRight)
	p.await(`!document.querySelector("#q5").hidden`)
	s.lands()
	for _, button := range []string{"答题卡", "交卷", "确认交卷"} {
		p.await(visible(button))
		s.goesTo(labelled(button))
		s.keys(kb.Enter)
	}
	p.await(`document.querySelector("main.receipt")`)
	s.want = nil
	if n := r.rows(`SELECT count(*) FROM result WHERE attempt_id = $1`, s.attempt); n != 1 {
		s.fail("%d results", n)
	}
	p.calm()
}

// labelled is the element in focus, at, with this text.
func labelled(text string) string { return fmt.Sprintf(`at.textContent.trim() === %s`, quoted(text)) }

func (s *sitter) keys(keys string) {
	s.t.Helper()
	s.do(chromedp.KeyEvent(keys))
}

// goesTo presses the tabulator until the element in focus is the wanted one, which must be seen to be in focus and not be covered.
func (s *sitter) goesTo(wanted string) {
	s.t.Helper()
	for range 80 {
		if eval[bool](s.person, `(at => `+wanted+`)(document.activeElement)`) {
			const covered = `(e => { const r = e.getBoundingClientRect(), x = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
				return !e.matches(":focus-visible") || !(e === x || e.contains(x) || x?.contains(e)) })(document.activeElement)`
			if eval[bool](s.person, covered) {
				s.fail("what is in focus is not to be seen: %s", wanted)
			}
			return
		}
		s.keys(kb.Tab)
	}
	s.fail("the keyboard does not lead to %s", wanted)
}
