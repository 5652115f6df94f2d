package crawl

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/page"
)

// What no link leads to: the doors, an import's preview, the exam page in its states, and the pages of refusals.

// doors are the pages before somebody is in.
func (h *house) doors(t *testing.T, browser context.Context) {
	t.Helper()
	b := h.enter(t, browser, "")
	b.open("/login")
	h.look(b, "nobody", "/login")
	b.fill("login", "nobody", "password", "not the password")
	b.submit("/login")
	b.refusedWith("status of 401")
	h.look(b, "nobody, refused", "/login")
	h.walk(b, "nobody", "/help/exams")
	ctx, root := context.Background(), account.System()
	people, _, err := h.Accounts.People(ctx, root, account.Filter{}, page.Page{Number: 1, Size: 100})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(people, func(p account.PersonRow) bool { return p.Name == "周晓琳" })
	password, err := h.Accounts.CreateLogin(ctx, root, people[i].ID, "erstmals")
	if err != nil {
		t.Fatal(err)
	}
	b.open("/login")
	b.fill("login", "erstmals", "password", password)
	b.submit("/login")
	b.await(`location.pathname === "/first-password"`)
	h.look(b, "somebody new", "/first-password")
	token, err := h.Accounts.FirstAdmin(ctx, account.Operator("root"), "admin1", "")
	if err != nil {
		t.Fatal(err)
	}
	b.open("/link/" + token.Reveal())
	h.look(b, "somebody with a link", "/link/:token")
}

// refusedWith wants the console to speak of the refusal, and forgets that it did.
func (b *tab) refusedWith(status string) {
	b.t.Helper()
	if !slices.ContainsFunc(b.complaints(), func(c string) bool { return strings.Contains(c, status) }) {
		b.t.Errorf("%s is not refused", eval[string](b, "location.pathname"))
	}
}

// refused are the pages that say no.
func (h *house) refused(t *testing.T, browser context.Context) {
	t.Helper()
	b := h.enter(t, browser, "zixun1")
	for _, address := range []string{"/people/import", "/cases/999999999", "/nowhere"} {
		b.open(address)
		b.refusedWith("status of 40")
		h.look(b, "zixun1", "/refused"+address)
	}
}

// previews uploads files with good and bad rows.
func (h *house) previews(t *testing.T, browser context.Context) {
	t.Helper()
	for _, f := range []struct{ login, action, name, text string }{
		{"hr1", "/people/import", "名单.csv", "工号,姓名,手机,邮箱,部门路径,岗位,入职日期,角色,登录名\nX1,甲一,,,总院/企划部,网络咨询员,2026-03-02,,jiayi\nX2,,电话,无,东院,店长,去年,,\n"},
		{"peixun1", "/bank/import", "题库.csv", "题干,题型,选项A,选项B,选项C,选项D,答案,解析\n能否承诺疗效？,单选题,能,不能,看情况,,B,不能\n没有答案的题,单选题,甲,乙,,,,\n"},
	} {
		b := h.enter(t, browser, f.login)
		path := filepath.Join(t.TempDir(), f.name)
		if err := os.WriteFile(path, []byte(f.text), 0o600); err != nil {
			t.Fatal(err)
		}
		b.open(f.action)
		b.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{path}))
		b.submit(f.action)
		b.await(`location.pathname.match(/import\/\d+$/)`)
		h.look(b, f.login, f.action+"/:import")
	}
}

// sitting looks at the exam page from the waiting page to the receipt.
func (h *house) sitting(t *testing.T, browser context.Context) {
	t.Helper()
	b := h.enter(t, browser, "zixun1")
	b.open("/")
	exam := eval[string](b, `document.querySelector('main a.btn[href^="/exams/"]').getAttribute("href")`)
	b.open(at("/exams/%s/sit", h.onPaper))
	b.await(`document.querySelector(".start-message").textContent.includes("笔试")`)
	h.state(b, "waiting for an exam on paper")
	b.open(exam + "/sit")
	b.await(`document.querySelector("button.primary") && !document.querySelector("button.primary").disabled`)
	h.look(b, "zixun1, waiting", "/exams/:id/sit")
	b.press("button.primary")
	b.await(`document.querySelector("section.question")`)
	b.press("section.question:not([hidden]) label.option")
	b.await(`document.querySelector(".chip").dataset.kind === "saved"`)
	h.look(b, "zixun1, answering", "/attempts/:id")
	b.width(390)
	b.press(".open-card")
	b.press("nav.foot .flag")
	h.state(b, "answer card")
	b.press("dialog[open] .btn.primary:not([hidden])")
	b.await(`document.querySelector("dialog[open] .dialog-actions")`)
	h.state(b, "hand-in dialog")
	b.press("dialog[open] .dialog-actions .btn:not(.primary)")
	b.await(`document.querySelector("main.receipt")`)
	h.state(b, "handed in")
	b.press("main.receipt a")
	b.await(`location.pathname.endsWith("/receipt") && document.readyState === "complete"`)
	h.look(b, "zixun1", "/attempts/:id/receipt")
	h.walk(b, "zixun1, afterwards", "/exams")
}

// state checks a state of the page that is open.
func (h *house) state(b *tab, what string) {
	b.t.Helper()
	for _, px := range []int64{390, 320} {
		b.width(px)
		if w := eval[int64](b, "document.scrollingElement.scrollWidth"); w > px {
			b.t.Errorf("%s at %d px is %d px wide", what, px, w)
		}
	}
	h.accessible(b, what)
}

// english looks at the pages of two people once more in English.
func (h *house) english(t *testing.T, browser context.Context) {
	t.Helper()
	h.checked, h.built, h.sample = map[string]bool{}, map[string]int{}, true
	for _, login := range []string{"hr2", "zixun2"} {
		b := h.enter(t, browser, login)
		b.open("/me/settings")
		eval[bool](b, `(document.querySelector("form.language-switch button").click(), true)`)
		b.await(`document.documentElement.lang === "en" && document.readyState === "complete"`)
		h.walk(b, login+" in English")
	}
}

func (b *tab) fill(pairs ...string) {
	b.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		eval[bool](b, `(document.querySelector('[name="`+pairs[i]+`"]').value = `+quoted(pairs[i+1])+`, true)`)
	}
}

// submit presses the main button of a form and waits for the next page.
func (b *tab) submit(action string) {
	b.t.Helper()
	eval[bool](b, `(window.before = true, document.querySelector('form[action="`+action+`"] button.btn-primary').click(), true)`)
	b.await(`!window.before && document.readyState === "complete"`)
}

func (b *tab) press(selector string) {
	b.t.Helper()
	b.await(`document.querySelector(` + quoted(selector) + `)`)
	eval[bool](b, `(document.querySelector(`+quoted(selector)+`).click(), true)`)
}
