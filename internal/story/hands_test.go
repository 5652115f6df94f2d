package story

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// What needs a real hand on the mouse: an act that a browser allows to its user alone, a double click, a look at the page.

// clicks clicks a button with the mouse.
func (p *person) clicks(text string) {
	p.t.Helper()
	find := fmt.Sprintf(control, quoted(text))
	p.await(find)
	p.clicksAt(find)
}

// clicksAt clicks the middle of what the expression finds.
func (p *person) clicksAt(find string) {
	p.t.Helper()
	x, y := p.middle(find)
	p.do(chromedp.MouseClickXY(x, y))
}

// unanswered is how long a browser takes at most to say that a click has arrived; it does not say it of one whose page has gone.
const unanswered = 200 * time.Millisecond

// doubleClicks clicks twice as fast as a hand can.
func (p *person) doubleClicks(find string) {
	p.t.Helper()
	x, y := p.middle(find)
	for count := range int64(2) {
		for _, act := range []input.DispatchMouseEventType{chromedp.MousePressed, chromedp.MouseReleased} {
			ctx, cancel := context.WithTimeout(p.ctx, unanswered)
			err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
				_, err := cdp.Call(ctx, t, input.DispatchMouseEvent,
					input.DispatchMouseEventParams{Type: act, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: count + 1})
				return err
			}))
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				p.t.Fatal(err)
			}
		}
	}
}

func (p *person) middle(find string) (x, y float64) {
	p.t.Helper()
	at := eval[[]float64](p, fmt.Sprintf(`(() => { const e = %s; e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()`, find))
	return at[0], at[1]
}

// pictures takes a picture at each width into the test's artifacts (go test -artifacts keeps them), and wants the page to fit.
func (p *person) pictures() {
	p.t.Helper()
	name := strings.NewReplacer("/", "-", " ", "-").Replace(p.t.Name() + "-" + p.name)
	for _, width := range []int64{desktop, phone} {
		p.do(chromedp.EmulateViewport(width, 844))
		time.Sleep(150 * time.Millisecond)
		if over := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			p.fail("%d px too wide at %d", over, width)
		}
		ctx, cancel := timeLimit(p)
		shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		cancel()
		if err != nil {
			p.t.Fatal(err)
		}
		p.shots++
		if err := os.WriteFile(filepath.Join(p.t.ArtifactDir(), fmt.Sprintf("%s-%02d-%d.png", name, p.shots, width)), shot, 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
	p.do(chromedp.EmulateViewport(p.width, 844))
}
