package written

import "testing"

// A blank question whose stem has no gap has an answer nobody can place; reading it must not fail.
func TestSplitGapsWithoutAGap(t *testing.T) {
	for _, answer := range []string{"", "A", "1.甲"} {
		if parts := splitGaps(answer, 0); parts != nil {
			t.Errorf("%q: %q", answer, parts)
		}
	}
}
