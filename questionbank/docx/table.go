package docx

import (
	"fmt"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/table"
	"github.com/peikao/peikao/questionbank/text"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// table reads the rows; what it is, its first rows tell.
func (p *parser) table(take func([]text.Line)) error {
	if p.tables++; p.tables > maxTables {
		return errTooLong
	}
	number := p.tables
	var rows [][][]text.Line // row, cell, line
	err := p.xml.Children(func(e xmlread.Element) error {
		if e.Name != "tr" {
			return p.xml.Skip()
		}
		var cells [][]text.Line
		deleted := false
		err := p.xml.Children(func(e xmlread.Element) error {
			if e.Name == "trPr" {
				return p.xml.Children(func(e xmlread.Element) error {
					deleted = deleted || e.Name == "del"
					return p.xml.Skip()
				})
			}
			if e.Name != "tc" {
				return p.xml.Skip()
			}
			var cell []text.Line
			err := p.blocks(func(lines []text.Line) { cell = append(cell, lines...) })
			cells = append(cells, cell)
			return err
		})
		if !deleted {
			rows = append(rows, cells)
		}
		return err
	})
	if err != nil {
		return err
	}
	p.sortOut(number, rows, take)
	return nil
}

// sortOut: a list of questions, a list of answers, or text that stands in cells.
func (p *parser) sortOut(number int, rows [][][]text.Line, take func([]text.Line)) {
	sheet := table.Sheet{Place: fmt.Sprintf("表格 %d", number)}
	for i, cells := range rows {
		sheet.Rows = append(sheet.Rows, table.Row{Number: i + 1, Cells: cellTexts(cells)})
	}
	if table.HasHeader(sheet.Rows) {
		p.out.sheets = append(p.out.sheets, sheet)
		for i, cells := range rows {
			for _, lines := range cells {
				for _, l := range lines {
					if len(l.Media) > 0 {
						l.Problems = append(l.Problems, qb.Problem{Severity: qb.Warning, Code: "media_dropped", Message: "表格里的图片没有导入：请在导入后补上"})
					}
					for _, problem := range l.Problems {
						problem.Place = fmt.Sprintf("表格 %d 第 %d 行", number, i+1)
						p.out.problems = append(p.out.problems, problem)
					}
				}
			}
		}
		return
	}
	if keys := keyGrid(rows, sheet.Rows); keys != nil {
		take(keys)
		return
	}
	if card := cardOf(rows, sheet.Rows); card != nil {
		take(card)
		return
	}
	for _, cells := range rows {
		for _, lines := range cells {
			take(lines)
		}
	}
}

// cardOf turns a table of two columns, the left of which names what stands in the right, into lines with labels; nil for another table.
func cardOf(rows [][][]text.Line, texts []table.Row) (lines []text.Line) {
	for i, cells := range rows {
		if len(cells) != 2 || !text.IsLabel(texts[i].Cells[0]) {
			return nil
		}
		value := cells[1]
		if len(value) == 0 {
			value = []text.Line{{}}
		}
		if len(cells[0]) > 0 && value[0].Number == 0 {
			value[0].Number = cells[0][0].Number
		}
		value[0].Text = text.Labelled(texts[i].Cells[0], value[0].Text)
		lines = append(lines, value...)
	}
	return lines
}

func cellTexts(cells [][]text.Line) []string {
	texts := make([]string, len(cells))
	for i, lines := range cells {
		var all []string
		for _, l := range lines {
			all = append(all, l.Text)
		}
		texts[i] = strings.TrimSpace(strings.Join(all, "\n"))
	}
	return texts
}

// keyGrid turns rows of numbers over rows of answers into the lines of a list of answers; nil for another table.
func keyGrid(rows [][][]text.Line, texts []table.Row) []text.Line {
	if len(rows) < 2 || len(rows)%2 != 0 {
		return nil
	}
	var lines []text.Line
	for i := 0; i < len(rows); i += 2 {
		numbers, answers := texts[i].Cells, texts[i+1].Cells
		if len(numbers) != len(answers) {
			return nil
		}
		var list []string
		for j := range numbers {
			n, err := strconv.Atoi(numbers[j])
			switch {
			case err == nil && answers[j] != "":
				list = append(list, fmt.Sprintf("%d.%s", n, answers[j]))
			case err == nil, j == 0, numbers[j] == "" && answers[j] == "":
			default:
				return nil
			}
		}
		if len(list) == 0 {
			return nil
		}
		l := text.Line{Text: strings.Join(list, " ")}
		if len(rows[i+1]) > 0 && len(rows[i+1][0]) > 0 {
			l.Number = rows[i+1][0][0].Number
		}
		lines = append(lines, l)
	}
	lines[0].Text = "参考答案：" + lines[0].Text
	return lines
}
