package words_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/words"
)

var places = regexp.MustCompile(`\{([a-z_]+)\}`)

func TestNamesAreListedAsTheLanguageDoes(t *testing.T) {
	for l, want := range map[words.Lang]string{words.ZH: "甲、乙、丙", words.EN: "甲, 乙, 丙"} {
		if got := words.List(l, []string{"甲", "乙", "丙"}); got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
	if got := words.List(words.EN, nil); got != "" {
		t.Errorf("nobody: %q", got)
	}
}

func TestBothLanguagesHaveTheSameKeysAndPlaces(t *testing.T) {
	if zh, en := words.Keys(words.ZH), words.Keys(words.EN); !slices.Equal(zh, en) {
		t.Errorf("only Chinese: %v\nonly English: %v", minus(zh, en), minus(en, zh))
	}
	for _, key := range words.Keys(words.ZH) {
		zh, en := placesOf(words.T(words.ZH, key)), placesOf(words.T(words.EN, key))
		if !slices.Equal(zh, en) {
			t.Errorf("%s: places %v in Chinese, %v in English", key, zh, en)
		}
	}
}

// Chinese pages speak to everybody in the same way.
func TestPeopleAreAddressedInOneWay(t *testing.T) {
	for _, key := range words.Keys(words.ZH) {
		if text := words.T(words.ZH, key); strings.Contains(text, "你") {
			t.Errorf("%s says 你 and not 您: %s", key, text)
		}
	}
}

func placesOf(s string) []string {
	var out []string
	for _, m := range places.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func minus(a, b []string) []string {
	var out []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}
