package exam

import (
	"testing"

	"pgregory.net/rapid"
)

// No choice of one number of each set comes nearer to zero.
func TestClosest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.IntRange(-90, 90).Draw(t, "base")
		sets := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(-60, 60), 1, 4), 0, 5).Draw(t, "sets")
		sum := base
		for i, n := range closest(base, sets) {
			sum += sets[i][n]
		}
		best := 1 << 20
		var try func(at, sum int)
		try = func(at, sum int) {
			if at == len(sets) {
				best = min(best, max(sum, -sum))
				return
			}
			for _, v := range sets[at] {
				try(at+1, sum+v)
			}
		}
		try(0, base)
		if max(sum, -sum) != best {
			t.Fatalf("%d, by trying %d", sum, best)
		}
	})
}
