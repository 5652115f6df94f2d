package exam

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

func minuteAt(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

func raw(option string) json.RawMessage {
	if option == "" {
		return json.RawMessage("null")
	}
	return json.RawMessage(`{"choice":"` + option + `"}`)
}

func lateAt(no, minute, slot, epoch int, seq int64, option string) LateAnswer {
	return LateAnswer{No: no, Kind: string(Late), At: minuteAt(minute), Slot: slot, Epoch: epoch, ClientSeq: seq, Response: raw(option)}
}

// Promise 6: how admitted answers lie over what counts.
func TestAdmit(t *testing.T) {
	counted := map[int]Entry{1: {Epoch: 2, ClientSeq: 5, Slot: 1, Response: raw("a"), ReceivedAt: minuteAt(10)}}
	for _, c := range []struct {
		name  string
		late  []LateAnswer
		order LateOrder
		want  map[int]string // slot → option
	}{
		{"nothing admitted", []LateAnswer{lateAt(1, 20, 1, 2, 6, "b")}, LateOrder{}, map[int]string{1: "a"}},
		{"what is not named stays out", []LateAnswer{lateAt(1, 20, 1, 2, 6, "b"), lateAt(2, 20, 2, 2, 7, "c")}, LateOrder{Evidence: []int{2}}, map[int]string{1: "a", 2: "c"}},
		{"received later, it stands", []LateAnswer{lateAt(1, 20, 1, 2, 6, "b")}, LateOrder{Evidence: []int{1}}, map[int]string{1: "b"}},
		{"several for one slot: the last received", []LateAnswer{lateAt(3, 22, 1, 2, 8, "c"), lateAt(1, 20, 1, 2, 6, "b"), lateAt(2, 21, 1, 2, 7, "d")},
			LateOrder{Evidence: []int{1, 2, 3}}, map[int]string{1: "c"}},
		{"received together: by client_seq", []LateAnswer{lateAt(1, 20, 1, 2, 7, "c"), lateAt(2, 20, 1, 2, 6, "b")}, LateOrder{Evidence: []int{1, 2}}, map[int]string{1: "c"}},
		{"received together with one number: by evidence", []LateAnswer{lateAt(2, 20, 1, 2, 6, "c"), lateAt(1, 20, 1, 2, 6, "b")}, LateOrder{Evidence: []int{1, 2}}, map[int]string{1: "c"}},
		{"the order's own order does not matter", []LateAnswer{lateAt(1, 20, 1, 2, 6, "b"), lateAt(2, 21, 1, 2, 7, "c")}, LateOrder{Evidence: []int{2, 1}}, map[int]string{1: "c"}},
		{"a cleared response clears", []LateAnswer{lateAt(1, 20, 1, 2, 6, "")}, LateOrder{Evidence: []int{1}}, map[int]string{1: ""}},
		{"older by its lease: the newer answer stays", []LateAnswer{lateAt(1, 20, 1, 1, 90, "b")}, LateOrder{Evidence: []int{1}}, map[int]string{1: "a"}},
		{"older by its lease, chosen instead", []LateAnswer{lateAt(1, 20, 1, 1, 90, "b")}, LateOrder{Evidence: []int{1}, Instead: []int{1}}, map[int]string{1: "b"}},
		{"received before: the newer answer stays", []LateAnswer{lateAt(1, 9, 1, 2, 90, "b")}, LateOrder{Evidence: []int{1}}, map[int]string{1: "a"}},
		{"received at the same moment is not older", []LateAnswer{lateAt(1, 10, 1, 2, 6, "b")}, LateOrder{Evidence: []int{1}}, map[int]string{1: "b"}},
		{"old lease, but the slot was never answered", []LateAnswer{lateAt(1, 9, 2, 1, 3, "b")}, LateOrder{Evidence: []int{1}}, map[int]string{1: "a", 2: "b"}},
		{"a forged lease makes nothing older newer", []LateAnswer{lateAt(1, 9, 1, 99, 1, "b")}, LateOrder{Evidence: []int{1}}, map[int]string{1: "a"}},
		{"chosen instead, and a later one admitted: the later", []LateAnswer{lateAt(1, 9, 1, 1, 3, "b"), lateAt(2, 20, 1, 2, 6, "c")},
			LateOrder{Evidence: []int{1, 2}, Instead: []int{1}}, map[int]string{1: "c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Admit(counted, c.late, c.order)
			if len(got) != len(c.want) {
				t.Fatalf("%v", got)
			}
			for slot, option := range c.want {
				if string(got[slot].Response) != string(raw(option)) {
					t.Errorf("slot %d: %s, want %s", slot, got[slot].Response, raw(option))
				}
			}
			if string(counted[1].Response) != string(raw("a")) {
				t.Fatal("what counted was altered")
			}
		})
	}
}

func TestLateOrdersNameTheAttemptsEvidence(t *testing.T) {
	late := []LateAnswer{lateAt(1, 20, 1, 2, 6, "b"), lateAt(4, 21, 1, 2, 7, "c")}
	for _, c := range []struct {
		order LateOrder
		ok    bool
	}{
		{LateOrder{Evidence: []int{1, 4}, Instead: []int{4}}, true},
		{LateOrder{}, false},
		{LateOrder{Evidence: []int{2}}, false},
		{LateOrder{Evidence: []int{1}, Instead: []int{4}}, false},
	} {
		if err := c.order.check(late); (err == nil) != c.ok || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", c.order, err)
		}
	}
}

func TestRepetitionsAreShownOnce(t *testing.T) {
	got := distinct([]LateAnswer{
		lateAt(1, 20, 1, 2, 6, "b"), lateAt(2, 21, 1, 2, 6, "b"), lateAt(3, 21, 1, 2, 7, "b"), lateAt(4, 22, 2, 2, 6, "b"), lateAt(5, 23, 1, 2, 6, "c"),
	})
	var numbers []int
	for _, a := range got {
		numbers = append(numbers, a.No)
	}
	if len(numbers) != 4 || numbers[0] != 1 || numbers[1] != 3 || numbers[2] != 4 || numbers[3] != 5 {
		t.Errorf("%v", numbers)
	}
}

func marksOf(marks ...score.Hundredths) (out []SlotMark) {
	for i, m := range marks {
		out = append(out, SlotMark{Slot: i + 1, Mark: m, Points: 1000})
	}
	return out
}

// Threat 34: a correction that changes nothing is none, and none makes anybody worse off, by the score or by a red line.
func TestCorrectionsNeverLower(t *testing.T) {
	red := func(missed ...bool) (out []SlotMark) {
		for i, m := range missed {
			out = append(out, SlotMark{Slot: i + 1, Mark: 500, Points: 1000, RedLineMissed: m})
		}
		return out
	}
	for _, c := range []struct {
		name          string
		before, after []SlotMark
		key           string
	}{
		{"the same", marksOf(1000, 0), marksOf(1000, 0), "error.exam.correction_nothing"},
		{"the same in another order", []SlotMark{{Slot: 2, Mark: 5}, {Slot: 1, Mark: 7}}, []SlotMark{{Slot: 1, Mark: 7}, {Slot: 2, Mark: 5}}, "error.exam.correction_nothing"},
		{"0.01 less", marksOf(1000, 1), marksOf(1000, 0), "error.exam.correction_lowers"},
		{"more here, less there, less in all", marksOf(1000, 500), marksOf(400, 1000), "error.exam.correction_lowers"},
		{"other slots, the same sum", marksOf(1000, 0), marksOf(0, 1000), ""},
		{"0.01 more", marksOf(1000, 0), marksOf(1000, 1), ""},
		{"a red line less, the same score", red(true, true), red(false, true), ""},
		{"a red line more, the same score", red(true, false), red(true, true), "error.exam.correction_worse"},
		{"a red line for another", red(true, false), red(false, true), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			was, is := sumOf(c.before), sumOf(c.after)
			err := CheckCorrected(score.DefaultBands(), ResultRow{Score: was.Score, Total: was.Total, RedLineMisses: was.RedLineMisses, Marks: db.JSONOf(c.before)}, is, Judgement{})
			var e *errs.Error
			if (err == nil) != (c.key == "") {
				t.Fatal(err)
			}
			if err != nil && (!asError(err, &e) || e.Key != c.key || e.Kind != errs.Conflict) {
				t.Errorf("%v", err)
			}
		})
	}
	var e *errs.Error
	if err := CheckCorrected(score.DefaultBands(), ResultRow{Score: 1500, Marks: db.JSONOf(marksOf(1000, 500))}, sumOf(marksOf(400, 1000)), Judgement{}); !asError(err, &e) || e.Args["before"] != "15.00" || e.Args["after"] != "14.00" {
		t.Errorf("the refusal does not name the numbers: %+v", e)
	}
}

func sumOf(marks []SlotMark) (m Marking) {
	for _, s := range marks {
		m.add(s)
	}
	return m
}

// What a person is judged by, from what weighs most to what weighs least; each line differs from the one below by one thing.
func TestWhoIsWorseOff(t *testing.T) {
	ladder := []standing{ // each is worse than all that follow
		{Score: 9900, Total: 10000, Band: score.Fail, RedLineMisses: 2},
		{Score: 1000, Total: 10000, Band: score.Fail, RedLineMisses: 1},
		{Score: 1000, Total: 9900, Band: score.Fail, RedLineMisses: 1},
		{Score: 1001, Total: 9900, Band: score.Fail, RedLineMisses: 1},
		{Score: 5900, Total: 10000, Band: score.Fail},
		{Score: 9900, Total: 10000, Band: score.Pass, Passed: true, RedLineMisses: 1},
		{Score: 6000, Total: 10000, Band: score.Pass, Passed: true},
		{Score: 6667, Total: 10001, Band: score.Pass, Passed: true}, // 66.663 %
		{Score: 6667, Total: 10000, Band: score.Pass, Passed: true}, // 66.670 %
		{Score: 9000, Total: 10000, Band: score.Good, Passed: true, RedLineMisses: 3},
		{Score: 9000, Total: 10000, Band: score.Excellent, Passed: true},
	}
	for i, a := range ladder {
		for j, b := range ladder {
			if got := a.worse(score.DefaultBands(), b); got != (i < j) {
				t.Errorf("%+v worse than %+v: %v", a, b, got)
			}
		}
	}
	half, same := standing{Score: 5000, Total: 10000, Band: score.Fail}, standing{Score: 4500, Total: 9000, Band: score.Fail}
	if half.worse(score.DefaultBands(), same) || same.worse(score.DefaultBands(), half) {
		t.Error("the same share of other points is neither better nor worse")
	}
}

func asError(err error, to **errs.Error) bool {
	e, ok := err.(*errs.Error)
	*to = e
	return ok
}

func TestCorrectionStates(t *testing.T) {
	acts := []CorrectionAct{ActApprove, ActReject, ActWithdraw}
	want := map[CorrectionAct]CorrectionState{ActApprove: CorrectionApproved, ActReject: CorrectionRejected, ActWithdraw: CorrectionWithdrawn}
	for _, act := range acts {
		if got, err := CorrectionProposed.After(act); err != nil || got != want[act] {
			t.Errorf("%s: %s %v", act, got, err)
		}
		for _, decided := range want {
			if got, err := decided.After(act); !errs.Is(err, errs.Conflict) || got != decided {
				t.Errorf("%s of %s: %s %v", act, decided, got, err)
			}
		}
	}
}

// Whatever was admitted before and is admitted now: every slot shows either what counted or an admitted answer, and an order
// without evidence is a no-op.
func TestAdmitProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		counted := map[int]Entry{}
		for slot := 1; slot <= 4; slot++ {
			if rapid.Bool().Draw(rt, "answered") {
				counted[slot] = Entry{Epoch: rapid.IntRange(1, 3).Draw(rt, "epoch"), Slot: slot, Response: raw("x"), ReceivedAt: minuteAt(rapid.IntRange(0, 9).Draw(rt, "minute"))}
			}
		}
		var late []LateAnswer
		var o LateOrder
		for no := range rapid.IntRange(0, 8).Draw(rt, "late") {
			a := lateAt(no+1, rapid.IntRange(0, 19).Draw(rt, "at"), rapid.IntRange(1, 4).Draw(rt, "slot"), rapid.IntRange(1, 3).Draw(rt, "lease"), int64(no), "y")
			late = append(late, a)
			if rapid.Bool().Draw(rt, "admit") {
				o.Evidence = append(o.Evidence, a.No)
			}
		}
		got := Admit(counted, late, o)
		for slot, e := range got {
			was, had := counted[slot]
			if string(e.Response) == `{"choice":"x"}` {
				continue
			}
			if had && (e.ReceivedAt.Before(was.ReceivedAt) || e.Epoch < was.Epoch) {
				rt.Fatalf("slot %d: an older answer replaced a newer one without being chosen", slot)
			}
		}
		for slot := range counted {
			if _, ok := got[slot]; !ok {
				rt.Fatalf("slot %d is lost", slot)
			}
		}
		again := Admit(counted, late, LateOrder{})
		for slot, e := range counted {
			if string(again[slot].Response) != string(e.Response) {
				rt.Fatal("an order without evidence changed something")
			}
		}
	})
}

// Marks that people gave stay where the order changes no answer.
func TestOnlyChangedSlotsAreMarkedAnew(t *testing.T) {
	was := map[int]Entry{1: {Slot: 1, Response: raw("a")}, 2: {Slot: 2, Response: json.RawMessage(`{"choice": "b"}`)}}
	is := map[int]Entry{1: {Slot: 1, Response: raw("c")}, 2: {Slot: 2, Response: raw("b")}, 3: {Slot: 3, Response: raw("d")}}
	changed := changedSlots(was, is)
	if len(changed) != 2 || !changed[1] || !changed[3] {
		t.Fatalf("%v", changed)
	}
	before := []SlotMark{{Slot: 1, Points: 1000, Mark: 100, Answered: true}, {Slot: 2, Points: 1000, Mark: 750, Answered: true}, {Slot: 3, Points: 1000}}
	again := Marking{Total: 3000, Marks: []SlotMark{{Slot: 1, Points: 1000, Mark: 1000, Answered: true}, {Slot: 2, Points: 1000, Mark: 0, Answered: true}, {Slot: 3, Points: 1000, Mark: 500, Answered: true}}, Score: 1500}
	if got := remarked(before, again, changed); got.Score != 2250 || got.Total != 3000 || got.Answered != 3 || got.Marks[1].Mark != 750 {
		t.Errorf("%+v", got)
	}
}

// A late answer to a question that people mark waits for its mark: it is neither approved nor given nothing meanwhile.
func TestAnswersThatPeopleMarkWait(t *testing.T) {
	paper := &frozen{questions: map[VersionID]Question{1: {Question: questionbank.Question{Type: questionbank.Short}}, 2: {Question: questionbank.Question{Type: questionbank.Single}}}}
	m := Marking{Marks: []SlotMark{{Slot: 1, VersionID: 1, Mark: 500, Answered: true}, {Slot: 2, VersionID: 2, Mark: 1000, Answered: true}}, Score: 1500}
	marked := map[int]score.Hundredths{1: 500}
	for name, c := range map[string]struct {
		changed map[int]bool
		given   map[int]score.Hundredths
		cleared bool
		waiting int
	}{
		"another slot":  {changed: map[int]bool{2: true}},
		"not yet":       {changed: map[int]bool{1: true, 2: true}, waiting: 1},
		"marked":        {changed: map[int]bool{1: true, 2: true}, given: marked},
		"nothing to it": {changed: map[int]bool{1: true}, cleared: true},
	} {
		m := Marking{Marks: slices.Clone(m.Marks), Score: m.Score}
		m.Marks[0].Answered = !c.cleared
		r := regraded{
			paper: paper, current: ResultRow{Marks: db.JSONOf([]SlotMark{{Slot: 1, VersionID: 1, Mark: 400}, {Slot: 2, VersionID: 2}})}, marking: m,
			changed: c.changed, waiting: unmarked(m, paper, c.changed, c.given),
		}
		var e *errs.Error
		if err := r.check(); len(r.waiting) != c.waiting || (c.waiting > 0) != (asError(err, &e) && e.Key == "error.exam.correction_unmarked") {
			t.Errorf("%s: waiting for %v: %v", name, r.waiting, err)
		}
	}
}
