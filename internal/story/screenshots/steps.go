package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// step is something that a person does on the page before the picture is taken.
type step func(ctx context.Context) error

// patience is how long a control may take to appear.
const patience = 15 * time.Second

func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// await waits until the expression is true.
func await(js string) step {
	return func(ctx context.Context) error {
		for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
			ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")"))
			if err == nil && ok {
				return nil
			}
			if time.Now().After(end) {
				return errors.Join(fmt.Errorf("waited in vain for %s", js), err)
			}
		}
	}
}

// departure is how long a page that a script leads to may take to begin.
const departure = 400 * time.Millisecond

// script evaluates a script; when it leads to another page, it waits for that one.
func script(js string) step {
	return func(ctx context.Context) error {
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("(() => {window.left = false; "+js+"; return true})()")); err != nil {
			return err
		}
		for end := time.Now().Add(departure); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
			// Between two pages there is no document to ask.
			if here, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("window.left === false")); err != nil || !here {
				break
			}
		}
		return await(`document.readyState === "complete"`)(ctx)
	}
}

// follow opens the first link that the selector finds.
func follow(selector string) step {
	return func(ctx context.Context) error {
		if err := await("document.querySelector(" + quoted(selector) + ")")(ctx); err != nil {
			return err
		}
		href, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%s).href", quoted(selector))))
		if err != nil {
			return err
		}
		return chromedp.Do(ctx, chromedp.Navigate(href))
	}
}

// examPage opens a page of the exam on the staff's list whose line contains the word.
func examPage(word, page string) step {
	return script(fmt.Sprintf(`const line = [...document.querySelectorAll('main a[href^="/exams/"]')].find(a => (a.closest("tr, li, .card") ?? a).textContent.includes(%s));
		location.href = line.getAttribute("href").split("/").slice(0, 3).join("/") + "/" + %s`, quoted(word), quoted(page)))
}

// theExam opens what the viewer's list links of the exam whose line contains the word.
func theExam(word string) step {
	return script(fmt.Sprintf(`[...document.querySelectorAll('main a[href^="/exams/"]')].find(a => (a.closest("tr, li, .card") ?? a).textContent.includes(%s)).click()`, quoted(word)))
}

// newExam fills in the form of an exam by its fields and sends it; it opens and closes so many minutes from now, by the clinic's
// clock.
func newExam(kind, release string, opens, closes int, fields ...string) step {
	minute := func(name string, after int) string {
		return fmt.Sprintf(`document.querySelector("[name=%s]").value = new Date(Date.now() + (8 * 60 + %d) * 60000).toISOString().slice(0, 16);`, name, after)
	}
	return inOrder(choose("kind", kind), choose("release", release), fill(fields...), script(minute("opens_at", opens)+minute("closes_at", closes)), submit("main form"))
}

// invite adds one person by the employee number to the exam of this page.
func invite(number string) step {
	return inOrder(fill("who", number), click(`#people form[role="search"] button`), click(`form[action$="/people"]:has([name="person_id"]) button`))
}

// giveReason answers the open dialog.
func giveReason(text string) step {
	return script(fmt.Sprintf(`const d = document.querySelector("dialog[open]"); d.querySelector("[name=reason]").value = %s; d.querySelector("[type=submit]").click()`, quoted(text)))
}

// tick ticks the box of that name.
func tick(name string) step {
	return script(fmt.Sprintf(`document.querySelector('[name="%s"]').checked = true`, name))
}

// press clicks the visible button or link with the text, in an open dialog first.
func press(text string) step {
	const find = `[...document.querySelectorAll("dialog[open] button, dialog[open] a"), ...document.querySelectorAll("button, a, summary")].find(e => e.textContent.trim() === %s && e.getClientRects().length > 0 && !e.disabled)`
	js := fmt.Sprintf(find, quoted(text))
	return inOrder(await(js), script(js+".click()"))
}

// click clicks the first element of the selector.
func click(selector string) step {
	js := "document.querySelector(" + quoted(selector) + ")"
	return inOrder(await(js), script(js+".click()"))
}

// inOrder is one step of several, up to the first that fails.
func inOrder(steps ...step) step {
	return func(ctx context.Context) error {
		for _, do := range steps {
			if err := do(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// reload asks for the page anew until the expression is true: what a clock brings about is not told to an open page.
func reload(js string, most time.Duration) step {
	return func(ctx context.Context) error {
		for end := time.Now().Add(most); ; time.Sleep(2 * time.Second) {
			if err := script("location.reload()")(ctx); err != nil {
				return err
			}
			ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")"))
			if err == nil && ok {
				return nil
			}
			if time.Now().After(end) {
				return errors.Join(fmt.Errorf("the page never had %s", js), err)
			}
		}
	}
}

// fill types into fields by their names; a list takes the first option whose text or value contains the given one.
func fill(pairs ...string) step {
	js := ""
	for i := 0; i < len(pairs); i += 2 {
		js += fmt.Sprintf(`{
			const e = document.querySelector('[name="%s"]'), v = %s;
			e.value = e.tagName === "SELECT" ? [...e.options].find(o => o.value === v || o.textContent.includes(v)).value : v;
			for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind, {bubbles: true}));
		}`, pairs[i], quoted(pairs[i+1]))
	}
	return script(js)
}

// choose picks the radio button with this value.
func choose(name, value string) step {
	return click(fmt.Sprintf(`input[name="%s"][value="%s"]`, name, value))
}

// submit presses the main button of the form.
func submit(selector string) step {
	return click(selector + " button.btn-primary")
}

// upload gives the file field a file with this text.
func upload(name, text string) step {
	return func(ctx context.Context) error {
		dir, err := os.MkdirTemp("", "peikao-upload-")
		if err != nil {
			return err
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
		return chromedp.Do(ctx, chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{path}))
	}
}

// line cuts the browser's line or mends it.
func line(up bool) step {
	return func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			state := network.OverrideNetworkStateParams{Offline: !up, DownloadThroughput: -1, UploadThroughput: -1}
			if _, err := cdp.Call(ctx, t, network.OverrideNetworkState, state); err != nil {
				return err
			}
			conditions := []*network.Conditions{{Offline: !up, DownloadThroughput: -1, UploadThroughput: -1}}
			_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: conditions})
			return err
		}))
	}
}
