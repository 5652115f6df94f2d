package richtext

import (
	"regexp"
	"strings"
	"testing"
)

func TestHTML(t *testing.T) {
	for text, want := range map[string]string{
		"一 **二** *三*\n四":            "<p>一 <strong>二</strong> <em>三</em><br>\n四</p>",
		"先____，再 ____。":             "<p>先____，再 ____。</p>",
		"____":                      "<p>____</p>",
		"- 甲\n- 乙":                  "<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>",
		"<script>alert(1)</script>": "",
		"[点](javascript:alert(1)) ![图](https://x/y)": "<p>点 </p>",
		"a <b onclick=x>b</b> & c":                   "<p>a b &amp; c</p>",
		"\uE000":                                     "",
	} {
		if got := strings.TrimSpace(HTML(text)); got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

var attribute = regexp.MustCompile(`<[a-z0-9]+\s+[^/>]`)

// Whatever is written, no tag carries an attribute and none is a script's, a style's, a link's or a file's.
func FuzzHTML(f *testing.F) {
	f.Add("<img src=x onerror=alert(1)> `a` \n\n| a | b |\n|---|---|\n| 1 | <svg/onload=1> |")
	f.Add("[x]: javascript:1\n[x] <style>*{}</style> <a href=//e>")
	f.Fuzz(func(t *testing.T, text string) {
		got := strings.ToLower(HTML(text))
		if attribute.MatchString(got) {
			t.Fatalf("an attribute in %q", got)
		}
		for _, tag := range []string{"<script", "<style", "<img", "<a ", "<a>", "<svg", "<iframe", "<object", "<form", "<input"} {
			if strings.Contains(got, tag) {
				t.Fatalf("%s in %q", tag, got)
			}
		}
	})
}
