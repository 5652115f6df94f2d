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
	// Dropped: a ruling has taken the question out; it has no points.
	Dropped bool `json:"dropped,omitempty"`
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

// add takes a slot's mark into the sums.
func (m *Marking) add(s SlotMark) {
	if s.Answered {
		m.Answered++
	}
	if s.RedLineMissed {
		m.RedLineMisses++
	}
	m.Score += s.Mark
	m.Total += s.Points
	m.Marks = append(m.Marks, s)
}

// MarkAll marks an attempt's current responses against its layout and the pinned question versions, as the exam's rulings have
// them. A slot without a response, or with one that is no response to its question, earns nothing; one that people mark earns
// what they gave.
func MarkAll(layout []Place, questions map[VersionID]questionbank.Question, rulings Rulings, current map[int]Entry, given map[int]score.Hundredths) Marking {
	m := Marking{Marks: make([]SlotMark, 0, len(layout))}
	for _, p := range layout {
		question := questions[p.VersionID]
		response, valid := responseTo(question, current[p.Slot])
		mark := markOf(p, question, response)
		if valid && question.Type.ByPeople() {
			mark.Mark = given[p.Slot]
		}
		if ruling, ok := rulings[p.VersionID]; ok {
			mark = ruling.mark(mark, question, response)
		}
		m.add(mark)
	}
	return m
}

// responseTo is what an entry says to a question; nothing, and not valid, where there is none or it is no response to it.
func responseTo(q questionbank.Question, e Entry) (r questionbank.Response, valid bool) {
	if e.Response == nil {
		return questionbank.Response{}, false
	}
	r, err := questionbank.ParseResponse(q.Shape(), e.Response)
	return r, err == nil
}

// markOf is what a response earns in its place by the question's own key.
func markOf(p Place, q questionbank.Question, r questionbank.Response) SlotMark {
	return SlotMark{
		Slot: p.Slot, VersionID: p.VersionID, Points: p.Points, Mark: score.Hundredths(questionbank.Mark(q, int64(p.Points), r)),
		Answered: r.Answered(), RedLineMissed: questionbank.MissesRedLine(q, r),
	}
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
