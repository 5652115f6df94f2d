package layout_test

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Every canned page, its dialog open where it has one, is free of what axe-core finds against WCAG 2.2 A and AA.
func TestPagesAreAccessible(t *testing.T) {
	ctx, origin := browser(t, newSite(t), 1280)
	axe, err := os.ReadFile("../../../static/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal("axe-core is not installed: make setup-test")
	}
	const run = `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then(r =>
		r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join(" | ")))`
	for _, width := range []int64{1280, 390} {
		do(t, ctx, chromedp.EmulateViewport(width, 800))
		for name := range canned() {
			do(t, ctx, chromedp.Navigate(origin+"/page/"+strings.ReplaceAll(name, " ", "%20")))
			eval[bool](t, ctx, string(axe)+";true")
			eval[bool](t, ctx, `(document.querySelector("dialog")?.showModal(), true)`)
			found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](run, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range found {
				t.Errorf("%s at %d px: %s", name, width, v)
			}
		}
	}
}
