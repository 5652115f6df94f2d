package exam

import (
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// SlotMark is what one slot earned; a result keeps all of them as one value.
type SlotMark struct {
	Slot      int              `json:"slot"`
	VersionID VersionID        `json:"version_id"`
	Mark      score.Hundredths `json:"mark"`
	Points    score.Hundredths `json:"points"`
	Answered  bool             `json:"answered"`
	// RedLineMissed: the question is a red-line one, and the response misses the line.
	RedLineMissed bool `json:"red_line_missed,omitempty"`
}

// Marking is a marked attempt: exact, floored slot by slot and summed (decision 23).
type Marking struct {
	Marks    []SlotMark
	Answered int
	Score    score.Hundredths
	Total    score.Hundredths
	// RedLineMisses counts the marks with RedLineMissed.
	RedLineMisses int
}

// MarkAll marks an attempt's current responses against its layout and the pinned question versions. A slot without a
// response, or with one that is no response to its question, earns nothing; one that people mark earns what they gave.
func MarkAll(layout []Place, questions map[VersionID]questionbank.Question, current map[int]Entry, given map[int]score.Hundredths) Marking {
	m := Marking{Marks: make([]SlotMark, 0, len(layout))}
	for _, p := range layout {
		mark := SlotMark{Slot: p.Slot, VersionID: p.VersionID, Points: p.Points}
		question := questions[p.VersionID]
		mark.RedLineMissed = questionbank.MissesRedLine(question, questionbank.Response{})
		if entry, ok := current[p.Slot]; ok {
			if response, err := questionbank.ParseResponse(question.Shape(), entry.Response); err == nil {
				mark.Answered = response.Answered()
				mark.RedLineMissed = questionbank.MissesRedLine(question, response)
				mark.Mark = score.Hundredths(questionbank.Mark(question, int64(p.Points), response))
				if question.Type.ByPeople() {
					mark.Mark = given[p.Slot]
				}
			}
		}
		if mark.Answered {
			m.Answered++
		}
		if mark.RedLineMissed {
			m.RedLineMisses++
		}
		m.Score += mark.Mark
		m.Total += mark.Points
		m.Marks = append(m.Marks, mark)
	}
	return m
}

// Judgement is what a score means under a band table.
type Judgement struct {
	Percent score.Hundredths
	Band    score.Band
	Passed  bool
}

// Judge applies the band table and the rule for red lines that the exam was published with.
func Judge(bands score.Bands, rule RedLineRule, m Marking) Judgement {
	j := Judgement{Percent: score.Percent(m.Score, m.Total), Band: bands.Of(m.Score, m.Total), Passed: bands.Passed(m.Score, m.Total)}
	return rule.hold(bands, j, m.RedLineMisses)
}
