package table

import (
	"fmt"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/written"
)

// draftOf gathers the cells of a row. What is wrong with the columns themselves is in the problems.
func draftOf(h header, cells []string, sheetName string) (written.Draft, []qb.Problem) {
	cell := func(c column) string { return written.Clean(h.cell(cells, c)) }
	options, problems := lettered(h, cells)
	d := written.Draft{
		Type: cell(colType), Under: sheetName, Stem: cell(colStem), Options: options, OptionsText: cell(colOptions),
		Answer: cell(colAnswer), Model: cell(colModel), Rubric: cell(colRubric), Explanation: cell(colExplanation),
		Subject: cell(colSubject), Difficulty: cell(colDifficulty), KeyQuestion: cell(colKeyQuestion), Policy: cell(colPolicy),
		Law: cell(colLaw), Article: cell(colArticle), Edition: cell(colEdition), Status: cell(colStatus),
		Rows: cell(colRows), RedLine: cell(colRedLine), Partial: cell(colPartial), Seconds: cell(colSeconds), Markdown: cell(colMarkdown),
		Stimulus: qb.Stimulus{ID: cell(colMaterialID), Title: cell(colMaterialOf), Text: cell(colMaterial)},
	}
	for _, i := range h.at[colPoint] {
		d.Points = append(d.Points, written.Clean(at(cells, i)))
	}
	return d, problems
}

// lettered are the options from the columns A to H.
func lettered(h header, cells []string) (options []qb.Option, problems []qb.Problem) {
	ids := make([]string, 0, len(h.option))
	for id := range h.option {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	missing := ""
	for _, id := range ids {
		text := written.Clean(at(cells, h.option[id]))
		if text == "" {
			if missing == "" {
				missing = id
			}
			continue
		}
		if missing != "" {
			problems = append(problems, qb.Problem{Severity: qb.Warning, Field: qb.OptionField(missing), Code: "option_gap",
				Message: fmt.Sprintf("选项 %s 为空，而后面还有选项", qb.Letter(missing))})
			missing = ""
		}
		options = append(options, qb.Option{ID: id, Text: text})
	}
	return unlabelled(options), problems
}

// unlabelled takes the letters off options that say in each column again which it is: A.甲 under 选项A. A page shows its own.
func unlabelled(options []qb.Option) []qb.Option {
	var bare []qb.Option
	for _, o := range options {
		letter, n := written.Label(o.Text, false)
		rest := strings.TrimSpace(o.Text[n:])
		if n == 0 || string(letter) != o.ID || rest == "" {
			return options
		}
		bare = append(bare, qb.Option{ID: o.ID, Text: rest})
	}
	return bare
}

// cellErrors are what Excel shows where a formula has no value.
var cellErrors = []string{"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}

// cellPicture begins the formula by which WPS keeps a picture in a cell.
const cellPicture = "=DISPIMG("

// withoutErrors empties the cells that hold an error or a picture in place of a text. A question does without an explanation, and not without what is
// asked and answered.
func withoutErrors(h header, cells []string) (clean []string, problems []qb.Problem) {
	clean = cells
	for i, c := range cells {
		p := qb.Problem{Severity: qb.Warning}
		what := ""
		switch c = strings.TrimSpace(c); {
		case strings.HasPrefix(c, "#") && slices.Contains(cellErrors, c):
			p.Code, p.Fix, what = "cell_error", "改好公式，或粘贴为数值", "公式错误 "+c
		case strings.HasPrefix(c, cellPicture):
			p.Code, p.Fix, what = "cell_picture", "写上文字，导入后在题目里补上图片；或改用 Word 文件", "单元格里的图片"
		default:
			continue
		}
		if len(problems) == 0 {
			clean = slices.Clone(cells)
		}
		clean[i] = ""
		p.Message = fmt.Sprintf("列“%s”是%s，没有导入", at(h.names, i), what)
		if h.asks(i) {
			p.Severity, p.Message = qb.Error, fmt.Sprintf("列“%s”是%s，不是文字", at(h.names, i), what)
		}
		problems = append(problems, p)
	}
	return clean, problems
}

// asks reports whether a column holds what is asked or answered.
func (h header) asks(i int) bool {
	for _, c := range []column{colStem, colOptions, colAnswer, colModel, colRows, colMaterial} {
		if slices.Contains(h.at[c], i) {
			return true
		}
	}
	for _, column := range h.option {
		if column == i {
			return true
		}
	}
	return false
}
