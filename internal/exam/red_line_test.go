package exam

import (
	"context"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

func TestRedLineHoldsTheBandBack(t *testing.T) {
	bands := score.DefaultBands()
	for _, tt := range []struct {
		rule   RedLineRule
		score  int64
		misses int
		band   score.Band
		passed bool
	}{
		{RedLineReport, 95, 3, score.Excellent, true},
		{"", 95, 1, score.Excellent, true},
		{RedLinePass, 95, 0, score.Excellent, true},
		{RedLinePass, 95, 1, score.Pass, true},
		{RedLinePass, 60, 1, score.Pass, true},
		{RedLinePass, 59, 1, score.Fail, false},
		{RedLineFail, 95, 0, score.Excellent, true},
		{RedLineFail, 100, 1, score.Fail, false},
		{RedLineFail, 30, 2, score.Fail, false},
	} {
		m := Marking{Score: score.Whole(tt.score), Total: score.Whole(100), RedLineMisses: tt.misses}
		got := Judge(bands, tt.rule, m)
		if got.Band != tt.band || got.Passed != tt.passed || got.Percent != score.Whole(tt.score) {
			t.Errorf("%q, %d of 100, %d missed: %+v", tt.rule, tt.score, tt.misses, got)
		}
	}
}

func TestRedLineWords(t *testing.T) {
	for rule, want := range map[RedLineRule]int{"": 0, RedLineReport: 0, RedLinePass: 1, RedLineFail: 1} {
		if got := RedLineWords(words.ZH, rule); len(got) != want {
			t.Errorf("%q: %v", rule, got)
		}
	}
}

// A red line is missed by a wrong answer, by none, and by what is no response; the marks say where.
func TestMarkAllCountsRedLines(t *testing.T) {
	red := questionbank.Question{Type: questionbank.Single, RedLine: true, Options: options("a", "b"), Key: questionbank.Key{Choices: []string{"b"}}}
	plain := red
	plain.RedLine = false
	layout := []Place{{Slot: 1, VersionID: 1, Points: 100}, {Slot: 2, VersionID: 1, Points: 100}, {Slot: 3, VersionID: 1, Points: 100}, {Slot: 4, VersionID: 1, Points: 100}, {Slot: 5, VersionID: 2, Points: 100}}
	m := MarkAll(layout, map[VersionID]questionbank.Question{1: red, 2: plain}, nil,
		map[int]Entry{1: {Response: raw("b")}, 2: {Response: raw("a")}, 3: {Response: raw("z")}, 5: {Response: raw("a")}}, nil)
	var missed []int
	for _, mark := range m.Marks {
		if mark.RedLineMissed {
			missed = append(missed, mark.Slot)
		}
	}
	if m.RedLineMisses != 3 || !slices.Equal(missed, []int{2, 3, 4}) || m.Score != 100 {
		t.Errorf("%d missed, at %v, %s", m.RedLineMisses, missed, m.Score)
	}
	before := []SlotMark{{Slot: 2, RedLineMissed: true}, {Slot: 3, RedLineMissed: true}}
	again := Marking{Marks: []SlotMark{{Slot: 2}, {Slot: 3}}}
	if got := remarked(before, again, map[int]bool{2: true}); got.RedLineMisses != 1 {
		t.Errorf("marked anew: %d", got.RedLineMisses)
	}
}

// redBank asks the same questions as red-line ones.
type redBank struct{ memoryBank }

func (b redBank) Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Question, error) {
	out, err := b.memoryBank.Versions(ctx, x, ids)
	for id, q := range out {
		q.RedLine = true
		out[id] = q
	}
	return out, err
}

// Nine of ten right is 优秀 by the score; the rule that was published holds the band, and the database lets no other one in.
func TestRedLineOfAnExam(t *testing.T) {
	for _, tt := range []struct {
		rule   RedLineRule
		band   score.Band
		passed bool
	}{{"", score.Excellent, true}, {RedLinePass, score.Pass, true}, {RedLineFail, score.Fail, false}} {
		c := newClinic(t, 1)
		c.questions = redBank{newMemoryBank()}
		id := c.published(1, func(s *Settings) { s.RedLine = tt.rule })
		sheet := c.begin(id, 1)
		c.answer(sheet, 1, 9)
		c.submit(sheet, 1)
		var r ResultRow
		must(t, c.store.Get(c.ctx, c.d, &r, "result_of_attempt", int64(sheet.AttemptID), true, int64(0), db.Array([]int64{})))
		if r.Band != tt.band || r.Passed != tt.passed || r.Score != score.Whole(90) || r.RedLineMisses != 1 || !r.Marks.V[9].RedLineMissed {
			t.Errorf("%q: %+v", tt.rule, r)
		}
		// Worked out once more, in SQL, from the marks alone.
		if n := c.count(`SELECT count(*) FROM result r, jsonb_array_elements(r.marks) m WHERE (m ->> 'red_line_missed')::boolean`); n != 1 {
			t.Errorf("%q: %d in SQL", tt.rule, n)
		}
		c.exec(`ALTER TABLE result DISABLE TRIGGER result_release_only`)
		for _, wrong := range []string{"red_line_misses = 0", "red_line = 'pass', band = 'good'", "red_line = 'fail', passed = true"} {
			if _, err := c.d.SQL().Exec("UPDATE result SET " + wrong); err == nil {
				t.Errorf("the database takes %s", wrong)
			}
		}
	}
}

// Questions on one stimulus stand together and in order, however slots are mixed; what is to be put in order never stands
// as it is stored, whatever the exam says of options, and segments always do.
func TestLayOutGroups(t *testing.T) {
	on := func(kind questionbank.Type, stimulus string) questionbank.Question {
		q := questionbank.Question{Type: kind, Options: options("a", "b", "c", "d"), Stem: "[[一]][[二]][[三]]"}
		if stimulus != "" {
			q.Stimulus = &questionbank.Stimulus{ID: stimulus}
		}
		return q
	}
	questions := map[VersionID]questionbank.Question{
		1: on(questionbank.Single, "s"), 2: on(questionbank.Single, ""), 3: on(questionbank.Judgement, "s"), 4: on(questionbank.Ordering, ""),
		5: on(questionbank.Labelling, ""), 6: on(questionbank.Matching, "s"), 7: on(questionbank.Single, "s"),
	}
	var slots []PaperSlot
	for n := range 7 {
		section := "一"
		if n == 6 {
			section = "二"
		}
		slots = append(slots, PaperSlot{Slot: n + 1, Section: section, VersionID: VersionID(n + 1), Points: 100})
	}
	mixedOptions := map[VersionID]bool{}
	for seed := range uint64(40) {
		for _, s := range []Shuffle{{}, {Slots: true}, {Slots: true, Options: true}} {
			layout := planOf(slots, questions).layOut(seeded(seed), s)
			at := map[VersionID]int{}
			for i, p := range layout {
				at[p.VersionID] = i
				if !slices.IsSorted(p.OptionIDs) && !s.Options {
					mixedOptions[p.VersionID] = true
				}
			}
			if len(at) != 7 || at[3] != at[1]+1 || at[6] != at[3]+1 || at[7] != 6 {
				t.Fatalf("%+v: %v", s, at)
			}
			if got := layout[at[5]].OptionIDs; !slices.Equal(got, []string{"1", "2", "3"}) {
				t.Fatalf("segments %v", got)
			}
		}
	}
	if !mixedOptions[4] || !mixedOptions[6] || len(mixedOptions) != 2 {
		t.Errorf("without the exam's shuffle mixed: %v", mixedOptions)
	}
}

// On paper the line is known by the mark that was keyed in.
func TestRedLinesOnPaper(t *testing.T) {
	full, part, none := score.Hundredths(200), score.Hundredths(100), score.Hundredths(0)
	places := []Place{{Slot: 1, VersionID: 1, Points: 200}, {Slot: 2, VersionID: 2, Points: 200}, {Slot: 3, VersionID: 3, Points: 200}, {Slot: 4, VersionID: 4, Points: 200}}
	questions := map[VersionID]questionbank.Question{
		1: {Type: questionbank.Judgement, RedLine: true}, 2: {Type: questionbank.Multiple, RedLine: true},
		3: {Type: questionbank.Essay, RedLine: true}, 4: {Type: questionbank.Single},
	}
	for _, c := range []struct {
		marks  []*score.Hundredths
		misses int
	}{
		{[]*score.Hundredths{&full, &full, &none, &none}, 0},
		{[]*score.Hundredths{&part, &part, &none, &none}, 1}, // a yellow reply crosses nothing, a part of a set does
		{[]*score.Hundredths{&none, &full, &none, &none}, 1},
		{[]*score.Hundredths{nil, nil, nil, nil}, 2},
	} {
		entered := make([]EnteredMark, len(places))
		for i, m := range c.marks {
			entered[i] = EnteredMark{Mark: m}
		}
		m := markingOf(places, entered, questions, nil)
		if m.RedLineMisses != c.misses {
			t.Errorf("%+v: %d misses, want %d", m.Marks, m.RedLineMisses, c.misses)
		}
	}
}
