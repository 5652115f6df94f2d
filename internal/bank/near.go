package bank

import (
	"cmp"
	"iter"
	"math"
	"math/bits"
	"runtime"
	"slices"
	"sync"

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
	marks marks
	bands []int32 // none for a question that is too short
}

func shapeOf(q questionbank.Question) shape {
	texts := append([]string{q.Stem}, q.Rows...)
	for _, o := range q.Options {
		texts = append(texts, o.Text)
	}
	words := make([]uint64, 0, usualWords)
	for word := range wordsOf(texts) {
		words = append(words, hashOf(word))
	}
	return newShape(sortedOnce(words))
}

func newShape(words []uint64) shape {
	s := shape{words: words, marks: marksOf(words)}
	if len(s.words) >= minNearWords {
		s.bands = bandsOf(s.words)
	}
	return s
}

// shapesOf are those of many questions, worked out by as many processors as there are.
func shapesOf(items []questionbank.Item) []shape {
	shapes := make([]shape, len(items))
	inParts(len(items), func(from, to int) {
		for i := from; i < to; i++ {
			shapes[i] = shapeOf(items[i].Question)
		}
	})
	return shapes
}

// leastPart is how much work is worth a goroutine.
const leastPart = 256

// inParts has work done on stretches of n things at the same time, one for each processor.
func inParts(n int, work func(from, to int)) {
	part := max(leastPart, (n+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var parts sync.WaitGroup
	for from := 0; from < n; from += part {
		parts.Go(func() { work(from, min(from+part, n)) })
	}
	parts.Wait()
}

// hashOf is FNV-1a of 64 bits, as hash/fnv has it, without its allocations.
func hashOf(word string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 1099511628211
	}
	return h
}

// bandsOf are the hashes of a set's bands: FNV-1a of 32 bits over the band's number and the least scattered word of each row. They
// are stored: another function would need every version's worked out anew.
func bandsOf(words []uint64) []int32 {
	out := make([]int32, nearBands)
	for band := range out {
		h := fnv32(2166136261, byte(band))
		for row := range nearRows {
			for b, least := 0, leastScattered(words, uint64(band*nearRows+row+1)); b < 8; b++ {
				h = fnv32(h, byte(least>>(8*b)))
			}
		}
		out[band] = int32(h)
	}
	return out
}

func fnv32(h uint32, b byte) uint32 { return (h ^ uint32(b)) * 16777619 }

// leastScattered is the least value of the n-th hash function over the words: SplitMix64 (Steele, Lea, Flood 2014) of each, begun at
// the n-th place.
func leastScattered(words []uint64, n uint64) uint64 {
	begun, least := n*0x9e3779b97f4a7c15, uint64(math.MaxUint64)
	for _, word := range words {
		z := word ^ begun
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		least = min(least, z^z>>31)
	}
	return least
}

// marks are a bit for each word, several words on one at times. They bound from above what two sets have in common: a bit that one
// set has alone is of a word that it has alone.
type marks [4]uint64

func marksOf(words []uint64) (m marks) {
	for _, word := range words {
		m[word>>6%4] |= 1 << (word % 64)
	}
	return m
}

// without counts the bits that other does not have.
func (m marks) without(other marks) (n int) {
	for i := range m {
		n += bits.OnesCount64(m[i] &^ other[i])
	}
	return n
}

// agreement is how many percent of the words of either are in both, rounded down.
func agreement(a, b shape) int { return agreementFrom(a, b, 0) }

// agreementFrom is the agreement of two, or some lower number than from as soon as it is seen to be lower than that: a preview of
// thousands compares millions of pairs, most by their marks alone. The steps through the two sets are counted without jumps that the
// processor can't foresee.
func agreementFrom(a, b shape, from int) int {
	n, m := len(a.words), len(b.words)
	if n+m == 0 {
		return 0
	}
	need := (from*(n+m) + 99 + from) / (100 + from) // words in common: common / (n + m - common) is from percent at least
	if n-a.marks.without(b.marks) < need || m-b.marks.without(a.marks) < need {
		return 0
	}
	common, i, j := 0, 0, 0
	for i < n && j < m && min(n-i, m-j) >= need-common {
		x, y := a.words[i], b.words[j]
		if x == y {
			common++
		}
		if x <= y {
			i++
		}
		if y <= x {
			j++
		}
	}
	return common * 100 / (n + m - common)
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

// nearInFile finds for each question of a file the earlier one of it that it is nearest to, if it is near to any.
func nearInFile(items []questionbank.Item, shapes []shape) []Near {
	alike, best := newAlike(shapes), make([]Near, len(items))
	inParts(len(items), func(from, to int) {
		compared := make([]int32, len(items)) // by which question it was last compared with, plus one
		for i := from; i < to; i++ {
			for j := range alike.before(i) {
				if compared[j] == int32(i+1) {
					continue
				}
				compared[j] = int32(i + 1)
				p := agreementFrom(shapes[i], shapes[j], max(NearFrom, best[i].Percent))
				if p >= NearFrom && (p > best[i].Percent || p == best[i].Percent && items[j].Number < best[i].Other) {
					best[i] = Near{Place: items[i].Place, Number: items[i].Number, Other: items[j].Number, Percent: p}
				}
			}
		}
	})
	return slices.DeleteFunc(best, func(n Near) bool { return n.Percent == 0 })
}

// alike groups the questions of a file by the hash of each band: for a band, the hash and the place of every question that has it,
// in order, and for every question where its group begins, -1 for one that is too short.
type alike struct {
	groups [nearBands][]uint64
	begin  [nearBands][]int32
}

func newAlike(shapes []shape) alike {
	var a alike
	for band := range nearBands {
		of, begins := make([]uint64, 0, len(shapes)), make([]int32, len(shapes))
		for i, s := range shapes {
			begins[i] = -1
			if s.bands != nil {
				of = append(of, uint64(uint32(s.bands[band]))<<32|uint64(i))
			}
		}
		slices.Sort(of)
		begin := 0
		for at, entry := range of {
			if entry>>32 != of[begin]>>32 {
				begin = at
			}
			begins[uint32(entry)] = int32(begin)
		}
		a.groups[band], a.begin[band] = of, begins
	}
	return a
}

// before yields the questions before the i-th that share a band with it, of each band the first maxBucket.
func (a alike) before(i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for band := range nearBands {
			begin := a.begin[band][i]
			if begin < 0 {
				return // too short
			}
			group := a.groups[band][begin:]
			for _, entry := range group[:min(len(group), maxBucket)] {
				j := int(uint32(entry))
				if j >= i {
					break
				}
				if !yield(j) {
					return
				}
			}
		}
	}
}
