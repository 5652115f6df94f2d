package exam

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/account"
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

// maySetIntegrity tells whether a save would be taken: a draft's from whoever sets exams up, a published exam's, of which only the
// doors are open, from whoever may publish besides.
func maySetIntegrity(v account.Viewer, e exam.Exam) bool {
	switch e.State {
	case exam.Draft:
		return v.Can(account.ExamAuthor)
	case exam.Published:
		return v.Can(account.ExamAuthor) && v.Can(account.ExamPublish)
	}
	return false
}

// pinnedWord says what can still be changed, and from when nothing can.
func pinnedWord(e exam.Exam) string {
	if e.State == exam.Published {
		return "exampages.integrity.pinned"
	}
	return "exampages.integrity.over"
}

// watchFacts are what examinees were told, as it stands.
func watchFacts(ctx context.Context, i exam.Integrity) []layout.Pair {
	f := formOfIntegrity(i)
	var out []layout.Pair
	for _, k := range exam.WatchKinds {
		mode, after := f.mode(k)
		text := layout.T(ctx, "exampages.integrity.mode."+mode)
		if mode == string(exam.WatchHandIn) {
			text = layout.T(ctx, "exampages.integrity.hands_in_at", "n", after)
		}
		out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.integrity.kind."+string(k)), Value: text})
	}
	return append(out,
		layout.Pair{Label: layout.T(ctx, "exampages.integrity.ask_fullscreen"), Value: yesNo(ctx, i.AskFullscreen)},
		layout.Pair{Label: layout.T(ctx, "exampages.integrity.watermark_short"), Value: yesNo(ctx, i.Watermark)},
	)
}

// doorFacts say which doors there are; the code itself is for whoever may change it.
func doorFacts(ctx context.Context, i exam.Integrity) []layout.Pair {
	return []layout.Pair{
		{Label: layout.T(ctx, "exampages.integrity.access_code"), Value: yesNo(ctx, i.AccessCode != "")},
		{Label: layout.T(ctx, "exampages.integrity.ranges"), Value: strings.Join(i.Ranges, " ")},
		{Label: layout.T(ctx, "exampages.integrity.seb_keys"), Value: yesNo(ctx, len(i.SEBKeys) > 0)},
	}
}

func yesNo(ctx context.Context, yes bool) string {
	if yes {
		return layout.T(ctx, "bank.yes")
	}
	return layout.T(ctx, "bank.no")
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

// kindsOf are the kinds noticed of a person, most first, and as many in one order at each look.
func kindsOf(r exam.IntegrityRow) []noticed {
	var out []noticed
	for k, n := range r.Kinds.V {
		out = append(out, noticed{k, n})
	}
	slices.SortFunc(out, func(a, b noticed) int { return cmp.Or(b.N-a.N, strings.Compare(a.Kind, b.Kind)) })
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
