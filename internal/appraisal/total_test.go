package appraisal

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/score"
)

type example struct {
	Name    string            `json:"name"`
	Working string            `json:"working"` // the reckoning by hand
	Preset  string            `json:"preset"`
	Values  map[string]string `json:"values"`
	Total   score.Hundredths  `json:"total"`
	Grade   score.Band        `json:"grade"`
	Missing []string          `json:"missing"`
}

func examples(t testing.TB) []example {
	t.Helper()
	text, err := os.ReadFile("testdata/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (e example) facts(t testing.TB) []Fact {
	t.Helper()
	var out []Fact
	for key, text := range e.Values {
		v, err := score.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Fact{ID: FactID(len(out) + 1), Indicator: key, Source: Typed, Version: 1, Value: v, N: 1})
	}
	return out
}

// rule:A10 rule:A16 rule:A21 rule:A26 rule:C32 rule:C46 worked by hand, independently of the code.
func TestWorkedExamples(t *testing.T) {
	for _, e := range examples(t) {
		t.Run(e.Name, func(t *testing.T) {
			p, _ := FindPreset(e.Preset)
			c := Compute(p.Scheme, e.facts(t))
			if c.Total != e.Total || c.Grade != e.Grade || !slices.Equal(c.Missing, e.Missing) {
				t.Errorf("total %s, grade %q, missing %v; by hand %s, %q, %v", c.Total, c.Grade, c.Missing, e.Total, e.Grade, e.Missing)
			}
		})
	}
}

func TestNothingKnownIsNoTotal(t *testing.T) {
	c := Compute(agreement(t), nil)
	if c.Known || c.Grade != "" || len(c.Missing) != len(agreement(t).Indicators()) {
		t.Errorf("%+v", c)
	}
}

// rule:N01 the edges of the grade table, met and missed by a hundredth, with a scheme whose total is its one number.
func TestGradeEdges(t *testing.T) {
	s := Scheme{Grades: score.DefaultBands(), Dimensions: []Dimension{{Key: "d", Weight: full, Indicators: []Indicator{
		{Key: "i", Weight: full, Source: FromPeople, Scale: Scale{Kind: Identity}}}}}}
	for total, want := range map[score.Hundredths]score.Band{
		0: score.Fail, 5999: score.Fail, 6000: score.Pass, 6999: score.Pass, 7000: score.Good, 8999: score.Good, 9000: score.Excellent, 10000: score.Excellent,
	} {
		c := Compute(s, []Fact{{ID: 1, Indicator: "i", Source: Typed, Version: 1, Value: total, N: 1}})
		if c.Total != total || c.Grade != want {
			t.Errorf("%s: %s %s, want %s", total, c.Total, c.Grade, want)
		}
	}
}

// drawScheme is any scheme of identity scales with weights that add up, and a number for some of its indicators.
func drawScheme(t *rapid.T) (Scheme, []Fact) {
	s := Scheme{Grades: score.DefaultBands()}
	var facts []Fact
	for _, w := range drawWeights(t) {
		d := Dimension{Key: "d" + string(rune('a'+len(s.Dimensions))), Weight: w}
		for _, w := range drawWeights(t) {
			i := Indicator{Key: d.Key + string(rune('a'+len(d.Indicators))), Weight: w, Source: FromPeople, Scale: Scale{Kind: Identity}}
			d.Indicators = append(d.Indicators, i)
			if rapid.IntRange(0, 4).Draw(t, "there") > 0 {
				v := score.Hundredths(rapid.Int64Range(0, int64(full)).Draw(t, "value"))
				facts = append(facts, Fact{ID: FactID(len(facts) + 1), Indicator: i.Key, Source: Typed, Version: 1, Value: v, N: 1})
			}
		}
		s.Dimensions = append(s.Dimensions, d)
	}
	return s, facts
}

func drawWeights(t *rapid.T) []score.Hundredths {
	left := full
	var out []score.Hundredths
	for len(out) < 4 && left > 1 && rapid.Bool().Draw(t, "another") {
		w := score.Hundredths(rapid.Int64Range(1, int64(left)-1).Draw(t, "weight"))
		out, left = append(out, w), left-w
	}
	return append(out, left)
}

// The total lies between the least and the greatest score, is the exact weighted mean cut to 0.01, does not depend on the
// order of dimensions, indicators or facts, and has a grade exactly when nothing is missing.
func TestTotalKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, facts := drawScheme(t)
		c := Compute(s, facts)
		if c.Known != (len(facts) > 0) || (c.Grade != "") != (len(c.Missing) == 0) {
			t.Fatalf("known %v, grade %q, %d facts, missing %v", c.Known, c.Grade, len(facts), c.Missing)
		}
		if len(c.Missing)+len(facts) != len(s.Indicators()) {
			t.Fatalf("%d facts and %d missing of %d", len(facts), len(c.Missing), len(s.Indicators()))
		}
		if !c.Known {
			return
		}
		values := []score.Hundredths{}
		for _, f := range facts {
			values = append(values, f.Value)
		}
		if c.Total < slices.Min(values) || c.Total > slices.Max(values) {
			t.Fatalf("total %s of %v", c.Total, values)
		}
		if want := exactMean(s, facts); c.Total != want {
			t.Fatalf("total %s, exactly %s", c.Total, want)
		}
		if again := Compute(shuffled(t, s), reversed(facts)); again.Total != c.Total || again.Grade != c.Grade {
			t.Fatalf("in another order %s, not %s", again.Total, c.Total)
		}
	})
}

// exactMean is the same formula in fractions.
func exactMean(s Scheme, facts []Fact) score.Hundredths {
	sum, weights := new(big.Rat), new(big.Rat)
	for _, d := range s.Dimensions {
		for _, i := range d.Indicators {
			for _, f := range facts {
				if f.Indicator == i.Key {
					w := new(big.Rat).Mul(big.NewRat(int64(d.Weight), 10_000), big.NewRat(int64(i.Weight), 10_000))
					weights.Add(weights, w)
					sum.Add(sum, w.Mul(w, big.NewRat(int64(f.Value), 1)))
				}
			}
		}
	}
	q := sum.Quo(sum, weights)
	return score.Hundredths(new(big.Int).Quo(q.Num(), q.Denom()).Int64())
}

func shuffled(t *rapid.T, s Scheme) Scheme {
	s = clone(s)
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0))
	r.Shuffle(len(s.Dimensions), func(i, j int) { s.Dimensions[i], s.Dimensions[j] = s.Dimensions[j], s.Dimensions[i] })
	for _, d := range s.Dimensions {
		r.Shuffle(len(d.Indicators), func(i, j int) { d.Indicators[i], d.Indicators[j] = d.Indicators[j], d.Indicators[i] })
	}
	return s
}

func reversed(facts []Fact) []Fact {
	out := slices.Clone(facts)
	slices.Reverse(out)
	return out
}

// A better number never lowers the total: with complete data each score moves it up or leaves it.
func TestABetterScoreNeverLowersTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, facts := drawScheme(t)
		if len(facts) == 0 {
			return
		}
		before := Compute(s, facts)
		i := rapid.IntRange(0, len(facts)-1).Draw(t, "which")
		better := slices.Clone(facts)
		better[i].Value = score.Hundredths(rapid.Int64Range(int64(facts[i].Value), int64(full)).Draw(t, "better"))
		if after := Compute(s, better); after.Total < before.Total {
			t.Fatalf("%s → %s", before.Total, after.Total)
		}
	})
}

// rule:C44 each line has its own grade in four.
func TestEachLineHasAGrade(t *testing.T) {
	p, _ := FindPreset("quarterly")
	for value, want := range map[score.Hundredths]score.Band{5999: score.Fail, 6000: score.Pass, 7000: score.Good, 9000: score.Excellent} {
		c := Compute(p.Scheme, []Fact{{ID: 1, Indicator: "chat", Source: Typed, Version: 1, Value: value, N: 1}})
		if got := c.Line("chat").Band; got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}

func TestDimensionScore(t *testing.T) {
	p, _ := FindPreset("quarterly")
	service := p.Dimensions[2]
	facts := []Fact{{ID: 1, Indicator: "satisfaction", Source: Typed, Version: 1, Value: 8600, N: 1}}
	if _, ok := DimensionScore(service, Compute(p.Scheme, facts)); ok {
		t.Error("a part of a dimension is no score of it")
	}
	facts = append(facts, Fact{ID: 2, Indicator: "complaints", Source: Typed, Version: 1, Value: 10000, N: 1})
	if got, ok := DimensionScore(service, Compute(p.Scheme, facts)); !ok || got != 9020 {
		t.Errorf("%s %v, want 90.20", got, ok)
	}
	if got := Share(service, service.Indicators[0]); got != 1750 {
		t.Errorf("satisfaction brings at most %s, want 17.50", got)
	}
}
