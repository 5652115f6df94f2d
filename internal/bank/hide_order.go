package bank

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/peikao/peikao/questionbank"
)

// hideOrder gives the options of an ordering or matching question other ids when those that it has tell the answer: an
// examinee's page holds the ids, and whoever writes such a question writes the options in the right order. Ids are given once,
// when a version is stored, and stay. Another question comes back as it is.
func hideOrder(q questionbank.Question) questionbank.Question {
	if !q.Type.Shuffles() || !tellsOrder(q) {
		return q
	}
	ids := make([]string, len(q.Options))
	for i, o := range q.Options {
		ids[i] = o.ID
	}
	renamed := make(map[string]string, len(ids))
	out := q
	for tellsOrder(out) {
		to := slices.Clone(ids)
		rand.Shuffle(len(to), func(i, j int) { to[i], to[j] = to[j], to[i] })
		for i, id := range ids {
			renamed[id] = to[i]
		}
		out.Options = slices.Clone(q.Options)
		for i := range out.Options {
			out.Options[i].ID = renamed[q.Options[i].ID]
		}
		slices.SortFunc(out.Options, func(a, b questionbank.Option) int { return strings.Compare(a.ID, b.ID) })
		out.Key.Choices = make([]string, len(q.Key.Choices))
		for i, id := range q.Key.Choices {
			out.Key.Choices[i] = renamed[id]
		}
	}
	return out
}

// tellsOrder: the ids alone, in their own order, are the key.
func tellsOrder(q questionbank.Question) bool {
	return len(q.Options) > 1 && len(q.Key.Choices) > 1 && slices.IsSorted(q.Key.Choices) && len(slices.Compact(slices.Clone(q.Key.Choices))) > 1
}
