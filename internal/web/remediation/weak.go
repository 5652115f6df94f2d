package remediation

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
)

// weakPoint is a knowledge point at which marks were lost, by its name.
type weakPoint struct {
	exam.WeakPoint
	Name string
}

// weakPoints are what people lost in the papers that they failed, the most missed first.
func (h *Handlers) weakPoints(ctx context.Context, v account.Viewer, of []exam.InRound) ([]weakPoint, error) {
	if len(of) == 0 {
		return nil, nil
	}
	points, err := h.Exams.WeakPoints(ctx, h.DB, of)
	if err != nil || len(points) == 0 {
		return nil, err
	}
	ids := make([]exam.TopicID, len(points))
	for i, p := range points {
		ids[i] = p.TopicID
	}
	names, err := h.Topics(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	out := make([]weakPoint, len(points))
	for i, p := range points {
		out[i] = weakPoint{p, names[p.TopicID]}
	}
	return out, nil
}

// missedText counts what was lost at a point; of several people also how many of them.
func missedText(ctx context.Context, p weakPoint, several bool) string {
	if several {
		return layout.T(ctx, "cases.weak.missed_by", "missed", p.Missed, "asked", p.Asked, "people", p.People)
	}
	return layout.T(ctx, "cases.weak.missed", "missed", p.Missed, "asked", p.Asked)
}
