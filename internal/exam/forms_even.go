package exam

import (
	"cmp"
	"slices"

	"github.com/peikao/peikao/internal/exam/compose"
)

const (
	levels = 5 // of difficulty
	// maxShift bounds how many questions of a cell one form takes at a harder level than the other: from there on all differences of
	// a cell have long been met.
	maxShift = 10
	// maxWeights bounds the sum of the slots' weights, which the trying of all sums grows with.
	maxWeights = 1 << 18
)

// even brings the expected difficulties of the forms as near to each other as it can: first by exchanges of questions that the forms
// have, then with questions of their cells that none has. Questions of several forms, and those that have a rival in a form, stay.
// For two forms the difference is then the least of all that take as many questions from each cell.
func (d draft) even(parts [][]compose.Choice) {
	for d.swap(parts) {
	}
	for d.evenSome(parts) {
	}
}

// weighed is a question of a form as the balance sees it.
type weighed struct {
	cell
	level int
	load  int  // what it adds to the expected difficulty: its difficulty, weighed by its points
	free  bool // may go to another form
}

// swap makes the best exchange between the hardest and the easiest form, false when none brings them nearer to each other.
func (d draft) swap(parts [][]compose.Choice) bool {
	forms, loads := d.weigh(parts)
	hard := slices.Index(loads, slices.Max(loads))
	easy := slices.Index(loads, slices.Min(loads))
	gap := loads[hard] - loads[easy]
	best, from, to := gap, -1, -1
	for i, a := range forms[hard] {
		for j, b := range forms[easy] {
			after := gap - 2*(a.load-b.load)
			if max(after, -after) < best && a.cell == b.cell && a.free && b.free {
				best, from, to = max(after, -after), i, j
			}
		}
	}
	if from < 0 {
		return false
	}
	parts[hard][from], parts[easy][to] = parts[easy][to], parts[hard][from]
	return true
}

func (d draft) weigh(parts [][]compose.Choice) (forms [][]weighed, loads []int) {
	in, sets := map[int64]int{}, map[int64]int{}
	for _, part := range parts {
		for _, c := range part {
			in[c.Questions[0]]++
			for _, set := range d.item(VersionID(c.Questions[0])).Rivals {
				sets[set]++
			}
		}
	}
	forms, loads = make([][]weighed, len(parts)), make([]int, len(parts))
	for form, part := range parts {
		for _, c := range part {
			item := d.item(VersionID(c.Questions[0]))
			w := weighed{
				cell: d.cellOf(c), level: item.Difficulty, load: int(d.b.Rows[c.Row].Points) * item.Difficulty,
				free: in[c.Questions[0]] == 1 && !slices.ContainsFunc(item.Rivals, func(set int64) bool { return sets[set] > 1 }),
			}
			forms[form], loads[form] = append(forms[form], w), loads[form]+w.load
		}
	}
	return forms, loads
}

// evenSome fills two forms anew, the farthest apart first, where that makes all more even.
func (d draft) evenSome(parts [][]compose.Choice) bool {
	_, loads := d.weigh(parts)
	if slices.Max(loads) == slices.Min(loads) {
		return false
	}
	for _, pair := range pairsApart(loads) {
		again := make([][]compose.Choice, len(parts))
		for f := range parts {
			again[f] = slices.Clone(parts[f])
		}
		d.evenPair(again, pair[0], pair[1])
		if _, after := d.weigh(again); moreEven(after, loads) {
			copy(parts, again)
			return true
		}
	}
	return false
}

// evenCell is the free places of two forms in one cell and the questions that could stand there, by level of difficulty. Those that
// only chance keeps out of both forms, the least exposed first, are spare.
type evenCell struct {
	cell
	weight int
	places [2][]int
	own    [2][levels + 1][]int64
	spare  [levels + 1][]int64
}

// evenPair chooses the questions of two forms anew, cell by cell, so that their difficulties differ as little as can be.
func (d draft) evenPair(parts [][]compose.Choice, a, b int) {
	cells, base := d.evenCells(parts, a, b)
	sets, ways := make([][]int, len(cells)), make([][]shift, len(cells))
	for i, c := range cells {
		ways[i] = c.shifts()
		for _, w := range ways[i] {
			sets[i] = append(sets[i], w.harder*c.weight)
		}
	}
	for i, n := range closest(base, sets) {
		filled := cells[i].fill(ways[i][n])
		for side, form := range [2]int{a, b} {
			for k, at := range cells[i].places[side] {
				parts[form][at].Questions = []int64{filled[side][k]}
			}
		}
	}
}

// evenCells are the cells in which the two forms have free places, and by how much the first is harder in all others.
func (d draft) evenCells(parts [][]compose.Choice, a, b int) (cells []evenCell, base int) {
	forms, _ := d.weigh(parts)
	weights := d.weights(maxWeights)
	at := map[cell]int{}
	for side, form := range [2]int{a, b} {
		for place, w := range forms[form] {
			if !w.free {
				base += (1 - 2*side) * weights[w.row] * w.level
				continue
			}
			i, seen := at[w.cell]
			if !seen {
				i = len(cells)
				at[w.cell] = i
				cells = append(cells, evenCell{cell: w.cell, weight: weights[w.row]})
			}
			c := &cells[i]
			c.places[side] = append(c.places[side], place)
			c.own[side][w.level] = append(c.own[side][w.level], parts[form][place].Questions[0])
		}
	}
	taken := map[int64]bool{}
	for _, part := range parts {
		for _, c := range part {
			taken[c.Questions[0]] = true
		}
	}
	for _, k := range d.kinds {
		var spare []compose.Question
		for _, q := range k.questions {
			if !taken[q.ID] && len(q.Rivals) == 0 {
				spare = append(spare, q)
			}
		}
		for _, r := range k.fits() {
			i, used := at[cell{row: r, quota: k.quota, key: k.key}]
			if !used {
				continue
			}
			slices.SortFunc(spare, func(a, b compose.Question) int { return cmp.Or(a.Cost-b.Cost, cmp.Compare(a.ID, b.ID)) })
			for _, q := range spare[:min(len(spare), len(cells[i].places[0])+len(cells[i].places[1]))] {
				cells[i].spare[k.difficulty] = append(cells[i].spare[k.difficulty], q.ID)
			}
			break // a question that suits two rows is offered to one of them
		}
	}
	return cells, base
}

// weights are the rows' points by their greatest common measure; where the sum of all slots' passes the most, they are rounded.
func (d draft) weights(most int) []int {
	measure, sum := 0, 0
	for _, row := range d.b.Rows {
		measure = gcd(measure, int(row.Points))
	}
	for _, row := range d.b.Rows {
		sum += row.Count * int(row.Points) / measure
	}
	coarse := (sum + most - 1) / most
	out := make([]int, len(d.b.Rows))
	for r, row := range d.b.Rows {
		out[r] = (int(row.Points)/measure + coarse/2) / coarse
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// shift is by how many questions more the first form takes at each level of a cell, and how much harder that makes it there.
type shift struct {
	more   [levels + 1]int
	harder int
	spared int // questions that neither form had
}

// shifts are the ways to fill a cell, of those that make the first form harder by as much the one with the most of its own questions.
func (c evenCell) shifts() (ways []shift) {
	first, second := len(c.places[0]), len(c.places[1])
	most := max(first-second, second-first) + 2*min(maxShift, first, second)
	at := map[int]int{}
	var now shift
	var try func(level, left, moved int)
	try = func(level, left, moved int) {
		if moved > most {
			return
		}
		if level == levels {
			now.more[level] = left
			if moved+max(left, -left) > most {
				return
			}
			way := now
			way.harder = 0
			for l, n := range way.more {
				way.harder += l * n
			}
			counts, ok := c.counts(way)
			if !ok {
				return
			}
			for l := range counts[0] {
				way.spared += max(0, counts[0][l]+counts[1][l]-len(c.own[0][l])-len(c.own[1][l]))
			}
			if i, seen := at[way.harder]; !seen {
				at[way.harder] = len(ways)
				ways = append(ways, way)
			} else if way.spared < ways[i].spared {
				ways[i] = way
			}
			return
		}
		have := c.have(level)
		for n := -min(have, most); n <= min(have, most); n++ {
			now.more[level] = n
			try(level+1, left-n, moved+max(n, -n))
		}
	}
	try(1, first-second, 0)
	return ways
}

// have is the number of questions of a level.
func (c evenCell) have(level int) int {
	return len(c.own[0][level]) + len(c.own[1][level]) + len(c.spare[level])
}

// counts is how many questions of each level the two forms take: beside the shift as many, by pairs, their own before others.
func (c evenCell) counts(w shift) (counts [2][levels + 1]int, ok bool) {
	pairs := len(c.places[0]) + len(c.places[1])
	for level, n := range w.more {
		if max(n, -n) > c.have(level) {
			return counts, false
		}
		pairs -= max(n, -n)
		counts[0][level], counts[1][level] = max(n, 0), max(-n, 0)
	}
	pairs /= 2
	for _, spare := range []bool{false, true} {
		for level := range counts[0] {
			room := len(c.own[0][level]) + len(c.own[1][level])
			if spare {
				room = c.have(level)
			}
			n := min(pairs, max(0, room-counts[0][level]-counts[1][level])/2)
			counts[0][level], counts[1][level] = counts[0][level]+n, counts[1][level]+n
			pairs -= n
		}
	}
	return counts, pairs == 0
}

// fill gives both forms their questions: what each had before what the other had before what neither had.
func (c evenCell) fill(w shift) (filled [2][]int64) {
	counts, _ := c.counts(w)
	for level := range counts[0] {
		var left []int64
		var lack [2]int
		for side, own := range c.own {
			kept := min(counts[side][level], len(own[level]))
			filled[side] = append(filled[side], own[level][:kept]...)
			left = append(left, own[level][kept:]...)
			lack[side] = counts[side][level] - kept
		}
		left = append(left, c.spare[level]...)
		for side, n := range lack {
			filled[side] = append(filled[side], left[:n]...)
			left = left[n:]
		}
	}
	return filled
}
