package xlsx

import (
	"errors"
	"path"
	"slices"
	"strconv"

	"github.com/peikao/peikao/questionbank/table"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// attached names what lies over a sheet and is not in its cells: pictures and comments. Where such a part cannot be read, nothing is
// lost of the cells.
func (b *book) attached(grid *table.Grid, sheet string) error {
	dir, file := path.Split(sheet)
	if !b.files.Has(path.Join(dir, "_rels", file+".rels")) {
		return nil
	}
	parts, err := b.relations(sheet)
	var rows []int
	comments := false
	for _, p := range parts {
		switch p.kind {
		case "drawing":
			var found []int
			if found, err = b.pictures(p.target); errors.Is(err, errTooLong) {
				return err
			}
			rows = append(rows, found...)
		case "comments", "threadedComment":
			comments = true
		}
	}
	if errors.Is(err, errTooLong) {
		return err
	}
	if slices.Sort(rows); len(rows) > 0 {
		grid.Left("pictures_unread", table.NumbersText(slices.Compact(rows))+" 行的图片没有导入：请导入后在题目里补上，或改用 Word 文件")
	}
	if comments {
		grid.Left("comment_dropped", "单元格的批注没有导入：如果写着答案或解析，请写进单元格")
	}
	return nil
}

// pictures are the rows, from 1, at which the pictures of a drawing begin.
func (b *book) pictures(name string) (rows []int, err error) {
	err = b.children(name, func(s *xmlread.Scanner, e xmlread.Element) error {
		row, picture := 0, false
		var inside func(xmlread.Element) error
		inside = func(e xmlread.Element) error {
			switch e.Name {
			case "from", "grpSp":
				return s.Children(inside)
			case "row":
				text, err := s.Text()
				row, _ = strconv.Atoi(text)
				return err
			case "pic":
				picture = true
			}
			return s.Skip()
		}
		err := s.Children(inside)
		if picture && len(rows) < table.MaxRows {
			rows = append(rows, row+1)
		}
		return err
	})
	return rows, err
}
