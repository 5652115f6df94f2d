package story

import (
	"bytes"
	"fmt"
	"image/png"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/peikao/peikao/internal/story/chromium"
)

// The end comes without a line: the page shows what it could not send as a QR code, an invigilator scans it from the screen, and
// it stands in the examinee's time line as evidence; what was changed in it is refused. When the line is back the page hands in
// by itself all the same.
// rule:attempt-promise-6
func TestHandInCodeIsScanned(t *testing.T) {
	r := newRoom(t)
	b := chromium.Shared(t)
	p := newPerson(t, b, r.origin, "examinee", phone)
	s := r.sits(p, "mei-a", nil)
	q := s.singles()
	s.chooses(q[0], 0)
	s.lands()
	exam := s.sheet().ExamID
	s.line(false)
	s.chooses(q[1], 1)
	s.writes("六")
	s.told("已存本机")
	p.press("答题卡")
	p.press("交卷")
	p.press("确认交卷")
	p.press("出示交卷码")
	p.await(`document.querySelector("dialog[open] svg.qr")`)
	code := p.scans("dialog[open] svg.qr")
	if shown := eval[string](p, `document.querySelector("dialog[open] textarea").value`); code != shown {
		t.Fatalf("the QR code says %q, the text %q", code, shown)
	}
	r.gate.down.Store(false) // the invigilator's line is not cut

	inv := newPerson(t, b, r.origin, "invigilator", desktop)
	inv.hasSession(r.Token("hr"))
	person := fmt.Sprintf("/exams/%d/live/%d", exam, r.Person["mei-a"])
	inv.open(person)
	inv.press("收交卷码")
	if eval[string](inv, `document.activeElement.name`) != "code" {
		inv.fail("a scanner would type into nothing")
	}
	inv.fill(map[string]string{"code": code[:len(code)-3] + "AAA"})
	inv.press("收下")
	inv.sees("交卷码核对不上")
	inv.fill(map[string]string{"code": code})
	inv.press("收下")
	inv.sees("已收下 2 题作答，作为凭据", "收下交卷码，2 题")
	inv.calm("status of 422")
	if got := s.served(); len(got) != 1 {
		t.Errorf("a code was counted by itself: %v", got)
	}

	s.line(true)
	p.awaitFor(patience, `document.querySelector("main.receipt")`)
	if got := s.served(); len(got) != 3 {
		t.Errorf("handed in with %v", got)
	}
	// With the line back, a heart-beat may arrive behind the hand-in.
	p.calm("net::ERR_INTERNET_DISCONNECTED", "net::ERR_EMPTY_RESPONSE", "net::ERR_FAILED", "status of 410")
}

// scans reads a QR code from the screen, as a scanner does.
func (p *person) scans(selector string) string {
	p.t.Helper()
	time.Sleep(200 * time.Millisecond) // the dialog slides in
	ctx, cancel := timeLimit(p)
	defer cancel()
	shot, err := chromedp.Run(ctx, chromedp.ScreenshotScale(chromedp.CSS(selector), 2))
	if err != nil {
		p.t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		p.t.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		p.t.Fatal(err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		p.fail("no QR code can be read: %v", err)
	}
	return found.GetText()
}
