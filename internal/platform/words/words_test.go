package words_test

import (
	"io/fs"
	"os"
	"path/filepath"
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

// asked finds keys where the sources ask for them by a literal.
var asked = []*regexp.Regexp{
	regexp.MustCompile(`\bT\((?:[a-zA-Z_.()]+, *)?"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"`),
	regexp.MustCompile(`errs\.New\([^,\n]+,\s*"([a-z0-9_.]+)"`),
	regexp.MustCompile(`NewField\([^,\n]+,\s*"([a-z0-9_.]+)"`),
}

func TestEveryKeyIsUsedAndNoneIsMissing(t *testing.T) {
	text := sources(t)
	for _, r := range asked {
		for _, m := range r.FindAllStringSubmatch(text, -1) {
			if !words.Has(m[1]) && !strings.HasSuffix(m[1], ".") {
				t.Errorf("%s is asked for and has no words", m[1])
			}
		}
	}
	named := map[string]bool{}
	for _, m := range quoted.FindAllStringSubmatch(text, -1) {
		named[m[1]] = true
	}
	for _, key := range words.Keys(words.ZH) {
		if !used(named, key) {
			t.Errorf("%s is used nowhere", key)
		}
	}
}

// quoted is what may be a key in the sources, or a prefix of keys.
var quoted = regexp.MustCompile("[\"'`]([A-Za-z0-9_.-]+)[\"'`]")

// used reports whether the sources name the key, or a prefix of it that ends in a dot and is completed when it runs.
func used(named map[string]bool, key string) bool {
	if named[key] {
		return true
	}
	for i := strings.LastIndexByte(key, '.'); i > 0; i = strings.LastIndexByte(key[:i], '.') {
		if named[key[:i+1]] {
			return true
		}
	}
	return false
}

func sources(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, root := range []string{"../../../internal", "../../../cmd", "../../../static/ts"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			ext := filepath.Ext(path)
			if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || (ext != ".go" && ext != ".templ" && ext != ".ts") {
				return nil
			}
			text, err := os.ReadFile(path)
			b.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}
