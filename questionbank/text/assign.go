package text

import (
	"fmt"
	"slices"
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
	titles := titlesOf(r.sections)
	without, last := 0, Line{}
	for i, ks := range r.keys.sections {
		sec, known := r.sectionOf(i, ks, titles)
		for _, e := range ks.entries {
			q := byPlace[numberIn{sec, e.number}]
			if !known || q == nil {
				if q = byNumber[e.number]; repeated {
					q = nil
				}
			}
			if q == nil {
				if without, last = without+1, e.line; without > enoughTold {
					continue
				}
				r.note(e.line, qb.Error, "key_without_question", "核对题号，或把答案写到题目下面", fmt.Sprintf("答案“%d. %.30s”没有对应的题目", e.number, e.answer.String()))
				continue
			}
			q.takeKey(e, r.doc)
		}
	}
	if without > enoughTold {
		r.note(last, qb.Error, "key_without_question", "核对题号，或把答案写到题目下面", fmt.Sprintf("到这里还有 %d 个答案没有对应的题目", without-enoughTold))
	}
}

// enoughTold is how many answers without a question are named one by one; the others are counted.
const enoughTold = 200

// titles finds sections by their headings without comparing each with each: a file may have as many as lines.
type titles struct {
	byWhole []*section // sorted by whole, then as they stand in the file
	place   map[*section]int
	begins  map[string]*section // found before
	byTitle map[string][]*section
}

func titlesOf(sections []*section) *titles {
	t := &titles{slices.Clone(sections), map[*section]int{}, map[string]*section{}, map[string][]*section{}}
	for i, s := range sections {
		t.place[s] = i
		t.byTitle[qb.Fold(s.title)] = append(t.byTitle[qb.Fold(s.title)], s)
	}
	slices.SortStableFunc(t.byWhole, func(a, b *section) int { return strings.Compare(a.whole, b.whole) })
	return t
}

// first is the first section in the file whose heading begins like this, nil for none.
func (t *titles) first(beginning string) *section {
	if s, known := t.begins[beginning]; known {
		return s
	}
	var found *section
	from, _ := slices.BinarySearchFunc(t.byWhole, beginning, func(s *section, b string) int { return strings.Compare(s.whole, b) })
	for _, s := range t.byWhole[from:] {
		if !strings.HasPrefix(s.whole, beginning) {
			break
		}
		if found == nil || t.place[s] < t.place[found] {
			found = s
		}
	}
	t.begins[beginning] = found
	return found
}

// sectionOf is the questions' section that the answers belong to.
func (r *reader) sectionOf(i int, ks *keySection, t *titles) (*section, bool) {
	if ks.title != "" {
		if s := t.first(ks.whole); s != nil {
			return s, true
		}
		if same := t.byTitle[qb.Fold(ks.title)]; len(same) == 1 {
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
	answer := e.answer.String()
	if q.key == "" {
		q.key = q.parts[fieldAnswer].text()
		q.folded = qb.Fold(q.key)
	}
	if q.key == "" {
		q.parts[fieldAnswer] = part{}
		q.add(fieldAnswer, answer, e.line)
	} else if answer != "" && q.folded != qb.Fold(answer) {
		q.found = append(q.found, qb.Problem{Severity: qb.Error, Field: qb.FieldKey, Code: "key_conflict",
			Message: fmt.Sprintf("题下的答案“%.30s”与%s的“%.30s”不同", q.key, d.place(e.line), answer)})
	}
	if e.explanation.Len() > 0 {
		q.add(fieldExplanation, e.explanation.String(), e.line)
	}
	if e.rubric.Len() > 0 {
		q.add(fieldRubric, e.rubric.String(), e.line)
	}
}
