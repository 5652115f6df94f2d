package exam

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/score"
)

func TestAgree(t *testing.T) {
	type h = score.Hundredths
	for _, tt := range []struct {
		name         string
		markers, gap int
		marks        []h
		want         Agreement
	}{
		{"one has not marked", 1, 20, nil, Agreement{Wanted: 1}},
		{"one decides alone", 1, 20, []h{730}, Agreement{true, 1, 730}},
		{"the second is missing", 2, 20, []h{700}, Agreement{Wanted: 2}},
		{"two are one", 2, 20, []h{700, 700}, Agreement{true, 2, 700}},
		{"the mean is floored", 2, 20, []h{701, 800}, Agreement{true, 2, 750}},
		{"just near enough", 2, 20, []h{600, 800}, Agreement{true, 2, 700}},
		{"just too far apart", 2, 20, []h{600, 801}, Agreement{Wanted: 3}},
		{"no gap allowed", 2, 0, []h{700, 701}, Agreement{Wanted: 3}},
		{"any gap allowed", 2, 100, []h{0, 1000}, Agreement{true, 2, 500}},
		{"the third is near the higher", 2, 20, []h{200, 800, 700}, Agreement{true, 3, 750}},
		{"the third is near the lower", 2, 20, []h{800, 200, 250}, Agreement{true, 3, 225}},
		{"the third in the middle favours the examinee", 2, 20, []h{200, 800, 500}, Agreement{true, 3, 650}},
		{"the third agrees with one", 2, 20, []h{200, 800, 200}, Agreement{true, 3, 200}},
	} {
		if got := Agree(1000, tt.markers, tt.gap, tt.marks); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

// Whatever markers give, what they come to lies between the lowest and the highest, and the order of marking is no matter.
func TestAgreeIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := rapid.Map(rapid.Int64Range(0, 1000), func(n int64) score.Hundredths { return score.Hundredths(n) })
		marks := rapid.SliceOfN(mark, 3, 3).Draw(t, "marks")
		a := Agree(1000, 2, 20, marks)
		if !a.Done || a.Mark < slices.Min(marks) || a.Mark > slices.Max(marks) {
			t.Fatalf("%+v", a)
		}
		other := rapid.Permutation(marks).Draw(t, "other order")
		if b := Agree(1000, 2, 20, other); b != a {
			t.Fatalf("%v comes to %+v, %v to %+v", marks, a, other, b)
		}
	})
}
