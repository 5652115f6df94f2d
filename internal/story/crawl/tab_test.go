package crawl

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/story/chromium"
)

// patience is how long a page may take; it is only ever reached by a fault.
const patience = 30 * time.Second

// browser is one chromium for the whole walk.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, end, err := chromium.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return ctx
}

// tab is one person's window on the program, with an own log-in.
type tab struct {
	t      *testing.T
	ctx    context.Context
	origin string
	token  string // of the log-in; "" is nobody's
	leave  func() // closes it: pages that look again by themselves would go on

	mu     sync.Mutex
	faults []string // what the console complained about since the last page
}

func newTab(t *testing.T, browser context.Context, origin string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, origin: origin, leave: cancel}
	if err := chromedp.Do(ctx); err != nil { // the first call opens the tab, and a time limit on it would close it again
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError {
			b.faults = append(b.faults, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// complaints are what the console said since the last call.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	said := b.faults
	b.faults = nil
	return said
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func eval[T any](b *tab, js string, o ...chromedp.EvaluateOption) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, o...))
	if err != nil {
		b.t.Fatalf("%.200s: %v", js, err)
	}
	return v
}

func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (b *tab) width(px int64) { b.do(chromedp.EmulateViewport(px, 844)) }

func (b *tab) open(path string) { b.do(chromedp.Navigate(b.origin + path)) }

// await waits until the expression is true.
func (b *tab) await(js string) {
	b.t.Helper()
	end := time.Now().Add(patience)
	for {
		// Between two pages there may be no document to ask.
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!("+js+")")); err == nil && ok {
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("waited in vain for %s at %s", js, eval[string](b, "location.href + document.body.innerText"))
		}
		time.Sleep(50 * time.Millisecond)
	}
}
