package page_test

import (
	"errors"
	"testing"

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

func TestEachReadsAListByPages(t *testing.T) {
	for _, tc := range []struct{ rows, most, pages, want int }{{0, 1000, 1, 0}, {99, 1000, 1, 99}, {100, 1000, 2, 100}, {250, 1000, 3, 250}, {1000, 200, 2, 200}} {
		pages, seen := 0, 0
		count, err := page.Each(tc.most, func(p page.Page) ([]int, error) {
			pages++
			return make([]int, min(p.Limit(), max(0, tc.rows-p.Offset()))), nil
		}, func(int) error { seen++; return nil })
		if err != nil || count != tc.want || seen != tc.want || pages != tc.pages {
			t.Errorf("%d rows: %d counted, %d seen on %d pages, %v", tc.rows, count, seen, pages, err)
		}
	}
	broken := errors.New("broken")
	if _, err := page.Each(10, func(page.Page) ([]int, error) { return nil, broken }, func(int) error { return nil }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := page.Each(10, func(page.Page) ([]int, error) { return []int{1}, nil }, func(int) error { return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
}
