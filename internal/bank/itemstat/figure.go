package itemstat

import (
	"encoding/json"
	"math"
	"strconv"
)

// Figure is a statistic, or none where there are too few answers or all are equal.
type Figure struct {
	Value float64
	Known bool
}

// known is a figure, or none for what is no number.
func known(v float64) Figure {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Figure{}
	}
	return Figure{v, true}
}

// Text is the figure with so many decimals, "—" for none.
func (f Figure) Text(decimals int) string {
	if !f.Known {
		return "—"
	}
	text := strconv.FormatFloat(f.Value, 'f', decimals, 64)
	if v, err := strconv.ParseFloat(text, 64); err == nil && v == 0 {
		text = strconv.FormatFloat(0, 'f', decimals, 64) // never −0.0
	}
	return text
}

// MarshalJSON writes a number, or null for none.
func (f Figure) MarshalJSON() ([]byte, error) {
	if !f.Known {
		return []byte("null"), nil
	}
	return json.Marshal(f.Value)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Figure) UnmarshalJSON(text []byte) error {
	var v *float64
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	*f = Figure{}
	if v != nil {
		*f = known(*v)
	}
	return nil
}

// Estimate is a figure with the interval that holds the true one in 95 of 100 cases.
type Estimate struct {
	Figure
	Low, High float64
}

// estimateJSON is an estimate as others read it.
type estimateJSON struct {
	Value Figure  `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// MarshalJSON writes value, low and high, or null for none.
func (e Estimate) MarshalJSON() ([]byte, error) {
	if !e.Known {
		return []byte("null"), nil
	}
	return json.Marshal(estimateJSON{e.Figure, e.Low, e.High})
}

// z95 is the point of the normal distribution that leaves 2.5 % above it.
const z95 = 1.959963984540054

// wilson is the interval of a share p of n (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209). A mean of partial marks varies
// less than a share of right answers does, so that the interval is, if anything, too wide.
func wilson(p float64, n int) (low, high float64) {
	m, zz := float64(n), z95*z95
	centre := (p + zz/(2*m)) / (1 + zz/m)
	half := z95 / (1 + zz/m) * math.Sqrt(p*(1-p)/m+zz/(4*m*m))
	return max(0, centre-half), min(1, centre+half)
}

// fisher is the interval of a correlation r by its transformation z = artanh r with the standard error 1/√(m − 3) (R. A.
// Fisher, Metron 1, 1921, 3), m being one more than the degrees of freedom: of n answers in k exams n − k + 1, for centring in each exam
// takes k − 1 variates out (Fisher, Metron 3, 1924, 329). ok is false for fewer than four. Of r = ±1 both ends are r: the transformation
// knows no error there.
func fisher(r float64, m int) (low, high float64, ok bool) {
	if m < 4 {
		return 0, 0, false
	}
	z, half := math.Atanh(r), z95/math.Sqrt(float64(m-3))
	return math.Tanh(z - half), math.Tanh(z + half), true
}
