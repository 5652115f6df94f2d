package exam

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// The allowances as decisions 14, 18 and 19 and promise 9 name them.
func TestAllowances(t *testing.T) {
	if LoadAllowance != 10*time.Second || DrainAllowance != 15*time.Second || OutageFloor != 30*time.Second || DefaultGraceSeconds != 60 || MaxGraceSeconds != 300 {
		t.Error("an allowance has changed, and with it when people are handed in")
	}
}

// What people mark earns what they gave for an answer, and nothing where there is no answer to their question.
func TestWhatPeopleGaveIsEarnedByAnAnswer(t *testing.T) {
	essay := questionbank.Question{Type: questionbank.Essay, Stem: "说明术后随访", Key: questionbank.Key{Model: "x"}}
	layout := []Place{{Slot: 1, VersionID: 1, Points: 1000}, {Slot: 2, VersionID: 1, Points: 1000}, {Slot: 3, VersionID: 1, Points: 1000}, {Slot: 4, VersionID: 2, Points: 1000}}
	m := MarkAll(layout, map[VersionID]questionbank.Question{1: essay, 2: singleOf(false)}, nil,
		map[int]Entry{1: {Response: json.RawMessage(`{"text":"先致歉"}`)}, 2: {Response: raw("b")}, 4: {Response: raw("b")}},
		map[int]score.Hundredths{1: 725, 2: 725, 3: 725, 4: 725})
	var got []score.Hundredths
	for _, s := range m.Marks {
		got = append(got, s.Mark)
	}
	if !slices.Equal(got, []score.Hundredths{725, 0, 0, 1000}) || m.Score != 1725 || m.Total != 4000 || m.Answered != 2 {
		t.Errorf("%v: %+v", got, m)
	}
}

// What is not exactly a choice of a plain name is left to the parser.
func TestAPlainChoice(t *testing.T) {
	for text, want := range map[string]string{
		`{"choice":"a"}`: "a", `{"choice": "true"}`: "true", `{"choice":"x-1_B"}`: "x-1_B",
		`{"choice":  "a"}`: "-", `{"choice":a"}`: "-", `{"choice":"a`: "-", `{"choice":"a b"}`: "-", `{"choice":"a","x":"b"}`: "-", `"a"}`: "-", `{"choices":"a"}`: "-", ``: "-",
	} {
		id, ok := choiceIn([]byte(text))
		if ok != (want != "-") || ok && string(id) != want {
			t.Errorf("%s: %q %v", text, id, ok)
		}
	}
	for _, c := range []struct {
		kind questionbank.Type
		id   string
		want bool
	}{
		{questionbank.Single, "a", true}, {questionbank.Single, "e", false}, {questionbank.Single, "true", false}, {questionbank.Judgement, "d", true},
		{questionbank.TrueFalse, "true", true}, {questionbank.TrueFalse, "false", true}, {questionbank.TrueFalse, "a", false}, {questionbank.Multiple, "a", false},
	} {
		if got := isOption(questionbank.Question{Type: c.kind, Options: options("a", "b", "c", "d")}, []byte(c.id)); got != c.want {
			t.Errorf("%s of %s: %v", c.id, c.kind, got)
		}
	}
}

// An act by answer that names no key leaves the paper's; an act without answers shows no key of its own.
func TestWithoutKeysThePapersKeyIsShown(t *testing.T) {
	for _, r := range []Ruling{{Act: AdmitAnswer}, {Act: FullMarks, Keys: []questionbank.Key{keyOf("c")}}} {
		if got := r.Question(singleOf(false)); !slices.Equal(got.Key.Choices, []string{"b"}) {
			t.Errorf("%+v: %v", r, got.Key.Choices)
		}
	}
}

// Nothing was answered before the late answers came.
func TestLateAnswersToAnEmptySheet(t *testing.T) {
	late := []LateAnswer{lateAt(1, 20, 3, 1, 1, "b")}
	if got := Admit(nil, late, LateOrder{Evidence: []int{1}}); len(got) != 1 || string(got[3].Response) != string(raw("b")) {
		t.Errorf("%v", got)
	}
	if got := Admit(nil, late, LateOrder{}); got == nil || len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// An older answer that is not chosen stays out alone: what comes after it is admitted.
func TestAnOlderAnswerStopsNoOther(t *testing.T) {
	counted := map[int]Entry{1: {Epoch: 2, ClientSeq: 5, Slot: 1, Response: raw("a"), ReceivedAt: minuteAt(10)}}
	got := Admit(counted, []LateAnswer{lateAt(1, 9, 1, 2, 4, "b"), lateAt(2, 20, 2, 2, 6, "c")}, LateOrder{Evidence: []int{1, 2}})
	if len(got) != 2 || string(got[1].Response) != string(raw("a")) || string(got[2].Response) != string(raw("c")) {
		t.Errorf("%v", got)
	}
}

func TestRulesForRedLines(t *testing.T) {
	for rule, want := range map[RedLineRule]bool{"": true, RedLineReport: true, RedLinePass: true, RedLineFail: true, "zero": false, "FAIL": false} {
		if rule.known() != want {
			t.Errorf("%q: %v", rule, !want)
		}
	}
}

// What else is wrong with a question that has been sat is no reason to leave its key wrong.
func TestARulingLooksAtTheKeyAlone(t *testing.T) {
	q := singleOf(false)
	q.Difficulty = 9
	if err := (Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}).check(q); err != nil {
		t.Error(err)
	}
}

// A statistic asks what answers are worth by the key that counts: with the mark that spared somebody aside, and without questions
// that tell nothing of anybody.
func TestMarksThatAStatisticCounts(t *testing.T) {
	marks := []SlotMark{
		{Slot: 1, VersionID: 11, Mark: 1000, Points: 1000, Answered: true}, {Slot: 2, VersionID: 12, Mark: 1000, Points: 1000, Answered: true},
		{Slot: 3, VersionID: 13, Mark: 500, Points: 1000, Answered: true}, {Slot: 4, VersionID: 14, Points: 1000, RedLineMissed: true},
	}
	spared := []SlotMark{{Slot: 1, VersionID: 11, Mark: 0, Points: 1000, Answered: true}}
	rulings := Rulings{11: {Act: ChangeKey}, 12: {Act: FullMarks}, 13: {Act: Drop}}
	got := countedRow{Marks: db.JSONOf(marks), Spared: db.JSONOf(spared)}.byRuling(rulings)
	if got.Score != 0 || got.Total != 2000 || got.Answered != 1 || got.RedLineMisses != 1 || len(got.Marks) != 2 || got.Marks[0] != spared[0] || got.Marks[1] != marks[3] {
		t.Errorf("%+v", got)
	}
	if all := (countedRow{Marks: db.JSONOf(marks)}).byRuling(nil); all.Score != 2500 || all.Total != 4000 {
		t.Errorf("nothing ruled: %+v", all)
	}
	if ids := versionsIn([]countedRow{{Marks: db.JSONOf(marks[2:])}, {Marks: db.JSONOf(marks[1:3])}}); !slices.Equal(ids, []VersionID{12, 13, 14}) {
		t.Errorf("%v", ids)
	}
}

// Marks, options and times of one attempt come together by their slot.
func TestASittingForTheStatistics(t *testing.T) {
	m := sumOf([]SlotMark{{Slot: 1, VersionID: 11, Mark: 1000, Points: 1000, Answered: true}, {Slot: 2, VersionID: 12, Mark: 250, Points: 500, Answered: true}, {Slot: 3, VersionID: 11, Points: 1000}})
	of := map[VersionID]Question{11: {Question: singleOf(false)}, 12: {Question: questionbank.Question{Type: questionbank.Blank}}}
	got := sittingOf(m, map[int]string{1: "b", 2: "x"}, map[int]int{1: 30, 2: 0}, of)
	want := itemstat.Sitting{Score: 1250, Total: 2500, Answers: []itemstat.Answer{
		{Version: 11, Mark: 1000, Points: 1000, Choices: []string{"b"}, Seconds: 30},
		{Version: 12, Mark: 250, Points: 500, Seconds: 0},
		{Version: 11, Points: 1000, Choices: []string{itemstat.NoChoice}, Seconds: itemstat.Untimed},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
