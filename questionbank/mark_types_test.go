package questionbank

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func choose(ids ...string) Response { return Response{Type: Multiple, Choices: ids} }

// Four options, two right: r/2 − w/2, never below nothing.
func TestMarkPerOption(t *testing.T) {
	q := multiple(PolicyPerOption, "a", "c")
	q.Options = []Option{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
	all := multiple(PolicyPerOption, "a", "b")
	all.Options = []Option{{ID: "a"}, {ID: "b"}}
	odd := multiple(PolicyPerOption, "a", "b", "c")
	odd.Options = append(slices.Clone(q.Options), Option{ID: "e"})
	for _, tt := range []struct {
		name   string
		q      Question
		points int64
		r      Response
		want   int64
	}{
		{"exact", q, 300, choose("a", "c"), 300},
		{"one of two", q, 301, choose("c"), 150},
		{"both and one wrong", q, 300, choose("a", "b", "c"), 150},
		{"one right, one wrong", q, 300, choose("a", "b"), 0},
		{"everything", q, 300, choose("a", "b", "c", "d"), 0},
		{"nothing", q, 300, choose(), 0},
		{"wrong only", q, 300, choose("b"), 0},
		{"both wrong and one right", q, 300, choose("a", "b", "d"), 0},
		{"3 of 5: all right, one of two wrong", odd, 100, choose("a", "b", "c", "d"), 50},
		{"3 of 5: two right", odd, 100, choose("a", "b"), 66},
		{"3 of 5: two right, one wrong: 2/3 − 1/2", odd, 100, choose("a", "b", "d"), 16},
		{"3 of 5: one right, one wrong: below nothing", odd, 100, choose("a", "d"), 0},
		{"an id that is no option", q, 300, choose("a", "c", "x", "y", "z"), 0},
		{"all options are right, and an id that is none", all, 300, choose("a", "b", "x"), 0},
		{"all options are right", all, 300, choose("a", "b"), 300},
		{"one said twice counts once", q, 300, choose("a", "a"), 150},
		{"one wrong said twice counts once", q, 300, choose("a", "c", "b", "b"), 150},
		{"nothing but right options", multiple(PolicyPerOption, "a", "c"), 300, choose("a"), 150},
	} {
		if got := Mark(tt.q, tt.points, tt.r); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestMarkPartialPercent(t *testing.T) {
	for percent, want := range map[int]int64{0: 50, 1: 1, 40: 40, 99: 99, -5: 0, 200: 101} {
		q := multiple(PolicyPartial, "a", "c")
		q.PartialPercent = percent
		if got := Mark(q, 101, choose("c")); got != want {
			t.Errorf("%d %%: got %d, want %d", percent, got, want)
		}
	}
	q := multiple(PolicyPartial, "a", "c")
	q.PartialPercent = 40
	if got := Mark(q, 100, choose("a", "c", "a")); got != 100 {
		t.Errorf("the right set with one said twice: got %d", got)
	}
}

func judgementQuestion() Question {
	return Question{Type: Judgement, RedLine: true, Options: []Option{{ID: "a"}, {ID: "b"}, {ID: "c"}},
		Key: Key{Grades: []OptionGrade{{Option: "a", Grade: Yellow}, {Option: "b", Grade: Green}, {Option: "c", Grade: Red}}}}
}

func TestMarkJudgement(t *testing.T) {
	q := judgementQuestion()
	third := q
	third.PartialPercent = 33
	for _, tt := range []struct {
		q      Question
		choice string
		want   int64
		missed bool
	}{
		{q, "b", 101, false}, {q, "a", 50, false}, {q, "c", 0, true}, {q, "d", 0, true}, {q, "", 0, true}, {third, "a", 33, false},
	} {
		r := Response{Type: Judgement, Choice: tt.choice}
		if got := Mark(tt.q, 101, r); got != tt.want {
			t.Errorf("%q: got %d, want %d", tt.choice, got, tt.want)
		}
		if got := MissesRedLine(tt.q, r); got != tt.missed {
			t.Errorf("%q: missed %v", tt.choice, got)
		}
	}
}

func TestMarkMatching(t *testing.T) {
	q := Question{Type: Matching, Rows: []string{"x", "y", "z"}, Key: Key{Choices: []string{"a", "b", "a"}}}
	for _, tt := range []struct {
		matches []string
		want    int64
	}{
		{[]string{"a", "b", "a"}, 100}, {[]string{"a", "b", ""}, 66}, {[]string{"", "b", ""}, 33}, {[]string{"b", "a", "b"}, 0},
		{[]string{"", "", ""}, 0}, {[]string{"a", "b"}, 0}, {[]string{"a", "b", "a", "a"}, 0}, {nil, 0},
	} {
		if got := Mark(q, 100, Response{Type: Matching, Matches: tt.matches}); got != tt.want {
			t.Errorf("%v: got %d, want %d", tt.matches, got, tt.want)
		}
	}
	if got := Mark(Question{Type: Matching}, 100, Response{Type: Matching}); got != 0 {
		t.Errorf("no rows: got %d", got)
	}
}

// Of four options there are six pairs: each wrong one costs a third of the points.
func TestMarkOrdering(t *testing.T) {
	q := Question{Type: Ordering, Key: Key{Choices: []string{"c", "a", "d", "b"}}}
	for _, tt := range []struct {
		name   string
		order  []string
		points int64
		want   int64
	}{
		{"right", []string{"c", "a", "d", "b"}, 100, 100},
		{"two neighbours changed", []string{"a", "c", "d", "b"}, 100, 66},
		{"two pairs of neighbours changed", []string{"a", "c", "b", "d"}, 100, 33},
		{"the last one first: three pairs of six", []string{"b", "c", "a", "d"}, 100, 0},
		{"reversed", []string{"b", "d", "a", "c"}, 100, 0},
		{"one missing", []string{"c", "a", "d"}, 100, 0},
		{"one unknown", []string{"c", "a", "d", "x"}, 100, 0},
		{"one twice", []string{"c", "a", "d", "d"}, 100, 0},
		{"nothing", nil, 100, 0},
	} {
		if got := Mark(q, tt.points, Response{Type: Ordering, Order: tt.order}); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
	for n, want := range map[int]int64{0: 0, 1: 0, 2: 10} {
		ids := someIDs[:n]
		if got := Mark(Question{Type: Ordering, Key: Key{Choices: ids}}, 10, Response{Type: Ordering, Order: ids}); got != want {
			t.Errorf("%d options: got %d", n, got)
		}
	}
}

func TestMarkLabelling(t *testing.T) {
	q := Question{Type: Labelling, Stem: "[[甲]]与[[乙]]、[[丙]]", Key: Key{Choices: []string{"2", "3"}}}
	perOption := q
	perOption.MultiplePolicy = PolicyPerOption
	for _, tt := range []struct {
		q       Question
		choices []string
		want    int64
	}{
		{q, []string{"2", "3"}, 100}, {q, []string{"2"}, 50}, {q, []string{"1", "2", "3"}, 0},
		{perOption, []string{"3"}, 50}, {perOption, []string{"1", "2", "3"}, 0}, {perOption, []string{"2", "3"}, 100},
	} {
		if got := Mark(tt.q, 100, Response{Type: Labelling, Choices: tt.choices}); got != tt.want {
			t.Errorf("%s %v: got %d, want %d", tt.q.MultiplePolicy, tt.choices, got, tt.want)
		}
	}
}

func TestMissesRedLine(t *testing.T) {
	red := func(q Question) Question { q.RedLine = true; return q }
	part := multiple(PolicyPartial, "a", "c")
	blank := Question{Type: Blank, Key: Key{Gaps: [][]string{{"甲"}, {"乙"}}}}
	for _, tt := range []struct {
		name string
		q    Question
		r    Response
		want bool
	}{
		{"full marks", red(part), choose("a", "c"), false},
		{"a part of the marks", red(part), choose("a"), true},
		{"no answer", red(part), Response{}, true},
		{"no answer to a judgement", judgementQuestion(), Response{}, true},
		{"another type's answer to a judgement", judgementQuestion(), Response{Type: Single, Choice: "b"}, true},
		{"no red line", part, choose("b"), false},
		{"one gap of two", red(blank), Response{Type: Blank, Blanks: []string{"甲", ""}}, true},
		{"both gaps", red(blank), Response{Type: Blank, Blanks: []string{"甲", "乙"}}, false},
		{"what people mark", red(Question{Type: Essay}), Response{Type: Essay, Text: "x"}, false},
	} {
		if got := MissesRedLine(tt.q, tt.r); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		accepted, text string
		want           bool
	}{
		{"30±0", "30", true}, {"30±0", "30.0", true}, {"30±0", "３０", true}, {"30±0", "30.01", false}, {"30±0", "29.99", false},
		{"0.5±0.05 ml 毫升", "0.45", true}, {"0.5±0.05 ml 毫升", "0.55ML", true}, {"0.5±0.05 ml 毫升", "0.5 毫升", true},
		{"0.5±0.05 ml 毫升", "0.4499", false}, {"0.5±0.05 ml 毫升", "0.5501", false}, {"0.5±0.05 ml 毫升", "0.5 升", false},
		{"0.5±0.05 ml 毫升", "0.5 ml 毫升", false}, {"0.5±0.05 ml 毫升", "ml", false}, {"0.5±0.05 ml 毫升", "约0.5", false},
		{"1,000±0元", "1000", true}, {"1,000±0元", "1,000 元", true}, {"1,000±0元", "1,00", false}, {"1000±0", "１，０００", true},
		{"-2±1", "−3", true}, {"-2±1", "-1", true}, {"-2±1", "1", false}, {"0±0", "-0", true}, {"+5±0", "＋5", true},
		{"5±0%", "5%", true}, {"5±0%", "5 ％", true}, {"5±0 mg/ml", "5mg/ml", true}, {"0.1±0.2", "0.3", true},
	} {
		if got := Accepts([]string{tt.accepted}, tt.text); got != tt.want {
			t.Errorf("%q of %q: got %v", tt.text, tt.accepted, got)
		}
	}
	for _, text := range []string{"", "±", "30", "30±", "±2", "30±x", "a±1", "30±-1", "30 ml±1", "1±2±3", "30±2 5", "1.±0", "12,34±0"} {
		if n, ok := ParseNumber(text); ok {
			t.Errorf("%q is a number: %+v", text, n)
		}
	}
	if !Accepts([]string{"血压±"}, "血压±") || Accepts([]string{"30±0"}, "") {
		t.Error("a text that is no number is accepted as it stands, an empty one never")
	}
}

// Every value from the lower to the upper end is accepted and none beyond, in whatever decimal it is written.
func TestNumberProperties(t *testing.T) {
	decimal := func(hundredths int) string {
		sign := ""
		if hundredths < 0 {
			sign, hundredths = "-", -hundredths
		}
		return sign + strconv.Itoa(hundredths/100) + "." + strconv.Itoa(hundredths/10%10) + strconv.Itoa(hundredths%10)
	}
	rapid.Check(t, func(t *rapid.T) {
		value, tolerance := rapid.IntRange(-5000, 5000).Draw(t, "value"), rapid.IntRange(0, 500).Draw(t, "tolerance")
		off := rapid.IntRange(-600, 600).Draw(t, "off")
		want := max(off, -off) <= tolerance
		if got := Accepts([]string{decimal(value) + "±" + decimal(tolerance) + " ml"}, decimal(value+off)+"ml"); got != want {
			t.Fatalf("%d of %d±%d: got %v", value+off, value, tolerance, got)
		}
	})
}

// A mark lies within 0..points, the right answer earns all, and what a set of choices earns does not depend on their
// order; one more right row or pair of neighbours put right never lowers a mark.
func FuzzMark(f *testing.F) {
	f.Add(uint8(0), int64(200), uint64(0b0110), uint64(3), 40)
	f.Add(uint8(4), int64(101), uint64(0b1), uint64(77), 0)
	f.Add(uint8(6), int64(1<<60), uint64(24), uint64(5), 99)
	f.Fuzz(func(t *testing.T, which uint8, points int64, key, answer uint64, percent int) {
		q, right, r := fuzzedQuestion(Types[int(which)%len(Types)], key, answer)
		q.PartialPercent, q.RedLine = percent, true
		q.MultiplePolicy = []MultiplePolicy{PolicyDefault, PolicyPerOption, PolicyNone, "other"}[key>>60&3]
		mark := Mark(q, points, r)
		if mark < 0 || mark > max(points, 0) {
			t.Fatalf("%d of %d", mark, points)
		}
		if q.Type.ByPeople() {
			if mark != 0 || MissesRedLine(q, r) {
				t.Fatal("a machine marked what people mark")
			}
			return
		}
		if got := Mark(q, points, right); got != max(points, 0) {
			t.Fatalf("the right answer earns %d of %d: %+v", got, points, q)
		}
		if MissesRedLine(q, right) {
			t.Fatal("the right answer misses the red line")
		}
		switch q.Type {
		case Multiple, Labelling:
			slices.Reverse(r.Choices)
			if Mark(q, points, r) != mark {
				t.Fatal("the order of choices changes the mark")
			}
		case Matching:
			for i, id := range q.Key.Choices {
				r.Matches[i] = id
				better := Mark(q, points, r)
				if better < mark {
					t.Fatalf("row %d right turns %d into %d", i, mark, better)
				}
				mark = better
			}
		case Ordering:
			for i := range len(r.Order) - 1 {
				if a, b := r.Order[i], r.Order[i+1]; slices.Index(q.Key.Choices, a) > slices.Index(q.Key.Choices, b) {
					r.Order[i], r.Order[i+1] = b, a
					better := Mark(q, points, r)
					if better < mark {
						t.Fatalf("%s before %s turns %d into %d", b, a, mark, better)
					}
					mark = better
				}
			}
		}
	})
}

// fuzzedQuestion makes a sound question, its right answer and some answer out of the bits of key and answer.
func fuzzedQuestion(kind Type, key, answer uint64) (q Question, right, some Response) {
	ids := []string{"a", "b", "c", "d", "e"}
	q = Question{Type: kind, Stem: "[[一]][[二]][[三]][[四]][[五]]"}
	for _, id := range ids {
		q.Options = append(q.Options, Option{ID: id})
	}
	right, some = Response{Type: kind}, Response{Type: kind}
	one := func(n uint64) string { return ids[n%5] }
	each := func(n uint64) []string { return []string{one(n), one(n >> 8), one(n >> 16)} }
	switch kind {
	case Single:
		q.Key.Choices, right.Choice, some.Choice = []string{one(key)}, one(key), one(answer)
	case TrueFalse:
		q.Key.Choices, right.Choice, some.Choice = []string{"true"}, "true", []string{"true", "false"}[answer%2]
	case Judgement:
		for i, id := range ids {
			q.Key.Grades = append(q.Key.Grades, OptionGrade{Option: id, Grade: []Grade{Red, Yellow, Green}[key>>i%3]})
		}
		q.Key.Grades[key%5].Grade = Green
		right.Choice, some.Choice = one(key), one(answer)
	case Multiple, Labelling:
		if kind == Labelling {
			ids = []string{"1", "2", "3", "4", "5"}
		}
		q.Key.Choices, some.Choices = fuzzedSet(ids, key), fuzzedSet(ids, answer)
		if len(q.Key.Choices) == 0 {
			q.Key.Choices = ids[:1]
		}
		right.Choices = slices.Clone(q.Key.Choices)
	case Blank:
		for _, word := range each(key) {
			q.Key.Gaps = append(q.Key.Gaps, []string{word, "3±1 ml"})
		}
		right.Blanks, some.Blanks = each(key), append(each(answer)[:2], "4ML")
	case Matching:
		q.Key.Choices, right.Matches, some.Matches = each(key), each(key), each(answer)
	case Ordering:
		q.Key.Choices, some.Order = fuzzedOrder(ids, key), fuzzedOrder(ids, answer)
		right.Order = slices.Clone(q.Key.Choices)
	}
	return q, right, some
}

func fuzzedSet(ids []string, bits uint64) (set []string) {
	for i, id := range ids {
		if bits>>i&1 == 1 {
			set = append(set, id)
		}
	}
	return set
}

func fuzzedOrder(ids []string, n uint64) []string {
	rest, order := slices.Clone(ids), []string(nil)
	for len(rest) > 0 {
		i := int(n % uint64(len(rest)))
		n /= uint64(len(rest))
		order = append(order, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return order
}
