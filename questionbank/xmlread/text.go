package xmlread

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"github.com/peikao/peikao/questionbank"
)

const space = " \t\r\n"

// utf8Text is the text in UTF-8 without a byte order mark: UTF-16 is known by its mark, another encoding by what the document says.
func utf8Text(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return decoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), data)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	name := declared(data)
	if folded := strings.ToLower(name); folded == "" || folded == "utf-8" || strings.HasPrefix(folded, "utf-16") { // UTF-16 without a mark would not have been read up to here
		if !utf8.Valid(data) {
			return nil, &Error{1, "xml_charset", "文字不是有效的 UTF-8 编码"}
		}
		return data, nil
	}
	// The encodings of browsers: ISO-8859-1, GB2312, GBK, GB18030, Big5, windows-1252 …
	known, err := htmlindex.Get(name)
	if err != nil {
		return nil, &Error{1, "xml_charset", "不认识的文字编码“" + short(name) + "”"}
	}
	return decoded(known, data)
}

func decoded(e encoding.Encoding, data []byte) ([]byte, error) {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil || !utf8.Valid(text) {
		return nil, &Error{1, "xml_charset", "文字编码读不通"}
	}
	return text, nil
}

// declared is the encoding that <?xml … encoding="…"?> names, "" for none.
func declared(data []byte) string {
	rest, ok := bytes.CutPrefix(data, []byte("<?xml"))
	n := bytes.Index(rest, []byte("?>"))
	if !ok || n < 0 {
		return ""
	}
	return Element{attrs: rest[:n]}.Attr("encoding")
}

func short(s string) string {
	runes := []rune(questionbank.Printable(s))
	return string(runes[:min(len(runes), 30)])
}

// line is where the scanner stands, counted only when somebody asks.
func (s *Scanner) line() int {
	s.lines += bytes.Count(s.text[s.counted:s.at], []byte("\n"))
	s.counted = s.at
	return 1 + s.lines
}

func (s *Scanner) refuse(code, message string) error {
	return &Error{s.line(), code, questionbank.Printable(message)}
}

func (s *Scanner) broken(format string, args ...any) error {
	return s.refuse("xml_broken", "不是有效的 XML："+fmt.Sprintf(format, args...))
}

func isBlank(text string) bool { return strings.Trim(text, space) == "" }

// lineEnds writes line ends as \n.
func lineEnds(b []byte) []byte {
	if bytes.IndexByte(b, '\r') < 0 {
		return b
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
}

// unescape writes entities out, and line ends as \n. It reports false for an entity that is not known.
func unescape(b []byte) (string, bool) {
	b = lineEnds(b)
	if bytes.IndexByte(b, '&') < 0 {
		return string(b), true
	}
	var out strings.Builder
	for {
		before, rest, found := bytes.Cut(b, []byte("&"))
		out.Write(before)
		if !found {
			return out.String(), true
		}
		name, after, ok := bytes.Cut(rest, []byte(";"))
		if !ok {
			return "", false
		}
		text, known := entity(string(name[:min(len(name), maxEntity+1)]))
		if !known {
			return "", false
		}
		out.WriteString(text)
		b = after
	}
}

// maxEntity is longer than every name of an entity.
const maxEntity = 16

var own = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

func entity(name string) (string, bool) {
	if text, ok := own[name]; ok {
		return text, true
	}
	if text, ok := xml.HTMLEntity[name]; ok {
		return text, true
	}
	return numeric(name)
}

func numeric(name string) (string, bool) {
	digits, ok := strings.CutPrefix(name, "#")
	base := 10
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if !ok || err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}
