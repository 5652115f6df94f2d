package compose

import (
	"cmp"
	"math"
	"slices"
)

// maxCells bounds the numbers of a program, and with them its memory: rivals for which no row is left are only branched on, and a
// problem that is larger from the start is left to exchanges.
const maxCells = 1 << 22

// proposeEvery is after how many parts of the search a paper is made of a solution that is not whole: the flow costs as much as many parts.
const proposeEvery = 16

// program is the whole problem as a linear program of whole numbers, for the search among rivals: a column for each question that
// has rivals, one for the use of each kind. Sets of rivals become rows when a solution breaks them, as large as the rivals of all
// sets together make them: three questions that are rivals pair by pair are one set.
type program struct {
	s       *search
	l       *linear
	x       *exchange
	core    []coreQuestion
	columns []int         // of the core's questions
	in      map[int64]int // core by question
	members map[int64][]int
	kinds   []int          // column of each kind's use
	choice  []int          // columns that must be whole
	gone    map[int64]bool // questions that are not needed
	rows    map[string]bool
	kept    [][]int
	nodes   int
	last    int64 // what was spent when exchanges ended
	open    bool  // some part could not be decided
}

// coreQuestion is a question whose rivals may matter.
type coreQuestion struct {
	Question
	kind int
}

// core is the questions whose rivals can matter; free counts the questions of each kind without such rivals; gone are those that are
// not needed.
type core struct {
	all  []coreQuestion
	free []int
	gone map[int64]bool
}

// core are the questions whose rivals can matter to what is missing. A kind that has enough questions without rivals needs no others, and of
// two rivals of a kind the one goes that has all rivals of the other: a paper with it could take the other. What goes frees others. Where the work ends before, more stay.
func (s *search) core() core {
	defer s.b.grant(coreWork)()
	var all []coreQuestion
	free, gone := make([]int, len(s.p.Kinds)), map[int64]bool{}
	for i, k := range s.p.Kinds {
		for _, q := range k.Questions {
			if len(q.Rivals) > 0 {
				all = append(all, coreQuestion{q, i})
			} else {
				free[i]++
			}
		}
	}
	all = alive(all, free)
	for {
		members := membersOf(all)
		s.b.spend(2 * perQuestion * len(all))
		var left []coreQuestion
		for at, q := range all {
			if s.enough(q.kind, free) || !s.b.out() && s.dominated(all, members, gone, at) {
				gone[q.ID] = true
			}
		}
		for _, q := range all {
			if !gone[q.ID] {
				left = append(left, q)
			}
		}
		if len(left) == len(all) {
			return core{all, free, gone}
		}
		all = alive(left, free)
	}
}

// enough tells whether the kind has as many questions without rivals as its rows have places.
func (s *search) enough(kind int, free []int) bool {
	return free[kind] >= s.most(node{}, kind)*s.p.Bundle
}

// alive are the questions that still have rivals; the others are free.
func alive(all []coreQuestion, free []int) (out []coreQuestion) {
	members := membersOf(all)
	for _, q := range all {
		sets := slices.DeleteFunc(once(q.Rivals), func(set int64) bool { return len(members[set]) < 2 })
		if len(sets) == 0 {
			free[q.kind]++
			continue
		}
		q.Rivals = sets
		out = append(out, q)
	}
	return out
}

func membersOf(all []coreQuestion) map[int64][]int {
	members := map[int64][]int{}
	for at, q := range all {
		for _, set := range once(q.Rivals) {
			members[set] = append(members[set], at)
		}
	}
	return members
}

// dominated tells whether a rival of the same kind has no rivals but those of this one.
func (s *search) dominated(all []coreQuestion, members map[int64][]int, gone map[int64]bool, at int) bool {
	against := map[int]bool{}
	for _, set := range all[at].Rivals {
		s.b.spend(perQuestion * len(members[set]))
		for _, other := range members[set] {
			if !gone[all[other].ID] {
				against[other] = true
			}
		}
	}
	within := func(sets []int64) bool {
		for _, set := range sets {
			for _, other := range members[set] {
				s.b.spend(perQuestion / 4)
				if !gone[all[other].ID] && !against[other] {
					return false
				}
			}
		}
		return true
	}
	for other := range against {
		if other != at && all[other].kind == all[at].kind && within(all[other].Rivals) {
			return true
		}
	}
	return false
}

// newProgram writes the problem down; nil where it is too large.
func (s *search) newProgram(c core, x *exchange) *program {
	if s.b.out() || s.cells(c) > maxCells {
		return nil
	}
	core, free := c.all, c.free
	e := &program{s: s, l: &linear{b: s.b}, x: x, core: core, gone: c.gone, in: map[int64]int{}, members: membersOf(core), rows: map[string]bool{}}
	rival := make([][]term, len(s.p.Kinds))
	for at, q := range core {
		e.in[q.ID] = at
		// Of papers that lack as much the one of less exposed questions; all of a paper's blurs stay far below a question.
		e.columns = append(e.columns, e.l.column(1, 0, blur(at)+float64(q.Cost)/MaxCost/10_000))
		rival[q.kind] = append(rival[q.kind], term{e.columns[at], 1})
	}
	e.choice = slices.Clone(e.columns)
	for k := range s.p.Kinds {
		e.kinds = append(e.kinds, e.l.column(min(s.most(node{}, k), (free[k]+len(rival[k]))/s.p.Bundle), 0, blur(k)))
	}
	e.choice = append(e.choice, e.kinds...)
	e.bounds(rival, free)
	return e
}

// cells is how many numbers the program has, before rows of rivals.
func (s *search) cells(c core) int {
	columns, rows := len(c.all)+len(s.p.Kinds)+2*len(s.p.Quotas), len(s.p.Rows)+len(s.p.Quotas)+1+2*len(s.p.Kinds)
	for _, r := range s.p.Rows {
		columns += len(r.Homes)
	}
	for _, k := range s.p.Kinds {
		columns += len(k.Rows)
	}
	return columns * rows
}

// blur tells equal columns apart: ties cost the method its way.
func blur(n int) float64 { return float64(n*7919%997+1) / 997 / 100_000 }

// bounds are the rows of the program, sets of rivals apart.
func (e *program) bounds(rival [][]term, free []int) {
	p := e.s.p
	type sum struct {
		terms     []term
		low, high int
	}
	rows, quotas, keys := make([]sum, len(p.Rows)), make([]sum, len(p.Quotas)), sum{low: p.Keys, high: p.Places()}
	var links []sum
	add := func(to *sum, column, times int) { to.terms = append(to.terms, term{column, times}) }
	under := func(q, column int) {
		for ; q != None; q = p.Quotas[q].Parent {
			add(&quotas[q], column, 1)
		}
	}
	for r, row := range p.Rows {
		rows[r].low, rows[r].high = row.Count, row.Count
		for n, home := range row.Homes {
			at := e.l.column(row.Count, 1, blur(r+n))
			add(&rows[r], at, 1)
			add(&keys, at, 1)
			under(home, at)
		}
	}
	for q, quota := range p.Quotas {
		quotas[q].low, quotas[q].high = quota.Min, quota.Max
		add(&quotas[q], e.l.column(quota.Min, broken/toWrite, 0), 1)
		add(&quotas[q], e.l.column(p.Places(), broken/toWrite, 0), -1)
	}
	for k, kind := range p.Kinds {
		use := e.kinds[k]
		under(kind.Quota, use)
		if kind.Key {
			add(&keys, use, 1)
		}
		if len(rival[k]) > 0 {
			links = append(links, sum{append(slices.Clone(rival[k]), term{use, -p.Bundle}), -free[k], len(rival[k])})
		}
		if len(kind.Rows) == 1 {
			add(&rows[kind.Rows[0]], use, 1)
			continue
		}
		link := sum{terms: []term{{use, -1}}}
		for _, r := range kind.Rows {
			at := e.l.column(min(p.Rows[r].Count, e.l.high[use]), 0, blur(k+r))
			add(&rows[r], at, 1)
			add(&link, at, 1)
		}
		links = append(links, link)
	}
	for _, s := range slices.Concat(rows, quotas, []sum{keys}, links) {
		e.l.row(s.terms, s.low, s.high)
	}
}

// root is the bound of all choices, and a paper of what its solution takes most of.
func (e *program) root() {
	bound, none := e.relax()
	if !none {
		e.s.floor = max(e.s.floor, bound)
	}
	e.propose()
}

// branch searches the choices within the bounds of the columns, as search.visit does.
func (e *program) branch() {
	if e.s.least() {
		return
	}
	if e.s.b.out() {
		e.open = true
		return
	}
	bound, none := e.relax()
	if none || e.s.found && bound >= e.s.defect {
		return
	}
	at := e.split()
	if e.nodes++; at < 0 || e.nodes%proposeEvery == 1 {
		e.propose()
		e.x.run((e.s.b.spent-e.last)/8, patience)
		e.last = e.s.b.spent
	}
	if e.s.found && bound >= e.s.defect {
		return
	}
	if at < 0 {
		e.open = true // whole, and yet no paper is as good as it: only rounding does that
		return
	}
	low, high, value := e.l.low[at], e.l.high[at], e.l.of(at)
	cut := min(max(int(math.Floor(value+feasible)), low), high-1)
	above := func() {
		e.l.low[at] = cut + 1
		shut := e.shut(at)
		e.branch()
		for _, c := range shut {
			e.l.high[c] = 1
		}
		e.l.low[at] = low
	}
	if value-float64(cut) >= 0.5 || slices.Contains(e.columns, at) {
		above()
		e.l.high[at] = cut
		e.branch()
		e.l.high[at] = high
		return
	}
	e.l.high[at] = cut
	e.branch()
	e.l.high[at] = high
	above()
}

// shut forbids the rivals of a question that is taken, and returns what it newly forbade.
func (e *program) shut(column int) (shut []int) {
	if column >= len(e.columns) {
		return nil
	}
	for _, other := range e.against(column) {
		if c := e.columns[other]; e.l.high[c] == 1 && e.l.low[c] == 0 {
			e.l.high[c] = 0
			shut = append(shut, c)
		}
	}
	return shut
}

// near is against, kept.
func (e *program) near(at int) []int {
	if e.kept == nil {
		e.kept = make([][]int, len(e.core))
	}
	if e.kept[at] == nil {
		e.kept[at] = e.against(at)
	}
	return e.kept[at]
}

// against are the rivals of a question of the core, by place.
func (e *program) against(at int) (out []int) {
	for _, set := range e.core[at].Rivals {
		for _, other := range e.members[set] {
			if other != at {
				out = append(out, other)
			}
		}
	}
	e.s.b.spend(perQuestion * len(out))
	slices.Sort(out)
	return slices.Compact(out)
}

// worthwhile is by how much rings must have raised the bound for others to be sought.
const worthwhile = 0.3

// relax is the proven bound of the linear program, with the rows of rivals that its solution breaks; none: it holds no choice.
func (e *program) relax() (bound int64, none bool) {
	before := math.Inf(-1)
	for !e.s.b.out() {
		limit := math.Inf(1)
		if e.s.found {
			limit = float64(e.s.defect) - 0.9
		}
		if row, ok := e.l.solve(limit); !ok {
			if e.l.infeasible(row) {
				return 0, true
			}
			break
		}
		bound = max(bound, e.l.bound())
		if e.s.found && bound >= e.s.defect {
			break
		}
		if e.cut() {
			continue
		}
		now := e.l.objective()
		if now < before+worthwhile || !e.oddCycles() {
			break
		}
		before = now
	}
	return bound, false
}

// cut adds rows for sets of rivals that the solution breaks, false when it breaks none.
func (e *program) cut() (added bool) {
	for at, c := range e.columns {
		if e.s.b.out() || (len(e.l.rows)+1)*e.l.columns > maxCells {
			break
		}
		if v := e.l.of(c); v < 0.01 {
			continue
		}
		clique, sum := e.clique(at)
		if sum < 1.001 {
			continue
		}
		if e.forbid(clique, 1) {
			added = true
		}
	}
	return added
}

// forbid adds a row that lets so many of some questions through, unless it stands.
func (e *program) forbid(questions []int, most int) bool {
	if e.s.b.out() || (len(e.l.rows)+1)*e.l.columns > maxCells {
		return false
	}
	slices.Sort(questions)
	terms, key := make([]term, len(questions)), make([]int64, len(questions))
	for i, q := range questions {
		terms[i], key[i] = term{e.columns[q], 1}, int64(q)
	}
	name := setsKey(key)
	if e.rows[name] {
		return false
	}
	e.rows[name] = true
	e.l.row(terms, 0, most)
	return true
}

// clique grows a set of questions of which any two are rivals, by what the solution takes of each.
func (e *program) clique(at int) (clique []int, sum float64) {
	near := e.against(at)
	slices.SortStableFunc(near, func(a, b int) int { return cmp.Compare(e.l.of(e.columns[b]), e.l.of(e.columns[a])) })
	clique, sum = []int{at}, e.l.of(e.columns[at])
	for _, q := range near {
		if !slices.ContainsFunc(clique[1:], func(c int) bool { return !e.rivals(c, q) }) {
			clique = append(clique, q)
			sum += e.l.of(e.columns[q])
		}
		e.s.b.spend(4 * len(clique) * len(e.core[q].Rivals)) // beside each other's sets
	}
	return clique, sum
}

func (e *program) rivals(a, b int) bool {
	return slices.ContainsFunc(e.core[a].Rivals, func(set int64) bool { return slices.Contains(e.core[b].Rivals, set) })
}

// split is the open column that is farthest from whole, of questions that with the most rivals; −1 when all are whole.
func (e *program) split() (column int) {
	column = -1
	most := 1e-5
	for i, c := range e.choice {
		v := e.l.of(c)
		far := min(v-math.Floor(v), math.Ceil(v)-v)
		if far < 1e-5 || e.l.low[c] == e.l.high[c] {
			continue // of a fixed one only rounding makes a part
		}
		if i < len(e.columns) {
			far *= float64(1 + len(e.core[i].Rivals))
		}
		if far > most {
			column, most = c, far
		}
	}
	return column
}

// propose makes a paper of what the solution takes most of.
func (e *program) propose() {
	s := e.s
	if s.done() && s.found {
		return
	}
	var order []Question
	taken := map[int64]float64{}
	for _, k := range s.p.Kinds {
		for _, q := range k.Questions {
			if len(q.Rivals) > 0 {
				order = append(order, q)
				if at, in := e.in[q.ID]; in {
					taken[q.ID] = e.l.of(e.columns[at])
				} else if !e.gone[q.ID] {
					taken[q.ID] = 2 // only what went stands against it
				} else {
					taken[q.ID] = -1
				}
			}
		}
	}
	slices.SortFunc(order, func(a, b Question) int { return cmp.Or(cmp.Compare(taken[b.ID], taken[a.ID]), cheaper(a, b)) })
	s.b.spend(3 * perQuestion * len(order))
	sets, out := map[int64]bool{}, map[int64]bool{}
	for _, q := range order {
		if slices.ContainsFunc(q.Rivals, func(set int64) bool { return sets[set] }) {
			out[q.ID] = true
			continue
		}
		for _, set := range q.Rivals {
			sets[set] = true
		}
	}
	s.propose(out)
}
