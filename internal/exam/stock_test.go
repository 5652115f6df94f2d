package exam

import (
	"testing"

	"pgregory.net/rapid"
)

// Counting the bank says the same as drawing from it: whether it is enough, how many slots stay empty, how many questions fit a row.
func TestCountedStockLacksWhatTheDrawLacks(t *testing.T) {
	types := rapid.SampledFrom([]string{"single", "multiple"})
	rapid.Check(t, func(t *rapid.T) {
		b := Blueprint{Title: "卷", KeyPercent: rapid.IntRange(0, 100).Draw(t, "key")}
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			row := BlueprintRow{Count: rapid.IntRange(1, 6).Draw(t, "count"), DifficultyMin: 1, DifficultyMax: rapid.IntRange(1, 3).Draw(t, "most")}
			if rapid.Bool().Draw(t, "typed") {
				row.Type = types.Draw(t, "type")
			}
			for range rapid.IntRange(0, 2).Draw(t, "points") {
				row.TopicIDs = append(row.TopicIDs, TopicID(rapid.IntRange(0, 3).Draw(t, "point")))
			}
			b.Rows = append(b.Rows, row)
		}
		var pool []PoolItem
		counted := map[StockClass]int{}
		for n := range rapid.IntRange(0, 40).Draw(t, "pool") {
			item := PoolItem{VersionID: VersionID(n + 1), QuestionID: int64(n + 1), Type: types.Draw(t, "of"), Difficulty: rapid.IntRange(1, 3).Draw(t, "hard"),
				Key: rapid.Bool().Draw(t, "is key"), TopicIDs: []TopicID{TopicID(rapid.IntRange(0, 3).Draw(t, "at"))}}
			if rapid.Bool().Draw(t, "two") {
				item.TopicIDs = append(item.TopicIDs, TopicID(rapid.IntRange(0, 3).Draw(t, "and")))
			}
			pool = append(pool, item)
			counted[classOf(b, item)]++
		}
		var stock []StockClass
		for class, n := range counted {
			class.Questions = n
			stock = append(stock, class)
		}
		_, want := Draw(generator(1, 0), b, pool)
		got := lackOf(b, stock)
		if (len(got) == 0) != (len(want) == 0) {
			t.Fatalf("%+v, by drawing %+v", got, want)
		}
		slots, keys := lacking(got)
		wantSlots, wantKeys := lacking(want)
		if slots != wantSlots || keys != wantKeys {
			t.Fatalf("%d slots and %d of them key, by drawing %d and %d", slots, keys, wantSlots, wantKeys)
		}
		for _, s := range got {
			if s.Row >= 0 && s.Fit != fitting(b.Rows[s.Row], pool) {
				t.Fatalf("row %d: %d fit, in the pool %d", s.Row, s.Fit, fitting(b.Rows[s.Row], pool))
			}
		}
	})
}

// classOf is what the bank counts the item under, for this blueprint.
func classOf(b Blueprint, item PoolItem) StockClass {
	class := StockClass{Type: item.Type, Difficulty: item.Difficulty, Key: item.Key}
	for r, row := range b.Rows {
		only := BlueprintRow{TopicIDs: row.TopicIDs, DifficultyMin: 1, DifficultyMax: 5}
		if len(row.TopicIDs) > 0 && only.Fits(item) {
			class.Rows |= 1 << r
		}
	}
	return class
}

func lacking(short []Shortage) (slots, keys int) {
	for _, s := range short {
		if s.Row < 0 {
			keys += s.Lack()
		} else {
			slots += s.Lack()
		}
	}
	return slots, keys
}

func fitting(row BlueprintRow, pool []PoolItem) (n int) {
	for _, item := range pool {
		if row.Fits(item) {
			n++
		}
	}
	return n
}
