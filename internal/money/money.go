// Package money holds amounts in whole fen: what people are paid by. Nothing here is a float and nothing is rounded.
package money

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// Fen is an amount: 100 are one yuan. Below 0 it is taken from somebody.
type Fen int64

// Yuan is an amount of whole yuan.
func Yuan(n int64) Fen { return Fen(n * 100) }

var errText = errors.New("money: an amount in yuan with at most two decimals is needed")

// maxDigits of whole yuan are more than any clinic pays, and far from the end of an int64.
const maxDigits = 12

// thousands are whole yuan in groups of three; any other comma may be meant as a point, and 1,5 is not fifteen.
var thousands = regexp.MustCompile(`^[0-9]{1,3}(?:,[0-9]{3})+$`)

// Parse reads an amount in yuan: "200", "-50", "0.5", "1,234.50". More than two decimals are refused, not cut.
func Parse(text string) (Fen, error) {
	digits, negative := strings.CutPrefix(strings.ReplaceAll(strings.TrimSpace(text), "−", "-"), "-")
	if !negative {
		digits = strings.TrimPrefix(digits, "+")
	}
	whole, part, dotted := strings.Cut(digits, ".")
	if thousands.MatchString(whole) {
		whole = strings.ReplaceAll(whole, ",", "")
	}
	if whole == "" || len(whole) > maxDigits || dotted && (part == "" || len(part) > 2) || strings.Trim(whole+part, "0123456789") != "" {
		return 0, errText
	}
	fen, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil {
		return 0, errText
	}
	if negative {
		fen = -fen
	}
	return Fen(fen), nil
}

// Decimal is the amount in yuan as files and forms hold it: "-1234.50".
func (f Fen) Decimal() string {
	sign, n := "", f
	if n < 0 {
		sign, n = "-", -n
	}
	part := strconv.FormatInt(int64(n%100), 10)
	if len(part) == 1 {
		part = "0" + part
	}
	return sign + strconv.FormatInt(int64(n/100), 10) + "." + part
}

// joined is the word joiner: a line may end between a sign and "¥", and an amount may not.
const joined = "\u2060"

// String is the amount as pages show it: "¥1,234.50", "−¥50.00", where the sign and the "¥" stay on one line.
func (f Fen) String() string {
	sign, n := "", f
	if n < 0 {
		sign, n = "−"+joined, -n
	}
	whole, part, _ := strings.Cut(n.Decimal(), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + "¥" + whole + "." + part
}

// Signed is String with a plus before what is given.
func (f Fen) Signed() string {
	if f > 0 {
		return "+" + joined + f.String()
	}
	return f.String()
}
