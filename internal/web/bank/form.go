package bank

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// rubricRows is how many criteria the editor offers at least; it always has two rows to spare, without a script.
const rubricRows = 6

// topicFields is how many knowledge points the editor offers at least; the first is the main one.
const topicFields = 3

// questionForm is the editor's form. All types share it, and each takes its own fields: the page works without a script.
type questionForm struct {
	Version, Revision int // what the editor began with; 0 for a new question

	Type        string
	Stem        string
	Options     [questionbank.MaxOptions]string // single, multiple; empty rows are none
	Key         []string                        // single, multiple: option ids
	Truth       string                          // true_false: "true" or "false"
	Gaps        string                          // blank: a line for each gap, accepted texts separated by |
	Model       string                          // short
	Rubric      []criterionForm                 // short; empty rows are none
	Policy      string
	Explanation string
	Topics      []string // at least topicFields
	Difficulty  string
	KeyQuestion bool
	Law         string
	Article     string
	Edition     string
	Unverified  bool
}

// criterionForm is one row of the rubric as it is typed.
type criterionForm struct{ Text, Percent string }

func criterionField(i int) string { return "criterion_" + strconv.Itoa(i+1) }
func percentField(i int) string   { return "percent_" + strconv.Itoa(i+1) }

func optionField(i int) string { return "option_" + optionID(i) }

func optionID(i int) string { return string(rune('a' + i)) }

func topicField(i int) string { return "topic_" + strconv.Itoa(i+1) }

// formOf reads what the editor sends.
func formOf(v url.Values) questionForm {
	text := func(name string) string { return strings.TrimSpace(strings.ReplaceAll(v.Get(name), "\r\n", "\n")) }
	f := questionForm{
		Type: text("type"), Stem: text("stem"), Key: v["key"], Truth: text("truth"), Gaps: text("gaps"), Model: text("model"), Policy: text("multiple_policy"),
		Explanation: text("explanation"), Difficulty: text("difficulty"), KeyQuestion: text("key_question") == "true",
		Law: text("law"), Article: text("article"), Edition: text("edition"), Unverified: text("unverified") == "true",
	}
	f.Version, _ = strconv.Atoi(text("version"))
	f.Revision, _ = strconv.Atoi(text("revision"))
	for i := range f.Options {
		f.Options[i] = text(optionField(i))
	}
	for i := range questionbank.MaxCriteria {
		f.Rubric = append(f.Rubric, criterionForm{text(criterionField(i)), text(percentField(i))})
	}
	f.Rubric = spareRows(f.Rubric)
	for i := range questionbank.MaxPoints {
		if id := text(topicField(i)); id != "" || i < topicFields {
			f.Topics = append(f.Topics, id)
		}
	}
	return f
}

// draft is the question that the form describes; what is wrong with it, the service says.
func (f questionForm) draft() store.Draft {
	q := questionbank.Question{
		Type: questionbank.Type(f.Type), Stem: f.Stem, Explanation: f.Explanation, KeyQuestion: f.KeyQuestion,
		Source: questionbank.Source{Law: f.Law, Article: f.Article, Edition: f.Edition},
	}
	q.Difficulty, _ = strconv.Atoi(f.Difficulty)
	if f.Unverified {
		q.Source.Status = questionbank.StatusUnverified
	}
	switch q.Type {
	case questionbank.TrueFalse:
		q.Key.Choices = []string{f.Truth}
	case questionbank.Blank:
		q.Stem, q.Key.Gaps = questionbank.NormaliseGaps(f.Stem), gapsOf(f.Gaps)
	case questionbank.Short:
		q.Key.Model, q.Key.Rubric = f.Model, f.rubric()
	default:
		q.Options, q.Key.Choices = f.options(), f.Key
	}
	if q.Type == questionbank.Multiple {
		q.MultiplePolicy = questionbank.MultiplePolicy(f.Policy)
	}
	return store.Draft{Question: q, TopicIDs: f.topics()}
}

func (f questionForm) options() (out []questionbank.Option) {
	for i, text := range f.Options {
		// A ticked row stays, so that the message says what is missing in it.
		if text != "" || slices.Contains(f.Key, optionID(i)) {
			out = append(out, questionbank.Option{ID: optionID(i), Text: text})
		}
	}
	return out
}

// rubric is what was typed; a percent that is no number is 0, which the question's rules refuse with the row.
func (f questionForm) rubric() []questionbank.Criterion {
	out := []questionbank.Criterion{}
	for _, row := range f.Rubric {
		if row != (criterionForm{}) {
			n, _ := strconv.Atoi(strings.TrimSpace(strings.TrimRight(row.Percent, "%％")))
			out = append(out, questionbank.Criterion{Text: row.Text, Percent: n})
		}
	}
	return out
}

// spareRows are the filled rows and enough empty ones to go on.
func spareRows(rows []criterionForm) []criterionForm {
	rows = slices.DeleteFunc(rows, func(r criterionForm) bool { return r == criterionForm{} })
	n := min(max(rubricRows, len(rows)+2), questionbank.MaxCriteria)
	return append(rows, make([]criterionForm, max(n-len(rows), 0))...)
}

func (f questionForm) topics() (ids []store.TopicID) {
	for _, text := range f.Topics {
		if id := account.ParseID[store.TopicID](text); id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// gapsOf reads a line for each gap with its accepted texts.
func gapsOf(text string) [][]string {
	gaps := [][]string{}
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		var accepted []string
		for _, t := range strings.FieldsFunc(line, func(r rune) bool { return r == '|' || r == '｜' }) {
			accepted = append(accepted, strings.TrimSpace(t))
		}
		gaps = append(gaps, accepted)
	}
	return gaps
}

// formOfVersion fills the editor with a version.
func formOfVersion(v store.Version) questionForm {
	q := v.Question()
	f := questionForm{
		Version: v.Number, Revision: v.Revision, Type: string(q.Type), Stem: q.Stem, Policy: string(q.MultiplePolicy), Explanation: q.Explanation,
		Difficulty: strconv.Itoa(q.Difficulty), KeyQuestion: q.KeyQuestion,
		Law: q.Source.Law, Article: q.Source.Article, Edition: q.Source.Edition, Unverified: q.Source.Status == questionbank.StatusUnverified,
	}
	for _, o := range q.Options {
		f.Options[o.ID[0]-'a'] = o.Text // the ids are a to h: the bank holds valid questions only
	}
	switch {
	case q.Type == questionbank.TrueFalse && len(q.Key.Choices) == 1:
		f.Truth = q.Key.Choices[0]
	case q.Type == questionbank.Blank:
		lines := make([]string, len(q.Key.Gaps))
		for i, accepted := range q.Key.Gaps {
			lines[i] = strings.Join(accepted, " | ")
		}
		f.Gaps = strings.Join(lines, "\n")
	case q.Type == questionbank.Short:
		f.Model = q.Key.Model
		for _, c := range q.Key.Rubric {
			f.Rubric = append(f.Rubric, criterionForm{c.Text, strconv.Itoa(c.Percent)})
		}
	default:
		f.Key = q.Key.Choices
	}
	f.Rubric = spareRows(f.Rubric)
	f.Topics = make([]string, max(topicFields, len(v.Topics())))
	for i, id := range v.Topics() {
		f.Topics[i] = id.String()
	}
	return f
}

// place moves messages on the key to the field that the question's type takes it from.
func (f questionForm) place(e layout.Errors) layout.Errors {
	field := map[string]string{string(questionbank.TrueFalse): "truth", string(questionbank.Blank): "gaps", string(questionbank.Short): "model"}[f.Type]
	for i := range e.Fields {
		if e.Fields[i].Name == "key" && field != "" {
			e.Fields[i].Name = field
		}
	}
	return e
}
