package exam

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"

	"github.com/peikao/peikao/internal/exam/compose"
	"github.com/peikao/peikao/internal/platform/db"
)

// Draw fills the blueprint from the pool: rows, quotas of knowledge points and the share of 重点 kept, no question twice and no
// two rivals. It fills every slot, or says what is missing; a pool that could fill the paper in any way is never called
// short (package compose says why). Of all that would do it prefers what the people invited have seen less, then
// what fewer papers have taken, else it draws. The same
// random source and pool give the same paper. The error is the context's.
func Draw(ctx context.Context, random *rand.Rand, b Blueprint, pool Pool) ([]PaperSlot, []Shortage, error) {
	d := newDraft(random, b, pool)
	s, err := compose.Solve(compose.NewBudget(ctx), d.problem(1, false))
	if err != nil {
		return nil, nil, err
	}
	if !s.Full() {
		return nil, d.shortages(s), nil
	}
	return d.slots(random, s.Chosen), nil, nil
}

// draft is a blueprint beside the pool that is to fill it.
type draft struct {
	b     Blueprint
	lines map[TopicID][]TopicID
	asked int        // people for whose exam it is drawn; 0: for no exam
	keys  int        // the least number of 重点 questions
	items []PoolItem // by version
	kinds []kindOfItem
	fit   []int // questions that fit each row
}

// kindOfItem is items that the blueprint cannot tell apart; those of one kind may differ in type and difficulty.
type kindOfItem struct {
	kindFacts
	questions []compose.Question
}

type kindFacts struct {
	rows       uint64 // bit r: fits row r
	quota      int
	key        bool
	kind       string
	difficulty int
}

// exposureBits and drawBits share a question's cost: how often papers took it counts before the draw among equals. Where it is drawn for
// people, seenBits of them tell before both what part of the people has seen it, and one less is left for the exposure.
const (
	exposureBits = 6
	drawBits     = 10
	seenBits     = 5
)

func costOf(random *rand.Rand, item PoolItem, asked int) int {
	if asked == 0 {
		return min(item.Uses, 1<<exposureBits-1)<<drawBits | random.IntN(1<<drawBits)
	}
	const uses, drawn = exposureBits - 1, exposureBits + drawBits - seenBits - (exposureBits - 1)
	return (seenPart(item.Seen, asked, 1<<seenBits-1)<<uses|min(item.Uses, 1<<uses-1))<<drawn | random.IntN(1<<drawn)
}

// seenPart is how often people have seen a question, where each of them once is the most; more than never is 1 at least.
func seenPart(seen, people, most int) int {
	return min((seen*most+people-1)/people, most)
}

func newDraft(random *rand.Rand, b Blueprint, pool Pool) draft {
	d := draft{b: b, keys: b.KeySlots(), lines: pool.Lines, asked: pool.Invited, items: inOrder(pool.Items), fit: make([]int, len(b.Rows))}
	at := map[kindFacts]int{}
	known := map[itemFacts]int{} // the kind of like items, −1 for those that fit no row
	for _, item := range d.items {
		cost := costOf(random, item, d.asked)
		like := factsOf(item)
		k, seen := known[like]
		if !seen {
			k = d.kindAt(at, d.kindOf(item))
			known[like] = k
		}
		if k >= 0 {
			d.kinds[k].questions = append(d.kinds[k].questions, compose.Question{ID: int64(item.VersionID), Cost: cost, Rivals: item.Rivals})
		}
	}
	for _, k := range d.kinds {
		for _, r := range k.fits() {
			d.fit[r] += len(k.questions)
		}
	}
	return d
}

// kindAt is the place of the kind with the facts, −1 where they fit no row; a new one comes last.
func (d *draft) kindAt(at map[kindFacts]int, facts kindFacts) int {
	if facts.rows == 0 {
		return -1
	}
	k, seen := at[facts]
	if !seen {
		k = len(d.kinds)
		at[facts] = k
		d.kinds = append(d.kinds, kindOfItem{kindFacts: facts})
	}
	return k
}

// inOrder are the items by version: the pool's own order must not matter to what a seed draws.
func inOrder(items []PoolItem) []PoolItem {
	byVersion := func(a, b PoolItem) int { return cmp.Compare(a.VersionID, b.VersionID) }
	if slices.IsSortedFunc(items, byVersion) {
		return items
	}
	return slices.SortedFunc(slices.Values(items), byVersion)
}

// itemFacts tell that two items are alike without looking at their points again: of a large bank most share them.
type itemFacts struct {
	kind         string
	difficulty   int
	key          bool
	topics, line *TopicID
	topicCount   int
}

func factsOf(item PoolItem) itemFacts {
	f := itemFacts{kind: item.Type, difficulty: item.Difficulty, key: item.Key, topicCount: len(item.TopicIDs)}
	if len(item.TopicIDs) > 0 {
		f.topics = &item.TopicIDs[0]
	}
	if len(item.Line) > 0 {
		f.line = &item.Line[0]
	}
	return f
}

func (d draft) kindOf(item PoolItem) kindFacts {
	f := kindFacts{quota: d.quotaOf(item.Line), key: item.Key, kind: item.Type, difficulty: item.Difficulty}
	for r, row := range d.b.Rows {
		if row.Fits(item) {
			f.rows |= 1 << r
		}
	}
	return f
}

func (k kindFacts) fits() (rows []int) {
	for r := range MaxBlueprintRows {
		if k.rows&(1<<r) != 0 {
			rows = append(rows, r)
		}
	}
	return rows
}

// quotaOf is the quota of the nearest point in a line.
func (d draft) quotaOf(line []TopicID) int {
	for _, id := range line {
		for q, quota := range d.b.Quotas {
			if quota.TopicID == id {
				return q
			}
		}
	}
	return compose.None
}

// problem puts the draft to the search. Bundles of so many questions are taken where forms are drawn together; alike: those
// of a bundle are also of one type and difficulty.
func (d draft) problem(bundle int, alike bool) compose.Problem {
	p := compose.Problem{Keys: d.keys, Bundle: bundle}
	for _, row := range d.b.Rows {
		p.Rows = append(p.Rows, compose.Row{Count: row.Count, Homes: d.homes(row)})
	}
	for _, q := range d.b.Quotas {
		parent := compose.None
		if line := d.lines[q.TopicID]; len(line) > 0 {
			parent = d.quotaOf(line[1:])
		}
		p.Quotas = append(p.Quotas, compose.Quota{Parent: parent, Min: q.Min, Max: q.most(d.b.Slots())})
	}
	at := map[kindFacts]int{}
	for _, k := range d.kinds {
		facts := k.kindFacts
		if !alike {
			facts.kind, facts.difficulty = "", 0
		}
		i, seen := at[facts]
		if !seen {
			i = len(p.Kinds)
			at[facts] = i
			p.Kinds = append(p.Kinds, compose.Kind{Rows: facts.fits(), Quota: facts.quota, Key: facts.key})
		}
		p.Kinds[i].Questions = append(p.Kinds[i].Questions, k.questions...)
	}
	return p
}

// slots numbers the places row by row; inside a row the order is drawn, or questions of a kind would stand together.
func (d draft) slots(random *rand.Rand, chosen []compose.Choice) []PaperSlot {
	var out []PaperSlot
	for r, row := range d.b.Rows {
		var placed []compose.Choice
		for _, c := range chosen {
			if c.Row == r {
				placed = append(placed, c)
			}
		}
		random.Shuffle(len(placed), func(i, j int) { placed[i], placed[j] = placed[j], placed[i] })
		for _, c := range placed {
			item := d.item(VersionID(c.Questions[0]))
			out = append(out, PaperSlot{
				Slot: len(out) + 1, Section: row.Section, VersionID: item.VersionID, Points: row.Points, Reason: db.JSONOf(d.reason(r, item)),
			})
		}
	}
	return out
}

func (d draft) item(id VersionID) PoolItem {
	at, _ := slices.BinarySearchFunc(d.items, id, func(i PoolItem, id VersionID) int { return cmp.Compare(i.VersionID, id) })
	return d.items[at]
}

func (d draft) reason(row int, item PoolItem) Reason {
	reason := Reason{Row: row + 1, Uses: item.Uses, Key: item.Key, SeenBy: item.Seen, Invited: d.asked}
	if q := d.quotaOf(item.Line); q != compose.None && d.b.Quotas[q].Min > 0 {
		reason.Quota = d.b.Quotas[q].TopicID
	}
	return reason
}
