package written

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	qb "github.com/peikao/peikao/questionbank"
)

var lineBreaks = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n", "<br>", "\n", "<br/>", "\n", "<br />", "\n")

// SplitOptions parts a text that holds all options of a question into their texts, without their labels. tight reports that
// labels without a space before them were taken for labels, which a person should look at.
func SplitOptions(text string) (parts []string, tight bool) {
	text = fromJSON(text)
	text = lineBreaks.Replace(text)
	if before, parts, tight := splitAtLabels([]rune(text)); parts != nil && before == "" {
		return parts, tight
	}
	text = circled(text)
	for _, separator := range []string{"\n", "||", "|", "┋", "$$", "##", "@@", "；", ";"} {
		if parts := filled(strings.Split(text, separator)); len(parts) > 1 {
			return withoutNames(withoutNumbers(parts)), false
		}
	}
	return filled([]string{text}), false
}

// fromJSON writes a list or an object of options one a line; another text stays.
func fromJSON(text string) string {
	var list []string
	if strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &list) == nil && len(list) > 0 {
		return strings.Join(list, "\n")
	}
	var named map[string]string
	if strings.HasPrefix(text, "{") && json.Unmarshal([]byte(text), &named) == nil && len(named) > 0 {
		for _, name := range slices.Sorted(maps.Keys(named)) {
			list = append(list, name+". "+named[name])
		}
		return strings.Join(list, "\n")
	}
	return text
}

// SplitStem parts the labelled options from a text that begins with the stem. Without options, the stem is the text.
func SplitStem(text string) (stem string, options []string, tight bool) {
	before, parts, tight := splitAtLabels([]rune(lineBreaks.Replace(text)))
	if parts == nil || before == "" || slices.Contains(parts, "") {
		return text, nil, false
	}
	return before, parts, tight
}

// How a label may stand: at the start of a line; after a space too; anywhere but after a Latin letter or a digit.
type labels int

const (
	ofLines labels = iota
	spaced
	anywhere
)

// splitAtLabels parts the text at the labels A, B, C … in their order, in the way that finds most; of two that find as many, the
// stricter one is right: B in "A. 维生素 B、C" is no label when a line "B." follows.
func splitAtLabels(text []rune) (before string, parts []string, tight bool) {
	for _, way := range []labels{ofLines, spaced, anywhere} {
		b, p := splitAt(text, way)
		if len(p) > len(parts) && (way != anywhere || !slices.Contains(p, "")) {
			before, parts, tight = b, p, way == anywhere
		}
	}
	return before, parts, tight
}

// splitAt: where labels count at the start of a line alone, one out of turn means that the text is not written so. Elsewhere a
// label must have a sign of its own (B. or (B)): a lone letter may be a word.
func splitAt(text []rune, way labels) (before string, parts []string) {
	var starts, ends []int // of the labels
	for i := 0; i < len(text); i++ {
		lineStart := i == 0 || text[i-1] == '\n'
		if !lineStart && !mayStand(text, i, way, len(starts) > 0) {
			continue
		}
		letter, length := label(text[i:], lineStart)
		if length == 0 {
			continue
		}
		if letter != 'a'+rune(len(starts)) {
			if way == ofLines && letter > 'a'+rune(len(starts)) {
				return "", nil
			}
			continue
		}
		starts, ends = append(starts, i), append(ends, i+length)
		i += length - 1
	}
	if len(starts) < 2 {
		return "", nil
	}
	parts = make([]string, len(starts))
	for i := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		if end < len(text) && strings.ContainsRune(bars, text[end-1]) {
			end-- // elsewhere it may belong to the option: |x|
		}
		parts[i] = strings.TrimSpace(strings.TrimRight(string(text[ends[i]:end]), "；; \n\t"))
	}
	return strings.TrimSpace(string(text[:starts[0]])), parts
}

// bars part options where a label follows at once.
const bars = "|┋"

// mayStand reports whether a label may stand at i, inside a line. Before the first one a stem may stand, in which "维生素A、B" is
// no label, but （ ）A. is.
func mayStand(text []rune, i int, way labels, begun bool) bool {
	previous := text[i-1]
	switch {
	case way == ofLines:
		return false
	case unicode.IsSpace(previous) || strings.ContainsRune("；;"+bars, previous):
		return true
	case !begun:
		return strings.ContainsRune("）)】]。？?：:", previous)
	}
	return way == anywhere && !isLatin(previous)
}

// circled puts options that are numbered ① ② ③ in one line on lines of their own.
func circled(text string) string {
	for n := '②'; n <= '⑧'; n++ {
		before, after, ok := strings.Cut(text, string(n))
		if !ok || !strings.HasPrefix(strings.TrimSpace(text), "①") {
			break
		}
		text = strings.TrimRight(before, " 　\t\n；;，,") + "\n" + string(n) + after
	}
	return text
}

// withoutNumbers takes the numbers 1. 2. … off the texts when each has its own.
func withoutNumbers(parts []string) []string {
	bare := make([]string, len(parts))
	for i, part := range parts {
		m := numberLabel.FindStringSubmatch(part)
		if m == nil || m[1] != strconv.Itoa(i+1) && m[2] != string(rune('①'+i)) {
			return parts
		}
		bare[i] = part[len(m[0]):]
	}
	return bare
}

// withoutNames takes A= B= … off the texts when each has its own.
func withoutNames(parts []string) []string {
	bare := make([]string, len(parts))
	for i, part := range parts {
		name, text, found := strings.Cut(part, "=")
		if !found || i >= qb.MaxOptions || qb.Fold(name) != string(rune('a'+i)) || strings.TrimSpace(text) == "" {
			return parts
		}
		bare[i] = strings.TrimSpace(text)
	}
	return bare
}

var numberLabel = regexp.MustCompile(`^(?:[（(]?([1-8])(?:[)）.．、:：]\s*|\s+)|([①-⑧])\s*)`)

// label is the letter and the length of an option's label at the start of the text, length 0 for none: A. A、 A: A) (A)
// 【A】, and where a bare letter may stand, "A " too.
func label(text []rune, bare bool) (letter rune, length int) {
	get := func(i int) rune {
		if i < len(text) {
			return unicode.ToLower(qb.HalfWidth(text[i]))
		}
		return 0
	}
	i := 0
	for bare && (get(i) == ' ' || get(i) == '\t') {
		i++
	}
	bracket := strings.ContainsRune("([【", get(i)) && get(i) != 0
	if bracket {
		i++
	}
	letter = get(i)
	if letter < 'a' || letter > 'h' {
		return 0, 0
	}
	i++
	switch sign := get(i); {
	case bracket && strings.ContainsRune(")]】", sign) && sign != 0:
		i++
		if strings.ContainsRune(".、:", get(i)) && get(i) != 0 {
			i++
		}
	case bracket:
		return 0, 0
	case sign != 0 && strings.ContainsRune(".、:),", sign):
		i++
	case bare && sign != 0 && unicode.IsSpace(sign) && sign != '\n':
		i++
	default:
		return 0, 0
	}
	return letter, i
}

// Label is the letter and the length in bytes of an option's label at the start of the text, length 0 for none. With bare, "A " is
// a label too.
func Label(text string, bare bool) (letter rune, length int) {
	const enough = 32 // bytes: a bracket, a letter, a bracket and a sign
	head := []rune(strings.ToValidUTF8(text[:min(len(text), enough)], ""))
	letter, n := label(head, bare)
	return letter, len(string(head[:n]))
}

func filled(parts []string) (kept []string) {
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

var answerPrefix = regexp.MustCompile(`^(?:【?(?:正确|参考|标准)?答案】?)\s*[:：]?\s*`)
