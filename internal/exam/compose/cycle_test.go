package compose

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What is cut out of a closed walk of odd length is a ring of odd length: no question twice, and each a rival of the next as on the walk.
func TestOddPartIsARing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := 2*rapid.IntRange(1, 6).Draw(t, "half") + 1
		walk := rapid.SliceOfN(rapid.IntRange(0, 6), n, n).Filter(func(w []int) bool {
			for i, at := range w {
				if at == w[(i+1)%n] {
					return false
				}
			}
			return true
		}).Draw(t, "walk")
		beside := func(a, b int) bool {
			for i, at := range walk {
				if next := walk[(i+1)%n]; at == a && next == b || at == b && next == a {
					return true
				}
			}
			return false
		}
		ring := oddPart(slices.Clone(walk))
		if len(ring)%2 == 0 || len(ring) < 3 {
			t.Fatalf("%v of %v", ring, walk)
		}
		for i, at := range ring {
			if slices.Index(ring, at) != i || !beside(at, ring[(i+1)%len(ring)]) {
				t.Fatalf("%v of %v", ring, walk)
			}
		}
	})
}
