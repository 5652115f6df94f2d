package exam

import (
	"maps"
	"slices"

	"github.com/peikao/peikao/internal/score"
)

const (
	maxMeasures = 1 << 13 // as maxWeights, for percentages
	maxAlike    = 12      // questions of a form that change places together: with more, all differences have long been met
)

// evenFacility brings the forms' mean facilities (得分率, in per cent, by version where it has been measured) as near to each other as
// it can. Only questions of one cell and one difficulty change places, so that the expected difficulty stays what it is. For two forms
// of as many such questions as a clinic's paper has, the difference is then the least of all such exchanges. What has not been
// measured counts as the mean of its difficulty's, or of all.
func (f *Forms) evenFacility(facility map[VersionID]int) {
	known := f.expected(facility)
	if len(known) == 0 {
		return
	}
	for f.evenOne(known) {
	}
	f.Measured = 0
	for id := range f.like {
		if _, measured := facility[id]; measured {
			f.Measured++
		}
	}
	points := 0
	for _, slot := range f.Papers[0] {
		points += int(slot.Points)
	}
	f.FacilityGap = score.Hundredths(meanGap(f.loads(known, func(s PaperSlot) int { return int(s.Points) }), points))
}

// versions are the questions of all forms.
func (f *Forms) versions() []VersionID { return slices.Sorted(maps.Keys(f.like)) }

// expected are the facilities of all questions; none when not one has been measured.
func (f *Forms) expected(facility map[VersionID]int) map[VersionID]int {
	var sum, n [levels + 1]int
	for id, w := range f.like {
		if v, measured := facility[id]; measured {
			sum[w.level], n[w.level] = sum[w.level]+v, n[w.level]+1
			sum[0], n[0] = sum[0]+v, n[0]+1
		}
	}
	if n[0] == 0 {
		return nil
	}
	out := make(map[VersionID]int, len(f.like))
	for id, w := range f.like {
		v, measured := facility[id]
		switch {
		case measured:
		case n[w.level] > 0:
			v = sum[w.level] / n[w.level]
		default:
			v = sum[0] / n[0]
		}
		out[id] = v
	}
	return out
}

// loads are the forms' sums of facilities, weighed.
func (f *Forms) loads(known map[VersionID]int, weight func(PaperSlot) int) []int {
	out := make([]int, len(f.Papers))
	for form, slots := range f.Papers {
		for _, s := range slots {
			out[form] += weight(s) * known[s.VersionID]
		}
	}
	return out
}

func (f *Forms) weight(s PaperSlot) int { return f.weights[s.Reason.V.Row-1] }

// evenOne deals the questions of two forms anew, the farthest apart first, where that makes all more even.
func (f *Forms) evenOne(known map[VersionID]int) bool {
	loads := f.loads(known, f.weight)
	for _, pair := range pairsApart(loads) {
		before := slices.Clone(f.Papers)
		f.Papers[pair[0]], f.Papers[pair[1]] = slices.Clone(before[pair[0]]), slices.Clone(before[pair[1]])
		f.dealAgain(known, pair[0], pair[1])
		if moreEven(f.loads(known, f.weight), loads) {
			return true
		}
		copy(f.Papers, before)
	}
	return false
}

// moreEven tells whether loads lie nearer to each other than others: their extremes, or with those as far apart all of them, by squares. Of
// four forms two may be hardest and two easiest; the one pair brought together then leaves the extremes to the other.
func moreEven(loads, than []int) bool {
	apart := func(loads []int) (extremes, all int) {
		for _, a := range loads {
			for _, b := range loads {
				extremes, all = max(extremes, a-b), all+(a-b)*(a-b)
			}
		}
		return extremes, all
	}
	extremes, all := apart(loads)
	before, allBefore := apart(than)
	return extremes < before || extremes == before && all < allBefore
}

// pairsApart are all pairs of forms, the farthest apart first.
func pairsApart(loads []int) (pairs [][2]int) {
	for a := range loads {
		for b := range a {
			pairs = append(pairs, [2]int{a, b})
		}
	}
	apart := func(p [2]int) int { return max(loads[p[0]]-loads[p[1]], loads[p[1]]-loads[p[0]]) }
	slices.SortStableFunc(pairs, func(p, q [2]int) int { return apart(q) - apart(p) })
	return pairs
}

// alike are slots of two forms whose questions may change places, with the sums that those of the first can have.
type alike struct {
	weight int
	slots  [2][]int
	of     [2][]PaperSlot
	values []int // of the first form's questions, then the second's
}

func (f *Forms) dealAgain(known map[VersionID]int, a, b int) {
	groups, base := f.groups(known, a, b)
	sets, sums := make([][]int, len(groups)), make([][]int, len(groups))
	for i, g := range groups {
		total := 0
		for _, v := range g.values {
			total += v
		}
		sums[i] = sumsOf(g.values, len(g.slots[0]))
		for _, sum := range sums[i] {
			sets[i] = append(sets[i], g.weight*(2*sum-total))
		}
	}
	for i, n := range closest(base, sets) {
		g := groups[i]
		first := whichSum(g.values, len(g.slots[0]), sums[i][n])
		var dealt [2][]PaperSlot
		for k, slot := range slices.Concat(g.of[0], g.of[1]) {
			side := 1
			if first[k] {
				side = 0
			}
			dealt[side] = append(dealt[side], slot)
		}
		for side, form := range [2]int{a, b} {
			for k, at := range g.slots[side] {
				slot := &f.Papers[form][at]
				slot.VersionID, slot.Reason = dealt[side][k].VersionID, dealt[side][k].Reason
			}
		}
	}
}

// groups are the questions of two forms that may change places, and by how much the first form's others are above the second's.
func (f *Forms) groups(known map[VersionID]int, a, b int) (groups []alike, base int) {
	type likeness struct {
		cell
		level int
	}
	var order []likeness
	slots := map[likeness]*[2][]int{}
	for side, form := range [2]int{a, b} {
		for at, s := range f.Papers[form] {
			w := f.like[s.VersionID]
			if !w.free {
				base += (1 - 2*side) * f.weight(s) * known[s.VersionID]
				continue
			}
			k := likeness{w.cell, w.level}
			if slots[k] == nil {
				slots[k] = &[2][]int{}
				order = append(order, k)
			}
			slots[k][side] = append(slots[k][side], at)
		}
	}
	for _, k := range order {
		for both := *slots[k]; len(both[0])+len(both[1]) > 0; {
			g := alike{weight: f.weights[k.row]}
			for side, form := range [2]int{a, b} {
				n := min(maxAlike, len(both[side]))
				g.slots[side], both[side] = both[side][:n], both[side][n:]
				for _, at := range g.slots[side] {
					g.of[side] = append(g.of[side], f.Papers[form][at])
					g.values = append(g.values, known[f.Papers[form][at].VersionID])
				}
			}
			groups = append(groups, g)
		}
	}
	return groups, base
}

// reachable are the sums that so many of the values can have, after each of them: reached[i][n] of n among the first i.
func reachable(values []int, count int) [][]bitset {
	total := 0
	for _, v := range values {
		total += v
	}
	reached := make([][]bitset, len(values)+1)
	for i := range reached {
		reached[i] = make([]bitset, count+1)
		for n := range reached[i] {
			reached[i][n] = make(bitset, total/64+1)
		}
	}
	reached[0][0][0] = 1
	for i, v := range values {
		for n := range count + 1 {
			reached[i+1][n].or(reached[i][n], 0)
			if n > 0 {
				reached[i+1][n].or(reached[i][n-1], v)
			}
		}
	}
	return reached
}

// sumsOf are the sums that count of the values can have.
func sumsOf(values []int, count int) (sums []int) {
	all := reachable(values, count)[len(values)][count]
	for sum := range len(all) * 64 {
		if all.has(sum) {
			sums = append(sums, sum)
		}
	}
	return sums
}

// whichSum marks count of the values that have the sum.
func whichSum(values []int, count, sum int) []bool {
	reached := reachable(values, count)
	out := make([]bool, len(values))
	for i := len(values) - 1; i >= 0; i-- {
		if reached[i][count].has(sum) {
			continue
		}
		out[i], count, sum = true, count-1, sum-values[i]
	}
	return out
}
