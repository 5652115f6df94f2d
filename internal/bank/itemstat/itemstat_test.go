package itemstat

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"
)

// answered is one sitting of one question of so many points, and a total.
func answered(mark, points, score, total int64) Sitting {
	return Sitting{Score: score, Total: total, Answers: []Answer{{Version: 1, Mark: mark, Points: points, Seconds: Untimed}}}
}

func TestThirds(t *testing.T) {
	scored := func(scores ...int64) (out []Sitting) {
		for _, s := range scores {
			out = append(out, Sitting{Score: s, Total: 100})
		}
		return out
	}
	for _, k := range []struct {
		name     string
		sittings []Sitting
		want     []third
	}{
		{"nobody", nil, []third{}},
		{"one", scored(50), []third{middle}},
		{"two are too few", scored(50, 60), []third{middle, middle}},
		{"three", scored(60, 50, 70), []third{middle, lower, upper}},
		{"five have a large middle", scored(1, 2, 3, 4, 5), []third{lower, middle, middle, middle, upper}},
		{"equal ones stand as given", scored(5, 5, 5, 5, 5, 5), []third{lower, lower, middle, middle, upper, upper}},
		{"by share of the total, not by points", []Sitting{{Score: 60, Total: 200}, {Score: 50, Total: 100}, {Score: 9, Total: 10}}, []third{lower, middle, upper}},
	} {
		if got := thirds(k.sittings); !slices.Equal(got, k.want) {
			t.Errorf("%s: %v, want %v", k.name, got, k.want)
		}
	}
}

func TestSteps(t *testing.T) {
	for seconds, want := range map[int]int{0: 0, 1: 1, 119: 119, 120: 120, 129: 120, 130: 130, 599: 590, 600: 600, 659: 600, 660: 660, 3599: 3540, 3600: 3600, 90000: 3600} {
		if got := step(seconds); got != want {
			t.Errorf("%d seconds: step %d, want %d", seconds, got, want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, k := range []struct {
		times Times
		want  Figure
	}{
		{nil, Figure{}}, {Times{}, Figure{}}, {Times{7: 1}, known(7)}, {Times{7: 1, 9: 1}, known(8)}, {Times{7: 2, 9: 1}, known(7)}, {Times{7: 1, 9: 2}, known(9)},
		{Times{0: 3}, known(0)}, {Times{10: 1, 20: 1, 30: 1, 40: 1}, known(25)},
	} {
		if got := k.times.median(); got != k.want {
			t.Errorf("%v: %v, want %v", k.times, got, k.want)
		}
	}
}

func TestTimesAreAddedStepByStep(t *testing.T) {
	a, b := Times{7: 1, 9: 2}, Times{7: 3, 600: 1}
	if got := a.add(b); !reflect.DeepEqual(got, Times{7: 4, 9: 2, 600: 1}) || a[7] != 1 {
		t.Errorf("%v, added to %v", got, a)
	}
	if Untimed >= 0 {
		t.Error("an unknown time is a time")
	}
}

// Of seven people two are upper, three in the middle and two lower; an answer at once is timed, an unknown time is not.
func TestPartsAndTimes(t *testing.T) {
	var sittings []Sitting
	for i := range int64(7) {
		s := answered(100*(i%2), 100, 100*i, 700)
		s.Answers[0].Seconds, s.Answers[0].Choices = int(i)-1, []string{"a"}
		sittings = append(sittings, s)
	}
	_, items := Analyse(sittings)
	s := items[1]
	if s.Upper != 2 || s.Middle() != 3 || s.Lower != 2 {
		t.Errorf("%+v", s)
	}
	if o := s.Options["a"]; o.N != 7 || o.Upper != 2 || o.Middle() != 3 || o.Lower != 2 {
		t.Errorf("%+v", o)
	}
	if lines := s.Choices([]string{"b", "a"}, []string{"a"}); len(lines) != 2 || lines[0].N != 0 || lines[1].N != 7 || !lines[1].Key {
		t.Errorf("everybody chose something: %+v", lines)
	}
	if !reflect.DeepEqual(s.Times, Times{0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1}) {
		t.Errorf("%v", s.Times)
	}
}

// What cannot be computed is none, and nothing is infinite or not a number.
func TestTooFewOrAllEqual(t *testing.T) {
	for _, k := range []struct {
		name     string
		sittings []Sitting
		facility Figure
		sd       Figure
	}{
		{"nobody", nil, Figure{}, Figure{}},
		{"one person", []Sitting{answered(100, 100, 300, 400)}, known(100), Figure{}},
		{"everybody right", repeated(answered(100, 100, 300, 400), 9), known(100), known(0)},
		{"everybody a third", repeated(answered(1, 3, 2, 7), 9), known(100.0 / 3), known(0)},
		{"a thousand people, each a third", repeated(answered(1, 3, 2, 7), 1000), known(100.0 / 3), known(0)},
		{"everybody right, but not at the rest", []Sitting{answered(100, 100, 200, 400), answered(100, 100, 300, 400), answered(100, 100, 400, 400), answered(100, 100, 100, 400)}, known(100), known(0)},
		{"one question alone", []Sitting{answered(100, 100, 100, 100), answered(0, 100, 0, 100), answered(0, 100, 0, 100), answered(0, 100, 0, 100)}, known(25), known(50)},
	} {
		paper, items := Analyse(k.sittings)
		got := items[1].Item()
		if got.Discrimination != (Estimate{}) || got.Efficiency.Known || got.N != len(k.sittings) || paper.N != len(k.sittings) || paper.Consistency.Known {
			t.Errorf("%s: %+v %+v", k.name, got, paper)
		}
		if got.Facility.Known != k.facility.Known || math.Abs(got.Facility.Value-k.facility.Value) > 1e-9 || got.SD != k.sd {
			t.Errorf("%s: facility %v, SD %v", k.name, got.Facility, got.SD)
		}
		if text, err := json.Marshal(struct {
			Paper Paper
			Item  Item
			Sums  Sums
		}{paper, got, items[1]}); err != nil {
			t.Errorf("%s: %s %v", k.name, text, err)
		}
	}
}

func repeated(s Sitting, n int) []Sitting {
	out := make([]Sitting, n)
	for i := range out {
		out[i] = s
	}
	return out
}

// Fisher's interval needs four; of three the correlation says nothing.
func TestDiscriminationNeedsFour(t *testing.T) {
	four := []Sitting{answered(100, 100, 300, 300), answered(100, 100, 200, 300), answered(0, 100, 100, 300), answered(0, 100, 0, 300)}
	_, items := Analyse(four[:3])
	if got := items[1].Item().Discrimination; got.Known {
		t.Errorf("of three: %v", got)
	}
	_, items = Analyse(four)
	got := items[1].Item().Discrimination
	if !got.Known || got.Low >= got.Value || got.High <= got.Value || got.Low < -100 || got.High > 100 {
		t.Errorf("of four: %v", got)
	}
	// A perfect one stays within its bounds.
	_, items = Analyse([]Sitting{answered(100, 100, 300, 300), answered(100, 100, 300, 300), answered(0, 100, 0, 300), answered(0, 100, 0, 300)})
	got = items[1].Item().Discrimination
	if math.Abs(got.Value-100) > 1e-9 || got.Value > 100 || got.High > 100 || math.IsNaN(got.Low) || math.IsNaN(got.High) || items[1].Item().Efficiency.Text(1) != "100.0" {
		t.Errorf("perfect: %+v", got)
	}
}

// The rest of a paper is without the question itself: whoever knows nothing else does not make a question discriminate.
func TestTheRestLeavesTheQuestionOut(t *testing.T) {
	_, items := Analyse([]Sitting{answered(100, 100, 200, 300), answered(100, 100, 200, 300), answered(0, 100, 100, 300), answered(0, 100, 100, 300), answered(0, 100, 100, 300)})
	if got := items[1].Item().Discrimination; got.Known {
		t.Errorf("the rest of everybody is equal: %+v", got)
	}
}

func TestWhatHasNoPointsCountsForNothing(t *testing.T) {
	paper, items := Analyse([]Sitting{answered(0, 0, 100, 200), answered(50, 100, 0, 0), answered(50, 100, 100, 200)})
	if paper.N != 2 || items[1].N != 1 || items[1].X != .5 {
		t.Errorf("%+v %+v", paper, items[1])
	}
	for _, bad := range [][]Sitting{{answered(0, 0, 100, 200)}, {answered(1, 1, 0, 0)}} {
		if _, items := Analyse(bad); len(items) != 0 {
			t.Errorf("%+v", items)
		}
	}
}

// two questions of the points each, and their marks.
func two(points, a, b int64) Sitting {
	return Sitting{Score: a + b, Total: 2 * points, Answers: []Answer{{Version: 1, Mark: a, Points: points, Seconds: Untimed}, {Version: 2, Mark: b, Points: points, Seconds: Untimed}}}
}

// Marks that go against the total have no effective weight, and are named: 2 falls as 1 rises by more.
func TestNegativeCovariance(t *testing.T) {
	paper, items := Analyse([]Sitting{two(400, 400, 0), two(400, 300, 0), two(400, 200, 100), two(400, 0, 100)})
	if !slices.Equal(paper.Negative, []int64{2}) {
		t.Errorf("%+v", paper)
	}
	one, other := items[1].Item(), items[2].Item()
	if one.Negative || !one.Effective.Known || one.Effective.Text(1) != "100.0" || !other.Negative || other.Effective.Known || other.Intended.Value != 50 {
		t.Errorf("%+v %+v", one, other)
	}
	for _, pooled := range []Item{items[2].Add(items[1]).Item(), items[1].Add(items[2]).Item()} {
		if !pooled.Negative || pooled.Effective.Text(1) != "100.0" {
			t.Errorf("%+v", pooled)
		}
	}
	if twice := items[2].Add(items[2]); twice.Negative != 2 || !twice.Item().Negative {
		t.Errorf("against the total in both exams: %+v", twice)
	}
	if paper.Consistency.Value >= 0 || math.IsNaN(paper.ErrorRatio.Value) || paper.ErrorRatio.Value <= 100 {
		t.Errorf("%+v", paper)
	}
}

// Consistency and effective weights are of one paper: other questions, other points or another total make them unknown.
func TestPapersThatDiffer(t *testing.T) {
	base := []Sitting{two(100, 100, 100), two(100, 100, 0), two(100, 0, 0), two(100, 0, 0)}
	paper, items := Analyse(base)
	if !paper.Consistency.Known || items[1].EffectiveN != 4 || !paper.StandardError.Known {
		t.Fatalf("%+v %+v", paper, items[1])
	}
	differing := map[string]func(*Sitting){
		"another question": func(s *Sitting) { s.Answers[1].Version = 3 },
		"one more":         func(s *Sitting) { s.Answers = append(s.Answers, Answer{Version: 3, Points: 1, Seconds: Untimed}) },
		"other points":     func(s *Sitting) { s.Answers[1].Points = 99 },
		"another total":    func(s *Sitting) { s.Total++ },
	}
	for name, change := range differing {
		for at := range base {
			other := make([]Sitting, len(base))
			for i, s := range base {
				other[i] = s
				other[i].Answers = slices.Clone(s.Answers)
			}
			change(&other[at])
			paper, items := Analyse(other)
			if paper.Consistency.Known || items[1].EffectiveN != 0 || !paper.Mean.Known {
				t.Errorf("%s of sitting %d: %+v", name, at, paper)
			}
		}
	}
}

// Scores that the marks do not add up to, and questions that are always right together, give no figure that is none.
func TestNothingIsNotANumber(t *testing.T) {
	together := []Sitting{two(300, 100, 100), two(300, 200, 200), two(300, 300, 300), two(300, 0, 0), two(300, 100, 100)}
	paper, _ := Analyse(together)
	if paper.Consistency.Text(6) != "100.000000" || paper.ErrorRatio.Text(3) != "0.000" || !paper.StandardError.Known {
		t.Errorf("%+v", paper)
	}
	for i := range together {
		together[i] = two(300, 100, 100)
		together[i].Score = int64(100 * i)
	}
	paper, items := Analyse(together)
	if text, err := json.Marshal(struct {
		Paper Paper
		Items map[int64]Sums
	}{paper, items}); err != nil || paper.ErrorRatio.Value != 0 {
		t.Errorf("%s %v", text, err)
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if f := known(v); f != (Figure{}) {
			t.Errorf("%v is taken for a figure", v)
		}
	}
}

// Of parallel forms consistency is the mean over the people, and every question has its weight in its own form.
func TestParallelForms(t *testing.T) {
	a := []Sitting{two(100, 100, 100), two(100, 100, 0), two(100, 100, 100), two(100, 0, 0), two(100, 0, 0), two(100, 0, 100)}
	var b []Sitting
	for _, s := range []Sitting{two(100, 100, 100), two(100, 0, 0), two(100, 100, 100), two(100, 0, 0), two(100, 100, 100)} {
		s.Answers[0].Version, s.Answers[1].Version = 4, 3 // in another order, too
		b = append(b, s)
	}
	one, _ := Analyse(a)
	other, _ := Analyse(b)
	both, items := Analyse(slices.Concat(a[:3], b, a[3:]))
	want := (6*one.Consistency.Value + 5*other.Consistency.Value) / 11
	if !both.Consistency.Known || math.Abs(both.Consistency.Value-want) > 1e-9 || one.Consistency.Value >= other.Consistency.Value || both.ErrorRatio.Value <= 0 {
		t.Errorf("%v, want %v of %v and %v", both.Consistency, want, one.Consistency, other.Consistency)
	}
	for version, n := range map[int64]int{1: 6, 2: 6, 3: 5, 4: 5} {
		if s := items[version]; s.EffectiveN != n || s.Item().Effective.Text(1) != "50.0" || s.N != n {
			t.Errorf("%d: %+v", version, s)
		}
	}
	for name, sittings := range map[string][]Sitting{"a form of four": slices.Concat(a, b[:4]), "which came first": slices.Concat(b[:4], a)} {
		if paper, items := Analyse(sittings); paper.Consistency.Known || items[1].EffectiveN != 6 || items[3].EffectiveN != 0 {
			t.Errorf("%s: %+v", name, paper)
		}
	}
}

// A question that everybody earned the same at goes with nothing and against nothing: its weight is 0, and it is not named.
func TestAQuestionWithoutSpreadHasNoWeight(t *testing.T) {
	paper, items := Analyse([]Sitting{two(100, 100, 50), two(100, 50, 50), two(100, 0, 50), two(100, 100, 50)})
	if len(paper.Negative) != 0 || items[2].Item().Effective != known(0) || items[2].Item().Negative || items[1].Item().Effective.Text(1) != "100.0" {
		t.Errorf("%v: %+v", paper.Negative, items[2].Item())
	}
}

// The same question twice in one paper: its marks have no one place, and there is no consistency.
func TestAQuestionThatComesTwice(t *testing.T) {
	var sittings []Sitting
	for _, marks := range [][2]int64{{100, 100}, {100, 0}, {0, 0}, {0, 100}} {
		s := two(100, marks[0], marks[1])
		s.Answers[1].Version = 1
		sittings = append(sittings, s)
	}
	if paper, items := Analyse(sittings); paper.Consistency.Known || items[1].EffectiveN != 0 || items[1].N != 8 || !paper.SD.Known {
		t.Errorf("%+v %+v", paper, items[1])
	}
}

func TestShapeOfScores(t *testing.T) {
	paper, _ := Analyse([]Sitting{two(100, 0, 0)})
	if !paper.Mean.Known || paper.SD.Known || paper.Skewness.Known || paper.Kurtosis.Known {
		t.Errorf("of one: %+v", paper)
	}
	paper, _ = Analyse([]Sitting{two(100, 0, 0), two(100, 100, 0)})
	if paper.SD.Text(3) != "35.355" || paper.Skewness.Known || paper.Kurtosis.Known || paper.Median.Value != 25 {
		t.Errorf("of two: %+v", paper)
	}
	paper, _ = Analyse([]Sitting{two(100, 0, 0), two(100, 100, 0), two(100, 100, 100)})
	if !paper.Skewness.Known || paper.Skewness.Value != 0 || paper.Kurtosis.Known || paper.Median.Value != 50 {
		t.Errorf("of three: %+v", paper)
	}
	paper, _ = Analyse([]Sitting{two(100, 0, 0), two(100, 100, 0), two(100, 100, 100), two(100, 100, 0)})
	if !paper.Kurtosis.Known {
		t.Errorf("of four: %+v", paper)
	}
	paper, _ = Analyse(repeated(two(300, 100, 100), 5))
	if paper.SD.Value != 0 || paper.Skewness.Known || paper.Kurtosis.Known || paper.Consistency.Known {
		t.Errorf("all equal: %+v", paper)
	}
	var scores []Sitting
	for _, s := range []int64{0, 99, 100, 899, 900, 999, 1000} {
		scores = append(scores, Sitting{Score: s, Total: 1000})
	}
	if paper, _ = Analyse(scores); paper.Bins != [10]int{2, 1, 0, 0, 0, 0, 0, 0, 1, 3} {
		t.Errorf("bins %v", paper.Bins)
	}
}

// The same sittings give the same bytes: rows can be compared.
func TestTheSameAlways(t *testing.T) {
	sittings, first := crowd(40, 30), ""
	for range 20 {
		paper, items := Analyse(sittings)
		text, err := json.Marshal([]any{paper, items})
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(text)
		}
		if string(text) != first {
			t.Fatal("the sums depend on an order that nobody gave")
		}
	}
}

// Pooling does not depend on the order, nothing is changed in place, and sums survive being stored.
func TestAdd(t *testing.T) {
	w := readWorked(t, "testdata/worked_one.json")
	_, items := Analyse(w.Exams[0])
	a, b := items[2], readWorkedSums(t)
	before, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	x, y := a.Add(b), b.Add(a)
	if !reflect.DeepEqual(x, y) {
		t.Errorf("%+v\n%+v", x, y)
	}
	if after, _ := json.Marshal(a); string(after) != string(before) {
		t.Error("adding changed what was added to")
	}
	var back Sums
	if err := json.Unmarshal(before, &back); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(back); err != nil || string(again) != string(before) {
		t.Errorf("%s\n%s\n%v", before, again, err)
	}
	if got := x.Options["b"]; got.N != 5 || got.Upper != 3 || got.Lower != 1 || got.Middle() != 1 {
		t.Errorf("%+v", got)
	}
	if x.Upper != 4 || x.Lower != 3 || x.Middle() != 3 || x.N != 10 || x.Times[30] != 1 || x.Times[20] != 2 {
		t.Errorf("%+v", x)
	}
	if got, want := x.Options["a"], a.Options["a"].COY+b.Options["a"].COY; got.COY != want || got.COO != a.Options["a"].COO+b.Options["a"].COO || want == a.Options["a"].COY {
		t.Errorf("%+v, want %v", got, want)
	}
	if sum := (Sums{}).Add(a); !reflect.DeepEqual(sum.Item(), a.Item()) {
		t.Errorf("%+v", sum)
	}
}

// readWorkedSums are four answers to the same question in another exam.
func readWorkedSums(t *testing.T) Sums {
	t.Helper()
	var sittings []Sitting
	for i, choice := range []string{"b", "a", "b", "a"} {
		sittings = append(sittings, Sitting{Score: int64(400 - 100*i), Total: 400, Answers: []Answer{{Version: 2, Mark: int64(100 * ((i + 1) % 2)), Points: 100, Choices: []string{choice}, Seconds: 20 + 10*(i/2)%20}}})
	}
	_, items := Analyse(sittings)
	s := items[2]
	s.Upper, s.Lower = 2, 1
	o := s.Options["b"]
	o.Upper, o.Lower = 1, 1
	s.Options["b"] = o
	s.Times = Times{20: 2, 30: 1}
	return s
}
