package itemstat

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// verified is data with the figures that another hand computed of them; testdata/verified.md says how.
type verified struct {
	Name      string
	Tolerance float64 // of what is larger, 1 or the figure
	Exams     [][]verifiedForm
	Chosen    map[int64][]string // of a question's answers, in the order of the sittings
	Seconds   map[int64][]int
	Papers    []*verifiedPaper // of the exams; null where nobody says what they come to
	Items     map[int64]verifiedItem
	Choices   map[int64][]verifiedChoice
}

// verifiedForm is what some of an exam's people sat.
type verifiedForm struct {
	Questions, Points []int64
	Marks             [][]int64
}

type verifiedPaper struct {
	N                                                 int
	Mean, Median, SD, Skewness, Kurtosis, Consistency *float64
	ErrorRatio                                        *float64 `json:"error_ratio"`
	StandardError                                     *float64 `json:"standard_error"`
	Negative                                          []int64
	Bins                                              [10]int
}

// verifiedItem has of an estimate the value, or the value and both ends.
type verifiedItem struct {
	N, Exams                            int
	Facility, Discrimination            []float64
	SD, Efficiency, Intended, Effective *float64
	Negative                            bool
	Median                              *float64 `json:"median_seconds"`
}

type verifiedChoice struct {
	ID                      string
	Key                     bool
	N, Upper, Middle, Lower int
	R                       *float64
}

func TestFiguresAreWhatAnotherHandComputed(t *testing.T) {
	files, err := filepath.Glob("testdata/verified_*.json")
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []verified
		if err := json.Unmarshal(text, &cases); err != nil || len(cases) == 0 {
			t.Fatal(file, err)
		}
		for _, v := range cases {
			t.Run(v.Name, func(t *testing.T) { v.check(t) })
		}
	}
}

// sittings are an exam's, with what was chosen and how long it took.
func (v verified) sittings(forms []verifiedForm) []Sitting {
	var out []Sitting
	for _, f := range forms {
		for _, marks := range f.Marks {
			s := Sitting{}
			for i, mark := range marks {
				a := Answer{Version: f.Questions[i], Mark: mark, Points: f.Points[i], Seconds: Untimed}
				if chosen := v.Chosen[a.Version]; chosen != nil {
					a.Choices = []string{chosen[len(out)]}
				}
				if seconds := v.Seconds[a.Version]; seconds != nil {
					a.Seconds = seconds[len(out)]
				}
				s.Score, s.Total, s.Answers = s.Score+a.Mark, s.Total+a.Points, append(s.Answers, a)
			}
			out = append(out, s)
		}
	}
	return out
}

func (v verified) check(t *testing.T) {
	pooled := map[int64]Sums{}
	for i, forms := range v.Exams {
		paper, items := Analyse(v.sittings(forms))
		for version, s := range items {
			pooled[version] = pooled[version].Add(s)
		}
		if want := v.Papers[i]; want != nil {
			v.checkPaper(t, paper, *want)
		}
	}
	for version, want := range v.Items {
		got := pooled[version].Item()
		if got.N != want.N || got.Exams != want.Exams || got.Negative != want.Negative {
			t.Errorf("%d: %+v, want %+v", version, got, want)
		}
		v.estimate(t, "facility", got.Facility, want.Facility)
		v.estimate(t, "discrimination", got.Discrimination, want.Discrimination)
		v.figure(t, "SD", got.SD, want.SD)
		v.figure(t, "efficiency", got.Efficiency, want.Efficiency)
		v.figure(t, "intended weight", got.Intended, want.Intended)
		v.figure(t, "effective weight", got.Effective, want.Effective)
		v.figure(t, "median of the seconds", got.MedianSeconds, want.Median)
	}
	for version, table := range v.Choices {
		var ids, key []string
		for _, want := range table {
			ids = append(ids, want.ID)
			if want.Key {
				key = append(key, want.ID)
			}
		}
		got := pooled[version].Choices(ids, key)
		if len(got) != len(table) {
			t.Fatalf("%+v", got)
		}
		for i, want := range table {
			c := got[i]
			if c.ID != want.ID || c.Key != want.Key || c.N != want.N || c.Upper != want.Upper || c.Middle != want.Middle || c.Lower != want.Lower {
				t.Errorf("%+v, want %+v", c, want)
			}
			v.figure(t, "point-biserial of "+c.ID, c.Biserial.Figure, want.R)
		}
	}
}

func (v verified) checkPaper(t *testing.T, got Paper, want verifiedPaper) {
	t.Helper()
	if got.N != want.N || got.Bins != want.Bins || !slices.Equal(got.Negative, want.Negative) {
		t.Errorf("%+v, want %+v", got, want)
	}
	v.figure(t, "mean", got.Mean, want.Mean)
	v.figure(t, "median", got.Median, want.Median)
	v.figure(t, "SD of the scores", got.SD, want.SD)
	v.figure(t, "skewness", got.Skewness, want.Skewness)
	v.figure(t, "kurtosis", got.Kurtosis, want.Kurtosis)
	v.figure(t, "consistency", got.Consistency, want.Consistency)
	v.figure(t, "error ratio", got.ErrorRatio, want.ErrorRatio)
	v.figure(t, "standard error", got.StandardError, want.StandardError)
}

func (v verified) figure(t *testing.T, name string, got Figure, want *float64) {
	t.Helper()
	if got.Known != (want != nil) {
		t.Errorf("%s: %+v, known to the other hand: %v", name, got, want != nil)
	} else if want != nil && !v.near(got.Value, *want) {
		t.Errorf("%s: %v, want %v", name, got.Value, *want)
	}
}

func (v verified) estimate(t *testing.T, name string, got Estimate, want []float64) {
	t.Helper()
	if got.Known != (want != nil) {
		t.Errorf("%s: %+v, want %v", name, got, want)
		return
	}
	for i, w := range want {
		if have := []float64{got.Value, got.Low, got.High}[i]; !v.near(have, w) {
			t.Errorf("%s: %+v, want %v", name, got, want)
		}
	}
}

func (v verified) near(a, b float64) bool { return math.Abs(a-b) <= v.Tolerance*max(1, math.Abs(b)) }
