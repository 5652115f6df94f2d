package score

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Hundredths is an exact number with two decimals: points of a slot, a score, a percentage. 250 means 2.50.
type Hundredths int64

// Whole is n points (or percent) without a fraction.
func Whole(n int64) Hundredths { return Hundredths(n * 100) }

// String writes two decimals always: "87.50", "-0.05".
func (h Hundredths) String() string {
	return string(h.Append(nil))
}

// Append is String at the end of a text.
func (h Hundredths) Append(to []byte) []byte {
	n := uint64(h)
	if h < 0 {
		to, n = append(to, '-'), -n
	}
	return append(strconv.AppendUint(to, n/100, 10), '.', byte('0'+n%100/10), byte('0'+n%10))
}

// Parse reads "2", "2.5" or "2.50". A third decimal, an exponent or a blank is an error: a number that people are
// judged by is typed exactly or not at all.
func Parse(s string) (Hundredths, error) {
	whole, frac, dotted := strings.Cut(s, ".")
	negative := strings.HasPrefix(whole, "-")
	whole = strings.TrimPrefix(whole, "-")
	if !digits(whole, 1, 12) || dotted && !digits(frac, 1, 2) {
		return 0, fmt.Errorf("score: %q is not a number with at most two decimals", s)
	}
	n, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("score: %q: %w", s, err)
	}
	if negative {
		n = -n
	}
	return Hundredths(n), nil
}

func digits(s string, least, most int) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// MarshalJSON writes the decimal string, which no JSON reader turns into a float.
func (h Hundredths) MarshalJSON() ([]byte, error) {
	return append(h.Append([]byte{'"'}), '"'), nil
}

// UnmarshalJSON reads the decimal string.
func (h *Hundredths) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	n, err := Parse(s)
	*h = n
	return err
}
