package appraisal

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// agreement is the preset of the performance agreement, fresh for each test.
func agreement(t testing.TB) Scheme {
	t.Helper()
	p, ok := FindPreset("agreement")
	if !ok {
		t.Fatal("the agreement does not ship")
	}
	return clone(p.Scheme)
}

// clone keeps a test's changes out of the embedded presets.
func clone(s Scheme) Scheme {
	s.Dimensions = append([]Dimension{}, s.Dimensions...)
	for i := range s.Dimensions {
		s.Dimensions[i].Indicators = append([]Indicator{}, s.Dimensions[i].Indicators...)
	}
	return s
}

// rule:A10 rule:A16 rule:A21 rule:A26 rule:N11 the four dimensions with their floors, which are the weights it ships with.
func TestAgreementShipsWithItsFloors(t *testing.T) {
	s := agreement(t)
	want := []struct {
		rule  string
		floor score.Hundredths
	}{{"A10", 5000}, {"A16", 2500}, {"A21", 1500}, {"A26", 1000}}
	if len(s.Dimensions) != len(want) {
		t.Fatalf("%d dimensions", len(s.Dimensions))
	}
	for i, w := range want {
		if d := s.Dimensions[i]; d.Rule != w.rule || d.Floor != w.floor || d.Weight != w.floor {
			t.Errorf("%s %s: weight %s, floor %s", d.Rule, d.Name, d.Weight, d.Floor)
		}
	}
	if len(s.FedBy(FromKnowledge)) != 1 || len(s.FedBy(FromParticipation)) != 1 {
		t.Error("A24: knowledge and participation come from exams and courses")
	}
}

// rule:N11 D's 30/30/30/10 ships too, and every preset can be used as it is.
func TestEveryPresetIsUsable(t *testing.T) {
	for _, p := range Presets() {
		if err := Activatable(Draft, p.Scheme, FloorPolicy{BelowFloor: "block"}); err != nil {
			t.Errorf("%s: %v", p.Key, err)
		}
	}
	p, _ := FindPreset("beauty_trade")
	for i, want := range []score.Hundredths{3000, 3000, 3000, 1000} {
		if p.Dimensions[i].Weight != want {
			t.Errorf("%s: %s", p.Dimensions[i].Name, p.Dimensions[i].Weight)
		}
	}
}

// rule:C32 rule:C34 knowledge, communication, service and performance; the quarter's training beside daily work.
func TestQuarterlySchemeIsComprehensive(t *testing.T) {
	p, _ := FindPreset("quarterly")
	names := []string{"专业知识", "沟通能力", "服务质量", "工作业绩"}
	for i, want := range names {
		if p.Dimensions[i].Name != want {
			t.Errorf("dimension %d is %s, want %s", i+1, p.Dimensions[i].Name, want)
		}
	}
	if len(p.FedBy(FromParticipation)) == 0 || len(p.FedBy(FromPeople)) == 0 {
		t.Error("training content and daily work must both count")
	}
}

// rule:C45 rule:N14 satisfaction and complaints are blended 70 : 30.
func TestServiceBlendsSatisfactionAndComplaints(t *testing.T) {
	p, _ := FindPreset("quarterly")
	s, c := mustIndicator(t, p.Scheme, "satisfaction"), mustIndicator(t, p.Scheme, "complaints")
	if s.Weight != 7000 || c.Weight != 3000 {
		t.Errorf("%s : %s", s.Weight, c.Weight)
	}
}

func mustIndicator(t testing.TB, s Scheme, key string) Indicator {
	t.Helper()
	i, ok := s.Indicator(key)
	if !ok {
		t.Fatal("no indicator", key)
	}
	return i
}

func TestFaultsOfASchemeAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *Scheme)
		field  string
	}{
		"a hundredth too much":     {func(s *Scheme) { s.Dimensions[0].Weight++ }, "dimensions"},
		"a hundredth too little":   {func(s *Scheme) { s.Dimensions[3].Weight-- }, "dimensions"},
		"inside a dimension":       {func(s *Scheme) { s.Dimensions[1].Indicators[0].Weight++ }, "dimension-1"},
		"no weight":                {func(s *Scheme) { s.Dimensions[0].Weight, s.Dimensions[1].Weight = 0, 7500 }, "dimension-0"},
		"a negative weight":        {func(s *Scheme) { s.Dimensions[0].Weight, s.Dimensions[1].Weight = -100, 7600 }, "dimension-0"},
		"a key twice":              {func(s *Scheme) { s.Dimensions[2].Indicators[1].Key = "knowledge" }, "indicator-knowledge"},
		"no name":                  {func(s *Scheme) { s.Dimensions[2].Indicators[0].Name = "" }, "indicator-knowledge"},
		"no posts":                 {func(s *Scheme) { s.Posts = nil }, "posts"},
		"an unknown post":          {func(s *Scheme) { s.Posts = append(s.Posts[:1:1], "pilot") }, "posts"},
		"no dimension":             {func(s *Scheme) { s.Dimensions = nil }, "dimensions"},
		"a dimension of nothing":   {func(s *Scheme) { s.Dimensions[0].Indicators = nil }, "dimension-0"},
		"an unknown source":        {func(s *Scheme) { s.Dimensions[2].Indicators[0].Source = "guess" }, "indicator-knowledge"},
		"a scale without edges":    {func(s *Scheme) { s.Dimensions[2].Indicators[0].Scale = Scale{Kind: Target} }, "indicator-knowledge"},
		"a grade table with a gap": {func(s *Scheme) { s.Grades.Edges = s.Grades.Edges[:2] }, "grades"},
	} {
		t.Run(name, func(t *testing.T) {
			s := agreement(t)
			c.change(&s)
			for _, f := range s.Check() {
				if f.Name == c.field {
					return
				}
			}
			t.Errorf("no fault at %s: %v", c.field, s.Check())
		})
	}
}

// As many parts as fit on a phone, and not one more; floors and names from edge to edge.
func TestLimitsOfAScheme(t *testing.T) {
	parts := func(n int) (out []Dimension) {
		for i := range n {
			d := agreement(t).Dimensions[1]
			d.Key, d.Weight, d.Floor = "d"+strconv.Itoa(i), full/score.Hundredths(n), 0
			d.Indicators = []Indicator{{Key: "i" + strconv.Itoa(i), Name: "指标", Weight: full, Source: FromPeople, Scale: Scale{Kind: Identity}}}
			out = append(out, d)
		}
		out[0].Weight += full - full/score.Hundredths(n)*score.Hundredths(n)
		return out
	}
	inside := func(n int) []Indicator {
		var out []Indicator
		for _, d := range parts(n) {
			i := d.Indicators[0]
			i.Weight = d.Weight
			out = append(out, i)
		}
		return out
	}
	for name, c := range map[string]struct {
		change func(s *Scheme)
		faults []string
	}{
		"twelve dimensions":     {func(s *Scheme) { s.Dimensions = parts(12) }, nil},
		"thirteen":              {func(s *Scheme) { s.Dimensions = parts(13) }, []string{"error.appraisal.dimensions"}},
		"none":                  {func(s *Scheme) { s.Dimensions = nil }, []string{"error.appraisal.dimensions", "error.appraisal.weights"}},
		"twenty indicators":     {func(s *Scheme) { s.Dimensions = parts(1); s.Dimensions[0].Indicators = inside(20) }, nil},
		"twenty-one":            {func(s *Scheme) { s.Dimensions = parts(1); s.Dimensions[0].Indicators = inside(21) }, []string{"error.appraisal.indicators"}},
		"no indicator":          {func(s *Scheme) { s.Dimensions = parts(2); s.Dimensions[1].Indicators = nil }, []string{"error.appraisal.indicators"}},
		"a floor of everything": {func(s *Scheme) { s.Dimensions = parts(1); s.Dimensions[0].Floor = full }, nil},
		"a floor above it":      {func(s *Scheme) { s.Dimensions = parts(1); s.Dimensions[0].Floor = full + 1 }, []string{"error.appraisal.weight"}},
		"a floor below nothing": {func(s *Scheme) { s.Dimensions = parts(1); s.Dimensions[0].Floor = -1 }, []string{"error.appraisal.weight"}},
		"a name of sixty":       {func(s *Scheme) { s.Dimensions = parts(1); s.Dimensions[0].Name = strings.Repeat("名", 60) }, nil},
		"of sixty-one":          {func(s *Scheme) { s.Dimensions = parts(1); s.Dimensions[0].Name = strings.Repeat("名", 61) }, []string{"error.appraisal.name"}},
	} {
		s := agreement(t)
		c.change(&s)
		var got []string
		for _, f := range s.Check() {
			got = append(got, f.Key)
		}
		if !slices.Equal(got, c.faults) {
			t.Errorf("%s: %q, want %q", name, got, c.faults)
		}
	}
}

// rule:A10 rule:A16 rule:A21 rule:A26 "建议": a scheme below a floor is warned about, and blocked where the clinic sets it so.
func TestFloorsWarnOrBlock(t *testing.T) {
	for i := range agreement(t).Dimensions {
		s := agreement(t)
		s.Dimensions[i].Weight--
		s.Dimensions[(i+1)%4].Weight++
		below := s.BelowFloor()
		if len(below) != 1 || below[0].Key != s.Dimensions[i].Key {
			t.Errorf("below the floor: %v, want %s", below, s.Dimensions[i].Key)
		}
		if err := Activatable(Draft, s, FloorPolicy{BelowFloor: "warn"}); err != nil {
			t.Errorf("%s: a warning blocks: %v", s.Dimensions[i].Key, err)
		}
		if err := Activatable(Draft, s, FloorPolicy{BelowFloor: "block"}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: not blocked: %v", s.Dimensions[i].Key, err)
		}
	}
	if below := agreement(t).BelowFloor(); len(below) != 0 {
		t.Errorf("the floor itself is not below it: %v", below)
	}
}

func TestOnlyADraftIsActivated(t *testing.T) {
	for _, state := range []VersionState{Active, Retired} {
		if err := Activatable(state, agreement(t), FloorPolicy{}); !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", state, err)
		}
	}
}

func TestMisspeltPresetIsRefused(t *testing.T) {
	for _, text := range []string{"name: x\nwieght: '1'\n", "name: [", "name: x\naim: y\nposts: [online]\n"} {
		if _, err := parsePreset("x", []byte(text)); err == nil {
			t.Errorf("accepted: %s", text)
		}
	}
}
