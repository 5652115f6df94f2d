package compose

import "math/big"

// relaxed is what a node of the search gives without looking at rivals.
type relaxed struct {
	few, enough flow // neighbours on the line of all prices: below the 重点 share and at or above it; few only if split
	split       bool // the two differ, and their mean could lack less than enough does
	bound       int64
}

// secants bounds how often the price is moved once nothing less can be missing: what is left is the exposure.
const secants = 8

// relax finds the best flow with enough 重点 questions; ok is false when there is none.
func (s *search) relax() (r relaxed, ok bool) {
	places := s.p.Places()
	run := func(scale, price int64) flow {
		s.net.run(places, scale, price)
		return s.net.result()
	}
	free := run(1, 0)
	if s.b.gone {
		return r, false
	}
	if free.keys >= s.p.Keys {
		return relaxed{enough: free, bound: free.defect}, true
	}
	r.few, r.enough = free, run(1, mostKeys)
	if r.enough.keys < s.p.Keys || s.b.gone {
		return r, false
	}
	for n := 0; ; n++ {
		r.bound = s.bound(r.few, r.enough)
		if r.enough.defect <= r.bound && n >= secants {
			break
		}
		scale, price := int64(r.enough.keys-r.few.keys), r.enough.cost-r.few.cost
		next := run(scale, price)
		if s.b.gone {
			return r, false
		}
		if !below(next.cost-r.few.cost, scale, int64(next.keys-r.few.keys), price) {
			break // nothing lies below the line
		}
		if next.keys >= s.p.Keys {
			r.enough = next
		} else {
			r.few = next
		}
	}
	r.bound = max(r.bound, free.defect)
	r.split = r.enough.defect > r.bound
	return r, true
}

// bound is the least that can be missing by the line between two neighbours at the share that is asked, rounded up. All
// questions of a paper together cost less than a part in 200 of one to write, so rounding loses nothing.
func (s *search) bound(few, enough flow) int64 {
	run, rise := int64(enough.keys-few.keys), enough.cost-few.cost
	at := few.cost + floorMul(rise, int64(s.p.Keys-few.keys), run)
	return -floorDiv(-(at - s.dearest), toWrite)
}

// between is where the line at the asked share splits a kind that the two flows use differently: at most cut, or more.
func (s *search) between(r relaxed) (kind, cut int) {
	for kind, at := range s.net.kindArcs {
		a, b := r.few.arcs[at], r.enough.arcs[at]
		if a == b {
			continue
		}
		y := a + int(floorDiv(int64((b-a)*(s.p.Keys-r.few.keys)), int64(r.enough.keys-r.few.keys)))
		return kind, min(max(y, min(a, b)), max(a, b)-1)
	}
	panic("compose: two flows with different numbers of 重点 questions use the same questions")
}

// below tells whether a × b < c × d; the products of a contradictory problem may pass 64 bits.
func below(a, b, c, d int64) bool {
	return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)).Cmp(new(big.Int).Mul(big.NewInt(c), big.NewInt(d))) < 0
}

// floorMul is a × b ÷ c rounded down, for a positive c.
func floorMul(a, b, c int64) int64 {
	product := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	return product.Div(product, big.NewInt(c)).Int64() // Div rounds down for a positive divisor
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
