// Package formats chooses the importer for a file: by its name's ending, and for text by what it looks like.
package formats

import (
	"io"
	"path"
	"strings"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/aiken"
	"github.com/peikao/peikao/questionbank/csv"
	"github.com/peikao/peikao/questionbank/docx"
	"github.com/peikao/peikao/questionbank/gift"
)

// Extensions are the endings that Decode takes, for a file dialog and for walking a folder.
var Extensions = []string{".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".docx", ".txt", ".aiken", ".gift", ".xml", ".qti", ".zip", ".imscc", ".jsonl", ".ndjson", ".json"}

// Decode reads the file with the importer that fits its name. A file that none fits is a problem, not an error; the
// error is the reader's own.
func Decode(name string, r io.Reader) ([]questionbank.Item, []questionbank.Problem, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx", ".xlsm", ".xls":
		return decodeWorkbook(r)
	case ".csv", ".tsv":
		return csv.Decode(r)
	case ".jsonl", ".ndjson", ".json":
		return decodeLines(r)
	case ".gift":
		return gift.Decode(r)
	case ".txt":
		return decodeText(r)
	case ".docx", ".docm", ".doc":
		return docx.Decode(r)
	case ".xml", ".qti", ".zip", ".imscc":
		d, err := DecodeFiles(name, r)
		return d.Items, d.Problems, err
	case ".aiken":
		return aiken.Decode(r)
	}
	return nil, questionbank.Unreadable("format_unknown", "不认识的文件类型：支持 "+named()), nil
}
