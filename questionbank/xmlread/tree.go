package xmlread

import "strings"

// Limits of one document that becomes a tree.
const (
	MaxBytes  = 10 << 20
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

// Parse reads the whole document and returns its root element. The error is always an *Error.
func Parse(data []byte) (*Node, error) {
	if len(data) > MaxBytes {
		return nil, &Error{1, "xml_large", "XML 文件超过 10 MB"}
	}
	s, err := New(data)
	if err != nil {
		return nil, err
	}
	b := builder{Scanner: s}
	return b.build()
}

type builder struct {
	*Scanner
	path []*Node // the open elements
	root *Node
}

func (b *builder) build() (*Node, error) {
	for tokens := 0; ; tokens++ {
		k, e, text, err := b.next()
		switch {
		case err == nil && tokens == MaxTokens:
			err = b.refuse("xml_large", "XML 文件的标签太多")
		case err == nil && k == start:
			err = b.start(e)
		}
		switch {
		case err != nil:
			return nil, err
		case k == end:
			b.path = b.path[:len(b.path)-1]
		case k == chars && len(b.path) > 0:
			b.add(&Node{Text: text, Line: b.line()})
		case k == eof && b.root == nil:
			return nil, b.broken("文件里没有 XML 内容")
		case k == eof:
			return b.root, nil
		}
	}
}

func (b *builder) start(e Element) error {
	if len(e.attrs) > maxTag {
		return b.refuse("xml_large", "一个标签超过 64 KB")
	}
	attrs, ok := e.all()
	if !ok {
		return b.broken("<%.40s> 的属性写法不对", e.Name)
	}
	n := &Node{Name: e.Name, Attrs: attrs, Line: b.line()}
	switch {
	case len(b.path) > 0:
		b.add(n)
	case b.root != nil:
		return b.broken("文件有不止一个根元素")
	default:
		b.root = n
	}
	b.path = append(b.path, n)
	return nil
}

func (b *builder) add(n *Node) {
	parent := b.path[len(b.path)-1]
	parent.Children = append(parent.Children, n)
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
