package xmlread

import "bytes"

// Element is a start tag.
type Element struct {
	Name  string // local
	attrs []byte
}

// Scanner stands at a place in the text. Whoever calls reads every element to its end, with Children, Text or Skip.
type Scanner struct {
	text  []byte
	at    int
	open  []string          // full names of the open elements
	names map[string]string // every name is kept once
	empty bool              // the last start tag was <a/>: its end comes next

	lines, counted int // line breaks in the text up to counted
}

// New finds the encoding and stands before the first element. The data is read on, not copied, where it is UTF-8.
func New(data []byte) (*Scanner, error) {
	text, err := utf8Text(data)
	if err != nil {
		return nil, err
	}
	return &Scanner{text: text, names: map[string]string{}}, nil
}

type kind int

const (
	start kind = iota
	end
	chars
	eof
)

// next is the next tag or stretch of text. Comments, instructions and the document's type are passed over.
func (s *Scanner) next() (kind, Element, string, error) {
	if s.empty {
		s.empty = false
		s.open = s.open[:len(s.open)-1]
		return end, Element{}, "", nil
	}
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		if rest[0] != '<' {
			return s.chars(rest)
		}
		if len(rest) > 1 && rest[1] == '/' {
			return end, Element{}, "", s.endTag(rest)
		}
		if len(rest) < 2 || rest[1] != '!' && rest[1] != '?' {
			e, err := s.startTag(rest)
			return start, e, "", err
		}
		if bytes.HasPrefix(rest, cdata) {
			n, err := s.pass(rest, "]]>")
			if err != nil {
				return 0, Element{}, "", err
			}
			return chars, Element{}, string(lineEnds(rest[len(cdata) : n-len("]]>")])), nil
		}
		if err := s.aside(rest); err != nil {
			return 0, Element{}, "", err
		}
	}
	if len(s.open) > 0 {
		return 0, Element{}, "", s.broken("文件没有写完：<%.40s> 没有结束", s.open[len(s.open)-1])
	}
	return eof, Element{}, "", nil
}

var cdata = []byte("<![CDATA[")

func (s *Scanner) chars(rest []byte) (kind, Element, string, error) {
	n := bytes.IndexByte(rest, '<')
	if n < 0 {
		n = len(rest)
	}
	t, ok := unescape(rest[:n])
	if !ok {
		return 0, Element{}, "", s.broken("不认识的实体（& 应写成 &amp;）")
	}
	s.at += n
	return chars, Element{}, t, nil
}

// pass goes behind the mark and returns how far that is.
func (s *Scanner) pass(rest []byte, mark string) (int, error) {
	i := bytes.Index(rest, []byte(mark))
	if i < 0 {
		return 0, s.broken("没有结束：找不到 %s", mark)
	}
	n := i + len(mark)
	s.at += n
	return n, nil
}

// aside passes over what is neither element nor text.
func (s *Scanner) aside(rest []byte) (err error) {
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		_, err = s.pass(rest, "-->")
	case rest[1] == '?':
		_, err = s.pass(rest, "?>")
	case len(s.open) > 0:
		return s.broken("元素里面不能有 <!")
	default:
		n := declarationEnd(rest)
		if n < 0 {
			return s.broken("文档类型没有结束")
		}
		if bytes.Contains(rest[:n], []byte("<!ENTITY")) {
			return s.refuse("xml_entities", "XML 文件声明了自己的实体，出于安全不读取")
		}
		s.at += n
	}
	return err
}

// declarationEnd is the length of <!DOCTYPE …> with the declarations and comments inside it, -1 for no end.
func declarationEnd(rest []byte) int {
	depth := 0
	for i := 0; i < len(rest); i++ {
		jump := 0
		switch c := rest[i]; c {
		case '<':
			if !bytes.HasPrefix(rest[i:], []byte("<!--")) {
				depth++
				continue
			}
			if jump = bytes.Index(rest[i:], []byte("-->")); jump >= 0 {
				jump += len("-->") - 1
			}
		case '"', '\'':
			if jump = bytes.IndexByte(rest[i+1:], c); jump >= 0 {
				jump++
			}
		case '>':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		if jump < 0 {
			return -1
		}
		i += jump
	}
	return -1
}

func (s *Scanner) endTag(rest []byte) error {
	n := bytes.IndexByte(rest, '>')
	if n < 0 {
		return s.broken("标签没有结束")
	}
	name := bytes.TrimRight(rest[2:n], space)
	switch last := len(s.open) - 1; {
	case last < 0:
		return s.broken("</%.40s> 没有开始", name)
	case string(name) != s.open[last]:
		return s.broken("标签不成对：<%.40s> 以 </%.40s> 结束", s.open[last], name)
	}
	s.open = s.open[:len(s.open)-1]
	s.at += n + 1
	return nil
}

func (s *Scanner) startTag(rest []byte) (Element, error) {
	n := tagEnd(rest)
	switch {
	case n < 0:
		return Element{}, s.broken("标签没有结束")
	case len(s.open) == MaxDepth:
		return Element{}, s.refuse("xml_deep", "XML 嵌套超过 256 层")
	}
	inside := rest[1:n]
	empty := bytes.HasSuffix(inside, []byte("/"))
	if empty {
		inside = inside[:len(inside)-1]
	}
	name, attrs := inside, []byte(nil)
	if i := bytes.IndexAny(inside, " \t\r\n"); i >= 0 {
		name, attrs = inside[:i], inside[i:]
	}
	if !isName(name) {
		return Element{}, s.broken("不是标签名：<%.40s（小于号应写成 &lt;）", name)
	}
	s.at += n + 1
	s.empty = empty
	s.open = append(s.open, s.name(name))
	return Element{s.name(local(name)), attrs}, nil
}

// name is the text of a name: a document has few, again and again.
func (s *Scanner) name(b []byte) string {
	kept, known := s.names[string(b)]
	if !known {
		kept = string(b)
		s.names[kept] = kept
	}
	return kept
}

// isName looks at the first sign: what follows is not told apart from other names.
func isName(b []byte) bool {
	return len(b) > 0 && (b[0] == '_' || b[0] == ':' || b[0] >= 0x80 || b[0]|0x20 >= 'a' && b[0]|0x20 <= 'z')
}

// local is a name without its prefix; a colon with nothing before or behind it makes none, as in the standard library.
func local(name []byte) []byte {
	prefix, rest, found := bytes.Cut(name, []byte(":"))
	if !found || len(prefix) == 0 || len(rest) == 0 {
		return name
	}
	return rest
}

// tagEnd is the place of the > that ends a tag; one inside quotes does not.
func tagEnd(s []byte) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '>':
			return i
		case '<':
			return -1
		case '"', '\'':
			n := bytes.IndexByte(s[i+1:], s[i])
			if n < 0 {
				return -1
			}
			i += n + 1
		}
	}
	return -1
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
		case k == eof:
			return Element{}, s.broken("文件里没有 XML 内容")
		case !isBlank(text):
			return Element{}, s.broken("开头不是 XML")
		}
	}
}

// Children calls each element inside the open one, until that ends. An error of a call ends the reading and is returned.
func (s *Scanner) Children(each func(Element) error) error {
	for {
		k, e, _, err := s.next()
		if err == nil && k == start {
			err = each(e)
		}
		if err != nil || k == end {
			return err
		}
	}
}

// Skip reads the open element to its end.
func (s *Scanner) Skip() error {
	for depth := len(s.open) - 1; len(s.open) > depth; {
		if _, _, _, err := s.next(); err != nil {
			return err
		}
	}
	return nil
}

// Text is the text directly inside the open element, which it reads to its end.
func (s *Scanner) Text() (string, error) {
	text := ""
	for depth := len(s.open) - 1; len(s.open) > depth; {
		k, _, t, err := s.next()
		if err != nil {
			return "", err
		}
		if k == chars && len(s.open) == depth+1 {
			text += t
		}
	}
	return text, nil
}
