package story

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/story/chromium"
)

// reachesWithin is how soon an invigilator's act is on a running page (attempt contract, "On the page").
const reachesWithin = 2 * time.Second

// What an invigilator does is on the page within two seconds, by the event stream and without it.
// rule:attempt-invigilation
func TestInvigilatedPage(t *testing.T) {
	r := newRoom(t)
	b := chromium.Shared(t)
	defer r.polls()()
	at := func(t *testing.T) *person { return newPerson(t, b, r.origin, t.Name(), phone) }
	begins := r.heldBack(newPerson(t, b, r.origin, "held back", phone)) // which asks again while the others sit
	defer begins()
	t.Run("more time", func(t *testing.T) { r.moreTime(at(t)) })
	t.Run("pause", func(t *testing.T) { r.pauseAndGoOn(at(t)) })
	t.Run("notices", func(t *testing.T) { r.noticesAndCorrection(at(t)) })
	t.Run("handed in", func(t *testing.T) { r.handedIn(at(t)) })
	t.Run("no event stream", func(t *testing.T) { r.noEventStream(at(t)) })
}

// Threat 30: a start while all exams are paused says so and waits; it begins by itself, untouched, once they go on.
func (r *room) heldBack(p *person) (begins func()) {
	s := r.comes(p, "mei-b", r.Exam(r.paper, nil, "mei-b"))
	ctx, v := context.Background(), r.Viewer("hr")
	if _, _, err := r.Exams.FreezeAll(ctx, v, "升级服务器"); err != nil {
		r.t.Fatal(err)
	}
	s.press("开始考试")
	s.await(`document.body.innerText.includes("全院考试暂停中，恢复后自动开始")`)
	if _, _, err := r.Exams.UnfreezeAll(ctx, v); err != nil {
		r.t.Fatal(err)
	}
	return func() {
		s.begun()
		s.chooses(s.singles()[0], 1)
		s.lands()
		p.calm("status of 425")
	}
}

// polls wakes the event streams as the running program does, until it is stopped.
func (r *room) polls() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(exam.SignalEvery):
				if err := r.Exams.PollSignals(ctx); err != nil && ctx.Err() == nil {
					r.t.Error(err)
				}
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// invigilator acts on the sitter's exam.
func (s *sitter) invigilator() (context.Context, account.Viewer, exam.ExamID, exam.Whom) {
	s.t.Helper()
	return context.Background(), s.room.Viewer("hr"), s.sheet().ExamID, exam.Whom{Everybody: true}
}

func (s *sitter) done(_ int, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// streams tells through a channel that the page listens to its event stream.
func streams(p *person) <-chan struct{} {
	p.t.Helper()
	heard := make(chan struct{}, 1)
	err := chromedp.Listen(p.ctx, func(event any) {
		if _, ok := event.(*network.EventEventSourceMessageReceived); ok {
			select {
			case heard <- struct{}{}:
			default:
			}
		}
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return heard
}

// listens waits until the page hears its event stream, so that what follows is told by it.
func (s *sitter) listens(heard <-chan struct{}) {
	s.t.Helper()
	select {
	case <-heard:
	case <-time.After(patience):
		s.fail("no event stream")
	}
}

func (r *room) moreTime(p *person) {
	heard := streams(p)
	s := r.sits(p, "mei-a", nil)
	s.listens(heard)
	ctx, v, id, all := s.invigilator()
	s.done(r.Exams.AddTime(ctx, v, id, all, 600, "停电"))
	p.awaitFor(reachesWithin, `document.querySelector(".news").innerText.includes("已延长 10 分钟")`)
	p.sees("新的截止时间 " + s.sheet().DeadlineAt.In(time.FixedZone("", 8*3600)).Format("15:04"))
	p.await(`/剩余 (69|70) 分钟/.test(document.querySelector(".clock").textContent)`)
	p.calm()
}

func (r *room) pauseAndGoOn(p *person) {
	heard := streams(p)
	s := r.sits(p, "lan-a", nil)
	q := s.singles()
	s.chooses(q[0], 1)
	s.lands()
	s.listens(heard)
	ctx, v, id, all := s.invigilator()
	s.done(r.Exams.Pause(ctx, v, id, all, "火警演习"))
	p.awaitFor(reachesWithin, `!document.querySelector(".paused").hidden`)
	p.sees("考试已暂停", "计时已停，请等监考老师恢复")
	if !eval[bool](p, `document.querySelector("main").inert && [...document.querySelectorAll("section.question input")].every(i => i.matches(":disabled"))`) {
		s.fail("a paused page can be answered")
	}
	if eval[string](p, `document.activeElement.textContent`) != "考试已暂停" {
		s.fail("the focus is not in the layer")
	}
	if until := eval[string](p, `document.querySelector(".until").textContent`); until != "计时已停" {
		s.fail("while the clock stands the bar says %q", until)
	}
	left := eval[string](p, `document.querySelector(".paused .digits").textContent`)
	time.Sleep(2500 * time.Millisecond)
	if now := eval[string](p, `document.querySelector(".paused .digits").textContent`); now != left {
		s.fail("the clock goes on in a pause: %s, then %s", left, now)
	}
	s.done(r.Exams.Resume(ctx, v, id, all, "演习结束"))
	p.awaitFor(reachesWithin, `document.querySelector(".paused").hidden`)
	p.sees("考试已恢复")
	s.chooses(q[1], 2)
	s.lands()

	// A reload in a pause finds the pause.
	s.done(r.Exams.Pause(ctx, v, id, all, "再次火警演习"))
	p.awaitFor(reachesWithin, `!document.querySelector(".paused").hidden`)
	p.do(chromedp.Reload())
	p.await(`document.querySelector(".paused") && !document.querySelector(".paused").hidden`)
	s.done(r.Exams.Resume(ctx, v, id, all, "演习结束"))
	p.await(`document.querySelector(".paused").hidden`)
	s.lands()

	// Declared void, the page says so and leads on.
	if err := r.Exams.Void(ctx, v, id, r.Person[s.login], exam.VoidOrder{Reason: "拿错了账号"}); err != nil {
		s.t.Fatal(err)
	}
	p.awaitFor(reachesWithin, `document.querySelector("main.receipt")`)
	p.sees("这份答卷已作废", "回首页")
	p.open("/attempts/" + s.attempt)
	p.await(`location.pathname.endsWith("/receipt") && document.body.innerText.includes("这份答卷已作废，不计分")`)
	p.calm("status of 410")
}

func (r *room) noticesAndCorrection(p *person) {
	heard := streams(p)
	s := r.sits(p, "mei-b", nil)
	s.chooses(s.singles()[0], 1)
	s.lands()
	s.listens(heard)
	ctx, v, id, all := s.invigilator()
	s.done(r.Exams.Tell(ctx, v, id, all, "请把手机静音"))
	s.done(r.Exams.Tell(ctx, v, id, all, "可以用草稿纸"))
	p.awaitFor(reachesWithin, `document.querySelector("dialog.notice[open]")?.innerText.includes("请把手机静音")`)
	if got := eval[int](p, `document.querySelectorAll("dialog.notice").length`); got != 1 {
		s.fail("%d notices at once", got)
	}
	p.press("知道了")
	p.await(`document.querySelector("dialog.notice[open]")?.innerText.includes("可以用草稿纸")`)
	p.press("知道了")
	p.await(`!document.querySelector("dialog.notice")`)

	asked, err := r.Exams.Asked(ctx, v, id)
	if err != nil {
		s.t.Fatal(err)
	}
	s.done(r.Exams.Correct(ctx, v, id, asked[0].VersionID, "更正：应为“主诊医师”"))
	p.awaitFor(reachesWithin, `document.querySelector(".news").innerText.includes("题干有更正")`)
	n := eval[int](p, `Number(document.querySelector(".news").innerText.match(/第 (\d+) 题题干有更正/)[1])`)
	p.press("查看")
	corrected := fmt.Sprintf(`document.querySelector("#q%d").innerText.includes("更正：应为“主诊医师”")`, n)
	p.await(corrected + fmt.Sprintf(` && !document.querySelector("#q%d").hidden`, n))

	// After a reload what was acknowledged is not told again; the correction stays at its question.
	p.do(chromedp.Reload())
	p.await(paperShown)
	p.await(fmt.Sprintf(`document.querySelector("#q%d .corrected")`, n))
	time.Sleep(500 * time.Millisecond)
	if eval[bool](p, `!!document.querySelector("dialog.notice") || document.querySelector(".news").innerText.includes("更正")`) {
		s.fail("told again after it was acknowledged")
	}
	s.lands()
	p.calm()
}

func (r *room) handedIn(p *person) {
	heard := streams(p)
	s := r.sits(p, "lan-b", nil)
	s.chooses(s.singles()[0], 1)
	s.lands()
	s.listens(heard)
	ctx, v, id, _ := s.invigilator()
	if _, err := r.Exams.HandInFor(ctx, v, id, r.Person[s.login], "设备故障"); err != nil {
		s.t.Fatal(err)
	}
	p.awaitFor(reachesWithin, `document.querySelector("main.receipt")`)
	p.sees("已收卷", "由监考老师", "收到 1 题作答", "回执号")
	if eval[string](p, `document.activeElement.tagName`) != "H1" {
		s.fail("the focus is not at the end screen's title")
	}
	p.calm("status of 410")
}

// Without event streams the next save brings it.
func (r *room) noEventStream(p *person) {
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `delete window.EventSource`})
		return err
	}))
	s := r.sits(p, "mei-a", nil)
	ctx, v, id, all := s.invigilator()
	s.done(r.Exams.Tell(ctx, v, id, all, "还有一半时间"))
	s.chooses(s.singles()[0], 1)
	p.awaitFor(reachesWithin, `document.querySelector("dialog.notice[open]")?.innerText.includes("还有一半时间")`)
	p.press("知道了")
	s.done(r.Exams.Pause(ctx, v, id, all, "火警演习"))
	q := s.singles()[1]
	s.chooses(q, 2) // the server's grace still takes it, and its answer tells of the pause
	p.awaitFor(reachesWithin, `!document.querySelector(".paused").hidden`)
	s.done(r.Exams.Resume(ctx, v, id, all, "演习结束"))
	p.awaitFor(25*time.Second, `document.querySelector(".paused").hidden`)
	s.lands()
	p.calm()
}

// The waiting page opens before the exam, counts down by the server's clock, and starts by itself.
// rule:attempt-start-jitter
func TestWaitingPage(t *testing.T) {
	r := newRoom(t)
	p := newPerson(t, chromium.Shared(t), r.origin, t.Name(), phone)
	opens := r.Fake.Now().Add(8 * time.Second)
	id := r.Exam(r.paper, func(e *exam.Settings) {
		e.OpensAt, e.ClosesAt, e.LimitSeconds, e.Contact = opens, opens.Add(time.Hour), 3600, "李老师 138 0000 0000"
	}, "mei-a")
	if _, err := r.Exams.AddTime(context.Background(), r.Viewer("hr"), id, exam.Whom{PersonIDs: []account.PersonID{r.Person["mei-a"]}}, 600, "骨折"); err != nil {
		t.Fatal(err)
	}
	p.hasSession(r.Token("mei-a"))
	p.open(fmt.Sprintf("/exams/%d", id))
	p.press("进入候考页")
	p.await(`document.querySelector(".countdown")?.innerText.includes("距开考 00:0")`)
	p.sees("时长 70 分钟（含为您加时 10 分钟）", "请先确认电量充足；作答时请勿清理后台", "有问题请联系监考：李老师 138 0000 0000")
	defer r.runsWithTheWall()()
	p.press("准备好了")
	p.sees("已准备好，开考时自动开始")
	p.await(paperShown)
	attempt, err := strconv.ParseInt(strings.TrimPrefix(p.path(), "/attempts/"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := r.Exams.Attempt(context.Background(), r.Viewer("mei-a"), exam.AttemptID(attempt), "onlooker")
	if err != nil {
		t.Fatal(err)
	}
	if late := sheet.StartedAt.Sub(opens); late < 0 || late > 7*time.Second {
		t.Errorf("started %v after the opening", late)
	}
	if got := sheet.DeadlineAt.Sub(sheet.StartedAt); got < 70*time.Minute {
		t.Errorf("waiting cost time: %v are left of 70 minutes", got)
	}
	// The device takes no more, and the line is gone: the page says whom to call.
	eval[bool](p, `(() => { Storage.prototype.setItem = () => { throw new Error("full") }; fetch = () => Promise.reject(new Error("no line")); document.querySelector(".option input").click(); return true })()`)
	p.await(`document.querySelector(".strip")?.innerText.includes("本机存不下，请保持联网") && document.querySelector(".strip").innerText.includes("请联系监考：李老师 138 0000 0000")`)
	p.calm("status of 425") // a start that is a moment early is told to wait, and waits
}
