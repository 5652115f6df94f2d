package db

import (
	"slices"
	"testing"
)

// An array of numbers is read whole or not at all.
func TestInt64s(t *testing.T) {
	for text, want := range map[string]Int64s{"{}": {}, "{1}": {1}, "{-9223372036854775808,0,9223372036854775807}": {-9223372036854775808, 0, 9223372036854775807}} {
		got := Int64s{7}
		if err := got.Scan([]byte(text)); err != nil || got == nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, broken := range []any{[]byte(""), []byte("{"), []byte("{1,2"), []byte("1,2"), []byte("{1,}x"), []byte("{a}"), []byte("{1,NULL}"), []byte("{{1},{2}}"), []byte("{9223372036854775808}"), "{1}", 1} {
		got := Int64s{7}
		if err := got.Scan(broken); err == nil {
			t.Errorf("%s was read as %v", broken, got)
		}
	}
	got := Int64s{7}
	if err := got.Scan(nil); err != nil || got != nil {
		t.Errorf("NULL: %v, %v", got, err)
	}
}
