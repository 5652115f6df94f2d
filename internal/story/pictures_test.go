package story

import (
	"context"
	"net/url"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
)

// Decision 19 in a browser: the picture of a question is loaded, sealed, on the waiting page; once the paper is there it is shown
// although the line is cut, over plain http as well, where the browser has no cipher of its own.
func TestPictureOfAQuestion(t *testing.T) {
	r := newRoom(t)
	r.givePicture()
	paper := r.Paper(len(roomQuestions()))
	u, err := url.Parse(r.origin)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := launch(t, chromedp.Flag("host-resolver-rules", "MAP clinic.test 127.0.0.1"))
	t.Cleanup(end)
	for _, c := range []struct {
		name, origin, login string
		secure              bool
	}{
		{"secure", r.origin, "mei-a", true},
		{"plain http", "http://clinic.test:" + u.Port(), "lan-a", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPerson(t, ctx, c.origin, c.name, phone)
			s := r.comes(p, c.login, r.Exam(paper, func(e *exam.Settings) { e.ShuffleSlots = false }, c.login))
			p.await(`document.body.innerText.includes("图片和录音已载入 1/1")`)
			if got := eval[bool](p, `isSecureContext && !!crypto.subtle`); got != c.secure {
				t.Fatalf("a secure context: %v", got)
			}
			s.starts()
			s.line(false)
			picture := `[...document.querySelectorAll("section.question .media img")].find(i => i.complete && i.naturalWidth === 800 && i.alt === "额部红斑，边界清楚")`
			p.await(picture)
			slot := eval[string](p, picture+`.closest("section").id.slice(1)`)
			for eval[bool](p, `document.querySelector("#q`+slot+`").hidden`) {
				p.press("下一题")
			}
			s.line(true)
			p.pictures()
			p.calm("net::ERR_INTERNET_DISCONNECTED", "net::ERR_EMPTY_RESPONSE", "net::ERR_FAILED", "Cross-Origin-Opener-Policy")
		})
	}
}

// givePicture puts a picture under the stem of one of the room's questions.
func (r *room) givePicture() {
	r.t.Helper()
	ctx, trainer := context.Background(), r.Viewer("trainer")
	check := func(err error) {
		r.t.Helper()
		if err != nil {
			r.t.Fatal(err)
		}
	}
	rows, _, err := r.Bank.Questions(ctx, trainer, bank.Filter{}, page.New(1, 1))
	check(err)
	d, err := r.Bank.Question(ctx, trainer, rows[0].QuestionID)
	check(err)
	picture, err := os.ReadFile(pictureFile(r.t))
	check(err)
	at := bank.Base{Version: d.Editable().Number, Revision: d.Editable().Revision}
	check(r.Bank.AddMedia(ctx, trainer, d.ID, at, bank.InStem, picture, "额部红斑，边界清楚"))
	check(r.Bank.Publish(ctx, trainer, d.ID))
}
