package bank

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/questionbank"
)

// gradeForm is the grade of one option of a judgement question as it is typed.
type gradeForm struct{ Grade, Reason string }

func gradeField(i int) string  { return "grade_" + optionID(i) }
func reasonField(i int) string { return "reason_" + optionID(i) }

// kept are the parts of a question that the editor shows no fields for. They go through the form as they are, so that an
// edit loses none of them.
type kept struct {
	Media            []questionbank.Media          `json:"media,omitempty"`
	ExplanationMedia []questionbank.Media          `json:"explanation_media,omitempty"`
	OptionMedia      map[string]questionbank.Media `json:"option_media,omitempty"`
	StimulusMedia    []questionbank.Media          `json:"stimulus_media,omitempty"`
}

func keptOf(q questionbank.Question) string {
	k := kept{Media: q.Media, ExplanationMedia: q.ExplanationMedia, OptionMedia: map[string]questionbank.Media{}}
	for _, o := range q.Options {
		if o.Media != (questionbank.Media{}) {
			k.OptionMedia[o.ID] = o.Media
		}
	}
	if q.Stimulus != nil {
		k.StimulusMedia = q.Stimulus.Media
	}
	text, _ := json.Marshal(k) // texts and lists alone: nothing can fail
	return string(text)
}

// restore puts back what went through the form; what is broken or false there, the question's rules refuse.
func (f questionForm) restore(q *questionbank.Question) {
	var k kept
	if json.Unmarshal([]byte(f.Kept), &k) != nil {
		return
	}
	q.Media, q.ExplanationMedia = k.Media, k.ExplanationMedia
	for i, o := range q.Options {
		q.Options[i].Media = k.OptionMedia[o.ID]
	}
	if q.Stimulus != nil {
		q.Stimulus.Media = k.StimulusMedia
	}
}

// keyByType fills in options, rows and key from the fields of the question's type.
func (f questionForm) keyByType(q *questionbank.Question) {
	switch q.Type {
	case questionbank.TrueFalse:
		q.Key.Choices = []string{f.Truth}
	case questionbank.Blank:
		q.Stem, q.Key.Gaps = questionbank.NormaliseGaps(f.Stem), gapsOf(f.Gaps)
	case questionbank.Judgement:
		q.Options, q.Key.Grades = f.options(), f.grades()
	case questionbank.Matching:
		q.Options = f.options()
		q.Rows, q.Key.Choices = rowsOf(f.Rows)
	case questionbank.Ordering:
		q.Options = f.options()
		q.Key.Choices = orderOf(f.Order, q.Options)
	case questionbank.Labelling:
		q.Key.Choices = strings.FieldsFunc(f.Segments, func(r rune) bool { return r < '0' || r > '9' })
	case questionbank.Short, questionbank.Essay, questionbank.Spoken:
		q.Key.Model, q.Key.Rubric = f.Model, f.rubric()
	default:
		q.Options, q.Key.Choices = f.options(), f.Key
	}
}

// grades are those of the options that are written, and what was typed beside them.
func (f questionForm) grades() []questionbank.OptionGrade {
	out := []questionbank.OptionGrade{}
	for i, g := range f.Grades {
		if g.Grade != "" || g.Reason != "" {
			out = append(out, questionbank.OptionGrade{Option: optionID(i), Grade: questionbank.Grade(g.Grade), Reason: g.Reason})
		}
	}
	return out
}

// rowWithOption is one line: 客户问剂量 = A.
var rowWithOption = regexp.MustCompile(`^(.*?)\s*[=＝]\s*([A-Ha-hＡ-Ｈａ-ｈ])\s*$`)

// rowsOf reads a row a line, each with the letter of its option after "="; one without stays a row without an option, which the
// question's rules refuse.
func rowsOf(text string) (rows, key []string) {
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if m := rowWithOption.FindStringSubmatch(line); m != nil {
			rows, key = append(rows, m[1]), append(key, questionbank.Fold(m[2]))
		} else if line != "" {
			rows, key = append(rows, line), append(key, "")
		}
	}
	return rows, key
}

// orderOf reads letters in the right order; where there are none, the options stand in it as they are written.
func orderOf(text string, options []questionbank.Option) (ids []string) {
	for _, r := range questionbank.Fold(text) {
		if r >= 'a' && r <= 'z' {
			ids = append(ids, string(r))
		}
	}
	if ids == nil {
		for _, o := range options {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// showKey fills the fields of the question's type.
func (f *questionForm) showKey(q questionbank.Question) {
	switch q.Type {
	case questionbank.TrueFalse:
		f.Truth = strings.Join(q.Key.Choices, "")
	case questionbank.Blank:
		lines := make([]string, len(q.Key.Gaps))
		for i, accepted := range q.Key.Gaps {
			lines[i] = strings.Join(accepted, " | ")
		}
		f.Gaps = strings.Join(lines, "\n")
	case questionbank.Judgement:
		for _, g := range q.Key.Grades {
			f.Grades[g.Option[0]-'a'] = gradeForm{string(g.Grade), g.Reason}
		}
	case questionbank.Matching:
		f.Rows = strings.Join(rowLines(q), "\n")
	case questionbank.Ordering:
		f.Order = letters(q.Key.Choices, "")
	case questionbank.Labelling:
		f.Segments = strings.Join(q.Key.Choices, "、")
	case questionbank.Short, questionbank.Essay, questionbank.Spoken:
		f.Model = q.Key.Model
		for _, c := range q.Key.Rubric {
			f.Rubric = append(f.Rubric, criterionForm{c.Text, strconv.Itoa(c.Percent)})
		}
	default:
		f.Key = q.Key.Choices
	}
}

// rowLines are the rows of a matching question with the letters of their options.
func rowLines(q questionbank.Question) []string {
	lines := make([]string, len(q.Rows))
	for i, row := range q.Rows {
		lines[i] = row + " = " + questionbank.Letter(q.Key.Choices[i])
	}
	return lines
}

func letters(ids []string, between string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = questionbank.Letter(id)
	}
	return strings.Join(out, between)
}

// stimulus is the shared text that was typed, or nil.
func (f questionForm) stimulus() *questionbank.Stimulus {
	s := questionbank.Stimulus{ID: f.StimulusID, Title: f.StimulusTitle, Text: f.StimulusText}
	if s.ID == "" && s.Title == "" && s.Text == "" {
		return nil
	}
	return &s
}

// keyFields is where messages on the key stand, by type.
var keyFields = map[questionbank.Type]string{
	questionbank.Single: keyOne, questionbank.TrueFalse: "truth", questionbank.Blank: "gaps", questionbank.Judgement: gradeField(0), questionbank.Matching: "rows",
	questionbank.Ordering: "order", questionbank.Labelling: "segments", questionbank.Short: "model", questionbank.Essay: "model", questionbank.Spoken: "model",
}

// takesPartial: the types whose incomplete answers earn a part that can be set.
func takesPartial(t questionbank.Type) bool {
	return slices.Contains([]questionbank.Type{questionbank.Multiple, questionbank.Labelling, questionbank.Judgement}, t)
}
