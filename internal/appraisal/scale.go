package appraisal

import "github.com/peikao/peikao/internal/score"

// ScaleKind names a way from the raw number to the score.
type ScaleKind string

const (
	Identity ScaleKind = "identity" // the raw number is the score, 0 to 100
	Target   ScaleKind = "target"   // the raw number is the percentage of a target that was reached (C46, N13)
)

// MaxAttainment is the largest percentage of a target that is taken for true: ten times the target.
const MaxAttainment = score.Hundredths(100_000)

// Scale is how an indicator's raw number becomes its score. Both are hundredths.
type Scale struct {
	Kind  ScaleKind    `json:"kind"`
	Edges []TargetEdge `json:"edges,omitempty"` // of a target, highest first, the last one from 0
}

// TargetEdge is the lowest percentage of the target that earns the score; the edge itself belongs to it.
type TargetEdge struct {
	Band  score.Band       `json:"band"`
	From  score.Hundredths `json:"from"`
	Score score.Hundredths `json:"score"`
}

func (s Scale) valid() bool {
	switch s.Kind {
	case Identity:
		return len(s.Edges) == 0
	case Target:
		return validEdges(s.Edges)
	}
	return false
}

// validEdges wants edges that fall, scores that fall with them, and an answer for every percentage.
func validEdges(edges []TargetEdge) bool {
	for i, e := range edges {
		if e.Score < 0 || e.Score > full || e.From < 0 || e.From > MaxAttainment {
			return false
		}
		if i > 0 && (e.From >= edges[i-1].From || e.Score > edges[i-1].Score) {
			return false
		}
	}
	return len(edges) > 0 && edges[len(edges)-1].From == 0
}

// Most is the largest raw number that the scale takes; the least is 0.
func (s Scale) Most() score.Hundredths {
	if s.Kind == Target {
		return MaxAttainment
	}
	return full
}

// Score is the score of a raw number, which is first held inside 0 … Most.
func (s Scale) Score(raw score.Hundredths) score.Hundredths {
	raw = min(max(raw, 0), s.Most())
	if s.Kind != Target {
		return raw
	}
	for _, e := range s.Edges {
		if raw >= e.From {
			return e.Score
		}
	}
	return 0
}
