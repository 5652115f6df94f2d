package exam

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// facilityOf is the sum of a form's facilities, weighed by points.
func facilityOf(slots []PaperSlot, facility map[VersionID]int) (sum int) {
	for _, s := range slots {
		sum += int(s.Points) * facility[s.VersionID]
	}
	return sum
}

// leastFacilityGap tries all exchanges of questions of one row and difficulty between two forms.
func leastFacilityGap(pool Pool, papers [][]PaperSlot, facility map[VersionID]int) int {
	least := 1 << 30
	var try func(at int)
	first, second := slices.Clone(papers[0]), slices.Clone(papers[1])
	try = func(at int) {
		if at == len(first) {
			gap := facilityOf(first, facility) - facilityOf(second, facility)
			least = min(least, max(gap, -gap))
			return
		}
		try(at + 1)
		for i := range second {
			a, b := pool.Items[first[at].VersionID-1], pool.Items[second[i].VersionID-1]
			if a.Difficulty == b.Difficulty && a.TopicIDs[0] == b.TopicIDs[0] {
				first[at].VersionID, second[i].VersionID = second[i].VersionID, first[at].VersionID
				try(at + 1)
				first[at].VersionID, second[i].VersionID = second[i].VersionID, first[at].VersionID
			}
		}
	}
	try(0)
	return least
}

// Two forms differ as little in facility as exchanges of like questions can make them, and no more in difficulty than before.
func TestFormsDifferTheLeastInFacility(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Blueprint
		var items []PoolItem
		facility := map[VersionID]int{}
		for n := range rapid.IntRange(1, 2).Draw(t, "rows") {
			r := row(rapid.IntRange(1, 3).Draw(t, "count"), "single", TopicID(10+n))
			r.Points *= 1 + 2*r.Points%3
			b.Rows = append(b.Rows, r)
			for range 2*r.Count + rapid.IntRange(0, 1).Draw(t, "more") {
				items = append(items, item(int64(len(items)+1), "single", rapid.IntRange(2, 3).Draw(t, "difficulty"), false, r.TopicIDs[0]))
				facility[VersionID(len(items))] = rapid.IntRange(0, 100).Draw(t, "facility")
			}
		}
		pool := poolOf(items...)
		forms, _ := drawnForms(seeded(rapid.Uint64().Draw(t, "seed")), b, pool, 2)
		harder := weightOf(pool, forms.Papers[0]) - weightOf(pool, forms.Papers[1])
		least := leastFacilityGap(pool, forms.Papers, facility)
		forms.evenFacility(facility)
		for _, slots := range forms.Papers {
			checkPaper(t, b, pool, slots)
		}
		if now := weightOf(pool, forms.Papers[0]) - weightOf(pool, forms.Papers[1]); now != harder || overlapOf(forms.Papers) > 0 {
			t.Fatalf("difficulty apart by %d, before %d", now, harder)
		}
		gap := facilityOf(forms.Papers[0], facility) - facilityOf(forms.Papers[1], facility)
		if max(gap, -gap) != least {
			t.Fatalf("facility apart by %d, by trying %d", gap, least)
		}
		if want := meanGap([]int{max(gap, -gap), 0}, int(b.Total())); int(forms.FacilityGap) != want || forms.Measured != 2*b.Slots() {
			t.Fatalf("says %d of %d, want %d", forms.FacilityGap, forms.Measured, want)
		}
	})
}

// What nobody has measured counts as the mean of its difficulty; where nothing is measured nothing moves.
func TestFacilityOfWhatIsNotMeasured(t *testing.T) {
	pool := poolOf(item(1, "single", 2, false, 10), item(2, "single", 2, false, 10), item(3, "single", 2, false, 10), item(4, "single", 2, false, 10))
	forms, _ := drawnForms(seeded(1), Blueprint{Rows: []BlueprintRow{row(2, "single", 10)}}, pool, 2)
	before := slices.Clone(forms.Papers[0])
	forms.evenFacility(nil)
	if !slices.Equal(before, forms.Papers[0]) || forms.Measured != 0 {
		t.Fatalf("%+v", forms)
	}
	forms.evenFacility(map[VersionID]int{1: 90, 2: 50, 3: 70})
	together := map[bool]int{}
	for _, s := range forms.Papers[0] {
		together[s.VersionID <= 2]++
	}
	if together[true] == 1 || forms.FacilityGap != 0 || forms.Measured != 3 {
		t.Fatalf("90 and 50 against 70 and the mean: %+v", forms)
	}
}

// Of four forms of which two are the hardest and two the easiest, both pairs are brought together.
func TestFourFormsAreAsEvenAsTwo(t *testing.T) {
	facility := map[VersionID]int{}
	for id := range VersionID(8) {
		facility[id+1] = 40 + 20*int(id%2)
	}
	for seed := range uint64(20) {
		forms, _ := drawnForms(seeded(seed), Blueprint{Rows: []BlueprintRow{row(2, "single", 10)}}, singlesOf(8), 4)
		forms.evenFacility(facility)
		if forms.FacilityGap != 0 {
			t.Fatalf("seed %d: apart by %d", seed, forms.FacilityGap)
		}
	}
}
