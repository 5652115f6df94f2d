package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/score"
)

// line is one promise in the table: how often it was looked at, how often it did not hold, and the first time.
type line struct {
	promise      string
	checked, bad int
	first        string
}

func (l *line) see(holds bool, format string, args ...any) {
	l.checked++
	if holds {
		return
	}
	if l.bad++; l.bad == 1 {
		l.first = fmt.Sprintf(format, args...)
	}
}

// verdict is the comparison of the ledgers with the database.
type verdict struct {
	kept, once, known, refused, current, shown, one, handedIn, receipts, heads, results, marks, overdue, foreseen line
}

func newVerdict() *verdict {
	return &verdict{
		kept:     line{promise: "acknowledged change is in the journal as sent"},
		once:     line{promise: "typed change is in the journal once"},
		known:    line{promise: "row of the journal is what somebody sent"},
		refused:  line{promise: "refused change is not in the journal"},
		current:  line{promise: "slot holds its last acknowledged change or a later open one"},
		shown:    line{promise: "reload shows what was acknowledged"},
		one:      line{promise: "start is one attempt"},
		handedIn: line{promise: "attempt is handed in once, at one time"},
		receipts: line{promise: "receipt is the attempt's"},
		heads:    line{promise: "journal head is that of the journal"},
		results:  line{promise: "attempt is marked once: one result, version 1"},
		marks:    line{promise: "marks are those of a second computation"},
		overdue:  line{promise: "none is open after deadline, grace and drain"},
		foreseen: line{promise: "the contract foresees every answer and end"},
	}
}

func (v *verdict) lines() []*line {
	return []*line{&v.kept, &v.once, &v.known, &v.refused, &v.current, &v.shown, &v.one, &v.handedIn, &v.receipts, &v.heads, &v.results, &v.marks, &v.overdue, &v.foreseen}
}

// err names the first promise that did not hold.
func (v *verdict) err() error {
	for _, l := range v.lines() {
		if l.bad > 0 {
			return fmt.Errorf("%s: not so %d of %d times, the first: %s", l.promise, l.bad, l.checked, l.first)
		}
	}
	return nil
}

// compare looks at everything.
func compare(out outcome, f found) *verdict {
	v := newVerdict()
	for _, l := range out.ledgers {
		v.ledger(l, f.attempts[l.login])
	}
	v.overdue.see(f.overdue == 0, "%d attempts", f.overdue)
	v.foreseen.see(true, "")
	for _, s := range out.surprises {
		v.foreseen.see(false, "%s", s)
	}
	return v
}

func (v *verdict) ledger(l *ledger, attempts []*attempt) {
	if len(l.attempts) == 0 && len(attempts) == 0 {
		return // never got in, which is among the surprises
	}
	v.one.see(len(attempts) == 1 && len(l.attempts) <= 1, "%s has %d attempts and was told of %d", l.login, len(attempts), len(l.attempts))
	if len(attempts) != 1 {
		return
	}
	a := attempts[0]
	for told := range l.attempts {
		v.one.see(told == strconv.FormatInt(a.ID, 10), "%s was told of attempt %s and has %d", l.login, told, a.ID)
	}
	v.journal(l, a)
	v.slots(l, a)
	v.end(l, a)
	v.marked(l, a)
	for range l.slots {
		v.shown.checked++
	}
	for _, d := range l.deceits {
		v.shown.see(false, "%s", d)
	}
}

// journal compares the rows one by one.
func (v *verdict) journal(l *ledger, a *attempt) {
	rows := make(map[number]form, len(a.entries))
	written := map[form]int{}
	for _, e := range a.entries {
		n, row := number{e.Epoch, e.ClientSeq}, form{e.Slot, plain(string(e.Response))}
		rows[n] = row
		written[row]++
		v.known.see(l.sent[n][row], "%s: number %d.%d is %s at slot %d", a, n.epoch, n.seq, row.response, row.slot)
	}
	for _, c := range l.changes {
		row, there := rows[c.number]
		same := there && row == form{c.slot, c.response}
		switch c.fate {
		case acknowledged:
			v.kept.see(same, "%s: number %d.%d, %s at slot %d, typed as its %d.: %s", a, c.epoch, c.seq, c.response, c.slot, c.typed+1, missing(there, row))
		case refused:
			// In doubt and then refused, it may have come in time the first time.
			v.refused.see(c.doubted || !same, "%s: number %d.%d, %s at slot %d", a, c.epoch, c.seq, c.response, c.slot)
		}
		if !l.slots[c.slot-1].single() { // these are all different
			n := written[form{c.slot, c.response}]
			v.once.see(n <= 1, "%s: %s at slot %d is there %d times", a, c.response, c.slot, n)
		}
	}
}

func missing(there bool, row form) string {
	if !there {
		return "is lost"
	}
	return fmt.Sprintf("the journal has %s at slot %d instead", row.response, row.slot)
}

// current is the fold of the journal.
func current(a *attempt) map[int]string {
	last, out := map[int]number{}, map[int]string{}
	for _, e := range a.entries {
		n, before := number{e.Epoch, e.ClientSeq}, last[e.Slot]
		if n.epoch > before.epoch || n.epoch == before.epoch && n.seq > before.seq {
			last[e.Slot], out[e.Slot] = n, plain(string(e.Response))
		}
	}
	return out
}

func (v *verdict) slots(l *ledger, a *attempt) {
	now := current(a)
	for i := range l.slots {
		v.current.see(l.mayBe(i+1, now[i+1]), "%s: slot %d holds %q", a, i+1, now[i+1])
	}
}

// end compares what handing in was answered with.
func (v *verdict) end(l *ledger, a *attempt) {
	if a.SubmittedAt == nil {
		v.handedIn.see(false, "%s is %s", a, a.State)
		return
	}
	at := a.SubmittedAt.UTC()
	v.handedIn.see(a.HandIns == 1, "%s: %d acts of handing in", a, a.HandIns)
	v.handedIn.see(a.Cause != "deadline" || at.Equal(a.DeadlineAt), "%s: handed in at %s for the deadline %s", a, at, a.DeadlineAt)
	v.handedIn.see(len(l.receipts) == 0 || a.Cause == "examinee" || a.Cause == "deadline", "%s: handed in by %s", a, a.Cause)
	want := receipt{strconv.FormatInt(a.ID, 10), at.Format(time.RFC3339Nano), a.Answered, a.JournalHead}
	for _, r := range l.receipts {
		v.receipts.see(r == want, "%s: %+v, want %+v", a, r, want)
	}
	head := exam.JournalHead(exam.AttemptID(a.ID), a.entries)
	v.heads.see(a.JournalHead == head, "%s: %s, recomputed %s", a, a.JournalHead, head)
}

func (v *verdict) marked(l *ledger, a *attempt) {
	v.results.see(a.State == "marked" && a.Results == 1 && a.Version == 1, "%s is %s with %d results, the newest version %d", a, a.State, a.Results, a.Version)
	var earned, total score.Hundredths
	answered, now := 0, current(a)
	for i, q := range l.slots {
		mark, says := q.mark(now[i+1])
		earned, total = earned+mark, total+pointsOfSlot
		if says {
			answered++
		}
	}
	v.marks.see(a.Score == int64(earned) && a.Total == int64(total) && a.Answered == answered,
		"%s: %d of %d with %d answered, recomputed %d of %d with %d", a, a.Score, a.Total, a.Answered, earned, total, answered)
}
