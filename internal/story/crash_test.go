package story

import (
	"flag"
	"maps"
	"math/rand/v2"
	"reflect"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/story/chromium"
)

// resumeWithin is how long it takes at most until a browser that was killed shows the paper again (threat 19).
const resumeWithin = 10 * time.Second

// killed is how often: make durability kills it as often as the bar says.
var killed = flag.Int("killed", 3, "how often the browser is killed")

// Threat 19: the browser is killed at several points of the exam. Whoever comes back finds every acknowledged answer, and the
// questions and options in the same order.
// rule:attempt-promise-10
func TestBrowserKilled(t *testing.T) {
	r := newRoom(t)
	profile := chromedp.UserDataDir(t.TempDir())
	ctx, end := launch(t, profile)
	s := r.sits(inTab(t, ctx, r.origin, "first browser", phone), "mei-a", nil)
	order := s.order()
	for round := range *killed {
		saved := round%2 == 0
		before := maps.Clone(s.want)
		s.chooses(s.singles()[round%3], round%4)
		s.chooses(s.singles()[0], 3-round%4)
		if saved {
			s.await(`!document.querySelector(".slot-state[data-state=unsent]")`)
			before = maps.Clone(s.want)
		} else {
			time.Sleep(rand.N(200 * time.Millisecond)) // of the request, or of what is written here
		}
		if err := chromedp.FromContext(ctx).Browser.Process().Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		end()
		ctx, end = launch(t, profile)
		s.person = inTab(t, ctx, r.origin, "browser after a crash", phone)
		s.hasSession(r.Token("mei-a"))
		s.resumes()
		if got := s.order(); !reflect.DeepEqual(got, order) {
			t.Fatalf("round %d: the order was %v and is %v", round, order, got)
		}
		s.want = s.served()
		for n, response := range before {
			if saved && !reflect.DeepEqual(s.want[n], response) {
				t.Fatalf("round %d: the server holds %v, acknowledged was %v", round, s.want, before)
			}
		}
		s.lands()
	}

	// Killed once more, and gone on with on another device that knows nothing of the first.
	s.chooses(s.singles()[2], 2)
	s.lands()
	if err := chromedp.FromContext(ctx).Browser.Process().Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	end()
	s.person = newPerson(t, chromium.Shared(t), r.origin, "another device", desktop)
	s.hasSession(r.SignIn("mei-a"))
	s.resumes()
	if got := s.order(); !reflect.DeepEqual(got, order) {
		t.Fatalf("on the other device the order was %v and is %v", order, got)
	}
	s.lands()
	s.chooses(s.singles()[1], 3)
	s.lands()
}

// resumes opens the attempt again and takes it over if the dead browser still holds it.
func (s *sitter) resumes() {
	s.t.Helper()
	begin := time.Now()
	s.open("/attempts/" + s.attempt)
	s.await(paperShown)
	if eval[bool](s.person, visible("在本机继续")) {
		s.press("在本机继续")
		s.press("在本机继续")
	}
	s.await(`document.querySelector(".strip").hidden && !document.querySelector(".slot-state[data-state=unsent]")`)
	if took := time.Since(begin); took > resumeWithin {
		s.t.Errorf("it took %s until the exam could go on", took)
	}
}

// order is the questions and options as they stand on the page.
func (s *sitter) order() []string {
	s.t.Helper()
	return eval[[]string](s.person, `[...document.querySelectorAll("section.question .stem, section.question .option input")].map(e => e.value ?? e.textContent)`)
}
