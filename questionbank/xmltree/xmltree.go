// Package xmltree reads XML that comes from outside into a small tree, within bounds. It is strict: the only entities are
// XML's own and those of HTML (each one character), a document that declares others is refused, nothing is fetched. What
// is too large, too deep or broken is an *Error with its line, in words for a trainer.
package xmltree

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits of one document.
const (
	MaxBytes  = 10 << 20
	MaxDepth  = 100
	MaxTokens = 1_000_000
	maxTag    = 64 << 10 // one start tag with its attributes
)

// Node is an element, or a run of text (Name empty). Names are without their namespace.
type Node struct {
	Name     string
	Text     string // of a run of text
	Attrs    []Attr
	Children []*Node
	Line     int
}

// Attr is an attribute without its namespace.
type Attr struct{ Name, Value string }

// Error says why a document is refused, and where.
type Error struct {
	Line    int
	Code    string // xml_large, xml_deep, xml_entities, xml_charset, xml_broken
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s: %s", e.Line, e.Code, e.Message) }

// Place is where in the document, for a problem's place.
func (e *Error) Place() string { return Place(e.Line) }

// Place names a line as a trainer's editor shows it.
func Place(line int) string { return fmt.Sprintf("第 %d 行", line) }

// Parse reads the whole document and returns its root element. The error is always an *Error.
func Parse(data []byte) (*Node, error) {
	if len(data) > MaxBytes {
		return nil, &Error{1, "xml_large", "XML 文件超过 10 MB"}
	}
	text, err := utf8Text(data)
	if err != nil {
		return nil, err
	}
	if line := longTag(text); line > 0 {
		return nil, &Error{line, "xml_large", "一个标签超过 64 KB"}
	}
	b := builder{dec: xml.NewDecoder(bytes.NewReader(text))}
	b.dec.Entity = xml.HTMLEntity
	b.dec.CharsetReader = charsetReader
	return b.build()
}

type builder struct {
	dec    *xml.Decoder
	open   []*Node
	root   *Node
	tokens int
}

func (b *builder) build() (*Node, error) {
	for {
		token, err := b.dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, b.broken(err)
		}
		if b.tokens++; b.tokens > MaxTokens {
			return nil, b.refuse("xml_large", "XML 文件的标签太多")
		}
		if err := b.take(token); err != nil {
			return nil, err
		}
	}
	if b.root == nil {
		return nil, b.refuse("xml_broken", "文件里没有 XML 内容")
	}
	return b.root, nil
}

func (b *builder) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if len(b.open) == MaxDepth {
			return b.refuse("xml_deep", "XML 嵌套超过 100 层")
		}
		return b.start(t)
	case xml.EndElement:
		b.open = b.open[:len(b.open)-1]
	case xml.CharData:
		if len(b.open) > 0 {
			b.add(&Node{Text: string(t), Line: b.line()})
		}
	case xml.Directive:
		if bytes.Contains(t, []byte("<!ENTITY")) {
			return b.refuse("xml_entities", "XML 文件声明了自己的实体，出于安全不读取")
		}
	}
	return nil
}

func (b *builder) start(t xml.StartElement) error {
	n := &Node{Name: t.Name.Local, Line: b.line()}
	for _, a := range t.Attr {
		n.Attrs = append(n.Attrs, Attr{a.Name.Local, a.Value})
	}
	switch {
	case len(b.open) > 0:
		b.add(n)
	case b.root != nil:
		return b.refuse("xml_broken", "XML 文件有不止一个根元素")
	default:
		b.root = n
	}
	b.open = append(b.open, n)
	return nil
}

func (b *builder) add(n *Node) {
	parent := b.open[len(b.open)-1]
	parent.Children = append(parent.Children, n)
}

func (b *builder) line() int {
	line, _ := b.dec.InputPos()
	return line
}

func (b *builder) refuse(code, message string) error { return &Error{b.line(), code, message} }

func (b *builder) broken(err error) error {
	var refused *Error
	if errors.As(err, &refused) {
		return refused
	}
	reason := err.Error()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		reason = syntax.Msg
	}
	return b.refuse("xml_broken", "不是有效的 XML："+reason)
}

// longTag is the line of a tag that is longer than maxTag, 0 for none: the parser would gather its attributes first.
func longTag(text []byte) int {
	for at := 0; ; {
		open := bytes.IndexByte(text[at:], '<')
		if open < 0 {
			return 0
		}
		at += open
		end := endOfTag(text[at:])
		if end < 0 {
			return 0 // not closed: the parser says so
		}
		if end > maxTag && text[at+1] != '!' && text[at+1] != '?' {
			return 1 + bytes.Count(text[:at], []byte("\n"))
		}
		at += end
	}
}

// closed are the things between < and > in which a > may stand, with their ends.
var closed = [...]struct{ begin, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}}

// endOfTag is the length of the tag, comment, CDATA section or instruction that the text begins with, -1 for no end. Of
// a declaration it is the beginning alone: tags and comments may stand inside.
func endOfTag(text []byte) int {
	for _, c := range closed {
		if bytes.HasPrefix(text, []byte(c.begin)) {
			i := bytes.Index(text, []byte(c.end))
			if i < 0 {
				return -1
			}
			return i + len(c.end)
		}
	}
	if bytes.HasPrefix(text, []byte("<!")) {
		return len("<!")
	}
	quote := byte(0)
	for i, c := range text {
		switch {
		case i > maxTag:
			return i // long enough to refuse; whether it ends does not matter
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return -1
}

// Attr is the value of the attribute, empty where there is none. It may be called on nil.
func (n *Node) Attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Child is the first child element of the name, nil for none. It may be called on nil.
func (n *Node) Child(name string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// All are the child elements of the name.
func (n *Node) All(name string) (found []*Node) {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Name == name {
			found = append(found, c)
		}
	}
	return found
}

// Walk visits n and all below it, in the document's order, and does not go below a node for which visit returns false.
func (n *Node) Walk(visit func(*Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	for _, c := range n.Children {
		c.Walk(visit)
	}
}

// Find is the first element of the name at or below n, nil for none.
func (n *Node) Find(name string) (found *Node) {
	n.Walk(func(m *Node) bool {
		if found == nil && m.Name == name {
			found = m
		}
		return found == nil
	})
	return found
}

// FindAll are the elements of the name at or below n, not looking inside those found.
func (n *Node) FindAll(name string) (found []*Node) {
	n.Walk(func(m *Node) bool {
		if m.Name == name {
			found = append(found, m)
		}
		return m.Name != name
	})
	return found
}

// Content is all text at or below n as it stands. It may be called on nil.
func (n *Node) Content() string {
	var b strings.Builder
	n.Walk(func(m *Node) bool {
		b.WriteString(m.Text)
		return true
	})
	return b.String()
}

// Value is Content without the white space at its ends.
func (n *Node) Value() string { return strings.TrimSpace(n.Content()) }
