package appraisal

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/score"
)

func target(t testing.TB) Scale { return mustIndicator(t, agreement(t), "attainment").Scale }

// rule:C46 rule:N13 every edge of the target and the hundredth on either side.
func TestTargetEdges(t *testing.T) {
	scale := target(t)
	for _, c := range []struct {
		attained, want score.Hundredths
		band           score.Band
	}{
		{0, 4000, score.Fail}, {7499, 4000, score.Fail},
		{7500, 6500, score.Pass}, {7501, 6500, score.Pass}, {8999, 6500, score.Pass},
		{9000, 8000, score.Good}, {9999, 8000, score.Good},
		{10000, 10000, score.Excellent}, {10001, 10000, score.Excellent}, {100000, 10000, score.Excellent}, {999999, 10000, score.Excellent},
	} {
		got := scale.Score(c.attained)
		if got != c.want {
			t.Errorf("%s %% of the target scores %s, want %s", c.attained, got, c.want)
		}
		// the score lies in the band that the attainment earns, so that both say the same on a sheet
		if band := score.DefaultBands().Of(got, full); band != c.band {
			t.Errorf("%s %% of the target is shown as %s, want %s", c.attained, band, c.band)
		}
	}
}

func TestIdentityHoldsItsBounds(t *testing.T) {
	s := Scale{Kind: Identity}
	for raw, want := range map[score.Hundredths]score.Hundredths{-1: 0, 0: 0, 1: 1, 9999: 9999, 10000: 10000, 10001: 10000} {
		if got := s.Score(raw); got != want {
			t.Errorf("%d scores %d, want %d", raw, got, want)
		}
	}
}

func TestScalesAreChecked(t *testing.T) {
	for name, s := range map[string]Scale{
		"unknown":          {Kind: "log"},
		"identity edges":   {Kind: Identity, Edges: []TargetEdge{{From: 0}}},
		"no zero edge":     {Kind: Target, Edges: []TargetEdge{{From: 100, Score: 100}}},
		"rising edges":     {Kind: Target, Edges: []TargetEdge{{From: 0, Score: 0}, {From: 100, Score: 0}}},
		"better for less":  {Kind: Target, Edges: []TargetEdge{{From: 100, Score: 10}, {From: 0, Score: 20}}},
		"two of one edge":  {Kind: Target, Edges: []TargetEdge{{From: 100, Score: 20}, {From: 100, Score: 10}, {From: 0, Score: 0}}},
		"below nothing":    {Kind: Target, Edges: []TargetEdge{{From: 0, Score: 0}, {From: -1, Score: 0}}},
		"a negative score": {Kind: Target, Edges: []TargetEdge{{From: 0, Score: -1}}},
		"beyond ten times": {Kind: Target, Edges: []TargetEdge{{From: MaxAttainment + 1, Score: 100}, {From: 0, Score: 0}}},
		"no edge":          {Kind: Target},
		"above 100":        {Kind: Target, Edges: []TargetEdge{{From: 0, Score: 10001}}},
	} {
		if s.valid() {
			t.Errorf("%s: accepted", name)
		}
	}
	for name, s := range map[string]Scale{
		"full marks for ten times": {Kind: Target, Edges: []TargetEdge{{From: MaxAttainment, Score: full}, {From: 0, Score: 0}}},
		"all the same":             {Kind: Target, Edges: []TargetEdge{{From: 100, Score: 10}, {From: 0, Score: 10}}},
	} {
		if !s.valid() {
			t.Errorf("%s: refused", name)
		}
	}
}

// Reaching more of a target never scores less, whatever the edges.
func TestMoreNeverScoresLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Scale
		if s.Kind = rapid.SampledFrom([]ScaleKind{Identity, Target}).Draw(t, "kind"); s.Kind == Target {
			from, points := int64(MaxAttainment), int64(full)
			for from > 0 {
				from = rapid.Int64Range(0, from-1).Draw(t, "from")
				points = rapid.Int64Range(0, points).Draw(t, "score")
				s.Edges = append(s.Edges, TargetEdge{From: score.Hundredths(from), Score: score.Hundredths(points)})
			}
		}
		if !s.valid() {
			t.Fatalf("not valid: %+v", s)
		}
		less := score.Hundredths(rapid.Int64Range(0, int64(MaxAttainment)).Draw(t, "less"))
		more := score.Hundredths(rapid.Int64Range(int64(less), int64(MaxAttainment)).Draw(t, "more"))
		if s.Score(more) < s.Score(less) {
			t.Fatalf("%s scores %s, %s scores %s", less, s.Score(less), more, s.Score(more))
		}
	})
}
