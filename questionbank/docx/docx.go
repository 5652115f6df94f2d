package docx

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/archive"
	"github.com/peikao/peikao/questionbank/table"
	"github.com/peikao/peikao/questionbank/text"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// Limits of one document.
const (
	maxXML        = 10 << 20
	maxParagraphs = 100_000
	maxTables     = 2_000
)

// compound is how .doc and password-protected files begin.
var compound = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// Decode is DecodeFiles without the pictures' files.
func Decode(r io.Reader) ([]qb.Item, []qb.Problem, error) {
	items, problems, _, err := DecodeFiles(r)
	return items, problems, err
}

// DecodeFiles reads the document and the pictures that its questions show, by their object's name. The error is the reader's own;
// all that is wrong with the file is in the problems.
func DecodeFiles(r io.Reader) ([]qb.Item, []qb.Problem, map[string][]byte, error) {
	data, err := qb.ReadAll(r)
	if err == qb.ErrTooLarge {
		return nil, qb.TooLarge(), nil, nil
	}
	if err != nil {
		return nil, nil, nil, err
	}
	if bytes.HasPrefix(data, compound) {
		return nil, qb.Unreadable("doc", "这是旧版 .doc 或有密码的文件：请在 Word 里打开，另存为 .docx（不设密码）"), nil, nil
	}
	d, err := open(data)
	if err != nil {
		return nil, refused(err), nil, nil
	}
	var b qb.Batch
	for _, p := range d.problems {
		b.Note(p.Severity, p.Place, p.Code, p.Message)
	}
	text.Read(&b, text.Document{Lines: d.lines, Unit: "段", Quote: true})
	if len(d.sheets) > 0 {
		table.Decode(&b, d.sheets)
	}
	if len(b.Items) == 0 && !qb.HasErrors(b.Problems) {
		b.Note(qb.Error, "文件", "file_empty", "文件里没有题目")
	}
	return b.Items, b.Problems, d.pictures.shownBy(b.Items), nil
}

// errTooLong stops the reading of a document that is beyond the limits.
var errTooLong = errors.New("document too long")

func refused(err error) []qb.Problem {
	var a *archive.Error
	switch {
	case errors.As(err, &a) && a.Code != "zip_broken":
		return qb.Unreadable(a.Code, "不是有效的 .docx 文件："+a.Message)
	case errors.Is(err, errTooLong):
		return qb.Unreadable("docx_long", fmt.Sprintf("文档太长：最多 %d 段、%d 个表格、32 MB 文字", maxParagraphs, maxTables))
	}
	return qb.Unreadable("docx_broken", "不是有效的 .docx 文件")
}

// document is what a file holds: lines, and tables that are lists of questions.
type document struct {
	lines    []text.Line
	sheets   []table.Sheet
	problems []qb.Problem
	pictures *pictures
}

func open(data []byte) (*document, error) {
	a, err := archive.Open(data)
	if err != nil {
		return nil, err
	}
	name, err := mainPart(a)
	if err != nil {
		return nil, err
	}
	main, err := part(a, name)
	if err != nil {
		return nil, err
	}
	related, err := relations(a, name)
	if err != nil {
		return nil, err
	}
	lists, err := readNumbering(a, related)
	if err != nil {
		return nil, err
	}
	p := &parser{xml: main, lists: lists}
	p.out.pictures = openPictures(a, related)
	if err := p.document(); err != nil {
		return nil, err
	}
	return &p.out, nil
}

// part opens a file of the package.
func part(a *archive.Archive, name string) (*xmlread.Scanner, error) {
	data, err := a.Read(name)
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxXML:
		return nil, errTooLong
	}
	return xmlread.New(data)
}
