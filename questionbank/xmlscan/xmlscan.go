// Package xmlscan walks over XML that comes from outside, at the speed that files of many megabytes need and within bounds: no
// document types, no entities but XML's own, at most MaxDepth elements deep. Elements are known by their local names, because the
// prefixes and namespaces of office programs differ between versions while the names do not.
//
// The text is UTF-8. Whoever calls reads every element to its end, with Children, Text or Skip.
package xmlscan

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deeply elements may be nested.
const MaxDepth = 256

// ErrBroken is returned for what is not XML, or not of the kind that is read here.
var ErrBroken = errors.New("broken XML")

// Element is a start tag.
type Element struct {
	Name  string // local
	attrs string
}

// Scanner stands at a place in the text.
type Scanner struct {
	text  string
	at    int
	open  []string // full names of the open elements
	empty bool     // the last start tag was <a/>: its end comes next
}

// New checks the encoding and stands before the first element.
func New(data []byte) (*Scanner, error) {
	if !utf8.Valid(data) {
		return nil, ErrBroken
	}
	return &Scanner{text: strings.TrimPrefix(string(data), "\uFEFF")}, nil
}

type kind int

const (
	start kind = iota
	end
	chars
	eof
)

// next is the next tag or stretch of text. Comments and processing instructions are passed over.
func (s *Scanner) next() (kind, Element, string, error) {
	if s.empty {
		s.empty = false
		s.open = s.open[:len(s.open)-1]
		return end, Element{}, "", nil
	}
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		if rest[0] != '<' {
			n := strings.IndexByte(rest, '<')
			if n < 0 {
				n = len(rest)
			}
			s.at += n
			t, ok := unescape(rest[:n])
			if !ok {
				return 0, Element{}, "", ErrBroken
			}
			return chars, Element{}, t, nil
		}
		switch {
		case strings.HasPrefix(rest, "<!--"):
			if !s.skipTo(rest, "-->") {
				return 0, Element{}, "", ErrBroken
			}
		case strings.HasPrefix(rest, "<?"):
			if !s.skipTo(rest, "?>") {
				return 0, Element{}, "", ErrBroken
			}
		case strings.HasPrefix(rest, "<![CDATA["):
			n := strings.Index(rest, "]]>")
			if n < 0 {
				return 0, Element{}, "", ErrBroken
			}
			s.at += n + 3
			return chars, Element{}, rest[len("<![CDATA["):n], nil
		case strings.HasPrefix(rest, "</"):
			return end, Element{}, "", s.endTag(rest)
		case strings.HasPrefix(rest, "<!"):
			return 0, Element{}, "", ErrBroken
		default:
			e, err := s.startTag(rest)
			return start, e, "", err
		}
	}
	return eof, Element{}, "", nil
}

func (s *Scanner) skipTo(rest, mark string) bool {
	n := strings.Index(rest, mark)
	s.at += n + len(mark)
	return n >= 0
}

func (s *Scanner) endTag(rest string) error {
	n := strings.IndexByte(rest, '>')
	if n < 0 || len(s.open) == 0 || strings.TrimRight(rest[2:n], " \t\r\n") != s.open[len(s.open)-1] {
		return ErrBroken
	}
	s.open = s.open[:len(s.open)-1]
	s.at += n + 1
	return nil
}

func (s *Scanner) startTag(rest string) (Element, error) {
	n := tagEnd(rest)
	if n < 0 || len(s.open) == MaxDepth {
		return Element{}, ErrBroken
	}
	s.at += n + 1
	inside := rest[1:n]
	if strings.HasSuffix(inside, "/") {
		inside, s.empty = inside[:len(inside)-1], true
	}
	name, attrs := inside, ""
	if i := strings.IndexAny(inside, " \t\r\n"); i >= 0 {
		name, attrs = inside[:i], inside[i:]
	}
	if name == "" {
		return Element{}, ErrBroken
	}
	s.open = append(s.open, name)
	return Element{local(name), attrs}, nil
}

// tagEnd is the place of the > that ends a tag; one inside quotes does not.
func tagEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '>':
			return i
		case '<':
			return -1
		case '"', '\'':
			n := strings.IndexByte(s[i+1:], s[i])
			if n < 0 {
				return -1
			}
			i += n + 1
		}
	}
	return -1
}

func local(name string) string { return name[strings.IndexByte(name, ':')+1:] }

// Attr is the value of the attribute with the local name, "" for none.
func (e Element) Attr(name string) string {
	for rest := e.attrs; ; {
		eq := strings.IndexByte(rest, '=')
		if eq < 0 {
			return ""
		}
		found := local(strings.TrimSpace(rest[:eq]))
		rest = strings.TrimLeft(rest[eq+1:], " \t\r\n")
		if rest == "" || rest[0] != '"' && rest[0] != '\'' {
			return ""
		}
		n := strings.IndexByte(rest[1:], rest[0])
		if n < 0 {
			return ""
		}
		if found == name {
			value, _ := unescape(rest[1 : n+1])
			return value
		}
		rest = rest[n+2:]
	}
}

// Root is the first element.
func (s *Scanner) Root() (Element, error) {
	for {
		k, e, text, err := s.next()
		switch {
		case err != nil:
			return Element{}, err
		case k == start:
			return e, nil
		case k != chars || strings.TrimSpace(text) != "":
			return Element{}, ErrBroken
		}
	}
}

// Children calls each element inside the open one, until that ends. An error of a call ends the reading and is returned.
func (s *Scanner) Children(each func(Element) error) error {
	for {
		k, e, _, err := s.next()
		switch {
		case err != nil:
			return err
		case k == eof:
			return ErrBroken
		case k == end:
			return nil
		case k == start:
			if err := each(e); err != nil {
				return err
			}
		}
	}
}

// Skip reads the open element to its end.
func (s *Scanner) Skip() error {
	for depth := len(s.open) - 1; len(s.open) > depth; {
		k, _, _, err := s.next()
		if err != nil {
			return err
		}
		if k == eof {
			return ErrBroken
		}
	}
	return nil
}

// Text is the text directly inside the open element, which it reads to its end.
func (s *Scanner) Text() (string, error) {
	text := ""
	for depth := len(s.open) - 1; len(s.open) > depth; {
		k, _, t, err := s.next()
		switch {
		case err != nil:
			return "", err
		case k == eof:
			return "", ErrBroken
		case k == chars && len(s.open) == depth+1:
			text += t
		}
	}
	return text, nil
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// unescape writes XML's entities out, and line ends as \n. It reports false for any other entity.
func unescape(s string) (string, bool) {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if strings.IndexByte(s, '&') < 0 {
		return s, true
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "&")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		name, after, ok := strings.Cut(rest, ";")
		if !ok {
			return "", false
		}
		text, known := entities[name]
		if !known {
			if text, known = numeric(name); !known {
				return "", false
			}
		}
		b.WriteString(text)
		s = after
	}
}

func numeric(name string) (string, bool) {
	digits, ok := strings.CutPrefix(name, "#")
	base := 10
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if !ok || err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}
