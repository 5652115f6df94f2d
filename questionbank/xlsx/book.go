package xlsx

import (
	"errors"
	"path"
	"strconv"
	"strings"

	"github.com/peikao/peikao/questionbank/archive"
	"github.com/peikao/peikao/questionbank/markup"
	"github.com/peikao/peikao/questionbank/table"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// Limits of one workbook, beside those of table.Grid.
const (
	maxXML     = 64 << 20 // of all parts that are read
	maxStrings = 1 << 20
	maxFormats = 1 << 16
)

var (
	errTooLong = errors.New("workbook too long")
	errBroken  = errors.New("broken workbook")
)

// book is a workbook while it is read.
type book struct {
	files    *archive.Archive
	read     int // bytes of XML so far
	strings  []string
	formats  []string // number format of each cell format
	from1904 bool
	sheets   []sheetRef
}

type sheetRef struct {
	name, id string
	hidden   bool
}

func readBook(grid *table.Grid, data []byte) error {
	files, err := archive.Open(data)
	if err != nil {
		return err
	}
	b := &book{files: files}
	main, err := b.mainPart()
	if err != nil {
		return err
	}
	if err := b.workbook(main); err != nil {
		return err
	}
	parts, err := b.relations(main)
	if err != nil {
		return err
	}
	for _, p := range parts {
		switch p.kind {
		case "sharedStrings":
			err = b.sharedStrings(p.target)
		case "styles":
			err = b.styles(p.target)
		}
		if err != nil {
			return err
		}
	}
	for _, s := range b.sheets {
		p, ok := parts[s.id]
		if !ok || p.kind != "worksheet" {
			continue // a chart
		}
		if !grid.Sheet(s.name) {
			break
		}
		if s.hidden {
			grid.Hide()
		}
		if err := b.sheet(grid, p.target); err != nil {
			return err
		}
		if err := b.attached(grid, p.target); err != nil {
			return err
		}
	}
	return nil
}

// open reads a part, within the bounds of the whole.
func (b *book) open(name string) (*xmlread.Scanner, error) {
	data, err := b.files.Read(name)
	if err != nil {
		return nil, err
	}
	if b.read += len(data); b.read > maxXML {
		return nil, errTooLong
	}
	return xmlread.New(data)
}

// children opens a part and calls each element below its root.
func (b *book) children(name string, each func(*xmlread.Scanner, xmlread.Element) error) error {
	s, err := b.open(name)
	if err != nil {
		return err
	}
	if _, err := s.Root(); err != nil {
		return err
	}
	return s.Children(func(e xmlread.Element) error { return each(s, e) })
}

type relation struct{ kind, target string }

// relations are the parts that a part refers to, by their ids.
func (b *book) relations(of string) (map[string]relation, error) {
	all := map[string]relation{}
	dir, file := path.Split(of)
	err := b.children(path.Join(dir, "_rels", file+".rels"), func(s *xmlread.Scanner, e xmlread.Element) error {
		target := e.Attr("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		all[e.Attr("Id")] = relation{path.Base(e.Attr("Type")), strings.TrimPrefix(path.Clean(target), "/")}
		return s.Skip()
	})
	return all, err
}

func (b *book) mainPart() (string, error) {
	parts, err := b.relations("")
	if err != nil {
		return "", err
	}
	for _, p := range parts {
		if p.kind == "officeDocument" {
			return p.target, nil
		}
	}
	return "", errBroken
}

func (b *book) workbook(name string) error {
	return b.children(name, func(s *xmlread.Scanner, e xmlread.Element) error {
		switch e.Name {
		case "workbookPr":
			v := e.Attr("date1904")
			b.from1904 = v == "1" || v == "true"
		case "sheets":
			return s.Children(func(e xmlread.Element) error {
				b.sheets = append(b.sheets, sheetRef{e.Attr("name"), e.Attr("id"), strings.HasSuffix(strings.ToLower(e.Attr("state")), "hidden")})
				return s.Skip()
			})
		}
		return s.Skip()
	})
}

func (b *book) sharedStrings(name string) error {
	return b.children(name, func(s *xmlread.Scanner, e xmlread.Element) error {
		if e.Name != "si" {
			return s.Skip()
		}
		if len(b.strings) == maxStrings {
			return errTooLong
		}
		text, err := richText(s)
		b.strings = append(b.strings, text)
		return err
	})
}

// richText is the text of a cell, in one piece or in runs of different formats. How it is pronounced is left out.
func richText(s *xmlread.Scanner) (string, error) {
	text, level := "", ""
	var each func(xmlread.Element) error
	each = func(e xmlread.Element) error {
		switch e.Name {
		case "t":
			t, err := s.Text()
			text += markup.Shift(level, t)
			return err
		case "r":
			level = ""
			return s.Children(each)
		case "rPr":
			return s.Children(each)
		case "vertAlign":
			level = e.Attr("val")
		}
		return s.Skip()
	}
	err := s.Children(each)
	return unescape(text), err
}

// unescape writes out _x000A_ and its like, by which Excel writes what XML cannot.
func unescape(text string) string {
	for from := 0; ; {
		i := strings.Index(text[from:], "_x")
		if i < 0 {
			return text
		}
		i += from
		from = i + 2
		if i+7 > len(text) || text[i+6] != '_' {
			continue
		}
		n, err := strconv.ParseUint(text[i+2:i+6], 16, 16)
		if err != nil || n >= 0xD800 && n < 0xE000 {
			continue
		}
		c := string(rune(n))
		text = text[:i] + c + text[i+7:]
		from = i + len(c)
	}
}

func (b *book) styles(name string) error {
	own := map[int]string{}
	return b.children(name, func(s *xmlread.Scanner, e xmlread.Element) error {
		switch e.Name {
		case "numFmts":
			return s.Children(func(e xmlread.Element) error {
				if id, err := strconv.Atoi(e.Attr("numFmtId")); err == nil && len(own) < maxFormats {
					own[id] = e.Attr("formatCode")
				}
				return s.Skip()
			})
		case "cellXfs":
			return s.Children(func(e xmlread.Element) error {
				id, _ := strconv.Atoi(e.Attr("numFmtId"))
				format, ok := own[id]
				if !ok {
					format = table.BuiltInFormats[id]
				}
				if len(b.formats) == maxFormats {
					return errTooLong
				}
				b.formats = append(b.formats, format)
				return s.Skip()
			})
		}
		return s.Skip()
	})
}
