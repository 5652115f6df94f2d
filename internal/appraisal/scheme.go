package appraisal

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// full is 100.00 %: what the weights of dimensions, and of the indicators inside each, must add up to (N11).
const full = score.Hundredths(10_000)

// Limits keep a sheet readable on a phone.
const (
	maxDimensions = 12
	maxIndicators = 20 // in one dimension
	maxName       = 60
)

// Source says where an indicator's raw number comes from.
type Source string

const (
	FromKnowledge     Source = "knowledge"              // released rounds of exams in the period
	FromParticipation Source = "training_participation" // courses completed of those assigned (A24)
	FromPeople        Source = "typed"                  // a superior's judgement or a figure typed in
)

// Scheme is what a version holds; it is the body of the row. Weights are hundredths of a per cent.
type Scheme struct {
	Aim        string             `json:"aim"`   // what the scheme is for (B01)
	Posts      []account.PostKind `json:"posts"` // whose kinds of posts it appraises (A02, C02)
	Dimensions []Dimension        `json:"dimensions"`
	Grades     score.Bands        `json:"grades"` // of the total
}

// Dimension is a part of the total. Floor 0 means that nothing is advised.
type Dimension struct {
	Key        string           `json:"key"`
	Name       string           `json:"name"`
	Rule       string           `json:"rule,omitempty"` // the clause it carries out: "A10"
	Weight     score.Hundredths `json:"weight"`
	Floor      score.Hundredths `json:"floor"`
	Indicators []Indicator      `json:"indicators"`
}

// Indicator is a part of its dimension. Its key is unique in the scheme.
type Indicator struct {
	Key    string           `json:"key"`
	Name   string           `json:"name"`
	Rule   string           `json:"rule,omitempty"`
	Weight score.Hundredths `json:"weight"`
	Source Source           `json:"source"`
	Scale  Scale            `json:"scale"`
}

var keyShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Check names every fault that keeps the scheme from being used; field names are those of the editor's form. Weights that
// lie below a floor are no fault here: see BelowFloor.
func (s Scheme) Check() []errs.Field {
	var bad []errs.Field
	unknown := func(k account.PostKind) bool { return !slices.Contains(account.PostKinds, k) }
	if len(s.Posts) == 0 || slices.ContainsFunc(s.Posts, unknown) {
		bad = append(bad, errs.NewField("posts", "error.appraisal.posts"))
	}
	if n := len(s.Dimensions); n == 0 || n > maxDimensions {
		bad = append(bad, errs.NewField("dimensions", "error.appraisal.dimensions", "limit", maxDimensions))
	}
	if sum := s.Weights(); sum != full {
		bad = append(bad, errs.NewField("dimensions", "error.appraisal.weights", "sum", sum))
	}
	if s.Grades.Validate() != nil {
		bad = append(bad, errs.NewField("grades", "error.appraisal.grades"))
	}
	keys := map[string]bool{}
	for i, d := range s.Dimensions {
		bad = append(bad, d.check(DimensionField(i), keys)...)
	}
	return bad
}

func (d Dimension) check(field string, keys map[string]bool) []errs.Field {
	bad := checkPart(field, d.Key, d.Name, d.Weight, keys)
	if d.Floor < 0 || d.Floor > full {
		bad = append(bad, errs.NewField(field, "error.appraisal.weight"))
	}
	if n := len(d.Indicators); n == 0 || n > maxIndicators {
		bad = append(bad, errs.NewField(field, "error.appraisal.indicators", "limit", maxIndicators))
	} else if sum := d.Weights(); sum != full {
		bad = append(bad, errs.NewField(field, "error.appraisal.weights_inside", "sum", sum, "name", d.Name))
	}
	for _, i := range d.Indicators {
		at := IndicatorField(i.Key)
		bad = append(bad, checkPart(at, i.Key, i.Name, i.Weight, keys)...)
		if !i.Scale.valid() || !i.Source.valid() {
			bad = append(bad, errs.NewField(at, "error.appraisal.scale"))
		}
	}
	return bad
}

func checkPart(field, key, name string, weight score.Hundredths, keys map[string]bool) []errs.Field {
	var bad []errs.Field
	if !keyShape.MatchString(key) || keys[key] {
		bad = append(bad, errs.NewField(field, "error.appraisal.key"))
	}
	keys[key] = true
	if n := len([]rune(name)); n == 0 || n > maxName {
		bad = append(bad, errs.NewField(field, "error.appraisal.name", "limit", maxName))
	}
	if weight <= 0 || weight > full {
		bad = append(bad, errs.NewField(field, "error.appraisal.weight"))
	}
	return bad
}

// DimensionField is the form's name for the i-th dimension's weight.
func DimensionField(i int) string { return "dimension-" + strconv.Itoa(i) }

// IndicatorField is the form's name for an indicator's weight.
func IndicatorField(key string) string { return "indicator-" + key }

func (s Source) valid() bool {
	return s == FromKnowledge || s == FromParticipation || s == FromPeople
}

// Weights is the sum over the dimensions; 100.00 when it is right.
func (s Scheme) Weights() score.Hundredths {
	var sum score.Hundredths
	for _, d := range s.Dimensions {
		sum += d.Weight
	}
	return sum
}

// Weights is the sum over the dimension's indicators; 100.00 when it is right.
func (d Dimension) Weights() score.Hundredths {
	var sum score.Hundredths
	for _, i := range d.Indicators {
		sum += i.Weight
	}
	return sum
}

// BelowFloor lists the dimensions whose weight is below what the agreement advises (A10, A16, A21, A26).
func (s Scheme) BelowFloor() []Dimension {
	var out []Dimension
	for _, d := range s.Dimensions {
		if d.Weight < d.Floor {
			out = append(out, d)
		}
	}
	return out
}

// Indicators lists all of the scheme's, in order.
func (s Scheme) Indicators() []Indicator {
	var out []Indicator
	for _, d := range s.Dimensions {
		out = append(out, d.Indicators...)
	}
	return out
}

// Indicator finds one by its key.
func (s Scheme) Indicator(key string) (Indicator, bool) {
	for _, i := range s.Indicators() {
		if i.Key == key {
			return i, true
		}
	}
	return Indicator{}, false
}

// FedBy lists the keys of the indicators with that source.
func (s Scheme) FedBy(src Source) []string {
	var out []string
	for _, i := range s.Indicators() {
		if i.Source == src {
			out = append(out, i.Key)
		}
	}
	return out
}
