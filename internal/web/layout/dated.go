package layout

import "regexp"

// datedPart is a piece of a text; Whole is not broken across lines.
type datedPart struct {
	Text  string
	Whole bool
}

var dayOrTime = regexp.MustCompile(`\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?`)

// datedParts parts a text at its days and times.
func datedParts(text string) []datedPart {
	var out []datedPart
	end := 0
	for _, at := range dayOrTime.FindAllStringIndex(text, -1) {
		if at[0] > end {
			out = append(out, datedPart{Text: text[end:at[0]]})
		}
		out = append(out, datedPart{text[at[0]:at[1]], true})
		end = at[1]
	}
	if end < len(text) {
		out = append(out, datedPart{Text: text[end:]})
	}
	return out
}
