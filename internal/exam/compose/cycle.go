package compose

// oddCycles adds rows for odd rings of rivals: of five questions each of which is a rival of the next a paper takes two, and a solution may
// take half of each. It follows the walks that a solution fills most: what a pair leaves open of "at most one" is a pair's length, and a ring
// shorter than one is broken. It tells whether it added any.
func (e *program) oddCycles() (added bool) {
	seen := make([]bool, len(e.core))
	for at := range e.core {
		if seen[at] || !e.part(at) {
			continue
		}
		ring := e.ring(at)
		for _, q := range ring {
			seen[q] = true
		}
		if len(ring) > 3 && e.forbid(ring, len(ring)/2) {
			added = true
		}
	}
	return added
}

// part tells whether the solution takes a part of a question.
func (e *program) part(at int) bool {
	v := e.l.of(e.columns[at])
	return v > 0.01 && v < 0.99
}

// perPair makes of rings that are broken as much the shortest come first.
const perPair = 1.0 / 256

// ring is the shortest ring through a question, none where no ring is broken. Each question has two places, 2n before an even number of
// pairs and 2n+1 before an odd one.
func (e *program) ring(start int) []int {
	length, via := make([]float64, 2*len(e.core)), make([]int, 2*len(e.core))
	for i := range length {
		length[i] = 1
	}
	length[2*start] = 0
	queue := []int{2 * start}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		x := e.l.of(e.columns[at/2])
		near := e.near(at / 2)
		e.s.b.spend(8 * (1 + len(near)))
		for _, q := range near {
			if !e.part(q) {
				continue
			}
			to := 2*q + 1 - at%2
			if d := length[at] + max(0, 1-x-e.l.of(e.columns[q])) + perPair; d < length[to]-tiny {
				length[to], via[to] = d, at
				queue = append(queue, to)
			}
		}
	}
	if length[2*start+1] >= 1 {
		return nil
	}
	walk := []int{start}
	for at := via[2*start+1]; at != 2*start; at = via[at] {
		walk = append(walk, at/2)
	}
	return oddPart(walk)
}

// oddPart is a ring of odd length in a closed walk of odd length that may meet itself.
func oddPart(walk []int) []int {
	at := map[int]int{}
	for i := 0; i < len(walk); i++ {
		first, met := at[walk[i]]
		if !met {
			at[walk[i]] = i
			continue
		}
		if (i-first)%2 == 1 {
			return oddPart(walk[first:i])
		}
		return oddPart(append(append([]int{}, walk[:first]...), walk[i:]...))
	}
	return walk
}
