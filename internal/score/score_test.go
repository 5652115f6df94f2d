package score

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestHundredthsAreWrittenAndReadExactly(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Hundredths
		out  string
	}{
		{"0", 0, "0.00"}, {"2", 200, "2.00"}, {"2.5", 250, "2.50"}, {"2.05", 205, "2.05"},
		{"-0.05", -5, "-0.05"}, {"100.00", 10000, "100.00"}, {"89.99", 8999, "89.99"},
	} {
		got, err := Parse(c.in)
		if err != nil || got != c.want || got.String() != c.out {
			t.Errorf("Parse(%q) = %d %q, %v; want %d %q", c.in, got, got.String(), err, c.want, c.out)
		}
	}
	for _, bad := range []string{"", ".", "1.", ".5", "1.234", "1e3", "+1", "--1", "1,5", "1234567890123"} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %d, want an error", bad, got)
		}
	}
}

// rule:C43 rule:N01 every edge and the hundredth on either side of it, on a paper of 100 points.
func TestBandEdges(t *testing.T) {
	bands := DefaultBands()
	for _, c := range []struct {
		score  Hundredths
		want   Band
		passed bool
	}{
		{0, Fail, false}, {1, Fail, false},
		{5999, Fail, false}, {6000, Pass, true}, {6001, Pass, true},
		{6999, Pass, true}, {7000, Good, true}, {7001, Good, true},
		{8999, Good, true}, {9000, Excellent, true}, {9001, Excellent, true},
		{10000, Excellent, true},
	} {
		if got := bands.Of(c.score, Whole(100)); got != c.want {
			t.Errorf("%s of 100: band %s, want %s", c.score, got, c.want)
		}
		if got := bands.Passed(c.score, Whole(100)); got != c.passed {
			t.Errorf("%s of 100: passed %v, want %v", c.score, got, c.passed)
		}
	}
}

// rule:C51 papers that do not total 100: the exact fraction decides, not the percentage that is shown.
func TestBandsOfOtherTotals(t *testing.T) {
	bands := DefaultBands()
	for _, c := range []struct {
		score, total, percent Hundredths
		want                  Band
	}{
		{Whole(2), Whole(3), 6666, Pass},
		{Whole(7), Whole(10), 7000, Good},
		{8999, 9999, 8999, Good}, // 89.9989…: shown and judged below 90
		{9000, 9999, 9000, Excellent},
		{1799, 3000, 5996, Fail}, {1800, 3000, 6000, Pass},
		{59_999_999, 100_000_000, 5999, Fail}, // 59.999999 is never rounded up
		{0, 0, 0, Fail},
	} {
		if got := Percent(c.score, c.total); got != c.percent {
			t.Errorf("%s of %s: percent %s, want %s", c.score, c.total, got, c.percent)
		}
		if got := bands.Of(c.score, c.total); got != c.want {
			t.Errorf("%s of %s: band %s, want %s", c.score, c.total, got, c.want)
		}
	}
}

func TestMoreMarksNeverEarnAWorseBand(t *testing.T) {
	bands := DefaultBands()
	rank := map[Band]int{Fail: 0, Pass: 1, Good: 2, Excellent: 3}
	rapid.Check(t, func(t *rapid.T) {
		total := Hundredths(rapid.Int64Range(1, 1_000_000).Draw(t, "total"))
		low := Hundredths(rapid.Int64Range(0, int64(total)).Draw(t, "low"))
		high := Hundredths(rapid.Int64Range(int64(low), int64(total)).Draw(t, "high"))
		if rank[bands.Of(high, total)] < rank[bands.Of(low, total)] {
			t.Fatalf("%s earns less than %s of %s", high, low, total)
		}
		// What is shown agrees with what was judged, on either side of every edge.
		for _, e := range bands.Edges {
			if (Percent(low, total) >= e.From) != reaches(low, total, e.From) {
				t.Fatalf("%s of %s: shown %s, edge %s", low, total, Percent(low, total), e.From)
			}
		}
	})
}

func TestBandTablesAreChecked(t *testing.T) {
	for name, b := range map[string]Bands{
		"the clinic's own":                  DefaultBands(),
		"the best band for full marks only": {Edges: []Edge{{Excellent, Whole(100)}, {Fail, 0}}, PassFrom: Whole(60)},
		"bands a hundredth apart":           {Edges: []Edge{{Good, 6001}, {Pass, 6000}, {Fail, 0}}, PassFrom: Whole(60)},
		"everybody passes":                  {Edges: []Edge{{Pass, 0}}, PassFrom: 0},
		"full marks pass":                   {Edges: []Edge{{Fail, 0}}, PassFrom: Whole(100)},
	} {
		if err := b.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		bands Bands
		says  string
	}{
		"empty":         {Bands{}, "needs an edge"},
		"no zero edge":  {Bands{Edges: []Edge{{Pass, Whole(60)}}}, "last edge"},
		"rising":        {Bands{Edges: []Edge{{Fail, 0}, {Pass, Whole(60)}}}, "edge 2 "},
		"the same edge": {Bands{Edges: []Edge{{Good, Whole(60)}, {Pass, Whole(60)}, {Fail, 0}}}, "edge 2 "},
		"above 100":     {Bands{Edges: []Edge{{Pass, 10001}, {Fail, 0}}}, "edge 1:"},
		"below 0":       {Bands{Edges: []Edge{{Pass, Whole(60)}, {Fail, -1}}}, "edge 2:"},
		"unnamed":       {Bands{Edges: []Edge{{"", 0}}}, "edge 1:"},
		"pass below 0":  {Bands{Edges: []Edge{{Fail, 0}}, PassFrom: -1}, "pass edge"},
		"pass over 100": {Bands{Edges: []Edge{{Fail, 0}}, PassFrom: 10001}, "pass edge"},
	} {
		if err := c.bands.Validate(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBandsAsJSON(t *testing.T) {
	raw, err := json.Marshal(DefaultBands())
	if err != nil {
		t.Fatal(err)
	}
	var back Bands
	if err := json.Unmarshal(raw, &back); err != nil || len(back.Edges) != 4 || back.Edges[0].From != Whole(90) {
		t.Fatalf("%s: %+v, %v", raw, back, err)
	}
}

func TestHeldBackBands(t *testing.T) {
	bands := DefaultBands()
	for _, tt := range []struct{ x, y, want Band }{
		{Excellent, Pass, Pass}, {Pass, Excellent, Pass}, {Fail, Pass, Fail}, {Good, Good, Good}, {"unknown", "other", Fail},
	} {
		if got := bands.Worse(tt.x, tt.y); got != tt.want {
			t.Errorf("%s and %s: %s", tt.x, tt.y, got)
		}
	}
	own := Bands{Edges: []Edge{{"A", Whole(80)}, {"B", Whole(50)}, {"C", 0}}, PassFrom: Whole(50)}
	if bands.LeastPass() != Pass || bands.Lowest() != Fail || own.LeastPass() != "B" || own.Lowest() != "C" {
		t.Error("the band of a bare pass and the lowest one")
	}
}
