package layout_test

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// logIns are pages with forms, each for the person in its address, and the door that leads back to them.
func (s *site) logIns() {
	t := s.t
	s.HandleFunc("GET /as/{person}/form", func(w http.ResponseWriter, r *http.Request) {
		v := canned()["form"]
		id, _ := strconv.ParseInt(r.PathValue("person"), 10, 64)
		v.env.Viewer.PersonID = account.PersonID(id)
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, layouttest.HTML(t, v.env, v.page))
	})
	s.HandleFunc("GET /as/1/rows", func(w http.ResponseWriter, _ *http.Request) {
		env := canned()["form"].env
		env.Viewer.PersonID = 1
		rows, boxes := []templ.Component{layout.Hidden("indicator", "calls")}, []templ.Component{templ.Raw(`<input name="reason" aria-label="理由"/>`)}
		s.note(func() {
			for _, id := range s.rows {
				rows = append(rows, layout.Hidden("person", id), templ.Raw(`<input name="value" aria-label="得分"/>`))
				boxes = append(boxes, templ.Raw(`<input type="checkbox" name="case" value="`+id+`" aria-label="选择"/>`))
			}
		})
		form := func(id string, children []templ.Component) templ.Component {
			return within(layout.Form(layout.FormProps{ID: id, Action: "/bank/questions", NoGuard: true}), children...)
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, layouttest.HTML(t, env, within(layout.Page(layout.PageProps{Title: "得分"}), form("rows", rows), form("boxes", boxes))))
	})
	s.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		form := layout.Form(layout.FormProps{Action: "/login", NoGuard: true})
		_, _ = io.WriteString(w, layouttest.HTML(t, layouttest.Env{}, within(layout.Bare("登录"), within(form, layout.Hidden("next", r.FormValue("next"))))))
	})
	s.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.FormValue("next"), http.StatusSeeOther)
	})
}

// lands waits for a page on the way to which the one that is asked goes away.
func lands(t *testing.T, ctx context.Context, js string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js)); err == nil && there {
			return
		}
	}
	t.Fatalf("never: %s", js)
}

// Whose log-in had run out before a form was sent finds what was typed again after it, on the form's page, and nobody else does; once
// there is an answer nothing is kept.
func TestTypedComesBackAfterTheLogIn(t *testing.T) {
	s := newSite(t)
	ctx, origin := browser(t, s, 390)
	typed := func() string { return eval[string](t, ctx, `document.querySelector("[name=source]").value`) }
	lose := func() {
		t.Helper()
		s.note(func() { s.signedOut = true })
		do(t, ctx, chromedp.Navigate(origin+"/as/1/form"))
		eval[bool](t, ctx, `(document.querySelector("[name=source]").value = "价格法 第十四条", document.querySelector("#form button[type=submit]").click(), true)`)
		lands(t, ctx, `location.pathname === "/login" && document.readyState === "complete"`)
		if eval[string](t, ctx, `document.querySelector("[name=next]").value`) != "/as/1/form" {
			t.Error("the log-in does not lead back to the form")
		}
		s.note(func() { s.signedOut = false })
	}
	lose()
	eval[bool](t, ctx, `(document.querySelector("form[action='/login']").submit(), true)`)
	lands(t, ctx, `location.pathname === "/as/1/form" && document.readyState === "complete" && !document.getElementById("typed-back").hidden`)
	if got := typed(); got != "价格法 第十四条" {
		t.Errorf("%q came back", got)
	}
	do(t, ctx, chromedp.Navigate(origin+"/as/1/form"))
	if got := typed(); got == "价格法 第十四条" || eval[int](t, ctx, `sessionStorage.getItem("peikao.typed") === null ? 0 : 1`) != 0 {
		t.Errorf("%q came back twice", got)
	}
	lose()
	do(t, ctx, chromedp.Navigate(origin+"/as/2/form"))
	if got := typed(); got == "价格法 第十四条" {
		t.Error("somebody else's text is shown")
	}
	do(t, ctx, chromedp.Navigate(origin+"/as/1/form"))
	if got := typed(); got == "价格法 第十四条" {
		t.Error("it outlived another person")
	}
	s.note(func() {
		if len(s.violations) > 0 {
			t.Errorf("%v", s.violations)
		}
	})
}

// What was typed comes back to those whom it was typed for, wherever their rows stand by then; where a form is about others, it does not,
// and that is said.
func TestTypedComesBackToItsRows(t *testing.T) {
	s := newSite(t)
	ctx, origin := browser(t, s, 390)
	lose := func(fill string, rows ...string) {
		t.Helper()
		s.note(func() { s.signedOut, s.rows = true, []string{"7", "8"} })
		do(t, ctx, chromedp.Navigate(origin+"/as/1/rows"))
		eval[bool](t, ctx, `(() => { const e = `+fill+`; e.form.requestSubmit(); return true })()`)
		lands(t, ctx, `location.pathname === "/login" && document.readyState === "complete"`)
		s.note(func() { s.signedOut, s.rows = false, rows })
		eval[bool](t, ctx, `(document.querySelector("form[action='/login']").submit(), true)`)
		lands(t, ctx, `location.pathname === "/as/1/rows" && document.readyState === "complete"`)
	}
	told := func() string {
		return eval[string](t, ctx, `["typed-back", "typed-gone"].filter((id) => !document.getElementById(id).hidden).join()`)
	}
	const values = `[...document.querySelectorAll("[name=value]")].map((e) => e.value).join()`
	const ticked = `[...document.querySelectorAll("[name=case]:checked")].map((e) => e.value).join()`
	const second = `Object.assign(document.querySelectorAll("[name=value]")[1], { value: "92" })`
	lose(second, "7", "8")
	if got := eval[string](t, ctx, values); got != ",92" || told() != "typed-back" {
		t.Errorf("of the same people: %q, %q", got, told())
	}
	lose(second, "9", "7", "8")
	if got := eval[string](t, ctx, values); got != ",," || told() != "typed-gone" {
		t.Errorf("somebody came before them: %q, %q", got, told())
	}
	lose(`Object.assign(document.querySelector("[name=case][value='8']"), { checked: true })`, "9", "7", "8")
	if got := eval[string](t, ctx, ticked); got != "8" || told() != "typed-back" {
		t.Errorf("a row was ticked: %q, %q", got, told())
	}
}

// Nothing of what was typed, nor where, outlives the log-out; what a file answers is not kept at all, because no page would tell of the
// answer.
func TestTypedIsForgotten(t *testing.T) {
	ctx, origin := browser(t, newSite(t), 390)
	do(t, ctx, chromedp.Navigate(origin+"/as/1/form?q=%E5%BC%A0"))
	const left = `Object.keys(sessionStorage).filter((key) => key.startsWith("peikao.")).sort().join()`
	const sent = `.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }))`
	const form = `Object.assign(document.createElement("form"), { method: "post", action: "/x", innerHTML: "<input name=a value=b>" })`
	eval[bool](t, ctx, `(() => { const f = `+form+`; f.dataset.download = ""; document.body.append(f); f`+sent+`; return true })()`)
	if got := eval[string](t, ctx, left); got != "peikao.page" {
		t.Errorf("%q stands after a form that a file answers", got)
	}
	eval[bool](t, ctx, `(() => { const f = `+form+`; document.body.append(f); f`+sent+`; return true })()`)
	if got := eval[string](t, ctx, left); got != "peikao.page,peikao.typed" {
		t.Errorf("%q stands after a form", got)
	}
	eval[bool](t, ctx, `(document.querySelector("form[action='/logout']")`+sent+`, true)`)
	if got := eval[string](t, ctx, left); got != "" {
		t.Errorf("%q stands after the log-out", got)
	}
}

// openDialog stands open from the first, as one that a script of the page opened: it cannot be opened once more.
const openDialog = `<dialog open id="open"><form method="post" action="/refusals/open"><input id="open-reason" name="reason" aria-label="原因"/><button type="submit">好</button></form></dialog>`

// refusals is a page with dialogs whose acts are refused: by a message on the page that one is sent back to, by one on another page,
// and by a page of its own.
func (s *site) refusals() {
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			httpx.SetIdentity(c, httpx.Identity{Who: layouttest.As("林小溪", account.HR), Lang: words.ZH})
			c.Response().Header().Set("Content-Security-Policy", policy)
			return next(c)
		}
	})
	dialog := func(name string) templ.Component {
		return layout.Confirm(layout.ConfirmProps{ID: name, Title: "取消考试？", Action: "/refusals/" + name, Confirm: "取消考试", Reason: true})
	}
	gone := false
	e.GET("/refusals", func(c echo.Context) error {
		list := []templ.Component{dialog("message"), dialog("page"), dialog("done"), dialog("elsewhere"), templ.Raw(openDialog)}
		s.note(func() {
			if !gone {
				list = append(list, dialog("gone"))
			}
		})
		return layout.Render(c, http.StatusOK, within(layout.Page(layout.PageProps{Title: "考试"}), list...))
	})
	e.GET("/refusals/list", func(c echo.Context) error {
		return layout.Render(c, http.StatusOK, layout.Page(layout.PageProps{Title: "考试列表"}))
	})
	for name, to := range map[string]string{"elsewhere": "/refusals/list", "gone": "/refusals", "open": "/refusals"} {
		e.POST("/refusals/"+name, func(c echo.Context) error {
			s.note(func() { gone = gone || name == "gone" })
			layout.SetFlash(c, layout.Bad, "ledger.export_reason")
			return c.Redirect(http.StatusSeeOther, to)
		})
	}
	e.POST("/refusals/message", func(c echo.Context) error {
		layout.SetFlash(c, layout.Bad, "ledger.export_reason")
		return c.Redirect(http.StatusSeeOther, "/refusals")
	})
	e.POST("/refusals/page", func(c echo.Context) error {
		return layout.PageError(c, http.StatusConflict, "已经有人开始作答，不能取消。")
	})
	e.POST("/refusals/done", func(c echo.Context) error {
		layout.SetFlash(c, layout.OK, "common.close")
		return c.Redirect(http.StatusSeeOther, "/refusals")
	})
	s.Handle("/refusals", e)
	s.Handle("/refusals/", e)
}

// What was typed into a dialog that the server refuses stands in it again, with the refusal, also past a page that tells of the refusal alone
// and leads back; after an act that was done nothing comes back.
func TestRefusedDialogOpensAgain(t *testing.T) {
	s := newSite(t)
	s.refusals()
	ctx, origin := browser(t, s, 390)
	send := func(name string) {
		t.Helper()
		do(t, ctx, chromedp.Navigate(origin+"/refusals"))
		eval[bool](t, ctx, `(() => {
			const d = document.getElementById("`+name+`");
			if (!d.open) d.showModal();
			document.getElementById("`+name+`-reason").value = "题目出错了";
			document.querySelector("#`+name+` button[type=submit]").click();
			return true })()`)
	}
	again := func(name, message string) {
		t.Helper()
		lands(t, ctx, `location.pathname === "/refusals" && document.getElementById("`+name+`")?.open && document.querySelector("#`+name+` [role=alert]") !== null`)
		if got := eval[string](t, ctx, `document.getElementById("`+name+`-reason").value + "|" + document.querySelector("#`+name+` [role=alert]").textContent`); got != "题目出错了|"+message {
			t.Errorf("%s opens again with %q", name, got)
		}
	}
	send("message")
	again("message", words.T(words.ZH, "ledger.export_reason"))
	send("page")
	lands(t, ctx, `location.pathname === "/refusals/page" && document.querySelector("[data-came-from]")?.hidden === false`)
	eval[bool](t, ctx, `(document.querySelector("[data-came-from]").click(), true)`)
	again("page", "已经有人开始作答，不能取消。")
	send("elsewhere")
	lands(t, ctx, `location.pathname === "/refusals/list" && document.readyState === "complete" && document.querySelector("#messages .notice") !== null`)
	do(t, ctx, chromedp.Navigate(origin+"/refusals"))
	again("elsewhere", words.T(words.ZH, "ledger.export_reason"))
	send("open")
	again("open", words.T(words.ZH, "ledger.export_reason"))
	eval[bool](t, ctx, `(window.before = true, document.querySelector("#open button").click(), true)`) // what comes back is kept once more
	lands(t, ctx, `window.before === undefined && document.readyState === "complete"`)
	again("open", words.T(words.ZH, "ledger.export_reason"))
	send("gone")
	lands(t, ctx, `location.pathname === "/refusals" && document.getElementById("typed-left")?.hidden === false`)
	if got := eval[string](t, ctx, `document.getElementById("typed-left").textContent.trim()`); got != words.T(words.ZH, "layout.typed_left")+"题目出错了" {
		t.Errorf("the dialog is gone: %q", got)
	}
	send("done")
	lands(t, ctx, `location.pathname === "/refusals" && document.readyState === "complete" && document.querySelector("#messages .notice") !== null`)
	if open := eval[bool](t, ctx, `document.querySelector("dialog[open]:not(#open)") !== null || sessionStorage.getItem("peikao.typed") !== null`); open {
		t.Error("what was done comes back")
	}
	s.note(func() {
		if len(s.violations) > 0 {
			t.Errorf("%v", s.violations)
		}
	})
}

// A file is asked for by an ordinary link: the page stays while it comes, and a refusal of it is a page that tells why, not the browser's own
// words about a failed download.
func TestRefusedFileIsAPage(t *testing.T) {
	s := newSite(t)
	refuse := true
	e := echo.New()
	e.GET("/bank.xlsx", func(c echo.Context) error {
		httpx.SetIdentity(c, httpx.Identity{Who: layouttest.As("林小溪", account.Trainer), Lang: words.ZH})
		c.Response().Header().Set("Content-Security-Policy", policy)
		var said bool
		s.note(func() { s.posts++; said = refuse })
		if said {
			return layout.PageError(c, http.StatusUnprocessableEntity, "一次最多导出 20,000 条。")
		}
		return layout.SendTable(c, "bank", layout.FormatXLSX, [][]string{{"题干"}})
	})
	s.Handle("/bank.xlsx", e)
	ctx, origin := browser(t, s, 390)
	do(t, ctx, chromedp.Navigate(origin+"/page/list"))
	eval[bool](t, ctx, `(document.querySelector("a.search-export").click(), true)`)
	lands(t, ctx, `location.pathname === "/bank.xlsx" && document.querySelector("[data-came-from]")?.hidden === false`)
	if got := eval[string](t, ctx, `document.querySelector("[data-refused]").textContent.trim()`); got != "一次最多导出 20,000 条。" {
		t.Errorf("the refusal is told as %q", got)
	}
	s.note(func() { refuse, s.posts = false, 0 })
	eval[bool](t, ctx, `(document.querySelector("[data-came-from]").click(), true)`)
	lands(t, ctx, `location.pathname === "/page/list" && document.readyState === "complete"`)
	eval[bool](t, ctx, `(document.querySelector("a.search-export").click(), true)`)
	asked := func() (n int) { s.note(func() { n = s.posts }); return n }
	for end := time.Now().Add(20 * time.Second); asked() == 0 && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	if here := eval[string](t, ctx, `location.pathname`); asked() != 1 || here != "/page/list" {
		t.Errorf("a file asked for %d times leaves one at %s", asked(), here)
	}
}
