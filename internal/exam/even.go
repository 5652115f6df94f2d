package exam

// closest chooses one number of each set so that their sum with the base is as near to zero as any choice makes it; of equal ones that
// which takes earlier numbers of the last sets. Sets are not empty. It tries all sums, which the numbers' range bounds.
func closest(base int, sets [][]int) (picks []int) {
	low := base
	lows := make([]int, len(sets)) // the least sum of the sets so far
	span := 0
	for i, set := range sets {
		least, most := set[0], set[0]
		for _, v := range set {
			least, most = min(least, v), max(most, v)
		}
		low += least
		lows[i], span = low, span+most-least
	}
	reached := make([]bitset, len(sets)+1)
	reached[0] = bitset{1}
	below := base
	for i, set := range sets {
		reached[i+1] = make(bitset, span/64+1)
		for _, v := range set {
			reached[i+1].or(reached[i], v-(lows[i]-below))
		}
		below = lows[i]
	}
	at, best := -1, 0
	for sum := range span + 1 {
		if away := max(low+sum, -low-sum); reached[len(sets)].has(sum) && (at < 0 || away < best) {
			at, best = sum, away
		}
	}
	picks = make([]int, len(sets))
	for i := len(sets) - 1; i >= 0; i-- {
		before := base
		if i > 0 {
			before = lows[i-1]
		}
		for n, v := range sets[i] {
			if from := at - (v - (lows[i] - before)); from >= 0 && reached[i].has(from) {
				picks[i], at = n, from
				break
			}
		}
	}
	return picks
}

// bitset is a set of small numbers.
type bitset []uint64

func (b bitset) has(n int) bool { return n/64 < len(b) && b[n/64]&(1<<(n%64)) != 0 }

// or adds the other's numbers, each by so much larger.
func (b bitset) or(other bitset, by int) {
	words, bits := by/64, by%64
	for i, w := range other {
		if w == 0 {
			continue
		}
		if i+words < len(b) {
			b[i+words] |= w << bits
		}
		if bits > 0 && i+words+1 < len(b) {
			b[i+words+1] |= w >> (64 - bits)
		}
	}
}
