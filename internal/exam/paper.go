package exam

import (
	"math/rand/v2"
	"slices"

	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// PoolItem is a published question version that a paper may take, as the bank tells it.
type PoolItem struct {
	VersionID  VersionID
	QuestionID int64
	Type       string
	Difficulty int  // 1–5
	Key        bool // 重点
	// TopicIDs are its knowledge points and all points above them.
	TopicIDs []TopicID
}

func (i PoolItem) byPeople() bool { return questionbank.Type(i.Type).ByPeople() }

// PaperSlot is one place of a frozen paper. Slots count from 1.
type PaperSlot struct {
	Slot      int              `db:"slot"`
	Section   string           `db:"section"`
	VersionID VersionID        `db:"version_id"`
	Points    score.Hundredths `db:"points_hundredths"`
}

// Shortage names what the bank lacks for one row, or, with Row −1, for the share of 重点 questions.
type Shortage struct {
	Row     int // index into Blueprint.Rows
	Section string
	Need    int // asked for
	Fit     int // questions of the bank that fit the row at all
	Placed  int // what the draw could give it; fewer than Fit when other rows need the same questions
}

// Lack is the number of questions to write.
func (s Shortage) Lack() int { return s.Need - s.Placed }

// Fits reports whether the item satisfies the row.
func (r BlueprintRow) Fits(item PoolItem) bool {
	if r.Type != "" && r.Type != item.Type || r.Type == "" && item.byPeople() || item.Difficulty < r.DifficultyMin || item.Difficulty > r.DifficultyMax {
		return false
	}
	return len(r.TopicIDs) == 0 || slices.ContainsFunc(item.TopicIDs, func(id TopicID) bool { return slices.Contains(r.TopicIDs, id) })
}

// Draw fills the blueprint from the pool at random: each question at most once, and at least the asked share of 重点
// questions. It either fills every slot or says exactly what is missing; a pool that could fill the paper in any way is
// never reported as short. The same random source and pool give the same paper.
//
// The items are offered to the rows one by one, 重点 first until their share is met; an item takes a free place or makes
// a placed one move to another row that it fits too (an augmenting path). A placed item never loses its place to a later
// one, so the first items offered, the 重点 share, stay; and since the sets of items that can be placed together form a
// matroid, this order reaches the largest number of slots that any choice could.
func Draw(random *rand.Rand, b Blueprint, pool []PoolItem) ([]PaperSlot, []Shortage) {
	items := shuffled(random, pool)
	m := matching{rows: b.Rows, items: items, placed: make([][]int, len(b.Rows)), questions: map[int64]bool{}}
	keys := 0
	for i, item := range items {
		if keys < b.KeySlots() && item.Key && m.place(i) {
			keys++
		}
	}
	for i := range items {
		m.place(i)
	}
	if short := m.shortages(b, keys); len(short) > 0 {
		return nil, short
	}
	return m.slots(random), nil
}

func shuffled(random *rand.Rand, pool []PoolItem) []PoolItem {
	items := slices.Clone(pool)
	// The pool's own order must not matter to what a seed draws.
	slices.SortFunc(items, func(a, b PoolItem) int { return int(a.VersionID - b.VersionID) })
	random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	return items
}

// matching is which item stands in which row; placed[r] holds indexes into items.
type matching struct {
	rows      []BlueprintRow
	items     []PoolItem
	placed    [][]int
	questions map[int64]bool // questions in use; two versions of one question never stand in one paper
}

func (m *matching) place(item int) bool {
	if m.questions[m.items[item].QuestionID] || !m.augment(item, make([]bool, len(m.rows))) {
		return false
	}
	m.questions[m.items[item].QuestionID] = true
	return true
}

// augment finds item a row, moving others if it must; each row is tried once.
func (m *matching) augment(item int, tried []bool) bool {
	for r, row := range m.rows {
		if tried[r] || !row.Fits(m.items[item]) {
			continue
		}
		tried[r] = true
		if len(m.placed[r]) < row.Count {
			m.placed[r] = append(m.placed[r], item)
			return true
		}
		for at, other := range m.placed[r] {
			if m.augment(other, tried) {
				m.placed[r][at] = item
				return true
			}
		}
	}
	return false
}

func (m *matching) shortages(b Blueprint, keys int) []Shortage {
	var short []Shortage
	for r, row := range m.rows {
		if len(m.placed[r]) < row.Count {
			short = append(short, Shortage{Row: r, Section: row.Section, Need: row.Count, Fit: m.fitting(row), Placed: len(m.placed[r])})
		}
	}
	if need := b.KeySlots(); keys < need {
		short = append(short, Shortage{Row: -1, Need: need, Fit: keys, Placed: keys})
	}
	return short
}

func (m *matching) fitting(row BlueprintRow) int {
	questions := map[int64]bool{}
	for _, item := range m.items {
		if row.Fits(item) {
			questions[item.QuestionID] = true
		}
	}
	return len(questions)
}

// slots numbers the places row by row; inside a row the order is drawn too, or 重点 questions would stand first.
func (m *matching) slots(random *rand.Rand) []PaperSlot {
	var out []PaperSlot
	for r, row := range m.rows {
		placed := m.placed[r]
		random.Shuffle(len(placed), func(i, j int) { placed[i], placed[j] = placed[j], placed[i] })
		for _, item := range placed {
			out = append(out, PaperSlot{Slot: len(out) + 1, Section: row.Section, VersionID: m.items[item].VersionID, Points: row.Points})
		}
	}
	return out
}
