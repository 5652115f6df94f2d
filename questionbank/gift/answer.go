package gift

import (
	"math"
	"strconv"
	"strings"

	"github.com/peikao/peikao/questionbank/draft"
)

// answer is one alternative: =text or ~text, with its weight in thousandths of a percent and its feedback.
type answer struct {
	right    bool // begins with =
	weighted bool // a weight is written
	weight   int  // 50000 is 50 %
	text     string
	feedback string
	line     int
	format   string

	feedbackFormat string
}

// answers parts the inside of the braces at the plain = and ~, and stops when there are more than anybody looks at. What
// stands before the first of them is rest.
func answers(inside chars) (all []answer, rest string) {
	start, first := -1, len(inside)
	flush := func(end int) {
		if start >= 0 {
			all = append(all, readAnswer(inside[start:end]))
		}
	}
	for i, c := range inside {
		if c.escaped() || c.r != '=' && c.r != '~' {
			continue
		}
		flush(i)
		if len(all) > draft.MaxAnswers {
			return all, inside[:first].String()
		}
		start, first = i, min(first, i)
	}
	flush(len(inside))
	return all, inside[:first].String()
}

// readAnswer reads "=%50%text#feedback"; the text begins with = or ~.
func readAnswer(c chars) answer {
	a := answer{right: c[0].r == '=', line: c[0].line()}
	body, feedback, _ := c[1:].trim().cut("#")
	if body.has("%") {
		if number, rest, ok := body[1:].cut("%"); ok {
			if w, err := strconv.ParseFloat(number.String(), 64); err == nil && w >= -100 && w <= 100 {
				a.weighted, a.weight, body = true, int(math.Round(w*1000)), rest.trim()
			}
		}
	}
	a.format, body = textFormat(body)
	a.text = body.String()
	a.feedbackFormat, feedback = textFormat(feedback.trim())
	a.feedback = feedback.String()
	return a
}

// textFormat takes [html], [markdown], [plain] or [moodle] from the start.
func textFormat(c chars) (string, chars) {
	for _, f := range []string{"html", "markdown", "plain", "moodle"} {
		if c.has("[" + f + "]") {
			return f, c[len(f)+2:].trim()
		}
	}
	return "", c
}

// generalFeedback cuts "####text" off the inside of the braces.
func generalFeedback(inside chars) (chars, string) {
	before, after, ok := inside.cut("####")
	if !ok {
		return inside, ""
	}
	_, after = textFormat(after.trim())
	return before, after.String()
}

// truthWord reads {T}, {FALSE#if wrong#if right}: ok is false for another text.
func truthWord(inside chars) (is, ok bool, ifWrong, ifRight string) {
	word, after, _ := inside.cut("#")
	switch strings.ToUpper(word.String()) {
	case "T", "TRUE":
		is, ok = true, true
	case "F", "FALSE":
		ok = true
	}
	wrong, right, _ := after.cut("#")
	return is, ok, wrong.String(), right.String()
}
