package xmlread

import "bytes"

// Attr is the value of the attribute with the local name, "" for none.
func (e Element) Attr(name string) string {
	value := ""
	e.each(func(n, v []byte) bool {
		if string(n) != name {
			return true
		}
		value, _ = unescape(v)
		return false
	})
	return value
}

// each calls every attribute with its local name and its value as written, until it is told to stop. false: they are not written as
// attributes are.
func (e Element) each(take func(name, value []byte) bool) bool {
	for rest := bytes.TrimLeft(e.attrs, space); len(rest) > 0; rest = bytes.TrimLeft(rest, space) {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return false
		}
		name, after := bytes.TrimRight(rest[:eq], space), bytes.TrimLeft(rest[eq+1:], space)
		if !isName(name) || bytes.ContainsAny(name, space+`"'`) || len(after) == 0 || after[0] != '"' && after[0] != '\'' {
			return false
		}
		n := bytes.IndexByte(after[1:], after[0])
		if n < 0 {
			return false
		}
		if !take(local(name), after[1:n+1]) {
			return true
		}
		rest = after[n+2:]
	}
	return true
}

// all are the attributes written out; ok is false where one cannot be read.
func (e Element) all() (attrs []Attr, ok bool) {
	ok = e.each(func(name, value []byte) bool {
		text, known := unescape(value)
		attrs = append(attrs, Attr{string(name), text})
		return known
	})
	return attrs, ok
}
