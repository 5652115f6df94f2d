package docx

import (
	"fmt"
	"regexp"
	"slices"
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
	t := &grid{parser: p}
	if err := p.xml.Children(t.row); err != nil {
		return err
	}
	p.sortOut(number, t, take)
	return nil
}

// grid reads a table's rows. A cell that reaches over several columns leaves the others empty, and one that goes on from the row above
// says what stands there, as in a spreadsheet.
type grid struct {
	*parser
	rows   [][][]text.Line // row, cell, line
	goesOn []map[int]bool
}

// row reads one, wherever a content control holds it.
func (t *grid) row(e xmlread.Element) error {
	switch e.Name {
	case "sdt", "sdtContent", "customXml":
		return t.xml.Children(t.row)
	case "tr":
		r := &gridRow{grid: t, goesOn: map[int]bool{}}
		err := t.xml.Children(r.child)
		if !r.deleted {
			t.rows, t.goesOn = append(t.rows, r.cells), append(t.goesOn, r.goesOn)
		}
		return err
	}
	return t.xml.Skip()
}

type gridRow struct {
	*grid
	cells   [][]text.Line
	goesOn  map[int]bool // columns that the row above reaches into
	deleted bool
}

func (r *gridRow) child(e xmlread.Element) error {
	switch e.Name {
	case "trPr":
		return r.xml.Children(func(e xmlread.Element) error {
			switch e.Name {
			case "del":
				r.deleted = true
			case "gridBefore":
				r.leave(e.Attr("val"), 0)
			}
			return r.xml.Skip()
		})
	case "sdt", "sdtContent", "customXml":
		return r.xml.Children(r.child)
	case "tc":
		return r.cell()
	}
	return r.xml.Skip()
}

// leave leaves the columns empty that a number says, but for those that are taken.
func (r *gridRow) leave(columns string, taken int) {
	n, _ := strconv.Atoi(columns)
	for range min(n-taken, table.MaxColumns-len(r.cells)) {
		r.cells = append(r.cells, nil)
	}
}

func (r *gridRow) cell() error {
	var lines []text.Line
	over := ""
	err := r.xml.Children(func(e xmlread.Element) error {
		if e.Name != "tcPr" {
			return r.block(e, func(more []text.Line) { lines = append(lines, more...) })
		}
		return r.xml.Children(func(e xmlread.Element) error {
			switch e.Name {
			case "gridSpan":
				over = e.Attr("val")
			case "vMerge":
				if e.Attr("val") != "restart" {
					r.goesOn[len(r.cells)] = true
				}
			}
			return r.xml.Skip()
		})
	})
	r.cells = append(r.cells, lines)
	r.leave(over, 1)
	return err
}

// spread writes what a cell says, a chapter as a rule, into those below that it reaches into. A long text is no such thing.
func (t *grid) spread(rows []table.Row) {
	const longest = 200
	for i := 1; i < len(rows); i++ {
		for column := range t.goesOn[i] {
			above := rows[i-1].Cells
			if column < len(above) && len(above[column]) <= longest && rows[i].Cells[column] == "" {
				rows[i].Cells[column] = above[column]
			}
		}
	}
}

// sortOut: a list of questions, a list of answers, or text that stands in cells.
func (p *parser) sortOut(number int, t *grid, take func([]text.Line)) {
	rows := t.rows
	sheet := table.Sheet{Place: fmt.Sprintf("表格 %d", number)}
	for i, cells := range rows {
		sheet.Rows = append(sheet.Rows, table.Row{Number: i + 1, Cells: cellTexts(cells)})
	}
	if table.HasHeader(sheet.Rows) {
		t.spread(sheet.Rows)
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
	for _, read := range []func([][][]text.Line, []table.Row) []text.Line{keyGrid, keyColumns} {
		if keys := read(rows, sheet.Rows); keys != nil {
			take(keys)
			return
		}
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

// bareOption is an option whose text is a picture: two beside each other are no name and what it names.
var bareOption = regexp.MustCompile(`^[A-HＡ-Ｈ][.．、:：)）]$`)

// cardOf turns a table of two columns, the left of which names what stands in the right, into lines with labels; nil for another table.
func cardOf(rows [][][]text.Line, texts []table.Row) (lines []text.Line) {
	for i, cells := range rows {
		if len(cells) != 2 || !text.IsLabel(texts[i].Cells[0]) || bareOption.MatchString(texts[i].Cells[1]) {
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

// Columns of a table of answers.
const (
	ofNumber = "number"
	ofAnswer = "answer"
	ofWhy    = "why"
)

var keyColumn = map[string]string{"题号": ofNumber, "序号": ofNumber, "编号": ofNumber, "答案": ofAnswer, "参考答案": ofAnswer, "正确答案": ofAnswer, "标准答案": ofAnswer, "解析": ofWhy, "答案解析": ofWhy}

// keyColumns turns columns of numbers and answers, perhaps with explanations, into the lines of a list of answers; nil for another
// table. Such columns may stand beside each other several times, and without names where a key is beside each number.
func keyColumns(rows [][][]text.Line, texts []table.Row) []text.Line {
	columns, from := keyHeader(texts)
	var keys []keyBeside
	for i := from; i < len(rows); i++ {
		found, ok := keysBeside(columns, texts[i].Cells)
		if !ok {
			return nil
		}
		for _, key := range found {
			if len(rows[i][0]) > 0 {
				key.paragraph = rows[i][0][0].Number
			}
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	lines := []text.Line{{Text: "参考答案", Number: keys[0].paragraph}}
	for _, key := range inNumbers(keys) {
		lines = append(lines, text.Line{Text: key.text, Number: key.paragraph})
	}
	return lines
}

// keyBeside is an answer as a list has it.
type keyBeside struct {
	number, paragraph int
	text              string
}

// inNumbers puts answers that stand in several columns in the order of their numbers. Numbers that come again are of several parts of a
// paper, and stay as they stand.
func inNumbers(keys []keyBeside) []keyBeside {
	byNumber := func(a, b keyBeside) int { return a.number - b.number }
	sorted := slices.SortedStableFunc(slices.Values(keys), byNumber)
	if len(slices.CompactFunc(slices.Clone(sorted), func(a, b keyBeside) bool { return a.number == b.number })) < len(keys) {
		return keys
	}
	return sorted
}

// keyHeader is what the columns of a table of answers hold, and the first row below their names.
func keyHeader(texts []table.Row) (columns []string, from int) {
	if len(texts) == 0 {
		return nil, 0
	}
	for _, name := range texts[0].Cells {
		columns = append(columns, keyColumn[strings.Join(strings.Fields(name), "")])
	}
	if slices.Contains(columns, ofNumber) && slices.Contains(columns, ofAnswer) && !slices.Contains(columns, "") {
		return columns, 1
	}
	for i := range columns {
		columns[i] = []string{ofNumber, ofAnswer}[i%2]
	}
	for _, row := range texts {
		for i, cell := range row.Cells {
			if i%2 == 1 && cell != "" && !aloneKey.MatchString(cell) {
				return nil, 0
			}
		}
	}
	return columns, 0
}

var aloneKey = regexp.MustCompile(`^(?:[A-HＡ-Ｈ]{1,8}|√|×|对|错|正确|错误)$`)

// keysBeside are the answers of a row; not ok where a cell holds something else. A number without an answer is left to its question,
// which lacks one then.
func keysBeside(columns, cells []string) (keys []keyBeside, ok bool) {
	if len(cells) != len(columns) || len(cells) < 2 {
		return nil, false
	}
	for i := 0; i < len(columns); {
		next := i + 1
		for next < len(columns) && columns[next] != ofNumber {
			next++
		}
		values := map[string]string{}
		for j := i; j < next; j++ {
			values[columns[j]] = strings.Join(strings.Fields(cells[j]), " ")
		}
		n, err := strconv.Atoi(values[ofNumber])
		switch {
		case err == nil && values[ofAnswer] != "" && values[ofWhy] != "":
			keys = append(keys, keyBeside{number: n, text: fmt.Sprintf("%d.【答案】%s【解析】%s", n, values[ofAnswer], values[ofWhy])})
		case err == nil && values[ofAnswer] != "":
			keys = append(keys, keyBeside{number: n, text: fmt.Sprintf("%d.%s", n, values[ofAnswer])})
		case err != nil && values[ofNumber]+values[ofAnswer]+values[ofWhy] != "":
			return nil, false
		}
		i = next
	}
	return keys, true
}
