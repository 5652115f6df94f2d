package formats

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/aiken"
	"github.com/peikao/peikao/questionbank/archive"
	"github.com/peikao/peikao/questionbank/charset"
	"github.com/peikao/peikao/questionbank/collection"
	"github.com/peikao/peikao/questionbank/csv"
	"github.com/peikao/peikao/questionbank/gift"
	"github.com/peikao/peikao/questionbank/native"
	"github.com/peikao/peikao/questionbank/text"
	"github.com/peikao/peikao/questionbank/xls"
	"github.com/peikao/peikao/questionbank/xlsx"
)

type decode func(io.Reader) ([]questionbank.Item, []questionbank.Problem, error)

// decodeText reads a .txt: GIFT, Aiken, a table that was saved as text, or numbered questions.
func decodeText(r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	return choose(r, func(data []byte) decode {
		content, err := charset.Decode(data)
		switch {
		case err != nil:
			return text.Decode
		case giftAnswer.MatchString(content):
			return gift.Decode
		case aiken.Is(content):
			return aiken.Decode
		case csv.Is(content):
			return csv.Decode
		}
		return text.Decode
	})
}

// giftAnswer is what a GIFT question has: {T}, {=right ~wrong}, {#3}, {}.
var giftAnswer = regexp.MustCompile(`\{\s*(?:[=~#]|(?:T|F|TRUE|FALSE)\s*[#}]|\})`)

// decodeWorkbook reads .xlsx and .xls by what they are: each is often named as the other, and a table of a web page or a text as .xls.
func decodeWorkbook(r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	return choose(r, func(data []byte) decode {
		switch head := bytes.ToLower(data[:min(len(data), 1024)]); {
		case xls.Is(data):
			return xls.Decode
		case archive.Is(data):
			return xlsx.Decode
		case bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<table")) || bytes.Contains(head, []byte("<?xml")) || bytes.HasPrefix(head, []byte("<!doctype")):
			return unreadable("xls_html", "这个文件其实是网页表格：请在 Excel 里打开，另存为 .xlsx")
		}
		if content, err := charset.Decode(data); err == nil && csv.Is(content) {
			return csv.Decode
		}
		return xlsx.Decode
	})
}

// decodeLines reads JSON lines: our own, or those of a public collection.
func decodeLines(r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	return choose(r, func(data []byte) decode {
		if collection.Is(data) {
			return collection.Decode
		}
		return native.Decode
	})
}

func unreadable(code, message string) decode {
	return func(io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
		return nil, questionbank.Unreadable(code, message), nil
	}
}

// choose reads the file once and gives it to the importer that is chosen by its content.
func choose(r io.Reader, by func([]byte) decode) ([]questionbank.Item, []questionbank.Problem, error) {
	data, err := questionbank.ReadAll(r)
	if err == questionbank.ErrTooLarge {
		return nil, questionbank.TooLarge(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	return by(data)(bytes.NewReader(data))
}

// named lists the endings for people.
func named() string { return strings.Join(Extensions, " ") }
