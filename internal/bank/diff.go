package bank

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/questionbank"
)

// ChangeKind is what became of one part of a question from one version to another.
type ChangeKind string

const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Altered ChangeKind = "altered"
	Moved   ChangeKind = "moved" // an option has another letter; its text is the same
)

// Part names what changed: a field that a trainer knows by name. WordKey is the key of that name.
type Part string

const (
	PartType        Part = "type"
	PartStimulus    Part = "stimulus"
	PartStem        Part = "stem"
	PartMedia       Part = "media"
	PartRow         Part = "row"
	PartOption      Part = "option"
	PartKey         Part = "key"
	PartGrade       Part = "grade" // of one option: 红/黄/绿 and why
	PartModel       Part = "model"
	PartRubric      Part = "rubric"
	PartPolicy      Part = "policy"
	PartPartial     Part = "partial"
	PartSeconds     Part = "seconds"
	PartRedLine     Part = "red_line"
	PartMarkdown    Part = "markdown"
	PartExplanation Part = "explanation"
	PartTopic       Part = "topic"
	PartDifficulty  Part = "difficulty"
	PartKeyQuestion Part = "key_question"
	PartSource      Part = "source"
)

// WordKey is the key of the part's name.
func (p Part) WordKey() string { return "bank.diff.part." + string(p) }

// Change is one difference between two versions of a question. Was and Is are texts; of a part with a fixed set of values
// (type, difficulty, yes or no, grade, policy) they are the values' codes, which a page says in words.
type Change struct {
	Part Part
	Item string // the letter of the option, the number of the row or the file; "" for a part that there is one of
	Kind ChangeKind
	Was  string
	Is   string
}

// Compare lists what makes version b another question than version a, in the order in which a page shows a question. Options
// are the same when their texts are, whatever their letters: a key that names the same texts has not changed.
func Compare(a, b questionbank.Question) []Change {
	var d differ
	d.value(PartType, string(a.Type), string(b.Type))
	d.stimulus(a.Stimulus, b.Stimulus)
	d.value(PartStem, a.Stem, b.Stem)
	d.media("", a.Media, b.Media)
	d.rows(a.Rows, b.Rows)
	pairs := pairOptions(a.Options, b.Options)
	d.options(pairs)
	d.key(a, b, pairs)
	d.value(PartModel, a.Key.Model, b.Key.Model)
	d.value(PartRubric, rubricText(a.Key.Rubric), rubricText(b.Key.Rubric))
	d.value(PartPolicy, policyOf(a), policyOf(b))
	d.value(PartPartial, percentText(a.PartialPercent), percentText(b.PartialPercent))
	d.value(PartSeconds, secondsOf(a), secondsOf(b))
	d.value(PartRedLine, strconv.FormatBool(a.RedLine), strconv.FormatBool(b.RedLine))
	d.value(PartMarkdown, strconv.FormatBool(a.Markdown), strconv.FormatBool(b.Markdown))
	d.value(PartExplanation, a.Explanation, b.Explanation)
	d.media(string(PartExplanation), a.ExplanationMedia, b.ExplanationMedia)
	d.list(PartTopic, a.KnowledgePoints, b.KnowledgePoints)
	d.value(PartDifficulty, strconv.Itoa(a.Difficulty), strconv.Itoa(b.Difficulty))
	d.value(PartKeyQuestion, strconv.FormatBool(a.KeyQuestion), strconv.FormatBool(b.KeyQuestion))
	d.value(PartSource, sourceText(a.Source), sourceText(b.Source))
	return d.found
}

type differ struct{ found []Change }

func (d *differ) add(part Part, item string, kind ChangeKind, was, is string) {
	d.found = append(d.found, Change{part, item, kind, was, is})
}

// value compares a part that there is one of.
func (d *differ) value(part Part, was, is string) { d.item(part, "", was, is) }

// item compares one part of several; an empty text is none.
func (d *differ) item(part Part, item, was, is string) {
	switch {
	case was == is:
	case was == "":
		d.add(part, item, Added, "", is)
	case is == "":
		d.add(part, item, Removed, was, "")
	default:
		d.add(part, item, Altered, was, is)
	}
}

func (d *differ) stimulus(a, b *questionbank.Stimulus) {
	var was, is questionbank.Stimulus
	if a != nil {
		was = *a
	}
	if b != nil {
		is = *b
	}
	d.value(PartStimulus, strings.TrimSpace(was.Title+"\n"+was.Text), strings.TrimSpace(is.Title+"\n"+is.Text))
	d.media(string(PartStimulus), was.Media, is.Media)
}

// media compares files by what they are and not by their place.
func (d *differ) media(item string, a, b []questionbank.Media) {
	for _, m := range a {
		if !slices.Contains(b, m) {
			d.add(PartMedia, item, Removed, m.Alt, "")
		}
	}
	for _, m := range b {
		if !slices.Contains(a, m) {
			d.add(PartMedia, item, Added, "", m.Alt)
		}
	}
}

// rows are compared by their place, which is what the key goes by.
func (d *differ) rows(a, b []string) {
	for i := range max(len(a), len(b)) {
		d.item(PartRow, strconv.Itoa(i+1), nth(a, i), nth(b, i))
	}
}

// list compares names without order, except that the first is the main one.
func (d *differ) list(part Part, a, b []string) {
	if slices.Equal(a, b) {
		return
	}
	d.add(part, "", Altered, strings.Join(a, "；"), strings.Join(b, "；"))
}

func nth(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return ""
}

// optionPair is an option before and after; nil where there is none.
type optionPair struct{ was, is *questionbank.Option }

// pairOptions finds each option again: by the same letter and text, else by the same text, else by the same letter. The pairs
// stand in the order of b, with what is gone at the end.
func pairOptions(a, b []questionbank.Option) []optionPair {
	taken, pairs := make([]bool, len(a)), make([]optionPair, len(b))
	find := func(same func(was, is questionbank.Option) bool) {
		for i := range b {
			for j := range a {
				if pairs[i].was == nil && !taken[j] && same(a[j], b[i]) {
					pairs[i].was, taken[j] = &a[j], true
				}
			}
		}
	}
	find(func(was, is questionbank.Option) bool { return was == is })
	find(func(was, is questionbank.Option) bool { return was.Text == is.Text && was.Media == is.Media })
	find(func(was, is questionbank.Option) bool { return was.ID == is.ID })
	for i := range b {
		pairs[i].is = &b[i]
	}
	for j := range a {
		if !taken[j] {
			pairs = append(pairs, optionPair{was: &a[j]})
		}
	}
	return pairs
}

func (d *differ) options(pairs []optionPair) {
	for _, p := range pairs {
		switch {
		case p.was == nil:
			d.add(PartOption, p.is.ID, Added, "", optionText(*p.is))
		case p.is == nil:
			d.add(PartOption, p.was.ID, Removed, optionText(*p.was), "")
		case optionText(*p.was) != optionText(*p.is) || p.was.Media.Object != p.is.Media.Object:
			d.add(PartOption, p.is.ID, Altered, optionText(*p.was), optionText(*p.is))
		case p.was.ID != p.is.ID:
			d.add(PartOption, p.is.ID, Moved, p.was.ID, p.is.ID)
		}
	}
}

func optionText(o questionbank.Option) string {
	if o.Media == (questionbank.Media{}) {
		return o.Text
	}
	return strings.TrimSpace(o.Text + "［" + o.Media.Alt + "］")
}

// key compares what is right by the options themselves and not by their letters.
func (d *differ) key(a, b questionbank.Question, pairs []optionPair) {
	was := map[string]string{} // letter in b → letter in a
	for _, p := range pairs {
		if p.was != nil && p.is != nil {
			was[p.is.ID] = p.was.ID
		}
	}
	if !slices.Equal(inOrder(a, a.Key.Choices), inOrder(a, lettersBefore(was, b.Key.Choices))) {
		d.value(PartKey, chosenText(a), chosenText(b))
	}
	for i := range max(len(a.Key.Gaps), len(b.Key.Gaps)) {
		d.item(PartKey, strconv.Itoa(i+1), gapText(a.Key.Gaps, i), gapText(b.Key.Gaps, i))
	}
	for _, p := range pairs {
		var before, after questionbank.OptionGrade
		if p.was != nil {
			before = gradeOf(a.Key, p.was.ID)
		}
		item := before.Option
		if p.is != nil {
			after, item = gradeOf(b.Key, p.is.ID), p.is.ID
		}
		if before.Grade != after.Grade {
			d.item(PartGrade, item, string(before.Grade), string(after.Grade))
		}
		if before.Reason != after.Reason {
			d.item(PartGrade, item, before.Reason, after.Reason)
		}
	}
}

// inOrder leaves a key whose order counts as it is, and sorts any other.
func inOrder(q questionbank.Question, choices []string) []string {
	choices = slices.Clone(choices)
	if !q.Type.Shuffles() {
		slices.Sort(choices)
	}
	return choices
}

// lettersBefore are a key's options by the letters that they had; one that is new keeps a mark of its own.
func lettersBefore(was map[string]string, choices []string) []string {
	out := make([]string, len(choices))
	for i, id := range choices {
		out[i] = id
		if len(was) > 0 {
			if before, ok := was[id]; ok {
				out[i] = before
			} else {
				out[i] = "new " + id
			}
		}
	}
	return out
}

// chosenText is the right options with their texts; of a question without options the choices as they are.
func chosenText(q questionbank.Question) string {
	out := make([]string, len(q.Key.Choices))
	for i, id := range q.Key.Choices {
		out[i] = id
		if o, ok := q.Option(id); ok {
			out[i] = questionbank.Letter(id) + ". " + optionText(o)
		}
		if q.Type == questionbank.Matching && i < len(q.Rows) {
			out[i] = q.Rows[i] + " = " + out[i]
		}
	}
	if q.Type == questionbank.Ordering {
		return strings.Join(out, " → ")
	}
	return strings.Join(out, "；")
}

func gapText(gaps [][]string, i int) string {
	if i < len(gaps) {
		return strings.Join(gaps[i], " / ")
	}
	return ""
}

func gradeOf(k questionbank.Key, option string) questionbank.OptionGrade {
	for _, g := range k.Grades {
		if g.Option == option {
			return g
		}
	}
	return questionbank.OptionGrade{Option: option}
}

func rubricText(rubric []questionbank.Criterion) string {
	lines := make([]string, len(rubric))
	for i, c := range rubric {
		lines[i] = c.Text + " " + strconv.Itoa(c.Percent) + "%"
	}
	return strings.Join(lines, "\n")
}

// policyOf is the policy that a question is marked by, also where it names none.
func policyOf(q questionbank.Question) string {
	return string(cmp.Or(q.MultiplePolicy, questionbank.PolicyPartial))
}

func percentText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + "%"
}

func sourceText(s questionbank.Source) string {
	return strings.Join(strings.Fields(strings.Join([]string{s.Law, s.Article, s.Edition, s.Status}, " ")), " ")
}

// secondsOf is how long a spoken answer may be, "" at the other types.
func secondsOf(q questionbank.Question) string {
	if q.Type != questionbank.Spoken {
		return ""
	}
	return strconv.Itoa(q.LongestSeconds())
}
