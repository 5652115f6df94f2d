package questionbank

import (
	"math/big"
	"regexp"
	"strings"
)

// Number is an accepted answer that is a number: every value from Value − Tolerance to Value + Tolerance, both ends
// included, written with one of the Units or with none. Values are exact: 0.1 is a tenth.
type Number struct {
	Value, Tolerance *big.Rat
	Units            []string
}

var (
	digits = `(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,20})(?:\.[0-9]{1,20})?`
	// acceptedNumber: 30±0.5 ml 毫升 (folded)
	acceptedNumber = regexp.MustCompile(`^([+\-]?` + digits + `) ?± ?(` + digits + `)((?: ?[^0-9 ±]\S*(?: \S+)*)?)$`)
	writtenNumber  = regexp.MustCompile(`^([+\-]?` + digits + `)(.*)$`)
	signs          = strings.NewReplacer("−", "-", "﹣", "-", "﹢", "+", "－", "-", "＋", "+")
)

// ParseNumber reads an accepted text as a number: the value, "±", the tolerance, and after them the units, parted by
// spaces: "30±0", "0.5±0.05 ml 毫升". It reports false for every other text, which is then accepted as it stands.
func ParseNumber(accepted string) (Number, bool) {
	m := acceptedNumber.FindStringSubmatch(signs.Replace(Fold(accepted)))
	if m == nil {
		return Number{}, false
	}
	return Number{Value: rational(m[1]), Tolerance: rational(m[2]), Units: strings.Fields(m[3])}, true
}

// Accepts reports whether an examinee's text is such a number. Width, case, spaces and thousands' commas do not matter.
func (n Number) Accepts(text string) bool {
	m := writtenNumber.FindStringSubmatch(signs.Replace(Fold(text)))
	if m == nil {
		return false
	}
	off := new(big.Rat).Sub(rational(m[1]), n.Value)
	return off.Abs(off).Cmp(n.Tolerance) <= 0 && n.hasUnit(m[2])
}

func (n Number) hasUnit(written string) bool {
	written = strings.ReplaceAll(written, " ", "")
	if written == "" {
		return true
	}
	for _, unit := range n.Units {
		if Fold(unit) == written {
			return true
		}
	}
	return false
}

// rational reads what the patterns above let through.
func rational(s string) *big.Rat {
	r, _ := new(big.Rat).SetString(strings.ReplaceAll(s, ",", ""))
	return r
}
