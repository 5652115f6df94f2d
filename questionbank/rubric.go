package questionbank

import (
	"regexp"
	"strconv"
	"strings"
)

// criterionText is one criterion as a spreadsheet's cell holds it: 致歉=40 or 致歉=40%, up to a "；" or the end of the line.
var criterionText = regexp.MustCompile(`^\s*(.*?)\s*[=＝]\s*([0-9０-９]{1,3})\s*[%％]?\s*(?:[；;\n]|$)`)

// ParseRubric reads a rubric written as "致歉=40；说明流程=60". Criteria are parted by "；", ";" or line breaks that follow
// a number, so that a criterion's own text may hold them. What cannot be read is rest; the percents are for Validate.
func ParseRubric(text string) (rubric []Criterion, rest string) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		m := criterionText.FindStringSubmatch(text)
		if m == nil {
			return rubric, text
		}
		n, _ := strconv.Atoi(strings.Map(HalfWidth, m[2])) // three digits at most
		rubric, text = append(rubric, Criterion{Text: m[1], Percent: n}), text[len(m[0]):]
	}
	return rubric, ""
}

// FormatRubric writes what ParseRubric reads.
func FormatRubric(rubric []Criterion) string {
	parts := make([]string, len(rubric))
	for i, c := range rubric {
		parts[i] = c.Text + "=" + strconv.Itoa(c.Percent)
	}
	return strings.Join(parts, "；")
}

// RubricLines writes what ParseRubricLines reads, a criterion to a line: - 致歉 40%.
func RubricLines(rubric []Criterion) []string {
	lines := make([]string, len(rubric))
	for i, c := range rubric {
		lines[i] = "- " + strings.Join(strings.Fields(c.Text), " ") + " " + strconv.Itoa(c.Percent) + "%"
	}
	return lines
}

// criterionLine is a line "- 致歉 40%", "1. 致歉（40%）" or "致歉=40".
var criterionLine = regexp.MustCompile(`^(?:[-*•]\s*|[0-9]+[.、)]\s*)?(.+?)\s*(?:[（(]\s*([0-9]{1,3})\s*[%％]\s*[)）]|[=＝:： ]\s*([0-9]{1,3})\s*[%％]|[=＝]\s*([0-9]{1,3}))$`)

// ParseRubricLines reads a rubric that is written as a list, a criterion to a line. ok is false where a line is none, or where the
// percents do not add up to 100: then the numbers may have meant something else.
func ParseRubricLines(text string) (rubric []Criterion, ok bool) {
	sum := 0
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		m := criterionLine.FindStringSubmatch(line)
		if m == nil {
			return nil, false
		}
		n, _ := strconv.Atoi(m[2] + m[3] + m[4]) // three digits at most, one of them filled
		rubric, sum = append(rubric, Criterion{Text: strings.TrimSpace(m[1]), Percent: n}), sum+n
	}
	return rubric, sum == 100
}
