package xmltree

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// utf8Text takes the byte order mark away; UTF-16 that begins with one becomes UTF-8.
func utf8Text(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte("\xff\xfe")) && !bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil
	}
	text, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
	if err != nil || !utf8.Valid(text) {
		return nil, &Error{1, "xml_charset", "UTF-16 编码的文件读不通"}
	}
	return text, nil
}

// charsetReader knows the encodings of browsers: ISO-8859-1, GB2312, GBK, GB18030, Big5, windows-1252 … A document that
// says UTF-16 has been turned into UTF-8 already.
func charsetReader(charset string, input io.Reader) (io.Reader, error) {
	if strings.HasPrefix(strings.ToLower(charset), "utf-16") {
		return input, nil
	}
	encoding, err := htmlindex.Get(charset)
	if err != nil {
		return nil, &Error{1, "xml_charset", "不认识的文字编码“" + short(charset) + "”"}
	}
	return encoding.NewDecoder().Reader(input), nil
}

func short(s string) string {
	runes := []rune(strings.ToValidUTF8(s, "�"))
	return string(runes[:min(len(runes), 30)])
}
