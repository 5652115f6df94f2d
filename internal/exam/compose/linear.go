package compose

import "math"

// linear is a linear program of boxed variables: the columns first, then one for each row, the sum of its terms. It is solved
// by the dual simplex method on a dictionary: what is basic as sums of what is not. As all variables are boxed, every dictionary
// can be made dual feasible, so that a changed bound or a new row goes on from the last one.
//
// It reckons in floating point. What it finds is therefore only a proposal: bound and infeasible derive from it what holds
// exactly, in integers.
type linear struct {
	columns   int
	rows      [][]term
	low, high []int     // by variable
	cost      []int64   // by column
	blur      []float64 // added to the costs while solving: of equal ways one is cheapest
	basic     []int     // variable by row of the dictionary
	loose     []int     // variable by column of the dictionary: what is not basic
	place     []int     // by variable: its column, or ^its row
	table     [][]float64
	reduced   []float64
	up        []bool // the loose variable stands at its upper bound
	value     []float64
	pivots    int
	b         *Budget
}

type term struct{ column, times int }

const (
	tiny       = 1e-9
	feasible   = 1e-7
	rebuildAt  = 300     // pivots after which the dictionary is made anew, for what rounding does to it
	multiplier = 1 << 20 // what the certificates' multipliers are whole numbers of
)

// column adds a variable before any row stands.
func (l *linear) column(high int, cost int64, blur float64) int {
	at := l.columns
	l.columns++
	l.low, l.high, l.cost, l.blur = append(l.low, 0), append(l.high, high), append(l.cost, cost), append(l.blur, blur)
	l.loose, l.place = append(l.loose, at), append(l.place, at)
	l.reduced, l.up = append(l.reduced, float64(cost)+blur), append(l.up, false)
	return at
}

// row bounds a sum.
func (l *linear) row(terms []term, low, high int) {
	at := len(l.rows)
	l.rows = append(l.rows, terms)
	l.low, l.high = append(l.low, low), append(l.high, high)
	l.basic, l.place = append(l.basic, l.columns+at), append(l.place, ^at)
	sums := make([]float64, l.columns)
	for _, t := range terms {
		if at := l.place[t.column]; at >= 0 {
			sums[at] += float64(t.times)
		} else {
			for c, v := range l.table[^at] {
				sums[c] += float64(t.times) * v
			}
		}
	}
	l.table = append(l.table, sums)
	l.b.spend(l.columns * (1 + len(terms)))
}

// solve ends at the optimum, where it passes the limit, or with the row of the dictionary that no choice satisfies.
func (l *linear) solve(limit float64) (broken int, ok bool) {
	l.settle()
	for !l.b.out() {
		if l.pivots >= rebuildAt {
			l.rebuild()
			l.settle()
		}
		if l.objective() > limit {
			return 0, true
		}
		r, to := l.leaving()
		if r < 0 {
			return 0, true
		}
		c := l.entering(r, to)
		if c < 0 {
			return r, false
		}
		l.pivot(r, c, to)
	}
	return 0, true
}

// settle puts each loose variable where it is cheapest and reckons the basic ones.
func (l *linear) settle() {
	for c, d := range l.reduced {
		if d > tiny {
			l.up[c] = false
		} else if d < -tiny {
			l.up[c] = true
		}
	}
	l.value = l.value[:0]
	for _, row := range l.table {
		sum := 0.0
		for c, v := range row {
			if v != 0 {
				sum += v * l.at(c)
			}
		}
		l.value = append(l.value, sum)
	}
	l.b.spend(len(l.table) * l.columns)
}

func (l *linear) at(c int) float64 {
	if l.up[c] {
		return float64(l.high[l.loose[c]])
	}
	return float64(l.low[l.loose[c]])
}

// of is the value of a variable.
func (l *linear) of(v int) float64 {
	if at := l.place[v]; at < 0 {
		return l.value[^at]
	}
	return l.at(l.place[v])
}

func (l *linear) objective() (sum float64) {
	for c, d := range l.reduced {
		sum += d * l.at(c)
	}
	return sum
}

// leaving is the row that is farthest outside its bounds, and the bound; −1 when none is.
func (l *linear) leaving() (row int, to float64) {
	row = -1
	most := feasible
	for r, v := range l.basic {
		if lack := float64(l.low[v]) - l.value[r]; lack > most {
			row, most, to = r, lack, float64(l.low[v])
		}
		if over := l.value[r] - float64(l.high[v]); over > most {
			row, most, to = r, over, float64(l.high[v])
		}
	}
	return row, to
}

// entering is the column that can move the row towards the bound at the least cost, −1 when none can.
func (l *linear) entering(r int, to float64) (column int) {
	column = -1
	rise := l.value[r] < to
	least, size := math.Inf(1), 0.0
	for c, v := range l.table[r] {
		if math.Abs(v) < 1e-7 || l.low[l.loose[c]] == l.high[l.loose[c]] || (v > 0) == rise == l.up[c] {
			continue
		}
		ratio := math.Abs(l.reduced[c] / v)
		if ratio < least-tiny || ratio < least+tiny && math.Abs(v) > size {
			column, least, size = c, min(ratio, least), math.Abs(v)
		}
	}
	return column
}

// pivot changes the places of a basic and a loose variable; the basic one goes to the bound.
func (l *linear) pivot(r, c int, to float64) {
	step := (to - l.value[r]) / l.table[r][c]
	entering := l.at(c) + step
	for i, row := range l.table {
		l.value[i] += row[c] * step
	}
	l.value[r] = entering
	l.up[c] = to != float64(l.low[l.basic[r]])
	l.exchange(r, c)
}

func (l *linear) exchange(r, c int) {
	row := l.table[r]
	by := 1 / row[c]
	var set []int
	for i, v := range row {
		if math.Abs(v) < 1e-12 {
			row[i] = 0
			continue
		}
		row[i] = -v * by
		set = append(set, i)
	}
	row[c] = by
	into := func(other []float64) {
		times := other[c]
		if times == 0 {
			return
		}
		other[c] = 0
		for _, i := range set {
			other[i] += times * row[i]
		}
		l.b.spend(len(set))
	}
	for i := range l.table {
		if i != r {
			into(l.table[i])
		}
	}
	into(l.reduced)
	l.b.spend(4 * (l.columns + len(l.table)))
	l.basic[r], l.loose[c] = l.loose[c], l.basic[r]
	l.place[l.basic[r]], l.place[l.loose[c]] = ^r, c
	l.pivots++
}

// rebuild makes the dictionary of the same basis from the rows as they were given.
func (l *linear) rebuild() {
	wanted, high := make([]bool, len(l.low)), make([]bool, len(l.low))
	for _, v := range l.basic {
		wanted[v] = true
	}
	for c, v := range l.loose {
		high[v] = l.up[c]
	}
	for c := range l.columns {
		l.loose[c], l.place[c], l.reduced[c] = c, c, float64(l.cost[c])+l.blur[c]
	}
	for r, terms := range l.rows {
		l.basic[r], l.place[l.columns+r] = l.columns+r, ^r
		clear(l.table[r])
		for _, t := range terms {
			l.table[r][t.column] += float64(t.times)
		}
	}
	for v := range l.columns {
		if !wanted[v] {
			continue
		}
		l.b.spend(4 * len(l.table))
		best, size := -1, 1e-7
		for r := range l.table {
			if a := math.Abs(l.table[r][l.place[v]]); a > size && !wanted[l.basic[r]] {
				best, size = r, a
			}
		}
		if best >= 0 {
			l.exchange(best, l.place[v])
		}
	}
	for c, v := range l.loose {
		l.up[c] = high[v]
	}
	l.pivots = 0
}

// bound is what every choice of whole numbers costs at least. Any multipliers of the rows prove a bound; the dictionary's are the
// best, and rounded to whole parts the sum is exact.
func (l *linear) bound() int64 {
	with := make([]int64, len(l.rows))
	for r := range with {
		if c := l.place[l.columns+r]; c >= 0 {
			with[r] = int64(math.Round(l.reduced[c] * multiplier))
		}
	}
	return -floorDiv(-l.least(l.cost, with), multiplier)
}

// infeasible proves that the row of the dictionary contradicts the bounds.
func (l *linear) infeasible(broken int) bool {
	with := make([]int64, len(l.rows))
	for r := range with {
		if c := l.place[l.columns+r]; c >= 0 {
			with[r] = int64(math.Round(l.table[broken][c] * multiplier))
		}
	}
	if v := l.basic[broken]; v >= l.columns {
		with[v-l.columns] = -multiplier
	}
	if l.least(nil, with) > 0 {
		return true
	}
	for r := range with {
		with[r] = -with[r]
	}
	return l.least(nil, with) > 0
}

// least is the smallest value of the costs, where the rows' sums are taken in with the multipliers and only bounds are kept.
func (l *linear) least(cost, with []int64) (sum int64) {
	left := make([]int64, l.columns)
	for j := range cost {
		left[j] = cost[j] * multiplier
	}
	for r, terms := range l.rows {
		l.b.spend(4 * len(terms))
		for _, t := range terms {
			left[t.column] -= with[r] * int64(t.times)
		}
		sum += cheapest(with[r], l.low[l.columns+r], l.high[l.columns+r])
	}
	for j, c := range left {
		sum += cheapest(c, l.low[j], l.high[j])
	}
	return sum
}

func cheapest(cost int64, low, high int) int64 { return min(cost*int64(low), cost*int64(high)) }
