package docx

import (
	"fmt"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/table"
	"github.com/peikao/peikao/questionbank/text"
	"github.com/peikao/peikao/questionbank/written"
	"github.com/peikao/peikao/questionbank/xmlscan"
)

// parser walks over document.xml once.
type parser struct {
	xml    *xmlscan.Scanner
	lists  *lists
	out    document
	count  int // paragraphs
	tables int
	boxes  []text.Line // of the text boxes in the open paragraph
}

func (p *parser) document() error {
	if _, err := p.xml.Root(); err != nil {
		return err
	}
	return p.xml.Children(func(e xmlscan.Element) error {
		if e.Name != "body" {
			return p.xml.Skip()
		}
		return p.blocks(func(lines []text.Line) { p.out.lines = append(p.out.lines, lines...) })
	})
}

// blocks reads paragraphs and tables inside the open element.
func (p *parser) blocks(take func([]text.Line)) error {
	return p.xml.Children(func(e xmlscan.Element) error {
		switch e.Name {
		case "p":
			lines, err := p.paragraph()
			if err == nil {
				take(lines)
			}
			return err
		case "tbl":
			return p.table(take)
		case "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag":
			return p.blocks(take)
		}
		return p.xml.Skip()
	})
}

// paragraph is the text of a paragraph, by its line breaks.
type paragraph struct {
	text     strings.Builder
	list     paragraphList
	style    string
	marks    []written.Mark
	marked   int  // bytes of the marks
	open     bool // the last mark goes on
	problems []qb.Problem
}

func (p *parser) paragraph() ([]text.Line, error) {
	if p.count++; p.count > maxParagraphs {
		return nil, errTooLong
	}
	number := p.count
	outer := p.boxes
	p.boxes = nil
	var g paragraph
	if err := p.inline(&g); err != nil {
		return nil, err
	}
	if g.list.id == "" {
		g.list = p.lists.styled(g.style)
	}
	content := g.text.String()
	if strings.TrimSpace(content) != "" || len(g.problems) > 0 {
		if label := p.lists.next(g.list); label != "" {
			content = label + " " + content
		}
	}
	var lines []text.Line
	for i, piece := range strings.Split(content, "\n") {
		l := text.Line{Number: number, Text: piece}
		if i == 0 {
			l.Marks, l.Problems = g.marks, g.problems
		}
		lines = append(lines, l)
	}
	lines = append(lines, p.boxes...)
	p.boxes = outer
	return lines, nil
}

// maxMarked is how much text that stands out is remembered of a paragraph, in bytes; the options of a question have less.
const maxMarked = 48 << 10

// inline reads what stands in a paragraph: runs, and what may hold runs.
func (p *parser) inline(g *paragraph) error {
	return p.xml.Children(func(e xmlscan.Element) error {
		switch e.Name {
		case "pPr":
			return p.properties(g)
		case "r":
			return p.run(g)
		case "hyperlink", "ins", "moveTo", "smartTag", "fldSimple", "sdt", "sdtContent", "customXml", "dir", "bdo":
			return p.inline(g)
		case "oMath", "oMathPara":
			g.problem("formula", "公式按文字导入，请核对")
			return p.math(g)
		}
		return p.xml.Skip()
	})
}

func (p *parser) properties(g *paragraph) error {
	return p.xml.Children(func(e xmlscan.Element) error {
		switch e.Name {
		case "pStyle":
			g.style = e.Attr("val")
		case "numPr":
			return readNumPr(p.xml, &g.list)
		}
		return p.xml.Skip()
	})
}

// run reads a stretch of text of one format.
func (p *parser) run(g *paragraph) error {
	how, hidden := "", false
	var content strings.Builder
	err := p.xml.Children(func(e xmlscan.Element) error {
		switch e.Name {
		case "rPr":
			var err error
			how, hidden, err = p.format()
			return err
		case "t":
			s, err := p.xml.Text()
			content.WriteString(s)
			return err
		case "tab":
			content.WriteByte('\t')
		case "br", "cr":
			content.WriteByte('\n')
		case "noBreakHyphen":
			content.WriteByte('-')
		case "sym":
			content.WriteString(symbol(e.Attr("font"), e.Attr("char")))
		case "drawing", "pict", "object":
			return p.drawing(g)
		case "AlternateContent", "Choice":
			return p.alternate(g)
		}
		return p.xml.Skip()
	})
	if hidden {
		if content.Len() > 0 {
			g.problem("text_hidden", "隐藏的文字没有导入")
		}
		return err
	}
	g.add(content.String(), how)
	return err
}

func (g *paragraph) add(s, how string) {
	if how == written.Underline && s != "" && strings.Trim(s, " \t　\u00a0") == "" {
		s, how = qb.Gap, "" // underlined blanks are a gap
	}
	g.text.WriteString(s)
	if how == "" {
		g.open = g.open && s == ""
		return
	}
	if g.marked += len(s); g.marked > maxMarked {
		return
	}
	if last := len(g.marks) - 1; g.open && g.marks[last].How == how {
		g.marks[last].Text += s
	} else {
		g.marks = append(g.marks, written.Mark{Text: s, How: how})
	}
	g.open = true
}

func (g *paragraph) problem(code, message string) {
	for _, p := range g.problems {
		if p.Code == code {
			return
		}
	}
	g.problems = append(g.problems, qb.Problem{Severity: qb.Warning, Code: code, Message: message})
}

// format is how a run stands out, and whether it is hidden.
func (p *parser) format() (how string, hidden bool, err error) {
	err = p.xml.Children(func(e xmlscan.Element) error {
		val := e.Attr("val")
		off := val == "0" || val == "false" || val == "none" || val == "off"
		switch e.Name {
		case "vanish":
			hidden = !off
		case "color":
			if val != "" && val != "auto" && val != "000000" && how == "" {
				how = "变色"
			}
		case "highlight":
			if !off {
				how = "突出显示"
			}
		case "b":
			if !off && how == "" {
				how = "加粗"
			}
		case "u":
			if !off {
				how = written.Underline
			}
		}
		return p.xml.Skip()
	})
	return how, hidden, err
}

// drawing looks into a picture, shape or object: pictures are named, the lines of text boxes are taken.
func (p *parser) drawing(g *paragraph) error {
	return p.xml.Children(func(e xmlscan.Element) error {
		switch e.Name {
		case "blip", "imagedata":
			g.problem("media_dropped", "图片没有导入：请在导入后补上，或改写成文字")
		case "OLEObject", "chart":
			g.problem("object_dropped", "嵌入的对象（公式、图表）没有导入：请改写成文字")
		case "txbxContent":
			return p.blocks(func(lines []text.Line) { p.boxes = append(p.boxes, lines...) })
		}
		return p.drawing(g)
	})
}

// alternate takes the first form of what is written in two for older programs.
func (p *parser) alternate(g *paragraph) error {
	return p.xml.Children(func(e xmlscan.Element) error {
		switch e.Name {
		case "Choice":
			return p.alternate(g)
		case "drawing", "pict", "object":
			return p.drawing(g)
		}
		return p.xml.Skip()
	})
}

// math takes the letters of a formula in their order.
func (p *parser) math(g *paragraph) error {
	return p.xml.Children(func(e xmlscan.Element) error {
		if e.Name != "t" {
			return p.math(g)
		}
		s, err := p.xml.Text()
		g.add(s, "")
		return err
	})
}

// symbol is a sign of a picture font that stands for a tick or a cross; others are named by their code.
func symbol(font, char string) string {
	code, err := strconv.ParseUint(char, 16, 32)
	if err != nil {
		return ""
	}
	switch key := strings.ToLower(font) + " " + fmt.Sprintf("%02x", code&0xff); key {
	case "wingdings fc", "wingdings 2 50", "wingdings fe", "wingdings 2 52", "symbol d6":
		return "√"
	case "wingdings fb", "wingdings 2 4f", "wingdings fd", "wingdings 2 51", "symbol b4":
		return "×"
	}
	if code >= 0xE000 && code <= 0xF8FF {
		return "□"
	}
	return string(rune(code))
}

// table reads the rows; what it is, its first rows tell.
func (p *parser) table(take func([]text.Line)) error {
	if p.tables++; p.tables > maxTables {
		return errTooLong
	}
	number := p.tables
	var rows [][][]text.Line // row, cell, line
	err := p.xml.Children(func(e xmlscan.Element) error {
		if e.Name != "tr" {
			return p.xml.Skip()
		}
		var cells [][]text.Line
		err := p.xml.Children(func(e xmlscan.Element) error {
			if e.Name != "tc" {
				return p.xml.Skip()
			}
			var cell []text.Line
			err := p.blocks(func(lines []text.Line) { cell = append(cell, lines...) })
			cells = append(cells, cell)
			return err
		})
		rows = append(rows, cells)
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
	for _, cells := range rows {
		for _, lines := range cells {
			take(lines)
		}
	}
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
