package bank

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// Tag is a word by which the staff groups questions (标签). It is on the question and not on a version.
type Tag struct {
	ID   TagID  `db:"id"`
	Name string `db:"name"`
}

// ParseTags reads tags as people write them, "面诊、2026春 术后", without order or rule.
func ParseTags(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,；;\r\n", r) })
}

// tagNames are tags as they are kept: NFKC, trimmed, one space between words, each once whatever its case, the first way of writing it.
// One with a separator in it is several, as ParseTags would read it back.
// Errors: Invalid (too many, too long, a character that no page shows).
func tagNames(typed []string) ([]string, error) {
	var names, folded []string
	for _, t := range ParseTags(norm.NFKC.String(strings.Join(typed, "、"))) {
		name := strings.Join(strings.Fields(t), " ")
		if name == "" {
			continue
		}
		if utf8.RuneCountInString(name) > questionbank.MaxTagRunes || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
			return nil, errs.InvalidFields(errs.NewField("tags", "error.bank.tag_long", "max", questionbank.MaxTagRunes))
		}
		if f := foldTag(name); !slices.Contains(folded, f) {
			names, folded = append(names, name), append(folded, f)
		}
	}
	if len(names) > questionbank.MaxTags {
		return nil, errs.InvalidFields(errs.NewField("tags", "error.bank.tags_many", "max", questionbank.MaxTags))
	}
	return names, nil
}

// foldTag is equal for names that are one tag.
func foldTag(name string) string { return norm.NFKC.String(strings.ToLower(name)) }

// sameTag tells whether a list has the tag, whatever its case.
func sameTag(name string) func(string) bool {
	folded := foldTag(name)
	return func(other string) bool { return foldTag(other) == folded }
}

// withTag and withoutTag are a question's tags after one was added or removed.
func withTag(tags []string, name string) []string {
	if slices.ContainsFunc(tags, sameTag(name)) {
		return tags
	}
	return append(slices.Clone(tags), name)
}

func withoutTag(tags []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(tags), sameTag(name))
}
