package itemstat

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/questionbank"
)

func TestFigures(t *testing.T) {
	for _, k := range []struct {
		f    Figure
		text string
		json string
	}{
		{Figure{}, "—", "null"}, {known(12.345), "12.3", "12.345"}, {known(-0.04), "0.0", "-0.04"}, {known(-0.06), "-0.1", "-0.06"}, {known(0), "0.0", "0"},
	} {
		text, err := json.Marshal(k.f)
		var back Figure
		if err != nil || k.f.Text(1) != k.text || string(text) != k.json || json.Unmarshal(text, &back) != nil || back != k.f {
			t.Errorf("%v: %q %s %v %v", k.f, k.f.Text(1), text, back, err)
		}
	}
	if err := json.Unmarshal([]byte(`"x"`), &Figure{}); err == nil {
		t.Error("a text was taken for a figure")
	}
	f := known(3)
	if err := json.Unmarshal([]byte("null"), &f); err != nil || f.Known || f.Value != 0 {
		t.Errorf("%v %v", f, err)
	}
	text, err := json.Marshal([]Estimate{{}, {known(1), -2, 3}})
	if err != nil || string(text) != `[null,{"value":1,"low":-2,"high":3}]` {
		t.Errorf("%s %v", text, err)
	}
}

func TestWilsonStaysInside(t *testing.T) {
	for _, n := range []int{1, 5, 1000} {
		for _, p := range []float64{0, .5, 1} {
			if low, high := wilson(p, n); low < 0 || high > 1 || low > p+1e-12 || high < p-1e-12 || low == high {
				t.Errorf("%v of %d: %v … %v", p, n, low, high)
			}
		}
	}
}

func options(ids ...string) []questionbank.Option {
	out := make([]questionbank.Option, len(ids))
	for i, id := range ids {
		out[i] = questionbank.Option{ID: id, Text: id}
	}
	return out
}

func TestGuess(t *testing.T) {
	four := options("a", "b", "c", "d")
	grades := []questionbank.OptionGrade{{Option: "a", Grade: questionbank.Red}, {Option: "b", Grade: questionbank.Green}, {Option: "c", Grade: questionbank.Yellow}, {Option: "d", Grade: questionbank.Red}}
	for _, k := range []struct {
		name string
		q    questionbank.Question
		want string
	}{
		{"one of four", questionbank.Question{Type: questionbank.Single, Options: four, Key: questionbank.Key{Choices: []string{"b"}}}, "25.0000"},
		{"true or false", questionbank.Question{Type: questionbank.TrueFalse, Key: questionbank.Key{Choices: []string{"true"}}}, "50.0000"},
		{"all of two of four", questionbank.Question{Type: questionbank.Multiple, MultiplePolicy: questionbank.PolicyNone, Options: four, Key: questionbank.Key{Choices: []string{"a", "b"}}}, "6.6667"},
		// 15 answers: the key earns all, each of its two parts half.
		{"two of four with parts", questionbank.Question{Type: questionbank.Multiple, Options: four, Key: questionbank.Key{Choices: []string{"a", "b"}}}, "13.3333"},
		// Of two right ones: both earn all, one earns half.
		{"all options are right", questionbank.Question{Type: questionbank.Multiple, Options: options("a", "b"), Key: questionbank.Key{Choices: []string{"a", "b"}}}, "66.6667"},
		{"graded replies", questionbank.Question{Type: questionbank.Judgement, Options: four, Key: questionbank.Key{Grades: grades}}, "37.5000"},
		// Of three marked texts one is right: it alone earns all.
		{"marked texts", questionbank.Question{Type: questionbank.Labelling, MultiplePolicy: questionbank.PolicyNone, Stem: "本院[[最好]]，[[欢迎]]来[[咨询]]", Key: questionbank.Key{Choices: []string{"1"}}}, "14.2857"},
		// Of ten texts there are 1,023 sets that choose something, of which one is right: 0.09775 %.
		{"as many sets as are marked", questionbank.Question{Type: questionbank.Labelling, MultiplePolicy: questionbank.PolicyNone, Stem: strings.Repeat("[[字]]", 10), Key: questionbank.Key{Choices: []string{"1"}}}, "0.0978"},
		{"too many sets", questionbank.Question{Type: questionbank.Labelling, Stem: strings.Repeat("[[字]]", 11), Key: questionbank.Key{Choices: []string{"1"}}}, "—"},
		{"rows to match", questionbank.Question{Type: questionbank.Matching, Options: four}, "25.0000"},
		{"nothing to match", questionbank.Question{Type: questionbank.Matching}, "—"},
		{"a blank", questionbank.Question{Type: questionbank.Blank}, "—"},
		{"a short answer", questionbank.Question{Type: questionbank.Short}, "—"},
	} {
		if got := Guess(k.q).Text(4); got != k.want {
			t.Errorf("%s: %s, want %s", k.name, got, k.want)
		}
	}
}

// item is one with the figures that the rules look at.
func item(n int, facility, discrimination float64) Item {
	return Item{N: n, Exams: 1, Facility: Estimate{Figure: known(facility)}, Discrimination: Estimate{Figure: known(discrimination)}, SD: known(40)}
}

func TestLook(t *testing.T) {
	key := Choice{ID: "b", Key: true, N: 20, Upper: 8}
	line := func(id string, n, upper int) Choice { return Choice{ID: id, N: n, Upper: upper} }
	slow, quick, unspread, unclear := item(40, 60, 30), item(40, 60, 30), item(40, 60, 30), item(40, 60, 0)
	slow.MedianSeconds, quick.MedianSeconds = known(181), known(180)
	unspread.SD, unspread.Discrimination = known(0), Estimate{}
	unclear.Discrimination = Estimate{}
	for _, k := range []struct {
		name    string
		item    Item
		choices []Choice
		want    []Reason
	}{
		{"nothing is the matter", item(40, 60, 30), []Choice{key, line("a", 5, 1)}, nil},
		{"too few to say", item(4, 0, -50), []Choice{key, line("a", 0, 9)}, nil},
		{"just enough", item(5, 0, 50), nil, []Reason{{Sign: TooHard}}},
		{"94.9 is not too easy", item(40, 94.9, 30), nil, nil},
		{"95 is", item(40, 95, 30), nil, []Reason{{Sign: TooEasy}}},
		{"30 is not too hard", item(40, 30, 30), nil, nil},
		{"less is", item(40, 29.9, 30), nil, []Reason{{Sign: TooHard}}},
		{"20 is not weak", item(40, 60, 20), nil, nil},
		{"less is weak", item(40, 60, 19.9), nil, []Reason{{Sign: Weak}}},
		{"0 is weak and not negative", item(40, 60, 0), nil, []Reason{{Sign: Weak}}},
		{"negative is not called weak too", item(40, 60, -0.1), nil, []Reason{{Sign: Negative}}},
		{"not computable is neither", unclear, nil, nil},
		{"everybody the same", unspread, nil, []Reason{{Sign: NoSpread}}},
		{"a distractor of nobody", item(20, 60, 30), []Choice{key, line("a", 0, 0), line("c", 1, 0)}, []Reason{{Unused, "a"}}},
		{"of so few that means nothing", item(19, 60, 30), []Choice{key, line("a", 0, 0)}, nil},
		{"the upper third prefers it", item(40, 60, 30), []Choice{key, line("a", 9, 9), line("c", 9, 8)}, []Reason{{Tempting, "a"}}},
		{"but not both right options", item(40, 60, 30), []Choice{key, {ID: "d", Key: true, N: 9, Upper: 9}, line("a", 9, 9)}, nil},
		{"without a key nothing tempts", item(40, 60, 30), []Choice{line("a", 9, 9)}, nil},
		{"an empty answer is no distractor", item(40, 60, 30), []Choice{key, line(NoChoice, 9, 9), {ID: NoChoice}}, nil},
		{"an unused key is none", item(40, 60, 30), []Choice{{ID: "b", Key: true}}, nil},
		{"three minutes are not long", quick, nil, nil},
		{"more are", slow, nil, []Reason{{Sign: Long}}},
		{"the gravest first", item(40, 10, -20), []Choice{key, line("a", 9, 9), line("c", 0, 0)}, []Reason{{Sign: Negative}, {Tempting, "a"}, {Sign: TooHard}, {Unused, "c"}}},
	} {
		if got := Look(k.item, k.choices, k.item.N); !slices.Equal(got, k.want) {
			t.Errorf("%s: %v, want %v", k.name, got, k.want)
		}
	}
}

// A page shows what the question's own options came to; of too few answers only their number.
func TestReport(t *testing.T) {
	w := readWorked(t, "testdata/worked_one.json")
	_, items := Analyse(w.Exams[0])
	single := questionbank.Question{Type: questionbank.Single, Options: options("a", "b", "c"), Key: questionbank.Key{Choices: []string{"b"}}}
	got := ReportOf(single, items[2])
	if !got.HasFigures() || len(got.Choices) != 4 || got.Guess.Text(1) != "33.3" || got.Item != items[2].Item() || got.Upper != 2 || got.Middle != 2 || got.Lower != 2 {
		t.Errorf("%+v", got)
	}
	if got := ReportOf(questionbank.Question{Type: questionbank.Blank}, items[2]); got.Choices != nil || got.Guess.Known || !got.HasFigures() {
		t.Errorf("a blank: %+v", got)
	}
	if got := ReportOf(questionbank.Question{Type: questionbank.TrueFalse}, items[2]); len(got.Choices) != 3 || got.Choices[0].ID != "true" || got.Choices[1].ID != "false" {
		t.Errorf("true or false: %+v", got)
	}
	few := items[2]
	few.N = MinPeople - 1
	if got := ReportOf(single, few); got.HasFigures() || got.Choices != nil || got.Reasons != nil || got.Item != (Item{N: 4, Exams: 1}) || !got.Guess.Known || got.Upper != 0 {
		t.Errorf("too few: %+v", got)
	}
	if few.N = MinPeople; !ReportOf(single, few).HasFigures() {
		t.Error("five are too few")
	}
	graded := questionbank.Question{Type: questionbank.Judgement, Options: options("a", "b", "c"), Key: questionbank.Key{Grades: []questionbank.OptionGrade{{Option: "b", Grade: questionbank.Green}, {Option: "a", Grade: questionbank.Yellow}}}}
	if got := ReportOf(graded, items[2]); len(got.Choices) != 4 || got.Choices[0].Key || !got.Choices[1].Key || got.Choices[2].Key {
		t.Errorf("graded replies: %+v", got.Choices)
	}
	if ids := OptionIDs(questionbank.Question{Type: questionbank.Multiple, Options: options("a", "c")}); !slices.Equal(ids, []string{"a", "c"}) {
		t.Errorf("%q", ids)
	}
}

// Answers on paper count for all figures but those of the options, which are of the answers that are known alone.
func TestAnswersOnPaperHaveNoOptions(t *testing.T) {
	q := questionbank.Question{
		Type: questionbank.Single, Options: []questionbank.Option{{ID: "a"}, {ID: "b"}, {ID: "c"}}, Key: questionbank.Key{Choices: []string{"a"}},
	}
	sat := func(choices ...string) Sums {
		sittings := make([]Sitting, 24)
		for i := range sittings {
			first := Answer{Version: 1, Points: 100, Seconds: Untimed}
			if i%2 == 0 {
				first.Mark = 100
			}
			if choices != nil {
				first.Choices = []string{choices[i%2]}
			}
			rest := Answer{Version: 2, Mark: int64(i), Points: 100, Seconds: Untimed}
			sittings[i] = Sitting{Score: first.Mark + rest.Mark, Total: 200, Answers: []Answer{first, rest}}
		}
		_, sums := Analyse(sittings)
		return sums[1]
	}
	page, paper := sat("a", "b"), sat()
	if r := ReportOf(q, paper); r.Item.N != 24 || r.Item.Facility.Value != 50 || r.Choices != nil || r.Seen != 0 || slices.ContainsFunc(r.Reasons, func(why Reason) bool { return why.Sign == Unused }) {
		t.Errorf("on paper: %+v", r)
	}
	alone, both := ReportOf(q, page), ReportOf(q, page.Add(paper))
	if both.Item.N != 48 || both.Seen != 24 || !slices.Equal(both.Choices, alone.Choices) || both.Upper != alone.Upper || both.Middle != alone.Middle || both.Lower != alone.Lower {
		t.Errorf("pooled: %+v, the page's alone: %+v", both, alone)
	}
	few := page.Add(paper)
	few.Unseen.N = few.N - MinPeople + 1
	if r := ReportOf(q, few); r.Choices != nil {
		t.Errorf("so few choices could be read off: %+v", r.Choices)
	}
}
