package exam

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/score"
)

// weightOf is the expected difficulty of a form, weighed by points.
func weightOf(pool Pool, slots []PaperSlot) (sum int) {
	for _, s := range slots {
		sum += int(s.Points) * pool.Items[s.VersionID-1].Difficulty
	}
	return sum
}

func overlapOf(forms [][]PaperSlot) (n int) {
	seen := map[VersionID]bool{}
	for _, slots := range forms {
		for _, s := range slots {
			if seen[s.VersionID] {
				n++
			}
			seen[s.VersionID] = true
		}
	}
	return n
}

func TestDrawForms(t *testing.T) {
	singles := func(difficulties ...int) (items []PoolItem) {
		for i, n := range difficulties {
			items = append(items, item(int64(i+1), "single", n, false, 10))
		}
		return items
	}
	two := Blueprint{Rows: []BlueprintRow{row(2, "single", 10)}}
	keyed := singles(3, 3, 3, 3)
	keyed[0].Key, keyed[1].Key, keyed[2].Key = true, true, true
	for _, c := range []struct {
		name    string
		b       Blueprint
		items   []PoolItem
		n       int
		overlap int
		gap     int // between the hardest and the easiest form, in questions of 2 points
		lack    int
	}{
		{"like questions", two, singles(1, 5, 5, 1), 2, 0, 0, 0},
		{"balanced", two, singles(1, 2, 3, 4), 2, 0, 0, 0},
		{"as near as it goes", two, singles(1, 1, 1, 4), 2, 0, 3, 0},
		{"evened out by others", two, singles(1, 2, 3, 4, 5, 5), 2, 0, 0, 0},
		{"three forms", two, singles(1, 2, 3, 3, 4, 5), 3, 0, 0, 0},
		{"one question for two", two, singles(3, 3, 3), 2, 1, 0, 1},
		{"nothing else at all", two, singles(3, 3), 2, 2, 0, 2},
		{"nothing else for three", two, singles(3, 3), 3, 4, 0, 4},
		{"odd cells part", Blueprint{Rows: two.Rows, KeyPercent: 50}, keyed, 2, 0, 0, 0},
	} {
		pool := poolOf(c.items...)
		for seed := range uint64(5) {
			forms, short := drawnForms(seeded(seed), c.b, pool, c.n)
			if len(short) > 0 || len(forms.Papers) != c.n {
				t.Fatalf("%s: %+v", c.name, short)
			}
			var weights []int
			for _, slots := range forms.Papers {
				checkPaper(t, c.b, pool, slots)
				weights = append(weights, weightOf(pool, slots)/200)
			}
			lack := 0
			for _, s := range forms.Short {
				lack += s.Lack
			}
			if gap := slices.Max(weights) - slices.Min(weights); forms.Overlap != c.overlap || overlapOf(forms.Papers) != c.overlap || gap != c.gap || lack != c.lack {
				t.Errorf("%s: overlap %d, want %d; gap %d, want %d; %d to write, want %d", c.name, forms.Overlap, c.overlap, gap, c.gap, lack, c.lack)
			}
		}
	}
	if forms, short := drawnForms(seeded(1), two, poolOf(singles(3)...), 2); len(short) != 1 || short[0].Lack != 1 || forms.Papers != nil {
		t.Errorf("%+v %+v", forms, short)
	}
}

// Every form fills the blueprint; where a pool holds as many papers apart from each other none overlap; what repeats says so.
func TestDrawFormsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 3).Draw(t, "forms")
		b := Blueprint{KeyPercent: rapid.SampledFrom([]int{0, 30, 100}).Draw(t, "key")}
		var items []PoolItem
		add := func(key bool, topic TopicID) {
			items = append(items, item(int64(len(items)+1), "single", rapid.IntRange(1, 5).Draw(t, "difficulty"), key, topic))
		}
		at := rapid.Map(rapid.IntRange(10, 13), func(n int) TopicID { return TopicID(n) })
		enough := rapid.Bool().Draw(t, "enough")
		held := map[TopicID]int{}
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			r := row(rapid.IntRange(1, 3).Draw(t, "count"), "single", at.Draw(t, "topic"))
			b.Rows = append(b.Rows, r)
			held[r.TopicIDs[0]] += r.Count
			times := n
			if !enough {
				times = 1
			}
			for range r.Count * times {
				add(true, r.TopicIDs[0])
			}
		}
		if q := at.Draw(t, "quota"); held[q] > 0 {
			b.Quotas = []TopicQuota{{TopicID: q, Min: held[q], Max: held[q]}}
		}
		for range rapid.IntRange(0, 6).Draw(t, "more") {
			add(rapid.Bool().Draw(t, "key question"), at.Draw(t, "topic"))
		}
		pool := poolOf(items...)
		seed := rapid.Uint64().Draw(t, "seed")
		forms, short := drawnForms(seeded(seed), b, pool, n)
		if len(short) > 0 {
			t.Fatalf("called short: %+v", short)
		}
		for _, slots := range forms.Papers {
			checkPaper(t, b, pool, slots)
		}
		if got := overlapOf(forms.Papers); got != forms.Overlap || enough && got > 0 || len(forms.Short) > 0 && got == 0 {
			t.Fatalf("%d overlap, said %d (enough: %v, short %v)", got, forms.Overlap, enough, forms.Short)
		}
		said := 0
		for _, slots := range forms.Papers {
			for _, s := range slots {
				if s.Reason.V.Overlap {
					said++
				}
			}
		}
		if said != forms.Overlap {
			t.Fatalf("%d slots say that they repeat, of %d", said, forms.Overlap)
		}
		if again, _ := drawnForms(seeded(seed), b, pool, n); !slices.EqualFunc(again.Papers, forms.Papers, slices.Equal[[]PaperSlot]) {
			t.Fatal("the same seed drew other forms")
		}
	})
}

// leastGap tries all pairs of forms without a question in both, row by row, and returns the smallest difference in difficulty.
func leastGap(b Blueprint, pool Pool) int {
	gaps := map[int]bool{0: true}
	for _, r := range b.Rows {
		var fits []PoolItem
		for _, it := range pool.Items {
			if r.Fits(it) {
				fits = append(fits, it)
			}
		}
		here := map[int]bool{}
		var deal func(at, first, second, gap int)
		deal = func(at, first, second, gap int) {
			if first == r.Count && second == r.Count {
				here[gap] = true
				return
			}
			if at == len(fits) || first > r.Count || second > r.Count {
				return
			}
			load := int(r.Points) * fits[at].Difficulty
			deal(at+1, first+1, second, gap+load)
			deal(at+1, first, second+1, gap-load)
			deal(at+1, first, second, gap)
		}
		deal(0, 0, 0, 0)
		next := map[int]bool{}
		for a := range gaps {
			for b := range here {
				next[a+b] = true
			}
		}
		gaps = next
	}
	least := 1 << 30
	for gap := range gaps {
		least = min(least, max(gap, -gap))
	}
	return least
}

// Two forms that have no question in common differ as little in difficulty as any two could.
func TestDrawFormsDifferTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Blueprint
		var items []PoolItem
		for n := range rapid.IntRange(1, 3).Draw(t, "rows") {
			r := row(rapid.IntRange(1, 3).Draw(t, "count"), "single", TopicID(10+n))
			r.Points = score.Hundredths(rapid.SampledFrom([]int{100, 150, 200, 333}).Draw(t, "points"))
			b.Rows = append(b.Rows, r)
			for range 2*r.Count + rapid.IntRange(0, 2).Draw(t, "more") {
				it := item(int64(len(items)+1), "single", rapid.IntRange(1, 5).Draw(t, "difficulty"), false, r.TopicIDs[0])
				it.Uses = rapid.IntRange(0, 2).Draw(t, "uses")
				items = append(items, it)
			}
		}
		pool := poolOf(items...)
		forms, _ := drawnForms(seeded(rapid.Uint64().Draw(t, "seed")), b, pool, 2)
		for _, slots := range forms.Papers {
			checkPaper(t, b, pool, slots)
		}
		gap := weightOf(pool, forms.Papers[0]) - weightOf(pool, forms.Papers[1])
		if least := leastGap(b, pool); forms.Overlap != 0 || max(gap, -gap) != least {
			t.Fatalf("difference %d, by trying %d; overlap %d", gap, least, forms.Overlap)
		}
	})
}
