package markup

import (
	"regexp"
	"strings"

	"github.com/peikao/peikao/questionbank/xmlread"
)

const (
	raised  = "0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺-⁻−⁻=⁼(⁽)⁾nⁿiⁱ"
	lowered = "0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊-₋−₋=₌(₍)₎"
)

// shifted writes raised or lowered text with the signs that Unicode has, else behind the mark: m², x^(abc).
func shifted(text, signs, mark string) string {
	pairs := []rune(signs)
	var b strings.Builder
next:
	for _, r := range text {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == r {
				b.WriteRune(pairs[i+1])
				continue next
			}
		}
		return mark + "(" + text + ")"
	}
	return b.String()
}

// Raised is a text above the line as plain text has it: m², x^(ab).
func Raised(text string) string { return shifted(text, raised, "^") }

// Lowered is a text below the line: H₂O, x_(ab).
func Lowered(text string) string { return shifted(text, lowered, "_") }

// shiftable are the texts that say something else where they stand on the line: 10² is not 102. Signs such as ® and [1] say the same.
var shiftable = regexp.MustCompile(`^[0-9A-Za-z+\-−=()]+$`)

// Shift is a text at the level that office programs call superscript or subscript.
func Shift(level, text string) string {
	switch {
	case level == "" || !shiftable.MatchString(text):
		return text
	case level == "superscript":
		return Raised(text)
	case level == "subscript":
		return Lowered(text)
	}
	return text
}

// formula writes MathML in a line. whole is false where the layout said more than that.
func formula(n *xmlread.Node) (text string, whole bool) {
	whole = true
	if alt := strings.TrimSpace(n.Attr("alttext")); alt != "" {
		return alt, true
	}
	var write func(*xmlread.Node) string
	write = func(n *xmlread.Node) string {
		var parts []string
		for _, c := range n.Children {
			if c.Name != "" {
				parts = append(parts, write(c))
			}
		}
		at := func(i int) string {
			if i < len(parts) {
				return parts[i]
			}
			return ""
		}
		switch n.Name {
		case "mi", "mn", "mo", "mtext", "ms":
			return n.Value()
		case "msup":
			return at(0) + Raised(at(1))
		case "msub":
			return at(0) + Lowered(at(1))
		case "msubsup":
			return at(0) + Lowered(at(1)) + Raised(at(2))
		case "mfrac":
			return "(" + at(0) + ")/(" + at(1) + ")"
		case "msqrt":
			return "√(" + strings.Join(parts, "") + ")"
		case "mroot":
			return "√[" + at(1) + "](" + at(0) + ")"
		case "mspace":
			return " "
		case "semantics":
			return at(0)
		case "math", "mrow", "mstyle", "mpadded", "mphantom":
		case "mfenced":
			return "(" + strings.Join(parts, ",") + ")"
		default:
			whole = false
		}
		return strings.Join(parts, "")
	}
	return write(n), whole
}
