package bank

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"github.com/peikao/peikao/questionbank"
)

// Two questions are near when their words agree to at least NearFrom percent (Jaccard: those in both, of those in either). Words
// are what search finds by: pairs of neighbouring Chinese characters, and whole words of other letters and digits, of stem, rows
// and options. Candidates are found by MinHash with banding (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets,
// chapter 3): a pair of likeness s shares one of b bands of r rows with the probability 1-(1-s^r)^b, which with 16 bands of 5
// is 0.95 at 70 %, 0.99 at 75 %, 0.998 at 80 %, and 0.0002 at 10 %. What is found is then compared exactly.
const (
	NearFrom  = 70
	nearBands = 16
	nearRows  = 5
	// minNearWords: shorter questions are near by chance.
	minNearWords = 6
)

// Near is a question of a file that is near to another one.
type Near struct {
	Place      string     `json:"place"`
	Number     int        `json:"number"`             // in the file, from 1
	QuestionID QuestionID `json:"question,omitempty"` // the other one, in the bank
	Other      int        `json:"other,omitempty"`    // or its number in the file
	Percent    int        `json:"percent"`
}

// shape is what likeness is told by.
type shape struct {
	words []uint64 // hashed, sorted, each once
	bands []int32  // none for a question that is too short
}

func shapeOf(q questionbank.Question) shape {
	texts := append([]string{q.Stem}, q.Rows...)
	for _, o := range q.Options {
		texts = append(texts, o.Text)
	}
	var s shape
	for _, word := range strings.Fields(Lexemes(texts...)) {
		h := fnv.New64a()
		_, _ = h.Write([]byte(word))
		s.words = append(s.words, h.Sum64())
	}
	s.words = sortedOnce(s.words)
	if len(s.words) >= minNearWords {
		s.bands = bandsOf(s.words)
	}
	return s
}

// bandsOf are the hashes of a set's bands. They are stored: another function would need every version's worked out anew.
func bandsOf(words []uint64) []int32 {
	out := make([]int32, nearBands)
	for band := range out {
		h := fnv.New32a()
		_, _ = h.Write([]byte{byte(band)})
		for row := range nearRows {
			least := uint64(math.MaxUint64)
			for _, w := range words {
				least = min(least, scatter(w, uint64(band*nearRows+row+1)))
			}
			_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, least))
		}
		out[band] = int32(h.Sum32())
	}
	return out
}

// scatter is the n-th hash function: SplitMix64 (Steele, Lea, Flood 2014) of the word, begun at the n-th place.
func scatter(word, n uint64) uint64 {
	z := word ^ n*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// agreement is how many percent of the words of either are in both, rounded down.
func agreement(a, b shape) int {
	common, i, j := 0, 0, 0
	for i < len(a.words) && j < len(b.words) {
		switch {
		case a.words[i] == b.words[j]:
			common, i, j = common+1, i+1, j+1
		case a.words[i] < b.words[j]:
			i++
		default:
			j++
		}
	}
	if either := len(a.words) + len(b.words) - common; either > 0 {
		return common * 100 / either
	}
	return 0
}

// nearest keeps of what was found for each question of a file the best, the nearest first.
func nearest(found []Near) []Near {
	slices.SortFunc(found, func(a, b Near) int {
		return cmp.Or(a.Number-b.Number, b.Percent-a.Percent, cmp.Compare(a.QuestionID, b.QuestionID), a.Other-b.Other)
	})
	found = slices.CompactFunc(found, func(a, b Near) bool { return a.Number == b.Number })
	slices.SortStableFunc(found, func(a, b Near) int { return b.Percent - a.Percent })
	return found
}

// maxBucket bounds how many earlier questions of a file one is compared with for each band: a file of forms filled in a
// thousand times is near to itself in the first few already.
const maxBucket = 8

// nearInFile finds questions of a file that are near to an earlier one of it.
func nearInFile(items []questionbank.Item, shapes []shape) []Near {
	var found []Near
	bucket := map[[2]int32][]int{} // band and its hash → places in items
	for i, it := range items {
		compared := map[int]bool{}
		for band, hash := range shapes[i].bands {
			key := [2]int32{int32(band), hash}
			for _, j := range bucket[key] {
				if compared[j] {
					continue
				}
				compared[j] = true
				if p := agreement(shapes[i], shapes[j]); p >= NearFrom {
					found = append(found, Near{Place: it.Place, Number: it.Number, Other: items[j].Number, Percent: p})
				}
			}
			if len(bucket[key]) < maxBucket {
				bucket[key] = append(bucket[key], i)
			}
		}
	}
	return found
}
