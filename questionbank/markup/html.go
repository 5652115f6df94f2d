package markup

import (
	"encoding/xml"
	"regexp"
	"strings"
)

// uneven is text whose white space HTML would lose.
var uneven = regexp.MustCompile(`\t|  |^ | $| \n|\n |\n\n\n|\x{00a0}|\x{200b}|\x{feff}`)

// ToXHTML writes text so that FromNodes gives it back: an empty line parts paragraphs, a line break is <br/>; text whose
// white space matters is preformatted. replace, where it is not nil, is applied to what has been escaped.
func ToXHTML(text string, replace func(escaped string) string) string {
	if replace == nil {
		replace = func(s string) string { return s }
	}
	if uneven.MatchString(text) {
		return "<pre>" + replace(Escape(text)) + "</pre>"
	}
	text = replace(Escape(text))
	text = strings.ReplaceAll(text, "\n\n", "</p><p>")
	return "<p>" + strings.ReplaceAll(text, "\n", "<br/>") + "</p>"
}

// Escape makes text safe inside an element or an attribute. A line break stays one.
func Escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder never fails
	return strings.ReplaceAll(strings.ReplaceAll(b.String(), "&#xA;", "\n"), "&#x9;", "\t")
}

// EscapeMarkdown writes plain text so that Markdown shows it as it is.
func EscapeMarkdown(text string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		w := writer{markdown: true}
		for _, r := range line {
			if w.isMark(r) {
				w.out.WriteByte('\\')
			}
			w.out.WriteRune(r)
		}
		b.WriteString(w.out.String())
	}
	return b.String()
}
