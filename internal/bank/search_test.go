package bank

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/questionbank"
)

func TestLexemes(t *testing.T) {
	for text, want := range map[string]string{
		"面诊医生": "医生 生 诊医 面诊", "Q开关 Ｑ": "q 关 开关", "一": "一", "": "", "？！'": "", "BTX-A型 100u": "100u a btx 型",
	} {
		if got := Lexemes(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSearchQuery(t *testing.T) {
	for typed, want := range map[string]string{
		"医生": "'医生'", "诊": "'诊':*", "面诊医": "'面诊' & '诊医'", "btx a型": "('btx':* | '@btx') & 'a':* & '型':*", "'; drop": "('drop':* | ('@dro' & '@rop'))", "q4 bn": "'q4':* & ('bn':* | '@bn':*)", " ，": "",
	} {
		if got := searchQuery(typed); got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
}

// Any stretch of Chinese characters that somebody copies out of a text finds that text.
func TestEveryStretchFindsItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(rapid.StringOfN(rapid.RuneFrom([]rune("客户问医生激光脱毛，？ ")), 1, 40, -1).Draw(t, "text"))
		from := rapid.IntRange(0, len(text)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(text)).Draw(t, "to")
		lexemes := strings.Fields(Lexemes(string(text)))
		for _, term := range strings.Split(searchQuery(string(text[from:to])), " & ") {
			word, prefix := strings.CutSuffix(strings.Trim(term, "'"), "':*")
			if !slices.ContainsFunc(lexemes, func(l string) bool { return l == word || prefix && strings.HasPrefix(l, word) }) && term != "" {
				t.Fatalf("%s of %q is not in %q", term, string(text[from:to]), string(text))
			}
		}
	})
}

func TestFingerprintIsThatOfTheSameQuestion(t *testing.T) {
	q := questionbank.Question{Stem: "题干 Ａ？", Options: []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}}}
	same := questionbank.Question{Stem: " 题干  a? ", Options: []questionbank.Option{{ID: "a", Text: "乙 "}, {ID: "b", Text: "甲"}}}
	other := questionbank.Question{Stem: "题干 Ａ？", Options: []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "丙"}}}
	if string(Fingerprint(q)) != string(Fingerprint(same)) || string(Fingerprint(q)) == string(Fingerprint(other)) {
		t.Error("fingerprints")
	}
}
