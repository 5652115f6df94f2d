package charset

import (
	"errors"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf16 "golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

var (
	little = utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM)
	big    = utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM)
)

func encode(t interface{ Fatal(...any) }, e encoding.Encoding, text string) string {
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every way in which office programs save a text is read.
func TestDecode(t *testing.T) {
	const text = "题干,答案\n医疗美容广告由谁审查？,卫生健康行政部门\n€ 与 ① 与 㐀 与 🙂,A\n"
	for name, data := range map[string]string{
		"UTF-8":               text,
		"UTF-8 with a mark":   "\xef\xbb\xbf" + text,
		"UTF-16, little":      encode(t, little, text),
		"with a mark, little": "\xff\xfe" + encode(t, little, text),
		"UTF-16, big":         encode(t, big, text),
		"with a mark, big":    "\xfe\xff" + encode(t, big, text),
		"GB18030":             encode(t, simplifiedchinese.GB18030, text),
	} {
		if got, err := Decode([]byte(data)); got != text || err != nil {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if got, err := Decode(nil); got != "" || err != nil {
		t.Errorf("nothing: got %q, %v", got, err)
	}
}

// A text of few signs is read too: 一 has a zero byte of its own, which is not that of UTF-16. (A few characters alone, 一 among
// them, are in GB18030 what two bytes of UTF-8 could be; no file of questions consists of such.)
func TestDecodeShort(t *testing.T) {
	for _, text := range []string{"甲", "a", "甲一,一\n"} {
		for name, data := range map[string]string{"UTF-8": text, "with a mark": "\xff\xfe" + encode(t, little, text), "GB18030": encode(t, simplifiedchinese.GB18030, text)} {
			if got, err := Decode([]byte(data)); got != text || err != nil {
				t.Errorf("%q as %s: got %q, %v", text, name, got, err)
			}
		}
	}
	for _, text := range []string{"a\n", "一,\n", "一一,,\n"} {
		for name, e := range map[string]encoding.Encoding{"little": little, "big": big} {
			if got, err := Decode([]byte(encode(t, e, text))); got != text || err != nil {
				t.Errorf("%q as UTF-16, %s: got %q, %v", text, name, got, err)
			}
		}
	}
}

// Bytes that are no text are refused, never read as something else.
func TestDecodeUnknown(t *testing.T) {
	for name, data := range map[string]string{
		"bytes outside GB18030":        "\xff\xff\xff",
		"a mark of UTF-8 before other": "\xef\xbb\xbf\xff",
		"half a character":             "甲\xe4\xb8",
		"half a surrogate":             "\xff\xfe\x3d\xd8",
		"an odd byte":                  "\xff\xfea\x00b",
	} {
		if got, err := Decode([]byte(data)); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if p := Unreadable(); len(p) != 1 || p[0].Message == "" || p[0].Place == "" {
		t.Errorf("got %+v", p)
	}
}

// A mark says how any text is to be read; without one, GB18030 that no UTF-8 looks like comes back too.
func TestDecodeIsTheInverse(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("，。（）“”\n\t①€"), unicode.Han, unicode.Latin, unicode.Nd)).Draw(rt, "text")
		for name, data := range map[string]string{
			"UTF-8": "\xef\xbb\xbf" + text, "little": "\xff\xfe" + encode(rt, little, text), "big": "\xfe\xff" + encode(rt, big, text),
		} {
			if got, err := Decode([]byte(data)); got != text || err != nil {
				rt.Fatalf("%s: %q: got %q, %v", name, text, got, err)
			}
		}
		gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
		if err != nil || utf8.ValidString(gb) {
			return
		}
		if got, err := Decode([]byte(gb)); got != text || err != nil {
			rt.Fatalf("GB18030: %q: got %q, %v", text, got, err)
		}
	})
}

// Whatever comes in, what comes out is text.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("题干,答案\n"))
	f.Add([]byte("\xff\xfe\x18\x98"))
	f.Add([]byte("\xfe\xff\x98\x18"))
	f.Add([]byte("\xcc\xe2\xb8\xc9,\xb4\xf0\xb0\xb8\n"))
	f.Add([]byte("a\x00,\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := Decode(data)
		if err != nil && !errors.Is(err, ErrUnknown) {
			t.Fatalf("%q: %v", data, err)
		}
		if !utf8.ValidString(text) || err != nil && text != "" {
			t.Fatalf("%q: got %q, %v", data, text, err)
		}
	})
}
