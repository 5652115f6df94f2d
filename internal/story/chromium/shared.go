package chromium

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

var (
	shared = sync.OnceValues(func() (context.Context, error) {
		tab, end, err := Open(context.Background())
		endShared = end
		return tab, err
	})
	endShared func()
)

// Shared is the browser that all tests of a program open profiles of their own in (Profile). The program's TestMain calls Main.
func Shared(t testing.TB) context.Context {
	t.Helper()
	browser, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return browser
}

// Profile opens a tab of the browser that shares nothing with its others: no cookie, no storage, no cache. It is closed when the test ends.
func Profile(t testing.TB, browser context.Context) context.Context {
	t.Helper()
	tab, end := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	if err := chromedp.Do(tab); err != nil { // the first call opens the tab, and a time limit on it would close it again
		t.Fatal(err)
	}
	return tab
}

// Main runs a program's tests, and closes the browser that they shared.
func Main(m *testing.M) {
	code := m.Run()
	if endShared != nil {
		endShared()
	}
	os.Exit(code)
}
