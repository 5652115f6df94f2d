package xmlread

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/peikao/peikao/questionbank/formattest"
)

func TestParse(t *testing.T) {
	root, err := Parse([]byte("\ufeff<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'a.dtd' [<!ELEMENT b ANY>]>\n<a>\n<x:b xmlns:x='u' x:i='1'>甲&nbsp;<![CDATA[<乙>]]></x:b><b i='2'/></a>"))
	if err != nil {
		t.Fatal(err)
	}
	bs := root.All("b")
	if len(bs) != 2 || bs[0].Attr("i") != "1" || bs[0].Content() != "甲\u00a0<乙>" || bs[0].Line != 4 || root.Find("b") != bs[0] || len(root.FindAll("b")) != 2 {
		t.Fatalf("got %+v", root)
	}
	var none *Node
	if none.Child("b") != nil || none.Value() != "" || none.All("b") != nil {
		t.Fatal("nothing holds something")
	}
}

func TestCharsets(t *testing.T) {
	gb, _ := simplifiedchinese.GBK.NewEncoder().String(`<?xml version="1.0" encoding="GB2312"?><a>甲</a>`)
	wide, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(`<?xml version="1.0" encoding="UTF-16"?><a>甲</a>`)
	for _, text := range []string{gb, wide, `<a>甲</a>`} {
		root, err := Parse([]byte(text))
		if err != nil || root.Value() != "甲" {
			t.Errorf("got %v, %v", root, err)
		}
	}
	root, err := Parse([]byte("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"))
	if err != nil || root.Value() != "é" {
		t.Errorf("got %v, %v", root, err)
	}
}

func deep(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }

var laughs = func() string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE l [<!ENTITY l0 'ha'>")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "<!ENTITY l%d '%s'>", i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	return b.String() + "]><l>&l9;</l>"
}()

// Bombs are refused within 2 s and 256 MiB.
func TestBombs(t *testing.T) {
	for name, bomb := range map[string]struct{ text, code string }{
		"laughs":                                {laughs, "xml_entities"},
		"entity from a file":                    {`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, "xml_entities"},
		"unknown entity":                        {"<a>&lol9;</a>", "xml_broken"},
		"one level too deep":                    {deep(MaxDepth + 1), "xml_deep"},
		"two million deep":                      {strings.Repeat("<a>", 2_000_000), "xml_deep"},
		"many elements":                         {"<a>" + strings.Repeat("<b/>", 2_000_000) + "</a>", "xml_large"},
		"many attributes":                       {"<a " + strings.Repeat(`b="" `, 2_000_000-10) + "/>", "xml_large"},
		"long attribute":                        {"<a b='" + strings.Repeat(`x`, 9<<20) + "'/>", "xml_large"},
		"too large":                             {strings.Repeat(" ", MaxBytes) + "<a/>", "xml_large"},
		"two roots":                             {"<a/><a/>", "xml_broken"},
		"no root":                               {"<!-- -->", "xml_broken"},
		"not closed":                            {"<a><b></a>", "xml_broken"},
		"unknown charset":                       {"<?xml version='1.0' encoding='klingon'?><a/>", "xml_charset"},
		"a quote in a comment of a declaration": {"<!DOCTYPE a [<!-- ' -->]><a " + strings.Repeat(`b="" `, 20_000) + "c='", "xml_broken"},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			formattest.CheckBounded(t, func() { _, err = Parse([]byte(bomb.text)) })
			var refused *Error
			if !errors.As(err, &refused) || refused.Code != bomb.code || refused.Line < 1 || refused.Message == "" {
				t.Fatalf("got %v", err)
			}
		})
	}
	for name, harmless := range map[string]string{"levels": deep(MaxDepth), "comments": "<a>" + strings.Repeat("<!---->", 1_400_000) + "</a>"} {
		formattest.CheckBounded(t, func() {
			if _, err := Parse([]byte(harmless)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}
