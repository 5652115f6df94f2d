package text

import (
	"fmt"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

type numberIn struct {
	section *section
	number  int
}

// assignKeys gives the answers of the list to their questions. An answer without a question is a problem at its line; a question
// that has none of its own and gets none is found by its own check.
func (r *reader) assignKeys() {
	byPlace, byNumber, repeated := map[numberIn]*question{}, map[int]*question{}, false
	for _, q := range r.questions {
		if q.number == 0 {
			continue
		}
		_, again := byNumber[q.number]
		repeated = repeated || again
		byNumber[q.number] = q
		byPlace[numberIn{q.section, q.number}] = q
	}
	for i, ks := range r.keys.sections {
		sec, known := r.sectionOf(i, ks)
		for _, e := range ks.entries {
			q := byPlace[numberIn{sec, e.number}]
			if !known || q == nil {
				if q = byNumber[e.number]; repeated {
					q = nil
				}
			}
			if q == nil {
				r.note(e.line, qb.Error, "key_without_question", "核对题号，或把答案写到题目下面", fmt.Sprintf("答案“%d. %.30s”没有对应的题目", e.number, e.answer))
				continue
			}
			q.takeKey(e, r.doc)
		}
	}
}

// sectionOf is the questions' section that the answers belong to.
func (r *reader) sectionOf(i int, ks *keySection) (*section, bool) {
	if ks.title != "" {
		var same []*section
		for _, s := range r.sections {
			if strings.HasPrefix(s.whole, ks.whole) {
				return s, true
			}
			if s.title == ks.title || qb.Fold(s.title) == qb.Fold(ks.title) {
				same = append(same, s)
			}
		}
		if len(same) == 1 {
			return same[0], true
		}
		return nil, false
	}
	if len(r.keys.sections) == len(r.sections) {
		return r.sections[i], true
	}
	return ks.under, len(r.keys.sections) == 1 && len(r.sections) <= 1 || ks.under != nil
}

func (q *question) takeKey(e *keyEntry, d Document) {
	if own := q.parts[fieldAnswer].text(); own == "" {
		q.parts[fieldAnswer] = part{}
		q.add(fieldAnswer, e.answer, e.line)
	} else if e.answer != "" && qb.Fold(own) != qb.Fold(e.answer) {
		q.found = append(q.found, qb.Problem{Severity: qb.Error, Field: qb.FieldKey, Code: "key_conflict",
			Message: fmt.Sprintf("题下的答案“%.30s”与%s的“%.30s”不同", own, d.place(e.line), e.answer)})
	}
	if e.explanation != "" {
		q.add(fieldExplanation, e.explanation, e.line)
	}
	if e.rubric != "" {
		q.add(fieldRubric, e.rubric, e.line)
	}
}
