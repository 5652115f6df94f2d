package story

import (
	"fmt"
	"testing"

	"github.com/peikao/peikao/internal/story/chromium"
)

// A hand that clicks twice on everything, where the second click falls on whatever has come under the mouse: one attempt, no
// answer that nobody gave, nothing handed in without a question, and one hand-in.
// rule:attempt-promise-3
func TestDoubleClickOnTheExam(t *testing.T) {
	r := newRoom(t)
	b := chromium.Shared(t)
	for name, width := range map[string]int64{"phone": phone, "desktop": desktop} {
		t.Run(name, func(t *testing.T) {
			login := map[int64]string{phone: "mei-a", desktop: "lan-a"}[width]
			r.clickedTwice(newPerson(t, b, r.origin, name, width), login)
		})
	}
}

func (r *room) clickedTwice(p *person, login string) {
	id := r.Exam(r.paper, nil, login)
	p.hasSession(r.Token(login))
	p.open(fmt.Sprintf("/exams/%d", id))
	find := func(text string) string { return fmt.Sprintf(control, quoted(text)) }
	twice := func(text string) {
		p.await(find(text))
		p.doubleClicks(find(text))
	}
	twice("去考试")
	p.await(find("开始考试"))
	s := &sitter{person: p, room: r, login: login, want: map[int]any{}}
	twice("开始考试")
	s.begun()
	s.lands() // nothing was answered by the second click
	if n := r.rows(`SELECT count(*) FROM attempt WHERE exam_id = $1`, int64(id)); n != 1 {
		s.fail("%d attempts", n)
	}

	option := func(slot, i int) string { return fmt.Sprintf(`document.querySelectorAll("#q%d .option")[%d]`, slot, i) }
	for slot := 1; slot <= 5; slot++ {
		at := fmt.Sprintf(`document.querySelector("#q%d:not([hidden])")`, slot)
		p.await(at)
		switch {
		case eval[bool](p, at+`.querySelector("input[type=radio]") !== null`):
			p.doubleClicks(option(slot, 1))
			s.want[slot] = map[string]any{"choice": eval[string](p, option(slot, 1)+`.querySelector("input").value`)}
		case eval[bool](p, at+`.querySelector("input[type=checkbox]") !== null`):
			p.doubleClicks(option(slot, 1)) // on, and off again
		}
		twice("标记") // on, and off again: under the mouse it has become 取消标记
		p.await(find("标记"))
		if slot < 5 {
			p.clicks("下一题")
		}
	}
	for range 2 { // back to the first by twos
		p.doubleClicks(find("上一题"))
	}
	p.await(`!document.querySelector("#q1").hidden`)
	s.lands()

	if p.width == phone {
		twice("答题卡")
	}
	twice("交卷")
	p.await(find("确认交卷"))
	if eval[bool](p, `!document.querySelector(".handing").hidden`) {
		s.fail("handed in without a question")
	}
	twice("确认交卷")
	p.await(`document.querySelector("main.receipt")`)
	for what, n := range map[string]int{
		"hand-ins": r.rows(`SELECT count(*) FROM audit_event WHERE act = 'attempt.submit' AND subject = 'attempt:' || $1`, s.attempt),
		"results":  r.rows(`SELECT count(*) FROM result WHERE attempt_id = $1`, s.attempt),
	} {
		if n != 1 {
			s.fail("%d %s", n, what)
		}
	}
	twice("查看回执和成绩")
	p.await(`location.pathname.endsWith("/receipt")`)
	p.calm()
}

// rows is a count that the database gives.
func (r *room) rows(query string, args ...any) (n int) {
	r.t.Helper()
	if err := r.DB.SQL().QueryRow(query, args...).Scan(&n); err != nil {
		r.t.Fatal(err)
	}
	return n
}
