package remediation

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/story/chromium"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/static"
)

// The board, the calendar and the acts on several in a real browser: they fit a phone and axe-core finds nothing against
// WCAG 2.2 A and AA.
func TestPagesInABrowser(t *testing.T) {
	axe, err := os.ReadFile("../../../static/node_modules/axe-core/axe.min.js")
	if err != nil || strings.HasSuffix(static.URL("site.css"), "/site.css") {
		t.Fatal("axe-core is not installed or the assets are not built: make setup-test assets")
	}
	tab, origin := openTab(t)
	for _, width := range []int64{1280, 390} {
		for _, name := range []string{"ticked board", "month", "empty month", "bulk assign", "bulk check", "bulk report"} {
			if err := chromedp.Do(tab, chromedp.EmulateViewport(width, 800), chromedp.Navigate(origin+"/page?name="+url.QueryEscape(name))); err != nil {
				t.Fatal(err)
			}
			found, err := chromedp.Run(tab, chromedp.Evaluate[[]string](string(axe)+`;axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then(r =>
				r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" | ")))`, chromedp.EvalAwaitPromise))
			if err != nil || len(found) > 0 {
				t.Errorf("%s at %d px: %v %v", name, width, found, err)
			}
			if wide, err := chromedp.Run(tab, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`)); err != nil || wide {
				t.Errorf("%s is wider than %d px: %v", name, width, err)
			}
		}
	}
}

// openTab serves the canned pages and opens a browser.
func openTab(t *testing.T) (ctx context.Context, origin string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET "+static.Prefix, static.Handler())
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		v := canned()[r.URL.Query().Get("name")]
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, layouttest.HTML(t, layouttest.Env{Viewer: v.viewer, Address: v.address}, v.page))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	ctx, end, err := chromium.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	return ctx, server.URL
}
