package exam

import (
	"math/rand/v2"
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

func TestDrawNamesWhatTheBankLacks(t *testing.T) {
	pool := []PoolItem{
		item(1, "single", 1, false, 10), item(2, "single", 2, false, 10), item(3, "single", 5, true, 11),
		item(4, "multiple", 3, true, 10), item(5, "true_false", 1, false, 12),
	}
	hard := row(2, "single", 11)
	hard.DifficultyMin = 5
	for _, c := range []struct {
		name  string
		rows  []BlueprintRow
		key   int
		short []Shortage
	}{
		{"enough", []BlueprintRow{row(2, "single"), row(1, "multiple")}, 0, nil},
		{"all of it", []BlueprintRow{row(3, "single"), row(1, "multiple"), row(1, "true_false")}, 40, nil},
		{"too few of a type", []BlueprintRow{row(3, "multiple")}, 0, []Shortage{{0, "multiple", 3, 1, 1}}},
		{"too few hard ones at a point", []BlueprintRow{hard}, 0, []Shortage{{0, "single", 2, 1, 1}}},
		{"no such point", []BlueprintRow{row(1, "single", 99)}, 0, []Shortage{{0, "single", 1, 0, 0}}},
		{"rows that compete", []BlueprintRow{row(3, "single"), row(1, "single", 11)}, 0, []Shortage{{1, "single", 1, 1, 0}}},
		{"too few key questions", []BlueprintRow{row(2, "single"), row(1, "true_false")}, 60, []Shortage{{-1, "", 2, 1, 1}}},
	} {
		slots, short := Draw(seeded(1), Blueprint{Rows: c.rows, KeyPercent: c.key}, pool)
		if c.name == "rows that compete" { // which of the two is short is open, that one is short is not
			if len(short) != 1 || short[0].Lack() != 1 {
				t.Errorf("%s: %+v", c.name, short)
			}
			continue
		}
		if !slices.Equal(short, c.short) {
			t.Errorf("%s: shortage %+v, want %+v", c.name, short, c.short)
		}
		if c.short == nil && len(slots) != (Blueprint{Rows: c.rows}).Slots() {
			t.Errorf("%s: %d slots", c.name, len(slots))
		}
	}
}

// A greedy draw would give the only question that fits both rows to the first one.
func TestDrawMovesWhatStandsInTheWay(t *testing.T) {
	pool := []PoolItem{item(1, "single", 1, true, 10), item(2, "single", 1, false, 10, 11)}
	b := Blueprint{Rows: []BlueprintRow{row(1, "single", 10), row(1, "single", 11)}, KeyPercent: 50}
	for seed := range uint64(20) {
		if slots, short := Draw(seeded(seed), b, pool); len(short) > 0 || slots[0].VersionID != 1 || slots[1].VersionID != 2 {
			t.Fatalf("seed %d: %v %v", seed, slots, short)
		}
	}
}

// rule:C34 a drawn paper satisfies its blueprint: rows, no question twice, the share of 重点; a pool that holds a hidden
// solution is never called short; the same seed draws the same paper.
func TestDrawProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Blueprint{KeyPercent: rapid.SampledFrom([]int{0, 20, 50, 100}).Draw(t, "key")}
		var pool []PoolItem
		topic := rapid.Map(rapid.IntRange(1, 4), func(n int) TopicID { return TopicID(n) })
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			r := row(rapid.IntRange(1, 4).Draw(t, "count"), rapid.SampledFrom([]string{"", "single", "multiple"}).Draw(t, "type"), topic.Draw(t, "topic"), topic.Draw(t, "topic"))
			b.Rows = append(b.Rows, r)
			for range r.Count { // the hidden solution
				kind := r.Type
				if kind == "" {
					kind = "single"
				}
				pool = append(pool, item(int64(len(pool)+1), kind, 3, true, r.TopicIDs[0], topic.Draw(t, "other")))
			}
		}
		for range rapid.IntRange(0, 10).Draw(t, "more") {
			pool = append(pool, item(int64(len(pool)+1), "single", 3, false, topic.Draw(t, "topic")))
		}
		seed := rapid.Uint64().Draw(t, "seed")
		slots, short := Draw(seeded(seed), b, pool)
		if len(short) > 0 {
			t.Fatalf("called short: %+v", short)
		}
		again, _ := Draw(seeded(seed), b, slices.Clone(pool))
		if !slices.Equal(slots, again) {
			t.Fatal("the same seed drew another paper")
		}
		used, keys, next := map[VersionID]bool{}, 0, 0
		for _, r := range b.Rows {
			for range r.Count {
				it := pool[slots[next].VersionID-1]
				if !r.Fits(it) || used[it.VersionID] || slots[next].Slot != next+1 {
					t.Fatalf("slot %d does not fit: %+v in %+v", next+1, it, r)
				}
				used[it.VersionID] = true
				if it.Key {
					keys++
				}
				next++
			}
		}
		if keys < b.KeySlots() {
			t.Fatalf("%d key questions of %d", keys, b.KeySlots())
		}
	})
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
		"size": func(b *Blueprint) { b.Rows[0].Count = MaxPaperSlots },
	} {
		c := Blueprint{Title: b.Title, Rows: slices.Clone(b.Rows), KeyPercent: b.KeyPercent}
		if spoil(&c); c.Validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
