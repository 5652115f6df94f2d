package page_test

import (
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
