package compose

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// Whatever comes and goes, the flow that follows costs as little as one that is found anew.
func TestFlowFollowsItsKinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := randomProblem(t)
		b := newBudget(context.Background(), math.MaxInt64)
		price := rapid.SampledFrom([]int64{0, 1, toWrite / 2}).Draw(t, "price")
		cost := func(n *network) int64 { f := n.result(); return f.cost - price*int64(f.keys) }
		n := newNetwork(p, b)
		n.run(p.Places(), 1, price)
		for range rapid.IntRange(0, 12).Draw(t, "changes") {
			if len(p.Kinds) == 0 {
				break
			}
			at := n.kindArcs[rapid.IntRange(0, len(p.Kinds)-1).Draw(t, "kind")]
			if n.arcs[at].high > 0 && rapid.Bool().Draw(t, "less") {
				n.shrink(at, price)
			} else {
				n.grow(at, price)
			}
			again := newNetwork(p, b)
			for _, kind := range n.kindArcs {
				again.arcs[kind].high = n.arcs[kind].high
			}
			again.run(p.Places(), 1, price)
			if cost(n) != cost(again) {
				t.Fatalf("%d, anew %d", cost(n), cost(again))
			}
		}
	})
}

// Exchanges alone prove nothing, and what they propose is a paper that lacks what it says.
func TestExchangesProposePapers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := randomProblem(t)
		least, ok := brute(p)
		s := newSearch(newBudget(context.Background(), maxWork), p)
		x := s.newExchange(s.core())
		x.start()
		x.run(maxWork, 100)
		if why := wrong(p, s.best); why != "" {
			t.Fatal(why)
		}
		if !s.found || len(s.best.Clashes) == 0 && (!ok || s.best.Lack() < least) {
			t.Fatalf("%d to write, by trying %d and %v", s.best.Lack(), least, ok)
		}
	})
}

// A paper that there is is found, among rivals so many that it is seldom.
func TestPlantedPapersAreFound(t *testing.T) {
	for _, in := range planted {
		p := in.planted(rand.New(rand.NewPCG(1, 7)))
		s := solved(t, p, flowWork)
		if why := wrong(p, s); why != "" || !s.Full() || !s.Proven {
			t.Errorf("%v: %s %d to write", in, why, s.Lack())
		}
	}
}
