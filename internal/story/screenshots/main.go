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
	"slices"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"
)

// widths are the phone first: what stands beside the page on a desktop is opened on a phone.
var widths = []int64{390, 1280}

func main() {
	log.SetFlags(0)
	program := flag.String("program", "bin/peikao", "the built program")
	dir := flag.String("to", "screenshots", "folder for the pictures")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *program, *dir); err != nil {
		log.Fatal(err)
	}
}

// demo is the running program as it announces itself.
type demo struct {
	URL      string `json:"url"`
	Accounts []struct{ Login, Password string }
}

func run(ctx context.Context, program, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
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
	browser, err := open(ctx)
	if err != nil {
		return err
	}
	failed := 0
	for _, part := range parts {
		n, err := as(browser, d, part, dir)
		if err != nil {
			return err
		}
		failed += n
	}
	if failed > 0 {
		return fmt.Errorf("%d pictures could not be taken", failed)
	}
	return nil
}

func start(ctx context.Context, program, data string) (d demo, end func(), err error) {
	cmd := exec.CommandContext(ctx, program, "demo", "--json", "--listen", "127.0.0.1:0", "--data", data)
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

func open(ctx context.Context) (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, fmt.Errorf("chromium is not installed: make setup-test installs it")
	}
	options := slices.Concat(chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "zh-CN"),
	})
	alloc, _ := chromedp.NewExecAllocator(ctx, options...)
	browser, _ := chromedp.NewContext(alloc)
	return browser, chromedp.Do(browser)
}

// as takes the pictures of one person's part, and says how many could not be taken.
func as(browser context.Context, d demo, p part, dir string) (failed int, err error) {
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(widths[0], 800)); err != nil {
		return 0, err
	}
	if p.login != "" {
		if err := signIn(ctx, d, p.login); err != nil {
			return 0, err
		}
	}
	for _, s := range p.shots {
		if err := picture(ctx, d.URL, s, dir); err != nil {
			log.Printf("%s as %s: %v", s.name, p.login, err)
			failed++
		}
	}
	return failed, nil
}

func signIn(ctx context.Context, d demo, login string) error {
	for _, a := range d.Accounts {
		if a.Login != login {
			continue
		}
		if err := chromedp.Do(ctx, chromedp.Navigate(d.URL+"/login")); err != nil {
			return err
		}
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(
			`(() => { const f = document.querySelector('form[action="/login"]'); f.login.value = %q; f.password.value = %q; f.submit(); return true })()`, a.Login, a.Password)))
		time.Sleep(time.Second)
		return err
	}
	return fmt.Errorf("the demo has no account %s", login)
}

// picture takes one shot at each width.
func picture(ctx context.Context, origin string, s shot, dir string) error {
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(widths[0], 844)); err != nil {
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
	if s.name == "" {
		return nil
	}
	for _, w := range widths {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(w, 844)); err != nil {
			return err
		}
		time.Sleep(150 * time.Millisecond)
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", s.name, w)), png, 0o644); err != nil {
			return err
		}
	}
	return nil
}
