package lint

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	qb "github.com/peikao/peikao/questionbank"
)

// likeness, in hundredths: stems that share so much of their pairs of characters (Jaccard) are near doubles.
const likeness = 80

// doubles names stems that are equal or nearly so. Two stems that alike must share one of the rarest pairs of each, so
// only those that do are compared (prefix filtering): ten thousand questions take seconds and not hours.
func (l *linter) doubles(items []qb.Item) {
	stems := make([][]uint64, len(items))
	frequency := map[uint64]int{}
	for i, it := range items {
		stems[i] = pairs(it.Question.Stem)
		for _, p := range stems[i] {
			frequency[p]++
		}
	}
	seen := map[uint64][]int{}
	for i, stem := range stems {
		slices.SortFunc(stem, func(a, b uint64) int { return cmp.Or(frequency[a]-frequency[b], cmp.Compare(a, b)) })
		compared := map[int]bool{}
		for _, p := range stem[:len(stem)-(len(stem)*likeness+99)/100+min(1, len(stem))] {
			for _, other := range seen[p] {
				if !compared[other] {
					compared[other] = true
					l.compare(items[i], items[other], stem, stems[other])
				}
			}
			seen[p] = append(seen[p], i)
		}
	}
}

func (l *linter) compare(item, other qb.Item, a, b []uint64) {
	// Questions on one stem with other options ("正确的是") are doubles only when the options are alike too.
	if !sameOptions(item.Question, other.Question) && len(a) < 10 {
		return
	}
	if !item.Question.Stimulus.Equal(other.Question.Stimulus) {
		return // "What is wrong here?" of another text
	}
	common := shared(a, b)
	union := len(a) + len(b) - common
	l.item = item
	switch {
	case unspaced(item.Question.Stem) == unspaced(other.Question.Stem):
		l.warn(qb.FieldStem, "stem_repeated", "题干与%s相同", other.Place)
	case common*100 >= union*likeness:
		l.warn(qb.FieldStem, "stem_alike", "题干与%s几乎相同", other.Place)
	}
}

func unspaced(s string) string { return strings.ReplaceAll(qb.Fold(s), " ", "") }

func sameOptions(a, b qb.Question) bool {
	return slices.EqualFunc(a.Options, b.Options, func(x, y qb.Option) bool { return qb.Fold(x.Text) == qb.Fold(y.Text) })
}

func shared(a, b []uint64) (n int) {
	in := make(map[uint64]bool, len(a))
	for _, p := range a {
		in[p] = true
	}
	for _, p := range b {
		if in[p] {
			n++
		}
	}
	return n
}

// pairs are the distinct pairs of neighbouring letters and digits; signs and spaces do not count.
func pairs(stem string) []uint64 {
	var found []uint64
	last := rune(0)
	for _, r := range qb.Fold(stem) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		found = append(found, uint64(last)<<32|uint64(r))
		last = r
	}
	slices.Sort(found)
	return slices.Compact(found)
}
