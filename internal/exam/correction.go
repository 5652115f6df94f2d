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

// LateAnswers admits answers that came too late (promise 6).
const LateAnswers CorrectionKind = "late_answers"

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
	out := Marking{Total: again.Total}
	stands := make(map[int]SlotMark, len(before))
	for _, m := range before {
		stands[m.Slot] = m
	}
	for _, m := range again.Marks {
		if kept, ok := stands[m.Slot]; ok && !changed[m.Slot] {
			m = kept
		}
		if m.Answered {
			out.Answered++
		}
		if m.RedLineMissed {
			out.RedLineMisses++
		}
		out.Score += m.Mark
		out.Marks = append(out.Marks, m)
	}
	return out
}

// CheckCorrected refuses a correction that changes no mark, and one that lowers the score: a correction never makes a person
// worse off (model.md). before are the marks of the version that counts, after those of the one that would.
func CheckCorrected(before []SlotMark, after Marking) error {
	var was score.Hundredths
	bySlot := make(map[int]score.Hundredths, len(before))
	for _, m := range before {
		was += m.Mark
		bySlot[m.Slot] = m.Mark
	}
	changed := slices.ContainsFunc(after.Marks, func(m SlotMark) bool { return bySlot[m.Slot] != m.Mark })
	switch {
	case !changed:
		return errs.New(errs.Conflict, "error.exam.correction_nothing", "score", was.String())
	case after.Score < was:
		return errs.New(errs.Conflict, "error.exam.correction_lowers", "before", was.String(), "after", after.Score.String())
	}
	return nil
}
