package bank

import (
	"cmp"
	"slices"
	"strings"

	"github.com/peikao/peikao/questionbank"
)

// maxLike is how many points an unknown one is said to be like.
const maxLike = 3

// namedBy is which live points have a word in their names, and how many words each name has.
type namedBy struct {
	points map[string][]TopicID
	words  map[TopicID]int
}

// pairsOf looks at the names of the tree's live points below the areas: pairs of neighbouring Chinese characters and whole other words.
func pairsOf(tree Tree) namedBy {
	n := namedBy{map[string][]TopicID{}, map[TopicID]int{}}
	for _, t := range tree.Live() {
		if t.Root() {
			continue
		}
		words := nameWords(t.Name)
		n.words[t.ID] = len(words)
		for _, w := range words {
			n.points[w] = append(n.points[w], t.ID)
		}
	}
	return n
}

// nameWords are the different words of a name.
func nameWords(name string) []string {
	var words []string
	for word := range wordsOf([]string{questionbank.Fold(name)}) {
		words = append(words, word)
	}
	return sortedOnce(words)
}

// like are the live points whose names share at least half the words of the shorter of the two with the last name of a path: first
// those with most in common (Jaccard), among equals those of the path's own area.
func (t Tree) like(path string, names namedBy) []TopicID {
	last := path[strings.LastIndex(path, "/")+1:]
	words := nameWords(last)
	common := map[TopicID]int{}
	for _, w := range words {
		for _, id := range names.points[w] {
			common[id]++
		}
	}
	percent := map[TopicID]int{}
	var found []TopicID
	for id, n := range common {
		if 2*n >= min(len(words), names.words[id]) {
			percent[id] = n * 100 / (len(words) + names.words[id] - n)
			found = append(found, id)
		}
	}
	area := questionbank.Area(path)
	elsewhere := func(id TopicID) int {
		if t.byID[id].Area == area {
			return 0
		}
		return 1
	}
	slices.SortFunc(found, func(a, b TopicID) int {
		return cmp.Or(percent[b]-percent[a], elsewhere(a)-elsewhere(b), cmp.Compare(a, b))
	})
	return found[:min(len(found), maxLike)]
}
