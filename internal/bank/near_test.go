package bank

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/questionbank"
)

func TestLikeness(t *testing.T) {
	q := func(stem string, options ...string) shape {
		return shapeOf(questionbank.Question{Stem: stem, Options: opts(options...)})
	}
	for _, c := range []struct {
		a, b shape
		want int
	}{
		{q("客户问激光脱毛几次能见效"), q("客户问激光脱毛几次能见效"), 100},
		{q("客户问激光脱毛几次能见效？"), q("客户问：激光脱毛，几次能见效"), 71}, // the ends of the runs are words too: 10 of 14
		{q("客户问激光脱毛几次能见效"), q("皮肤屏障受损怎样修复"), 0},
		{q("下列说法正确的是", "甲状腺激素", "胰岛素分泌"), q("下列说法正确的是", "光子嫩肤", "水光注射"), 30}, // 8 of 26,
		{q("上限 60 分钟"), q("上限 90 分钟"), 66},
		{q(""), q(""), 0},
	} {
		if got := agreement(c.a, c.b); got != c.want || agreement(c.b, c.a) != got {
			t.Errorf("%d words and %d: %d%%, want %d%%", len(c.a.words), len(c.b.words), got, c.want)
		}
	}
	if q("几天复诊").bands != nil || q("术后几天复诊最为合适").bands == nil {
		t.Error("where a question is long enough to be compared")
	}
}

// Likeness is symmetric and bounded, and a set is wholly like itself.
func TestLikenessIsASimilarity(t *testing.T) {
	words := rapid.SliceOfDistinct(rapid.Uint64Range(1, 30), func(w uint64) uint64 { return w })
	rapid.Check(t, func(t *rapid.T) {
		a, b := newShape(sortedOnce(words.Draw(t, "a"))), newShape(sortedOnce(words.Draw(t, "b")))
		p := agreement(a, b)
		if p != agreement(b, a) || p < 0 || p > 100 || len(a.words) > 0 && agreement(a, a) != 100 {
			t.Fatalf("%d", p)
		}
		for from := range 101 {
			if got := agreementFrom(a, b, from); p >= from && got != p || p < from && got >= from {
				t.Fatalf("%d%%, asked from %d%%: %d%%", p, from, got)
			}
		}
	})
}

// The bands are stored: they do not change from one build of the program to the next.
func TestBandsStay(t *testing.T) {
	got := shapeOf(questionbank.Question{Stem: "客户问激光脱毛几次能见效"}).bands
	if want := []int32{-1635966757, 714939756, -560477236, 385059715, 1841033200, 890890893, -2106433841, -1569010146, -1209609299, 1383510115, -642445432, 552492224, 2001399590, 1366652959, -49024509, 880027372}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%#v", got)
	}
}

// Of pairs at a likeness, as many share a band as the formula of the two numbers says.
func TestBandsFindWhatIsNear(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const pairs, size = 400, 90
	for _, c := range []struct {
		common, leastPercent, mostPercent int // common words of size each
	}{
		{74, 88, 100}, // 0.70: 0.95
		{80, 97, 100}, // 0.80: 0.998
		{16, 0, 1},    // 0.10: 0.0002
	} {
		found := 0
		for range pairs {
			a, b := make([]uint64, size), make([]uint64, size)
			for i := range size {
				a[i], b[i] = random.Uint64(), random.Uint64()
				if i < c.common {
					b[i] = a[i]
				}
			}
			x, y := bandsOf(a), bandsOf(b)
			for band := range x {
				if x[band] == y[band] {
					found++
					break
				}
			}
		}
		if percent := found * 100 / pairs; percent < c.leastPercent || percent > c.mostPercent {
			t.Errorf("%d of %d words in common: %d%% of the pairs are found", c.common, 2*size-c.common, percent)
		}
	}
}

func TestNearInAFile(t *testing.T) {
	item := func(n int, stem string) questionbank.Item {
		return questionbank.Item{Place: fmt.Sprintf("第 %d 行", n+1), Number: n, Question: questionbank.Question{Stem: stem}}
	}
	items := []questionbank.Item{
		item(1, "客户问激光脱毛几次能见效，咨询员怎样回答最合适"), item(2, "皮肤屏障受损时应当怎样修复才稳妥"),
		item(4, "客户问激光脱毛几次可见效，咨询员怎样回答最合适"), item(5, "客户问激光脱毛几次能见效，咨询员怎样回答最合适呢"),
	}
	items = append(items, item(7, "短"), item(8, "短"))
	got := nearest(nearInFile(items, shapesOf(items)))
	if len(got) != 2 || got[0].Number != 5 || got[0].Other != 1 || got[1].Number != 4 || got[1].Other != 1 || got[0].Percent < got[1].Percent {
		t.Errorf("%+v", got)
	}
}

// What an earlier file has and the choice leaves out there is no double in a later one: else it would come in with neither.
func TestWhatIsLeftOutIsNoDoubleInTheNextFile(t *testing.T) {
	item := questionbank.Item{Place: "第 2 行", Number: 1, Question: questionbank.Question{Stem: "问题一", Options: opts("甲", "乙")}}
	var first, second Preview
	first.Items.V, second.Items.V = []questionbank.Item{item}, []questionbank.Item{item}
	first.prints, second.prints = printsOf(first.Items.V), printsOf(second.Items.V)
	first.Near.V = []Near{{Number: 1}}
	earlier, c := map[string]string{}, Choice{LeaveNear: true}
	first.again(earlier, c)
	second.again(earlier, c)
	if len(second.Doubles) != 0 {
		t.Errorf("%+v", second.Doubles)
	}
}

// Of many questions each one's nearest is that of comparing it with every earlier one that shares a band, the first where two are
// equally near, in however many parts the work is done.
func TestNearestInALargeFile(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	items, shapes := make([]questionbank.Item, 3*leastPart), make([]shape, 3*leastPart)
	for i := range items {
		words := make([]uint64, 30)
		for w := range words {
			words[w] = uint64(i%40)<<8 | uint64(w) // of one of forty forms
			if random.IntN(8) == 0 {
				words[w] = random.Uint64()
			}
		}
		items[i], shapes[i] = questionbank.Item{Number: i + 1}, newShape(sortedOnce(words))
	}
	got := map[int]Near{}
	for _, n := range nearInFile(items, shapes) {
		got[n.Number] = n
	}
	for i := range items {
		var want Near
		for j := range i {
			if p := agreement(shapes[i], shapes[j]); p >= NearFrom && p > want.Percent && comparedFor(shapes[:i], shapes[i], j) {
				want = Near{Number: i + 1, Other: j + 1, Percent: p}
			}
		}
		if got[i+1] != want {
			t.Fatalf("question %d: %+v, want %+v", i+1, got[i+1], want)
		}
	}
	if len(got) < leastPart {
		t.Errorf("only %d are near to another", len(got))
	}
}

// comparedFor tells whether the j-th is among the first maxBucket that share a band with s.
func comparedFor(earlier []shape, s shape, j int) bool {
	for band, hash := range s.bands {
		before := 0
		for _, other := range earlier[:j] {
			if other.bands[band] == hash {
				before++
			}
		}
		if before < maxBucket && earlier[j].bands[band] == hash {
			return true
		}
	}
	return false
}

// What an earlier file of an import brings is a double in a later one, whatever the order of its options; it is left out and named.
func TestDoublesInOneImport(t *testing.T) {
	item := func(n int, stem string, options ...string) questionbank.Item {
		return questionbank.Item{Place: fmt.Sprintf("第 %d 行", n+1), Number: n, Question: questionbank.Question{Stem: stem, Options: opts(options...)}}
	}
	first, second := Preview{}, Preview{Doubles: []Double{{Number: 3, QuestionID: 9}}}
	first.FileName, second.FileName = "甲.csv", "乙.csv"
	first.Items.V = []questionbank.Item{item(1, "问题一", "甲", "乙"), item(2, "问题二", "甲", "乙"), item(3, "问题三", "甲", "乙")}
	second.Items.V = []questionbank.Item{item(1, "问题一", "甲", "丙"), item(2, "问题二", "乙", "甲"), item(3, "问题三", "甲", "乙"), item(4, "问题四", "甲", "乙")}
	first.prints, second.prints = printsOf(first.Items.V), printsOf(second.Items.V)
	earlier := map[string]string{}
	first.again(earlier, Choice{})
	second.again(earlier, Choice{})
	if len(first.Doubles) != 0 || len(second.Doubles) != 2 || second.Doubles[0] != (Double{Place: "第 3 行", Number: 2, Earlier: "甲.csv 第 3 行"}) || second.Doubles[1].QuestionID != 9 {
		t.Fatalf("%+v, %+v", first.Doubles, second.Doubles)
	}
	if left := leftOut(second, Choice{}); len(left) != 2 || left[0].Reasons[0] != "与“甲.csv 第 3 行”是同一道题" {
		t.Errorf("%+v", left)
	}
	if left := leftOut(second, Choice{WithDoubles: true}); len(left) != 0 {
		t.Errorf("%+v", left)
	}
}
