package appraisal

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// bands are the grades in the order of the filter, with their tones.
var bands = []score.Band{score.Excellent, score.Good, score.Pass, score.Fail}

func bandTone(b score.Band) layout.Tone {
	switch b {
	case score.Excellent:
		return layout.OK
	case score.Good:
		return layout.Info
	case score.Pass:
		return layout.Warn
	case score.Fail:
		return layout.Bad
	}
	return layout.Neutral
}

func bandWord(ctx context.Context, b score.Band) string {
	return layout.T(ctx, "appraisal.band."+string(b))
}

func sheetTone(s appraisal.SheetState) layout.Tone {
	switch s {
	case appraisal.SheetCollecting:
		return layout.Warn
	case appraisal.SheetConfirmed, appraisal.SheetFinal:
		return layout.OK
	case appraisal.SheetScored:
		return layout.Info
	}
	return layout.Neutral
}

func cycleTone(s appraisal.CycleState) layout.Tone {
	switch s {
	case appraisal.Open:
		return layout.Info
	case appraisal.Scored:
		return layout.Warn
	}
	return layout.OK
}

func versionTone(s appraisal.VersionState) layout.Tone {
	switch s {
	case appraisal.Draft:
		return layout.Warn
	case appraisal.Active:
		return layout.OK
	}
	return layout.Neutral
}

func sheetWord(ctx context.Context, s appraisal.SheetState) string {
	return layout.T(ctx, "appraisal.sheet_state."+string(s))
}

func cycleWord(ctx context.Context, s appraisal.CycleState) string {
	return layout.T(ctx, "appraisal.cycle_state."+string(s))
}

func quarterWord(ctx context.Context, year, no int) string {
	return layout.T(ctx, "appraisal.quarter", "year", year, "n", no)
}

func totalText(t *score.Hundredths) string {
	if t == nil {
		return "—"
	}
	return t.String()
}

// missingNames are the names of what a sheet lacks.
func missingNames(ctx context.Context, s appraisal.Scheme, keys []string) string {
	var out []string
	for _, i := range s.Indicators() {
		if slices.Contains(keys, i.Key) {
			out = append(out, i.Name)
		}
	}
	return strings.Join(out, layout.T(ctx, "appraisal.list_comma"))
}

// namedMissing is how many indicators a line of the cockpit names before it only counts them.
const namedMissing = 2

// missingShort names what a person lacks in one line; the sheet names all of it.
func missingShort(ctx context.Context, s appraisal.Scheme, keys []string) string {
	if len(keys) > namedMissing {
		return layout.T(ctx, "appraisal.cockpit.lacks", "n", len(keys))
	}
	return missingNames(ctx, s, keys)
}

// unitOptions lists the units of the scope for a picker, indented by depth.
func unitOptions(t account.Tree, sc account.Scope) []layout.Option {
	var out []layout.Option
	for _, u := range t.InOrder() {
		if sc.HasUnit(u.ID) {
			out = append(out, layout.Option{Value: u.ID.String(), Label: strings.Repeat("　", u.Depth) + u.Name})
		}
	}
	return out
}

func activeOptions(l words.Lang, versions []appraisal.Version) []layout.Option {
	var out []layout.Option
	for _, v := range versions {
		if v.State == appraisal.Active {
			out = append(out, layout.Option{Value: v.ID.String(), Label: words.T(l, "appraisal.version_of", "name", v.Name, "n", v.Version)})
		}
	}
	return out
}

func stateOptions(ctx context.Context) []layout.Option {
	var out []layout.Option
	for _, s := range appraisal.SheetStates {
		out = append(out, layout.Option{Value: string(s), Label: sheetWord(ctx, s)})
	}
	return out
}

func bandOptions(ctx context.Context) []layout.Option {
	var out []layout.Option
	for _, b := range bands {
		out = append(out, layout.Option{Value: string(b), Label: bandWord(ctx, b)})
	}
	return out
}

func indicatorOptions(s appraisal.Scheme) []layout.Option {
	var out []layout.Option
	for _, i := range s.Indicators() {
		out = append(out, layout.Option{Value: i.Key, Label: i.Name})
	}
	return out
}

func postOptions(ctx context.Context) []layout.Option {
	return layout.WordOptions(ctx, account.PostKinds...)
}

func presetOptions(presets []appraisal.Preset) []layout.Option {
	var out []layout.Option
	for _, p := range presets {
		var weights []string
		for _, d := range p.Dimensions {
			weights = append(weights, d.Name+" "+layout.Percent(int64(d.Weight)))
		}
		out = append(out, layout.Option{Value: p.Key, Label: p.Name + "：" + strings.Join(weights, " · ")})
	}
	return out
}

func yearOptions(year int) []layout.Option {
	var out []layout.Option
	for y := year + 1; y > year-5; y-- {
		out = append(out, layout.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	return out
}

func gradeSegments(ctx context.Context, k appraisal.Cockpit) []layout.Segment {
	var out []layout.Segment
	for _, b := range bands {
		for _, g := range k.Grades {
			if g.Grade == b {
				out = append(out, layout.Segment{Label: bandWord(ctx, b), Count: g.People, Tone: bandTone(b)})
			}
		}
	}
	return out
}

// sourceURL is where a fact came from: the own result or courses for the person, the exam's results for those above who
// read exams.
func sourceURL(v account.Viewer, f appraisal.Fact, own bool) string {
	switch {
	case f.Source == appraisal.Round && own && f.Detail.AttemptID > 0:
		return "/attempts/" + strconv.FormatInt(f.Detail.AttemptID, 10) + "/result"
	case f.Source == appraisal.Round && !own && f.Detail.ExamID > 0 && v.CanBeyondSelf(account.ExamRead):
		return "/exams/" + strconv.FormatInt(f.Detail.ExamID, 10) + "/results"
	case f.Source == appraisal.Courses && own:
		return "/learn"
	}
	return ""
}

// sourceText says in words what a fact is.
func sourceText(ctx context.Context, e appraisal.Explained, f appraisal.Fact) string {
	d := f.Detail
	switch f.Source {
	case appraisal.Round:
		return layout.T(ctx, "appraisal.from.round", "exam", d.ExamTitle, "outcome", layout.T(ctx, "appraisal.outcome."+d.Outcome),
			"value", f.Value.String(), "day", d.ClosedOn)
	case appraisal.Courses:
		return layout.T(ctx, "appraisal.from.courses", "completed", d.Completed, "assigned", d.Assigned)
	}
	who := e.Recorders[f.ID]
	if who == "" {
		who = layout.T(ctx, "appraisal.from.program")
	}
	text := layout.T(ctx, "appraisal.from.typed", "name", who, "day", layout.Date(ctx, f.RecordedAt), "value", f.Value.String())
	if d.Note != "" {
		text += layout.T(ctx, "appraisal.from.note", "note", d.Note)
	}
	return text
}

// scaleText says how the raw number became the score.
func scaleText(ctx context.Context, i appraisal.Indicator, l appraisal.Line) string {
	if i.Scale.Kind != appraisal.Target {
		return ""
	}
	return layout.T(ctx, "appraisal.by_target", "raw", layout.Percent(int64(l.Raw)))
}

// named puts the person's name before each message of a refused form.
func (v cockpitView) named() layout.Errors {
	out := layout.Errors{General: v.Errors.General}
	for _, f := range v.Errors.Fields {
		for _, s := range v.Sheets {
			if f.Name == appraisal.ValueField(s.PersonID) {
				f.Message = s.PersonName + "：" + f.Message
			}
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

func exportHead(l words.Lang, s appraisal.Scheme) []string {
	out := []string{words.T(l, "appraisal.field.employee_no"), words.T(l, "appraisal.field.name"), words.T(l, "appraisal.field.unit"),
		words.T(l, "appraisal.field.post"), words.T(l, "appraisal.field.state")}
	for _, i := range s.Indicators() {
		out = append(out, i.Name)
	}
	return append(out, words.T(l, "appraisal.field.total"), words.T(l, "appraisal.field.grade"))
}

func exportRow(l words.Lang, scheme appraisal.Scheme, s appraisal.Sheet) []string {
	out := []string{s.EmployeeNo, s.PersonName, s.UnitName, s.PostName, words.T(l, "appraisal.sheet_state."+string(s.State))}
	for _, i := range scheme.Indicators() {
		if line := s.Computed.V.Line(i.Key); line.Missing {
			out = append(out, words.T(l, "appraisal.no_data"))
		} else {
			out = append(out, line.Score.String())
		}
	}
	total, grade := totalText(s.Total), ""
	if s.Provisional() && s.Total != nil {
		total = words.T(l, "appraisal.provisional_total", "total", total)
	}
	if s.Grade != nil {
		grade = words.T(l, "appraisal.band."+string(*s.Grade))
	}
	return append(out, total, grade)
}
