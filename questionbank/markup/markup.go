// Package markup turns the HTML of foreign questions into plain text or Markdown, and text into XHTML.
//
// The rule: white space is one space, as in a browser; a no-break space is a space that stays. Paragraphs, headings,
// lists, tables and quotations stand apart by an empty line; <br>, <div> and rows by a line break. Lists are "- " and
// "1. ", indented where they nest. A table is a Markdown table whose first row is its head; one of a single column is
// lines. In Markdown <b> and <strong> are **…**, <i> and <em> *…*, <s> and <del> ~~…~~, <code> `…`, and what
// would be read as a mark is escaped (a line break is one: questions are shown so); in plain text they leave no mark, and
// Text.Rich says that something is better told in Markdown. Raised and lowered digits and signs are those of Unicode
// (cm², H₂O), other text ^(…) and _(…). A link to a web page is [text](address), in plain text "text address". Formulas in
// MathML are written in a line. Images, sounds, videos and other files are handed to Options.Media, which says what
// stands for them. Colours, sizes and fonts say nothing and go; what says something and has no form here (underlining,
// a frame with a foreign page) is named in Text.Lost. Scripts and styles are not content.
package markup

import (
	"slices"
	"strings"

	"github.com/peikao/peikao/questionbank/xmlread"
)

// Text is what became of a piece of HTML.
type Text struct {
	Text string
	Rich bool     // emphasis, a table or a link: Markdown says more than plain text
	Lost []string // what has no form here, by its Chinese name, each once
}

// Media is a file that the HTML shows.
type Media struct {
	Kind Kind
	Src  string // the address as written
	Alt  string
}

// Kind of a file.
type Kind string

const (
	Image Kind = "图片"
	Audio Kind = "音频"
	Video Kind = "视频"
	File  Kind = "文件"
)

// Options say how to write, and what stands for that which is not text; the functions may be nil.
type Options struct {
	Markdown bool // else plain text
	// Media answers what is written for a file; without it "[图片：alt]" is.
	Media func(Media) string
	// Element answers what is written for an element that is none of HTML's, as an interaction is; false: its content.
	Element func(*xmlread.Node) (string, bool)
}

// FromHTML reads HTML as a browser does: nothing is an error.
func FromHTML(html string, o Options) Text { return FromNodes([]*xmlread.Node{Parse(html)}, o) }

// FromNodes reads XHTML that stands in an XML document.
func FromNodes(nodes []*xmlread.Node, o Options) Text {
	c := &converter{options: o}
	w := c.writer()
	for _, n := range nodes {
		c.node(w, n)
	}
	return Text{Text: w.text(), Rich: c.rich, Lost: c.lost}
}

const maxLists = 8

type converter struct {
	options Options
	lists   int // that are open around what is read
	rich    bool
	lost    []string
}

func (c *converter) writer() *writer { return &writer{markdown: c.options.Markdown} }

func (c *converter) lose(what string) {
	if !slices.Contains(c.lost, what) {
		c.lost = append(c.lost, what)
	}
}

// apart are the elements around which an empty line stands, and lines those around which a line ends.
var (
	apart = set("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "table", "pre", "figure", "hr")
	lines = set("div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "li", "dt", "dd", "tr",
		"figcaption", "caption", "fieldset", "form", "center", "details", "summary", "prompt", "contentBody")
	dropped  = set("script", "style", "template", "head", "noscript", "link", "meta", "stylesheet", "printedVariable")
	emphases = map[string]string{"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~", "code": "`", "tt": "`"}
)

func set(names ...string) map[string]bool {
	s := map[string]bool{}
	for _, n := range names {
		s[n] = true
	}
	return s
}

func (c *converter) children(w *writer, n *xmlread.Node) {
	for _, child := range n.Children {
		c.node(w, child)
	}
}

// inner is the content of an element on its own.
func (c *converter) inner(n *xmlread.Node) string {
	w := c.writer()
	c.children(w, n)
	return w.text()
}

func (c *converter) node(w *writer, n *xmlread.Node) {
	if n.Name == "" {
		w.inline(n.Text)
		return
	}
	if c.options.Element != nil {
		if text, ok := c.options.Element(n); ok {
			w.raw(text)
			return
		}
	}
	switch {
	case dropped[n.Name]:
	case emphases[n.Name] != "":
		c.emphasis(w, n, emphases[n.Name])
	case apart[n.Name]:
		w.lineBreak(2)
		c.block(w, n)
		w.lineBreak(2)
	case lines[n.Name]:
		w.lineBreak(1)
		c.children(w, n)
		w.lineBreak(1)
	default:
		c.single(w, n)
	}
}

func (c *converter) block(w *writer, n *xmlread.Node) {
	switch n.Name {
	case "ul", "ol":
		c.list(w, n)
	case "table":
		c.table(w, n)
	case "pre":
		inside := c.writer()
		inside.pre = true
		c.children(inside, n)
		w.raw(strings.Trim(inside.out.String(), "\n"))
	case "h1", "h2", "h3", "h4", "h5", "h6":
		c.emphasis(w, n, "**")
	default:
		c.children(w, n)
	}
}

// single are the elements inside a line.
func (c *converter) single(w *writer, n *xmlread.Node) {
	switch n.Name {
	case "br":
		w.hardBreak()
	case "img":
		c.media(w, Media{Image, n.Attr("src"), line(n.Attr("alt"))})
	case "audio", "video", "object", "embed", "iframe":
		c.embedded(w, n)
	case "a":
		c.link(w, n)
	case "sub":
		w.raw(Lowered(n.Value()))
	case "sup":
		w.raw(Raised(n.Value()))
	case "u", "ins":
		c.lose("下划线")
		c.children(w, n)
	case "math":
		text, whole := formula(n)
		if !whole {
			c.lose("公式的排版")
		}
		w.raw(text)
	default:
		c.children(w, n)
	}
}

// emphasis sets the marks close to the text; content of several lines has none.
func (c *converter) emphasis(w *writer, n *xmlread.Node, mark string) {
	text, all := c.inner(n), n.Content()
	if strings.TrimLeft(all, " \t\r\n") != all {
		w.space = true
	}
	c.rich = c.rich || text != ""
	if c.options.Markdown && text != "" && !strings.Contains(text, "\n") && !strings.HasPrefix(text, mark) {
		text = mark + text + mark
	}
	w.raw(text)
	if strings.TrimRight(all, " \t\r\n") != all {
		w.space = true
	}
}

func (c *converter) list(w *writer, n *xmlread.Node) {
	number := 0
	c.lists++
	defer func() { c.lists-- }()
	for _, item := range n.Children {
		if item.Name != "li" {
			c.node(w, item)
			continue
		}
		mark := "- "
		if number++; n.Name == "ol" {
			mark = itoa(number) + ". "
		}
		w.lineBreak(1)
		text := strings.ReplaceAll(c.inner(item), "\n\n", "\n")
		w.raw(mark + c.indented(text, len(mark)))
		w.lineBreak(1)
	}
}

// indented sets the lines below the first under the item's text, down to maxLists lists in each other.
func (c *converter) indented(text string, by int) string {
	if c.lists > maxLists {
		return text
	}
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", by))
}

func (c *converter) table(w *writer, n *xmlread.Node) {
	var rows [][]string
	columns := 0
	for _, caption := range n.All("caption") {
		c.node(w, caption)
		w.lineBreak(2)
	}
	for _, tr := range n.FindAll("tr") {
		var cells []string
		for _, cell := range tr.Children {
			if cell.Name == "td" || cell.Name == "th" {
				cells = append(cells, strings.ReplaceAll(strings.Join(strings.Fields(c.inner(cell)), " "), "|", `\|`))
			}
		}
		rows, columns = append(rows, cells), max(columns, len(cells))
	}
	c.rich = c.rich || columns > 1
	for i, cells := range rows {
		w.lineBreak(1)
		if columns == 1 {
			w.raw(strings.Join(cells, ""))
			continue
		}
		w.raw("| " + strings.Join(append(cells, make([]string, columns-len(cells))...), " | ") + " |")
		if i == 0 {
			w.lineBreak(1)
			w.raw("|" + strings.Repeat(" --- |", columns))
		}
	}
}

// embedded takes the first source of an audio or video, and what stands inside as the text that replaces it.
func (c *converter) embedded(w *writer, n *xmlread.Node) {
	kinds := map[string]Kind{"audio": Audio, "video": Video}
	src, kind := n.Attr("src"), kinds[n.Name]
	if n.Name == "object" {
		src = n.Attr("data")
	}
	if source := n.Child("source"); src == "" && source != nil {
		src = source.Attr("src")
	}
	if kind == "" {
		kind = KindOf(src, n.Attr("type"))
	}
	if n.Name == "iframe" {
		c.lose("嵌入的网页")
		return
	}
	c.media(w, Media{kind, src, line(n.Attr("title"))})
	if n.Name == "object" {
		c.children(w, n)
	}
}

func (c *converter) media(w *writer, m Media) {
	if c.options.Media != nil {
		w.raw(c.options.Media(m))
		return
	}
	w.raw(Placeholder(m))
}

// maxAlt is in characters.
const maxAlt = 200

// line is the text as one line that is not too long.
func line(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	return string(runes[:min(len(runes), maxAlt)])
}

// Placeholder stands in a text for a file that could not be kept.
func Placeholder(m Media) string {
	name := m.Alt
	if name == "" {
		name = FileName(m.Src)
	}
	return "[" + string(m.Kind) + "：" + name + "]"
}

func (c *converter) link(w *writer, n *xmlread.Node) {
	href, text := strings.TrimSpace(n.Attr("href")), c.inner(n)
	switch {
	case strings.HasPrefix(href, "http://") || strings.HasPrefix(href, "https://"):
		c.rich = true
		if c.options.Markdown && text != "" && text != href && !strings.ContainsAny(text+href, "[]()\n ") {
			w.raw("[" + text + "](" + href + ")")
		} else {
			w.raw(strings.TrimSpace(text + " " + strings.TrimPrefix(href, text)))
		}
	case href == "" || strings.HasPrefix(href, "#") || strings.Contains(href, ":") && !strings.HasPrefix(href, "data:"):
		w.raw(text)
	default:
		w.raw(text)
		c.media(w, Media{KindOf(href, ""), href, line(text)})
	}
}
