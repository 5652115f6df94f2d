package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log"
	"regexp"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
)

// Beside the chosen shots, every account of the demo follows the links that it sees, and one page of each kind has its picture
// taken: exams-N-results.zuzhang1. What looks the same to somebody else is not taken twice.

// gallery is what has been taken, by the content of the page.
type gallery struct {
	mu    sync.Mutex
	taken map[[32]byte]bool
}

func (g *gallery) isNew(content string) bool {
	key := sha256.Sum256([]byte(content))
	g.mu.Lock()
	defer g.mu.Unlock()
	known := g.taken[key]
	g.taken[key] = true
	return !known
}

// tabs is how many people walk at once.
const tabs = 2

// everybody walks as each account, and returns how many pages could not be taken.
func everybody(browser context.Context, d demo, dir string, only *regexp.Regexp) (failed int) {
	var (
		seen   = gallery{taken: map[[32]byte]bool{}}
		logins = make(chan string)
		mu     sync.Mutex
		all    sync.WaitGroup
	)
	for range tabs {
		all.Go(func() {
			for login := range logins {
				n := walk(browser, d, login, dir, only, &seen)
				mu.Lock()
				failed += n
				mu.Unlock()
			}
		})
	}
	for _, a := range d.Accounts {
		logins <- a.Login
	}
	close(logins)
	all.Wait()
	return failed
}

// A person's links, without those of files, and the numbers by which the pages of one kind differ.
const (
	links   = `[...document.querySelectorAll("a[href^='/']:not([download])")].map(a => a.getAttribute("href").split(/[?#]/)[0]).filter(p => !/^\/(media|api)\/|\.[a-z]+$/.test(p))`
	content = `document.title + document.querySelector("main").innerHTML`
)

var numbers = regexp.MustCompile(`\d+`)

func walk(browser context.Context, d demo, login, dir string, only *regexp.Regexp, seen *gallery) (failed int) {
	ctx, cancel, err := enter(browser, d, login)
	defer cancel()
	if err != nil {
		log.Printf("%s: %v", login, err)
		return 1
	}
	queue, known := []string{"/"}, map[string]bool{"/": true}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		found, err := visit(ctx, d.URL, path, name(path, login), dir, only, seen)
		if err != nil {
			log.Printf("%s as %s: %v", path, login, err)
			failed++
			continue
		}
		for _, p := range found {
			if kind := numbers.ReplaceAllString(p, "N"); !known[kind] {
				known[kind] = true
				queue = append(queue, p)
			}
		}
	}
	return failed
}

// name is the picture's: the kind of the page and whose it is.
func name(path, login string) string {
	kind := strings.Trim(numbers.ReplaceAllString(path, "N"), "/")
	if kind == "" {
		kind = "home"
	}
	return strings.ReplaceAll(kind, "/", "-") + "." + login
}

// visit takes the picture of a page that nobody has seen yet, and returns where its links lead.
func visit(ctx context.Context, origin, path, name, dir string, only *regexp.Regexp, seen *gallery) ([]string, error) {
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(widths[0], height), chromedp.Navigate(origin+path)); err != nil {
		return nil, err
	}
	if err := await(`document.querySelector("main")`)(ctx); err != nil { // the exam page is made by a script
		return nil, err
	}
	page, err := chromedp.Run(ctx, chromedp.Evaluate[string](content))
	if err != nil {
		return nil, err
	}
	if strings.Contains(page, "error-page") {
		return nil, fmt.Errorf("a link leads to a page that refuses")
	}
	if seen.isNew(page) && only.MatchString(name) {
		if err := photograph(ctx, name, dir); err != nil {
			return nil, err
		}
	}
	return chromedp.Run(ctx, chromedp.Evaluate[[]string](links))
}
