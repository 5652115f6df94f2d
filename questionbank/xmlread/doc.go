// Package xmlread reads XML that comes from outside, within bounds and in one way: a Scanner walks over files of many megabytes and
// holds no more of them than its caller keeps, and Parse lets the same Scanner build a small tree.
//
// The text may be in any encoding that it declares. The only entities are XML's own and those of HTML, each one character; a
// document that declares others is refused, and nothing is fetched. Elements and attributes are known by their local names, because
// the prefixes and namespaces of programs differ between versions while the names do not. What is too large, too deep or broken is
// an *Error with its line, in words for a trainer.
package xmlread

import "fmt"

// MaxDepth is how deeply elements may be nested.
const MaxDepth = 256

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
