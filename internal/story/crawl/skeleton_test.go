package crawl

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// skeleton is what a page is built of, without its texts. Asking for it costs a fraction of opening the page.
type skeleton struct {
	kinds    string   // the kinds of its elements: parent, tag, class, type
	links    []string // where it leads
	file     bool     // no page at all: a file to download
	scripted bool     // a script of its own makes the page: the document says nothing of what is seen
}

// skeleton asks for a page as the person of the tab, without a browser.
func (b *tab) skeleton(address string) skeleton {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.ctx, http.MethodGet, b.origin+address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.AddCookie(&http.Cookie{Name: "peikao", Value: b.token})
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		return skeleton{file: true}
	}
	s, err := readSkeleton(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func readSkeleton(r io.Reader) (skeleton, error) {
	doc, err := html.Parse(r)
	if err != nil {
		return skeleton{}, err
	}
	var (
		s       skeleton
		scripts int
		kinds   = map[string]bool{}
	)
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		kinds[strings.Join([]string{n.Parent.Data, n.Data, attr(n, "class"), attr(n, "type")}, " ")] = true
		switch {
		case n.Data == "script":
			scripts++
		case n.Data == "a" && strings.HasPrefix(attr(n, "href"), "/"):
			s.links = append(s.links, attr(n, "href"))
		}
	}
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	slices.Sort(names)
	s.kinds, s.scripted = strings.Join(names, "\n"), scripts != 1
	return s, nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Texts do not make another page, elements do; a page with a script of its own, or with none, is always looked at.
func TestSkeleton(t *testing.T) {
	of := func(page string) skeleton {
		t.Helper()
		s, err := readSkeleton(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	const site = `<script src="/static/site.js"></script>`
	a, b := of(site+`<p class="x">甲 <a href="/cases/1">一</a></p>`), of(site+`<p class="x">乙 <a href="/cases/2">二</a></p>`)
	if a.kinds != b.kinds || a.scripted || !slices.Equal(b.links, []string{"/cases/2"}) {
		t.Errorf("%+v and %+v", a, b)
	}
	for name, page := range map[string]string{"another class": `<p class="y">甲</p>`, "another parent": `<div><p class="x"></p></div>`, "another type": `<p class="x"></p><input type="date">`} {
		if of(site+page).kinds == of(site+`<p class="x">甲</p>`).kinds {
			t.Errorf("%s makes no difference", name)
		}
	}
	if !of(site+site).scripted || !of("<p></p>").scripted {
		t.Error("a page of scripts passes for one that its document describes")
	}
}
