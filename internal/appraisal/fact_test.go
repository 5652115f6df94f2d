package appraisal

import (
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/score"
)

func round(id FactID, round int64, version int, value score.Hundredths) Fact {
	return Fact{ID: id, Indicator: "knowledge", Source: Round, SourceID: round, Version: version, Value: value, N: 1}
}

func TestReading(t *testing.T) {
	i := Indicator{Key: "knowledge", Source: FromKnowledge, Scale: Scale{Kind: Identity}}
	typed := func(id FactID, version int, value score.Hundredths) Fact {
		return Fact{ID: id, Indicator: "knowledge", Source: Typed, Version: version, Value: value, N: 1}
	}
	for name, c := range map[string]struct {
		facts []Fact
		ok    bool
		raw   score.Hundredths
		used  []FactID
	}{
		"nothing":                  {nil, false, 0, nil},
		"another indicator's":      {[]Fact{{ID: 1, Indicator: "chat", Source: Typed, Version: 1, Value: 5}}, false, 0, nil},
		"one round":                {[]Fact{round(1, 7, 1, 8350)}, true, 8350, []FactID{1}},
		"a zero is a number":       {[]Fact{round(1, 7, 1, 0)}, true, 0, []FactID{1}},
		"the newest version":       {[]Fact{round(2, 7, 2, 6000), round(1, 7, 1, 4150)}, true, 6000, []FactID{2}},
		"two rounds: their mean":   {[]Fact{round(1, 7, 1, 6000), round(2, 8, 1, 9001)}, true, 7500, []FactID{1, 2}},
		"three rounds, cut":        {[]Fact{round(1, 7, 1, 10000), round(2, 8, 1, 10000), round(3, 9, 1, 9999)}, true, 9999, []FactID{1, 2, 3}},
		"typed while nothing came": {[]Fact{typed(1, 1, 7000)}, true, 7000, []FactID{1}},
		"the source goes before":   {[]Fact{typed(1, 1, 9900), round(2, 7, 1, 6100)}, true, 6100, []FactID{2}},
		"taken back":               {[]Fact{round(1, 7, 1, 0), {ID: 2, Indicator: "knowledge", Source: Round, SourceID: 7, Version: 2}}, false, 0, nil},
		"one of two taken back":    {[]Fact{round(1, 7, 1, 0), {ID: 2, Indicator: "knowledge", Source: Round, SourceID: 7, Version: 2}, round(3, 8, 1, 8800)}, true, 8800, []FactID{3}},
		"taken back, then typed":   {[]Fact{round(1, 7, 1, 0), {ID: 2, Indicator: "knowledge", Source: Round, SourceID: 7, Version: 2}, typed(3, 1, 7000)}, true, 7000, []FactID{3}},
		"typed again":              {[]Fact{typed(1, 1, 7000), typed(2, 2, 7250)}, true, 7250, []FactID{2}},
	} {
		t.Run(name, func(t *testing.T) {
			r, ok := Read(i, c.facts)
			if ok != c.ok || r.Raw != c.raw || !slices.Equal(r.Facts, c.used) {
				t.Fatalf("%+v %v", r, ok)
			}
		})
	}
}

// rule:A24 completed of assigned, cut to 0.01 and never rounded up.
func TestParticipation(t *testing.T) {
	for _, c := range []struct {
		completed, assigned int
		want                score.Hundredths
	}{{0, 1, 0}, {1, 1, 10000}, {2, 3, 6666}, {1, 3, 3333}, {5, 7, 7142}, {0, 0, 0}} {
		if got := (Participation{Assigned: c.assigned, Completed: c.completed}).Percent(); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.completed, c.assigned, got, c.want)
		}
	}
}

func TestSameSaysNothingNew(t *testing.T) {
	k := Knowledge{RoundID: 7, ExamTitle: "一季度考核", PercentHundredths: 5800, Outcome: "failed", ClosedOn: time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC)}
	a, b := k.fact("knowledge"), k.fact("knowledge")
	b.Version, b.ID = 3, 9
	if !a.Same(b) {
		t.Error("the same outcome is the same")
	}
	for name, change := range map[string]func(*Fact){
		"another number": func(f *Fact) { f.Value++ }, "more behind it": func(f *Fact) { f.N++ }, "another story": func(f *Fact) { f.Detail.Outcome = "passed" },
	} {
		c := a
		change(&c)
		if a.Same(c) {
			t.Errorf("%s is news", name)
		}
	}
	k.PercentHundredths, k.Outcome = 6000, "passed_retake"
	if a.Same(k.fact("knowledge")) {
		t.Error("a retake's outcome is news")
	}
}

// A round whose result was taken back says so with the same fact's next version; one that was failed is a number.
func TestARoundThatCountsForNothing(t *testing.T) {
	k := Knowledge{PersonID: 3, RoundID: 7, PercentHundredths: 5800, Outcome: "failed"}
	if f := k.fact("knowledge"); f.Value != 5800 || f.N != 1 || f.SourceID != 7 || f.PersonID != 3 || f.Source != Round {
		t.Errorf("%+v", f)
	}
	k.Outcome = ""
	if f := k.fact("knowledge"); f.Value != 0 || f.N != 0 || f.SourceID != 7 {
		t.Errorf("taken back: %+v", f)
	}
}
