package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// pointsOfSlot is what each question of the paper earns.
const pointsOfSlot score.Hundredths = 500

// question is one of the bank, with the second computation of its marks. Even numbers are single choice with the key "b";
// odd ones have two gaps, of which the first takes "对" and the second takes nothing that anybody types: it tells changes
// apart, so that a change that is in the journal twice can be seen.
type question int

func (q question) single() bool { return q%2 == 0 }

func (q question) bankForm() questionbank.Question {
	out := questionbank.Question{
		Type: questionbank.Single, Stem: fmt.Sprintf("题%d：选哪一项？", int(q)), Difficulty: 3, Key: questionbank.Key{Choices: []string{"b"}},
		Options: []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}, {ID: "c", Text: "丙"}},
	}
	if !q.single() {
		out.Type, out.Options = questionbank.Blank, nil
		out.Stem, out.Key = fmt.Sprintf("题%d：第一空____，第二空____。", int(q)), questionbank.Key{Gaps: [][]string{{"对"}, {"无人填写"}}}
	}
	return out
}

// questionOf reads the number out of a stem.
func questionOf(stem string) (question, error) {
	var n int
	_, err := fmt.Sscanf(strings.Replace(stem, "：", " ", 1), "题%d", &n)
	return question(n), err
}

// respond is a response that somebody types; tag is different for each change.
func (q question) respond(random *rand.Rand, tag string) string {
	if q.single() {
		return [...]string{`{"choice":"a"}`, `{"choice":"b"}`, `{"choice":"c"}`, `null`}[random.IntN(4)]
	}
	return fmt.Sprintf(`{"blanks":["%s","%s"]}`, [...]string{"对", "错", ""}[random.IntN(3)], tag)
}

// mark is what a response earns and whether it says anything.
func (q question) mark(response string) (earned score.Hundredths, answered bool) {
	var r struct {
		Choice string
		Blanks []string
	}
	if response == "" || response == "null" || json.Unmarshal([]byte(response), &r) != nil {
		return 0, false
	}
	switch {
	case q.single() && r.Choice == "b":
		return pointsOfSlot, true
	case !q.single() && len(r.Blanks) == 2 && r.Blanks[0] == "对":
		return pointsOfSlot / 2, true
	}
	return 0, true
}
