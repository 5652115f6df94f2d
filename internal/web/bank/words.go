package bank

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// listView is what the list shows.
type listView struct {
	rows  []store.Row
	page  page.Page
	total int
	tree  store.Tree
	laws  []string
	tags  []store.Tag
	query string // the filter as it stands in the address
	// reports are the open ones; 0 also for whoever does not answer them.
	reports int
}

// many tells that more questions may hold the words than were counted.
func (v listView) many() bool {
	return v.total == store.MaxFound && strings.Contains("&"+v.query, "&q=")
}

var types = questionbank.Types[:]

func typeName(ctx context.Context, t questionbank.Type) string {
	return layout.T(ctx, "bank.type."+string(t))
}

func typeOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(types))
	for i, t := range types {
		out[i] = layout.Option{Value: string(t), Label: typeName(ctx, t)}
	}
	return out
}

func difficultyName(ctx context.Context, n int) string {
	return layout.T(ctx, "bank.difficulty."+strconv.Itoa(n))
}

func difficultyOptions(ctx context.Context) []layout.Option {
	var out []layout.Option
	for n := 1; n <= 5; n++ {
		out = append(out, layout.Option{Value: strconv.Itoa(n), Label: difficultyName(ctx, n)})
	}
	return out
}

func stateOptions(ctx context.Context) []layout.Option {
	return append(layout.WordOptions(ctx, store.States...), layout.Option{Value: "all", Label: layout.T(ctx, "bank.state_all")})
}

func stateTone(s store.State) layout.Tone {
	switch s {
	case store.StatePublished:
		return layout.OK
	case store.StateRetired:
		return layout.Neutral
	}
	return layout.Warn
}

// topicOptions are the points, each indented below the one above it; within bounds them to one area, 0 = all.
func topicOptions(tree store.Tree, within int) []layout.Option {
	var out []layout.Option
	for _, t := range tree.Live() {
		if within == 0 || t.Area == within {
			out = append(out, layout.Option{Value: t.ID.String(), Label: indent(t.Depth) + t.Name})
		}
	}
	return out
}

func indent(depth int) string { return strings.Repeat("　", depth) }

func lawOptions(laws []string) []layout.Option {
	out := make([]layout.Option, len(laws))
	for i, law := range laws {
		out[i] = layout.Option{Value: law, Label: law}
	}
	return out
}

func tagOptions(tags []store.Tag) []layout.Option {
	out := make([]layout.Option, len(tags))
	for i, t := range tags {
		out[i] = layout.Option{Value: t.ID.String(), Label: t.Name}
	}
	return out
}

func filters(ctx context.Context, v listView) []layout.Filter {
	return []layout.Filter{
		{Name: "topic", Label: layout.T(ctx, "bank.field.topic"), Options: topicOptions(v.tree, 0)},
		{Name: "type", Label: layout.T(ctx, "bank.field.type"), Options: typeOptions(ctx)},
		{Name: "difficulty", Label: layout.T(ctx, "bank.field.difficulty"), Options: difficultyOptions(ctx)},
		{Name: "key", Label: layout.T(ctx, "bank.field.key_question"), Options: []layout.Option{
			{Value: "yes", Label: layout.T(ctx, "bank.yes")}, {Value: "no", Label: layout.T(ctx, "bank.no")},
		}},
		{Name: "state", Label: layout.T(ctx, "bank.field.state"), Options: stateOptions(ctx)},
		{Name: "law", Label: layout.T(ctx, "bank.field.law"), Options: lawOptions(v.laws)},
		{Name: "tag", Label: layout.T(ctx, "bank.field.tags"), Options: tagOptions(v.tags)},
		{Name: "exposure", Label: layout.T(ctx, "analysis.exposure.title"), Options: exposureOptions(ctx)},
	}
}

// exportURL is the list as a file, with the same filter.
func exportURL(format, query string) string { return "/bank/export." + format + "?" + query }

func filtered(query string) bool {
	return slices.ContainsFunc([]string{"q=", "topic=", "type=", "difficulty=", "key=", "state=", "law=", "tag=", "exposure="}, func(name string) bool {
		_, after, found := strings.Cut("&"+query, "&"+name)
		return found && after != "" && after[0] != '&'
	})
}

// short is the beginning of a stem, for a list.
func short(stem string) string {
	const most = 80
	runes := []rune(strings.Join(strings.Fields(questionbank.Unmarked(stem)), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}

func topicLabels(tree store.Tree, ids []store.TopicID) string {
	labels := make([]string, len(ids))
	for i, id := range ids {
		labels[i] = tree.Label(id)
	}
	return strings.Join(labels, "；")
}

// mainTopic is the name of the first knowledge point.
func mainTopic(tree store.Tree, ids []store.TopicID) string {
	if len(ids) == 0 {
		return ""
	}
	t, _ := tree.Topic(ids[0])
	return t.Name
}

// keyText is the right answer in words.
func keyText(ctx context.Context, q questionbank.Question) string {
	switch q.Type {
	case questionbank.TrueFalse:
		return truthName(ctx, strings.Join(q.Key.Choices, ""))
	case questionbank.Blank:
		gaps := make([]string, len(q.Key.Gaps))
		for i, accepted := range q.Key.Gaps {
			gaps[i] = layout.T(ctx, "bank.gap", "n", i+1, "texts", strings.Join(accepted, " / "))
		}
		return strings.Join(gaps, "；")
	case questionbank.Short, questionbank.Essay, questionbank.Spoken:
		return layout.T(ctx, "bank.by_people")
	case questionbank.Judgement:
		var green []string
		for _, g := range q.Key.Grades {
			if g.Grade == questionbank.Green {
				green = append(green, g.Option)
			}
		}
		return letters(green, "、")
	case questionbank.Matching:
		return strings.Join(rowLines(q), "；")
	case questionbank.Ordering:
		return letters(q.Key.Choices, " → ")
	case questionbank.Labelling:
		var marked []string
		for _, s := range questionbank.Segments(q.Stem) {
			if slices.Contains(q.Key.Choices, s.ID) {
				marked = append(marked, s.ID+". "+s.Text)
			}
		}
		return strings.Join(marked, "；")
	}
	return letters(q.Key.Choices, "、")
}

func truthName(ctx context.Context, choice string) string {
	if choice == "true" {
		return layout.T(ctx, "bank.true")
	}
	return layout.T(ctx, "bank.false")
}

func truthOptions(ctx context.Context) []layout.Option {
	return []layout.Option{{Value: "true", Label: layout.T(ctx, "bank.true")}, {Value: "false", Label: layout.T(ctx, "bank.false")}}
}

func policyOptions(ctx context.Context) []layout.Option {
	return []layout.Option{
		{Value: string(questionbank.PolicyDefault), Label: layout.T(ctx, "bank.policy.partial")},
		{Value: string(questionbank.PolicyPerOption), Label: layout.T(ctx, "bank.policy.per_option")},
		{Value: string(questionbank.PolicyNone), Label: layout.T(ctx, "bank.policy.none")},
	}
}

func gradeOptions(ctx context.Context) []layout.Option {
	var out []layout.Option
	for _, g := range []questionbank.Grade{questionbank.Green, questionbank.Yellow, questionbank.Red} {
		out = append(out, layout.Option{Value: string(g), Label: layout.T(ctx, "bank.grade."+string(g))})
	}
	return out
}

var gradeTones = map[questionbank.Grade]layout.Tone{questionbank.Green: layout.OK, questionbank.Yellow: layout.Warn, questionbank.Red: layout.Bad}

func letterOptions() []layout.Option {
	var out []layout.Option
	for i := range questionbank.MaxOptions {
		out = append(out, layout.Option{Value: optionID(i), Label: questionbank.Letter(optionID(i))})
	}
	return out
}

func lines(text string) []string { return strings.Split(text, "\n") }

func sourceText(s questionbank.Source) string {
	return strings.TrimSpace(strings.Join([]string{s.Law, s.Article, s.Edition, s.Status}, " "))
}

// facts are the lines beside a version.
func facts(ctx context.Context, v store.Version, tree store.Tree) []layout.Pair {
	q := v.Question()
	out := []layout.Pair{
		{Label: layout.T(ctx, "bank.field.type"), Value: typeName(ctx, q.Type)},
		{Label: layout.T(ctx, "bank.field.topic"), Value: topicLabels(tree, v.Topics())},
		{Label: layout.T(ctx, "bank.field.difficulty"), Value: difficultyName(ctx, q.Difficulty)},
		{Label: layout.T(ctx, "bank.field.key_question"), Value: yesNo(ctx, q.KeyQuestion)},
	}
	if s := sourceText(q.Source); s != "" {
		out = append(out, layout.Pair{Label: layout.T(ctx, "bank.field.source"), Value: s})
	}
	if q.Type == questionbank.Multiple || q.Type == questionbank.Labelling {
		policy := cmp.Or(q.MultiplePolicy, questionbank.PolicyPartial)
		out = append(out, layout.Pair{Label: layout.T(ctx, "bank.field.policy"), Value: layout.T(ctx, "bank.policy."+string(policy))})
	}
	if q.PartialPercent > 0 {
		out = append(out, layout.Pair{Label: layout.T(ctx, "bank.field.partial"), Value: strconv.Itoa(q.PartialPercent) + "%"})
	}
	if q.Type == questionbank.Spoken {
		out = append(out, layout.Pair{Label: layout.T(ctx, "bank.field.seconds"), Value: layout.T(ctx, "bank.seconds", "n", q.LongestSeconds())})
	}
	if q.Stimulus != nil {
		out = append(out, layout.Pair{Label: layout.T(ctx, "bank.field.stimulus"), Value: q.Stimulus.ID})
	}
	return out
}

func yesNo(ctx context.Context, b bool) string {
	if b {
		return layout.T(ctx, "bank.yes")
	}
	return layout.T(ctx, "bank.no")
}

// who names an author or reviewer: the person, else the program or its operator as the audit names them.
func who(name, actor string) string {
	if name != "" {
		return name
	}
	return actor
}

func mayWrite(ctx context.Context) bool   { return layout.ViewerIn(ctx).Can(account.BankWrite) }
func mayPublish(ctx context.Context) bool { return layout.ViewerIn(ctx).Can(account.BankPublish) }

func importLabel(ctx context.Context) string {
	if !layout.ViewerIn(ctx).Can(account.BankImport) {
		return ""
	}
	return layout.T(ctx, "bank.import.title")
}

// placeText is a place for the eye, "第 12 行 · 答案"; the importers say "第 12 行 列 答案".
func placeText(place string) string { return placeWords.Replace(place) }

var placeWords = strings.NewReplacer("行 列 ", "行 · ", "行 ", "行 · ")

// problemsOf are an import's problems for the list of the page.
func problemsOf(p store.Preview) []layout.Problem { return problemList(p.Problems.V) }

// problemList is the first of them, as many as a page shows.
func problemList(all []questionbank.Problem) []layout.Problem {
	out := make([]layout.Problem, min(len(all), shownProblems))
	for i := range out {
		tone := layout.Warn
		if all[i].Severity == questionbank.Error {
			tone = layout.Bad
		}
		out[i] = layout.Problem{Place: placeText(all[i].Place), Message: all[i].Message, Fix: all[i].Fix, Tone: tone}
	}
	return out
}

// pointText is the path of a knowledge point for the eye, "法律法规 › 医疗广告"; the importers say "4/医疗广告".
func pointText(path string) string {
	if area := questionbank.Area(path); area > 0 {
		path = questionbank.Areas[area-1] + path[1:]
	}
	return strings.ReplaceAll(path, "/", " › ")
}

func pointTexts(paths []string) string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = pointText(p)
	}
	return strings.Join(out, "；")
}

// pointLabel names an unknown point of a file with the number of its questions.
func pointLabel(ctx context.Context, u store.UnknownPoint) string {
	if u.Path == "" {
		return layout.T(ctx, "bank.import.no_point", "n", u.Questions)
	}
	return layout.T(ctx, "bank.import.point", "path", pointText(u.Path), "n", u.Questions)
}

// pointDefault says where an unknown point is made when nothing is chosen.
func pointDefault(ctx context.Context, u store.UnknownPoint) string {
	if u.Area > 0 {
		return layout.T(ctx, "bank.import.create_in_area", "area", questionbank.Areas[u.Area-1])
	}
	return layout.T(ctx, "bank.import.create_unsorted", "name", store.Unsorted)
}

// pointOptions offer the areas to create an unknown point in, and every point to map it to.
func pointOptions(ctx context.Context, tree store.Tree, u store.UnknownPoint) []layout.Option {
	var out []layout.Option
	for _, t := range tree.Live() {
		if t.Root() && u.Area == 0 && u.Path != "" {
			out = append(out, layout.Option{Value: "below:" + t.ID.String(), Label: layout.T(ctx, "bank.import.create_in_area", "area", t.Name)})
		}
	}
	for _, t := range tree.Live() {
		out = append(out, layout.Option{Value: "map:" + t.ID.String(), Label: layout.T(ctx, "bank.import.map_to", "topic", tree.Label(t.ID))})
	}
	return out
}

func importStates(ctx context.Context, p store.ReviewPolicy) []layout.Option {
	out := []layout.Option{
		{Value: string(store.StateDraft), Label: layout.T(ctx, "bank.import.as_draft")},
		{Value: string(store.StateInReview), Label: layout.T(ctx, "bank.import.as_review")},
	}
	if mayPublish(ctx) && !p.SecondPerson {
		out = append(out, layout.Option{Value: string(store.StatePublished), Label: layout.T(ctx, "bank.import.as_published")})
	}
	return out
}

// leftOutList is what an import left out, for the list of the page.
func leftOutList(all []store.LeftOut) []layout.Problem {
	out := make([]layout.Problem, min(len(all), shownProblems))
	for i := range out {
		tone := layout.Warn
		if all[i].Kind == store.LeftRefused {
			tone = layout.Bad
		}
		out[i] = layout.Problem{Place: placeText(all[i].Place), Message: strings.Join(all[i].Reasons, "；"), Tone: tone}
	}
	return out
}

// isDouble tells whether the bank holds the question with this number of the file.
func isDouble(p store.Preview, number int) bool {
	return slices.ContainsFunc(p.Doubles, func(d store.Double) bool { return d.Number == number })
}

func editorTitle(ctx context.Context, id store.QuestionID) string {
	if id == 0 {
		return layout.T(ctx, "bank.new")
	}
	return layout.T(ctx, "bank.edit_n", "id", id)
}

func editorBack(id store.QuestionID) string {
	if id == 0 {
		return "/bank"
	}
	return questionURL(id)
}

func editorAction(id store.QuestionID) string {
	if id == 0 {
		return "/bank/questions"
	}
	return questionURL(id)
}

func topicLabel(ctx context.Context, i int) string {
	if i == 0 {
		return layout.T(ctx, "bank.main_topic")
	}
	return layout.T(ctx, "bank.more_topic", "n", i+1)
}
