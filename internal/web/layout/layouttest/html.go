// Package layouttest renders a view with canned data and checks what every page
// must keep: no inline script or style, one id once, every control and picture
// named, no word key left untranslated.
package layouttest

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// Env is in what surroundings a view is rendered. The zero value is a
// consultant who reads Chinese at "/".
type Env struct {
	Viewer   account.Viewer
	Lang     words.Lang
	Address  string
	Settings layout.Settings
}

// As is a viewer with the roles, for the whole of one unit.
func As(name string, roles ...account.Role) account.Viewer {
	v := account.Viewer{PersonID: 1, Name: name, Lang: words.ZH}
	for _, r := range roles {
		v.Grants = append(v.Grants, account.Grant{Role: r, UnitID: 1, Units: []account.UnitID{1}})
	}
	return v
}

// HTML renders the view and fails the test when it breaks a rule of the house.
func HTML(t testing.TB, e Env, view templ.Component) string {
	t.Helper()
	if e.Viewer.Name == "" {
		e.Viewer = As("林小溪", account.Consultant)
	}
	if e.Lang == "" {
		e.Lang = words.ZH
	}
	if e.Address == "" {
		e.Address = "/"
	}
	var b strings.Builder
	ctx := layout.Context(context.Background(), e.Settings, e.Viewer, e.Lang, e.Address)
	if err := view.Render(ctx, &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	for _, fault := range Faults(b.String()) {
		t.Error(fault)
	}
	return b.String()
}

// Faults lists what is wrong with a page's HTML.
func Faults(page string) []string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return []string{"not readable as HTML: " + err.Error()}
	}
	c := &checker{ids: map[string]bool{}, labelled: map[string]bool{}}
	c.findLabels(doc)
	c.walk(doc)
	return c.faults
}

type checker struct {
	ids      map[string]bool
	labelled map[string]bool // ids that a <label for> names
	faults   []string
}

var leftKey = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)

func (c *checker) findLabels(n *html.Node) {
	if n.Type == html.ElementNode && n.Data == "label" {
		c.labelled[attr(n, "for")] = true
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.findLabels(k)
	}
}

func (c *checker) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		if text := strings.TrimSpace(n.Data); leftKey.MatchString(text) {
			c.fault("a word key on the page: " + text)
		}
	case html.ElementNode:
		c.element(n)
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.walk(k)
	}
}

func (c *checker) element(n *html.Node) {
	for _, a := range n.Attr {
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			c.fault("inline " + a.Key + " on <" + n.Data + ">")
		case leftKey.MatchString(a.Val) && (strings.HasPrefix(a.Key, "aria-label") || a.Key == "title" || a.Key == "placeholder"):
			c.fault("a word key in " + a.Key + ": " + a.Val)
		}
	}
	if id := attr(n, "id"); id != "" {
		if c.ids[id] {
			c.fault("the id " + id + " stands twice")
		}
		c.ids[id] = true
	}
	switch n.Data {
	case "script":
		if attr(n, "src") == "" {
			c.fault("inline script")
		}
	case "style":
		c.fault("inline style sheet")
	case "img":
		if !hasAttr(n, "alt") {
			c.fault("an image without alt")
		}
	case "input", "select", "textarea":
		c.control(n)
	case "a", "button":
		if attr(n, "aria-label") == "" && strings.TrimSpace(textOf(n)) == "" {
			c.fault("<" + n.Data + "> without a name: " + attr(n, "href"))
		}
	}
}

func (c *checker) control(n *html.Node) {
	if t := attr(n, "type"); t == "hidden" || t == "submit" {
		return
	}
	if attr(n, "aria-label") != "" || attr(n, "aria-labelledby") != "" || c.labelled[attr(n, "id")] {
		return
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "label" {
			return
		}
	}
	c.fault("<" + n.Data + "> without a label: " + attr(n, "name"))
}

func (c *checker) fault(text string) { c.faults = append(c.faults, text) }

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		b.WriteString(textOf(k))
		if k.Type == html.ElementNode && k.Data == "img" {
			b.WriteString(attr(k, "alt"))
		}
	}
	return b.String()
}
