package bank

import (
	"encoding/json"
	"slices"

	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// ruledAs says what became of the answer of a regrade in the editor; "" where it was not opened with one.
type ruledAs string

const (
	ruledFilled  ruledAs = "filled"
	ruledSame    ruledAs = "same"    // the question has it already
	ruledChanged ruledAs = "changed" // the question has changed since it was asked: letters may mean something else
)

var ruledTones = map[ruledAs]layout.Tone{ruledFilled: layout.Info, ruledSame: layout.OK, ruledChanged: layout.Warn}

// takeRuled fills in the answer that was ruled on a version. It is saved and reviewed as any edit; an address that names no version of the
// question, or no key, fills in nothing.
func (f *questionForm) takeRuled(d store.Detail, asked store.VersionID, text string) {
	i := slices.IndexFunc(d.Versions, func(v store.Version) bool { return v.ID == asked })
	var key questionbank.Key
	if i < 0 || json.Unmarshal([]byte(text), &key) != nil {
		return
	}
	now := d.Editable().Question()
	if !answeredAlike(d.Versions[i].Question(), now) {
		f.Ruled = ruledChanged
		return
	}
	ruled := now
	ruled.Key = key
	if slices.ContainsFunc(questionbank.Validate(ruled), func(p questionbank.Problem) bool {
		return p.Field == questionbank.FieldKey && p.Severity == questionbank.Error
	}) {
		return
	}
	if f.Ruled = ruledFilled; sameKey(now.Key, key) {
		f.Ruled = ruledSame
	}
	f.showKey(ruled)
}

// answeredAlike tells whether a key of one question means the same at the other.
func answeredAlike(a, b questionbank.Question) bool {
	return a.Type == b.Type && slices.Equal(a.Rows, b.Rows) && questionbank.CountGaps(a.Stem) == questionbank.CountGaps(b.Stem) &&
		slices.Equal(questionbank.Segments(a.Stem), questionbank.Segments(b.Stem)) &&
		slices.EqualFunc(a.Options, b.Options, func(x, y questionbank.Option) bool { return x.ID == y.ID && x.Text == y.Text })
}

func sameKey(a, b questionbank.Key) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
