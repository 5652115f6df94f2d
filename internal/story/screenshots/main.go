// Screenshots takes a picture of every page of the demo clinic, as each role that reaches it, at the width of a desktop and of
// a phone. It starts the built program on a demo of its own (make screenshots).
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/story/chromium"
)

// widths are the phone first: what stands beside the page on a desktop is opened on a phone.
var widths = []int64{390, 1280}

// height is the window's at least; it grows with the page.
const height = 844

func main() {
	log.SetFlags(0)
	program := flag.String("program", "bin/peikao", "the built program")
	dir := flag.String("to", "screenshots", "folder for the pictures")
	only := flag.String("only", "", "take only the pictures whose names match this expression")
	flag.Parse()
	wanted, err := regexp.Compile(*only)
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *program, *dir, wanted); err != nil {
		log.Fatal(err)
	}
}

// demo is the running program as it announces itself.
type demo struct {
	URL      string `json:"url"`
	Accounts []struct{ Login, Password string }
}

func run(ctx context.Context, program, dir string, only *regexp.Regexp) error {
	if err := empty(dir, only); err != nil {
		return err
	}
	data, err := os.MkdirTemp("", "peikao-screenshots-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	if err := os.Chmod(data, 0o711); err != nil {
		return err
	}
	d, end, err := start(ctx, program, data)
	if err != nil {
		return err
	}
	defer end()
	browser, end, err := chromium.Open(ctx)
	if err != nil {
		return err
	}
	defer end()
	failed := 0
	for _, part := range parts {
		failed += as(browser, d, part, dir, only)
	}
	failed += everybody(browser, d, dir, only)
	if failed > 0 {
		return fmt.Errorf("%d pictures could not be taken", failed)
	}
	return nil
}

// empty removes the pictures of an earlier run, so that none of them passes for one of this.
func empty(dir string, only *regexp.Regexp) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if !only.MatchString(filepath.Base(path)) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

func start(ctx context.Context, program, data string) (d demo, end func(), err error) {
	cmd := exec.CommandContext(ctx, program, "demo", "--json", "--listen", "127.0.0.1:0", "--data", data)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // it has a database to stop
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "LOG_LEVEL=warn")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return d, nil, err
	}
	if err := cmd.Start(); err != nil {
		return d, nil, err
	}
	end = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		end()
		return d, nil, fmt.Errorf("the demo did not start: %w", err)
	}
	return d, end, json.Unmarshal(line, &d)
}

// as takes the pictures of one person's part, and says how many could not be taken. What goes on from where a failed one
// was is not tried.
func as(browser context.Context, d demo, p part, dir string, only *regexp.Regexp) (failed int) {
	ctx, cancel, err := enter(browser, d, p.login)
	defer cancel()
	if err != nil {
		log.Printf("%s: %v", p.login, err)
		return len(p.shots)
	}
	lost := false
	for _, s := range p.shots {
		if lost = lost && s.path == ""; lost {
			log.Printf("%s as %s: not tried, the one before failed", s.name, p.login)
			failed++
			continue
		}
		if err := picture(ctx, d.URL, s, dir, only); err != nil {
			log.Printf("%s as %s: %v", s.name, p.login, err)
			failed++
			lost = true
		}
	}
	return failed
}

// enter opens a window of its own for the person, "" for nobody.
func enter(browser context.Context, d demo, login string) (ctx context.Context, cancel context.CancelFunc, err error) {
	ctx, cancel = chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(widths[0], height)); err != nil || login == "" {
		return ctx, cancel, err
	}
	return ctx, cancel, signIn(ctx, d, login)
}

func signIn(ctx context.Context, d demo, login string) error {
	for _, a := range d.Accounts {
		if a.Login != login {
			continue
		}
		if err := chromedp.Do(ctx, chromedp.Navigate(d.URL+"/login")); err != nil {
			return err
		}
		if err := script(fmt.Sprintf(`const f = document.querySelector('form[action="/login"]'); f.login.value = %q; f.password.value = %q; f.submit()`, a.Login, a.Password))(ctx); err != nil {
			return err
		}
		return await(`location.pathname === "/"`)(ctx)
	}
	return fmt.Errorf("the demo has no account %s", login)
}

// picture does what a shot says, and takes it.
func picture(ctx context.Context, origin string, s shot, dir string, only *regexp.Regexp) error {
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(widths[0], height)); err != nil {
		return err
	}
	if s.path != "" {
		if err := chromedp.Do(ctx, chromedp.Navigate(origin+s.path)); err != nil {
			return err
		}
	}
	for _, do := range s.steps {
		if err := do(ctx); err != nil {
			return err
		}
	}
	if s.name == "" || !only.MatchString(s.name) {
		return nil
	}
	return photograph(ctx, s.name, dir)
}

// photograph takes the page at each width. The window is as high as the page, so that what is fixed to its lower edge stands
// there and not across the text.
func photograph(ctx context.Context, name, dir string) error {
	const whole = `(document.activeElement.blur(), scrollTo(0, 0), Math.max(%d, document.documentElement.scrollHeight))`
	for _, w := range widths {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(w, height)); err != nil {
			return err
		}
		h, err := chromedp.Run(ctx, chromedp.Evaluate[int64](fmt.Sprintf(whole, height)))
		if err != nil {
			return err
		}
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(w, h)); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond) // pictures and fonts
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, w)), png, 0o644); err != nil {
			return err
		}
	}
	return nil
}
