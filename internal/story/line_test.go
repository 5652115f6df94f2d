package story

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/story/chromium"
)

// An exam page in a real browser through everything that happens to a phone: each answer that was given is what the server
// holds in the end, and the page says at each moment where the answers stand.
// rule:attempt-promise-1 rule:attempt-promise-2 rule:attempt-promise-7
func TestAttemptPage(t *testing.T) {
	r := newRoom(t)
	b := chromium.Shared(t)
	at := func(t *testing.T) *person { return newPerson(t, b, r.origin, t.Name(), phone) }
	minute := r.beside()
	backAfterAMinute := minute.longCut(newPerson(t, b, minute.origin, "a minute without a line", phone)) // which passes while the others sit
	t.Run("line cut", func(t *testing.T) { r.lineCut(at(t)) })
	t.Run("server busy", func(t *testing.T) { r.serverBusy(at(t)) })
	t.Run("silent line", func(t *testing.T) { r.silentLine(at(t)) })
	t.Run("log-in expired", func(t *testing.T) { r.loginExpired(at(t)) })
	t.Run("duplicated tab", func(t *testing.T) { r.duplicatedTab(at(t)) })
	t.Run("device clock", func(t *testing.T) { r.deviceClock(at(t)) })
	t.Run("answer refused", func(t *testing.T) { r.answerRefused(at(t)) })
	t.Run("back", func(t *testing.T) { r.backSwiped(at(t)) })
	backAfterAMinute()
}

// Threat 17: a minute and more without a line. The page says so near the clock, and for how many answers; answering goes on, and all of it
// goes up by itself when the line is back.
func (r *room) longCut(p *person) (back func()) {
	const long = time.Minute
	r.Employ("xia-a", "小夏", r.Branch["a"], r.Post, account.Consultant)
	s := r.sits(p, "xia-a", nil)
	q := s.singles()
	s.chooses(q[0], 0)
	s.lands()
	s.line(false)
	cut := time.Now()
	s.chooses(q[0], 1)
	s.chooses(q[1], 2)
	s.writes("六")
	s.told("已存本机")
	return func() {
		s.t.Helper()
		if time.Since(cut) < long && eval[bool](p, `document.querySelector(".strip").innerText.includes("网络中断")`) {
			s.fail("an interruption of %s is called a long one", time.Since(cut))
		}
		time.Sleep(time.Until(cut.Add(long)))
		s.await(`document.querySelector(".strip").innerText.includes("网络中断，已存本机 3\u00a0题")`)
		p.sees("立即重试")
		s.chooses(q[2], 3)
		if got := len(s.served()); got != 1 {
			s.fail("the server holds %d answers without a line", got)
		}
		s.line(true)
		s.lands()
		s.await(`document.querySelector(".strip").hidden`)
		p.calm("net::ERR_INTERNET_DISCONNECTED", "net::ERR_EMPTY_RESPONSE")
	}
}

// Threats 17 and 18: answers of a cut line are told of, survive that the page is opened anew without a line, and go up by
// themselves when it is back.
func (r *room) lineCut(p *person) {
	s := r.sits(p, "mei-a", nil)
	q := s.singles()
	s.chooses(q[0], 0)
	s.lands()
	s.line(false)
	s.told("已存本机") // before anything is answered
	s.chooses(q[0], 1)
	s.chooses(q[1], 2)
	s.writes("六")
	s.await(`document.querySelector(".chip").textContent.includes("3\u00a0题待上传")`)

	p.open("/attempts/" + s.attempt)
	p.await(`document.body.innerText.includes("3 题")`)
	if got := len(s.served()); got != 1 {
		s.fail("the server holds %d answers without a line", got)
	}
	s.line(true)
	p.await(paperShown)
	s.lands()
	s.chooses(q[2], 3)
	s.lands()
	p.calm("net::ERR_INTERNET_DISCONNECTED", "net::ERR_EMPTY_RESPONSE", "beforeunload")
}

// A server that can't confirm is told of; a reload in the meantime loses nothing, and nothing needs a touch afterwards.
func (r *room) serverBusy(p *person) {
	s := r.sits(p, "lan-a", nil)
	q := s.singles()
	r.gate.busy.Store(true)
	s.chooses(q[0], 1)
	s.told("服务器繁忙，已存本机")
	s.chooses(q[1], 1)
	p.do(chromedp.Reload())
	p.await(`document.body.innerText.includes("2 题")`)
	r.gate.busy.Store(false)
	p.await(paperShown)
	s.lands()
	r.gate.busy.Store(true)
	s.writes("6")
	s.told("服务器繁忙，已存本机")
	r.gate.busy.Store(false)
	s.lands()
	p.calm("status of 503", "beforeunload")
}

// A line on which nothing comes back is told of long before the page gives the request up.
func (r *room) silentLine(p *person) {
	s := r.sits(p, "mei-b", nil)
	release := r.gate.hang()
	s.chooses(s.singles()[0], 1)
	s.told("已存本机")
	release()
	s.lands()
	p.await(`document.querySelector(".strip").hidden`)
	p.calm()
}

// Threat 20: the log-in is renewed over the paper; the page stays and what it held goes up.
func (r *room) loginExpired(p *person) {
	s := r.sits(p, "lan-b", nil)
	q := s.singles()
	s.chooses(q[0], 1)
	s.lands()
	eval[bool](p, `window.samePage = true`)
	if err := r.Accounts.SignOutPerson(context.Background(), r.Viewer("hr"), r.Person["lan-b"]); err != nil {
		r.t.Fatal(err)
	}
	s.chooses(q[1], 2)
	s.told("需要重新登录")
	s.chooses(q[2], 2) // typing goes on
	p.press("去登录")
	s.logsIn("lan-b", "not the password")
	p.await(`document.querySelector("dialog.login").innerText.includes("账号或密码不对")`)
	s.logsIn("lan-a", secretWord)
	p.await(`document.querySelector("dialog.login").innerText.includes("请用开始考试的账号登录")`)
	s.logsIn("lan-b", secretWord)
	p.await(`!document.querySelector("dialog.login")`)
	s.lands()
	if !eval[bool](p, `window.samePage === true`) {
		s.fail("the page was loaded anew")
	}
	p.calm("status of 401", "status of 404", "status of 422")
}

// spoiltAnswer makes the page send what is no response to question n, until window.spoilt is false.
const spoiltAnswer = `(() => {
	const real = window.fetch;
	window.spoilt = true;
	window.fetch = (to, init) => {
		if (!window.spoilt || !String(to).endsWith("/responses")) return real(to, init);
		const body = JSON.parse(init.body);
		for (const c of body.changes) if (c.slot === %d) c.response = {choice: "none of them"};
		return real(to, {...init, body: JSON.stringify(body)});
	};
	return true;
})()`

// An answer that the server refuses is named where it stands, in the hand-in, which leads to it, and on the receipt of who hands in
// without it; once it is answered anew, it is an answer like the others.
func (r *room) answerRefused(p *person) {
	s := r.sits(p, "mei-b", nil)
	q := s.singles()
	s.chooses(q[0], 1)
	s.lands()
	eval[bool](p, fmt.Sprintf(spoiltAnswer, q[1]))
	s.chooses(q[1], 2)
	named := fmt.Sprintf("第 %d 题", q[1])
	p.await(fmt.Sprintf(`document.body.innerText.includes(%s)`, quoted(named+"的作答没有收下")))
	handsIn := func() {
		p.press("答题卡")
		p.press("交卷")
		p.await(`document.querySelector("dialog[open] .problem")`)
		p.sees(named+"的作答没有收下，先改好再交卷", "没有收下 1 题", "现在交卷，只算服务器之前收下的作答")
	}
	handsIn()
	p.pictures()
	eval[bool](p, `(document.querySelector("dialog[open] .number-link").click(), true)`)
	p.await(fmt.Sprintf(`document.querySelector("#q%d").hidden === false`, q[1]))
	eval[bool](p, `(window.spoilt = false, true)`)
	s.chooses(q[1], 3)
	s.lands()
	eval[bool](p, `(window.spoilt = true)`)
	eval[bool](p, fmt.Sprintf(`(document.querySelectorAll("#q%d .option input")[0].click(), true)`, q[1]))
	p.await(`document.querySelector(".slot-state[data-state=refused]")`)
	handsIn()
	p.press("确认交卷")
	p.await(`document.querySelector("main.receipt")`)
	p.sees("收到 2 题作答", named+"最后写的作答没有收下，按之前收下的计分")
	if got := s.served(); !reflect.DeepEqual(got, s.want) {
		s.fail("handed in with %v, want %v", got, s.want)
	}
	p.calm("status of 422", "status of 410")
}

func (s *sitter) logsIn(login, password string) {
	s.t.Helper()
	eval[bool](s.person, fmt.Sprintf(`(() => { const d = document.querySelector("dialog.login"); d.querySelector("[name=username]").value = %s;
		d.querySelector("[name=password]").value = %s; d.querySelector("[type=submit]").click(); return true })()`, quoted(login), quoted(password)))
}

// Threat 5: a duplicated tab only reads, until it takes over; then the first one only reads, and nothing it had is lost.
func (r *room) duplicatedTab(p *person) {
	s := r.sits(p, "mei-a", nil)
	q := s.singles()
	s.chooses(q[0], 1)
	s.lands()
	second := s.duplicate()
	second.told("已在另一台设备继续")
	if !eval[bool](second.person, `[...document.querySelectorAll("section.question input")].every(i => i.matches(":disabled"))`) {
		second.fail("the read-only page can be answered")
	}
	second.press("在本机继续")
	second.press("在本机继续")
	second.await(`document.querySelector(".strip").hidden`)
	second.chooses(q[1], 2)
	second.lands()

	eval[bool](p, fmt.Sprintf(`(document.querySelectorAll("#q%d .option input")[3].click(), true)`, q[2]))
	s.told("已在另一台设备继续")
	second.lands() // what the first one still sent is evidence, not an answer
	p.calm("status of 409")
	second.calm()
}

// duplicate opens the page once more from itself, as a browser duplicates a tab: with a copy of its session storage.
func (s *sitter) duplicate() *sitter {
	s.t.Helper()
	opened := chromedp.WaitNewTarget(s.ctx, func(i *target.Info) bool { return strings.Contains(i.URL, "/attempts/") })
	eval[bool](s.person, `!!open(location.href)`)
	var id target.ID
	select {
	case id = <-opened:
	case <-time.After(patience):
		s.fail("no second tab")
	}
	ctx, cancel := chromedp.NewContext(s.ctx, chromedp.WithTargetID(id))
	s.t.Cleanup(cancel)
	two := &sitter{person: inTab(s.t, ctx, s.origin, s.name+", second tab", phone), room: s.room, login: s.login, attempt: s.attempt, want: s.want}
	two.await(paperShown)
	return two
}

// shiftedDate makes the device's clock wrong by window.shift milliseconds.
const shiftedDate = `(() => {
	const Real = Date, shift = () => window.shift ?? 3600000;
	window.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(Real.now() + shift()) } static now() { return Real.now() + shift() } };
})()`

// Threat 11: a device clock that is an hour wrong, and jumps in the middle, changes neither the countdown nor a verdict.
func (r *room) deviceClock(p *person) {
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: shiftedDate})
		return err
	}))
	defer r.runsWithTheWall()()
	s := r.sits(p, "lan-a", func(e *exam.Settings) { e.LimitSeconds = 480 })
	deadline := s.sheet().DeadlineAt
	q := s.singles()
	s.chooses(q[0], 0)
	s.lands()
	s.countsDownTo(deadline)
	for _, shift := range []int{-3600000, 3600000} {
		eval[bool](p, fmt.Sprintf(`(window.shift = %d, true)`, shift))
		s.countsDownTo(deadline)
		p.await(`!document.querySelector(".clock").textContent.includes("对时中")`) // it has noticed, and asked the server
		s.countsDownTo(deadline)
		s.chooses(q[1], (shift+3600000)/3600000)
		s.lands()
	}
	p.calm()
}

// runsWithTheWall lets the server's clock run as fast as the browser's until it is stopped.
func (r *room) runsWithTheWall() (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	begin, from := time.Now(), r.Fake.Now()
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				r.Fake.Set(from.Add(time.Since(begin)))
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// countsDownTo wants the countdown on the page to be at most two seconds wrong.
func (s *sitter) countsDownTo(deadline time.Time) {
	s.t.Helper()
	before := deadline.Sub(s.room.Fake.Now())
	text := eval[string](s.person, `document.querySelector(".clock [role=timer]").textContent`)
	after := deadline.Sub(s.room.Fake.Now())
	minutes, seconds, ok := strings.Cut(text, ":")
	m, err1 := strconv.Atoi(minutes)
	sec, err2 := strconv.Atoi(seconds)
	if !ok || err1 != nil || err2 != nil {
		s.fail("the clock says %q", text)
	}
	shown := float64(60*m + sec)
	if shown > math.Ceil(before.Seconds())+2 || shown < after.Seconds()-2 {
		s.fail("the clock says %s, the server between %s and %s", text, before, after)
	}
}
