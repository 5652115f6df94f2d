package exam

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/score"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func item(id int64, kind string, difficulty int, key bool, topics ...TopicID) PoolItem {
	return PoolItem{VersionID: VersionID(id), QuestionID: id, Type: kind, Difficulty: difficulty, Key: key, TopicIDs: topics}
}

func row(count int, kind string, topics ...TopicID) BlueprintRow {
	return BlueprintRow{Section: kind, TopicIDs: topics, Type: kind, DifficultyMin: 1, DifficultyMax: 5, Count: count, Points: score.Whole(2)}
}

// drawn is Draw for somebody who waits for it.
func drawn(random *rand.Rand, b Blueprint, pool Pool) ([]PaperSlot, []Shortage) {
	slots, short, err := Draw(context.Background(), random, b, pool)
	if err != nil {
		panic(err)
	}
	return slots, short
}

// drawnForms is DrawForms for somebody who waits for it.
func drawnForms(random *rand.Rand, b Blueprint, pool Pool, n int) (Forms, []Shortage) {
	forms, short, err := DrawForms(context.Background(), random, b, pool, n)
	if err != nil {
		panic(err)
	}
	return forms, short
}

// poolOf is a pool of the items. Points below 100 stand below the point that is their tens: 10, 11 and 12 below 1.
func poolOf(items ...PoolItem) Pool {
	p := Pool{Lines: map[TopicID][]TopicID{}}
	for id := range TopicID(100) {
		p.Lines[id] = []TopicID{id}
		if id >= 10 {
			p.Lines[id] = append(p.Lines[id], id/10)
		}
	}
	for _, item := range items {
		if len(item.TopicIDs) > 0 {
			item.Line = p.Lines[item.TopicIDs[0]]
		}
		for _, id := range item.Line {
			if !slices.Contains(item.TopicIDs, id) {
				item.TopicIDs = append(item.TopicIDs, id)
			}
		}
		p.Items = append(p.Items, item)
	}
	return p
}

func rivals(item PoolItem, sets ...int64) PoolItem {
	item.Rivals = sets
	return item
}

// rule:C34 what a paper lacks is the fewest questions to write, named by row, points and 重点.
func TestDrawNamesWhatTheBankLacks(t *testing.T) {
	pool := []PoolItem{
		item(1, "single", 1, false, 10), item(2, "single", 2, false, 10), item(3, "single", 5, true, 11),
		item(4, "multiple", 3, true, 10), item(5, "true_false", 1, false, 12), item(6, "short", 1, false, 10),
	}
	hard := row(2, "single", 11)
	hard.DifficultyMin = 5
	short := func(row, lack, need, fit, keys int, at ...TopicID) Shortage {
		return Shortage{Row: row, Section: "", Lack: lack, Need: need, Fit: fit, Keys: keys, TopicIDs: at}
	}
	for _, c := range []struct {
		name   string
		rows   []BlueprintRow
		key    int
		quotas []TopicQuota
		pool   []PoolItem
		short  []Shortage
	}{
		{"enough", []BlueprintRow{row(2, "single"), row(1, "multiple")}, 0, nil, pool, nil},
		{"all of it", []BlueprintRow{row(3, "single"), row(1, "multiple"), row(1, "true_false")}, 40, nil, pool, nil},
		{"too few of a type", []BlueprintRow{row(3, "multiple")}, 0, nil, pool, []Shortage{short(0, 2, 3, 1, 0)}},
		{"too few hard ones at a point", []BlueprintRow{hard}, 0, nil, pool, []Shortage{short(0, 1, 2, 1, 0, 11)}},
		{"no such point", []BlueprintRow{row(1, "single", 99)}, 0, nil, pool, []Shortage{short(0, 1, 1, 0, 0, 99)}},
		{"any type is not what people mark", []BlueprintRow{row(6, "")}, 0, nil, pool, []Shortage{short(0, 1, 6, 5, 0)}},
		{"too few key questions", []BlueprintRow{row(2, "single")}, 100, nil, pool, []Shortage{short(0, 1, 2, 3, 1)}},
		{"one question serves two wants", []BlueprintRow{row(4, "single")}, 50, nil, pool, []Shortage{short(0, 1, 4, 3, 1)}},
		{"a least number at a point", []BlueprintRow{row(2, "single", 10, 11)}, 0, []TopicQuota{{TopicID: 11, Min: 2}}, pool, []Shortage{short(0, 1, 2, 3, 0, 11)}},
		{"a least number at the point above", []BlueprintRow{row(2, "single", 10)}, 0, []TopicQuota{{TopicID: 1, Min: 2}}, pool, nil},
		{"a greatest number", []BlueprintRow{row(2, "single")}, 0, []TopicQuota{{TopicID: 10, Max: 1}}, pool, nil},
		{"a greatest number leaves too few", []BlueprintRow{row(3, "single")}, 0, []TopicQuota{{TopicID: 10, Max: 1}}, pool, []Shortage{short(0, 1, 3, 3, 0)}},
		{"a quota against the row", []BlueprintRow{row(3, "single", 10)}, 0, []TopicQuota{{TopicID: 1, Max: 2}}, pool,
			[]Shortage{{Row: -1, Quota: TopicQuota{TopicID: 1, Max: 2}, TopicIDs: []TopicID{1}}, short(0, 1, 3, 2, 0, 10)}},
		{"rivals", []BlueprintRow{row(2, "single")}, 0, nil, []PoolItem{rivals(pool[0], 7), rivals(pool[1], 7)}, []Shortage{short(0, 1, 2, 2, 0)}},
		{"rivals of another set", []BlueprintRow{row(2, "single")}, 0, nil, []PoolItem{rivals(pool[0], 7), rivals(pool[1], 8)}, nil},
		{"an empty bank", []BlueprintRow{row(2, "single", 10)}, 50, nil, nil, []Shortage{short(0, 2, 2, 0, 1, 10)}},
	} {
		for i := range c.rows {
			c.rows[i].Section = ""
		}
		b := Blueprint{Rows: c.rows, KeyPercent: c.key, Quotas: c.quotas}
		slots, short := drawn(seeded(1), b, poolOf(c.pool...))
		slices.SortFunc(short, func(a, b Shortage) int { return a.Row - b.Row })
		if !reflect.DeepEqual(short, c.short) {
			t.Errorf("%s: shortage %+v, want %+v", c.name, short, c.short)
		}
		if c.short == nil && len(slots) != b.Slots() {
			t.Errorf("%s: %d slots", c.name, len(slots))
		}
	}
	_, short2 := drawn(seeded(1), Blueprint{Rows: []BlueprintRow{row(3, "single"), row(1, "single", 11)}}, poolOf(pool...))
	if len(short2) != 1 || short2[0].Lack != 1 { // which of the two is short is open, that one is short is not
		t.Errorf("rows that compete: %+v", short2)
	}
}

// A greedy draw would give the only question that fits both rows to the first one.
func TestDrawMovesWhatStandsInTheWay(t *testing.T) {
	pool := poolOf(item(1, "single", 1, true, 10), item(2, "single", 1, false, 10, 11))
	b := Blueprint{Rows: []BlueprintRow{row(1, "single", 10), row(1, "single", 11)}, KeyPercent: 50}
	for seed := range uint64(20) {
		if slots, short := drawn(seeded(seed), b, pool); len(short) > 0 || slots[0].VersionID != 1 || slots[1].VersionID != 2 {
			t.Fatalf("seed %d: %v %v", seed, slots, short)
		}
	}
}

func TestDrawPrefersWhatIsLessExposed(t *testing.T) {
	var items []PoolItem
	for n := range int64(40) {
		it := item(n+1, "single", 3, n%2 == 0, 10)
		it.Uses = int(n % 4)
		items = append(items, it)
	}
	for seed := range uint64(10) {
		slots, _ := drawn(seeded(seed), Blueprint{Rows: []BlueprintRow{row(15, "single")}, KeyPercent: 50}, poolOf(items...))
		used := 0
		for _, s := range slots {
			used += s.Reason.V.Uses
		}
		if used > 5 { // ten of them no paper has taken, ten one; half must be 重点, and of those ten are unused
			t.Fatalf("seed %d: taken %d times before", seed, used)
		}
	}
}

// For an exam what its people have seen least goes first, however often papers took it; of those the least exposed.
func TestDrawPrefersWhatTheInvitedHaveNotSeen(t *testing.T) {
	var items []PoolItem
	for n := range int64(40) {
		it := item(n+1, "single", 3, false, 10)
		it.Seen, it.Uses = int(n%4)*7, int(n/10)
		if n%4 == 0 {
			it.Uses += 20
		}
		items = append(items, it)
	}
	pool := poolOf(items...)
	pool.Invited = 21
	for seed := range uint64(10) {
		slots, _ := drawn(seeded(seed), Blueprint{Rows: []BlueprintRow{row(15, "single")}}, pool)
		seen, used := 0, 0
		for _, s := range slots {
			seen += s.Reason.V.SeenBy
			if s.Reason.V.SeenBy > 0 {
				used += s.Reason.V.Uses
			}
			if s.Reason.V.Invited != 21 {
				t.Fatalf("%+v", s.Reason.V)
			}
		}
		if seen != 5*7 || used > 3 { // ten are seen by nobody; of those that a third has seen the first two or three are unused, the next used once
			t.Fatalf("seed %d: seen %d times, the seen ones used %d times", seed, seen, used)
		}
	}
}

// rule:C34 a drawn paper satisfies its blueprint: rows, no question twice, no two rivals, quotas, the share of 重点; a pool that
// holds a hidden solution is never called short; the same seed draws the same paper, whatever the pool's order.
func TestDrawProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Blueprint{KeyPercent: rapid.SampledFrom([]int{0, 20, 50, 100}).Draw(t, "key")}
		var items []PoolItem
		at := rapid.Map(rapid.IntRange(10, 29), func(n int) TopicID { return TopicID(n) })
		held := map[TopicID]int{}
		add := func(kind string, key bool, topics ...TopicID) {
			items = append(items, item(int64(len(items)+1), kind, 3, key, topics...))
		}
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			r := row(rapid.IntRange(1, 4).Draw(t, "count"), rapid.SampledFrom([]string{"", "single", "multiple"}).Draw(t, "type"), at.Draw(t, "topic"), at.Draw(t, "topic"))
			b.Rows = append(b.Rows, r)
			for range r.Count { // the hidden solution
				kind := r.Type
				if kind == "" {
					kind = "single"
				}
				add(kind, true, r.TopicIDs[0])
				held[r.TopicIDs[0]]++
				held[r.TopicIDs[0]/10]++
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "quotas") {
			q := TopicQuota{TopicID: rapid.SampledFrom([]TopicID{1, 2, 10, 11, 20, 25}).Draw(t, "quota")}
			if q.Max, q.Min = held[q.TopicID], held[q.TopicID]-rapid.IntRange(0, 1).Draw(t, "less"); q.Min < 1 || slices.ContainsFunc(b.Quotas, func(o TopicQuota) bool { return o.TopicID == q.TopicID }) {
				continue
			}
			b.Quotas = append(b.Quotas, q)
		}
		hidden := len(items)
		for range rapid.IntRange(0, 10).Draw(t, "more") {
			add("single", rapid.Bool().Draw(t, "key question"), at.Draw(t, "topic"))
			if rapid.Bool().Draw(t, "rival") {
				items[len(items)-1].Rivals = []int64{5}
				items[rapid.IntRange(0, hidden-1).Draw(t, "of")].Rivals = nil
			}
		}
		pool := poolOf(items...)
		seed := rapid.Uint64().Draw(t, "seed")
		slots, short := drawn(seeded(seed), b, pool)
		if len(short) > 0 {
			t.Fatalf("called short: %+v", short)
		}
		other := Pool{Items: slices.Clone(pool.Items), Lines: pool.Lines}
		slices.Reverse(other.Items)
		if again, _ := drawn(seeded(seed), b, other); !slices.Equal(slots, again) {
			t.Fatal("the same seed drew another paper")
		}
		checkPaper(t, b, pool, slots)
	})
}

// checkPaper holds a paper to its blueprint.
func checkPaper(t interface{ Fatalf(string, ...any) }, b Blueprint, pool Pool, slots []PaperSlot) {
	used, sets, under, keys, next := map[VersionID]bool{}, map[int64]bool{}, map[TopicID]int{}, 0, 0
	for n, r := range b.Rows {
		for range r.Count {
			it := pool.Items[slots[next].VersionID-1]
			if !r.Fits(it) || used[it.VersionID] || slots[next].Slot != next+1 || slots[next].Reason.V.Row != n+1 {
				t.Fatalf("slot %d does not fit: %+v in %+v", next+1, it, r)
			}
			used[it.VersionID] = true
			for _, set := range it.Rivals {
				if sets[set] {
					t.Fatalf("two of the rivals %d", set)
				}
				sets[set] = true
			}
			for _, id := range it.Line {
				under[id]++
			}
			if it.Key {
				keys++
			}
			next++
		}
	}
	if keys < b.KeySlots() || next != len(slots) {
		t.Fatalf("%d key questions of %d, %d slots of %d", keys, b.KeySlots(), len(slots), next)
	}
	for _, q := range b.Quotas {
		if n := under[q.TopicID]; n < q.Min || n > q.most(next) {
			t.Fatalf("%d questions in %+v", n, q)
		}
	}
}

func TestBlueprintSums(t *testing.T) {
	b := Blueprint{Title: "三季度", Rows: []BlueprintRow{row(3, "single", 1), row(7, "multiple", 1, 2)}, KeyPercent: 33}
	if b.Slots() != 10 || b.Total() != score.Whole(20) || b.KeySlots() != 4 || len(b.Topics()) != 2 || b.Validate() != nil {
		t.Fatalf("%d %s %d %v %v", b.Slots(), b.Total(), b.KeySlots(), b.Topics(), b.Validate())
	}
	for name, spoil := range map[string]func(*Blueprint){
		"title": func(b *Blueprint) { b.Title = "" }, "share": func(b *Blueprint) { b.KeyPercent = 101 },
		"rows": func(b *Blueprint) { b.Rows = nil }, "count": func(b *Blueprint) { b.Rows[0].Count = 0 },
		"points": func(b *Blueprint) { b.Rows[0].Points = 0 }, "difficulty": func(b *Blueprint) { b.Rows[0].DifficultyMin = 6 },
		"size":  func(b *Blueprint) { b.Rows[0].Count = MaxPaperSlots },
		"quota": func(b *Blueprint) { b.Quotas = []TopicQuota{{TopicID: 1}} }, "quota's point": func(b *Blueprint) { b.Quotas = []TopicQuota{{Min: 1}} },
		"range": func(b *Blueprint) { b.Quotas = []TopicQuota{{TopicID: 1, Min: 3, Max: 2}} },
		"twice": func(b *Blueprint) { b.Quotas = []TopicQuota{{TopicID: 1, Min: 1}, {TopicID: 1, Max: 2}} },
	} {
		c := Blueprint{Title: b.Title, Rows: slices.Clone(b.Rows), KeyPercent: b.KeyPercent}
		if spoil(&c); c.Validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
