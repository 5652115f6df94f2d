package compose

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

const (
	looksAt   = 64    // questions that are compared for each exchange
	restAfter = 10    // exchanges for which a question that was put in or thrown out stays so, about
	wander    = 8     // one exchange of so many is of any kind, the others of one that is wanted
	backAfter = 400   // exchanges without a better paper, after which it goes back to the best
	patience  = 4_000 // and after which the program has its turn
)

// exchange looks for a paper that lacks less by exchanging questions, where rivals are too many for the other ways: a question comes
// in, its rivals go out, and whoever has no rival left comes in after them. What a kind's next question is worth the flow tells, which
// follows each exchange by a few shortest paths. It goes on from where no exchange helps, so that it leaves what is only locally best.
type exchange struct {
	s       *search
	core    core
	net     *network
	random  *rand.Rand
	sets    [][]int // of each question of the core, by place
	members [][]int // of each set
	holder  []int   // the question that each set has in the paper, −1 for none
	in      []bool
	rest    []int   // until when a question stays where it is
	have    []int   // questions that each kind may take
	gain    []int64 // of one question more of each kind
	loss    []int64 // of one less
	forKey  int64   // what the flow pays for a 重点 question
	now     int
	best    int64 // what the best choice lacks, in the price of a question to write
	kept    []bool
	since   int // exchanges since the best
}

func (s *search) newExchange(c core) *exchange {
	x := &exchange{s: s, core: c, net: newNetwork(s.p, s.b), random: rand.New(rand.NewPCG(1, uint64(len(c.all)))), have: slices.Clone(c.free)}
	at := map[int64]int{}
	for i, q := range c.all {
		x.sets = append(x.sets, nil)
		for _, set := range q.Rivals {
			n, seen := at[set]
			if !seen {
				n = len(x.members)
				at[set] = n
				x.members = append(x.members, nil)
			}
			x.members[n], x.sets[i] = append(x.members[n], i), append(x.sets[i], n)
		}
	}
	x.holder = slices.Repeat([]int{-1}, len(x.members))
	x.in, x.rest = make([]bool, len(c.all)), make([]int, len(c.all))
	x.gain, x.loss = make([]int64, len(s.p.Kinds)), make([]int64, len(s.p.Kinds))
	return x
}

// start takes the questions with few rivals first.
func (x *exchange) start() {
	order, rivals := make([]int, len(x.core.all)), make([]int, len(x.core.all))
	for q := range order {
		order[q] = q
		for _, set := range x.sets[q] {
			rivals[q] += len(x.members[set]) - 1
		}
	}
	x.s.b.spend(perQuestion * len(order))
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(rivals[a]-rivals[b], cheaper(x.core.all[a].Question, x.core.all[b].Question))
	})
	for _, q := range order {
		if x.against(q) == nil {
			x.put(q)
		}
	}
	for k, at := range x.net.kindArcs {
		x.net.arcs[at].high = x.room(k)
	}
	// Of flows that lack as much one with most 重点 questions; where that is too few, half a question to write for each.
	for _, x.forKey = range []int64{1, toWrite / 2} {
		x.net.run(x.s.p.Places(), 1, x.forKey)
		if x.net.result().keys >= x.s.p.Keys {
			break
		}
	}
	x.best = x.lack()
	x.kept = slices.Clone(x.in)
	x.price()
	x.propose()
}

// room is how many bundles of a kind can be taken.
func (x *exchange) room(kind int) int { return x.have[kind] / x.s.p.Bundle }

// run exchanges until the grant is spent, nothing less can be missing, or for so many exchanges nothing got better.
func (x *exchange) run(grant int64, rounds int) {
	if len(x.core.all) == 0 {
		return
	}
	defer x.s.b.grant(grant)()
	for x.since = 0; x.since < rounds && !x.s.done(); x.since++ {
		x.now++
		if x.since%backAfter == backAfter-1 {
			x.back()
		}
		q := x.next()
		if q < 0 {
			x.back()
			continue
		}
		x.swap(q)
		if lack := x.lack(); lack < x.best {
			x.best, x.since = lack, 0
			copy(x.kept, x.in)
			x.propose()
		}
	}
}

// next is the question whose coming in costs the least, of some: the one that rested longest among equals; −1 when all rest. Mostly it
// is one of a kind of which more are wanted; the others make room.
func (x *exchange) next() (best int) {
	if x.random.IntN(wander) > 0 {
		if best = x.cheapest(true); best >= 0 {
			return best
		}
	}
	return x.cheapest(false)
}

func (x *exchange) cheapest(wanted bool) (best int) {
	best = -1
	var least int64
	n := len(x.core.all)
	from := x.random.IntN(n)
	for looked, i := 0, 0; i < n && looked < looksAt; i++ {
		q := (from + i) % n
		x.s.b.spend(8)
		gain := x.gain[x.core.all[q].kind]
		if x.in[q] || x.rest[q] > x.now || wanted && gain == 0 {
			continue
		}
		looked++
		loss := -gain
		for _, rival := range x.against(q) {
			loss += x.loss[x.core.all[rival].kind]
		}
		if best < 0 || loss < least || loss == least && x.rest[q] < x.rest[best] {
			best, least = q, loss
		}
	}
	return best
}

// against are the rivals of a question that are in.
func (x *exchange) against(q int) (rivals []int) {
	x.s.b.spend(10 + 15*len(x.sets[q]))
	for _, set := range x.sets[q] {
		if h := x.holder[set]; h >= 0 && h != q && !slices.Contains(rivals, h) {
			rivals = append(rivals, h)
		}
	}
	return rivals
}

// swap lets a question in.
func (x *exchange) swap(q int) {
	gone := x.against(q)
	for _, rival := range gone {
		x.drop(rival)
		x.rest[rival] = x.now + restAfter + x.random.IntN(restAfter)
	}
	x.put(q)
	x.rest[q] = x.now + 1
	changed := append([]int{q}, gone...)
	for _, rival := range gone {
		changed = append(changed, x.fill(rival)...)
	}
	x.follow(changed)
	x.price()
}

// fill lets in who has no rival left after one went out, the worthiest first.
func (x *exchange) fill(gone int) (came []int) {
	var free []int
	for _, set := range x.sets[gone] {
		if x.holder[set] >= 0 {
			continue
		}
		for _, q := range x.members[set] {
			if !x.in[q] && x.against(q) == nil {
				free = append(free, q)
			}
		}
	}
	slices.SortFunc(free, func(a, b int) int {
		return cmp.Or(cmp.Compare(x.gain[x.core.all[b].kind], x.gain[x.core.all[a].kind]), cmp.Compare(x.rest[a], x.rest[b]), a-b)
	})
	for _, q := range free {
		if !x.in[q] && x.against(q) == nil {
			x.put(q)
			came = append(came, q)
		}
	}
	return came
}

func (x *exchange) put(q int) {
	x.in[q] = true
	x.have[x.core.all[q].kind]++
	for _, set := range x.sets[q] {
		x.holder[set] = q
	}
}

func (x *exchange) drop(q int) {
	x.in[q] = false
	x.have[x.core.all[q].kind]--
	for _, set := range x.sets[q] {
		x.holder[set] = -1
	}
}

// follow lets the flow have what is in, of the kinds of some questions.
func (x *exchange) follow(changed []int) {
	kind := func(q int) int { return x.core.all[q].kind }
	for _, q := range changed {
		for x.net.arcs[x.net.kindArcs[kind(q)]].high < x.room(kind(q)) {
			x.net.grow(x.net.kindArcs[kind(q)], x.forKey)
		}
	}
	for _, q := range changed {
		for x.net.arcs[x.net.kindArcs[kind(q)]].high > x.room(kind(q)) {
			x.net.shrink(x.net.kindArcs[kind(q)], x.forKey)
		}
	}
}

// price reckons what one question more of each kind saves, and what one less costs. Both go by way of the source, so that two searches
// tell it for all kinds.
func (x *exchange) price() {
	n := x.net
	n.search(source, 1, x.forKey)
	from := slices.Clone(n.dist)
	n.spread(source, false, 1, x.forKey)
	for k, at := range n.kindArcs {
		x.gain[k], x.loss[k] = 0, 0
		if a := n.arcs[at]; n.full(at) {
			cost := a.priced(0, 1, x.forKey)
			x.gain[k] = worth(-cost - n.dist[a.to] - from[a.from])
			x.loss[k] = worth(from[a.to] - from[a.from] - cost)
		}
	}
}

// worth is a saving in quarters of a question to write.
func worth(saved int64) int64 { return max(0, saved) / (toWrite / 4) }

// lack is what the flow lacks, with what 重点 questions it lacks beside those to write.
func (x *exchange) lack() int64 {
	f := x.net.result()
	return f.defect + int64(max(0, x.s.p.Keys-f.keys))
}

// back takes up the best choice again.
func (x *exchange) back() {
	var changed []int
	for q, kept := range x.kept {
		if x.in[q] && !kept {
			x.drop(q)
			changed = append(changed, q)
		}
	}
	for q, kept := range x.kept {
		if kept && !x.in[q] {
			x.put(q)
			changed = append(changed, q)
		}
		x.rest[q] = x.now
		if x.random.IntN(4) == 0 {
			x.rest[q] += restAfter
		}
	}
	x.s.b.spend(20 * len(x.kept))
	x.follow(changed)
	x.price()
}

// propose makes a paper of the questions that are in.
func (x *exchange) propose() {
	out := make(map[int64]bool, len(x.core.all)+len(x.core.gone))
	for id := range x.core.gone {
		out[id] = true
	}
	for at, q := range x.core.all {
		if !x.in[at] {
			out[q.ID] = true
		}
	}
	x.s.b.spend(40 * len(out))
	x.s.propose(out)
}
