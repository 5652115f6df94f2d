package questionbank

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Type says how a question is answered.
type Type string

const (
	Single    Type = "single"     // 单选题: one option is right
	Multiple  Type = "multiple"   // 多选题: one or more options are right
	TrueFalse Type = "true_false" // 判断题
	Blank     Type = "blank"      // 填空题: one text for each gap of the stem
	Short     Type = "short"      // 简答题: a text, marked by people after a rubric
)

// ByPeople reports whether answers of the type are marked by people; Mark gives such an answer nothing.
func (t Type) ByPeople() bool { return t == Short }

// Name is the type's Chinese name, as it stands on a page and in a spreadsheet.
func (t Type) Name() string {
	switch t {
	case Single:
		return "单选题"
	case Multiple:
		return "多选题"
	case TrueFalse:
		return "判断题"
	case Blank:
		return "填空题"
	case Short:
		return "简答题"
	}
	return string(t)
}

// Option is one choice. Its ID ("a" to "h") belongs to the question and never changes with the order in which
// options are shown, so it is not the letter that an examinee sees.
type Option struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// MultiplePolicy says what a right but incomplete answer to a multiple choice question earns.
type MultiplePolicy string

const (
	// PolicyDefault is PolicyPartial; it is what a question without a stated policy has.
	PolicyDefault MultiplePolicy = ""
	// PolicyPartial gives 1/PartialDivisor of the points to a non-empty proper subset of the key without a wrong choice.
	PolicyPartial MultiplePolicy = "partial"
	// PolicyNone gives points to exactly the right set only.
	PolicyNone MultiplePolicy = "none"
)

// PartialDivisor is the policy's value for an incomplete multiple choice answer: half the points.
const PartialDivisor = 2

// MaxOptions is the number of option ids there are, "a" to "h".
const MaxOptions = 8

// Criterion is one thing that a marker looks for in an answer, and its part of the points.
type Criterion struct {
	Text    string `json:"text"`
	Percent int    `json:"percent"` // of the question's points; a rubric's add up to 100
}

// Key is the right answer. Choices serves single and multiple (option ids) and true_false ("true" or "false"); Gaps
// serves blank: the accepted texts of each gap in the stem's order; Model and Rubric serve what people mark.
type Key struct {
	Choices []string
	Gaps    [][]string
	Model   string // a full answer, to compare with
	Rubric  []Criterion
}

// modelKey is the native form of a key that people mark after.
type modelKey struct {
	Model  string      `json:"model"`
	Rubric []Criterion `json:"rubric"`
}

// MarshalJSON writes what the native form knows: a list of strings, a list of lists of strings, or a model with its rubric.
func (k Key) MarshalJSON() ([]byte, error) {
	switch {
	case k.Model != "" || k.Rubric != nil:
		return json.Marshal(modelKey{k.Model, append([]Criterion{}, k.Rubric...)})
	case k.Gaps != nil:
		return json.Marshal(k.Gaps)
	case k.Choices == nil:
		return []byte("[]"), nil
	}
	return json.Marshal(k.Choices)
}

// UnmarshalJSON takes either form and refuses everything else.
func (k *Key) UnmarshalJSON(data []byte) error {
	var choices []string
	if json.Unmarshal(data, &choices) == nil && choices != nil {
		*k = Key{Choices: choices}
		return nil
	}
	var gaps [][]string
	if json.Unmarshal(data, &gaps) == nil && gaps != nil {
		*k = Key{Gaps: gaps}
		return nil
	}
	var model modelKey
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if strict.Decode(&model) == nil && model.Rubric != nil {
		*k = Key{Model: model.Model, Rubric: model.Rubric}
		return nil
	}
	return errors.New("key must be a list of option ids, a list of lists of accepted texts, or a model answer with its rubric")
}

// Source is the law that a question rests on.
type Source struct {
	Law     string `json:"law,omitempty"`     // full name, 中华人民共和国广告法
	Article string `json:"article,omitempty"` // 第十六条, with 款 and 项 where they matter
	Edition string `json:"edition,omitempty"` // date of the text cited, 2021-04-29
	Status  string `json:"status,omitempty"`  // empty, or StatusUnverified
}

// StatusUnverified (待核) marks a source whose text was not at hand; such a question is not published.
const StatusUnverified = "待核"

// Question is one question with its key. The zero Difficulty is not valid: importers put DefaultDifficulty.
type Question struct {
	Type            Type           `json:"type"`
	Stem            string         `json:"stem"`
	Options         []Option       `json:"options,omitempty"`
	Key             Key            `json:"key"`
	MultiplePolicy  MultiplePolicy `json:"multiple_policy,omitempty"`
	Explanation     string         `json:"explanation"`
	KnowledgePoints []string       `json:"knowledge_points"`
	Difficulty      int            `json:"difficulty"` // 1 (easy) to 5 (hard)
	KeyQuestion     bool           `json:"key_question"`
	Source          Source         `json:"source,omitzero"`
}

// DefaultDifficulty is given by importers where a file does not state any: the middle.
const DefaultDifficulty = 3

// Option returns the option with the id, or false.
func (q Question) Option(id string) (Option, bool) {
	for _, o := range q.Options {
		if o.ID == id {
			return o, true
		}
	}
	return Option{}, false
}

// Shape is what a response to q may look like; it holds nothing of the key.
func (q Question) Shape() Shape {
	s := Shape{Type: q.Type}
	switch q.Type {
	case Single, Multiple:
		for _, o := range q.Options {
			s.OptionIDs = append(s.OptionIDs, o.ID)
		}
	case Blank:
		s.Gaps = CountGaps(q.Stem)
	}
	return s
}
