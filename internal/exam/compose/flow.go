package compose

// Prices, each far above all sums of the one before: a question's cost (2^16, four in a bundle, 200 bundles: below 2^26), a
// question to write, a broken quota, a 重点 question when as many as possible are wanted. All of a paper's scaled by at most
// 200 places stay below 2^63.
const (
	toWrite  = 1 << 34
	broken   = 1 << 44
	mostKeys = 1 << 50
)

// arc carries flow at a cost that grows with it: unit by unit where units are given.
type arc struct {
	from, to int
	flow     int
	low      int     // below it a unit is worth a kept quota
	high     int     // above it each unit breaks a quota, or none is let through
	soft     bool    // may go above high
	key      bool    // each unit is a 重点 question
	write    bool    // each unit is a question to write
	units    []int64 // cost of each unit; none: free
}

// add is what one more unit costs, without price; ok is whether one goes through.
func (a *arc) add() (cost int64, ok bool) {
	if a.flow >= a.high {
		return broken, a.soft
	}
	return a.unit(a.flow), true
}

// unit is the cost of the n-th unit below high.
func (a *arc) unit(n int) (cost int64) {
	if a.units != nil {
		cost = a.units[n]
	}
	if a.write {
		cost += toWrite
	}
	if n < a.low {
		cost -= broken
	}
	return cost
}

// remove is what one unit less costs.
func (a *arc) remove() (cost int64, ok bool) {
	if a.flow == 0 {
		return 0, false
	}
	if a.flow > a.high {
		return -broken, true
	}
	return -a.unit(a.flow - 1), true
}

// network is a problem as arcs: node 0 is the source, 1 the sink, then quotas, kinds and rows.
type network struct {
	nodes    int
	arcs     []arc
	out, in  [][]int // arcs by their ends
	kindArcs []int   // the arc into each kind
	quotaArc []int   // the arc into each quota
	writes   []write // arcs of questions to write
	b        *Budget
	dist     []int64
	via      []int // arc by which a node was reached; ^arc backwards
	queued   []bool
	queue    []int
}

type write struct{ arc, row, quota int }

// perArc is the work of looking along an arc.
const perArc = 8

const (
	source = 0
	sink   = 1
)

func (n *network) link(a arc) int {
	i := len(n.arcs)
	n.arcs = append(n.arcs, a)
	n.out[a.from], n.in[a.to] = append(n.out[a.from], i), append(n.in[a.to], i)
	return i
}

// newNetwork builds the network of the rows, quotas and kinds; the units of the kinds are set for each run.
func newNetwork(p Problem, b *Budget) *network {
	quota := func(q int) int {
		if q == None {
			return source
		}
		return 2 + q
	}
	n := &network{nodes: 2 + len(p.Quotas) + len(p.Kinds) + len(p.Rows), b: b}
	n.out, n.in = make([][]int, n.nodes), make([][]int, n.nodes)
	n.dist, n.via, n.queued, n.queue = make([]int64, n.nodes), make([]int, n.nodes), make([]bool, n.nodes), make([]int, 4*n.nodes)
	for i, q := range p.Quotas {
		n.quotaArc = append(n.quotaArc, n.link(arc{from: quota(q.Parent), to: quota(i), low: q.Min, high: q.Max, soft: true}))
	}
	row := func(r int) int { return 2 + len(p.Quotas) + len(p.Kinds) + r }
	for i, k := range p.Kinds {
		node := 2 + len(p.Quotas) + i
		n.kindArcs = append(n.kindArcs, n.link(arc{from: quota(k.Quota), to: node, key: k.Key}))
		for _, r := range k.Rows {
			n.link(arc{from: node, to: row(r), high: p.Rows[r].Count})
		}
	}
	for r, asked := range p.Rows {
		for _, home := range asked.Homes {
			at := n.link(arc{from: quota(home), to: row(r), high: asked.Count, key: true, write: true})
			n.writes = append(n.writes, write{at, r, home})
		}
		n.link(arc{from: row(r), to: sink, high: asked.Count})
	}
	return n
}

// run finds the flow of so many places that is cheapest at the price: scale times the costs, less price for each 重点.
func (n *network) run(places int, scale, price int64) {
	for i := range n.arcs {
		n.arcs[i].flow = 0
	}
	for range places {
		if !n.send(source, sink, scale, price) || n.b.gone {
			return // a row without a home: the caller gave none
		}
	}
}

// grow lets a kind take one more; it does where that is cheaper.
func (n *network) grow(kind int, price int64) {
	a := &n.arcs[kind]
	if a.flow < a.high {
		a.high++
		return
	}
	n.search(a.to, 1, price) // without it: with it the cycle would be negative
	a.high++
	if n.dist[a.from] < far && n.dist[a.from]+a.priced(a.unit(a.flow), 1, price) < 0 {
		n.push(a.to, a.from)
		a.flow++
	}
}

// shrink lets a kind take one less; what flowed there takes the cheapest other way.
func (n *network) shrink(kind int, price int64) {
	a := &n.arcs[kind]
	a.high--
	if a.flow > a.high {
		a.flow--
		n.send(a.from, a.to, 1, price)
	}
}

// full tells whether a kind is used as far as it goes.
func (n *network) full(kind int) bool { return n.arcs[kind].flow >= n.arcs[kind].high }

// far is the distance of what no path reaches.
const far = int64(1) << 62

// send sends one unit along the cheapest path.
func (n *network) send(from, to int, scale, price int64) bool {
	n.search(from, scale, price)
	if n.dist[to] == far {
		return false
	}
	n.push(from, to)
	return true
}

// search finds the cheapest paths from a node. Costs may be negative, cycles of negative cost there are none.
func (n *network) search(from int, scale, price int64) { n.spread(from, true, scale, price) }

// spread finds the cheapest paths from a node, or to it.
func (n *network) spread(from int, ahead bool, scale, price int64) {
	for i := range n.dist {
		n.dist[i] = far
	}
	n.dist[from] = 0
	n.b.spend(n.nodes)
	queue := append(n.queue[:0], from)
	for len(queue) > 0 {
		at := queue[0]
		n.b.spend(perArc * (len(n.out[at]) + len(n.in[at])))
		queue, n.queued[at] = queue[1:], false
		reach := func(to, via int, cost int64) {
			if d := n.dist[at] + cost; d < n.dist[to] {
				n.dist[to], n.via[to] = d, via
				if !n.queued[to] {
					n.queued[to] = true
					queue = append(queue, to)
				}
			}
		}
		for _, i := range n.out[at] {
			if cost, ok := n.arcs[i].step(ahead, scale, price); ok {
				reach(n.arcs[i].to, i, cost)
			}
		}
		for _, i := range n.in[at] {
			if cost, ok := n.arcs[i].step(!ahead, scale, price); ok {
				reach(n.arcs[i].from, ^i, cost)
			}
		}
	}
}

// push sends one unit along the path that was found.
func (n *network) push(from, to int) {
	for at := to; at != from; {
		if i := n.via[at]; i >= 0 {
			n.arcs[i].flow++
			at = n.arcs[i].from
		} else {
			n.arcs[^i].flow--
			at = n.arcs[^i].to
		}
	}
}

// step is what one unit more costs, or one less.
func (a *arc) step(more bool, scale, price int64) (int64, bool) {
	if more {
		cost, ok := a.add()
		return a.priced(cost, scale, price), ok
	}
	cost, ok := a.remove()
	return -a.priced(-cost, scale, price), ok
}

func (a *arc) priced(cost, scale, price int64) int64 {
	if a.key {
		return cost*scale - price
	}
	return cost * scale
}

// flow is what a run gave: of each arc, with its cost without price and its 重点 questions.
type flow struct {
	arcs   []int
	cost   int64
	keys   int
	defect int64 // questions to write, and broken quotas, in the price of a question to write
}

func (n *network) result() flow {
	n.b.spend(2 * len(n.arcs))
	f := flow{arcs: make([]int, len(n.arcs))}
	for i := range n.arcs {
		a := &n.arcs[i]
		f.arcs[i] = a.flow
		if a.key {
			f.keys += a.flow
		}
		for u := range min(a.flow, a.high) {
			f.cost += a.unit(u)
		}
		over, under := int64(max(a.flow-a.high, 0)), int64(max(a.low-a.flow, 0))
		f.cost += broken * (over + int64(a.low)) // a kept lower bound costs nothing
		f.defect += broken / toWrite * (over + under)
		if a.write {
			f.defect += int64(a.flow)
		}
	}
	return f
}
