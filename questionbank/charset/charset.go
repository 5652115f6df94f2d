// Package charset finds out how a text is encoded that a Chinese office program wrote: UTF-8 with or without a byte order mark,
// UTF-16 with or without one, or GB18030.
package charset

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/peikao/peikao/questionbank"
)

// ErrUnknown is returned for bytes that are text in none of the encodings.
var ErrUnknown = errors.New("unknown text encoding")

// Unreadable is what an importer tells of ErrUnknown.
func Unreadable() []questionbank.Problem {
	return questionbank.Unreadable("text_encoding", "文字编码不是 UTF-8、UTF-16 或 GB18030")
}

// Read is the text of a file in UTF-8; what stands in the way of reading it is in the problems. The error is the reader's own.
func Read(r io.Reader) (text string, problems []questionbank.Problem, err error) {
	data, err := questionbank.ReadAll(r)
	if errors.Is(err, questionbank.ErrTooLarge) {
		return "", questionbank.TooLarge(), nil
	}
	if err != nil {
		return "", nil, err
	}
	if text, err = Decode(data); err != nil {
		return "", Unreadable(), nil
	}
	return text, nil, nil
}

// Decode is the text in UTF-8: by its byte order mark, the zero bytes of UTF-16, valid UTF-8, else GB18030.
func Decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
		if !utf8.Valid(data) {
			return "", ErrUnknown
		}
		return string(data), nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || highZeros(data, 1):
		return decode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), data)
	case bytes.HasPrefix(data, []byte("\xfe\xff")) || highZeros(data, 0):
		return decode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), data)
	case utf8.Valid(data):
		return string(data), nil
	}
	return decode(simplifiedchinese.GB18030, data)
}

// highZeros reports whether the text is UTF-16 with its high bytes at the offset: commas and line breaks have a zero
// there. Some Chinese characters (一 is 4E00) have one in the low byte, but those are fewer. Other encodings have none.
func highZeros(data []byte, offset int) bool {
	high, low := 0, 0
	for i, c := range data[:min(len(data), 4096)] {
		switch {
		case c != 0:
		case i%2 == offset:
			high++
		default:
			low++
		}
	}
	return high > low && len(data)%2 == 0
}

func decode(e encoding.Encoding, data []byte) (string, error) {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", err
	}
	if strings.ContainsRune(string(text), utf8.RuneError) {
		return "", ErrUnknown
	}
	return string(text), nil
}
