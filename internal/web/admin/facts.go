package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/money"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// mostOfList is how many entries of a list in a record are written out.
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

// factLines are the facts of an event for the eye: each field by its word, or by its name where it has none, with its value as people write it.
// Nothing is left out. Personal values stand in the record as keyed hashes alone.
func factLines(ctx context.Context, names map[account.PersonID]string, body string) []layout.Pair {
	r, err := readBody(body)
	if err != nil {
		return []layout.Pair{{Label: layout.T(ctx, "admin.audit.facts"), Value: body}}
	}
	var out []layout.Pair
	if facts, ok := r.Facts.(map[string]any); ok {
		for _, key := range slices.Sorted(maps.Keys(facts)) {
			out = append(out, layout.Pair{Label: factWord(ctx, key), Value: factValue(ctx, names, key, facts[key])})
		}
	} else if r.Facts != nil {
		out = append(out, layout.Pair{Label: layout.T(ctx, "admin.audit.facts"), Value: factValue(ctx, names, "", r.Facts)})
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

// factsLine is factLines in one line, for a file.
func factsLine(ctx context.Context, names map[account.PersonID]string, body string) string {
	lines := factLines(ctx, names, body)
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.Label + layout.T(ctx, "layout.colon") + l.Value
	}
	return strings.Join(out, layout.T(ctx, "admin.audit.semicolon"))
}

func factWord(ctx context.Context, key string) string {
	if word := "admin.fact." + key; words.Has(word) {
		return layout.T(ctx, word)
	}
	return key
}

func factValue(ctx context.Context, names map[account.PersonID]string, key string, value any) string {
	switch v := value.(type) {
	case nil:
		return "—"
	case bool:
		if v {
			return layout.T(ctx, "admin.audit.yes")
		}
		return layout.T(ctx, "admin.audit.no")
	case json.Number:
		return plainFact(ctx, names, key, v.String())
	case string:
		return plainFact(ctx, names, key, v)
	case []any:
		out := make([]string, 0, min(len(v), mostOfList)+1)
		for _, e := range v[:min(len(v), mostOfList)] {
			out = append(out, factValue(ctx, names, strings.TrimSuffix(key, "s"), e))
		}
		if len(v) > mostOfList {
			out = append(out, layout.T(ctx, "admin.audit.more", "n", len(v)))
		}
		return layout.List(ctx, out)
	case map[string]any:
		out := make([]string, 0, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, factWord(ctx, k)+" "+factValue(ctx, names, k, v[k]))
		}
		return strings.Join(out, layout.T(ctx, "admin.audit.semicolon"))
	}
	return fmt.Sprint(value)
}

// plainFact writes a text or a number by what its field holds.
func plainFact(ctx context.Context, names map[account.PersonID]string, key, value string) string {
	switch {
	case value == "":
		return "—"
	case key == "person_id" || key == "person" || key == "proposed_by":
		if name := names[account.ParseID[account.PersonID](value)]; name != "" {
			return name
		}
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
	for _, beginning := range valueWords[key] {
		if words.Has(beginning + value) {
			return layout.T(ctx, beginning+value)
		}
	}
	return value
}

// peopleOf are the people whom an event names: who acted, to whom, and those of its facts.
func peopleOf(actor, subject, body string) []account.PersonID {
	out := []account.PersonID{personOf(actor), personOf(subject)}
	if r, err := readBody(body); err == nil {
		facts, _ := r.Facts.(map[string]any)
		for _, key := range []string{"person_id", "person", "proposed_by"} {
			out = append(out, account.ParseID[account.PersonID](fmt.Sprint(facts[key])))
		}
		ids, _ := facts["person_ids"].([]any)
		for _, id := range ids[:min(len(ids), mostOfList)] {
			out = append(out, account.ParseID[account.PersonID](fmt.Sprint(id)))
		}
	}
	return slices.DeleteFunc(out, func(id account.PersonID) bool { return id == 0 })
}
