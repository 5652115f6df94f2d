package docx

import (
	"fmt"
	"regexp"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/markup"
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

	instruction string // of the open field
	result      bool   // it shows something, or none is open
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
	return p.xml.Children(func(e xmlread.Element) error { return p.block(e, take) })
}

func (p *parser) block(e xmlread.Element, take func([]text.Line)) error {
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
	case "altChunk":
		p.out.problems = append(p.out.problems, qb.Problem{Severity: qb.Error, Place: fmt.Sprintf("第 %d 段后", p.count), Code: "chunk_unread",
			Message: "这里嵌着另一个文件（网页导出的 Word 常是这样），没有读取：请在 Word 里打开，另存为 .docx 再导入"})
	}
	return p.xml.Skip()
}

// paragraph is the text of a paragraph, by its line breaks.
type paragraph struct {
	text     strings.Builder
	list     paragraphList
	style    string
	line     int // that is being read, from 0
	marks    []onLine[written.Mark]
	marked   int  // bytes of the marks
	open     bool // the last mark goes on
	problems []onLine[qb.Problem]
	media    []onLine[qb.Media]
	alt      string // of the picture that comes
	began    int    // where the line begins in the text
	shown    bool   // the line is an option's letter and its picture so far
}

// onLine is what was found on a line of a paragraph: soft breaks may part questions.
type onLine[T any] struct {
	line int
	it   T
}

func byLine[T any](all []onLine[T]) map[int][]T {
	lines := map[int][]T{}
	for _, a := range all {
		lines[a.line] = append(lines[a.line], a.it)
	}
	return lines
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
	g.list = p.lists.styled(g.list, g.style)
	content := g.text.String()
	if strings.TrimSpace(content) != "" || len(g.problems)+len(g.media) > 0 {
		if label := p.lists.next(g.list); label != "" {
			content = label + " " + content
		}
	}
	marks, problems, media := byLine(g.marks), byLine(g.problems), byLine(g.media)
	var lines []text.Line
	for i, piece := range strings.Split(content, "\n") {
		lines = append(lines, text.Line{Number: number, Text: piece, Marks: marks[i], Problems: problems[i], Media: media[i]})
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
		case "sdt":
			return p.control(g)
		case "hyperlink", "ins", "moveTo", "smartTag", "fldSimple", "customXml", "dir", "bdo":
			return p.inline(g)
		case "oMath", "oMathPara":
			g.problem("formula", "公式按文字导入，请核对")
			s, err := p.math()
			g.add(s, "")
			return err
		}
		return p.xml.Skip()
	})
}

// control reads a content control; the words that invite to fill in an empty one are none of the document's.
func (p *parser) control(g *paragraph) error {
	empty := false
	return p.xml.Children(func(e xmlread.Element) error {
		switch {
		case e.Name == "sdtPr":
			return p.xml.Children(func(e xmlread.Element) error {
				empty = empty || e.Name == "showingPlcHdr" && e.Attr("val") != "0" && e.Attr("val") != "false"
				return p.xml.Skip()
			})
		case e.Name == "sdtContent" && !empty:
			return p.inline(g)
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
	var f looks
	var content strings.Builder
	flush := func() { // what stands before something else, so that this is on its line
		if content.Len() > 0 && !f.hidden {
			p.result = true
			g.add(markup.Shift(f.level, content.String()), f.how)
			content.Reset()
		}
	}
	err := p.xml.Children(func(e xmlread.Element) error {
		switch e.Name {
		case "rPr":
			var err error
			f, err = p.lists.format(p.xml)
			return err
		case "t":
			s, err := p.xml.Text()
			content.WriteString(s)
			return err
		case "tab", "ptab":
			content.WriteByte('\t')
		case "br", "cr":
			content.WriteByte('\n')
		case "ruby":
			s, err := p.rubyBase()
			content.WriteString(s)
			return err
		case "fldChar":
			p.field(g, e.Attr("fldCharType"))
		case "instrText":
			s, err := p.xml.Text()
			if len(p.instruction) < maxInstruction {
				p.instruction += s
			}
			return err
		case "footnoteReference", "endnoteReference":
			g.problem("note_dropped", "脚注或尾注里的文字没有导入：请写进题目里")
		case "commentReference":
			g.problem("comment_dropped", "批注没有导入：如果写着答案或解析，请写进题目里")
		case "noBreakHyphen":
			content.WriteByte('-')
		case "sym":
			s := symbol(e.Attr("font"), e.Attr("char"))
			if s == unknownSymbol && !isBox(e.Attr("font"), e.Attr("char")) {
				g.problem("symbol_unread", "“"+e.Attr("font")+"”字体的符号按“"+unknownSymbol+"”导入，请核对")
			}
			content.WriteString(s)
		case "drawing", "pict", "object":
			flush()
			return p.drawing(g)
		case "AlternateContent", "Choice":
			flush()
			return p.alternate(g)
		}
		return p.xml.Skip()
	})
	if content.Len() > 0 {
		p.result = true
	}
	if f.struck && strings.TrimSpace(content.String()) != "" {
		g.problem("text_struck", "加了删除线的文字照样导入，请核对")
	}
	if f.hidden {
		if content.Len() > 0 {
			g.problem("text_hidden", "隐藏的文字没有导入")
		}
		return err
	}
	g.add(markup.Shift(f.level, content.String()), f.how)
	return err
}

func (g *paragraph) add(s, how string) {
	for i, piece := range strings.Split(s, "\n") {
		if i > 0 {
			g.newLine()
		}
		g.addPiece(piece, how)
	}
}

func (g *paragraph) newLine() {
	g.text.WriteByte('\n')
	g.line, g.open, g.began, g.shown = g.line+1, false, g.text.Len(), false
}

var optionStart = regexp.MustCompile(`^[A-HＡ-Ｈ][.．、:：)）]`)

// addPiece adds a stretch of one line. An option behind a picture of another begins a line, so that each has its own.
func (g *paragraph) addPiece(s, how string) {
	if rest := strings.TrimLeft(s, " \t　\u00a0"); g.shown && rest != "" {
		if optionStart.MatchString(rest) {
			g.newLine()
			s = rest
		}
		g.shown = false
	}
	if how == written.Underline && s != "" && strings.Trim(s, " \t　\u00a0") == "" {
		s, how = qb.Gap, "" // underlined blanks are a gap
	}
	g.text.WriteString(s)
	if how == "" || s == "" {
		g.open = g.open && s == ""
		return
	}
	if g.marked += len(s); g.marked > maxMarked {
		return
	}
	if last := len(g.marks) - 1; g.open && g.marks[last].it.How == how {
		g.marks[last].it.Text += s
	} else {
		g.marks = append(g.marks, onLine[written.Mark]{g.line, written.Mark{Text: s, How: how}})
	}
	g.open = true
}

func (g *paragraph) problem(code, message string) {
	for i := len(g.problems) - 1; i >= 0 && g.problems[i].line == g.line; i-- {
		if g.problems[i].it.Code == code {
			return
		}
	}
	g.problems = append(g.problems, onLine[qb.Problem]{g.line, qb.Problem{Severity: qb.Warning, Code: code, Message: message}})
}

// maxInstruction is how much is remembered of a field's instruction: its name stands first.
const maxInstruction = 64

// field follows a field from its beginning to its end: what it shows is text like any other, and one that shows nothing but what its
// instruction draws (a number in a circle) is named.
func (p *parser) field(g *paragraph, at string) {
	switch at {
	case "begin":
		p.instruction, p.result = "", false
	case "end":
		if name := strings.Fields(p.instruction); !p.result && len(name) > 0 {
			switch strings.ToUpper(name[0]) {
			case "EQ":
				g.problem("field_dropped", "带圈字符等用域画出的文字没有导入：请改写成普通文字")
			case "FORMCHECKBOX", "FORMDROPDOWN":
				g.problem("field_dropped", "复选框、下拉框里的选择没有导入：请改写成普通文字")
			}
		}
		p.instruction, p.result = "", true
	}
}

// rubyBase is the text below its reading (拼音指南), which is left out.
func (p *parser) rubyBase() (text string, err error) {
	var b strings.Builder
	var base func(xmlread.Element) error
	base = func(e xmlread.Element) error {
		switch e.Name {
		case "rubyBase", "r":
			return p.xml.Children(base)
		case "t":
			s, err := p.xml.Text()
			b.WriteString(s)
			return err
		}
		return p.xml.Skip()
	}
	err = p.xml.Children(base)
	return b.String(), err
}

// looks is what a run is beside its text.
type looks struct {
	how            string // it stands out by
	hidden, struck bool
	level          string // superscript, subscript
}

// format reads what a run is, by itself or by its style.
func (l *lists) format(d *xmlread.Scanner) (f looks, err error) {
	err = d.Children(func(e xmlread.Element) error {
		val := e.Attr("val")
		off := val == "0" || val == "false" || val == "none" || val == "off"
		switch e.Name {
		case "rStyle":
			f = l.looks[val]
		case "vanish":
			f.hidden = !off
		case "color":
			if isColour(val) && f.how == "" {
				f.how = "变色"
			}
		case "highlight":
			if !off {
				f.how = "突出显示"
			}
		case "shd":
			if fill := strings.ToUpper(e.Attr("fill")); fill != "" && fill != "AUTO" && fill != "FFFFFF" && f.how == "" {
				f.how = "底纹"
			}
		case "strike", "dstrike":
			f.struck = f.struck || !off
		case "vertAlign":
			f.level = val
		case "b":
			if !off && f.how == "" {
				f.how = "加粗"
			}
		case "u":
			if !off {
				f.how = written.Underline
			}
		}
		return d.Skip()
	})
	return f, err
}

// isColour: black, white and the greys between them are how text of the web looks throughout.
func isColour(val string) bool {
	if len(val) != 6 {
		return val != "" && val != "auto"
	}
	return val[:2] != val[2:4] || val[2:4] != val[4:]
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
				g.media = append(g.media, onLine[qb.Media]{g.line, m})
				g.shown = bareOption.MatchString(strings.TrimSpace(g.text.String()[g.began:]))
			} else {
				g.problem("media_dropped", "图片没有导入：请存成 PNG 或 JPEG，或改写成文字")
			}
		case "OLEObject", "chart", "relIds", "contentPart":
			g.problem("object_dropped", "嵌入的对象（公式、图表、SmartArt、墨迹）没有导入：请改写成文字")
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
