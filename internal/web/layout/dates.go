package layout

import (
	"bytes"
	"regexp"
	"strings"
)

// Browsers break a line at the hyphens of 2026-11-30. Every page passes through here on its way out, so that no view has to think of it:
// each day, with the time that follows it, stands in a span that is not broken.

var dayAndTime = regexp.MustCompile(`\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?`)

// untouched are the elements that hold no elements, or whose text is none of the page's.
var untouched = map[string]bool{"title": true, "option": true, "textarea": true, "script": true, "style": true, "svg": true, "pre": true}

// keepDates puts the spans around the days in the texts of a page. A text with a day in it becomes one element, because beside the pieces
// of a text a flex box would put its gaps.
func keepDates(page []byte) []byte {
	if !mayHoldDay(page) {
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

// mayHoldDay looks for the middle of a day, as -11-. It is asked of every page and every text, where the expression would take a sixth of
// what a page takes.
func mayHoldDay(text []byte) bool {
	for {
		at := bytes.IndexByte(text, '-')
		if at < 0 || at+3 >= len(text) {
			return false
		}
		if isDigit(text[at+1]) && isDigit(text[at+2]) && text[at+3] == '-' {
			return true
		}
		text = text[at+1:]
	}
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

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
	var days [][]int
	if mayHoldDay(text) {
		days = dayAndTime.FindAllIndex(text, -1)
	}
	if len(days) == 0 {
		out.Write(text)
		return
	}
	alone := len(days) == 1 && len(bytes.TrimSpace(text)) == days[0][1]-days[0][0]
	if !alone {
		out.WriteString(`<span class="dated">`)
	}
	end := 0
	for _, d := range days {
		out.Write(text[end:d[0]])
		out.WriteString(`<span class="text-nowrap">`)
		out.Write(text[d[0]:d[1]])
		out.WriteString(`</span>`)
		end = d[1]
	}
	out.Write(text[end:])
	if !alone {
		out.WriteString(`</span>`)
	}
}
