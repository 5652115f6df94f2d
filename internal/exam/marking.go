package exam

import (
	"bytes"
	"slices"
	"strconv"

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

// marksJSON is what encoding/json writes of marks: a result has fifty of them, and a rush has a thousand results.
func marksJSON(marks []SlotMark) string {
	out := append(make([]byte, 0, 2+len(marks)*96), '[')
	for i, m := range marks {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(append(out, `{"slot":`...), int64(m.Slot), 10)
		out = strconv.AppendInt(append(out, `,"version_id":`...), int64(m.VersionID), 10)
		out = m.Mark.Append(append(out, `,"mark":"`...))
		out = m.Points.Append(append(out, `","points":"`...))
		out = strconv.AppendBool(append(out, `","answered":`...), m.Answered)
		if m.RedLineMissed {
			out = append(out, `,"red_line_missed":true`...)
		}
		if m.Dropped {
			out = append(out, `,"dropped":true`...)
		}
		out = append(out, '}')
	}
	return string(append(out, ']'))
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
	if id, ok := choiceIn(e.Response); ok && isOption(q, id) {
		return questionbank.Response{Type: q.Type, Choice: string(id)}, true
	}
	r, err := questionbank.ParseResponse(q.Shape(), e.Response)
	return r, err == nil
}

// choiceIn is what a response chooses that is an object with a choice of a plain name, as PostgreSQL writes jsonb or without the
// space. Nearly every response is one, and it needs no parser.
func choiceIn(raw []byte) (id []byte, ok bool) {
	id, begins := bytes.CutPrefix(raw, []byte(`{"choice":`))
	id, quoted := bytes.CutPrefix(bytes.TrimPrefix(id, []byte(" ")), []byte(`"`))
	id, ends := bytes.CutSuffix(id, []byte(`"}`))
	return id, begins && quoted && ends && wordly(id)
}

func isOption(q questionbank.Question, id []byte) bool {
	switch q.Type {
	case questionbank.Single, questionbank.Judgement:
		return slices.ContainsFunc(q.Options, func(o questionbank.Option) bool { return o.ID == string(id) })
	case questionbank.TrueFalse:
		return string(id) == "true" || string(id) == "false"
	}
	return false
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
