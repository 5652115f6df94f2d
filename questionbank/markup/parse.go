package markup

import (
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"

	"github.com/peikao/peikao/questionbank/xmlread"
)

// maxDepth is how deep elements are taken as nested; deeper ones are read as if they stood beside each other.
const maxDepth = 100

// void elements have no content, and closes says which open element a start tag ends.
var (
	void   = set("br", "img", "hr", "input", "meta", "link", "source", "wbr", "col", "embed", "area", "base", "track", "param")
	closes = map[string]map[string]bool{
		"li": set("li"), "tr": set("tr", "td", "th"), "td": set("td", "th"), "th": set("td", "th"), "dt": set("dt", "dd"), "dd": set("dt", "dd"),
		"p": set("p"), "a": set("a"), "div": set("p"), "ul": set("p"), "ol": set("p"), "table": set("p"), "blockquote": set("p"), "pre": set("p"),
	}
	scopes = set("ul", "ol", "table", "dl")
)

// Parse builds a tree of any text, in time linear to its length.
func Parse(text string) *xmlread.Node {
	root := &xmlread.Node{Name: "html"}
	open := []*xmlread.Node{root}
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		t := z.Token()
		switch t.Type {
		case html.TextToken:
			add(open, &xmlread.Node{Text: t.Data})
		case html.StartTagToken, html.SelfClosingTagToken:
			open = closeImplied(open, t.Data)
			n := element(t)
			add(open, n)
			if !void[t.Data] && t.Type == html.StartTagToken && len(open) < maxDepth {
				open = append(open, n)
			}
		case html.EndTagToken:
			for i := len(open) - 1; i > 0; i-- {
				if open[i].Name == t.Data {
					open = open[:i]
					break
				}
			}
		}
	}
	return root
}

func add(open []*xmlread.Node, n *xmlread.Node) {
	parent := open[len(open)-1]
	parent.Children = append(parent.Children, n)
}

func closeImplied(open []*xmlread.Node, name string) []*xmlread.Node {
	ends := closes[name]
	kept := len(open)
	for i := len(open) - 1; i > 0 && ends != nil && !scopes[open[i].Name]; i-- {
		if ends[open[i].Name] {
			kept = i
		}
	}
	return open[:kept]
}

func element(t html.Token) *xmlread.Node {
	n := &xmlread.Node{Name: t.Data}
	for _, a := range t.Attr {
		n.Attrs = append(n.Attrs, xmlread.Attr{Name: a.Key, Value: a.Val})
	}
	return n
}

var kindsByEnding = map[string]Kind{
	".png": Image, ".jpg": Image, ".jpeg": Image, ".gif": Image, ".webp": Image, ".svg": Image, ".bmp": Image,
	".mp3": Audio, ".wav": Audio, ".m4a": Audio, ".ogg": Audio, ".aac": Audio, ".mp4": Video, ".webm": Video, ".mov": Video, ".m4v": Video,
}

// KindOf tells from the media type, where one is stated, else from the ending of the name.
func KindOf(src, mediaType string) Kind {
	if kind, _, _ := strings.Cut(mediaType, "/"); kind != "" {
		if k, ok := map[string]Kind{"image": Image, "audio": Audio, "video": Video}[kind]; ok {
			return k
		}
	}
	if k, ok := kindsByEnding[strings.ToLower(path.Ext(FileName(src)))]; ok {
		return k
	}
	return File
}

// FileName is the last part of an address, readable.
func FileName(src string) string {
	if strings.HasPrefix(src, "data:") {
		return "内嵌文件"
	}
	src, _, _ = strings.Cut(src, "?")
	if plain, err := url.PathUnescape(src); err == nil {
		src = plain
	}
	if name := path.Base(src); name != "." && name != "/" {
		return strings.ToValidUTF8(name, "�")
	}
	return "无名文件"
}
