package main

import (
	"slices"
	"strings"
)

// rule is one rule of a style sheet. A rule has declarations (a plain rule) or
// children (@media and the like); raw holds what is passed through untouched
// (@keyframes, @font-face).
type rule struct {
	prelude  string
	decls    []decl
	children []rule
	raw      string
}

type decl struct{ name, value string }

func (r rule) isAt() bool { return strings.HasPrefix(r.prelude, "@") }

// parseCSS reads plain CSS without nesting, which is what Tabler ships.
func parseCSS(text string) []rule {
	p := &parser{s: stripComments(text)}
	return p.rules()
}

type parser struct {
	s string
	i int
}

func (p *parser) rules() []rule {
	var out []rule
	for {
		start := p.i
		end := p.next("{};")
		prelude := strings.TrimSpace(p.s[start:p.i])
		switch end {
		case 0:
			return out
		case '}':
			p.i++
			return out
		case ';': // @charset, @import: nothing that we keep
			p.i++
		case '{':
			p.i++
			out = append(out, p.block(prelude))
		}
	}
}

func (p *parser) block(prelude string) rule {
	switch at, _, _ := strings.Cut(prelude, " "); at {
	case "@media", "@supports", "@layer", "@container":
		return rule{prelude: prelude, children: p.rules()}
	case "@keyframes", "@-webkit-keyframes", "@font-face", "@property", "@page":
		start := p.i
		for depth := 1; depth > 0; {
			switch p.next("{}") {
			case 0:
				return rule{prelude: prelude, raw: p.s[start:]}
			case '{':
				depth++
			case '}':
				depth--
			}
			p.i++
		}
		return rule{prelude: prelude, raw: p.s[start : p.i-1]}
	}
	r := rule{prelude: prelude}
	for {
		start := p.i
		end := p.next(";}")
		if name, value, ok := strings.Cut(p.s[start:p.i], ":"); ok {
			r.decls = append(r.decls, decl{strings.TrimSpace(name), strings.TrimSpace(value)})
		}
		if end == 0 {
			return r
		}
		p.i++
		if end == '}' {
			return r
		}
	}
}

// next moves to the first of the stop bytes outside strings and parentheses
// and returns it, or 0 at the end of the text.
func (p *parser) next(stops string) byte {
	depth := 0
	var quote byte
	for ; p.i < len(p.s); p.i++ {
		c := p.s[p.i]
		switch {
		case c == '\\':
			p.i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0 && strings.IndexByte(stops, c) >= 0:
			return c
		}
	}
	return 0
}

func stripComments(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "/*")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		_, s, _ = strings.Cut(rest, "*/")
	}
}

func printCSS(rules []rule) string {
	var b strings.Builder
	for _, r := range rules {
		b.WriteString(r.prelude + "{")
		switch {
		case r.children != nil:
			b.WriteString(printCSS(r.children))
		case r.raw != "":
			b.WriteString(r.raw)
		default:
			for _, d := range r.decls {
				b.WriteString(d.name + ":" + d.value + ";")
			}
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// splitTop splits at sep outside strings and parentheses.
func splitTop(s string, sep byte) []string {
	var out []string
	p := &parser{s: s}
	for start := 0; ; start = p.i {
		end := p.next(string(sep))
		out = append(out, strings.TrimSpace(s[start:p.i]))
		if end == 0 {
			return out
		}
		p.i++
	}
}

// fieldsTop is splitTop at spaces without the empty parts.
func fieldsTop(s string) []string {
	return slices.DeleteFunc(splitTop(s, ' '), func(part string) bool { return part == "" })
}
