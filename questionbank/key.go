package questionbank

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Key is the right answer. Which field serves which type:
//
//   - Choices: the right options' ids of single and multiple, "true" or "false" of true_false, the right segments'
//     numbers of labelling, one option id for each row of matching, all option ids in the right order of ordering.
//   - Gaps: the accepted texts (or numbers, see ParseNumber) of each gap of blank, in the stem's order.
//   - Grades: one for each option of judgement.
//   - Model and Rubric: what people mark by (short, essay, spoken).
type Key struct {
	Choices []string
	Gaps    [][]string
	Grades  []OptionGrade
	Model   string // a full answer, to compare with
	Rubric  []Criterion
}

// Grade says how far a reply may be given: the traffic light of a judgement question.
type Grade string

const (
	Green  Grade = "green"  // right
	Yellow Grade = "yellow" // incomplete, or right only after somebody has confirmed it
	Red    Grade = "red"    // crosses a line
)

// OptionGrade is the grade of one option of a judgement question, and why.
type OptionGrade struct {
	Option string `json:"option"`
	Grade  Grade  `json:"grade"`
	Reason string `json:"reason"`
}

// Criterion is one thing that a marker looks for in an answer, and its part of the points.
type Criterion struct {
	Text    string `json:"text"`
	Percent int    `json:"percent"` // of the question's points; a rubric's add up to 100
}

// Grade is that of the option, "" when the key grades it not.
func (k Key) Grade(option string) Grade {
	for _, g := range k.Grades {
		if g.Option == option {
			return g.Grade
		}
	}
	return ""
}

// modelKey is the native form of a key that people mark after, gradesKey that of a judgement question's.
type modelKey struct {
	Model  string      `json:"model"`
	Rubric []Criterion `json:"rubric"`
}

type gradesKey struct {
	Grades []OptionGrade `json:"grades"`
}

// MarshalJSON writes what the native form knows: a list of strings, a list of lists of strings, grades, or a model with
// its rubric.
func (k Key) MarshalJSON() ([]byte, error) {
	switch {
	case k.Model != "" || k.Rubric != nil:
		return json.Marshal(modelKey{k.Model, append([]Criterion{}, k.Rubric...)})
	case k.Grades != nil:
		return json.Marshal(gradesKey{k.Grades})
	case k.Gaps != nil:
		return json.Marshal(k.Gaps)
	case k.Choices == nil:
		return []byte("[]"), nil
	}
	return json.Marshal(k.Choices)
}

// UnmarshalJSON takes any of these forms and refuses everything else.
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
	if strictly(data, &model) && model.Rubric != nil {
		*k = Key{Model: model.Model, Rubric: model.Rubric}
		return nil
	}
	var grades gradesKey
	if strictly(data, &grades) && grades.Grades != nil {
		*k = Key{Grades: grades.Grades}
		return nil
	}
	return errors.New("key must be a list of option ids, a list of lists of accepted texts, grades, or a model answer with its rubric")
}

// strictly decodes into a value whose fields are all there are.
func strictly(data []byte, into any) bool {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(into) == nil
}
