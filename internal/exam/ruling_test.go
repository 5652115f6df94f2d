package exam

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

func keyOf(choices ...string) questionbank.Key { return questionbank.Key{Choices: choices} }

func gapsKey(gaps ...[]string) questionbank.Key { return questionbank.Key{Gaps: gaps} }

func singleOf(red bool) questionbank.Question {
	return questionbank.Question{Type: questionbank.Single, Stem: "题", Options: options("a", "b", "c", "d"), Key: keyOf("b"), RedLine: red, Explanation: "x", Difficulty: 3}
}

// rule:attempt-promise-11 what a slot earns under each act, by every kind of answer.
func TestRulingMarks(t *testing.T) {
	several := questionbank.Question{Type: questionbank.Multiple, Options: options("a", "b", "c", "d"), Key: keyOf("a", "b")}
	blank := questionbank.Question{Type: questionbank.Blank, Stem: "____，____", Key: gapsKey([]string{"一"}, []string{"二"})}
	short := questionbank.Question{Type: questionbank.Short, Stem: "说明", Key: questionbank.Key{Model: "x"}}
	none := questionbank.Response{}
	choice := func(id string) questionbank.Response {
		return questionbank.Response{Type: questionbank.Single, Choice: id}
	}
	choices := func(ids ...string) questionbank.Response {
		return questionbank.Response{Type: questionbank.Multiple, Choices: ids}
	}
	blanks := func(texts ...string) questionbank.Response {
		return questionbank.Response{Type: questionbank.Blank, Blanks: texts}
	}
	for _, c := range []struct {
		name   string
		ruling Ruling
		q      questionbank.Question
		given  questionbank.Response
		want   earned
	}{
		{"another key, chosen", Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}, singleOf(false), choice("c"), earned{mark: 1001, points: 1001}},
		{"another key, the old one chosen", Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}, singleOf(false), choice("b"), earned{points: 1001}},
		{"another key, not answered", Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}, singleOf(false), none, earned{points: 1001}},
		{"another key of a red line, missed", Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}, singleOf(true), choice("b"), earned{points: 1001, redLineMissed: true}},
		{"another key of a red line, shown", Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}, singleOf(true), choice("c"), earned{mark: 1001, points: 1001}},
		{"admitted, the old answer", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("b"), keyOf("c")}}, singleOf(true), choice("b"), earned{mark: 1001, points: 1001}},
		{"admitted, the new answer", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("b"), keyOf("c")}}, singleOf(true), choice("c"), earned{mark: 1001, points: 1001}},
		{"admitted, a third answer", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("b"), keyOf("c")}}, singleOf(true), choice("a"), earned{points: 1001, redLineMissed: true}},
		{"the better of two sets", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("a", "b"), keyOf("a", "c")}}, several, choices("a", "c"), earned{mark: 1001, points: 1001}},
		{"a part of either set, floored", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("a", "b"), keyOf("a", "c")}}, several, choices("a"), earned{mark: 500, points: 1001}},
		{"a wrong choice in both sets", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("a", "b"), keyOf("a", "c")}}, several, choices("a", "d"), earned{points: 1001}},
		{"another text at one gap", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{gapsKey([]string{"一"}, []string{"二"}), gapsKey([]string{"壹", "一"}, []string{"二"})}}, blank, blanks("壹", "二"), earned{mark: 1001, points: 1001}},
		{"full marks for a wrong answer", Ruling{Act: FullMarks}, singleOf(true), choice("a"), earned{mark: 1001, points: 1001}},
		{"full marks for no answer", Ruling{Act: FullMarks}, singleOf(true), none, earned{mark: 1001, points: 1001}},
		{"full marks at what people mark", Ruling{Act: FullMarks}, short, none, earned{mark: 1001, points: 1001}},
		{"dropped, right or not", Ruling{Act: Drop}, singleOf(true), choice("b"), earned{dropped: true}},
		{"dropped, a red line missed", Ruling{Act: Drop}, singleOf(true), none, earned{dropped: true}},
		{"dropped at what people mark", Ruling{Act: Drop}, short, none, earned{dropped: true}},
		{"nothing ruled", Ruling{}, singleOf(false), choice("b"), earned{mark: 7, points: 1001}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.ruling.mark(SlotMark{Slot: 3, VersionID: 5, Mark: 7, Points: 1001, Answered: true}, c.q, c.given)
			if got.earns() != c.want || got.Slot != 3 || got.VersionID != 5 || !got.Answered {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestRulingsThatAQuestionDoesNotTake(t *testing.T) {
	short := questionbank.Question{Type: questionbank.Short, Stem: "说明"}
	for _, c := range []struct {
		name  string
		r     Ruling
		q     questionbank.Question
		field string
	}{
		{"another option", Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}, singleOf(false), ""},
		{"no act", Ruling{}, singleOf(false), "act"},
		{"no such act", Ruling{Act: "zero"}, singleOf(false), "act"},
		{"no key", Ruling{Act: ChangeKey}, singleOf(false), "key"},
		{"an empty key", Ruling{Act: ChangeKey, Keys: []questionbank.Key{{}}}, singleOf(false), "key"},
		{"no option of the question", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("h")}}, singleOf(false), "key"},
		{"two options of a single choice", Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("a", "c")}}, singleOf(false), "key"},
		{"another type's key", Ruling{Act: ChangeKey, Keys: []questionbank.Key{gapsKey([]string{"b"})}}, singleOf(false), "key"},
		{"a key where people mark", Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}, short, "act"},
		{"full marks where people mark", Ruling{Act: FullMarks}, short, ""},
		{"dropped where people mark", Ruling{Act: Drop}, short, ""},
		{"taken back where people mark", Ruling{Act: PaperKey}, short, ""},
	} {
		err := c.r.check(c.q)
		var e *errs.Error
		if (err == nil) != (c.field == "") || err != nil && (!asError(err, &e) || e.Kind != errs.Invalid || e.Fields[0].Name != c.field) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// An answer is admitted beside all that count, whatever brought those; the last ruling on a question stands.
func TestAdmittedKeysAddUp(t *testing.T) {
	q := singleOf(false)
	for _, c := range []struct {
		name   string
		r      Ruling
		stands Ruling
		want   []questionbank.Key
	}{
		{"beside the paper's key", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("c")}}, Ruling{}, []questionbank.Key{keyOf("b"), keyOf("c")}},
		{"the paper's own key", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("b")}}, Ruling{}, []questionbank.Key{keyOf("b")}},
		{"beside what was admitted", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("d")}}, Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("b"), keyOf("c")}}, []questionbank.Key{keyOf("b"), keyOf("c"), keyOf("d")}},
		{"beside another key", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("d")}}, Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}, []questionbank.Key{keyOf("c"), keyOf("d")}},
		{"after it was dropped", Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("d")}}, Ruling{Act: Drop}, []questionbank.Key{keyOf("b"), keyOf("d")}},
		{"another key alone", Ruling{Act: ChangeKey, Keys: []questionbank.Key{keyOf("d")}}, Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("b"), keyOf("c")}}, []questionbank.Key{keyOf("d")}},
		{"keys of what takes none", Ruling{Act: Drop, Keys: []questionbank.Key{keyOf("d")}}, Ruling{}, nil},
	} {
		if got := c.r.completed(c.stands, q).Keys; !slices.EqualFunc(got, c.want, sameKey) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	two := questionbank.Question{Type: questionbank.Blank, Stem: "____，____", Key: gapsKey([]string{"一"}, []string{"二"})}
	for _, c := range []struct {
		name     string
		admitted []questionbank.Key
		earn     map[string]score.Hundredths // by what is written into the gaps
	}{
		{"gap by gap, in two orders", []questionbank.Key{gapsKey([]string{"壹"}, []string{"二"}), gapsKey([]string{"一"}, []string{"二", "贰"})},
			map[string]score.Hundredths{"一二": 1000, "壹二": 1000, "一贰": 1000, "壹贰": 1000, "壹三": 500, "贰壹": 0}},
		{"the other way round", []questionbank.Key{gapsKey([]string{"二"}, []string{"一"})}, map[string]score.Hundredths{"一二": 1000, "二一": 1000, "一一": 500, "二二": 500}},
		{"both at once", []questionbank.Key{gapsKey([]string{"一", "壹"}, []string{"二", "贰"})}, map[string]score.Hundredths{"壹二": 1000, "壹贰": 1000}},
		{"both at once, then one more", []questionbank.Key{gapsKey([]string{"一", "壹"}, []string{"二", "贰"}), gapsKey([]string{"1"}, []string{"二"})}, map[string]score.Hundredths{"1贰": 1000, "壹贰": 1000}},
		{"what counts already", []questionbank.Key{gapsKey([]string{"壹"}, []string{"二"}), gapsKey([]string{"一"}, []string{"二"})}, map[string]score.Hundredths{"壹二": 1000, "一二": 1000}},
	} {
		var stands Ruling
		for _, key := range c.admitted {
			stands = Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{key}}.completed(stands, two)
		}
		for written, want := range c.earn {
			given := questionbank.Response{Type: questionbank.Blank}
			for _, gap := range written {
				given.Blanks = append(given.Blanks, string(gap))
			}
			if got := stands.mark(SlotMark{Points: 1000}, two, given).Mark; got != want {
				t.Errorf("%s: %s earns %s, want %s (%+v)", c.name, written, got, want, stands.Keys)
			}
		}
		if len(two.Key.Gaps[0]) != 1 {
			t.Fatalf("%s: the paper's own key has changed: %+v", c.name, two.Key)
		}
	}
	list := []Ruling{{VersionID: 1, Act: Drop}, {VersionID: 2, Act: FullMarks}, {VersionID: 1, Act: FullMarks}}
	if r := rulingsOf(list); len(r) != 2 || r[1].Act != FullMarks || r[2].Act != FullMarks {
		t.Errorf("%+v", r)
	}
	if r := rulingsOf(append(list, Ruling{VersionID: 1, Act: PaperKey})); len(r) != 1 || r[2].Act != FullMarks {
		t.Errorf("taken back: %+v", r)
	}
}

func TestTheKeyThatIsShown(t *testing.T) {
	shown := Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("b"), keyOf("c")}}.Question(singleOf(false))
	if !slices.Equal(shown.Key.Choices, []string{"b", "c"}) {
		t.Errorf("%+v", shown.Key)
	}
	blank := questionbank.Question{Type: questionbank.Blank, Key: gapsKey([]string{"一"}, []string{"二"})}
	shown = Ruling{Act: AdmitAnswer, Keys: []questionbank.Key{blank.Key, gapsKey([]string{"一", "壹"}, []string{"贰"})}}.Question(blank)
	if !slices.Equal(shown.Key.Gaps[0], []string{"一", "壹"}) || !slices.Equal(shown.Key.Gaps[1], []string{"二", "贰"}) || len(blank.Key.Gaps[1]) != 1 {
		t.Errorf("%+v", shown.Key)
	}
	keys := []questionbank.Key{keyOf("a", "b"), keyOf("a", "c")}
	for kind, want := range map[questionbank.Type]int{questionbank.Multiple: 1, questionbank.Ordering: 1, questionbank.Single: 0, questionbank.TrueFalse: 0, questionbank.Blank: 0} {
		if got := (Ruling{Act: AdmitAnswer, Keys: keys}).Also(kind); len(got) != want || want > 0 && !sameKey(got[0], keys[1]) {
			t.Errorf("%s: also right %+v", kind, got)
		}
	}
	if got := (Ruling{Act: FullMarks, Keys: keys}).Also(questionbank.Multiple); got != nil {
		t.Errorf("full marks: %+v", got)
	}
	for _, act := range []RulingAct{"", Drop, FullMarks} {
		if got := (Ruling{Act: act}).Question(singleOf(false)); !slices.Equal(got.Key.Choices, []string{"b"}) {
			t.Errorf("%s: %+v", act, got.Key)
		}
	}
}

// paperOfTen is a result of ten questions of 10 points with so many right; the question of version 3 was answered right or not.
func paperOfTen(right int, third bool, rule RedLineRule) ruledRow {
	row := ruledRow{Points: 1000}
	row.RedLine = rule
	var m Marking
	for slot := 1; slot <= 10; slot++ {
		s := SlotMark{Slot: slot, VersionID: VersionID(slot), Points: 1000, Answered: true}
		if slot == 3 && third || slot != 3 && right > 0 {
			s.Mark = 1000
		}
		if slot != 3 {
			right--
		}
		if slot == 3 && !third && rule != "" {
			s.RedLineMissed = true
		}
		m.add(s)
	}
	j := Judge(score.DefaultBands(), rule, m)
	row.Score, row.Total, row.Percent, row.Band, row.Passed, row.RedLineMisses = m.Score, m.Total, j.Percent, j.Band, j.Passed, m.RedLineMisses
	row.Marks = db.JSONOf(m.Marks)
	return row
}

// rule:attempt-promise-11 every edge of what a ruling does to a result: right counts the other nine questions.
func TestUnderARuling(t *testing.T) {
	newKey := Ruling{VersionID: 3, Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}}
	for _, c := range []struct {
		name   string
		row    ruledRow
		ruling Ruling
		answer string
		effect RulingEffect
		points score.Hundredths
		total  score.Hundredths
		passed bool
	}{
		{"a fail that the new key lifts", paperOfTen(5, false, ""), newKey, "c", RulingBetter, 6000, 10000, true},
		{"better and still a fail", paperOfTen(4, false, ""), newKey, "c", RulingBetter, 5000, 10000, false},
		{"the old key chosen: it would be worse", paperOfTen(5, true, ""), newKey, "b", RulingSpared, 5000, 10000, false},
		{"worse, though still a pass", paperOfTen(9, true, ""), newKey, "b", RulingSpared, 9000, 10000, true},
		{"wrong before and after", paperOfTen(5, false, ""), newKey, "a", RulingSame, 5000, 10000, false},
		{"full marks lift", paperOfTen(5, false, ""), Ruling{VersionID: 3, Act: FullMarks}, "a", RulingBetter, 6000, 10000, true},
		{"full marks for whoever had them", paperOfTen(5, true, ""), Ruling{VersionID: 3, Act: FullMarks}, "b", RulingSame, 6000, 10000, true},
		{"dropped: 50 of 90 are less than 60 of 100", paperOfTen(5, true, ""), Ruling{VersionID: 3, Act: Drop}, "b", RulingSpared, 5000, 9000, false},
		{"dropped: 50 of 90 are more than 50 of 100, and still a fail", paperOfTen(5, false, ""), Ruling{VersionID: 3, Act: Drop}, "a", RulingBetter, 5000, 9000, false},
		{"dropped: 60 of 90", paperOfTen(6, false, ""), Ruling{VersionID: 3, Act: Drop}, "a", RulingBetter, 6000, 9000, true},
		{"dropped: all right stays all right", paperOfTen(9, true, ""), Ruling{VersionID: 3, Act: Drop}, "b", RulingBetter, 9000, 9000, true},
		{"dropped: nothing stays nothing", paperOfTen(0, false, ""), Ruling{VersionID: 3, Act: Drop}, "a", RulingBetter, 0, 9000, false},
		{"a red line that held a pass back is dropped", paperOfTen(7, false, RedLineFail), Ruling{VersionID: 3, Act: Drop}, "a", RulingBetter, 7000, 9000, true},
		{"a red line shown by the new key", paperOfTen(6, false, RedLineFail), newKey, "c", RulingBetter, 7000, 10000, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := singleOf(c.row.RedLine != "")
			got := c.row.under(c.ruling, q, ruledAnswer{entry: Entry{Slot: 3, Response: raw(c.answer)}}, score.DefaultBands())
			if got.effect != c.effect || got.marking.Score != c.points || got.marking.Total != c.total || got.judged.Passed != c.passed {
				t.Errorf("%q, %s of %s, passed %v", got.effect, got.marking.Score, got.marking.Total, got.judged.Passed)
			}
		})
	}
}

// Whatever is ruled: a result that changes is never worse, one that would be is spared, and nothing but the ruled slot moves.
func TestUnderARulingProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		row := paperOfTen(rapid.IntRange(0, 9).Draw(rt, "right"), rapid.Bool().Draw(rt, "third"), rapid.SampledFrom([]RedLineRule{"", RedLineReport, RedLinePass, RedLineFail}).Draw(rt, "rule"))
		ruling := Ruling{VersionID: 3, Act: rapid.SampledFrom(RulingActs).Draw(rt, "act")}
		if ruling.Act.ByAnswer() {
			for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 1, 3, rapid.ID[string]).Draw(rt, "keys") {
				ruling.Keys = append(ruling.Keys, keyOf(id))
			}
		}
		answer := ruledAnswer{entry: Entry{Slot: 3, Response: raw(rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(rt, "answer"))}}
		got := row.under(ruling, singleOf(row.RedLine != ""), answer, score.DefaultBands())
		worse := standingOf(got.marking, got.judged).worse(score.DefaultBands(), row.standing())
		if got.effect == RulingBetter && worse || got.effect == RulingSpared && !worse {
			rt.Fatalf("%s: %+v from %+v", got.effect, standingOf(got.marking, got.judged), row.standing())
		}
		for i, m := range got.marking.Marks {
			if was := row.Marks.V[i]; m.Slot != 3 && m != was {
				rt.Fatalf("slot %d: %+v, was %+v", m.Slot, m, was)
			}
		}
		if again := row.under(ruling, singleOf(row.RedLine != ""), answer, score.DefaultBands()); got.mark != again.mark {
			rt.Fatal("the same ruling gave two marks")
		}
	})
}
