package compose

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// What the ways to solve a problem may cost of a budget, one after the other.
const (
	flowWork  = maxWork / 8  // the search by flows, and what it does with a paper that the program proposes
	coreWork  = maxWork / 10 // leaving out what cannot matter
	rootWork  = maxWork / 4  // the first linear program
	firstWork = maxWork / 8  // exchanges before the search among rivals
)

// Solve chooses the questions. The same problem and budget give the same solution, whatever the order of a kind's questions. The error is
// the context's, and then there is no solution.
func Solve(b *Budget, p Problem) (Solution, error) { return solve(b, p, flowWork) }

// solve gives the search by flows so much work.
func solve(b *Budget, p Problem, flows int64) (Solution, error) {
	s := newSearch(b, p)
	decided := s.within(flows, func() { s.visit(node{}) })
	if !decided && !s.least() && !b.gone {
		decided = s.amongRivals()
	}
	if b.gone {
		return Solution{}, b.ctx.Err()
	}
	s.best.Proven = decided || s.least()
	return s.best, nil
}

// within does something with so much work at most; it tells whether that was enough.
func (s *search) within(work int64, do func()) bool {
	defer s.b.grant(work)()
	do()
	return !s.b.out()
}

// amongRivals decides what flows leave undecided: by a program of whole numbers, which proves, and by exchanges, which find. It tells
// whether nothing is left undecided.
func (s *search) amongRivals() (decided bool) {
	c := s.core()
	if s.b.gone {
		return false
	}
	x := s.newExchange(c)
	e := s.newProgram(c, x)
	rooted := e != nil && s.within(rootWork, func() { e.root() })
	x.start()
	if !rooted {
		x.run(s.b.left()/2, math.MaxInt)
	}
	if e == nil {
		x.run(s.b.left(), math.MaxInt)
		return false
	}
	x.run(firstWork, patience)
	e.branch()
	return !e.open
}

// least tells whether no choice can lack less than the best so far.
func (s *search) least() bool { return s.found && s.defect <= s.floor }

type search struct {
	p       Problem
	net     *network
	b       *Budget
	dearest int64             // at least what all questions of a paper cost together
	sets    map[int64][]int64 // rivals by set
	rivals  map[int64][]int64 // sets by question
	best    Solution
	defect  int64
	found   bool
	floor   int64 // no choice lacks less
}

// perQuestion is the work of keeping a question in mind.
const perQuestion = 100

// node is a part of all choices: without some questions, with bounds on the use of some kinds.
type node struct {
	out       map[int64]bool
	low, high map[int]int
}

func newSearch(b *Budget, p Problem) *search {
	p.Bundle = max(p.Bundle, 1)
	p.Kinds = slices.Clone(p.Kinds)
	s := &search{b: b, sets: map[int64][]int64{}, rivals: map[int64][]int64{}, floor: -1}
	for i, k := range p.Kinds {
		if b.spend(perQuestion * len(k.Questions)); b.gone {
			break
		}
		k.Questions = p.mayTake(k)
		slices.SortFunc(k.Questions, cheaper)
		k.Questions = withoutTwins(k.Questions)
		for _, q := range k.Questions {
			if len(q.Rivals) == 0 {
				continue
			}
			s.rivals[q.ID] = once(q.Rivals)
			for _, set := range s.rivals[q.ID] {
				s.sets[set] = append(s.sets[set], q.ID)
			}
		}
		p.Kinds[i] = k
	}
	s.p, s.dearest = p, int64(p.Places()*p.Bundle)*MaxCost
	s.net = newNetwork(p, b)
	return s
}

// mayTake are the questions of a kind that some choice could take: of those without rivals no more of the cheapest than its rows have
// places, for nothing ever forbids one of them.
func (p Problem) mayTake(k Kind) (out []Question) {
	places := 0
	for _, r := range k.Rows {
		places += p.Rows[r].Count * p.Bundle
	}
	var cheapest dearestFirst
	for _, q := range k.Questions {
		switch {
		case len(q.Rivals) > 0:
			out = append(out, q)
		case len(cheapest) < places:
			heap.Push(&cheapest, q)
		case places > 0 && cheaper(q, cheapest[0]) < 0:
			cheapest[0] = q
			heap.Fix(&cheapest, 0)
		}
	}
	return append(out, cheapest...)
}

func cheaper(a, b Question) int { return cmp.Or(a.Cost-b.Cost, cmp.Compare(a.ID, b.ID)) }

// dearestFirst is a heap of questions.
type dearestFirst []Question

func (h dearestFirst) Len() int           { return len(h) }
func (h dearestFirst) Less(i, j int) bool { return cheaper(h[i], h[j]) > 0 }
func (h dearestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *dearestFirst) Push(q any)        { *h = append(*h, q.(Question)) }

func (h *dearestFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// withoutTwins keeps the first of questions that are rivals of each other and of the same others: a paper that takes
// another one could take this one.
func withoutTwins(questions []Question) []Question {
	seen := map[string]bool{}
	return slices.DeleteFunc(questions, func(q Question) bool {
		if len(q.Rivals) == 0 {
			return false
		}
		key := setsKey(q.Rivals)
		twin := seen[key]
		seen[key] = true
		return twin
	})
}

func setsKey(sets []int64) string {
	key := make([]byte, 0, 8*len(sets))
	for _, set := range once(sets) {
		for shift := 0; shift < 64; shift += 8 {
			key = append(key, byte(set>>shift))
		}
	}
	return string(key)
}

func once(sets []int64) []int64 { return slices.Compact(slices.Sorted(slices.Values(sets))) }

// visit searches a part of all choices, depth first; it stops when nothing less can be missing anywhere.
func (s *search) visit(n node) {
	if s.done() {
		return
	}
	for _, part := range s.look(n) {
		s.visit(part)
	}
}

// look looks for the best choice of a part without regard to rivals, and returns the parts in which a better one may be.
func (s *search) look(n node) (parts []node) {
	taken := s.set(n)
	r, ok := s.relax()
	if ok && s.floor < 0 {
		s.floor = r.bound // the first node holds all choices
	}
	if !ok || s.found && r.bound >= s.defect || s.breaks(n, r.enough) {
		return nil
	}
	chosen := s.chosen(r.enough, taken)
	rival, clash := s.clash(chosen)
	if !clash && (!s.found || r.enough.defect < s.defect) {
		s.found, s.defect, s.best = true, r.enough.defect, s.solution(r.enough, chosen)
	}
	switch {
	case clash:
		return []node{n.without(rival), n.without(s.against(rival)...)}
	case r.split:
		kind, cut := s.between(r)
		return []node{n.bounded(kind, n.low[kind], cut), n.bounded(kind, cut+1, s.most(n, kind))}
	}
	return nil
}

// propose looks at the choices without some questions, of the others no two rivals: even when all work is done, if there is no paper yet.
func (s *search) propose(out map[int64]bool) {
	if s.done() && s.found {
		return
	}
	parts := s.look(node{out: out})
	s.within(flowWork, func() {
		for _, part := range parts {
			s.visit(part)
		}
	})
}

func (s *search) done() bool { return s.b.out() || s.least() }

// set puts the node's questions and bounds into the network and returns each kind's questions as they are taken.
func (s *search) set(n node) [][]Question {
	taken := make([][]Question, len(s.p.Kinds))
	for i, k := range s.p.Kinds {
		a := &s.net.arcs[s.net.kindArcs[i]]
		taken[i] = s.usable(k, n.out)
		s.b.spend(20 * len(taken[i]))
		a.high = min(len(taken[i])/s.p.Bundle, s.most(n, i))
		a.low = n.low[i]
		a.units = make([]int64, a.high)
		for u := range a.units {
			for _, q := range taken[i][u*s.p.Bundle : (u+1)*s.p.Bundle] {
				a.units[u] += int64(q.Cost)
			}
		}
	}
	return taken
}

// most is how many bundles of a kind the node lets through.
func (s *search) most(n node, kind int) int {
	places := 0
	for _, r := range s.p.Kinds[kind].Rows {
		places += s.p.Rows[r].Count
	}
	if high, ok := n.high[kind]; ok {
		return min(high, places)
	}
	return places
}

// usable are the first questions of a kind that are not out, as many as its rows could take.
func (s *search) usable(k Kind, out map[int64]bool) []Question {
	places := 0
	for _, r := range k.Rows {
		places += s.p.Rows[r].Count * s.p.Bundle
	}
	if len(out) == 0 {
		return k.Questions[:min(places, len(k.Questions))]
	}
	s.b.spend(20 * len(k.Questions))
	var left []Question
	for _, q := range k.Questions {
		if len(left) == places {
			break
		}
		if !out[q.ID] {
			left = append(left, q)
		}
	}
	return left
}

// breaks tells whether the flow uses a kind less than the node asks: then the node holds no choice.
func (s *search) breaks(n node, f flow) bool {
	for kind, low := range n.low {
		if f.arcs[s.net.kindArcs[kind]] < low {
			return true
		}
	}
	return false
}

// chosen deals the bundles of each kind to its rows.
func (s *search) chosen(f flow, taken [][]Question) []Choice {
	var out []Choice
	for kind, k := range s.p.Kinds {
		next := 0
		for at, r := range k.Rows {
			// The arcs from a kind to its rows follow the arc into it.
			for range f.arcs[s.net.kindArcs[kind]+1+at] {
				c := Choice{Row: r, Kind: kind}
				for _, q := range taken[kind][next : next+s.p.Bundle] {
					c.Questions = append(c.Questions, q.ID)
				}
				next += s.p.Bundle
				out = append(out, c)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Choice) int { return a.Row - b.Row })
	return out
}

// clash is the chosen question with the most rivals among the chosen, of equal ones that with the most rivals at all.
func (s *search) clash(chosen []Choice) (worst int64, found bool) {
	inSet := map[int64]int{}
	for _, c := range chosen {
		for _, q := range c.Questions {
			for _, set := range s.rivals[q] {
				inSet[set]++
			}
		}
	}
	s.b.spend(perQuestion * (len(chosen) + len(inSet)))
	most := [2]int{}
	for _, c := range chosen {
		for _, q := range c.Questions {
			now := [2]int{}
			for _, set := range s.rivals[q] {
				now[0] += inSet[set] - 1
				now[1] += len(s.sets[set])
			}
			if now[0] > 0 && (now[0] > most[0] || now[0] == most[0] && now[1] > most[1]) {
				worst, most, found = q, now, true
			}
		}
	}
	return worst, found
}

// against are all rivals of a question.
func (s *search) against(q int64) (out []int64) {
	for _, set := range s.rivals[q] {
		for _, other := range s.sets[set] {
			if other != q {
				out = append(out, other)
			}
		}
	}
	s.b.spend(perQuestion * len(out))
	return out
}

func (s *search) solution(f flow, chosen []Choice) Solution {
	out := Solution{Chosen: chosen}
	keys := 0
	for _, c := range chosen {
		if s.p.Kinds[c.Kind].Key {
			keys++
		}
	}
	for _, w := range s.net.writes {
		if n := f.arcs[w.arc]; n > 0 {
			out.Missing = append(out.Missing, Missing{Row: w.row, Quota: w.quota, Count: n})
		}
	}
	for i, at := range s.net.quotaArc {
		if f.arcs[at] < s.p.Quotas[i].Min || f.arcs[at] > s.p.Quotas[i].Max {
			out.Clashes = append(out.Clashes, i)
		}
	}
	out.MissingKeys = max(0, s.p.Keys-keys)
	return out
}

func (n node) without(ids ...int64) node {
	out := make(map[int64]bool, len(n.out)+len(ids))
	for id := range n.out {
		out[id] = true
	}
	for _, id := range ids {
		out[id] = true
	}
	n.out = out
	return n
}

func (n node) bounded(kind, low, high int) node {
	n.low, n.high = withBound(n.low, kind, low), withBound(n.high, kind, high)
	return n
}

func withBound(bounds map[int]int, kind, to int) map[int]int {
	out := make(map[int]int, len(bounds)+1)
	for k, b := range bounds {
		out[k] = b
	}
	out[kind] = to
	return out
}
