package gift

import (
	"regexp"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// char is one character of a question, with its line and whether a backslash made it plain text. A file has millions of them.
type char struct {
	r  rune
	at int32 // the line; below 0 where a backslash made it plain
}

func (c char) line() int { return int(max(c.at, -c.at)) }

func (c char) escaped() bool { return c.at < 0 }

type chars []char

// block is the text of one question, or a $CATEGORY line.
type block struct {
	line     int // of its first character
	text     chars
	tags     []string
	braces   int    // that came of those around the answers
	category string // set: this is a category line
}

// named is a line with which a question begins: ::name:: text
var named = regexp.MustCompile(`^::.*::`)

// Bounds of one file and of one question; nothing that a program writes comes near.
const (
	maxCategories = 5_000
	maxTags       = 200
)

// blocks parts the file at empty lines, as Moodle does, and where a name stands at the start of a line outside answers; it leaves comment
// lines out.
func blocks(text string) []block {
	var all []block
	var open block
	flush := func() {
		if len(open.text) > 0 {
			all = append(all, open)
			open = block{}
		}
	}
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		if number++; len(all) > qb.MaxItems+maxCategories {
			break // the reader stops before, and says so
		}
		i := number - 1
		line = strings.TrimRight(line, "\r")
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "//"):
			if len(open.tags) < maxTags {
				open.tags = append(open.tags, tagsOf(trimmed)...)
			}
		case trimmed == "":
			flush()
		case len(open.text) == 0 && strings.HasPrefix(trimmed, "$CATEGORY:"):
			all = append(all, block{line: i + 1, category: strings.TrimSpace(strings.TrimPrefix(trimmed, "$CATEGORY:"))})
		default:
			if named.MatchString(trimmed) && open.braces != 1 {
				flush()
			}
			if len(open.text) == 0 {
				open.line = i + 1
			} else {
				open.text = append(open.text, char{'\n', int32(i + 1)})
			}
			from := len(open.text)
			open.text = unescape(open.text, line, int32(i+1))
			open.braces = open.text[from:].braces(open.braces)
		}
	}
	flush()
	return all
}

// tag stands in a comment above its question: // [tag:季度] [tag:重点]
var tag = regexp.MustCompile(`\[tag:((?:\\.|[^\]\\])*)\]`)

func tagsOf(comment string) (tags []string) {
	for _, m := range tag.FindAllStringSubmatch(comment, -1) {
		tags = append(tags, strings.NewReplacer(`\]`, `]`, `\\`, `\`).Replace(m[1]))
	}
	return tags
}

// unescape adds a line to a text, with \~ \= \# \{ \} \: \\ as plain characters and \n as a line break; another backslash stays.
func unescape(out chars, line string, number int32) chars {
	runes := []rune(line)
	out = slices.Grow(out, len(runes))
	for i := 0; i < len(runes); i++ {
		if runes[i] == '\\' && i+1 < len(runes) {
			switch next := runes[i+1]; {
			case strings.ContainsRune(`~=#{}:\`, next):
				out = append(out, char{next, -number})
				i++
				continue
			case next == 'n':
				out = append(out, char{'\n', -number})
				i++
				continue
			}
		}
		out = append(out, char{runes[i], number})
	}
	return out
}

func (c chars) String() string {
	var b strings.Builder
	for _, ch := range c {
		b.WriteRune(ch.r)
	}
	return strings.TrimSpace(b.String())
}

// index is the place of the first plain (not escaped) occurrence of the mark, -1 for none.
func (c chars) index(mark string) int {
	runes := []rune(mark)
next:
	for i := 0; i+len(runes) <= len(c); i++ {
		for j, r := range runes {
			if c[i+j].r != r || c[i+j].escaped() {
				continue next
			}
		}
		return i
	}
	return -1
}

// cut parts the text at the first plain mark.
func (c chars) cut(mark string) (before, after chars, found bool) {
	if i := c.index(mark); i >= 0 {
		return c[:i], c[i+len([]rune(mark)):], true
	}
	return c, nil, false
}

// trim takes the white space at both ends away.
func (c chars) trim() chars {
	for len(c) > 0 && strings.ContainsRune(" \t\n　", c[0].r) {
		c = c[1:]
	}
	for len(c) > 0 && strings.ContainsRune(" \t\n　", c[len(c)-1].r) {
		c = c[:len(c)-1]
	}
	return c
}

// has reports whether the text begins with the plain mark.
func (c chars) has(mark string) bool { return c.index(mark) == 0 }

// braces are those of the answers, up to the end of the text: of the two, how many came, and were before.
func (c chars) braces(before int) int {
	for _, ch := range c {
		if !ch.escaped() && (before == 0 && ch.r == '{' || before == 1 && ch.r == '}') {
			before++
		}
	}
	return before
}
