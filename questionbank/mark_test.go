package questionbank

import (
	"slices"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func multiple(policy MultiplePolicy, key ...string) Question {
	return Question{Type: Multiple, Key: Key{Choices: key}, MultiplePolicy: policy}
}

func TestMark(t *testing.T) {
	blank := Question{Type: Blank, Key: Key{Gaps: [][]string{{"医疗广告审查证明", "审查证明"}, {"30"}, {"mg/ml"}}}}
	single := Question{Type: Single, Key: Key{Choices: []string{"b"}}}
	judge := Question{Type: TrueFalse, Key: Key{Choices: []string{"false"}}}
	for _, tt := range []struct {
		name   string
		q      Question
		points int64
		r      Response
		want   int64
	}{
		{"single right", single, 200, Response{Type: Single, Choice: "b"}, 200},
		{"single wrong", single, 200, Response{Type: Single, Choice: "a"}, 0},
		{"cleared", single, 200, Response{}, 0},
		{"other type", single, 200, Response{Type: TrueFalse, Choice: "b"}, 0},
		{"true-false right", judge, 100, Response{Type: TrueFalse, Choice: "false"}, 100},
		{"true-false wrong", judge, 100, Response{Type: TrueFalse, Choice: "true"}, 0},
		{"multiple exact", multiple("", "a", "c"), 300, Response{Type: Multiple, Choices: []string{"a", "c"}}, 300},
		{"multiple part is half", multiple("", "a", "c"), 300, Response{Type: Multiple, Choices: []string{"c"}}, 150},
		{"multiple half rounds down", multiple(PolicyPartial, "a", "c"), 125, Response{Type: Multiple, Choices: []string{"c"}}, 62},
		{"multiple part, all or nothing", multiple(PolicyNone, "a", "c"), 300, Response{Type: Multiple, Choices: []string{"c"}}, 0},
		{"multiple exact, all or nothing", multiple(PolicyNone, "a", "c"), 300, Response{Type: Multiple, Choices: []string{"c", "a"}}, 300},
		{"multiple one wrong", multiple("", "a", "c"), 300, Response{Type: Multiple, Choices: []string{"a", "b", "c"}}, 0},
		{"multiple nothing", multiple("", "a"), 300, Response{Type: Multiple, Choices: []string{}}, 0},
		{"blank all", blank, 100, Response{Type: Blank, Blanks: []string{" 审查证明 ", "３０", "MG/ml"}}, 100},
		{"blank two of three rounds down", blank, 100, Response{Type: Blank, Blanks: []string{"审查证明", "30", ""}}, 66},
		{"blank none", blank, 100, Response{Type: Blank, Blanks: []string{"", " ", "x"}}, 0},
		{"blank short", blank, 100, Response{Type: Blank, Blanks: []string{"审查证明"}}, 0},
		{"short is for people", Question{Type: Short, Key: Key{Model: "x", Rubric: []Criterion{{"x", 100}}}}, 100, Response{Type: Short, Text: "x"}, 0},
		{"no points", single, 0, Response{Type: Single, Choice: "b"}, 0},
		{"negative points", single, -5, Response{Type: Single, Choice: "b"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Mark(tt.q, tt.points, tt.r); got != tt.want {
				t.Fatalf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestAccepts(t *testing.T) {
	for text, want := range map[string]bool{
		"玻尿酸": true, " 玻尿酸　": true, "透明质酸": true, "ha": true, "ＨＡ": true, "H A": false, "": false, "玻尿": false,
	} {
		if got := Accepts([]string{"玻尿酸", "透明质酸", "HA"}, text); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

var someIDs = []string{"a", "b", "c", "d", "e"}

func subset(t *rapid.T, label string) []string {
	return rapid.SliceOfDistinct(rapid.SampledFrom(someIDs), func(s string) string { return s }).Draw(t, label)
}

// A mark never leaves 0..points, does not depend on the order of the choices, never falls when a right choice is added
// and never rises when a wrong one is.
func TestMarkMultipleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := multiple(rapid.SampledFrom([]MultiplePolicy{PolicyDefault, PolicyPartial, PolicyNone}).Draw(t, "policy"), subset(t, "key")...)
		points := rapid.Int64Range(0, 1<<50).Draw(t, "points")
		choices := subset(t, "choices")
		mark := Mark(q, points, Response{Type: Multiple, Choices: choices})
		if mark < 0 || mark > points {
			t.Fatalf("mark %d of %d", mark, points)
		}
		if got := Mark(q, points, Response{Type: Multiple, Choices: rapid.Permutation(choices).Draw(t, "order")}); got != mark {
			t.Fatalf("order changes the mark: %d, %d", mark, got)
		}
		for _, id := range someIDs {
			if slices.Contains(choices, id) {
				continue
			}
			more := Mark(q, points, Response{Type: Multiple, Choices: append(slices.Clone(choices), id)})
			if right := slices.Contains(q.Key.Choices, id); right && more < mark || !right && more > mark {
				t.Fatalf("adding %s (right: %v) turns %d into %d", id, right, mark, more)
			}
		}
	})
}

// Filling a gap rightly never lowers the mark, and all gaps right earn exactly all the points.
func TestMarkBlankProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SampledFrom([]string{"甲", "乙", "丙", "Ａ", "b c"})
		gaps := rapid.SliceOfN(rapid.SliceOfN(words, 1, 3), 1, 6).Draw(t, "gaps")
		q := Question{Type: Blank, Key: Key{Gaps: gaps}}
		points := rapid.Int64Range(0, 1<<50).Draw(t, "points")
		blanks := rapid.SliceOfN(words, len(gaps), len(gaps)).Draw(t, "blanks")
		mark := Mark(q, points, Response{Type: Blank, Blanks: blanks})
		for i := range gaps {
			blanks[i] = gaps[i][0]
			better := Mark(q, points, Response{Type: Blank, Blanks: blanks})
			if better < mark || better > points {
				t.Fatalf("gap %d right turns %d into %d of %d", i, mark, better, points)
			}
			mark = better
		}
		if mark != points {
			t.Fatalf("all right earns %d of %d", mark, points)
		}
	})
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"AZ": "az", "ＡＺ": "az", "@[`{": "@[`{", "！～　": "!~", "＀｟": "＀｟", "ſ": "s", "K": "k", " a \t\n b ": "a b", "": "", "é É": "É É",
	} {
		if got := Fold(in); Fold(want) != got {
			t.Errorf("%q: got %q", in, got)
		}
	}
	if Fold("AZ") != "az" || Fold("ＡＺ") != "az" || Fold("！～") != "!~" {
		t.Error("letters are lower and narrow")
	}
}

func TestFoldIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if once := Fold(s); Fold(once) != once {
			t.Fatalf("%q → %q → %q", s, once, Fold(once))
		}
	})
}

func TestMarkByRubric(t *testing.T) {
	rubric := []Criterion{{"先致歉", 40}, {"说明流程", 35}, {"约定回访", 25}}
	for _, tt := range []struct {
		name   string
		points int64
		given  []int
		want   int64
	}{
		{"all", 1000, []int{100, 100, 100}, 1000},
		{"nothing", 1000, []int{0, 0, 0}, 0},
		{"one criterion", 1000, []int{0, 100, 0}, 350},
		{"halves, rounded down once", 999, []int{50, 50, 50}, 499},
		{"a third of one", 100, []int{33, 0, 0}, 13},
		{"a marker who did not finish", 1000, []int{100, 100}, 0},
		{"more than there is", 1000, []int{250, 100, 100}, 1000},
		{"less than nothing", 1000, []int{-50, 100, 100}, 600},
		{"no points", 0, []int{100, 100, 100}, 0},
	} {
		if got := MarkByRubric(rubric, tt.points, tt.given); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.SliceOfN(rapid.IntRange(0, 100), 3, 3).Draw(t, "given")
		points := rapid.Int64Range(1, 100_000).Draw(t, "points")
		mark := MarkByRubric(rubric, points, given)
		if mark < 0 || mark > points {
			t.Fatalf("%d of %d", mark, points)
		}
		more := slices.Clone(given)
		i := rapid.IntRange(0, 2).Draw(t, "criterion")
		if more[i] < 100 {
			more[i]++
		}
		if MarkByRubric(rubric, points, more) < mark {
			t.Fatal("a better answer earns less")
		}
	})
}

// What Fold takes as it stands has no other case, no other width and is no space.
func TestCaselessSigns(t *testing.T) {
	n := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !isCaseless(r) {
			continue
		}
		if n++; unicode.SimpleFold(r) != r || HalfWidth(r) != r || unicode.IsSpace(r) {
			t.Errorf("%U %c", r, r)
		}
	}
	if n < 20_000 || !isCaseless('医') || !isCaseless('。') || isCaseless('　') {
		t.Errorf("%d signs", n)
	}
}
