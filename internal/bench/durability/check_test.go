package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/exam"
)

// sitting is a small one that holds every promise: slot 1 is question 1 (two gaps), slot 2 question 2 (single choice). The
// person typed three changes; the last was never answered and is not in the journal. Then the tab changed.
func sitting() (*ledger, *attempt) {
	begun := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	handedIn := begun.Add(time.Minute)
	l := newLedger("d0001")
	l.slots, l.attempts["7"] = []question{1, 2}, true
	for i, c := range []*change{
		{slot: 1, response: `{"blanks":["错","d0001-0"]}`, number: number{1, 1}, fate: acknowledged},
		{slot: 2, response: `{"choice":"b"}`, number: number{1, 2}, fate: acknowledged},
		{slot: 1, response: `{"blanks":["对","d0001-2"]}`, number: number{2, 1}, fate: acknowledged},
		{slot: 2, response: `{"choice":"a"}`, number: number{2, 2}, fate: open, doubted: true},
	} {
		c.typed = i
		l.changes = append(l.changes, c)
		l.sending(c)
	}
	a := &attempt{
		ID: 7, Login: "d0001", State: "marked", StartedAt: begun, DeadlineAt: begun.Add(time.Hour), SubmittedAt: &handedIn, Cause: "examinee",
		Answered: 2, Results: 1, Version: 1, Score: 750, Total: 1000, HandIns: 1,
	}
	for _, c := range l.changes[:3] {
		a.entries = append(a.entries, entry(c))
	}
	a.JournalHead = exam.JournalHead(7, a.entries)
	l.receipts = []receipt{{"7", handedIn.Format(time.RFC3339Nano), 2, a.JournalHead}}
	return l, a
}

// entry is a change as PostgreSQL gives it back.
func entry(c *change) exam.Entry {
	return exam.Entry{
		Epoch: c.epoch, ClientSeq: c.seq, Slot: c.slot, ReceivedAt: time.UnixMicro(c.seq),
		Response: json.RawMessage(strings.NewReplacer(":", ": ", ",", ", ").Replace(c.response)),
	}
}

func compared(l *ledger, attempts ...*attempt) *verdict {
	return compare(outcome{tally: &tally{}, ledgers: []*ledger{l}}, found{attempts: map[string][]*attempt{l.login: attempts}})
}

func TestASittingThatHoldsEveryPromise(t *testing.T) {
	l, a := sitting()
	v := compared(l, a)
	if err := v.err(); err != nil {
		t.Fatal(err)
	}
	for _, line := range v.lines() {
		if line.checked == 0 && line.promise != v.refused.promise {
			t.Errorf("%s: never looked at", line.promise)
		}
	}
	// The open change may be there as well: then it is current, and the marks are those of it.
	a.entries = append(a.entries, entry(l.changes[3]))
	a.JournalHead = exam.JournalHead(7, a.entries)
	l.receipts[0].JournalHead, a.Score = a.JournalHead, 250
	if err := compared(l, a).err(); err != nil {
		t.Fatal(err)
	}
}

// Threats 1–7: whatever is wrong is found, under the promise that it breaks.
func TestTheCheckerFindsWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		what   string
		breaks func(l *ledger, a *attempt)
		line   func(v *verdict) *line
	}{
		{"a lost change", func(_ *ledger, a *attempt) { a.entries = a.entries[:2] }, func(v *verdict) *line { return &v.kept }},
		{"a change that became another", func(_ *ledger, a *attempt) { a.entries[1].Response = json.RawMessage(`{"choice": "c"}`) }, func(v *verdict) *line { return &v.kept }},
		{"a change at another slot", func(_ *ledger, a *attempt) { a.entries[1].Slot = 1 }, func(v *verdict) *line { return &v.kept }},
		{"a change that is there twice", func(_ *ledger, a *attempt) {
			again := a.entries[2]
			again.ClientSeq = 9
			a.entries = append(a.entries, again)
		}, func(v *verdict) *line { return &v.once }},
		{"a row that nobody sent", func(_ *ledger, a *attempt) {
			a.entries = append(a.entries, exam.Entry{Epoch: 2, ClientSeq: 3, Slot: 2, Response: json.RawMessage(`{"choice": "b"}`)})
		}, func(v *verdict) *line { return &v.known }},
		{"a refused change that counts", func(l *ledger, a *attempt) {
			l.changes[3].fate, l.changes[3].doubted = refused, false
			a.entries = append(a.entries, entry(l.changes[3]))
		}, func(v *verdict) *line { return &v.refused }},
		{"an older answer over a newer one", func(l *ledger, a *attempt) {
			l.changes[0].number, l.changes[2].number = l.changes[2].number, l.changes[0].number
			a.entries = []exam.Entry{entry(l.changes[0]), entry(l.changes[1]), entry(l.changes[2])}
		}, func(v *verdict) *line { return &v.current }},
		{"a reload that shows something else", func(l *ledger, _ *attempt) { l.deceits = []string{"slot 1"} }, func(v *verdict) *line { return &v.shown }},
		{"a start that gave another attempt", func(l *ledger, _ *attempt) { l.attempts["8"] = true }, func(v *verdict) *line { return &v.one }},
		{"an attempt that nobody handed in", func(_ *ledger, a *attempt) { a.State, a.SubmittedAt, a.Results = "open", nil, 0 }, func(v *verdict) *line { return &v.handedIn }},
		{"two acts of handing in", func(_ *ledger, a *attempt) { a.HandIns = 2 }, func(v *verdict) *line { return &v.handedIn }},
		{"the sweep's own time", func(_ *ledger, a *attempt) { a.Cause = "deadline" }, func(v *verdict) *line { return &v.handedIn }},
		{"two receipts that differ", func(l *ledger, _ *attempt) {
			other := l.receipts[0]
			other.SubmittedAt = "2026-03-02T01:01:01Z"
			l.receipts = append(l.receipts, other)
		}, func(v *verdict) *line { return &v.receipts }},
		{"a head of another journal", func(l *ledger, a *attempt) { a.JournalHead = strings.Repeat("0", 64) }, func(v *verdict) *line { return &v.heads }},
		{"two results", func(_ *ledger, a *attempt) { a.Results, a.Version = 2, 2 }, func(v *verdict) *line { return &v.results }},
		{"a wrong mark", func(_ *ledger, a *attempt) { a.Score++ }, func(v *verdict) *line { return &v.marks }},
		{"a wrong number of answers", func(_ *ledger, a *attempt) { a.Answered-- }, func(v *verdict) *line { return &v.marks }},
	} {
		l, a := sitting()
		c.breaks(l, a)
		v := compared(l, a)
		if found := c.line(v); found.bad == 0 || found.first == "" || v.err() == nil {
			t.Errorf("%s is not found", c.what)
		}
	}
	l, a := sitting()
	if v := compared(l, a, a); v.one.bad == 0 {
		t.Error("two attempts are not found")
	}
	if v := compared(l); v.one.bad == 0 {
		t.Error("a lost attempt is not found")
	}
	v := compare(outcome{surprises: []string{"500"}}, found{overdue: 1})
	if v.overdue.bad != 1 || v.foreseen.bad != 1 {
		t.Error("open attempts and strange answers are not found")
	}
	var table bytes.Buffer
	if v.print(&table); !strings.Contains(table.String(), "first: 500") {
		t.Errorf("%s", table.String())
	}
}

// The second computation agrees with the keys that the bank is given.
func TestQuestions(t *testing.T) {
	for n := range questionsOfPaper {
		q := question(n)
		if back, err := questionOf(q.bankForm().Stem); err != nil || back != q {
			t.Errorf("question %d is read as %d: %v", q, back, err)
		}
	}
	for _, c := range []struct {
		q        question
		response string
		earned   int64
		answered bool
	}{
		{2, `{"choice":"b"}`, 500, true}, {2, `{"choice":"a"}`, 0, true}, {2, `null`, 0, false}, {2, ``, 0, false},
		{1, `{"blanks":["对","x"]}`, 250, true}, {1, `{"blanks":["错","x"]}`, 0, true}, {1, `{"blanks":["","x"]}`, 0, true},
	} {
		if earned, answered := c.q.mark(c.response); int64(earned) != c.earned || answered != c.answered {
			t.Errorf("%d %s: %d %v", c.q, c.response, earned, answered)
		}
	}
}
