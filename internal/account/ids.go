package account

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// PersonID identifies a person of the clinic (table person).
type PersonID int64

// UnitID identifies an organisation unit (table org_unit).
type UnitID int64

// PostID identifies a post (table post).
type PostID int64

// String is the decimal form that pages and the API show.
func (id PersonID) String() string { return strconv.FormatInt(int64(id), 10) }

// String is the decimal form that pages and the API show.
func (id UnitID) String() string { return strconv.FormatInt(int64(id), 10) }

// String is the decimal form that pages and the API show.
func (id PostID) String() string { return strconv.FormatInt(int64(id), 10) }

// MarshalJSON writes the id as a decimal string: JavaScript's numbers lose the
// last digits of a bigint.
func (id PersonID) MarshalJSON() ([]byte, error) { return json.Marshal(id.String()) }

// MarshalJSON writes the id as a decimal string.
func (id UnitID) MarshalJSON() ([]byte, error) { return json.Marshal(id.String()) }

// MarshalJSON writes the id as a decimal string.
func (id PostID) MarshalJSON() ([]byte, error) { return json.Marshal(id.String()) }

// UnmarshalJSON reads a decimal string or a plain integer.
func (id *PersonID) UnmarshalJSON(b []byte) error { return unmarshalID(b, id) }

// UnmarshalJSON reads a decimal string or a plain integer.
func (id *UnitID) UnmarshalJSON(b []byte) error { return unmarshalID(b, id) }

// UnmarshalJSON reads a decimal string or a plain integer.
func (id *PostID) UnmarshalJSON(b []byte) error { return unmarshalID(b, id) }

func unmarshalID[T ~int64](b []byte, dst *T) error {
	n, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	if err != nil || n <= 0 {
		return fmt.Errorf("account: %s is no id", b)
	}
	*dst = T(n)
	return nil
}

// ParseID reads an id from an address or a form; anything but a positive
// decimal number is 0, which no row has.
func ParseID[T ~int64](s string) T {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return T(n)
}

// Int64s turns typed ids into what SQL arrays are made of.
func Int64s[T ~int64](ids []T) []int64 {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}
