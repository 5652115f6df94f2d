// Package chromium opens the browser of the tests and of the pictures: headless, and of a bare machine.
package chromium

import (
	"context"
	"errors"
	"os/exec"
	"slices"

	"github.com/chromedp/chromedp"
)

// programs are the names that Chromium goes by. The one without windows has the same engine, and needs half of the processor's time.
var programs = []string{"chromium-headless-shell", "chromium"}

// Open starts a browser that speaks Chinese, with more options if any are given, and returns its first tab. end closes all of it.
func Open(ctx context.Context, more ...chromedp.ExecAllocatorOption) (tab context.Context, end func(), err error) {
	program, err := find()
	if err != nil {
		return nil, nil, err
	}
	options := slices.Concat(chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "zh-CN"),
	}, more)
	alloc, closeBrowser := chromedp.NewExecAllocator(ctx, options...)
	tab, closeTab := chromedp.NewContext(alloc)
	end = func() {
		closeTab()
		closeBrowser()
	}
	if err := chromedp.Do(tab); err != nil { // the first call opens the tab, and a time limit on it would close it again
		end()
		return nil, nil, err
	}
	return tab, end, nil
}

func find() (path string, err error) {
	for _, name := range programs {
		if path, err = exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("chromium is not installed: make setup-test installs it")
}
