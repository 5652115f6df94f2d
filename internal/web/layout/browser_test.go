package layout_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/story/chromium"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/static"
)

// The pages in a real browser: they fit a narrow phone, keep the strict content
// security policy, and what the scripts add works. `make test` builds the
// assets and installs the browser first.

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; report-uri /violations"

// site serves the canned pages, the assets, and just enough of the API.
type site struct {
	t *testing.T
	*http.ServeMux

	mu         sync.Mutex
	violations []string
	signedOut  bool // what /api/v1/me says
	rows       []string
	posts      int
	puts       map[string]int
	completed  []string
	beats      []beat
}

// beat is what the player of a unit tells.
type beat struct {
	Page    int  `json:"page"`
	Rate    int  `json:"rate"`
	Playing bool `json:"playing"`
	Visible bool `json:"visible"`
}

func newSite(t *testing.T) *site {
	s := &site{t: t, ServeMux: http.NewServeMux(), puts: map[string]int{}}
	s.Handle("GET "+static.Prefix, static.Handler())
	s.HandleFunc("GET /page/{name}", func(w http.ResponseWriter, r *http.Request) {
		v, ok := canned()[r.PathValue("name")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, layouttest.HTML(t, v.env, v.page))
	})
	s.HandleFunc("POST /violations", func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.note(func() { s.violations = append(s.violations, string(body)) })
	})
	s.HandleFunc("POST /bank/questions", func(w http.ResponseWriter, r *http.Request) {
		if s.out() {
			http.Redirect(w, r, "/login?next=%2F", http.StatusSeeOther)
			return
		}
		s.note(func() { s.posts++ })
		time.Sleep(300 * time.Millisecond) // long enough for an impatient second click
		w.WriteHeader(http.StatusNoContent)
	})
	s.HandleFunc("POST /api/v1/units/6/progress", func(w http.ResponseWriter, r *http.Request) {
		var b beat
		if err := json.NewDecoder(r.Body).Decode(&b); err != nil {
			t.Error(err)
		}
		s.note(func() { s.beats = append(s.beats, b) })
		fmt.Fprint(w, `{"percent":62,"completed":true}`)
	})
	s.HandleFunc("GET /api/v1/me", func(w http.ResponseWriter, _ *http.Request) {
		s.note(func() {
			if s.signedOut {
				w.WriteHeader(http.StatusUnauthorized)
			}
		})
	})
	s.uploads()
	s.logIns()
	return s
}

func (s *site) out() (out bool) {
	s.note(func() { out = s.signedOut })
	return out
}

// uploads is an object store whose second part fails the first time.
func (s *site) uploads() {
	s.HandleFunc("POST /api/v1/uploads", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case bytes.Contains(body, []byte(".exe")):
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprint(w, `{"title":"有 1 处需要改正。","errors":[{"field":"name","message":"不支持这种文件","code":"courseware.file_type"}]}`)
		case bytes.Contains(body, []byte("假.mp4")):
			fmt.Fprint(w, `{"id":"42","part_size":1000,"parts":0}`)
		default:
			fmt.Fprint(w, `{"id":"41","part_size":1000,"parts":3}`)
		}
	})
	s.HandleFunc("POST /api/v1/uploads/42/complete", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"state":"refused","reason":"文件内容与扩展名不符"}`)
	})
	s.HandleFunc("POST /api/v1/uploads/41/parts", func(w http.ResponseWriter, r *http.Request) {
		var wanted struct {
			Parts []int `json:"parts"`
		}
		if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
			s.t.Error(err)
		}
		type partURL struct {
			Part int    `json:"part"`
			URL  string `json:"url"`
		}
		var urls []partURL
		for _, n := range wanted.Parts {
			urls = append(urls, partURL{n, fmt.Sprintf("/store/%d", n)})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"urls": urls})
	})
	s.HandleFunc("PUT /store/{part}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		part := r.PathValue("part")
		s.note(func() { s.puts[part]++ })
		if part == "2" && s.puts[part] == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("ETag", fmt.Sprintf(`"%s-%d"`, part, len(body)))
	})
	s.HandleFunc("POST /api/v1/uploads/41/complete", func(w http.ResponseWriter, r *http.Request) {
		var done struct {
			ETags []string `json:"etags"`
		}
		if err := json.NewDecoder(r.Body).Decode(&done); err != nil {
			s.t.Error(err)
		}
		s.note(func() { s.completed = done.ETags })
		fmt.Fprint(w, `{}`)
	})
}

func (s *site) note(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func TestMain(m *testing.M) { chromium.Main(m) }

// browser opens one tab of the given width; the site's address is returned.
func browser(t *testing.T, s *site, width int64) (ctx context.Context, origin string) {
	t.Helper()
	if strings.HasSuffix(static.URL("site.css"), "/site.css") {
		t.Fatal("the assets are not built: make assets")
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(chromium.Profile(t, chromium.Shared(t)), time.Minute)
	t.Cleanup(cancel)
	do(t, ctx, chromedp.EmulateViewport(width, 800))
	return ctx, server.URL
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func eval[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

// await waits until the expression is true.
func await(t *testing.T, ctx context.Context, js string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](js, chromedp.WithPollingTimeout(10*time.Second))); err != nil {
		t.Fatalf("%s: %v", js, err)
	}
}

func TestPagesFitAPhoneAndKeepThePolicy(t *testing.T) {
	s := newSite(t)
	ctx, origin := browser(t, s, 360)
	for name := range canned() {
		do(t, ctx, chromedp.Navigate(origin+"/page/"+strings.ReplaceAll(name, " ", "%20")))
		if w := eval[int](t, ctx, `document.documentElement.scrollWidth`); w > 360 {
			t.Errorf("%s is %d px wide", name, w)
		}
	}
	time.Sleep(200 * time.Millisecond) // reports are sent in the background
	s.note(func() {
		for _, v := range s.violations {
			t.Errorf("against the policy: %s", v)
		}
	})
}

// On a phone the heads of a table say nothing that the rows do not; who comes upon a link to sort by in them, by keyboard, sees it.
func TestHeadsAreSeenWhileTheFocusIsInThem(t *testing.T) {
	ctx, origin := browser(t, newSite(t), 360)
	do(t, ctx, chromedp.Navigate(origin+"/page/list"))
	const height = `document.querySelector(".table-cards thead").getBoundingClientRect().height`
	if h := eval[float64](t, ctx, height); h > 1 {
		t.Errorf("the heads are %v px high at first", h)
	}
	do(t, ctx, chromedp.Focus(chromedp.CSS(".table-cards thead a")))
	if h := eval[float64](t, ctx, height); h < 24 {
		t.Errorf("the focus is in heads of %v px", h)
	}
}

func TestDrawerAndDialog(t *testing.T) {
	ctx, origin := browser(t, newSite(t), 390)
	shown := `getComputedStyle(document.getElementById("sidebar")).visibility === "visible"`
	do(t, ctx, chromedp.Navigate(origin+"/page/list"))
	if eval[bool](t, ctx, shown) {
		t.Error("the drawer is open at first")
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("[data-drawer-open]")))
	await(t, ctx, shown)
	if !eval[bool](t, ctx, `document.querySelector(".shell-main").inert`) {
		t.Error("the page under the drawer is not inert")
	}
	do(t, ctx, chromedp.KeyEvent("\u001b"))
	if !eval[bool](t, ctx, `document.activeElement.matches("[data-drawer-open]")`) {
		t.Error("Escape does not lead the focus back to the button")
	}
	await(t, ctx, "!("+shown+")") // it slides out over the page
	do(t, ctx, chromedp.Click(chromedp.CSS("[data-dialog-open=retire]")))
	if !eval[bool](t, ctx, `document.getElementById("retire").open`) {
		t.Error("the dialog does not open")
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#retire [data-dialog-close]")))
	if eval[bool](t, ctx, `document.getElementById("retire").open`) {
		t.Error("the dialog does not close")
	}
}

func TestFormIsSentOnceAndErrorsTakeTheFocus(t *testing.T) {
	s := newSite(t)
	ctx, origin := browser(t, s, 390)
	do(t, ctx, chromedp.Navigate(origin+"/page/form"))
	if !eval[bool](t, ctx, `document.activeElement.matches(".error-summary")`) {
		t.Error("the summary of errors has not the focus")
	}
	eval[bool](t, ctx, `(() => { const b = document.querySelector("#form button[type=submit]"); b.click(); b.click(); return true })()`)
	time.Sleep(800 * time.Millisecond)
	s.note(func() {
		if s.posts != 1 {
			t.Errorf("sent %d times", s.posts)
		}
	})
}

// Who was logged out while a form was open keeps what was typed, and can send it after the log-in.
func TestFormOutlivesTheLogIn(t *testing.T) {
	s := newSite(t)
	ctx, origin := browser(t, s, 390)
	do(t, ctx, chromedp.Navigate(origin+"/page/form"))
	sent := func() (n int) { s.note(func() { n = s.posts }); return n }
	const send = `(() => { performance.now = () => 3600000; document.querySelector("#form button[type=submit]").click(); return true })()`
	s.note(func() { s.signedOut = true })
	eval[bool](t, ctx, `(document.querySelector("[name=source]").value = "价格法 第十四条", true)`)
	eval[bool](t, ctx, send)
	await(t, ctx, `document.getElementById("signed-out").open`)
	if sent() != 0 || eval[string](t, ctx, `document.querySelector("[name=source]").value`) != "价格法 第十四条" {
		t.Error("the form was sent, or what was typed is gone")
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#signed-out button[data-dialog-close]")))
	s.note(func() { s.signedOut = false })
	eval[bool](t, ctx, send)
	for end := time.Now().Add(10 * time.Second); sent() == 0 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
	}
	if n := sent(); n != 1 {
		t.Errorf("sent %d times after the log-in", n)
	}
}

// The button that chooses a file speaks the page's language; the input keeps name, focus and keyboard, and the chosen file is told.
func TestFileButtonIsOfThePage(t *testing.T) {
	ctx, origin := browser(t, newSite(t), 390)
	file := filepath.Join(t.TempDir(), "名单.xlsx")
	if err := os.WriteFile(file, make([]byte, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate(origin+"/page/form"))
	const box = `document.querySelector("[name=list] + .own-file")`
	if !eval[bool](t, ctx, box+`.offsetHeight >= 40 && `+box+`.innerText.includes("选择文件") && `+box+`.innerText.includes("还没有选择文件")`) {
		t.Error("no button of our own")
	}
	if !eval[bool](t, ctx, `(() => { const i = document.querySelector("[name=list]"); i.focus(); return document.activeElement === i && i.offsetWidth <= 1 && i.labels.length === 2 })()`) {
		t.Error("the input is in sight, or cannot be reached by the keyboard")
	}
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("[name=list]"), []string{file}))
	await(t, ctx, box+`.innerText.includes("名单.xlsx")`)
}

// A file that the server would refuse for its size stays here, with the reason.
func TestFileTooLargeIsNotChosen(t *testing.T) {
	ctx, origin := browser(t, newSite(t), 390)
	file := filepath.Join(t.TempDir(), "名单.xlsx")
	for size, kept := range map[int]int{1000: 1, 1001: 0} {
		if err := os.WriteFile(file, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		do(t, ctx, chromedp.Navigate(origin+"/page/form"), chromedp.SetUploadFiles(chromedp.CSS("[name=list]"), []string{file}))
		if n := eval[int](t, ctx, `document.querySelector("[name=list]").files.length`); n != kept {
			t.Errorf("%d bytes: %d files are chosen", size, n)
		}
		if said := eval[string](t, ctx, `document.querySelector("[name=list]").validationMessage`); strings.Contains(said, "文件太大") != (kept == 0) {
			t.Errorf("%d bytes: says %q", size, said)
		}
	}
}

func TestFieldsFollowTheChoice(t *testing.T) {
	ctx, origin := browser(t, newSite(t), 390)
	do(t, ctx, chromedp.Navigate(origin+"/page/form"))
	shown := func() string {
		return eval[string](t, ctx, `[...document.querySelectorAll("[data-when] input")].filter(e => e.getClientRects().length > 0).map(e => e.name).join(" ")`)
	}
	if got := shown(); got != "many" {
		t.Errorf("at first %q is shown", got)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS(`input[value="single"]`)))
	if got := shown(); got != "single_only" {
		t.Errorf("after the choice %q is shown", got)
	}
}

func TestUploadRepeatsAFailedPart(t *testing.T) {
	s := newSite(t)
	ctx, origin := browser(t, s, 390)
	file := filepath.Join(t.TempDir(), "课件.mp4")
	if err := os.WriteFile(file, make([]byte, 2500), 0o600); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate(origin+"/page/media"), chromedp.SetUploadFiles(chromedp.CSS("[data-upload] input[type=file]"), []string{file}))
	value, err := chromedp.Run(ctx, chromedp.Poll[string](`document.querySelector("[data-upload] input[type=hidden]")?.value`))
	if err != nil {
		t.Fatal(err)
	}
	s.note(func() {
		if want := []string{`"1-1000"`, `"2-1000"`, `"3-500"`}; value != "41" || !slices.Equal(s.completed, want) {
			t.Errorf("upload %q completed with %v, want %v", value, s.completed, want)
		}
		if s.puts["1"] != 1 || s.puts["2"] != 2 {
			t.Errorf("parts sent: %v, want the second one twice and no other", s.puts)
		}
	})
}

// A file that is refused says why in its line and becomes no part of the form.
func TestUploadSaysWhyAFileIsRefused(t *testing.T) {
	s := newSite(t)
	ctx, origin := browser(t, s, 390)
	var files []string
	for _, name := range []string{"程序.exe", "假.mp4"} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	do(t, ctx, chromedp.Navigate(origin+"/page/media"), chromedp.SetUploadFiles(chromedp.CSS("[data-upload] input[type=file]"), files))
	lines, err := chromedp.Run(ctx, chromedp.Poll[string](`(() => {
		const bad = [...document.querySelectorAll('.upload-line[data-tone="bad"]')];
		return bad.length === 2 && !document.querySelector('[data-upload] input[type="hidden"]') && bad.map(l => l.textContent.trim()).sort().join(" | ")
	})()`))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"程序.exe", "不支持这种文件", "假.mp4", "文件内容与扩展名不符"} {
		if !strings.Contains(lines, want) {
			t.Errorf("%q without %q", lines, want)
		}
	}
}

func TestPlayerTellsThePageAndShowsTheCredit(t *testing.T) {
	s := newSite(t)
	ctx, origin := browser(t, s, 390)
	do(t, ctx, chromedp.Navigate(origin+"/page/media"))
	await(t, ctx, `document.querySelector("[data-unit='6'] [data-credit]").value === 62`)
	if got := eval[string](t, ctx, `document.querySelector("[data-unit='6'] [role=status]").textContent`); got != "本节已学完" {
		t.Errorf("the player says %q", got)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("[data-unit='6'] [data-step='1']")))
	await(t, ctx, `document.querySelector("[data-unit='6'] [data-page-number]").textContent === "2 / 2"`)
	time.Sleep(200 * time.Millisecond) // the beat is on its way
	s.note(func() {
		if want := []beat{{1, 100, true, true}, {2, 100, true, true}}; !slices.Equal(s.beats, want) {
			t.Errorf("beats %v, want %v", s.beats, want)
		}
	})
}
