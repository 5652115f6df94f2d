package story

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/story/chromium"
)

// Where there is a service worker, a reload without a line opens the paper with all that was answered; nothing is lost, and the
// paper leaves the device with the hand-in.
// rule:attempt-promise-2
func TestReloadWithoutLine(t *testing.T) {
	r := newRoom(t)
	p := newPerson(t, chromium.Shared(t), r.origin, t.Name(), phone)
	s := r.sits(p, "mei-a", nil)
	q := s.singles()
	s.chooses(q[0], 1)
	s.lands()
	p.await(`(caches.match(location.pathname).then(r => { window.kept = !!r }), window.kept)`)
	s.line(false)
	s.chooses(q[1], 2)
	s.writes("六")
	p.do(chromedp.Reload())
	p.await(paperShown)
	p.await(`document.querySelector(".chip").textContent.includes("2\u00a0题待上传")`)
	p.sees("对时中") // the time left is not yet the server's
	s.chooses(q[2], 3)
	p.do(chromedp.Reload())
	p.await(paperShown)
	s.line(true)
	s.lands()
	p.await(`!document.querySelector(".clock").textContent.includes("对时中")`)

	p.press("答题卡")
	p.press("交卷")
	p.press("确认交卷")
	p.await(`document.querySelector("main.receipt")`)
	p.await(`Object.keys(localStorage).every(k => !k.startsWith("peikao.sheet.") && !k.startsWith("peikao.journal."))`)
	p.await(`(caches.keys().then(k => { window.gone = k.length === 0 }), window.gone)`)
	p.calm("net::ERR_INTERNET_DISCONNECTED", "net::ERR_EMPTY_RESPONSE", "net::ERR_FAILED", "beforeunload")
}
