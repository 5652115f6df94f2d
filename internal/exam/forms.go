package exam

import (
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
	Overlap int        // questions of a form that a form before it has too
	Short   []Shortage // what the bank lacks for forms without overlap; empty when there is none
}

// DrawForms draws n papers of the blueprint: each fills it as Draw's does, with the same number of questions at each row, quota
// and 重点, and of expected difficulty as equal as can be. The first way that succeeds is taken:
//
//  1. n like questions at a time, of one type and difficulty: no overlap, no difference in difficulty;
//  2. n questions of one kind at a time, dealt so that the difficulties balance: no overlap;
//  3. a paper n times as large, parted: no overlap;
//  4. one after the other, each taking as few as it can of what the forms before it took. Short then says what the bank lacks.
//
// Rivals stand in no two forms, except in the fourth way. When a single paper is short, so is the answer.
func DrawForms(random *rand.Rand, b Blueprint, pool Pool, n int) (Forms, []Shortage) {
	d := newDraft(random, b, pool)
	one := compose.Solve(d.problem(1, false))
	if !one.Full() {
		return Forms{}, d.shortages(one)
	}
	for _, alike := range []bool{true, false} {
		if s := compose.Solve(d.problem(n, alike)); s.Full() {
			return Forms{Papers: d.deal(random, s.Chosen, n)}, nil
		}
	}
	large := compose.Solve(d.times(n).problem(1, false))
	if large.Full() {
		if parts, ok := d.part(large.Chosen, n); ok {
			return Forms{Papers: d.balanced(random, parts)}, nil
		}
	}
	out := d.inTurn(random, one.Chosen, n)
	if !large.Full() {
		out.Short = d.times(n).shortages(large)
	}
	return out, nil
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
func (d draft) deal(random *rand.Rand, bundles []compose.Choice, n int) [][]PaperSlot {
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
func (d draft) part(large []compose.Choice, n int) (parts [][]compose.Choice, ok bool) {
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
		s := compose.Solve(p)
		if !s.Full() {
			return nil, false
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
			return nil, false
		}
	}
	return parts, true
}

func (d draft) keysIn(part []compose.Choice) (n int) {
	for _, c := range part {
		if d.item(VersionID(c.Questions[0])).Key {
			n++
		}
	}
	return n
}

// inTurn draws the forms one after the other; what forms before took is dearer than everything else.
func (d draft) inTurn(random *rand.Rand, first []compose.Choice, n int) (out Forms) {
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
				q.Cost = turnCost(random, d.item(VersionID(q.ID)), taken[q.ID])
			}
		}
		parts = append(parts, compose.Solve(p).Chosen)
	}
	out.Papers = d.balanced(random, parts)
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
	return out
}

// turnCost is a question's cost where a repeated one must cost more than all exposure of a paper: 200 slots of at most 63.
func turnCost(random *rand.Rand, item PoolItem, taken bool) int {
	cost := min(item.Uses, 3)<<4 | random.IntN(1<<4)
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

// balanced evens out the expected difficulty: as long as it brings the hardest and the easiest form nearer to each other, a
// question of the one changes places with a question of the other from the same cell; then a question gives its place to one of its
// cell that no form has, as long as all forms come nearer to each other. Questions of several forms and rivals stay.
func (d draft) balanced(random *rand.Rand, parts [][]compose.Choice) [][]PaperSlot {
	for d.swap(parts) || d.replace(parts) {
	}
	out := make([][]PaperSlot, len(parts))
	for form, part := range parts {
		out[form] = d.slots(random, part)
	}
	return out
}

// weighed is a question of a form as the balance sees it.
type weighed struct {
	cell
	load int64 // what it adds to the expected difficulty: its difficulty, weighed by its points
	free bool  // may go to another form
}

// swap makes the best exchange, false when none is better.
func (d draft) swap(parts [][]compose.Choice) bool {
	forms, loads := d.weigh(parts)
	hard := slices.Index(loads, slices.Max(loads))
	easy := slices.Index(loads, slices.Min(loads))
	gap := loads[hard] - loads[easy]
	best, from, to := gap, -1, -1
	for i, a := range forms[hard] {
		for j, b := range forms[easy] {
			after := gap - 2*(a.load-b.load)
			if max(after, -after) < best && a.cell == b.cell && a.free && b.free {
				best, from, to = max(after, -after), i, j
			}
		}
	}
	if from < 0 {
		return false
	}
	parts[hard][from], parts[easy][to] = parts[easy][to], parts[hard][from]
	return true
}

// replace gives the place of a question to one that no form has; of equally good ones to the least exposed. false when none brings the
// hardest and the easiest form nearer to each other.
func (d draft) replace(parts [][]compose.Choice) bool {
	forms, loads := d.weigh(parts)
	best, uses, form, place, by := slices.Max(loads)-slices.Min(loads), 0, -1, 0, VersionID(0)
	if best == 0 {
		return false
	}
	for _, item := range d.unused(parts) {
		for f, part := range parts {
			for i, c := range part {
				with := compose.Choice{Row: c.Row, Questions: []int64{int64(item.VersionID)}}
				if !forms[f][i].free || !d.b.Rows[c.Row].Fits(item) || d.cellOf(with) != forms[f][i].cell {
					continue
				}
				after := slices.Clone(loads)
				after[f] += int64(d.b.Rows[c.Row].Points)*int64(item.Difficulty) - forms[f][i].load
				if gap := slices.Max(after) - slices.Min(after); gap < best || gap == best && form >= 0 && item.Uses < uses {
					best, uses, form, place, by = gap, item.Uses, f, i, item.VersionID
				}
			}
		}
	}
	if form < 0 {
		return false
	}
	parts[form][place].Questions = []int64{int64(by)}
	return true
}

// unused are the items that no form has and nothing forbids; of those that are alike in all that counts here the least exposed.
func (d draft) unused(parts [][]compose.Choice) (out []PoolItem) {
	taken := map[int64]bool{}
	for _, part := range parts {
		for _, c := range part {
			taken[c.Questions[0]] = true
		}
	}
	like := map[kindFacts]int{}
	for _, k := range d.kinds {
		for _, q := range k.questions {
			if taken[q.ID] || len(q.Rivals) > 0 {
				continue
			}
			item := d.item(VersionID(q.ID))
			at, seen := like[k.kindFacts]
			if !seen {
				like[k.kindFacts] = len(out)
				out = append(out, item)
			} else if item.Uses < out[at].Uses {
				out[at] = item
			}
		}
	}
	return out
}

func (d draft) weigh(parts [][]compose.Choice) (forms [][]weighed, loads []int64) {
	in := map[int64]int{}
	for _, part := range parts {
		for _, c := range part {
			in[c.Questions[0]]++
		}
	}
	forms, loads = make([][]weighed, len(parts)), make([]int64, len(parts))
	for form, part := range parts {
		for _, c := range part {
			item := d.item(VersionID(c.Questions[0]))
			w := weighed{cell: d.cellOf(c), load: int64(d.b.Rows[c.Row].Points) * int64(item.Difficulty), free: in[c.Questions[0]] == 1 && len(item.Rivals) == 0}
			forms[form], loads[form] = append(forms[form], w), loads[form]+w.load
		}
	}
	return forms, loads
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
