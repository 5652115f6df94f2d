package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/words"
)

// asked finds keys where the sources ask for them by a literal.
var asked = []*regexp.Regexp{
	regexp.MustCompile(`\bT\((?:[a-zA-Z_.()]+, *)?"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"`),
	regexp.MustCompile(`errs\.New\([^,\n]+,\s*"([a-z0-9_.]+)"`),
	regexp.MustCompile(`NewField\([^,\n]+,\s*"([a-z0-9_.]+)"`),
}

func TestEveryKeyIsUsedAndNoneIsMissing(t *testing.T) {
	text := everySource(t)
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

func everySource(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, root := range []string{"../../internal", "../../cmd", "../../static/ts"} {
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
