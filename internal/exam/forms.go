package exam

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/peikao/peikao/internal/exam/compose"
	"github.com/peikao/peikao/internal/score"
)

// Bounds of parallel forms: letters A to D, and so many slots in all of them together.
const (
	MaxForms     = 4
	maxFormSlots = 400
)

// Forms are parallel papers (平行卷) of one blueprint.
type Forms struct {
	Papers  [][]PaperSlot
	Overlap int              // questions of a form that a form before it has too
	Short   []Shortage       // what the bank lacks for forms without overlap; empty when there is none
	Gap     score.Hundredths // between the expected difficulties of the hardest and the easiest form, rounded up
	// Measured are the forms' questions whose facility is known, and FacilityGap how far the forms' means of it lie apart, in
	// hundredths of a per cent, rounded up.
	Measured    int
	FacilityGap score.Hundredths

	like    map[VersionID]weighed
	weights []int // of the blueprint's rows
}

// DrawForms draws n papers of the blueprint: each fills it as Draw's does, with the same number of questions at each row, quota
// and 重点, and of expected difficulty as equal as can be (even says how). The first way that succeeds is taken:
//
//  1. n like questions at a time, of one type and difficulty: no overlap, no difference in difficulty;
//  2. n questions of one kind at a time, dealt so that the difficulties balance: no overlap;
//  3. a paper n times as large, parted: no overlap;
//  4. one after the other, each taking as few as it can of what the forms before it took. Short then says what the bank lacks.
//
// Rivals stand in no two forms, except in the fourth way. When a single paper is short, so is the answer. The single paper may cost as
// much work as Draw's, and all ways together as much again. The error is the context's.
func DrawForms(ctx context.Context, random *rand.Rand, b Blueprint, pool Pool, n int) (Forms, []Shortage, error) {
	d := newDraft(random, b, pool)
	one, err := compose.Solve(compose.NewBudget(ctx), d.problem(1, false))
	if err != nil {
		return Forms{}, nil, err
	}
	if !one.Full() {
		return Forms{}, d.shortages(one), nil
	}
	forms, err := d.forms(random, compose.NewBudget(ctx), one.Chosen, n)
	return forms, nil, err
}

// forms takes the first way that succeeds; one is a paper that fills the blueprint.
func (d draft) forms(random *rand.Rand, work *compose.Budget, one []compose.Choice, n int) (Forms, error) {
	for _, alike := range []bool{true, false} {
		s, err := half(work, d.problem(n, alike))
		if err != nil {
			return Forms{}, err
		}
		if s.Full() {
			return d.deal(random, s.Chosen, n), nil
		}
	}
	large, err := half(work, d.times(n).problem(1, false))
	if err != nil {
		return Forms{}, err
	}
	if large.Full() {
		parts, ok, err := d.part(work, large.Chosen, n)
		if err != nil {
			return Forms{}, err
		}
		if ok {
			return d.balanced(random, parts), nil
		}
	}
	out, err := d.inTurn(random, work, one, n)
	if !large.Full() {
		out.Short = d.times(n).shortages(large)
	}
	return out, err
}

// half solves a problem with half of the work that is left: a way that leads nowhere leaves as much to those after it.
func half(work *compose.Budget, p compose.Problem) (compose.Solution, error) {
	defer work.Share()()
	return compose.Solve(work, p)
}

// times is the draft of a paper n times as large.
func (d draft) times(n int) draft {
	b := d.b
	b.Rows, b.Quotas = slices.Clone(b.Rows), slices.Clone(b.Quotas)
	for i := range b.Rows {
		b.Rows[i].Count *= n
	}
	for i := range b.Quotas {
		b.Quotas[i].Min, b.Quotas[i].Max = b.Quotas[i].Min*n, b.Quotas[i].Max*n
	}
	d.b, d.keys = b, d.keys*n
	return d
}

// deal gives each form one question of each bundle, which of them is drawn.
func (d draft) deal(random *rand.Rand, bundles []compose.Choice, n int) Forms {
	parts := make([][]compose.Choice, n)
	for _, c := range bundles {
		order := random.Perm(n)
		for form := range parts {
			parts[form] = append(parts[form], compose.Choice{Row: c.Row, Kind: c.Kind, Questions: []int64{c.Questions[order[form]]}})
		}
	}
	return d.balanced(random, parts)
}

// part parts the questions of a large paper into n that each fill the blueprint. Half of each cell would do for quotas and
// rows, and where a fraction flows an integral flow does too; only the 重点 share of what is left can fail: then ok is false.
func (d draft) part(work *compose.Budget, large []compose.Choice, n int) (parts [][]compose.Choice, ok bool, err error) {
	rest := large
	for left := n; left > 1; left-- {
		p := d.problem(1, false)
		p.Kinds = nil
		under := make([]int, len(p.Quotas))
		at := map[cell]int{}
		for _, c := range rest {
			where := d.cellOf(c)
			k, seen := at[where]
			if !seen {
				k = len(p.Kinds)
				at[where] = k
				p.Kinds = append(p.Kinds, compose.Kind{Rows: []int{c.Row}, Quota: where.quota, Key: where.key})
			}
			cost := 0
			if where.key {
				cost = 1 // no more 重点 than asked: the others want theirs
			}
			p.Kinds[k].Questions = append(p.Kinds[k].Questions, compose.Question{ID: c.Questions[0], Cost: cost})
			for q := where.quota; q != compose.None; q = p.Quotas[q].Parent {
				under[q]++
			}
		}
		for q := range p.Quotas {
			lo, hi := p.Quotas[q].Min, p.Quotas[q].Max
			p.Quotas[q].Min, p.Quotas[q].Max = max(lo, under[q]-(left-1)*hi), min(hi, under[q]-(left-1)*lo)
		}
		s, err := half(work, p)
		if err != nil || !s.Full() {
			return nil, false, err
		}
		taken := map[int64]bool{}
		for _, c := range s.Chosen {
			taken[c.Questions[0]] = true
		}
		parts = append(parts, s.Chosen)
		rest = slices.DeleteFunc(slices.Clone(rest), func(c compose.Choice) bool { return taken[c.Questions[0]] })
	}
	parts = append(parts, rest)
	for _, part := range parts {
		if d.keysIn(part) < d.keys {
			return nil, false, nil
		}
	}
	return parts, true, nil
}

func (d draft) keysIn(part []compose.Choice) (n int) {
	for _, c := range part {
		if d.item(VersionID(c.Questions[0])).Key {
			n++
		}
	}
	return n
}

// inTurn draws the forms one after the other; what forms before took is dearer than everything else. Where the work ends before another
// paper is found, the first one stands again: it fills the blueprint.
func (d draft) inTurn(random *rand.Rand, work *compose.Budget, first []compose.Choice, n int) (out Forms, err error) {
	parts := [][]compose.Choice{first}
	taken := map[int64]bool{}
	for len(parts) < n {
		for _, c := range parts[len(parts)-1] {
			taken[c.Questions[0]] = true
		}
		p := d.problem(1, false)
		for k := range p.Kinds {
			for i := range p.Kinds[k].Questions {
				q := &p.Kinds[k].Questions[i]
				q.Cost = turnCost(random, d.item(VersionID(q.ID)), d.asked, taken[q.ID])
			}
		}
		s, err := half(work, p)
		if err != nil {
			return Forms{}, err
		}
		if !s.Full() {
			s.Chosen = slices.Clone(first)
		}
		parts = append(parts, s.Chosen)
	}
	out = d.balanced(random, parts)
	seen := map[VersionID]bool{}
	for _, slots := range out.Papers {
		for i := range slots {
			if seen[slots[i].VersionID] {
				slots[i].Reason.V.Overlap = true
				out.Overlap++
			}
			seen[slots[i].VersionID] = true
		}
	}
	return out, nil
}

// turnCost is a question's cost where a repeated one must cost more than all exposure of a paper: 200 slots of at most 127.
func turnCost(random *rand.Rand, item PoolItem, asked int, taken bool) int {
	cost := min(item.Uses, 3)<<4 | random.IntN(1<<4)
	if asked > 0 {
		cost = (seenPart(item.Seen, asked, 3)<<2|min(item.Uses, 3))<<3 | random.IntN(1<<3)
	}
	if taken {
		cost |= 1 << 15
	}
	return cost
}

// cell is what a question's place in a form must keep when it changes places with another form's.
type cell struct {
	row, quota int
	key        bool
}

func (d draft) cellOf(c compose.Choice) cell {
	item := d.item(VersionID(c.Questions[0]))
	return cell{row: c.Row, quota: d.quotaOf(item.Line), key: item.Key}
}

// balanced evens out the expected difficulty and numbers the places.
func (d draft) balanced(random *rand.Rand, parts [][]compose.Choice) Forms {
	d.even(parts)
	forms, loads := d.weigh(parts)
	out := Forms{Papers: make([][]PaperSlot, len(parts)), like: map[VersionID]weighed{}, weights: d.weights(maxMeasures)}
	for form, part := range parts {
		for i, c := range part {
			out.like[VersionID(c.Questions[0])] = forms[form][i]
		}
		out.Papers[form] = d.slots(random, part)
	}
	out.Gap = score.Hundredths(meanGap(loads, int(d.b.Total())))
	return out
}

// meanGap is the difference of the largest and the smallest of sums over as many points, in hundredths, rounded up.
func meanGap(sums []int, points int) int {
	return ((slices.Max(sums)-slices.Min(sums))*100 + points - 1) / points
}

// difficulty is the expected difficulty of a paper, 1.00–5.00: the mean weighed by points, cut to 0.01.
func (p *frozen) difficulty() score.Hundredths {
	var sum, points int64
	for _, slot := range p.slots {
		sum += int64(slot.Points) * int64(p.questions[slot.VersionID].Difficulty)
		points += int64(slot.Points)
	}
	return score.Hundredths(sum * 100 / max(points, 1))
}
