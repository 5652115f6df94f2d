package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/peikao/peikao/questionbank/written"
)

var (
	// decoration is what Markdown and chat programs put before a line: ### , > , - , a picture sign.
	decoration = regexp.MustCompile(`^(?:#{1,6}[ 　]+|>[ 　]*|[-+•·][ 　]+|\p{So}\x{FE0F}?[ 　]*)+`)
	// boldStart is a line that begins in bold: **1. …**, **答案：** B.
	boldStart = regexp.MustCompile(`^\*\*([^*]+)\*\*`)
	// rule is a line that only parts.
	rule = regexp.MustCompile(`^(?:[-—–]{3,}|\*{3,}|={3,})$`)
	// namedOption is 选项A：甲.
	namedOption = regexp.MustCompile(`^选项[ 　]*([A-HＡ-Ｈ])[ 　]*[:：.．、][ 　]*`)
)

// boxed is an option behind a box to be ticked: ☐ A. …, ☑ B. ….
var boxed = regexp.MustCompile(`([☐□☑☒■])[ \t　]*[A-HＡ-Ｈ][)）.．、:：]`)

// unboxed is a line whose options have no boxes; those that are ticked are marked as the right ones.
func unboxed(line string) string {
	if !strings.ContainsAny(line, "☐□☑☒■") {
		return line
	}
	found := boxed.FindAllStringSubmatchIndex(line, -1)
	if len(found) == 0 {
		return line
	}
	var b strings.Builder
	b.WriteString(line[:found[0][0]])
	for i, at := range found {
		end := len(line)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		option := strings.Trim(line[at[3]:end], " \t　")
		b.WriteString(option)
		if ticked := line[at[2]:at[3]]; strings.Contains("☑☒■", ticked) {
			b.WriteString("（正确答案）")
		}
		if end < len(line) {
			b.WriteString("  ")
		}
	}
	return b.String()
}

// undecorated is a line without the marks of Markdown around what makes it a part of a question; another line keeps them.
func undecorated(line string) string {
	if first, _ := utf8.DecodeRuneInString(line); !strings.ContainsRune("#>-+•·*=—–选", first) && !unicode.Is(unicode.So, first) {
		return line
	}
	if rule.MatchString(line) {
		return ""
	}
	line = namedOption.ReplaceAllString(line, "$1. ")
	marks := decoration.FindString(line)
	rest := line[len(marks):]
	bare := boldStart.ReplaceAllString(rest, "$1")
	if bare == line {
		return line
	}
	bare = strings.TrimRight(namedOption.ReplaceAllString(bare, "$1. "), " 　")
	heading, point := strings.HasPrefix(marks, "#"), strings.ContainsAny(marks, "-+•·")
	letter, n := written.Label(bare, false)
	switch {
	case readLabel(bare, 0).length > 0, keyWord.MatchString(bare):
		return bare
	case n > 0 && letter != 0 && (marks == "" || strings.ContainsAny(marks, "-+•·>")):
		return bare
	case !point && (marks == "" || heading) && (numberMark.MatchString(bare) || isSection(bare) || isKeys(bare) || chapterMark.MatchString(bare)):
		return bare
	}
	return line
}
