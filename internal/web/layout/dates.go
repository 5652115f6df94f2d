package layout

import (
	"bytes"
	"strings"
)

// Browsers break a line at the hyphens of 2026-11-30. Every page passes through here on its way out, so that no view has to think of it:
// each day, with the time that follows it, stands in a span that is not broken.

// dayAndTime is its form, 0 for every digit; the time, or its seconds, may be missing.
const dayAndTime = "0000-00-00 00:00:00"

// lengths are those of the forms, the longest first.
var lengths = []int{len(dayAndTime), len("0000-00-00 00:00"), len("0000-00-00")}

// nextDay is where the first day of a text stands; to is 0 where there is none. It looks at hyphens alone, which are few.
func nextDay(text []byte) (from, to int) {
	const year = len("0000")
	for at := 0; ; at++ {
		hyphen := bytes.IndexByte(text[at:], '-')
		if hyphen < 0 {
			return 0, 0
		}
		at += hyphen
		if from = at - year; from < 0 {
			continue
		}
		for _, n := range lengths {
			if len(text) >= from+n && hasForm(text[from:from+n], dayAndTime[:n]) {
				return from, from + n
			}
		}
	}
}

func hasForm(text []byte, form string) bool {
	for i, b := range text {
		if form[i] == '0' && (b < '0' || b > '9') || form[i] != '0' && b != form[i] {
			return false
		}
	}
	return true
}

// untouched are the elements that hold no elements, or whose text is none of the page's.
var untouched = map[string]bool{"title": true, "option": true, "textarea": true, "script": true, "style": true, "svg": true, "pre": true}

// keepDates puts the spans around the days in the texts of a page. A text with a day in it becomes one element, because beside the pieces
// of a text a flex box would put its gaps.
func keepDates(page []byte) []byte {
	if _, to := nextDay(page); to == 0 {
		return page
	}
	out := bytes.NewBuffer(make([]byte, 0, len(page)+len(page)/16))
	within, whole := 0, false // how many untouched elements are open; the last tag opened a text that is not broken anyway
	for len(page) > 0 {
		at := bytes.IndexByte(page, '<')
		if at < 0 {
			at = len(page)
		}
		if text := page[:at]; within > 0 || whole {
			out.Write(text)
		} else {
			writeDated(out, text)
		}
		page = page[at:]
		end := tagEnd(page)
		tag := string(page[:end])
		out.WriteString(tag)
		page = page[end:]
		within += opens(tag)
		whole = strings.Contains(tag, "text-nowrap") && !strings.HasPrefix(tag, "</")
	}
	return out.Bytes()
}

// tagEnd is the length of the tag with which the text begins; a > within quotes ends none.
func tagEnd(text []byte) int {
	var quote byte
	for i, b := range text {
		switch {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '>':
			return i + 1
		}
	}
	return len(text)
}

// opens is 1 for the beginning of an untouched element, −1 for its end, 0 for every other tag.
func opens(tag string) int {
	name, step := strings.TrimPrefix(tag, "<"), 1
	if strings.HasPrefix(name, "/") {
		name, step = name[1:], -1
	}
	if end := strings.IndexAny(name, " />\n\t"); end >= 0 {
		name = name[:end]
	}
	if !untouched[name] || strings.HasSuffix(tag, "/>") {
		return 0
	}
	return step
}

func writeDated(out *bytes.Buffer, text []byte) {
	from, to := nextDay(text)
	if to == 0 {
		out.Write(text)
		return
	}
	alone := len(bytes.TrimSpace(text)) == to-from
	if !alone {
		out.WriteString(`<span class="dated">`)
	}
	for ; to > 0; from, to = nextDay(text) {
		out.Write(text[:from])
		out.WriteString(`<span class="text-nowrap">`)
		out.Write(text[from:to])
		out.WriteString(`</span>`)
		text = text[to:]
	}
	out.Write(text)
	if !alone {
		out.WriteString(`</span>`)
	}
}
