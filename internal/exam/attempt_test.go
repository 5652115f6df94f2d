package exam

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// Whatever acts come in whatever order: handed in at most once, marked once and only after it, void is the end.
func TestAttemptStates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state, done := AttemptOpen, map[AttemptAct]int{}
		for _, act := range rapid.SliceOf(rapid.SampledFrom([]AttemptAct{ActSubmit, ActMark, ActVoid})).Draw(t, "acts") {
			next, err := state.After(act)
			if err != nil {
				if next != state {
					t.Fatal("a refused act moved the state")
				}
				continue
			}
			if state == AttemptVoid || act == ActMark && done[ActSubmit] == 0 {
				t.Fatalf("%s from %s", act, state)
			}
			state = next
			done[act]++
		}
		for act, n := range done {
			if n > 1 {
				t.Fatalf("%s happened %d times", act, n)
			}
		}
	})
}

func TestExamStates(t *testing.T) {
	for _, c := range []struct {
		from State
		act  Act
		want State
		ok   bool
	}{
		{Draft, ActPublish, Published, true}, {Draft, ActSettle, Draft, false}, {Draft, ActArchive, Draft, false},
		{Published, ActPublish, Published, false}, {Published, ActSettle, Marked, true}, {Published, ActArchive, Published, false},
		{Marked, ActReopen, Published, true}, {Marked, ActArchive, Archived, true}, {Marked, ActPublish, Marked, false},
		{Archived, ActReopen, Published, true}, {Archived, ActArchive, Archived, false}, {Archived, ActPublish, Archived, false},
		{Draft, ActCallOff, Draft, false}, {Published, ActCallOff, CalledOff, true}, {Marked, ActCallOff, Marked, false}, {Archived, ActCallOff, Archived, false},
		{CalledOff, ActCallOff, CalledOff, false}, {CalledOff, ActPublish, CalledOff, false}, {CalledOff, ActReopen, CalledOff, false},
		{CalledOff, ActSettle, CalledOff, false}, {CalledOff, ActArchive, CalledOff, false},
	} {
		got, err := c.from.After(c.act)
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("%s %s: %s, %v", c.act, c.from, got, err)
		}
	}
}

func entry(epoch int, seq int64, slot int, response string) Entry {
	return Entry{Epoch: epoch, ClientSeq: seq, Slot: slot, Response: json.RawMessage(response), ReceivedAt: nine.Add(time.Duration(seq) * time.Second)}
}

// Threat 6: however deliveries are shuffled, the fold is the greatest accepted number of each slot.
func TestFoldIsTheGreatestNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var entries []Entry
		want := map[int]string{}
		seq := int64(0)
		epoch := 1
		for range rapid.IntRange(0, 200).Draw(t, "changes") {
			seq++
			if rapid.IntRange(0, 20).Draw(t, "take over") == 0 {
				epoch, seq = epoch+1, 1
			}
			slot := rapid.IntRange(1, 10).Draw(t, "slot")
			response := rapid.SampledFrom([]string{`{"choice":"a"}`, `{"choice":"b"}`, `null`}).Draw(t, "response")
			entries = append(entries, entry(epoch, seq, slot, response))
			want[slot] = response
		}
		shuffledEntries := slices.Clone(entries)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Shuffle(len(entries), func(i, j int) {
			shuffledEntries[i], shuffledEntries[j] = shuffledEntries[j], shuffledEntries[i]
		})
		got := Fold(shuffledEntries)
		for slot, response := range want {
			if string(got[slot].Response) != response {
				t.Fatalf("slot %d: %s, want %s", slot, got[slot].Response, response)
			}
		}
		if len(got) != len(want) || JournalHead(7, entries) != JournalHead(7, shuffledEntries) {
			t.Fatal("fold or head depends on the order of delivery")
		}
	})
}

func TestJournalHeadShowsEveryAlteration(t *testing.T) {
	entries := []Entry{entry(1, 1, 1, `{"choice":"a"}`), entry(1, 2, 2, `{"choices":["a","b"]}`), entry(2, 1, 1, `null`)}
	head := JournalHead(7, entries)
	spaced := slices.Clone(entries)
	spaced[0].Response = json.RawMessage(`{"choice": "a"}`)
	if len(head) != 64 || JournalHead(7, spaced) != head {
		t.Fatal("the spaces of jsonb change the head")
	}
	for name, spoil := range map[string]func([]Entry) []Entry{
		"response": func(e []Entry) []Entry { e[0].Response = json.RawMessage(`{"choice":"b"}`); return e },
		"slot":     func(e []Entry) []Entry { e[0].Slot = 3; return e },
		"time":     func(e []Entry) []Entry { e[1].ReceivedAt = e[1].ReceivedAt.Add(time.Microsecond); return e },
		"number":   func(e []Entry) []Entry { e[1].ClientSeq = 9; return e },
		"epoch":    func(e []Entry) []Entry { e[2].Epoch = 3; return e },
		"cut off":  func(e []Entry) []Entry { return e[:2] },
		"left out": func(e []Entry) []Entry { return append(e[:1:1], e[2]) },
		"empty":    func(e []Entry) []Entry { return nil },
	} {
		if JournalHead(7, spoil(slices.Clone(entries))) == head {
			t.Errorf("%s: the head is the same", name)
		}
	}
	if JournalHead(8, entries) == head {
		t.Error("another attempt has the same head")
	}
}

var questions = map[VersionID]questionbank.Question{
	1: {Type: questionbank.Single, Stem: "甲", Options: options("a", "b", "c", "d"), Key: questionbank.Key{Choices: []string{"b"}}},
	2: {Type: questionbank.Multiple, Stem: "乙", Options: options("a", "b", "c", "d"), Key: questionbank.Key{Choices: []string{"a", "c"}}},
	3: {Type: questionbank.TrueFalse, Stem: "丙", Key: questionbank.Key{Choices: []string{"true"}}},
	4: {Type: questionbank.Blank, Stem: "____和____和____", Key: questionbank.Key{Gaps: [][]string{{"一"}, {"二"}, {"三"}}}},
}

func options(ids ...string) []questionbank.Option {
	out := make([]questionbank.Option, len(ids))
	for i, id := range ids {
		out[i] = questionbank.Option{ID: id, Text: "选项" + id}
	}
	return out
}

func paperSlots() []PaperSlot {
	return []PaperSlot{
		{Slot: 1, Section: "一", VersionID: 1, Points: 200}, {Slot: 2, Section: "一", VersionID: 2, Points: 333},
		{Slot: 3, Section: "二", VersionID: 3, Points: 100}, {Slot: 4, Section: "二", VersionID: 4, Points: 200},
	}
}

func TestLayOut(t *testing.T) {
	mixed := false
	for seed := range uint64(30) {
		layout := planOf(paperSlots(), questions).layOut(seeded(seed), Shuffle{Slots: true, Options: true})
		if !reflect.DeepEqual(layout, planOf(paperSlots(), questions).layOut(seeded(seed), Shuffle{Slots: true, Options: true})) {
			t.Fatal("the same seed lays out differently")
		}
		seen := map[VersionID]bool{}
		for i, p := range layout {
			seen[p.VersionID] = true
			if p.Slot != i+1 || (i < 2) != (p.PaperSlot < 3) || p.Points != paperSlots()[p.PaperSlot-1].Points {
				t.Fatalf("seed %d: %+v", seed, layout)
			}
			sorted := slices.Sorted(slices.Values(p.OptionIDs))
			if !slices.Equal(sorted, questions[p.VersionID].Shape().OptionIDs) {
				t.Fatalf("options of %d: %v", p.VersionID, p.OptionIDs)
			}
			mixed = mixed || !slices.Equal(sorted, p.OptionIDs) || p.Slot != p.PaperSlot
		}
		if len(seen) != 4 {
			t.Fatal("a slot is lost")
		}
	}
	if !mixed {
		t.Fatal("nothing is ever mixed")
	}
	for i, p := range planOf(paperSlots(), questions).layOut(seeded(1), Shuffle{}) {
		if p.PaperSlot != i+1 || !slices.IsSorted(p.OptionIDs) {
			t.Fatalf("mixed without being asked: %+v", p)
		}
	}
}

// rule:C37 exact marks, floored slot by slot.
func TestMarkAll(t *testing.T) {
	layout := planOf(paperSlots(), questions).layOut(seeded(3), Shuffle{Slots: true, Options: true})
	slotOf := map[VersionID]int{}
	for _, p := range layout {
		slotOf[p.VersionID] = p.Slot
	}
	for _, c := range []struct {
		name      string
		responses map[VersionID]string
		want      score.Hundredths
		answered  int
	}{
		{"nothing", nil, 0, 0},
		{"all right", map[VersionID]string{1: `{"choice":"b"}`, 2: `{"choices":["c","a"]}`, 3: `{"choice":"true"}`, 4: `{"blanks":["一","二","三"]}`}, 833, 4},
		{"partial is floored in its slot", map[VersionID]string{2: `{"choices":["a"]}`, 4: `{"blanks":["一","","三"]}`}, 166 + 133, 2},
		{"wrong choice among right ones", map[VersionID]string{2: `{"choices":["a","b","c"]}`}, 0, 1},
		{"cleared", map[VersionID]string{1: `null`, 4: `{"blanks":["","",""]}`}, 0, 0},
		{"not a response", map[VersionID]string{1: `{"choice":"z"}`, 3: `{"choices":["true"]}`}, 0, 0},
	} {
		current := map[int]Entry{}
		for v, r := range c.responses {
			current[slotOf[v]] = entry(1, 1, slotOf[v], r)
		}
		m := MarkAll(layout, questions, nil, current, nil)
		if m.Score != c.want || m.Answered != c.answered || m.Total != 833 || len(m.Marks) != 4 {
			t.Errorf("%s: %+v", c.name, m)
		}
	}
}

// rule:N01 rule:C43 the judgement of a marked attempt.
func TestJudge(t *testing.T) {
	j := Judge(score.DefaultBands(), RedLineReport, Marking{Score: 5999, Total: score.Whole(100)})
	if j.Passed || j.Band != score.Fail || j.Percent.String() != "59.99" {
		t.Fatalf("%+v", j)
	}
}

// rule:N04 rule:C57 rule:N06 what a round comes to and which number the appraisal takes.
func TestRoundOutcome(t *testing.T) {
	fail, pass := Sitting{Quarterly, 4500, false}, Sitting{Quarterly, 8550, true}
	retakeFail, retakePass := Sitting{Retake, 5500, false}, Sitting{Retake, 9100, true}
	reexamFail, reexamPass := Sitting{Reexam, 3000, false}, Sitting{Reexam, 6400, true}
	for _, c := range []struct {
		name     string
		scoring  RoundScoring
		sittings []Sitting
		outcome  Outcome
		percent  score.Hundredths
	}{
		{"nothing yet", ScoreSixty, nil, OutcomeUnknown, 0},
		{"passed", ScoreSixty, []Sitting{pass}, OutcomePassed, 8550},
		{"failed, retake owed", ScoreSixty, []Sitting{fail}, OutcomeFailed, 4500},
		{"passed the retake", ScoreSixty, []Sitting{fail, retakePass}, OutcomeRetake, 6000},
		{"passed the retake, capped", ScoreCapped, []Sitting{fail, retakePass}, OutcomeRetake, 6999},
		{"passed the retake, raw", ScoreRaw, []Sitting{fail, retakePass}, OutcomeRetake, 9100},
		{"failed both", ScoreSixty, []Sitting{fail, retakeFail}, OutcomeFailed, 5500},
		{"passed after retraining", ScoreSixty, []Sitting{fail, retakeFail, reexamPass}, OutcomeRetrain, 6000},
		{"capped below the cap", ScoreCapped, []Sitting{fail, retakeFail, reexamPass}, OutcomeRetrain, 6400},
		{"failed thrice", ScoreSixty, []Sitting{fail, retakeFail, reexamFail}, OutcomeFailed, 5500},
		{"passed after a second retraining", ScoreSixty, []Sitting{fail, retakeFail, reexamFail, reexamPass}, OutcomeRetrain, 6000},
	} {
		outcome, percent := RoundOutcome(c.scoring, c.sittings)
		if outcome != c.outcome || percent != c.percent {
			t.Errorf("%s: %s %s", c.name, outcome, percent)
		}
	}
}

func TestMyState(t *testing.T) {
	w := Window{OpensAt: at(0), ClosesAt: at(60)}
	for _, c := range []struct {
		now            int
		last           AttemptState
		released, left bool
		want           MyState
	}{
		{-1, "", false, true, MyUpcoming}, {0, "", false, true, MyOpen}, {60, "", false, true, MyMissed},
		{10, AttemptOpen, false, false, MyInProgress}, {61, AttemptOpen, false, false, MyInProgress},
		{20, AttemptSubmitted, false, false, MySubmitted}, {20, AttemptMarked, false, false, MySubmitted},
		{20, AttemptMarked, true, false, MyReleased}, {20, AttemptMarked, true, true, MyOpen}, {70, AttemptMarked, true, true, MyReleased},
		{61, "", true, false, MyMissed},
		{-1, AttemptVoid, false, true, MyUpcoming}, {10, AttemptVoid, false, true, MyOpen}, {61, AttemptVoid, false, true, MyMissed}, // it counts for nothing
	} {
		if got := MyStateOf(w, at(c.now), c.last, c.released, c.left); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	good := Settings{
		Title: "三季度考核", Kind: Quarterly, OpensAt: at(0), ClosesAt: at(60), LimitSeconds: 3600, GraceSeconds: 60,
		Review: ReviewScore, Release: ReleaseByHand, AttemptsAllowed: 1,
	}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	good.Contact = strings.Repeat("长", 60)
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	early, late := at(-1), at(61)
	for field, spoil := range map[string]func(*Settings){
		"contact":          func(s *Settings) { s.Contact += "长" },
		"title":            func(s *Settings) { s.Title = strings.Repeat("长", 101) },
		"kind":             func(s *Settings) { s.Kind = "party" },
		"closes_at":        func(s *Settings) { s.ClosesAt = s.OpensAt },
		"limit_seconds":    func(s *Settings) { s.LimitSeconds = 3601 }, // decision 19: longer than the window
		"grace_seconds":    func(s *Settings) { s.GraceSeconds = 301 },
		"last_start_at":    func(s *Settings) { s.LastStartAt = &late },
		"review":           func(s *Settings) { s.Review = "" },
		"release":          func(s *Settings) { s.Release = "never" },
		"attempts_allowed": func(s *Settings) { s.AttemptsAllowed = 2 },
	} {
		s := good
		spoil(&s)
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), field+":") {
			t.Errorf("%s: %v", field, err)
		}
	}
	s := good
	s.LastStartAt = &early
	if s.Validate() == nil {
		t.Error("a last start before the opening is accepted")
	}
	s = good
	s.Contact = "李老师\n138"
	if s.Validate() == nil {
		t.Error("whom to call stands in one line")
	}
	s = good
	s.Kind, s.AttemptsAllowed = Mock, 3
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
}

// What the head is taken over is the text of encoding/json, also where it is made without it.
func TestCompactIsTheTextOfEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"choice", "text", "", `a"b`, "甲"}).Draw(t, "name")
		value := rapid.OneOf(rapid.StringMatching(`[a-h]|true|[0-9A-Za-z_-]{0,12}`), rapid.String()).Draw(t, "value")
		want, err := json.Marshal(map[string]string{name: value})
		if err != nil {
			t.Fatal(err)
		}
		spaced := bytes.Replace(want, []byte(`":`), []byte(`": `), rapid.IntRange(0, 1).Draw(t, "spaces"))
		if got := compact(spaced); string(got) != string(want) {
			t.Fatalf("compact(%s) = %s, want %s", spaced, got, want)
		}
	})
	text := rapid.OneOf(rapid.StringMatching(`[a-h ,:{}\[\]]{0,6}`), rapid.StringMatching("[甲乙。\u2027-\u202a<>&\"\\\\]{0,3}"), rapid.String())
	value := rapid.OneOf(
		rapid.Map(text, func(s string) any { return s }), rapid.Map(rapid.SliceOfN(text, 0, 4), func(s []string) any { return s }),
		rapid.SampledFrom([]any{nil, true, 1, 1.5e300, map[string]any{"b": 1, "aa": "x", "c": []any{}}}),
	)
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.MapOfN(text, value, 0, 3).Draw(t, "value")
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		// As PostgreSQL writes it: a space behind each colon and comma, and nothing escaped that need not be.
		var spaced bytes.Buffer
		e := json.NewEncoder(&spaced)
		e.SetEscapeHTML(false)
		e.SetIndent("", "")
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
		raw := bytes.TrimSpace(spaced.Bytes())
		if got := compact(raw); string(got) != string(want) {
			t.Fatalf("compact(%s) = %s, want %s", raw, got, want)
		}
		raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte(`":`), []byte(`": `)), []byte(`",`), []byte(`", `))
		if got := compact(raw); json.Valid(raw) && !bytes.ContainsAny(want, `\`) && len(v) == 1 {
			var was, is any
			if json.Unmarshal(raw, &was) != nil || json.Unmarshal(got, &is) != nil || !reflect.DeepEqual(was, is) {
				t.Fatalf("compact(%s) = %s", raw, got)
			}
		}
	})
}

// What is written by hand of layouts and marks is what encoding/json would write.
func TestLayoutsAndMarksAreTheirJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.StringMatching(`[a-h]`), rapid.String())
		points := rapid.Map(rapid.Int64(), func(n int64) score.Hundredths { return score.Hundredths(n) })
		var places []Place
		marks := []SlotMark{}
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			p := Place{
				Slot: rapid.Int().Draw(t, "slot"), PaperSlot: rapid.IntRange(1, 99).Draw(t, "paper slot"), VersionID: VersionID(rapid.Int64().Draw(t, "version")),
				Points: points.Draw(t, "points"), OptionIDs: rapid.SliceOfN(id, 0, 3).Draw(t, "options"),
			}
			places = append(places, p)
			marks = append(marks, SlotMark{
				Slot: p.Slot, VersionID: p.VersionID, Mark: points.Draw(t, "mark"), Points: p.Points, Answered: rapid.Bool().Draw(t, "answered"),
				RedLineMissed: rapid.Bool().Draw(t, "missed"), Dropped: rapid.Bool().Draw(t, "dropped"),
			})
		}
		if want, err := json.Marshal(append([]Place{}, places...)); err != nil || string(appendPlaces(nil, places)) != string(want) {
			t.Fatalf("%s, want %s (%v)", appendPlaces(nil, places), want, err)
		}
		if bytes.ContainsRune(appendPlaces(nil, places), '\n') { // starts send layouts as lines
			t.Fatalf("a layout of several lines: %q", appendPlaces(nil, places))
		}
		if want, err := json.Marshal(marks); err != nil || marksJSON(marks) != string(want) {
			t.Fatalf("%s, want %s (%v)", marksJSON(marks), want, err)
		}
	})
}

// A choice that is read without a parser is what the parser reads.
func TestAMarkedChoiceNeedsNoParser(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		q := questions[VersionID(rapid.IntRange(1, 4).Draw(t, "question"))]
		raw := `{"choice":` + rapid.SampledFrom([]string{"", " "}).Draw(t, "space") + `"` + rapid.StringMatching(`[a-e"\\ ]{0,2}|true|false`).Draw(t, "id") + `"}`
		want, err := questionbank.ParseResponse(q.Shape(), []byte(raw))
		got, valid := responseTo(q, Entry{Response: json.RawMessage(raw)})
		if valid != (err == nil) || valid && !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %+v %v, want %+v %v", raw, got, valid, want, err)
		}
		if id, ok := choiceIn([]byte(raw)); ok && isOption(q, id) {
			taken++
		}
	})
	if taken == 0 {
		t.Error("none was read without the parser")
	}
}
