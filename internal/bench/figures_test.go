package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	ten := make(latencies, 10)
	for i := range ten {
		ten[9-i] = time.Duration(i+1) * time.Millisecond // unsorted
	}
	for _, c := range []struct {
		of   latencies
		p    float64
		want time.Duration
	}{
		{nil, 0.99, 0},
		{latencies{7}, 0.5, 7}, {latencies{7}, 0.99, 7}, {latencies{7}, 1, 7},
		{latencies{1, 2}, 0.5, 1}, {latencies{1, 2}, 0.51, 2},
		{ten, 0, time.Millisecond}, {ten, 0.5, 5 * time.Millisecond}, {ten, 0.9, 9 * time.Millisecond},
		{ten, 0.91, 10 * time.Millisecond}, {ten, 0.99, 10 * time.Millisecond}, {ten, 1, 10 * time.Millisecond},
	} {
		if got := c.of.percentile(c.p); got != c.want {
			t.Errorf("%v of %v: %v, want %v", c.p, c.of, got, c.want)
		}
	}
	if ten[0] != 10*time.Millisecond {
		t.Error("the percentile sorted what it was given")
	}
}

func TestArithmetic(t *testing.T) {
	for name, c := range map[string]struct{ got, want float64 }{
		"rate":                 {rate(500, 2*time.Second), 250},
		"rate of no time":      {rate(5, 0), 0},
		"cost each":            {microseconds(3*time.Millisecond, 2), 1500},
		"cost of none":         {microseconds(time.Second, 0), 0},
		"mean":                 {mean(10, 20), 15},
		"four digits":          {rounded(123456), 123500},
		"small":                {rounded(0.0012344), 0.001234},
		"nothing":              {rounded(0), 0},
		"milliseconds of half": {latencies{500 * time.Microsecond}.milliseconds(1), 0.5},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}

func TestFiguresAgainstALimit(t *testing.T) {
	var f figures
	f.against("saves at 64", 30_000, "1/s", 20_000)
	f.against("starts at 64", 10, "1/s", 0)
	f.add("errors", 0, "requests")
	path := filepath.Join(t.TempDir(), "bench.json")
	if err := f.write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if len(out) != 3 || out[0]["ratio"] != 1.5 || out[0]["limit"] != 20_000.0 || out[1]["ratio"] != nil || out[2]["unit"] != "requests" {
		t.Fatalf("%s", text)
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte(`{"name":"bank search p95","value":60,"unit":"ms","limit":50,"ratio":1.2}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	more, err := readFigures(other)
	if err != nil {
		t.Fatal(err)
	}
	f = append(f, more...)
	var table strings.Builder
	f.print(&table)
	for _, want := range []string{"1.50 ×", "≥ 1.4 ×  met", "≥ 0.25 ×  MISSED", "= 0  met", "≤ 50  MISSED"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
}

func TestGoals(t *testing.T) {
	ratio := func(r float64) figure { return figure{Ratio: &r} }
	for name, c := range map[string]struct {
		goal   goal
		figure figure
		want   bool
	}{
		"ratio reached":       {goal{ratio: 1.4}, ratio(1.4), true},
		"ratio missed":        {goal{ratio: 1.4}, ratio(1.399), false},
		"no limit measured":   {goal{ratio: 1.4}, figure{Value: 9}, false},
		"no dearer":           {goal{ratio: 1.1, less: true}, ratio(1.1), true},
		"dearer":              {goal{ratio: 1.1, less: true}, ratio(1.11), false},
		"at most":             {goal{atMost: 20}, figure{Value: 20}, true},
		"more":                {goal{atMost: 20}, figure{Value: 20.1}, false},
		"none":                {goal{exactly: true}, figure{Value: 0}, true},
		"one is one too many": {goal{exactly: true}, figure{Value: 1}, false},
	} {
		if c.goal.met(c.figure) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
}

func TestScripts(t *testing.T) {
	s := newScript("x", "-- why\n\\set n :n + 1\nSELECT CAST(:a AS bigint), :b, x::jsonb FROM t WHERE a = :a;\n")
	if s.statement != "SELECT CAST($1 AS bigint), $2, x::jsonb FROM t WHERE a = $1;\n" || len(s.variables) != 2 || s.variables[0] != "a" || s.variables[1] != "b" {
		t.Fatalf("%q %v", s.statement, s.variables)
	}
}

func TestPgbenchRate(t *testing.T) {
	got, err := pgbenchRate("latency average = 3.1 ms\ntps = 20981.123456 (without initial connection time)\n")
	if err != nil || got != 20981.123456 {
		t.Fatal(got, err)
	}
	if _, err := pgbenchRate("pgbench: error"); err == nil {
		t.Fatal("no rate was read as one")
	}
}

// Everybody acts at most once on an attempt where that is the rule, and never beyond the attempts that there are.
func TestArgumentsOfTheLimit(t *testing.T) {
	once := load{script: newScript("hand_in", limitHandIn), clients: 7, attempts: 150, times: 20, first: -1}
	seen := map[any]bool{}
	for client := range once.clients {
		for n := once.first + 1; once.more(n, time.Now()); n++ {
			a := once.arguments(client, n)[0]
			if seen[a] || a.(int64) < 1 || a.(int64) > 150 {
				t.Fatalf("attempt %v twice or out of range", a)
			}
			seen[a] = true
		}
	}
	if len(seen) != 7*20 {
		t.Fatal(len(seen))
	}
	again := load{script: newScript("save", limitSave), clients: 64, attempts: 10_000, lasting: time.Second}
	for range 1000 {
		if a := again.attempt(63, 1e15); a < 1 || a > 10_000 || a%64 != 0 {
			t.Fatalf("client 63 wrote attempt %d, which is another's", a)
		}
	}
}
