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
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"
)

var widths = []int64{1280, 390}

// shot is a page and who looks at it. follow, when set, is a selector whose first link on the page is opened instead; a button
// with the text press is then pressed.
type shot struct {
	login, name, path, follow string
	press                     string
}

var shots = []shot{
	{"", "login", "/login", "", ""},
	{"zixun1", "home", "/", "", ""},
	{"zixun1", "learn", "/learn", "", ""},
	{"zixun1", "course", "/learn", `main a[href^="/learn/"]`, ""},
	{"zixun1", "exams", "/exams", "", ""},
	{"zixun1", "exam", "/exams", `main a[href^="/exams/"]`, ""},
	{"zixun1", "exam-waiting", "/", `main a[href^="/exams/"].btn-primary`, ""},
	{"zixun1", "exam-start", "/", `main a[href^="/exams/"].btn-primary`, "去考试"},
	{"zixun1", "attempt", "/", `main a[href^="/exams/"].btn-primary`, "开始考试"},
	{"zixun1", "cases", "/cases", "", ""},
	{"zixun1", "me", "/me", "", ""},
	{"zixun1", "sheets", "/me/appraisal", "", ""},
	{"zixun1", "sheet", "/me/appraisal", `main a[href^="/me/appraisal/"]`, ""},
	{"zixun1", "notices", "/notices", "", ""},
	{"zixun1", "settings", "/me/settings", "", ""},
	{"zixun1", "help", "/help/", "", ""},
	{"zixun1", "help-exam", "/help/exams", "", ""},
	{"peixun1", "home-trainer", "/", "", ""},
	{"peixun1", "courseware", "/courseware", "", ""},
	{"peixun1", "course-edit", "/courseware", `main a[href$="/edit"]`, ""},
	{"peixun1", "bank", "/bank", "", ""},
	{"peixun1", "question", "/bank", `main a[href^="/bank/questions/"]:not([href$="new"])`, ""},
	{"peixun1", "question-new", "/bank/questions/new", "", ""},
	{"peixun1", "bank-import", "/bank/import", "", ""},
	{"peixun1", "topics", "/bank/topics", "", ""},
	{"peixun1", "papers", "/papers", "", ""},
	{"peixun1", "paper", "/papers", `main a[href^="/papers/"]:not([href$="new"])`, ""},
	{"peixun1", "blueprint", "/papers?show=blueprints", `main a[href^="/papers/blueprints/"]`, ""},
	{"peixun1", "exam-new", "/exams/new", "", ""},
	{"hr1", "home-hr", "/", "", ""},
	{"hr1", "exams-desk", "/exams?desk=1", "", ""},
	{"hr1", "exam-setup", "/exams?desk=1", `main a[href$="/setup"], main a[href$="/results"]`, ""},
	{"hr1", "cases-board", "/cases", "", ""},
	{"hr1", "case", "/cases", `main a[href^="/cases/"]`, ""},
	{"hr1", "people", "/people", "", ""},
	{"hr1", "person", "/people", `main a[href^="/people/"]:not([href$="new"]):not([href$="import"])`, ""},
	{"hr1", "people-import", "/people/import", "", ""},
	{"hr1", "org", "/org", "", ""},
	{"hr1", "schemes", "/appraisal/schemes", "", ""},
	{"hr1", "cycles", "/appraisal/cycles", "", ""},
	{"hr1", "cockpit", "/appraisal/cycles", `main a[href^="/appraisal/cycles/"]:not([href$="new"])`, ""},
	{"hr1", "policies", "/admin/policies", "", ""},
	{"jiandu1", "audit", "/admin/audit", "", ""},
	{"jiandu1", "home-supervisor", "/", "", ""},
	{"zuzhang1", "home-lead", "/", "", ""},
	{"admin1", "home-admin", "/", "", ""},
}

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
	for _, login := range logins() {
		if err := as(browser, d, login, dir); err != nil {
			return err
		}
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

func logins() []string {
	var all []string
	for _, s := range shots {
		if !slices.Contains(all, s.login) {
			all = append(all, s.login)
		}
	}
	return all
}

// as takes all pictures of one person.
func as(browser context.Context, d demo, login, dir string) error {
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(widths[0], 800)); err != nil {
		return err
	}
	if login != "" {
		if err := signIn(ctx, d, login); err != nil {
			return err
		}
	}
	for _, s := range shots {
		if s.login != login {
			continue
		}
		if err := picture(ctx, d.URL, s, dir); err != nil {
			log.Printf("%s as %s: %v", s.name, login, err)
		}
	}
	return nil
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

// press clicks its way to the button with the text: on the way to an exam each page has one button that leads on.
func press(ctx context.Context, text string) error {
	for _, step := range []string{"去考试", "开始考试"} {
		for range 20 {
			done, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(
				`(() => { const b = [...document.querySelectorAll("a, button")].find(e => e.textContent.trim() === %q && !e.disabled); b?.click(); return !!b })()`, step)))
			if err != nil {
				return err
			}
			time.Sleep(500 * time.Millisecond)
			if done {
				break
			}
		}
		if step == text {
			break
		}
	}
	time.Sleep(time.Second)
	return nil
}

func picture(ctx context.Context, origin string, s shot, dir string) error {
	if err := chromedp.Do(ctx, chromedp.Navigate(origin+s.path)); err != nil {
		return err
	}
	if s.follow != "" {
		href, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.getAttribute("href") ?? ""`, s.follow)))
		if err != nil || href == "" {
			return fmt.Errorf("nothing to follow (%w)", err)
		}
		if err := chromedp.Do(ctx, chromedp.Navigate(origin+href)); err != nil {
			return err
		}
	}
	if s.press != "" {
		if err := press(ctx, s.press); err != nil {
			return err
		}
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
		name := strings.ReplaceAll(fmt.Sprintf("%s-%d.png", s.name, w), "/", "-")
		if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
			return err
		}
	}
	return nil
}
