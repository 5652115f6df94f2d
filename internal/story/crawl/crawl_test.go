package crawl

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/demo"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
)

// house is the demo clinic, served.
type house struct {
	*app.App
	t        *testing.T
	fake     *clock.Fake
	origin   string
	axe      string
	accounts []app.DemoAccount
	starts   map[string][]string // where the people begin beside their first page
	onPaper  exam.ExamID

	mu      sync.Mutex
	visited map[string]int  // pages seen, by the route's pattern
	built   map[string]int  // pages seen, by the route and what they are built of
	skipped int             // pages that were built like enough others
	checked map[string]bool // kinds of elements that axe has looked at, by the route's pattern
	sample  bool            // axe looks at one page of each route alone
	audits  int             // how often axe has run
}

func newHouse(t *testing.T) *house {
	t.Helper()
	axe, err := os.ReadFile("../../../static/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal("axe-core is not installed: make setup-test")
	}
	ctx := context.Background()
	vars := map[string]string{"DATABASE_URL": dbtest.DSN(t), "DATA": t.TempDir()}
	cfg, err := config.Load(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	fake := clock.NewFake(time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC)) // a Saturday noon in Shanghai
	ground, err := app.OpenGround(ctx, cfg, slog.New(slog.DiscardHandler), s3child.Serve, fake)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ground.Close(ctx) })
	accounts, err := demo.Ensure(ctx, ground, ground.Log)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(ctx, ground, app.Options{Demo: accounts})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(ctx) })
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	return &house{App: a, t: t, fake: fake, origin: server.URL, axe: string(axe), accounts: accounts, visited: map[string]int{}, built: map[string]int{}, checked: map[string]bool{}}
}

// enter opens a tab for an account of the demo, "" for nobody.
func (h *house) enter(t *testing.T, browser context.Context, login string) *tab {
	t.Helper()
	b := newTab(t, browser, h.origin)
	for _, a := range h.accounts {
		if a.Login != login {
			continue
		}
		in, err := h.Accounts.SignIn(context.Background(), account.SignIn{Login: login, Password: a.Password, Kind: account.WebSession, Address: "127.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		b.token = in.Token.Reveal()
		b.cookie("peikao", b.token)
	}
	return b
}

func (b *tab) cookie(name, value string) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.origin})
		return err
	}))
}

// pattern is the route of a page's address; "" when it is no page.
func (h *house) pattern(path string) string {
	best := ""
	for _, r := range h.Routes() {
		if r.Method == "GET" && matches(r.Path, path) && (best == "" || strings.Count(r.Path, ":") < strings.Count(best, ":")) {
			best = r.Path
		}
	}
	last := best[strings.LastIndex(best, "/")+1:]
	if strings.HasPrefix(best, "/media/") || strings.HasPrefix(best, "/bank/media/") || strings.HasSuffix(best, "/:take") || strings.HasSuffix(best, "/media/:file") || strings.HasPrefix(best, "/api/") || strings.Contains(last, ".") {
		return ""
	}
	return best
}

func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && !strings.HasPrefix(want[i], ":") {
			return false
		}
	}
	return true
}

// perRoute is how many addresses of one route a person looks at, because the things of a route are in different states; one is
// enough where the others have looked at so many before.
const perRoute, wellKnown = 2, 5

func (h *house) enough(route string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.visited[route] >= wellKnown {
		return 1
	}
	return perRoute
}

// walk follows every link that the person sees, from the first page on, and looks at each page.
func (h *house) walk(b *tab, who string, starts ...string) {
	b.t.Helper()
	queue := append([]string{"/"}, starts...)
	queued, seen := map[string]bool{}, map[string]int{}
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		path, _, _ := strings.Cut(address, "?")
		route := h.pattern(path)
		if route == "" || seen[route] >= h.enough(route) {
			continue
		}
		seen[route]++
		for _, link := range h.visit(b, who, route, address) {
			u, err := url.Parse(link)
			if err == nil && !queued[u.Path] {
				queued[u.Path] = true
				queue = append(queue, u.Path)
			}
		}
	}
}

// visit looks at a page, unless it is built of the same elements as enough others of its route, and returns its links.
func (h *house) visit(b *tab, who, route, address string) []string {
	b.t.Helper()
	s := b.skeleton(address)
	if s.file {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.visited[route]++
		return nil
	}
	if h.alike(route, s) {
		return s.links
	}
	b.open(address)
	h.look(b, who, route)
	return eval[[]string](b, `[...document.querySelectorAll("a[href^='/']")].map(a => a.getAttribute("href"))`)
}

// enoughAlike is how many pages of the same elements are opened; they differ in their texts alone.
const enoughAlike = 2

func (h *house) alike(route string, s skeleton) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := route + " " + s.kinds
	if h.built[key] >= enoughAlike && !s.scripted {
		h.skipped++
		return true
	}
	h.built[key]++
	return false
}

// wide are the routes whose pages are looked at on a desktop too, beside the phones' widths: one of each kind.
var wide = []string{
	"/", "/login", "/people", "/people/:person", "/org", "/bank", "/bank/questions/:id", "/papers", "/papers/:id", "/exams", "/exams/:id/setup",
	"/exams/:id/results", "/cases", "/cases/:id", "/appraisal/cycles/:id", "/appraisal/sheets/:id", "/learn/:course/:unit", "/courseware/:course/edit",
	"/attempts/:id", "/attempts/:id/result", "/admin/audit", "/admin/policies", "/me/settings", "/ledger", "/me/ledger",
}

// look checks the page that is open.
func (h *house) look(b *tab, who, route string) {
	b.t.Helper()
	h.mu.Lock()
	h.visited[route]++
	h.mu.Unlock()
	at := fmt.Sprintf("%s as %s", eval[string](b, "location.pathname + location.search"), who)
	for _, px := range []int64{320, 390} {
		b.width(px)
		if w := eval[int64](b, "document.scrollingElement.scrollWidth"); w > px {
			b.t.Errorf("%s at %d px is %d px wide: %s", at, px, w, eval[string](b, widest))
		}
	}
	for _, small := range eval[[]string](b, untouchable) {
		b.t.Errorf("%s at 390 px: too small for a thumb: %s", at, small)
	}
	if h.fresh(b, route) {
		h.accessible(b, at+" at 390 px")
		if slices.Contains(wide, route) {
			b.width(1280)
			h.accessible(b, at+" at 1280 px")
		}
	}
	for _, c := range b.complaints() {
		b.t.Errorf("%s: the console says: %s", at, c)
	}
}

// untouchable names the controls that are lower than 44 px on a phone: product.md's thumb-sized targets. What a label belongs to
// is as high as the label; a link within a text is as high as its line.
const untouchable = `[...document.querySelectorAll("button, select, summary, textarea, input:not([type=hidden]), a.btn, nav a")]
	.filter(e => e.checkVisibility({checkVisibilityCSS: true}) && !e.classList.contains("visually-hidden"))
	.filter(e => Math.max(...[e, e.closest("label")].filter(Boolean).map(x => x.getBoundingClientRect().height)) < 43.5)
	.slice(0, 4).map(e => Math.round(e.getBoundingClientRect().height) + " px: " + e.outerHTML.slice(0, 140))`

// widest names the elements that stick out.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 4).map(e => e.outerHTML.slice(0, 160)).join(" … ")`

// fresh tells whether the page holds a kind of element that axe has not looked at yet on this route.
func (h *house) fresh(b *tab, route string) bool {
	kinds := eval[[]string](b, `[...new Set([...document.querySelectorAll("*")].map(e =>
		[e.parentElement?.tagName, e.tagName, e.className.baseVal ?? e.className, e.type].join(" ")))]`)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sample {
		kinds = nil
	}
	found := false
	for _, k := range append(kinds, "") {
		if key := route + " " + k; !h.checked[key] {
			h.checked[key] = true
			found = true
		}
	}
	return found
}

// accessible runs axe-core's rules of WCAG 2.2 A and AA.
func (h *house) accessible(b *tab, at string) {
	b.t.Helper()
	const run = `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]}).then(r =>
		r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + n.failureSummary).join(" | ")))`
	h.mu.Lock()
	h.audits++
	h.mu.Unlock()
	if !eval[bool](b, `typeof axe === "object"`) {
		eval[bool](b, h.axe+";true")
	}
	for _, v := range eval[[]string](b, run, chromedp.EvalAwaitPromise) {
		b.t.Errorf("%s: %s", at, v)
	}
}

// walkers are the demo's people, one for each thing a role can reach or be in the middle of; in two groups that walk at once.
var walkers = [][]string{
	{"", "hr1", "zixun1", "zuzhang1", "jiandu1", "yuejuan1"},
	{"peixun1", "zixun2", "admin1", "dianhua1", "zhuguan1", "gaoceng1", "yuanzhang1"},
}

// Every page that a link leads to, as each role, on phones and the main ones on a desktop.
func TestEveryPage(t *testing.T) {
	h := newHouse(t)
	chromium := browser(t)
	h.stage(t)
	h.doors(t, chromium)
	t.Run("people", func(t *testing.T) {
		for i, group := range walkers {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				for _, login := range group {
					if login != "" {
						b := h.enter(t, chromium, login)
						h.walk(b, login, h.starts[login]...)
						b.leave()
					}
				}
			})
		}
	})
	h.refused(t, chromium)
	h.previews(t, chromium)
	h.sitting(t, chromium)
	h.english(t, chromium)
	h.everyRouteWasSeen(t)
}

// everyRouteWasSeen fails for a page that nobody was led to.
func (h *house) everyRouteWasSeen(t *testing.T) {
	t.Helper()
	pages := 0
	for _, n := range h.visited {
		pages += n
	}
	t.Logf("%d pages of %d routes seen, %d built like others, axe ran %d times", pages, len(h.visited), h.skipped, h.audits)
	for _, r := range h.Routes() {
		if r.Method == "GET" && h.pattern(r.Path) != "" && h.visited[r.Path] == 0 {
			t.Errorf("no link leads to %s", r.Path)
		}
	}
}
