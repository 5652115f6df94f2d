package story

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/questionbank"
)

const spokenStem = "顾客来电说别家便宜一半。请录下您的回答。"

// spokenClinic has one spoken question of at most 30 seconds, and a marker.
func spokenClinic(t *testing.T) (*apptest.Clinic, exam.PaperID) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(questionbank.Question{
		Type: questionbank.Spoken, Seconds: 30, Stem: spokenStem, Explanation: "先认同，再讲差别。", KnowledgePoints: []string{"2/异议"}, Difficulty: 3,
		Key: questionbank.Key{Model: "先认同顾客比价，再说明差别。", Rubric: []questionbank.Criterion{{Text: "认同与倾听", Percent: 60}, {Text: "说明差别", Percent: 40}}},
	})
	c.Employ("listener", "阅卷员", c.Root, c.OtherPost, account.Marker)
	return c, c.PaperOf(exam.BlueprintRow{Section: "录音", Type: string(questionbank.Spoken), Count: 1})
}

// sound is what a browser hears of an address: the status, and whether it plays.
const sound = `(async () => {
	const audio = [...document.querySelectorAll("audio")];
	const out = [];
	for (const a of audio) {
		const part = await fetch(a.src, { headers: { Range: "bytes=0-99" } });
		a.muted = true;
		await a.play();
		await new Promise((done) => { a.currentTime > 0 ? done() : a.addEventListener("timeupdate", done, { once: true }) });
		a.pause();
		out.push(part.status + " " + part.headers.get("Content-Type") + " " + (await part.arrayBuffer()).byteLength);
	}
	return out.join("; ");
})()`

// axeCore is the script that looks for what shuts people out. It is read before anything else: the object storage changes the
// working directory.
func axeCore(t *testing.T) string {
	t.Helper()
	axe, err := os.ReadFile("../../static/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal("axe-core is not installed: make setup-test: ", err)
	}
	return string(axe)
}

// accessible runs axe-core's rules of WCAG 2.2 A and AA, and wants the page to fit into its width.
func (p *person) accessible(axe string) {
	p.t.Helper()
	eval[bool](p, axe+";true")
	eval[bool](p, `(window.violations = null, axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]}).then((r) =>
		window.violations = r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html.slice(0, 200)).join(" | ")).join("; ") || "none"), true)`)
	p.await(`window.violations`)
	if got := eval[string](p, `window.violations`); got != "none" {
		p.fail("axe-core: %s", got)
	}
	if over := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		p.fail("%d px too wide at %d", over, p.width)
	}
}

func (p *person) hears(takes int) {
	p.t.Helper()
	p.await(fmt.Sprintf(`document.querySelectorAll("audio").length === %d`, takes))
	eval[bool](p, `(window.heard = "", `+sound+`.then((s) => window.heard = s || "nothing", (e) => window.heard = String(e)), true)`)
	p.await(`window.heard`)
	want := strings.TrimSuffix(strings.Repeat("206 audio/webm 100; ", takes), "; ")
	if got := eval[string](p, `window.heard`); got != want {
		p.fail("hears %q, want %q", got, want)
	}
}

// A consultant records an answer, loses the page in the middle, is rung up, goes on, and hands in; a marker who knows no name listens
// and marks; the consultant hears the own answer in the result, and nobody else does.
func TestSpokenAnswer(t *testing.T) {
	axe := axeCore(t)
	c, paper := spokenClinic(t)
	id := c.Draft(paper, nil, "mei-a", "mei-b")
	c.Publish(id)
	b, end := launch(t, chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	t.Cleanup(end)
	at := func(login string, width int64) *person {
		p := newPerson(t, b, c.URL, login, width)
		p.hasSession(c.Token(login))
		return p
	}
	speaker := at("mei-a", 320)
	speaker.open(fmt.Sprintf("/exams/%d/sit", id))
	speaker.press("开始考试")
	speaker.await(visible("开始录音"))
	speaker.sees("录音题", "0 秒 / 最多 30 秒", "还没有录音")
	speaker.pictures()
	speaker.press("开始录音")
	speaker.await(`document.body.innerText.includes("正在录音")`)
	saved := `document.querySelector(".slot-state[data-state]")?.dataset.state === "saved"`
	speaker.await(saved)

	// The page is lost in the middle: what was saved is there, and more was recorded than was saved.
	attempt := speaker.path()
	speaker.open("/exams")
	speaker.open(attempt)
	speaker.await(`/已录 ([5-9]|\d\d) 秒已保存/.test(document.body.innerText)`)
	speaker.await(saved)
	speaker.hears(1)

	// The telephone rings: the browser takes the microphone away.
	eval[bool](speaker, `(() => {
		const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = async (c) => (window.microphone = await open(c));
		return true;
	})()`)
	speaker.press("继续录")
	speaker.await(`window.microphone && document.body.innerText.includes("正在录音")`)
	time.Sleep(1500 * time.Millisecond)
	eval[bool](speaker, `window.microphone.getAudioTracks()[0].dispatchEvent(new Event("mute"))`)
	speaker.await(`/录音已暂停[^]*已录 \d+ 秒已保存，可继续或重录/.test(document.body.innerText)`)
	speaker.hears(2)
	speaker.accessible(axe)
	speaker.pictures()
	speaker.press("重录")
	speaker.sees("重录会取代现在的录音")
	speaker.pictures()
	speaker.press("保留现在的录音")

	// The hand-in takes what is still being recorded along.
	speaker.press("继续录")
	speaker.await(`document.body.innerText.includes("正在录音")`)
	time.Sleep(1200 * time.Millisecond)
	speaker.press("答题卡")
	speaker.press("交卷")
	speaker.press("确认交卷")
	speaker.await(`document.querySelector("main.receipt")`)
	speaker.sees("收到 1 题作答")

	// Another examinee reaches neither the recording of a running nor of a handed-in attempt.
	other := at("mei-b", phone)
	other.open(fmt.Sprintf("/exams/%d/sit", id))
	address := fmt.Sprintf("%s/recordings/1/1", attempt)
	if got := eval[bool](other, fmt.Sprintf(`(window.status = 0, fetch(%s).then((r) => window.answered = r.status), true)`, quoted(address))); !got {
		t.Fatal(got)
	}
	other.await(`window.answered === 404`)

	marker := at("listener", desktop)
	marker.open("/marking")
	marker.leave(fmt.Sprintf(`document.querySelector('main a[href="/exams/%d/marking"]').click()`, id))
	marker.press("开始评分（1）")
	marker.sees(spokenStem, "先认同顾客比价", "第 3 段，共 3 段", "请从第 1 段起依次听完")
	if text := marker.text(); strings.Contains(text, "小美") || strings.Contains(text, "E-mei") {
		marker.fail("the page tells whose answer it is")
	} else if strings.Contains(text, "长度未知") {
		marker.fail("the length of what this browser recorded is not read")
	}
	marker.hears(3)
	marker.pictures()
	eval[bool](marker, `(document.querySelectorAll('select[name=given]').forEach((s, i) => { s.value = ["100", "50"][i] }), true)`)
	marker.fill(map[string]string{"comment": "语气平稳，差别还可以说得更具体。"})
	marker.press("保存并评下一份")
	marker.sees("这道题没有等您评的作答了")

	c.Fake.Advance(3 * time.Hour)
	if err := c.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	hr := at("hr", desktop)
	hr.releases(id.String())
	speaker.open("/exams")
	speaker.press("看成绩")
	speaker.sees("8 / 10", "语气平稳")
	speaker.hears(3)
	speaker.pictures()
	speaker.calm("beforeunload") // leaving while it records is asked about, but for a hand on the page
	marker.calm()
	hr.calm()
	other.calm("404")
}

// Without a permission, and without a secure context, the page says what to do, and the question can be left out.
func TestNoMicrophone(t *testing.T) {
	c, paper := spokenClinic(t)
	u, err := url.Parse(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	b, end := launch(t, chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", "deny"),
		chromedp.Flag("host-resolver-rules", "MAP clinic.test 127.0.0.1"))
	t.Cleanup(end)
	for _, x := range []struct{ name, origin, login, says, more string }{
		{"denied", c.URL, "mei-a", "没有麦克风权限", "麦克风 打开后重试；本题可先跳过"},
		{"plain http", "http://clinic.test:" + u.Port(), "mei-b", "这个浏览器不能录音", "用 https 地址打开"},
	} {
		t.Run(x.name, func(t *testing.T) {
			id := c.Draft(paper, nil, x.login)
			c.Publish(id)
			p := newPerson(t, b, x.origin, x.login, phone)
			p.hasSession(c.Token(x.login))
			p.open(fmt.Sprintf("/exams/%d/sit", id))
			p.press("开始考试")
			p.press("开始录音")
			p.await(fmt.Sprintf(`document.body.innerText.includes(%s)`, quoted(x.says)))
			p.sees(x.more)
			p.pictures()
			p.press("答题卡")
			p.press("交卷")
			p.sees("还有 1 题未答")
			p.press("确认交卷")
			p.await(`document.querySelector("main.receipt")`)
			p.calm("Cross-Origin-Opener-Policy")
		})
	}
}
