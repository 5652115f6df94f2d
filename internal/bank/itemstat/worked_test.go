package itemstat

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// worked is an example of testdata/worked.md.
type worked struct {
	Exams [][]Sitting
	Paper *struct {
		N                                                 int
		Mean, Median, SD, Skewness, Kurtosis, Consistency *float64
		ErrorRatio                                        *float64 `json:"error_ratio"`
		StandardError                                     *float64 `json:"standard_error"`
		Bins                                              [10]int
	}
	Items   map[int64]workedItem
	Choices map[int64]struct {
		Options, Key []string
		Want         []struct {
			ID                      string
			Key                     bool
			N, Upper, Middle, Lower int
			R                       *float64
		}
	}
}

type workedItem struct {
	N, Exams       int
	Facility       *workedEstimate
	SD             *float64
	Discrimination *workedEstimate
	Efficiency     *float64
	Intended       *float64 `json:"intended_weight"`
	Effective      *float64 `json:"effective_weight"`
	Negative       bool     `json:"negative_covariance"`
	Median         *float64 `json:"median_seconds"`
}

type workedEstimate struct{ Value, Low, High float64 }

// The working of each figure stands in testdata/worked.md.
func TestWorkedExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/worked_*.json")
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { readWorked(t, file).check(t) })
	}
}

func readWorked(t *testing.T, file string) worked {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var w worked
	if err := json.Unmarshal(text, &w); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w worked) check(t *testing.T) {
	pooled := map[int64]Sums{}
	for _, sittings := range w.Exams {
		paper, items := Analyse(sittings)
		for version, s := range items {
			pooled[version] = pooled[version].Add(s)
		}
		if p := w.Paper; p != nil {
			if paper.N != p.N || paper.Bins != p.Bins || len(paper.Negative) > 0 {
				t.Errorf("%+v", paper)
			}
			for name, k := range map[string]struct {
				got  Figure
				want *float64
			}{
				"mean": {paper.Mean, p.Mean}, "median": {paper.Median, p.Median}, "SD": {paper.SD, p.SD}, "skewness": {paper.Skewness, p.Skewness},
				"kurtosis": {paper.Kurtosis, p.Kurtosis}, "consistency": {paper.Consistency, p.Consistency}, "error ratio": {paper.ErrorRatio, p.ErrorRatio},
				"standard error": {paper.StandardError, p.StandardError},
			} {
				near(t, name, k.got, k.want)
			}
		}
	}
	for version, want := range w.Items {
		got := pooled[version].Item()
		if got.N != want.N || got.Exams != want.Exams || got.Negative != want.Negative {
			t.Errorf("%d: %+v", version, got)
		}
		near(t, "SD", got.SD, want.SD)
		near(t, "efficiency", got.Efficiency, want.Efficiency)
		near(t, "intended", got.Intended, want.Intended)
		near(t, "effective", got.Effective, want.Effective)
		near(t, "median", got.MedianSeconds, want.Median)
		nearEstimate(t, "facility", got.Facility, want.Facility)
		nearEstimate(t, "discrimination", got.Discrimination, want.Discrimination)
	}
	for version, table := range w.Choices {
		got := pooled[version].Choices(table.Options, table.Key)
		if len(got) != len(table.Want) {
			t.Fatalf("%+v", got)
		}
		for i, want := range table.Want {
			c := got[i]
			if c.ID != want.ID || c.Key != want.Key || c.N != want.N || c.Upper != want.Upper || c.Middle != want.Middle || c.Lower != want.Lower {
				t.Errorf("%+v, want %+v", c, want)
			}
			near(t, "point-biserial of "+c.ID, c.Biserial.Figure, want.R)
		}
	}
}

func near(t *testing.T, name string, got Figure, want *float64) {
	t.Helper()
	if got.Known != (want != nil) || want != nil && math.Abs(got.Value-*want) > 2e-6 {
		if want == nil {
			t.Errorf("%s: %v, want none", name, got)
		} else {
			t.Errorf("%s: %v, want %v", name, got, *want)
		}
	}
}

func nearEstimate(t *testing.T, name string, got Estimate, want *workedEstimate) {
	t.Helper()
	near(t, name, got.Figure, &want.Value)
	near(t, name+" from", known(got.Low), &want.Low)
	near(t, name+" to", known(got.High), &want.High)
}
