package exam

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
)

var liveTones = map[exam.LiveState]layout.Tone{
	exam.LiveOffline: layout.Bad, exam.LivePaused: layout.Warn, exam.LiveOverdue: layout.Warn, exam.LiveWorking: layout.Info,
	exam.LiveNotStarted: layout.Neutral, exam.LiveHandedIn: layout.OK, exam.LiveDeferred: layout.Neutral, exam.LiveAbsent: layout.Bad, exam.LiveVoid: layout.Neutral,
}

// liveAlways are the states whose number is shown also when it is none.
var liveAlways = map[exam.LiveState]bool{exam.LiveOffline: true, exam.LiveWorking: true, exam.LiveNotStarted: true, exam.LiveHandedIn: true}

func liveWord(ctx context.Context, s exam.LiveState) string {
	return layout.T(ctx, "exampages.live.state."+string(s))
}

// samePage is the address that is shown, with its page.
func samePage(ctx context.Context) templ.SafeURL {
	return layout.Here(ctx, "page", layout.Query(ctx, "page"))
}

func liveOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(exam.LiveStates))
	for i, s := range exam.LiveStates {
		out[i] = layout.Option{Value: string(s), Label: liveWord(ctx, s)}
	}
	return out
}

// whomOptions are whom an act may concern: those of a filter where the board is narrowed down.
func whomOptions(ctx context.Context, l live) []layout.Option {
	out := []layout.Option{{Value: "chosen", Label: layout.T(ctx, "exampages.live.chosen")}}
	if l.Filter != (boardFilter{}) && l.Total > 0 {
		out = append(out, layout.Option{Value: "filtered", Label: layout.T(ctx, "exampages.live.filtered", "n", l.Total)})
	}
	return append(out, layout.Option{Value: "everybody", Label: layout.T(ctx, "exampages.live.everybody")})
}

// liveUnits are the units of those on the board, by name.
func liveUnits(rows []exam.LiveRow) []layout.Option {
	named := map[int64]string{}
	for _, r := range rows {
		for i, id := range r.UnitIDs {
			named[id] = r.UnitNames[i]
		}
	}
	out := make([]layout.Option, 0, len(named))
	for id, name := range named {
		out = append(out, layout.Option{Value: strconv.FormatInt(id, 10), Label: name})
	}
	slices.SortFunc(out, func(a, b layout.Option) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value))
	})
	return out
}

func categoryOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(exam.IncidentCategories))
	for i, c := range exam.IncidentCategories {
		out[i] = layout.Option{Value: string(c), Label: layout.T(ctx, "exampages.incident."+string(c))}
	}
	return out
}

// askedOptions names questions by their place, where they have one for all, and the beginning of their stem.
func askedOptions(asked []exam.AskedQuestion) []layout.Option {
	out := make([]layout.Option, len(asked))
	for i, q := range asked {
		stem := []rune(q.Stem)
		if len(stem) > 40 {
			stem = append(stem[:40], '…')
		}
		label := string(stem)
		if q.Slot > 0 {
			label = fmt.Sprintf("%s%d. %s", q.Form, q.Slot, label)
		}
		out[i] = layout.Option{Value: strconv.FormatInt(int64(q.VersionID), 10), Label: label}
	}
	return out
}

// leftText is the time left of a running attempt as minutes and seconds; else nothing.
func leftText(ctx context.Context, r exam.LiveRow, at time.Time) string {
	if r.AttemptState == nil || *r.AttemptState != exam.AttemptOpen {
		return "—"
	}
	left := r.RemainingSeconds(at)
	return fmt.Sprintf("%d:%02d", left/60, left%60)
}

func sittingFacts(ctx context.Context, s sitting) []layout.Pair {
	out := []layout.Pair{
		{Label: layout.T(ctx, "exampages.field.state"), Value: liveWord(ctx, s.Row.State(s.At))},
		{Label: layout.T(ctx, "exampages.live.answered"), Value: fmt.Sprintf("%d / %d", s.Row.Answered, s.Row.Questions)},
		{Label: layout.T(ctx, "exampages.live.left"), Value: leftText(ctx, s.Row, s.At)},
	}
	if s.Row.StartedAt != nil {
		out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.sitting.started"), Value: layout.ClockSeconds(ctx, *s.Row.StartedAt)})
	}
	if s.Row.DeadlineAt != nil && s.Row.State(s.At) != exam.LivePaused { // while the clock stands it moves on
		out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.sitting.deadline"), Value: layout.DeadlineSeconds(ctx, *s.Row.DeadlineAt)})
	}
	if s.Row.ExtraSeconds > 0 {
		out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.grant.extra_minutes"), Value: fmt.Sprint(s.Row.ExtraSeconds / 60)})
	}
	return out
}

func momentTone(m exam.Moment) layout.Tone {
	switch {
	case m.Source == exam.FromEvidence && m.Kind != exam.KindSection:
		return layout.Warn
	case m.Source == exam.FromLog:
		return layout.Info
	}
	return layout.Neutral
}

// evidenceWords are the kinds of evidence that have words; what a newer page notices is shown by its own name.
var evidenceWords = map[string]string{
	"hidden": "exampages.evidence.hidden", "late": "exampages.evidence.late", "closed": "exampages.evidence.closed",
	"lost_lease": "exampages.evidence.lost_lease", "paste": "exampages.evidence.paste", "fullscreen": "exampages.evidence.fullscreen",
	"code": "exampages.evidence.code", exam.KindTakeOver: "exampages.evidence.take_over", exam.KindSecondPage: "exampages.evidence.second_page",
	exam.KindNetwork: "exampages.evidence.network", exam.KindSpeed: "exampages.evidence.speed", exam.KindRecording: "exampages.evidence.recording",
	exam.KindLeft: "exampages.evidence.left", exam.KindReturned: "exampages.evidence.returned", exam.KindReopened: "exampages.evidence.reopened",
	exam.KindSection: "exampages.evidence.section", string(exam.SectionLeft): "exampages.evidence.section_left", string(exam.SectionAhead): "exampages.evidence.section_ahead",
}

func momentWord(ctx context.Context, m exam.Moment) string {
	switch m.Source {
	case exam.FromEvidence:
		if key, ok := evidenceWords[m.Kind]; ok {
			return layout.T(ctx, key)
		}
		return m.Kind
	case exam.FromLog:
		return layout.T(ctx, "exampages.log.kind."+m.Kind)
	}
	return layout.T(ctx, "exampages.moment."+m.Kind)
}

// momentText is what is known of a moment beside its name.
func momentText(ctx context.Context, m exam.Moment) string {
	f := m.Facts.V
	var parts []string
	add := func(s string) { parts = append(parts, s) }
	if f.Category != "" {
		add(layout.T(ctx, "exampages.incident."+string(f.Category)))
	}
	if f.Slot > 0 {
		add(layout.T(ctx, "exampages.moment.slot", "n", f.Slot))
	}
	if f.Section > 0 {
		add(layout.T(ctx, "exampages.moment.section", "n", f.Section))
	}
	if f.LengthMS > 0 {
		add(layout.T(ctx, lengthWord(m.Kind), "n", (f.LengthMS+999)/1000))
	}
	if f.Seconds > 0 {
		add(layout.T(ctx, "exampages.moment.given", "n", f.Seconds))
	}
	if f.Cause != "" {
		add(layout.T(ctx, "exampages.moment.by."+string(f.Cause)))
	}
	if f.Slots > 0 {
		add(layout.T(ctx, "exampages.moment.slots", "n", f.Slots))
	}
	if f.Network != "" {
		add(f.Network)
	}
	if f.Note != "" {
		add(f.Note)
	}
	if f.Everybody {
		add(layout.T(ctx, "exampages.live.everybody"))
	}
	if f.By != "" {
		add(layout.T(ctx, "exampages.moment.done_by", "name", actorText(ctx, f.ByName, f.By)))
	}
	return strings.Join(parts, " · ")
}

// lengthWord says whose clock measured: an absence over the end of a page is known by the examinee's device alone.
func lengthWord(kind string) string {
	if kind == exam.KindReturned || kind == exam.KindReopened {
		return "exampages.moment.away"
	}
	return "exampages.moment.length"
}

func logWord(ctx context.Context, e exam.LogEntry) string {
	word := layout.T(ctx, "exampages.log.kind."+string(e.Kind))
	if e.Category != nil {
		word += " · " + layout.T(ctx, "exampages.incident."+string(*e.Category))
	}
	if e.Seconds != nil {
		word += " · " + layout.T(ctx, "exampages.moment.given", "n", *e.Seconds)
	}
	return word
}

// actorText is who acted: a person by name, the policy of the exam, or whoever runs the server.
func actorText(ctx context.Context, name, actor string) string {
	switch {
	case name != "":
		return name
	case actor == account.System().Actor():
		return layout.T(ctx, "exampages.log.by_system")
	}
	return layout.T(ctx, "exampages.log.by_operator")
}
