package compose

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// instance is how a bank and a blueprint are made for the measurements: the tighter, the fewer questions stand beside each place.
type instance struct {
	questions, rows, places int
	cells                   int // kinds of questions, spread over the rows
	sets, size              int // rival sets and the questions of each, at most
	near                    bool
	tight                   float64 // questions of a row's cells beside its places, at a tenth of the rows
	keys                    float64
}

// make makes a problem. Rivals are near where they stand in one row, else anywhere.
func (in instance) make(random *rand.Rand) Problem {
	var p Problem
	for r := range in.rows {
		count := in.places / in.rows
		if r < in.places%in.rows {
			count++
		}
		p.Rows = append(p.Rows, Row{Count: count})
	}
	for q := range min(in.rows/3, 20) {
		parent := None
		if q >= 5 {
			parent = q % 5
		}
		p.Quotas = append(p.Quotas, Quota{Parent: parent, Max: in.places})
	}
	for c := range in.cells {
		k := Kind{Rows: []int{c % in.rows}, Quota: None, Key: c/in.rows%2 == 0}
		if len(p.Quotas) > 0 && c%4 > 0 {
			k.Quota = random.IntN(len(p.Quotas))
		}
		if random.IntN(6) == 0 {
			if other := random.IntN(in.rows); other != k.Rows[0] {
				k.Rows = append(k.Rows, other)
			}
		}
		p.Kinds = append(p.Kinds, k)
	}
	for r := range p.Rows {
		p.Rows[r].Homes = []int{None}
		for _, k := range p.Kinds {
			if slices.Contains(k.Rows, r) && !slices.Contains(p.Rows[r].Homes, k.Quota) {
				p.Rows[r].Homes = append(p.Rows[r].Homes, k.Quota)
			}
		}
	}
	byRow, kindOf := make([][]int64, in.rows), make([]int, in.questions+1)
	for id := 1; id <= in.questions; id++ {
		k := random.IntN(in.cells)
		r := p.Kinds[k].Rows[0]
		if r%10 == 0 && float64(len(byRow[r])) >= in.tight*float64(p.Rows[r].Count) {
			continue
		}
		kindOf[id] = k
		byRow[r] = append(byRow[r], int64(id))
		p.Kinds[k].Questions = append(p.Kinds[k].Questions, Question{ID: int64(id), Cost: random.IntN(4)<<10 | random.IntN(1<<10)})
	}
	rivals := map[int64][]int64{}
	for set := range int64(in.sets) {
		ids := byRow[random.IntN(in.rows)]
		for range 2 + random.IntN(in.size-1) {
			if !in.near {
				ids = byRow[random.IntN(in.rows)]
			}
			if len(ids) > 0 {
				id := ids[random.IntN(len(ids))]
				rivals[id] = append(rivals[id], set+1)
			}
		}
	}
	for k := range p.Kinds {
		for i := range p.Kinds[k].Questions {
			q := &p.Kinds[k].Questions[i]
			q.Rivals = rivals[q.ID]
		}
	}
	p.Keys = int(in.keys * float64(in.places))
	return p
}

// planted is a problem that a paper fills: questions for all places are drawn, and of each set no second one of them is a rival.
func (in instance) planted(random *rand.Rand) Problem {
	p := in.make(random)
	taken := map[int64]bool{}
	for r, row := range p.Rows {
		for left := row.Count; left > 0; {
			k := p.Kinds[random.IntN(len(p.Kinds))]
			if q := k.Questions[random.IntN(len(k.Questions))]; k.Rows[0] == r && !taken[q.ID] {
				taken[q.ID] = true
				left--
			}
		}
	}
	sets := map[int64]bool{}
	for _, k := range p.Kinds {
		for i, q := range k.Questions {
			if taken[q.ID] {
				k.Questions[i].Rivals = slices.DeleteFunc(once(q.Rivals), func(set int64) bool { return sets[set] })
				for _, set := range q.Rivals {
					sets[set] = true
				}
			}
		}
	}
	p.Keys = 0
	return p
}

// Banks as they are, tight at a tenth of the rows. Flows alone leave off undecided at most of them.
var banks = []instance{
	{questions: 5000, rows: 20, places: 200, cells: 80, sets: 3000, size: 2, near: true, tight: 1.5, keys: 0.6},
	{questions: 400, rows: 20, places: 100, cells: 80, sets: 100, size: 3, near: true, tight: 1.3, keys: 0.5},
	{questions: 300, rows: 20, places: 100, cells: 80, sets: 200, size: 2, near: true, tight: 2, keys: 0.5},
	{questions: 250, rows: 10, places: 100, cells: 40, sets: 120, size: 3, near: true, tight: 2, keys: 0.5},
	{questions: 250, rows: 40, places: 100, cells: 120, sets: 60, size: 3, near: true, tight: 2, keys: 0.5},
	{questions: 200, rows: 5, places: 50, cells: 12, sets: 300, size: 2, near: true, tight: 3, keys: 0.5},
	{questions: 120, rows: 5, places: 40, cells: 10, sets: 150, size: 2, near: true, tight: 4, keys: 0.3},
	{questions: 2000, rows: 10, places: 100, cells: 40, sets: 3000, size: 2, tight: 1.3, keys: 0.4},
	{questions: 100_000, rows: 20, places: 100, cells: 80, sets: 3000, size: 3, near: true, tight: 1.5, keys: 0.4},
}

// Rivals anywhere in few cells, and a paper that asks nearly all that they let through.
var adversaries = []instance{
	{questions: 100, rows: 3, places: 48, cells: 6, sets: 200, size: 2, tight: 40, keys: 0.3},
	{questions: 200, rows: 40, places: 60, cells: 60, sets: 300, size: 2, tight: 40, keys: 0.5},
	{questions: 150, rows: 3, places: 60, cells: 9, sets: 500, size: 2, tight: 40, keys: 0.5},
	{questions: 500, rows: 5, places: 180, cells: 20, sets: 1500, size: 2, tight: 40, keys: 0.5},
	{questions: 200, rows: 3, places: 68, cells: 9, sets: 900, size: 2, tight: 40, keys: 0.5},
}

// Papers that fill are hidden among these.
var planted = []instance{
	{questions: 200, rows: 3, places: 62, cells: 9, sets: 900, size: 2, tight: 40},
	{questions: 300, rows: 10, places: 100, cells: 40, sets: 150, size: 20, tight: 40},
}

func (in instance) String() string {
	return fmt.Sprintf("%dQ_%dplaces_%dsets_of_%d", in.questions, in.places, in.sets, in.size)
}

// Whatever rivals a bank holds, it is decided whether it fills the paper, and what the fewest are that it lacks.
func TestBanksAreDecided(t *testing.T) {
	for _, in := range append(banks, adversaries[:2]...) {
		p := in.make(rand.New(rand.NewPCG(11, 5)))
		s := solved(t, p, flowWork)
		if why := wrong(p, s); why != "" || !s.Proven {
			t.Errorf("%v: %s proven %v", in, why, s.Proven)
		}
	}
}

// BenchmarkSolve tells how long each takes and how many of a hundred end undecided.
func BenchmarkSolve(b *testing.B) {
	for _, in := range append(banks, adversaries...) {
		b.Run(in.String(), func(b *testing.B) {
			undecided, seed := 0, uint64(0)
			for b.Loop() {
				if !solved(b, in.make(rand.New(rand.NewPCG(seed, 5))), flowWork).Proven {
					undecided++
				}
				seed++
			}
			b.ReportMetric(float64(100*undecided)/float64(b.N), "undecided/100")
		})
	}
}
