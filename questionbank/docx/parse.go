package docx

import (
	"fmt"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/text"
	"github.com/peikao/peikao/questionbank/written"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// parser walks over document.xml once.
type parser struct {
	xml    *xmlread.Scanner
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
	return p.xml.Children(func(e xmlread.Element) error {
		if e.Name != "body" {
			return p.xml.Skip()
		}
		return p.blocks(func(lines []text.Line) { p.out.lines = append(p.out.lines, lines...) })
	})
}

// blocks reads paragraphs and tables inside the open element.
func (p *parser) blocks(take func([]text.Line)) error {
	return p.xml.Children(func(e xmlread.Element) error {
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
	media    []qb.Media
	alt      string // of the picture that comes
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
	if strings.TrimSpace(content) != "" || len(g.problems)+len(g.media) > 0 {
		if label := p.lists.next(g.list); label != "" {
			content = label + " " + content
		}
	}
	var lines []text.Line
	for i, piece := range strings.Split(content, "\n") {
		l := text.Line{Number: number, Text: piece}
		if i == 0 {
			l.Marks, l.Problems, l.Media = g.marks, g.problems, g.media
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
	return p.xml.Children(func(e xmlread.Element) error {
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
	return p.xml.Children(func(e xmlread.Element) error {
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
	err := p.xml.Children(func(e xmlread.Element) error {
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
	err = p.xml.Children(func(e xmlread.Element) error {
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
	return p.xml.Children(func(e xmlread.Element) error {
		switch e.Name {
		case "docPr":
			if g.alt = e.Attr("descr"); g.alt == "" {
				g.alt = e.Attr("title")
			}
		case "blip", "imagedata":
			id := e.Attr("embed") + e.Attr("id")
			if m, ok := p.out.pictures.take(id, g.alt); ok {
				g.media = append(g.media, m)
			} else {
				g.problem("media_dropped", "图片没有导入：请存成 PNG 或 JPEG，或改写成文字")
			}
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
	return p.xml.Children(func(e xmlread.Element) error {
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
	return p.xml.Children(func(e xmlread.Element) error {
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
