package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// savesAnswer is a link that tells the browser to save whatever is answered.
var savesAnswer = regexp.MustCompile(`<a(?:\s[^>]*)?\sdownload[\s=>?]`)

// A refused file is a page that tells why. Under a link with the attribute download the browser shows an error of its own, or saves the page.
func TestNoLinkSavesARefusal(t *testing.T) {
	for text, want := range map[string]bool{
		`<a class="btn" href={ u } download>`: true, `<a download={ name } href="/x">`: true, "<a href=\"/x\"\n\tdownload\n>": true,
		`<a href="/download">`: false, `@layout.Icon("download")`: false, `<form data-download?={ p.File }>`: false,
	} {
		if got := savesAnswer.MatchString(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	seen := 0
	err := filepath.WalkDir("../web", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".templ") {
			return err
		}
		source, err := os.ReadFile(path)
		if m := savesAnswer.Find(source); m != nil {
			t.Errorf("%s: %s", path, m)
		}
		seen++
		return err
	})
	if err != nil || seen < 40 {
		t.Fatalf("%d templates, %v", seen, err)
	}
}
