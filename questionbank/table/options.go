package table

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"

	qb "github.com/peikao/peikao/questionbank"
)

var lineBreaks = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n", "<br>", "\n", "<br/>", "\n", "<br />", "\n")

// SplitOptions parts a cell that holds all options of a question into their texts, without their labels.
func SplitOptions(cell string) []string {
	var list []string
	if strings.HasPrefix(cell, "[") && json.Unmarshal([]byte(cell), &list) == nil && len(list) > 0 {
		cell = strings.Join(list, "\n")
	}
	text := []rune(lineBreaks.Replace(cell))
	if parts := splitAtLabels(text, true); parts != nil {
		return parts
	}
	if parts := splitAtLabels(text, false); parts != nil {
		return parts
	}
	for _, separator := range []string{"\n", "||", "|", "；", ";"} {
		if parts := filled(strings.Split(string(text), separator)); len(parts) > 1 {
			return parts
		}
	}
	return filled([]string{string(text)})
}

// splitAtLabels parts the text at the labels A, B, C … in their order. With lines, labels count at the start of a line
// alone, and a line with a label out of turn means that the text is not written so. Otherwise a label may stand
// anywhere after a space, but must then have a sign of its own (B. or (B)): a lone letter may be a word.
func splitAtLabels(text []rune, lines bool) []string {
	var starts, ends []int // of the labels
	for i := 0; i < len(text); i++ {
		lineStart := i == 0 || text[i-1] == '\n'
		if !lineStart && (lines || !unicode.IsSpace(text[i-1]) && !strings.ContainsRune("；;", text[i-1])) {
			continue
		}
		letter, length := label(text[i:], lineStart)
		if length == 0 {
			continue
		}
		if letter != 'a'+rune(len(starts)) {
			if lines && letter > 'a'+rune(len(starts)) {
				return nil
			}
			continue
		}
		starts, ends = append(starts, i), append(ends, i+length)
		i += length - 1
	}
	if len(starts) < 2 || strings.TrimSpace(string(text[:starts[0]])) != "" {
		return nil
	}
	parts := make([]string, len(starts))
	for i := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		parts[i] = strings.TrimSpace(strings.TrimRight(string(text[ends[i]:end]), "；; \n\t"))
	}
	return parts
}

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

func filled(parts []string) (kept []string) {
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

var answerPrefix = regexp.MustCompile(`^(?:【?(?:正确|参考|标准)?答案】?)\s*[:：]?\s*`)
