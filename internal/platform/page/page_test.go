package page_test

import (
	"errors"
	"testing"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

func TestPagesAreBounded(t *testing.T) {
	for _, c := range []struct {
		number, size  string
		limit, offset int
	}{
		{"", "", 20, 0},
		{"3", "50", 50, 100},
		{"0", "0", 1, 0},
		{"-1", "-5", 1, 0},
		{"x", "y", 20, 0},
		{"2", "100000", 100, 100},
		{"99999999999999999999", "10", 10, 0},
		{"1000000", "100", 100, 999_900},
	} {
		p := page.Parse(c.number, c.size)
		if p.Limit() != c.limit || p.Offset() != c.offset {
			t.Errorf("%q %q: limit %d offset %d", c.number, c.size, p.Limit(), p.Offset())
		}
	}
}

func TestCount(t *testing.T) {
	for total, want := range map[int]int{0: 1, 1: 1, 20: 1, 21: 2, 40: 2, 41: 3} {
		if got := page.New(1, 20).Count(total); got != want {
			t.Errorf("%d rows: %d pages", total, got)
		}
	}
}

func TestWholeIsAllOfAListOrNothing(t *testing.T) {
	for _, tc := range []struct {
		rows, total, most int
		n                 any // what a refusal tells; nil is no refusal
	}{
		{0, 0, 3, nil}, {2, 2, 3, nil}, {3, 3, 3, nil}, {4, 4, 3, 4}, {250, 250, 100, 250},
		{250, 0, 100, 101}, {250, 50, 100, 101}, // not counted to the end
		{3, 9, 3, nil}, // counted at another moment: what was read is what counts
	} {
		asked := 0
		rows, err := page.Whole(tc.most, func(limit int) ([]int, int, error) {
			asked++
			return make([]int, min(limit, tc.rows)), tc.total, nil
		})
		want := tc.rows
		if tc.n != nil {
			want = 0
		}
		var refused *errs.Error
		if errors.As(err, &refused) != (tc.n != nil) || len(rows) != want || asked != 1 {
			t.Errorf("%+v: %d rows in %d statements, %v", tc, len(rows), asked, err)
		}
		if refused != nil && (refused.Kind != errs.Invalid || refused.Args["n"] != tc.n || refused.Args["most"] != tc.most) {
			t.Errorf("%+v: %v %v", tc, refused, refused.Args)
		}
	}
	broken := errors.New("broken")
	if rows, err := page.Whole(10, func(int) ([]int, int, error) { return []int{1}, 1, broken }); !errors.Is(err, broken) || rows != nil {
		t.Errorf("%v %v", rows, err)
	}
}
