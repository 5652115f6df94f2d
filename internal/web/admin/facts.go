package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/money"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// mostOfList is how many entries of a list in a record a page writes out.
const mostOfList = 20

// valueWords are the beginnings of words for what a field of that name may hold, the first that fits.
var valueWords = map[string][]string{
	"from":    {"cases.state.", "appraisal.cycle_state.", "appraisal.sheet_state."},
	"to":      {"cases.state.", "appraisal.cycle_state.", "appraisal.sheet_state."},
	"outcome": {"cases.outcome.", "ledger.outcome."},
	"cause":   {"cases.cause."},
	"reason":  {"courseware.reason."},
	"role":    {"account.role."},
	"kind":    {"ledger.kind.", "exampages.kind."},
}

// eventBody is the body of an event.
type eventBody struct {
	Facts    any            `json:"facts"`
	Personal map[string]any `json:"personal"`
}

func readBody(body string) (r eventBody, err error) {
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	err = d.Decode(&r)
	return r, err
}

// facts writes the facts of events.
type facts struct {
	names map[account.PersonID]string
	act   string // the event's: a state has the words of the pages on which the act is done
	most  int    // how many entries of a list are written out; 0 is all of them
}

// factLines are the facts of an event for the eye: each field by its word, or by its name where it has none, with its value as people write it.
// No field is left out, and of a long list its length is told. Personal values stand in the record as keyed hashes alone.
func factLines(ctx context.Context, names map[account.PersonID]string, act, body string) []layout.Pair {
	return facts{names, act, mostOfList}.lines(ctx, body)
}

// factsLine is all that factLines begins to tell, in one line for a file.
func factsLine(ctx context.Context, names map[account.PersonID]string, act, body string) string {
	lines := facts{names, act, 0}.lines(ctx, body)
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.Label + layout.T(ctx, "layout.colon") + l.Value
	}
	return strings.Join(out, layout.T(ctx, "admin.audit.semicolon"))
}

func (f facts) lines(ctx context.Context, body string) []layout.Pair {
	r, err := readBody(body)
	if err != nil {
		return []layout.Pair{{Label: layout.T(ctx, "admin.audit.facts"), Value: body}}
	}
	var out []layout.Pair
	if fields, ok := r.Facts.(map[string]any); ok {
		for _, key := range slices.Sorted(maps.Keys(fields)) {
			out = append(out, layout.Pair{Label: factWord(ctx, key), Value: f.value(ctx, key, fields[key])})
		}
	} else if r.Facts != nil {
		out = append(out, layout.Pair{Label: layout.T(ctx, "admin.audit.facts"), Value: f.value(ctx, "", r.Facts)})
	}
	if len(r.Personal) > 0 {
		var held []string
		for _, key := range slices.Sorted(maps.Keys(r.Personal)) {
			held = append(held, factWord(ctx, key))
		}
		out = append(out, layout.Pair{Label: layout.T(ctx, "admin.audit.personal"), Value: layout.T(ctx, "admin.audit.personal_text", "names", layout.List(ctx, held))})
	}
	return out
}

func factWord(ctx context.Context, key string) string {
	if word := "admin.fact." + fieldName(key); words.Has(word) {
		return layout.T(ctx, word)
	}
	return key
}

// fieldName is the name of a field as most are stored: what is recorded as it stands in the program, PersonID, reads person_id.
func fieldName(key string) string {
	return strings.ToLower(inProgram.ReplaceAllString(key, "${1}_${2}"))
}

var inProgram = regexp.MustCompile(`([a-z])([A-Z])`)

func (f facts) value(ctx context.Context, key string, value any) string {
	switch v := value.(type) {
	case nil:
		return "—"
	case bool:
		if v {
			return layout.T(ctx, "admin.audit.yes")
		}
		return layout.T(ctx, "admin.audit.no")
	case json.Number:
		return f.plain(ctx, fieldName(key), v.String())
	case string:
		return f.plain(ctx, fieldName(key), v)
	case []any:
		shown := first(v, f.most)
		out := make([]string, 0, len(shown)+1)
		for _, e := range shown {
			out = append(out, f.value(ctx, strings.TrimSuffix(key, "s"), e))
		}
		if len(shown) < len(v) {
			out = append(out, layout.T(ctx, "admin.audit.more", "n", len(v)))
		}
		return layout.List(ctx, out)
	case map[string]any:
		out := make([]string, 0, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, factWord(ctx, k)+" "+f.value(ctx, k, v[k]))
		}
		return strings.Join(out, layout.T(ctx, "admin.audit.semicolon"))
	}
	return fmt.Sprint(value)
}

// first are the first entries of a list, at most so many; 0 is all.
func first(list []any, most int) []any {
	if most == 0 {
		return list
	}
	return list[:min(len(list), most)]
}

// plain writes a text or a number by what its field holds.
func (f facts) plain(ctx context.Context, key, value string) string {
	if name := f.names[personIn(key, value)]; name != "" {
		return name
	}
	switch {
	case value == "":
		return "—"
	case key == "fen":
		var fen money.Fen
		if _, err := fmt.Sscan(value, &fen); err == nil {
			return fen.Signed()
		}
	case strings.HasSuffix(key, "_at") || key == "effective_from":
		if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
			return layout.DateTime(ctx, at)
		}
	}
	for _, beginning := range f.beginnings(key) {
		if words.Has(beginning + value) {
			return layout.T(ctx, beginning+value)
		}
	}
	return value
}

// beginnings are those of the words for a field's values, first those of the feature in which the act is done: a closed case and a closed cycle
// are called differently.
func (f facts) beginnings(key string) []string {
	feature, _, _ := strings.Cut(f.act, ".")
	own := func(beginning string) bool { return feature != "" && strings.HasPrefix(beginning, feature) }
	return slices.SortedStableFunc(slices.Values(valueWords[key]), func(a, b string) int {
		switch {
		case own(a) == own(b):
			return 0
		case own(a):
			return -1
		}
		return 1
	})
}

// personIn is the person whom a field means, 0 for none.
func personIn(key, value string) account.PersonID {
	switch key {
	case "person_id", "person", "proposed_by":
		return account.ParseID[account.PersonID](value)
	}
	return personOf(value)
}

// peopleOf are the people whom an event names: who acted, to whom, and those of its facts, of each list the first so many; 0 is all.
func peopleOf(actor, subject, body string, most int) []account.PersonID {
	out := []account.PersonID{personOf(actor), personOf(subject)}
	if r, err := readBody(body); err == nil {
		out = append(out, peopleIn("", r.Facts, most)...)
	}
	return slices.DeleteFunc(out, func(id account.PersonID) bool { return id == 0 })
}

func peopleIn(key string, value any, most int) (out []account.PersonID) {
	switch v := value.(type) {
	case []any:
		for _, e := range first(v, most) {
			out = append(out, peopleIn(strings.TrimSuffix(key, "s"), e, most)...)
		}
	case map[string]any:
		for k, e := range v {
			out = append(out, peopleIn(k, e, most)...)
		}
	case json.Number:
		out = append(out, personIn(fieldName(key), v.String()))
	case string:
		out = append(out, personIn(fieldName(key), v))
	}
	return out
}
