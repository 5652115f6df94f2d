package compose

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// randomProblem is small enough to try every choice, and tight enough that most of its bounds bite.
func randomProblem(t *rapid.T) Problem {
	var p Problem
	for q := range rapid.IntRange(0, 3).Draw(t, "quotas") {
		lo := rapid.IntRange(0, 2).Draw(t, "min")
		p.Quotas = append(p.Quotas, Quota{Parent: rapid.IntRange(None, q-1).Draw(t, "parent"), Min: lo, Max: lo + rapid.IntRange(0, 2).Draw(t, "more")})
	}
	quota := rapid.IntRange(None, len(p.Quotas)-1)
	for range rapid.IntRange(1, 3).Draw(t, "rows") {
		homes := rapid.SliceOfNDistinct(quota, 1, 2, rapid.ID[int])
		if len(p.Quotas) == 0 {
			homes = rapid.Just([]int{None})
		}
		p.Rows = append(p.Rows, Row{Count: rapid.IntRange(1, 2).Draw(t, "count"), Homes: homes.Draw(t, "homes")})
	}
	id := int64(0)
	for range rapid.IntRange(0, 4).Draw(t, "kinds") {
		k := Kind{Quota: quota.Draw(t, "quota"), Key: rapid.Bool().Draw(t, "key")}
		k.Rows = rapid.SliceOfNDistinct(rapid.IntRange(0, len(p.Rows)-1), 1, len(p.Rows), rapid.ID[int]).Draw(t, "fits")
		for range rapid.IntRange(0, 2).Draw(t, "questions") {
			id++
			k.Questions = append(k.Questions, Question{ID: id, Cost: rapid.IntRange(0, 3).Draw(t, "cost"), Rivals: rapid.SliceOfN(rapid.Int64Range(1, 4), 0, 2).Draw(t, "rivals")})
		}
		p.Kinds = append(p.Kinds, k)
	}
	p.Keys = rapid.IntRange(0, p.Places()).Draw(t, "keys")
	return p
}

// brute tries every choice and returns the fewest questions to write; ok is false when no writing keeps the quotas.
func brute(p Problem) (least int, ok bool) {
	var places []int
	for r, row := range p.Rows {
		for range row.Count {
			places = append(places, r)
		}
	}
	under := make([]int, len(p.Quotas))
	hang := func(q, by int) {
		for ; q != None; q = p.Quotas[q].Parent {
			under[q] += by
		}
	}
	used, sets := map[int64]bool{}, map[int64]bool{}
	var place func(at, keys, written int)
	place = func(at, keys, written int) {
		if ok && written >= least {
			return
		}
		if at == len(places) {
			for i, q := range p.Quotas {
				if under[i] < q.Min || under[i] > q.Max {
					return
				}
			}
			if keys+written >= p.Keys {
				least, ok = written, true
			}
			return
		}
		for _, k := range p.Kinds {
			for _, q := range k.Questions {
				if used[q.ID] || !slices.Contains(k.Rows, places[at]) || slices.ContainsFunc(q.Rivals, func(s int64) bool { return sets[s] }) {
					continue
				}
				used[q.ID] = true
				for _, s := range q.Rivals {
					sets[s] = true
				}
				hang(k.Quota, 1)
				more := 0
				if k.Key {
					more = 1
				}
				place(at+1, keys+more, written)
				hang(k.Quota, -1)
				for _, s := range q.Rivals {
					delete(sets, s)
				}
				delete(used, q.ID)
			}
		}
		for _, home := range p.Rows[places[at]].Homes {
			hang(home, 1)
			place(at+1, keys, written+1)
			hang(home, -1)
		}
	}
	place(0, 0, 0)
	return least, ok
}

// wrong says what is wrong with a solution, looking at the problem alone.
func wrong(p Problem, s Solution) string {
	count, under, keys := make([]int, len(p.Rows)), make([]int, len(p.Quotas)), 0
	used, sets := map[int64]bool{}, map[int64]int64{}
	hang := func(q, by int) {
		for ; q != None; q = p.Quotas[q].Parent {
			under[q] += by
		}
	}
	for _, c := range s.Chosen {
		k := p.Kinds[c.Kind]
		if !slices.Contains(k.Rows, c.Row) {
			return fmt.Sprintf("%+v does not fit", c)
		}
		for _, id := range c.Questions {
			at := slices.IndexFunc(k.Questions, func(q Question) bool { return q.ID == id })
			if at < 0 || used[id] {
				return fmt.Sprintf("question %d twice or of another kind", id)
			}
			used[id] = true
			for _, set := range k.Questions[at].Rivals {
				if other, taken := sets[set]; taken && other != id {
					return fmt.Sprintf("%d and %d are rivals", id, other)
				}
				sets[set] = id
			}
		}
		count[c.Row]++
		hang(k.Quota, 1)
		if k.Key {
			keys++
		}
	}
	for _, m := range s.Missing {
		count[m.Row] += m.Count
		hang(m.Quota, m.Count)
		if !slices.Contains(p.Rows[m.Row].Homes, m.Quota) {
			return fmt.Sprintf("%+v is no home", m)
		}
	}
	for r, row := range p.Rows {
		if count[r] != row.Count {
			return fmt.Sprintf("row %d: %d of %d", r, count[r], row.Count)
		}
	}
	if s.MissingKeys > s.Lack() || keys+s.MissingKeys < p.Keys {
		return fmt.Sprintf("%d 重点 and %d to write, of %d", keys, s.MissingKeys, p.Keys)
	}
	for i, q := range p.Quotas {
		if (under[i] < q.Min || under[i] > q.Max) != slices.Contains(s.Clashes, i) {
			return fmt.Sprintf("quota %d: %d in %+v, clashes %v", i, under[i], q, s.Clashes)
		}
	}
	return ""
}

// solved is the solution of a problem where the search by flows has so much work.
func solved(t interface{ Fatal(...any) }, p Problem, flows int64) Solution {
	s, err := solve(newBudget(context.Background(), max(maxWork, flows)), p, flows)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The least shortage is what trying every choice finds; none when any choice fills the paper.
func TestSolveLacksWhatEveryChoiceLacks(t *testing.T) {
	for range 30 { // small problems are tried by the thousand
		rapid.Check(t, func(t *rapid.T) {
			p := randomProblem(t)
			least, ok := brute(p)
			for _, work := range []int64{flowWork, 0} { // 0: the program alone decides
				s := solved(t, p, work)
				if why := wrong(p, s); why != "" {
					t.Fatal(why)
				}
				if ok != (len(s.Clashes) == 0) {
					t.Fatalf("clashes %v, by trying %v", s.Clashes, ok)
				}
				if !s.Proven || ok && s.Lack() != least {
					t.Fatalf("%d to write, by trying %d (work %d, proven %v): %+v", s.Lack(), least, work, s.Proven, s)
				}
			}
		})
	}
}

// The search by flows, left to its end, and the program agree on problems too large to try every choice.
func TestProgramAgreesWithFlows(t *testing.T) {
	for _, in := range []instance{
		{questions: 60, rows: 3, places: 16, cells: 6, sets: 40, size: 2, near: true, tight: 2, keys: 0.5},
		{questions: 60, rows: 4, places: 20, cells: 8, sets: 20, size: 4, tight: 1.5, keys: 0.6},
		{questions: 80, rows: 8, places: 24, cells: 20, sets: 30, size: 3, near: true, tight: 1, keys: 0.5},
	} {
		for seed := range uint64(8) {
			for bundle := range 3 {
				p := in.make(rand.New(rand.NewPCG(seed, 1)))
				p.Bundle = bundle + 1
				flows, program := solved(t, p, 1<<40), solved(t, p, 0)
				if !flows.Proven || !program.Proven || flows.Lack() != program.Lack() || len(flows.Clashes) != len(program.Clashes) {
					t.Fatalf("seed %d, bundles of %d: %d and %v by flows, %d and %v by the program", seed, p.Bundle, flows.Lack(), flows.Clashes, program.Lack(), program.Clashes)
				}
			}
		}
	}
}
