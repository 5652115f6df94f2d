package story

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/story/chromium"
)

const (
	phone   = 390
	desktop = 1280
	// patience is how long a page may take; it is only ever reached by a fault.
	patience = 20 * time.Second
)

func TestMain(m *testing.M) { chromium.Main(m) }

// launch starts a chromium of its own for a test that needs other options; cancel ends it.
func launch(t *testing.T, more ...chromedp.ExecAllocatorOption) (ctx context.Context, cancel func()) {
	t.Helper()
	ctx, cancel, err := chromium.Open(t.Context(), more...)
	if err != nil {
		t.Fatal(err)
	}
	return ctx, cancel
}

// person is somebody at a screen: an own browser profile, so an own log-in.
type person struct {
	t      *testing.T
	ctx    context.Context
	origin string
	name   string
	width  int64
	shots  int  // pictures taken
	twice  bool // clicks twice on everything, as some people do

	mu     sync.Mutex
	faults []string // what the console complained about
}

func newPerson(t *testing.T, browser context.Context, origin, name string, width int64) *person {
	t.Helper()
	return inTab(t, chromium.Profile(t, browser), origin, name, width)
}

// inTab is somebody at a tab of a browser that is open already.
func inTab(t *testing.T, ctx context.Context, origin, name string, width int64) *person {
	t.Helper()
	p := &person{t: t, ctx: ctx, origin: origin, name: name, width: width}
	if err := chromedp.Do(ctx); err != nil { // the first call opens the tab, and a time limit on it would close it again
		t.Fatal(err)
	}
	p.do(chromedp.EmulateViewport(width, 844))
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *person) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.faults = append(p.faults, e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError {
			p.faults = append(p.faults, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// calm fails when the browser's console complained of anything that contains none of the expected words.
func (p *person) calm(expected ...string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		if !slices.ContainsFunc(expected, func(e string) bool { return strings.Contains(f, e) }) {
			p.t.Errorf("%s: the browser's console says: %s", p.name, f)
		}
	}
}

func timeLimit(p *person) (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, patience)
}

func (p *person) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := timeLimit(p)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fail("%v", err)
	}
}

func eval[T any](p *person, js string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		p.fail("%s: %v", js, err)
	}
	return v
}

// fail shows the page on which the story stopped.
func (p *person) fail(format string, args ...any) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	if shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(90)); err == nil {
		path := filepath.Join(os.TempDir(), "peikao-story.png")
		if os.WriteFile(path, shot, 0o600) == nil {
			text += "\nscreenshot: " + path
		}
	}
	p.t.Fatalf("%s: %s\n%s", p.name, fmt.Sprintf(format, args...), text)
}

// await waits until the expression is true.
func (p *person) await(js string) {
	p.t.Helper()
	p.awaitFor(patience, js)
}

func (p *person) awaitFor(longest time.Duration, js string) {
	p.t.Helper()
	for end := time.Now().Add(longest); ; time.Sleep(50 * time.Millisecond) {
		there, err := p.tryEval("!!(" + js + ")") // an error is a page that has just gone
		if there {
			return
		}
		if time.Now().After(end) {
			p.fail("waited in vain for %s: %v", js, err)
		}
	}
}

func (p *person) open(path string) {
	p.t.Helper()
	p.do(chromedp.Navigate(p.origin + path))
}

func (p *person) path() string { return eval[string](p, "location.pathname") }

func (p *person) text() string { return eval[string](p, "document.body.innerText") }

// sees wants all of the texts on the page.
func (p *person) sees(texts ...string) {
	p.t.Helper()
	page := p.text()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			p.fail("does not see %q", text)
		}
	}
}

func quoted(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// fill types into fields by their names; radio buttons and boxes are chosen by value ("on" for a lone box).
func (p *person) fill(fields map[string]string) {
	p.t.Helper()
	for name, value := range fields {
		done := eval[bool](p, fmt.Sprintf(`((name, value) => {
			const all = [...document.querySelectorAll('[name="' + name + '"]')];
			if (!all.length) return false;
			const one = all.find(e => e.type === "radio" || e.type === "checkbox");
			if (one) {
				const wanted = all.find(e => e.value === value);
				if (!wanted) return false;
				if (!wanted.checked) wanted.click();
				return true;
			}
			const e = all[0];
			if (e.tagName === "SELECT" && ![...e.options].some(o => o.value === value)) return false;
			e.value = value;
			e.dispatchEvent(new Event("input", {bubbles: true}));
			e.dispatchEvent(new Event("change", {bubbles: true}));
			return true;
		})(%s, %s)`, quoted(name), quoted(value)))
		if !done {
			p.fail("there is no field %s that takes %q", name, value)
		}
	}
}

// choose picks the option of a list whose text contains the given one.
func (p *person) choose(name, text string) {
	p.t.Helper()
	value := eval[string](p, fmt.Sprintf(`[...document.querySelectorAll('select[name="%s"] option')].find(o => o.textContent.includes(%s))?.value ?? ""`, name, quoted(text)))
	if value == "" {
		p.fail("the list %s has no %q", name, text)
	}
	p.fill(map[string]string{name: value})
}

// control is the visible button or link with a text; an open dialog's come first.
const control = `[...document.querySelectorAll("dialog[open] button, dialog[open] a"), ...document.querySelectorAll("button, a, summary")].find(e => e.textContent.trim() === %s && e.getClientRects().length > 0 && !e.disabled)`

func visible(text string) string { return "!!(" + fmt.Sprintf(control, quoted(text)) + ")" }

// press clicks the visible button or link with this text and, when it leads away, waits for the next page.
func (p *person) press(text string) {
	p.t.Helper()
	find := fmt.Sprintf(control, quoted(text))
	p.await(find)
	p.leave(p.click(find))
}

// pressIn clicks the main button of the form with this action.
func (p *person) pressIn(action string) {
	p.t.Helper()
	p.leave(fmt.Sprintf(`{ const f = [...document.querySelectorAll('form[action="%s"]')];
		const b = f.map(f => f.querySelector("button.btn-primary, button.btn-danger")).find(Boolean) ?? f[0].querySelector("button[type=submit]:not([aria-hidden])");
		%s }`, action, p.click("b")))
}

// click is the script of a click on what the expression finds.
func (p *person) click(find string) string {
	if p.twice {
		return "{ const e = " + find + "; e.click(); e.click() }"
	}
	return find + ".click()"
}

// leave runs a click and waits: for the next page when the click leads to one, else for a moment of rest.
func (p *person) leave(js string) {
	p.t.Helper()
	eval[bool](p, `(() => { window.storyHere = true; addEventListener("pagehide", () => sessionStorage.setItem("story", "left")); sessionStorage.removeItem("story"); return true })()`)
	eval[bool](p, "(() => {"+js+"; return true})()")
	for range 20 {
		time.Sleep(30 * time.Millisecond)
		if here, err := p.tryEval(`window.storyHere === true && sessionStorage.getItem("story") !== "left"`); err == nil && !here {
			p.await(`document.readyState === "complete" && !window.storyHere`)
			return
		}
	}
}

func (p *person) tryEval(js string) (bool, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[bool](js))
}

func (p *person) upload(path string) {
	p.t.Helper()
	p.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{path}))
}

func (p *person) signIn(login, password string) {
	p.t.Helper()
	p.open("/login")
	p.fill(map[string]string{"login": login, "password": password})
	p.pressIn("/login")
	if p.path() == "/login" {
		p.fail("cannot log in")
	}
}
