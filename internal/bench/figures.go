package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"
)

// figure is one line of bench.json. Limit and Ratio are absent where nothing is compared.
type figure struct {
	Name  string   `json:"name"`
	Value float64  `json:"value"`
	Unit  string   `json:"unit"`
	Limit *float64 `json:"limit,omitempty"`
	Ratio *float64 `json:"ratio,omitempty"`
}

// figures are what a run has measured, in the order measured.
type figures []figure

func (f *figures) add(name string, value float64, unit string) {
	*f = append(*f, figure{Name: name, Value: rounded(value), Unit: unit})
}

// against adds a figure with the limit that it is compared with; a limit of 0 was not measured.
func (f *figures) against(name string, value float64, unit string, limit float64) {
	if limit == 0 {
		f.add(name, value, unit)
		return
	}
	l, r := rounded(limit), rounded(value/limit)
	*f = append(*f, figure{Name: name, Value: rounded(value), Unit: unit, Limit: &l, Ratio: &r})
}

// rounded keeps four significant digits: no measurement here has more.
func rounded(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// readFigures are those that another benchmark has written, one JSON object a line.
func readFigures(path string) (f figures, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		var x figure
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		f = append(f, x)
	}
	return f, nil
}

func (f figures) write(path string) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// latencies are the times of one kind of request.
type latencies []time.Duration

// percentile is the smallest time that at least p of 1 of the requests did not exceed (nearest rank); 0 of none.
func (l latencies) percentile(p float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(l))
	rank := int(math.Ceil(p*float64(len(sorted)))) - 1
	return sorted[min(max(rank, 0), len(sorted)-1)]
}

func (l latencies) milliseconds(p float64) float64 {
	return float64(l.percentile(p)) / float64(time.Millisecond)
}

// addTo adds the percentiles that people ask for.
func (l latencies) addTo(f *figures, name string) {
	for _, p := range []struct {
		name string
		p    float64
	}{{"p50", 0.50}, {"p95", 0.95}, {"p99", 0.99}, {"max", 1}} {
		f.add(name+" "+p.name, l.milliseconds(p.p), "ms")
	}
}

// rate is a count per second.
func rate(count int, took time.Duration) float64 {
	if took <= 0 {
		return 0
	}
	return float64(count) / took.Seconds()
}

// microseconds is the part of a time that falls on each of so many.
func microseconds(d time.Duration, count int) float64 {
	if count == 0 {
		return 0
	}
	return float64(d.Microseconds()) / float64(count)
}

// mean is the limit of a phase: what was reached before it and after it.
func mean(a, b float64) float64 { return (a + b) / 2 }
