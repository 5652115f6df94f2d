package layouttest

import "regexp"

var (
	unbroken = regexp.MustCompile(`<span class="text-nowrap">([^<]*)</span>`)
	dated    = regexp.MustCompile(`<span class="dated">([^<]*)</span>`)
)

// Flat is a page's HTML without the marks around days and times that are not broken across lines, so that a sentence reads as one.
func Flat(page string) string {
	return dated.ReplaceAllString(unbroken.ReplaceAllString(page, "$1"), "$1")
}
