// Package formats chooses the importer for a file: by its name's ending, and for text by what it looks like.
package formats

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/csv"
	"github.com/peikao/peikao/questionbank/gift"
	"github.com/peikao/peikao/questionbank/native"
	"github.com/peikao/peikao/questionbank/xlsx"
)

// Extensions are the endings that Decode takes, for a file dialog and for walking a folder.
var Extensions = []string{".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".gift", ".txt"}

// Decode reads the file with the importer that fits its name. A file that none fits is a problem, not an error; the
// error is the reader's own.
func Decode(name string, r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx", ".xlsm", ".xls":
		return xlsx.Decode(r)
	case ".csv", ".tsv":
		return csv.Decode(r)
	case ".jsonl", ".ndjson", ".json":
		return native.Decode(r)
	case ".gift":
		return gift.Decode(r)
	case ".txt":
		return decodeText(r)
	}
	return nil, questionbank.Unreadable("format_unknown", "不认识的文件类型：支持 .xlsx、.csv、.gift、.jsonl"), nil
}

// decodeText: a text with answers in braces is GIFT; another layout of plain text is not read yet.
func decodeText(r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	data, err := questionbank.ReadAll(r)
	if err == questionbank.ErrTooLarge {
		return nil, questionbank.TooLarge(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	if bytes.ContainsRune(data, '{') && bytes.ContainsRune(data, '}') {
		return gift.Decode(bytes.NewReader(data))
	}
	return nil, questionbank.Unreadable("format_unknown", "纯文本题目尚不支持：请用 .xlsx、.csv、GIFT 或 .jsonl"), nil
}
