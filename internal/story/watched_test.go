package story

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/story/chromium"
)

// What an exam watches for, as the examinee meets it: told of as a fact, never judged by the page, and followed by a hand-in of
// all that was saved where the exam says so.
// rule:attempt-integrity
func TestWatchedPage(t *testing.T) {
	r := newRoom(t)
	b := chromium.Shared(t)
	at := func(t *testing.T) *person { return newPerson(t, b, r.origin, t.Name(), phone) }
	t.Run("left", func(t *testing.T) { r.leftPage(at(t)) })
	t.Run("left by a link", func(t *testing.T) { r.leftByALink(at(t)) })
	t.Run("another device", func(t *testing.T) { r.anotherDevice(at(t), at(t)) })
	t.Run("pasted", func(t *testing.T) { r.pasted(at(t)) })
	t.Run("full screen", func(t *testing.T) { r.lostFullscreen(at(t)) })
	t.Run("name on the paper", func(t *testing.T) { r.nameOnPaper(at(t)) })
	t.Run("access code", func(t *testing.T) { r.accessCode(at(t)) })
}

// watchedExam is an exam with a policy on evidence.
func (r *room) watchedExam(i exam.Integrity, login string) exam.ExamID {
	r.t.Helper()
	id := r.Draft(r.paper, nil, login)
	if err := r.Exams.SetIntegrity(context.Background(), r.Viewer("trainer"), id, i); err != nil {
		r.t.Fatal(err)
	}
	r.Publish(id)
	return id
}

// watched sits such an exam.
func (r *room) watched(p *person, login string, i exam.Integrity) *sitter {
	r.t.Helper()
	s := r.comes(p, login, r.watchedExam(i, login))
	s.starts()
	return s
}

const noticeSays = `document.querySelector("dialog.notice[open]")?.innerText.includes(%s)`

// warned waits for the warning, and closes it.
func (s *sitter) warned(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		s.await(fmt.Sprintf(noticeSays, quoted(text)))
	}
	s.press("知道了")
	s.await(`!document.querySelector("dialog.notice")`)
}

// goesAway puts the window away for a while, long enough to be recorded.
func (s *sitter) goesAway() {
	s.t.Helper()
	s.window(cdpbrowser.WindowStateMinimized)
	s.await(`document.hidden`)
	time.Sleep(3200 * time.Millisecond)
	s.window(cdpbrowser.WindowStateNormal)
	s.await(`!document.hidden`)
}

func (p *person) window(state cdpbrowser.WindowState) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		w, err := cdp.Call(ctx, t, cdpbrowser.GetWindowForTarget, cdpbrowser.GetWindowForTargetParams{})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, cdpbrowser.SetWindowBounds, cdpbrowser.SetWindowBoundsParams{WindowID: w.WindowID, Bounds: &cdpbrowser.Bounds{WindowState: state}})
		return err
	}))
}

func (r *room) leftPage(p *person) {
	s := r.watched(p, "mei-a", exam.Integrity{Hidden: exam.Watch{Mode: exam.WatchHandIn, After: 2}})
	s.chooses(s.singles()[0], 1)
	s.lands()
	s.goesAway()
	s.warned("已离开考试页面 1 次，已记录", "满 2 次将自动交卷")
	s.chooses(s.singles()[1], 2)
	s.lands()
	s.goesAway()
	p.await(`document.querySelector("main.receipt")`)
	p.sees("已收卷", "本场规定", "收到 2 题作答", "回执号")
	if got := s.served(); len(got) != 2 {
		s.fail("handed in with %v", got)
	}
	p.calm("status of 410")
}

func (r *room) pasted(p *person) {
	s := r.watched(p, "mei-b", exam.Integrity{Paste: exam.Watch{Mode: exam.WatchWarn}})
	n := s.ofKind("text")
	paste := fmt.Sprintf(`document.querySelector("#q%d input").dispatchEvent(new ClipboardEvent("paste", {bubbles: true, clipboardData: new DataTransfer()}))`, n)
	for count := 1; count <= 2; count++ {
		eval[bool](p, paste)
		s.warned(fmt.Sprintf("已粘贴 %d 次，已记录", count), "不会自动扣分")
	}
	p.do(chromedp.Reload()) // what was told is not told again
	p.await(paperShown)
	time.Sleep(500 * time.Millisecond)
	if eval[bool](p, `!!document.querySelector("dialog.notice")`) {
		s.fail("warned again after a reload")
	}
	s.writes("六")
	s.lands()
	r.recorded(s, "粘贴", 2)
	p.calm()
}

// A link, a closed tab and Back are no hidden page: that the page went is sent as it goes, and how long it was is told by the one that
// comes back. A reload is no absence.
func (r *room) leftByALink(p *person) {
	s := r.watched(p, "mei-b", exam.Integrity{Hidden: exam.Watch{Mode: exam.WatchHandIn, After: 3}})
	s.chooses(s.singles()[0], 1)
	s.lands()
	p.open("/exams")
	time.Sleep(3200 * time.Millisecond)
	p.open("/attempts/" + s.attempt)
	p.await(paperShown)
	s.warned("已离开考试页面 1 次，已记录", "满 3 次将自动交卷")
	r.recorded(s, "考试页被关闭、刷新或离开", 1)
	p.do(chromedp.Reload()) // a browser may drop what a page says while it is loaded anew: the return tells
	p.await(paperShown)
	s.chooses(s.singles()[1], 2)
	s.lands()
	r.recorded(s, "离开后重新打开考试页", 1)
	r.recorded(s, "刷新或马上重新打开", 1)
	if line := r.timeLine(s); !strings.Contains(line, "按考生设备的时间") || !strings.Contains(line, "看不到的") {
		s.fail("the examiner is not told what cannot be seen: %s", line)
	}
	if eval[bool](p, `!!document.querySelector("dialog.notice")`) {
		s.fail("a reload is warned of")
	}
	p.calm()
}

// Another device goes on: that is on the time line, it is told how often that was, and the page that was left says why nothing can be
// flagged or handed in there, and how to go on.
func (r *room) anotherDevice(p, other *person) {
	s := r.watched(p, "lan-b", exam.Integrity{Sessions: exam.Watch{Mode: exam.WatchWarn}})
	q := s.singles()
	s.chooses(q[0], 1)
	s.lands()
	two := &sitter{person: other, room: r, login: s.login, attempt: s.attempt, want: s.want}
	other.hasSession(r.Token(s.login))
	other.open(fmt.Sprintf("/exams/%d/sit", s.sheet().ExamID))
	other.await(paperShown)
	two.told("已在另一台设备继续")
	two.press("在本机继续")
	two.press("在本机继续")
	two.await(`document.querySelector(".strip").hidden`)
	two.warned("已在另一页面或设备继续 1 次")
	two.chooses(q[1], 2)
	two.lands()
	r.recorded(s, "另一个页面打开了答卷", 1)
	r.recorded(s, "换设备或窗口继续", 1)

	eval[bool](p, fmt.Sprintf(`(document.querySelectorAll("#q%d .option input")[3].click(), true)`, q[2]))
	s.told("已在另一台设备继续")
	inactive := func(text string) string {
		return fmt.Sprintf(`[...document.querySelectorAll(".nav, .card .btn")].find((b) => b.innerText.trim() === %s).disabled`, quoted(text))
	}
	p.await(inactive("标记"))
	eval[bool](p, `(document.dispatchEvent(new KeyboardEvent("keydown", {key: "m", bubbles: true})), true)`)
	p.press("答题卡")
	p.await(inactive("交卷"))
	p.sees("正在另一台设备或另一个页面作答，这里只能看，不能标记和交卷", "请点“在本机继续”")
	if eval[bool](p, `!!document.querySelector(".cell[data-flagged]:not(.sample)")`) {
		s.fail("a key flags on a sheet that is held elsewhere")
	}
	p.pictures()
	eval[bool](p, `(document.querySelector("dialog.card-sheet .card").querySelector("div:not([hidden]) > #elsewhere ~ button").click(), true)`)
	p.await(`document.querySelector("dialog[open] h2")?.innerText === "在本机继续作答？" || document.querySelector("dialog[open]")?.innerText.includes("变为只读")`)
	eval[bool](p, `([...document.querySelectorAll("dialog[open] .btn.primary")].find((b) => b.innerText === "在本机继续").click(), true)`)
	s.warned("已在另一页面或设备继续 2 次")
	p.await("!" + inactive("标记"))
	p.calm("status of 409")
	other.calm()
}

// recorded waits until the examiner's time line has a kind of evidence n times.
func (r *room) recorded(s *sitter, kind string, n int) {
	r.t.Helper()
	end := time.Now().Add(patience)
	for {
		line := r.timeLine(s)
		if strings.Count(line, ">"+kind+"<") == n {
			return
		}
		if time.Now().After(end) {
			s.fail("the time line does not have %q %d times: %s", kind, n, line)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// timeLine is the examiner's page about the sitter.
func (r *room) timeLine(s *sitter) string {
	r.t.Helper()
	return r.Call("hr", "GET", fmt.Sprintf("/exams/%d/live/%d", s.sheet().ExamID, r.Person[s.login]), "", 200).Text
}

func (r *room) lostFullscreen(p *person) {
	s := r.watched(p, "lan-a", exam.Integrity{AskFullscreen: true, Fullscreen: exam.Watch{Mode: exam.WatchWarn}})
	asked := `[...document.querySelectorAll(".strip")].some(s => !s.hidden && s.innerText.includes("本场请全屏作答"))`
	p.await(asked)
	s.chooses(s.singles()[0], 1) // also without full screen
	s.lands()
	for count := 1; count <= 2; count++ {
		p.clicks("进入全屏")
		p.await(`document.fullscreenElement !== null && !(` + asked + `)`)
		eval[bool](p, `(document.exitFullscreen(), true)`)
		s.warned(fmt.Sprintf("已退出全屏 %d 次，已记录", count))
		p.await(asked)
	}
	s.chooses(s.singles()[1], 1)
	s.lands()
	if line := r.timeLine(s); strings.Count(line, "退出全屏") < 2 {
		s.fail("the examiner's time line does not show both: %s", line)
	}
	p.calm()
}

func (r *room) nameOnPaper(p *person) {
	s := r.watched(p, "lan-b", exam.Integrity{Watermark: true})
	mark := eval[string](p, `document.querySelector(".watermark span").textContent`)
	if !strings.Contains(mark, "小兰b") {
		s.fail("the mark says %q", mark)
	}
	// It lies over the paper, is seen, and takes no click and no voice.
	if !eval[bool](p, `(() => { const w = document.querySelector(".watermark"), c = getComputedStyle(w), r = w.getBoundingClientRect(), m = document.querySelector("main").getBoundingClientRect();
		return c.pointerEvents === "none" && c.visibility === "visible" && Number(c.opacity) > 0 && r.width >= m.width * 0.9 && r.height >= 300 && w.getAttribute("aria-hidden") === "true" })()`) {
		s.fail("the mark is not over the paper")
	}
	p.pictures()
	for n := 1; n < s.singles()[0]; n++ { // one question is shown, and any may be the first
		p.clicks("下一题")
	}
	p.clicksAt(fmt.Sprintf(`document.querySelectorAll("#q%d .option")[1]`, s.singles()[0]))
	p.await(fmt.Sprintf(`document.querySelectorAll("#q%d .option input")[1].checked`, s.singles()[0]))
	p.calm()
}

// A wrong code is told of and costs nothing; the right one opens, as it was heard.
func (r *room) accessCode(p *person) {
	s := r.comes(p, "mei-a", r.watchedExam(exam.Integrity{AccessCode: "Spring-26"}, "mei-a"))
	p.press("开始考试")
	p.await(`document.querySelector("[name=access_code]")?.getClientRects().length > 0`)
	if eval[string](p, `document.activeElement.name`) != "access_code" {
		p.fail("the focus is not in the field")
	}
	p.sees("请输入监考老师宣布的口令")
	p.fill(map[string]string{"access_code": "autumn"})
	p.press("开始考试")
	p.await(`document.querySelector("main.start [role=alert]").innerText.includes("口令不对")`)
	p.pictures()
	p.fill(map[string]string{"access_code": "ｓｐｒｉｎｇ-２６ "}) // as a Chinese keyboard types it
	p.press("开始考试")
	s.begun()
	s.chooses(s.singles()[0], 1)
	s.lands()
	p.calm("status of 403")
}
