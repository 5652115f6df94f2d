package exam

import (
	"encoding/json"
	"slices"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// RulingAct is what a ruling does to a question.
type RulingAct string

const (
	ChangeKey   RulingAct = "key"   // another answer is the right one
	AdmitAnswer RulingAct = "admit" // another answer is right too
	FullMarks   RulingAct = "full"  // everybody gets the points, also for no answer
	Drop        RulingAct = "drop"  // the question counts for nothing: everybody is marked over the remaining points
	PaperKey    RulingAct = "paper" // what was ruled is taken back: the paper's own key counts again, or what people gave
)

// RulingActs are all of them, in the order in which pages offer them.
var RulingActs = []RulingAct{ChangeKey, AdmitAnswer, FullMarks, Drop, PaperKey}

// ByAnswer tells whether the act marks answers again: not where there is none to read (a sheet of paper) and not where people
// mark.
func (a RulingAct) ByAnswer() bool { return a == ChangeKey || a == AdmitAnswer }

// Ruling (题目裁定) is what counts at one question version in one exam, instead of the paper's own key.
type Ruling struct {
	VersionID VersionID `json:"version_id,omitempty"`
	Act       RulingAct `json:"act,omitempty"`
	// Keys are all answers that count, for acts by answer: the best of them is what a response earns.
	Keys []questionbank.Key `json:"keys,omitempty"`
}

// check names what is wrong with a ruling on this question.
func (r Ruling) check(q questionbank.Question) error {
	switch {
	case !slices.Contains(RulingActs, r.Act):
		return errs.InvalidFields(errs.NewField("act", "error.exam.ruling_act"))
	case !r.Act.ByAnswer():
		return nil
	case q.Type.ByPeople():
		return errs.InvalidFields(errs.NewField("act", "error.exam.ruling_by_people"))
	case len(r.Keys) == 0:
		return errs.InvalidFields(errs.NewField("key", "error.exam.ruling_key"))
	}
	for _, key := range r.Keys {
		q.Key = key
		for _, p := range questionbank.Validate(q) {
			if p.Field == questionbank.FieldKey && p.Severity == questionbank.Error {
				return errs.InvalidFields(errs.NewField("key", "error.exam.ruling_bad_key", "problem", p.Message))
			}
		}
	}
	return nil
}

// mark is what a slot earns under the ruling instead of what it earns as the paper has it, which is m.
func (r Ruling) mark(m SlotMark, q questionbank.Question, given questionbank.Response) SlotMark {
	switch r.Act {
	case Drop:
		m.Mark, m.Points, m.Dropped, m.RedLineMissed = 0, 0, true, false
	case FullMarks:
		m.Mark, m.RedLineMissed = m.Points, false
	case ChangeKey, AdmitAnswer:
		m.Mark, m.RedLineMissed = 0, true
		for _, key := range r.Keys {
			q.Key = key
			m.Mark = max(m.Mark, score.Hundredths(questionbank.Mark(q, int64(m.Points), given)))
			m.RedLineMissed = m.RedLineMissed && questionbank.MissesRedLine(q, given)
		}
	}
	return m
}

// Question is the question with the key that counts, for pages that show it. Several answers of which one is enough are shown
// side by side: options of all keys, accepted texts of all keys at their gap; of other types the first.
func (r Ruling) Question(q questionbank.Question) questionbank.Question {
	if !r.Act.ByAnswer() || len(r.Keys) == 0 {
		return q
	}
	q.Key = r.Keys[0]
	for _, key := range r.Keys[1:] {
		switch q.Type {
		case questionbank.Single, questionbank.TrueFalse:
			q.Key.Choices = union(q.Key.Choices, key.Choices)
		case questionbank.Blank:
			gaps := slices.Clone(q.Key.Gaps)
			for i := range gaps {
				gaps[i] = union(gaps[i], key.Gaps[i])
			}
			q.Key.Gaps = gaps
		}
	}
	return q
}

// Also are the other answers that are right as a whole and that Question does not show beside the first.
func (r Ruling) Also(t questionbank.Type) []questionbank.Key {
	if !r.Act.ByAnswer() || len(r.Keys) < 2 || t == questionbank.Single || t == questionbank.TrueFalse || t == questionbank.Blank {
		return nil
	}
	return r.Keys[1:]
}

// union is a list with what it lacks of another.
func union(list, more []string) []string {
	out := slices.Clone(list)
	for _, s := range more {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Rulings are what counts in an exam, by question version.
type Rulings map[VersionID]Ruling

// rulingsOf takes rulings in the order of their approval: the last one on a question stands, and where that leads back to the paper, none.
func rulingsOf(list []Ruling) Rulings {
	if len(list) == 0 {
		return nil
	}
	out := make(Rulings, len(list))
	for _, r := range list {
		out[r.VersionID] = r
		if r.Act == PaperKey {
			delete(out, r.VersionID)
		}
	}
	return out
}

// completed are the ruling's keys with those that count already, where an answer is admitted beside them. stands is the ruling
// until now, if there is one.
func (r Ruling) completed(stands Ruling, q questionbank.Question) Ruling {
	if !r.Act.ByAnswer() {
		r.Keys = nil
	}
	if r.Act != AdmitAnswer {
		return r
	}
	beside := []questionbank.Key{q.Key}
	if stands.Act.ByAnswer() {
		beside = stands.Keys
	}
	var keys []questionbank.Key
	for _, key := range append(slices.Clone(beside), r.Keys...) {
		keys = admitKey(keys, key)
	}
	r.Keys = keys
	return r
}

// admitKey adds an answer to those that count. Texts that are new at one gap alone are right there whatever stands in the other gaps, and so
// are all texts of an answer that repeats what counts: they join the first answer. Else texts that are new at several gaps are right
// together, as two names the other way round are.
func admitKey(keys []questionbank.Key, key questionbank.Key) []questionbank.Key {
	if slices.ContainsFunc(keys, func(k questionbank.Key) bool { return sameKey(k, key) }) {
		return keys
	}
	if len(keys) == 0 || len(key.Gaps) == 0 || len(key.Gaps) != len(keys[0].Gaps) {
		return append(keys, key)
	}
	first, joined := keys[0].Gaps, make([][]string, len(key.Gaps))
	newAt, repeats := 0, true
	for i := range first {
		if joined[i] = union(first[i], key.Gaps[i]); len(joined[i]) > len(first[i]) {
			newAt++
		}
		repeats = repeats && len(joined[i]) == len(key.Gaps[i])
	}
	if newAt > 1 && !repeats {
		return append(keys, key)
	}
	keys[0].Gaps = joined
	return keys
}

func sameKey(a, b questionbank.Key) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// standing is what a version of a result says that people are judged by.
type standing struct {
	Score         score.Hundredths
	Total         score.Hundredths
	Band          score.Band
	Passed        bool
	RedLineMisses int
}

func (r ResultRow) standing() standing {
	return standing{r.Score, r.Total, r.Band, r.Passed, r.RedLineMisses}
}

func standingOf(m Marking, j Judgement) standing {
	return standing{m.Score, m.Total, j.Band, j.Passed, m.RedLineMisses}
}

// worse tells whether a person would be worse off with the other version: by passing first, then by the band, then by the red
// lines, then by the exact share of the points. What weighs more decides: a pass that is won makes up for a share that is lost.
func (s standing) worse(bands score.Bands, than standing) bool {
	switch {
	case s.Passed != than.Passed:
		return !s.Passed
	case s.Band != than.Band:
		return bands.Worse(s.Band, than.Band) == s.Band
	case s.RedLineMisses != than.RedLineMisses:
		return s.RedLineMisses > than.RedLineMisses
	}
	return s.Score*than.Total < than.Score*s.Total
}
