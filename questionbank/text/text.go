package text

import (
	"fmt"
	"io"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/charset"
	"github.com/peikao/peikao/questionbank/written"
)

// Limits beyond which reading stops with a problem.
const (
	maxLines      = 200_000   // ten for each question that a file may hold
	maxLineBytes  = 100 << 10 // of a line that is looked into; the longest allowed text of a question is shorter
	maxBlockLines = 500       // that are looked through for what a line begins

	maxQuestionBytes = 256 << 10
)

// Line is one line of a document.
type Line struct {
	Number   int // as places name it, from 1
	Text     string
	Marks    []written.Mark // what stands out in it
	Media    []qb.Media     // pictures in it
	Problems []qb.Problem   // found in this line: a picture that is left out
}

// Document is the lines in their order, empty ones included.
type Document struct {
	Lines []Line
	Unit  string // what Number counts: 行
	Quote bool   // places quote the line's beginning, for programs that show no numbers
}

// Decode reads a text file. The error is the reader's own; all that is wrong with the text is in the problems.
func Decode(r io.Reader) ([]qb.Item, []qb.Problem, error) {
	content, problems, err := charset.Read(r)
	if err != nil || problems != nil {
		return nil, problems, err
	}
	var b qb.Batch
	Read(&b, Document{Lines: Lines(content), Unit: "行"})
	if len(b.Items) == 0 && !qb.HasErrors(b.Problems) {
		b.Note(qb.Error, "文件", "file_empty", "文件里没有题目")
	}
	return b.Items, b.Problems, nil
}

// Lines parts a text into at most one line more than Read takes.
func Lines(content string) []Line {
	content = strings.TrimPrefix(content, "\uFEFF")
	lines := make([]Line, 0, min(strings.Count(content, "\n"), maxLines)+1)
	for n := 1; content != "" && n <= maxLines+1; n++ {
		line, rest, _ := strings.Cut(content, "\n")
		lines, content = append(lines, Line{Number: n, Text: line}), rest
	}
	return lines
}

// Read adds the document's questions to the batch.
func Read(b *qb.Batch, d Document) {
	if len(d.Lines) > maxLines {
		b.Note(qb.Error, d.place(d.Lines[maxLines]), "lines_many", fmt.Sprintf("一个文件最多 %d %s，从这里起没有读取", maxLines, d.Unit))
		d.Lines = d.Lines[:maxLines]
	}
	r := newReader(d)
	r.read()
	r.addTo(b)
}

func (d Document) place(l Line) string {
	p := fmt.Sprintf("第 %d %s", l.Number, d.Unit)
	if !d.Quote {
		return p
	}
	const enough = 12
	runes := []rune(strings.TrimSpace(l.Text))
	if len(runes) > enough {
		return p + "“" + string(runes[:enough]) + "…”"
	}
	if len(runes) == 0 {
		return p
	}
	return p + "“" + string(runes) + "”"
}
