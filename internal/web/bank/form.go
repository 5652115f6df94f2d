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
	Version, Revision int     // what the editor began with; 0 for a new question
	Ruled             ruledAs // what became of an answer that a regrade has ruled

	Type                                    string
	Stem                                    string
	Options                                 [questionbank.MaxOptions]string    // of the types that have any; empty rows are none
	Key                                     []string                           // single, multiple: option ids
	Truth                                   string                             // true_false: "true" or "false"
	Gaps                                    string                             // blank: a line for each gap, accepted texts separated by |
	Grades                                  [questionbank.MaxOptions]gradeForm // judgement
	Rows                                    string                             // matching: a line for each row, "row = B"
	Order                                   string                             // ordering: letters in the right order; empty: as the options stand
	Segments                                string                             // labelling: the numbers of the segments to mark
	Model                                   string                             // what people mark
	Rubric                                  []criterionForm                    // what people mark; empty rows are none
	Policy                                  string
	Partial                                 string // percent that an incomplete answer earns; empty: half
	Seconds                                 string // how long a spoken answer may be; empty: the usual length
	Markdown                                bool
	RedLine                                 bool
	StimulusID, StimulusTitle, StimulusText string
	Kept                                    string // what has no fields, see kept
	Explanation                             string
	Topics                                  []string // at least topicFields
	Difficulty                              string
	KeyQuestion                             bool
	Law                                     string
	Article                                 string
	Edition                                 string
	Unverified                              bool
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
		Rows: text("rows"), Order: text("order"), Segments: text("segments"), Partial: text("partial_percent"), Seconds: text("seconds"), RedLine: text("red_line") == "true", Markdown: text("markdown") == "true",
		StimulusID: text("stimulus_id"), StimulusTitle: text("stimulus_title"), StimulusText: text("stimulus_text"), Kept: text("kept"),
		Explanation: text("explanation"), Difficulty: text("difficulty"), KeyQuestion: text("key_question") == "true",
		Law: text("law"), Article: text("article"), Edition: text("edition"), Unverified: text("unverified") == "true",
	}
	f.Version, _ = strconv.Atoi(text("version"))
	f.Revision, _ = strconv.Atoi(text("revision"))
	for i := range f.Options {
		f.Options[i] = text(optionField(i))
		f.Grades[i] = gradeForm{text(gradeField(i)), text(reasonField(i))}
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
	q.RedLine, q.Markdown, q.Stimulus = f.RedLine, f.Markdown, f.stimulus()
	f.keyByType(&q)
	if q.Type == questionbank.Multiple || q.Type == questionbank.Labelling {
		q.MultiplePolicy = questionbank.MultiplePolicy(f.Policy)
	}
	if takesPartial(q.Type) && q.MultiplePolicy != questionbank.PolicyNone && q.MultiplePolicy != questionbank.PolicyPerOption {
		q.PartialPercent, _ = strconv.Atoi(strings.TrimRight(f.Partial, " %％")) // 0: the usual half
	}
	if q.Type == questionbank.Spoken {
		q.Seconds = secondsIn(f.Seconds)
	}
	f.restore(&q)
	return store.Draft{Question: q, TopicIDs: f.topics()}
}

// secondsIn reads a number of seconds: 0, the usual length, for nothing; what is no number is -1, which the question's rules refuse.
func secondsIn(text string) int {
	text = strings.TrimSpace(strings.TrimRight(questionbank.Fold(text), "秒s"))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
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
		RedLine: q.RedLine, Markdown: q.Markdown, Kept: keptOf(q),
	}
	if q.PartialPercent > 0 {
		f.Partial = strconv.Itoa(q.PartialPercent)
	}
	if q.Seconds > 0 {
		f.Seconds = strconv.Itoa(q.Seconds)
	}
	if q.Stimulus != nil {
		f.StimulusID, f.StimulusTitle, f.StimulusText = q.Stimulus.ID, q.Stimulus.Title, q.Stimulus.Text
	}
	for _, o := range q.Options {
		f.Options[o.ID[0]-'a'] = o.Text // the ids are a to h: the bank holds valid questions only
	}
	f.showKey(q)
	f.Rubric = spareRows(f.Rubric)
	f.Topics = make([]string, max(topicFields, len(v.Topics())))
	for i, id := range v.Topics() {
		f.Topics[i] = id.String()
	}
	return f
}

// place moves messages on the key to the field that the question's type takes it from.
func (f questionForm) place(e layout.Errors) layout.Errors {
	field := keyFields[questionbank.Type(f.Type)]
	for i := range e.Fields {
		if e.Fields[i].Name == "key" && field != "" {
			e.Fields[i].Name = field
		}
	}
	return e
}
