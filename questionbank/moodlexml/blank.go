package moodlexml

import (
	"regexp"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/markup"
)

var gapRun = regexp.MustCompile(`_{4,}`)

// blankType: one gap is a short answer or a number, several are a cloze.
func blankType(q qb.Question) string {
	switch {
	case len(q.Key.Gaps) != 1:
		return "multianswer"
	case onlyNumbers(q.Key.Gaps[0]):
		return "numerical"
	}
	return "shortanswer"
}

func onlyNumbers(gap []string) bool {
	for _, text := range gap {
		if _, ok := qb.ParseNumber(text); !ok {
			return false
		}
	}
	return len(gap) > 0
}

// gap writes the accepted answers of a single gap. A number among texts is written as its value.
func (e *encoder) gap(q qb.Question) {
	numbers := onlyNumbers(q.Key.Gaps[0])
	if !numbers {
		e.print("<usecase>0</usecase>\n")
	}
	for _, text := range q.Key.Gaps[0] {
		value, tolerance := parts(text)
		e.print("<answer fraction=\"100\" format=\"plain_text\"><text>%s</text>", markup.Escape(escapeStar(value)))
		e.feedback("")
		if numbers {
			e.print("<tolerance>%s</tolerance>", tolerance)
		}
		e.close("answer")
	}
	if numbers {
		e.units(q.Key.Gaps[0][0])
	}
}

func (e *encoder) units(number string) {
	n, _ := qb.ParseNumber(number)
	if len(n.Units) == 0 {
		return
	}
	e.print("<units>")
	for _, u := range n.Units {
		e.print("<unit><multiplier>1</multiplier><unit_name>%s</unit_name></unit>", markup.Escape(u))
	}
	e.print("</units><unitgradingtype>0</unitgradingtype><unitpenalty>0</unitpenalty><showunits>3</showunits>\n")
}

// parts are a number's value and tolerance; a text is its own value.
func parts(accepted string) (value, tolerance string) {
	n, ok := qb.ParseNumber(accepted)
	if !ok {
		return accepted, ""
	}
	return draft.Decimal(n.Value), draft.Decimal(n.Tolerance)
}

// escapeStar: a bare * is Moodle's sign for any text.
func escapeStar(s string) string { return strings.ReplaceAll(s, "*", `\*`) }

var clozeSigns = strings.NewReplacer(`\`, `\\`, `}`, `\}`, `{`, `\{`, `~`, `\~`, `#`, `\#`, `"`, `\"`)

// cloze is the stem as HTML with its gaps as embedded answers.
func cloze(q qb.Question, stem string) string {
	i := 0
	return markup.ToXHTML(stem, func(escaped string) string {
		return gapRun.ReplaceAllStringFunc(escaped, func(run string) string {
			if i == len(q.Key.Gaps) { // a gap that the text before the stem brought
				return run
			}
			i++
			return embed(q.Key.Gaps[i-1])
		})
	})
}

func embed(gap []string) string {
	kind, numbers := "SHORTANSWER", onlyNumbers(gap)
	if numbers {
		kind = "NUMERICAL"
	}
	answers := make([]string, len(gap))
	for i, text := range gap {
		value, tolerance := parts(text)
		if numbers {
			answers[i] = "=" + value + ":" + tolerance
		} else {
			answers[i] = "=" + clozeSigns.Replace(markup.Escape(escapeStar(value)))
		}
	}
	return "{1:" + kind + ":" + strings.Join(answers, "~") + "}"
}
