package exam

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

var update = flag.Bool("update", false, "write the golden file of fifty attempts")

// fiftyQuestions are ten questions with points that do not divide, and for each the answers that the attempts take turns with: right, wrong,
// partly right where that can be, and none.
func fiftyQuestions() (layout []Place, questions map[VersionID]questionbank.Question, answers [][]string) {
	abcd := options("a", "b", "c", "d")
	several := func(p questionbank.MultiplePolicy) questionbank.Question {
		return questionbank.Question{Type: questionbank.Multiple, Options: abcd, Key: keyOf("a", "b", "c"), MultiplePolicy: p}
	}
	questions = map[VersionID]questionbank.Question{}
	for i, s := range []struct {
		points  score.Hundredths
		q       questionbank.Question
		answers []string
	}{
		{1000, singleOf(false), []string{`{"choice":"b"}`, `{"choice":"a"}`, `{"choice":"c"}`, `null`}},
		{1000, singleOf(true), []string{`{"choice":"b"}`, `{"choice":"b"}`, `{"choice":"b"}`, `{"choice":"d"}`}},
		{1000, singleOf(false), []string{`{"choice":"b"}`, `{"choice":"c"}`, `{"choice":"b"}`, `{"choice":"a"}`}},
		{333, questionbank.Question{Type: questionbank.TrueFalse, Key: keyOf("false")}, []string{`{"choice":"false"}`, `{"choice":"true"}`}},
		{777, several(questionbank.PolicyPartial), []string{`{"choices":["a","b","c"]}`, `{"choices":["a","b"]}`, `{"choices":["a","d"]}`, `{"choices":[]}`}},
		{1000, several(questionbank.PolicyPerOption), []string{`{"choices":["a","b","c"]}`, `{"choices":["a","b"]}`, `{"choices":["a","d"]}`, `null`}},
		{1000, several(questionbank.PolicyNone), []string{`{"choices":["a","b","c"]}`, `{"choices":["a","b"]}`}},
		{1001, questionbank.Question{Type: questionbank.Blank, Stem: "____，____，____", Key: gapsKey([]string{"一"}, []string{"二", "贰"}, []string{"三"})},
			[]string{`{"blanks":["一","贰","三"]}`, `{"blanks":["一","","三"]}`, `{"blanks":["","",""]}`, `{"blanks":["二","一","四"]}`}},
		{1000, questionbank.Question{Type: questionbank.Ordering, Options: abcd, Key: keyOf("a", "b", "c", "d")}, []string{`{"order":["a","b","c","d"]}`, `{"order":["b","a","c","d"]}`, `{"order":["d","c","b","a"]}`}},
		{889, questionbank.Question{Type: questionbank.Matching, Rows: []string{"甲", "乙", "丙"}, Options: abcd, Key: keyOf("a", "b", "c")},
			[]string{`{"matches":["a","b","c"]}`, `{"matches":["a","c","b"]}`, `{"matches":["d","d","d"]}`}},
	} {
		version := VersionID(i + 1)
		layout, answers = append(layout, Place{Slot: i + 1, VersionID: version, Points: s.points}), append(answers, s.answers)
		questions[version] = s.q
	}
	return layout, questions, answers
}

// Threat 34: fifty attempts, marked and regraded in each way, come to what they came to when somebody last looked at all of them. A regrade
// with the same key changes none; none is lowered.
func TestFiftyAttempts(t *testing.T) {
	layout, questions, answers := fiftyQuestions()
	bands := score.DefaultBands()
	var out strings.Builder
	for n := range 50 {
		current := map[int]Entry{}
		for i, variants := range answers {
			v, luck := 0, (n*37+i*61+n*i*13)%50
			if luck < n { // who comes first in the list answers best
				v = 1 + luck%(len(variants)-1)
			}
			current[i+1] = Entry{Slot: i + 1, Response: json.RawMessage(variants[v])}
		}
		m := MarkAll(layout, questions, nil, current, nil)
		row := ruledRow{Points: 1000}
		row.RedLine, row.Marks, row.RedLineMisses = RedLinePass, db.JSONOf(m.Marks), m.RedLineMisses
		j := Judge(bands, row.RedLine, m)
		row.Score, row.Total, row.Percent, row.Band, row.Passed = m.Score, m.Total, j.Percent, j.Band, j.Passed
		fmt.Fprintf(&out, "%02d ", n)
		for _, s := range m.Marks {
			fmt.Fprintf(&out, " %5s", s.Mark)
		}
		fmt.Fprintf(&out, " = %6s of %s  %6s%% %-9s %v red lines %d\n", m.Score, m.Total, j.Percent, j.Band, j.Passed, m.RedLineMisses)
		for _, r := range []Ruling{
			{VersionID: 3, Act: ChangeKey, Keys: []questionbank.Key{keyOf("b")}}, {VersionID: 3, Act: ChangeKey, Keys: []questionbank.Key{keyOf("c")}},
			{VersionID: 3, Act: AdmitAnswer, Keys: []questionbank.Key{keyOf("b"), keyOf("a")}}, {VersionID: 3, Act: FullMarks}, {VersionID: 3, Act: Drop}, {VersionID: 2, Act: Drop},
		} {
			got := row.under(r, questions[r.VersionID], ruledAnswer{entry: current[int(r.VersionID)]}, bands)
			if r.Act == ChangeKey && sameKey(r.Keys[0], questions[r.VersionID].Key) && got.effect != RulingSame {
				t.Errorf("attempt %d: a regrade with the same key is %q", n, got.effect)
			}
			if got.effect == RulingBetter && standingOf(got.marking, got.judged).worse(bands, row.standing()) {
				t.Errorf("attempt %d: %s lowers it", n, r.Act)
			}
			fmt.Fprintf(&out, "    question %d %-6s %-7s %6s of %s  %6s%% %-9s %v\n", r.VersionID, r.Act, got.effect, got.marking.Score, got.marking.Total, got.judged.Percent, got.judged.Band, got.judged.Passed)
		}
	}
	const golden = "testdata/fifty_attempts.golden"
	if *update {
		must(t, os.WriteFile(golden, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	got := strings.Split(out.String(), "\n")
	for i, line := range strings.Split(string(want), "\n") {
		if i >= len(got) || got[i] != line {
			t.Fatalf("line %d of %s:\n%s\nwant\n%s", i+1, golden, got[min(i, len(got)-1)], line)
		}
	}
	if len(got) != strings.Count(string(want), "\n")+1 {
		t.Errorf("%d lines, in %s %d", len(got), golden, strings.Count(string(want), "\n")+1)
	}
}
