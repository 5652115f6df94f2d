package exam

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// CorrectionID identifies a correction (更正): an order to count something else in a marked attempt.
type CorrectionID int64

func (id CorrectionID) String() string { return strconv.FormatInt(int64(id), 10) }

// CorrectionKind is what an order does.
type CorrectionKind string

const (
	// LateAnswers admits answers of one attempt that came too late (promise 6).
	LateAnswers CorrectionKind = "late_answers"
	// QuestionRuling rules on one question of a whole exam (promise 11).
	QuestionRuling CorrectionKind = "question"
)

// EvidenceKinds are the kinds of refused answers that an order may admit: after deadline and grace, after the hand-in, what the
// old holder of a lost lease still had unsent, and what a hand-in code brought (promises 6 and 7).
var EvidenceKinds = []string{string(Late), string(Closed), string(LostLease), KindCode}

// LateAnswer is a refused answer as the evidence keeps it. At is the server's; epoch and client_seq are as the page sent
// them, so they order what came in one request and warn, but never decide alone.
type LateAnswer struct {
	No        int             `db:"no"` // counts an attempt's evidence from 1
	Kind      string          `db:"kind"`
	At        time.Time       `db:"at"`
	Slot      int             `db:"slot"`
	Epoch     int             `db:"epoch"`
	ClientSeq int64           `db:"client_seq"`
	Response  json.RawMessage `db:"response"`
}

// LateOrder names the evidence that an order admits. Instead are those of Evidence that are chosen to stand in place of an
// answer that counts and is newer (see Admit).
type LateOrder struct {
	Evidence []int `json:"evidence"`
	Instead  []int `json:"instead"`
}

// check names what is wrong with an order on this evidence.
func (o LateOrder) check(late []LateAnswer) error {
	known := func(no int) bool {
		return slices.ContainsFunc(late, func(a LateAnswer) bool { return a.No == no })
	}
	for _, no := range o.Evidence {
		if !known(no) {
			return errs.InvalidFields(errs.NewField("evidence", "error.exam.correction_evidence"))
		}
	}
	for _, no := range o.Instead {
		if !slices.Contains(o.Evidence, no) {
			return errs.InvalidFields(errs.NewField("evidence", "error.exam.correction_evidence"))
		}
	}
	if len(o.Evidence) == 0 {
		return errs.InvalidFields(errs.NewField("evidence", "error.exam.correction_choose"))
	}
	return nil
}

// OlderThan tells whether the late answer is the older word on its slot: it was received before the answer that counts, or
// written under a lease that had been taken over when that answer came. An answer received at the same moment is not older.
func (a LateAnswer) OlderThan(counted Entry) bool {
	return a.At.Before(counted.ReceivedAt) || a.Epoch < counted.Epoch
}

// entry is the answer as it stands in the fold once it is admitted.
func (a LateAnswer) entry() Entry {
	return Entry{Epoch: a.Epoch, ClientSeq: a.ClientSeq, Slot: a.Slot, Response: a.Response, ReceivedAt: a.At}
}

// Admit lays the admitted answers over what counts until now (the journal's fold, with earlier orders). They go in the order
// in which the server received them; what one request brought goes by client_seq, then by number. So of several for one slot
// the last received stands, and a cleared response clears the slot. An answer that is older than the one that counts in its
// slot changes nothing unless the order names it under Instead: nobody loses a later word by an order that does not say so.
func Admit(counted map[int]Entry, late []LateAnswer, o LateOrder) map[int]Entry {
	admitted := slices.DeleteFunc(slices.Clone(late), func(a LateAnswer) bool { return !slices.Contains(o.Evidence, a.No) })
	slices.SortFunc(admitted, func(a, b LateAnswer) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ClientSeq, b.ClientSeq), cmp.Compare(a.No, b.No))
	})
	out := maps.Clone(counted)
	if out == nil {
		out = map[int]Entry{}
	}
	for _, a := range admitted {
		if stands, ok := counted[a.Slot]; ok && a.OlderThan(stands) && !slices.Contains(o.Instead, a.No) {
			continue
		}
		out[a.Slot] = a.entry()
	}
	return out
}

// admitAll applies orders in the order in which they were approved.
func admitAll(counted map[int]Entry, late []LateAnswer, orders []LateOrder) map[int]Entry {
	for _, o := range orders {
		counted = Admit(counted, late, o)
	}
	return counted
}

// distinct leaves out repetitions: a page that got no answer sends the same change again. The first receipt stays.
func distinct(late []LateAnswer) []LateAnswer {
	type change struct {
		epoch    int
		seq      int64
		slot     int
		response string
	}
	seen := map[change]bool{}
	return slices.DeleteFunc(slices.Clone(late), func(a LateAnswer) bool {
		c := change{a.Epoch, a.ClientSeq, a.Slot, string(compact(a.Response))}
		again := seen[c]
		seen[c] = true
		return again
	})
}

// changedSlots are the slots in which another response counts than before.
func changedSlots(was, is map[int]Entry) map[int]bool {
	out := map[int]bool{}
	for slot, e := range is {
		if string(compact(was[slot].Response)) != string(compact(e.Response)) {
			out[slot] = true
		}
	}
	return out
}

// remarked takes the mark of each changed slot from again and leaves the others with the mark that counts: what people gave,
// or an earlier order decided, is not computed again.
func remarked(before []SlotMark, again Marking, changed map[int]bool) Marking {
	stands := make(map[int]SlotMark, len(before))
	for _, m := range before {
		stands[m.Slot] = m
	}
	var out Marking
	for _, m := range again.Marks {
		if kept, ok := stands[m.Slot]; ok && !changed[m.Slot] {
			m = kept
		}
		out.add(m)
	}
	return out
}

// sameMarks tells whether each slot earns the same, out of the same points, with the same red lines.
func sameMarks(before, after []SlotMark) bool {
	bySlot := make(map[int]SlotMark, len(before))
	for _, m := range before {
		bySlot[m.Slot] = m
	}
	return !slices.ContainsFunc(after, func(m SlotMark) bool { return bySlot[m.Slot].earns() != m.earns() })
}

// earned is what a mark says that counts.
type earned struct {
	mark, points           score.Hundredths
	redLineMissed, dropped bool
}

func (m SlotMark) earns() earned { return earned{m.Mark, m.Points, m.RedLineMissed, m.Dropped} }

// CheckCorrected refuses a correction of one attempt that changes no mark, and one by which the person would be worse off: a
// correction never makes a person worse off (model.md), neither by the score nor by a red line that was not missed before. was is
// the version that counts, marking and is the one that would.
func CheckCorrected(bands score.Bands, was ResultRow, marking Marking, is Judgement) error {
	switch {
	case sameMarks(was.Marks.V, marking.Marks):
		return errs.New(errs.Conflict, "error.exam.correction_nothing", "score", was.Score.String())
	case marking.Score < was.Score:
		return errs.New(errs.Conflict, "error.exam.correction_lowers", "before", was.Score.String(), "after", marking.Score.String())
	case standingOf(marking, is).worse(bands, was.standing()):
		return errs.New(errs.Conflict, "error.exam.correction_worse")
	}
	return nil
}
