package story

import (
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
)

// A clinic over plain http in its own network: the browser has no service worker, no locks and no random ids there, and the exam
// page works all the same. A reload without a line is the browser's own error page; opened again by its link, the page comes from
// the browser's cache with what was not sent, and once the line is back everything goes up by itself.
// rule:attempt-promise-2
func TestReloadWithoutServiceWorker(t *testing.T) {
	r := newRoom(t)
	ctx, end := launch(t, chromedp.Flag("host-resolver-rules", "MAP clinic.test 127.0.0.1"))
	t.Cleanup(end)
	u, err := url.Parse(r.origin)
	if err != nil {
		t.Fatal(err)
	}
	p := inTab(t, ctx, "http://clinic.test:"+u.Port(), "plain http", phone)
	s := r.sits(p, "mei-a", nil)
	if !eval[bool](p, `!isSecureContext && !("serviceWorker" in navigator) && !crypto.subtle`) {
		t.Fatal("this is a secure context: the test shows nothing")
	}
	q := s.singles()
	s.chooses(q[0], 1)
	s.lands()
	s.line(false)
	s.chooses(q[1], 2)
	s.writes("六")
	s.await(`document.querySelector(".chip").textContent.includes("2\u00a0题待上传")`)

	p.open("/attempts/" + s.attempt) // the link, as in the chat it came from
	p.await(paperShown)
	p.await(`document.querySelector(".chip").textContent.includes("2\u00a0题待上传")`)
	s.chooses(q[2], 3)

	_, _ = chromedp.Run(p.ctx, chromedp.Evaluate[bool](`(setTimeout(() => location.reload(), 50), true)`))
	p.await(`location.protocol === "chrome-error:"`)
	if got := len(s.served()); got != 1 {
		t.Fatalf("the server holds %d answers without a line", got)
	}
	s.line(true)
	p.open("/attempts/" + s.attempt)
	p.await(paperShown)
	s.lands()
	p.calm("net::ERR_INTERNET_DISCONNECTED", "net::ERR_EMPTY_RESPONSE", "beforeunload", "Cross-Origin-Opener-Policy")
}
