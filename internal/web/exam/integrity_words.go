package exam

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
)

func watchOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(exam.WatchModes))
	for i, m := range exam.WatchModes {
		out[i] = layout.Option{Value: string(m), Label: layout.T(ctx, "exampages.integrity.mode."+string(m))}
	}
	return out
}

// kindText is the name of a kind of evidence.
func kindText(ctx context.Context, kind string) string {
	if key, ok := evidenceWords[kind]; ok {
		return layout.T(ctx, key)
	}
	return kind
}

// noticed is one kind of evidence of a person with its number, and its length where it lasts.
type noticed struct {
	Kind string
	exam.IntegrityCount
}

// kindsOf are the kinds noticed of a person, most first.
func kindsOf(r exam.IntegrityRow) []noticed {
	var out []noticed
	for k, n := range r.Kinds.V {
		out = append(out, noticed{k, n})
	}
	slices.SortFunc(out, func(a, b noticed) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return len(a.Kind) - len(b.Kind)
	})
	return out
}

func noticedText(ctx context.Context, n noticed) string {
	text := layout.T(ctx, "exampages.integrity.times", "kind", kindText(ctx, n.Kind), "n", n.N)
	if n.LengthMS > 0 && n.Kind != exam.KindSpeed {
		text += " · " + layout.T(ctx, "exampages.integrity.together", "n", (n.LengthMS+999)/1000)
	}
	return text
}

func similarName(s exam.Similarity, i int) string {
	return s.Persons[i].Name + " " + s.Persons[i].EmployeeNo
}

// probability is written as a power of ten, which is how far it is from chance.
func probability(p float64) string {
	if p < 1e-99 {
		return "< 1e-99"
	}
	return strconv.FormatFloat(p, 'e', 1, 64)
}

func expectedText(p exam.SimilarPair) string { return fmt.Sprintf("%.1f", p.Expected) }

func sittingURL(e exam.Exam, r exam.IntegrityRow) string {
	return examURL(e.ID, "/live/"+r.PersonID.String())
}
