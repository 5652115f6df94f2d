package markup

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// writer lays out text: white space and line breaks wait until something follows them.
type writer struct {
	markdown bool
	pre      bool // white space is written as it stands
	out      strings.Builder
	space    bool
	breaks   int
}

// inline writes text of a line, its white space as one space. A no-break space is written as a space that stays.
func (w *writer) inline(text string) {
	if w.pre {
		w.raw(text)
		return
	}
	for _, r := range text {
		switch r {
		case ' ', '\t', '\n', '\r', '\f':
			w.space = true
		case '\u00a0':
			w.flush()
			w.out.WriteByte(' ')
		case '\u200b', '\ufeff': // seen by nobody
		default:
			w.flush()
			if w.markdown && w.isMark(r) {
				w.out.WriteByte('\\')
			}
			w.out.WriteRune(r)
		}
	}
}

// isMark reports whether Markdown would read the sign that is written next as more than itself.
func (w *writer) isMark(r rune) bool {
	switch r {
	case '\\', '*', '`', '<', '>', '~', '[', ']':
		return true
	case '#', '+', '-', '|', '=', '.', ')':
		line := w.out.String()
		line = line[strings.LastIndexByte(line, '\n')+1:]
		if r == '.' || r == ')' {
			return line != "" && strings.Trim(line, "0123456789") == ""
		}
		return line == ""
	}
	return false
}

// raw writes text as it is.
func (w *writer) raw(text string) {
	if text != "" {
		w.flush()
		w.out.WriteString(text)
	}
}

func (w *writer) flush() {
	switch {
	case w.out.Len() == 0:
	case w.breaks > 0:
		w.out.WriteString(strings.Repeat("\n", min(w.breaks, 2)))
	case w.space:
		w.out.WriteByte(' ')
	}
	w.space, w.breaks = false, 0
}

// lineBreak ends the line where a block begins or ends; several at one place are as one.
func (w *writer) lineBreak(n int) { w.breaks, w.space = max(w.breaks, n), false }

// hardBreak is a <br>: two of them leave a line empty.
func (w *writer) hardBreak() { w.breaks, w.space = w.breaks+1, false }

func (w *writer) text() string { return strings.TrimSpace(w.out.String()) }
