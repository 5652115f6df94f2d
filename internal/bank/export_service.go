package bank

import (
	"cmp"
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/spreadsheet"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/questionbank"
)

// maxExport bounds one exported list.
const maxExport = 20_000

// exportColumns are those of the import's template, so that an exported list can be edited and read back in, and the
// question's number at the end.
var exportColumns = []string{"题型", "题干", "选项A", "选项B", "选项C", "选项D", "选项E", "选项F", "选项G", "选项H", "匹配项", "正确答案", "参考答案", "评分标准", "解析", "知识点", "难度", "重点",
	"法规", "条款", "版本", "核对状态", "多选计分", "部分得分", "红线", "材料编号", "材料标题", "材料", "Markdown", "状态", "题号"}

// ExportFormat is the file that a list is written as.
type ExportFormat string

const (
	ExportCSV  ExportFormat = "csv"
	ExportXLSX ExportFormat = "xlsx"
)

// Export writes the questions of the filter with their keys, at most maxExport, and records who took how many.
func (s *Service) Export(ctx context.Context, v account.Viewer, f Filter, format ExportFormat, w io.Writer) error {
	if err := v.Require(account.BankRead); err != nil {
		return err
	}
	rows, _, err := s.list(ctx, f, maxExport, 0)
	if err != nil {
		return err
	}
	if err := s.db.InTx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, v, "bank.export", "bank", map[string]any{"questions": len(rows), "format": format})
	}); err != nil {
		return err
	}
	table := append([][]string{exportColumns}, linesOf(rows)...)
	if format == ExportXLSX {
		return spreadsheet.WriteXLSX(w, "题目", table)
	}
	return spreadsheet.WriteCSV(w, table)
}

// cells are one question as a line of the export.
func cells(r Row) []string {
	q := r.Question()
	stimulus := cmp.Or(q.Stimulus, &questionbank.Stimulus{})
	out := []string{q.Type.Name(), q.Stem}
	for i := range questionbank.MaxOptions {
		text := ""
		if i < len(q.Options) {
			text = q.Options[i].Text
		}
		out = append(out, text)
	}
	return append(out, strings.Join(q.Rows, "\n"), keyText(q), q.Key.Model, questionbank.FormatRubric(q.Key.Rubric), q.Explanation, strings.Join(q.KnowledgePoints, "；"), strconv.Itoa(q.Difficulty), yesNo(q.KeyQuestion),
		q.Source.Law, q.Source.Article, q.Source.Edition, q.Source.Status, policyText(q),
		partialText(q), yesNo(q.RedLine), stimulus.ID, stimulus.Title, stimulus.Text, yesNo(q.Markdown), words.T(words.ZH, r.State.WordKey()), r.QuestionID.String())
}

// keyText is the right answer as the template wants it: letters of the options as written, 对 or 错, gaps by ；. What people mark
// has columns of its own.
func keyText(q questionbank.Question) string {
	switch q.Type {
	case questionbank.TrueFalse:
		if len(q.Key.Choices) == 1 && q.Key.Choices[0] == "true" {
			return "对"
		}
		return "错"
	case questionbank.Blank:
		gaps := make([]string, len(q.Key.Gaps))
		for i, accepted := range q.Key.Gaps {
			gaps[i] = strings.Join(accepted, "/")
		}
		return strings.Join(gaps, "；")
	case questionbank.Judgement:
		return gradesText(positioned(q).Key.Grades)
	case questionbank.Matching:
		pairs := make([]string, len(q.Rows))
		for i, id := range positioned(q).Key.Choices {
			pairs[i] = strconv.Itoa(i+1) + "-" + questionbank.Letter(id)
		}
		return strings.Join(pairs, " ")
	case questionbank.Ordering:
		return strings.ToUpper(strings.Join(positioned(q).Key.Choices, ""))
	case questionbank.Labelling:
		return strings.Join(q.Key.Choices, "、")
	}
	letters := ""
	for i, o := range q.Options {
		for _, id := range q.Key.Choices {
			if id == o.ID {
				letters += string(rune('A' + i))
			}
		}
	}
	return letters
}

// gradesText is a grade a line: A=绿：说清了边界.
func gradesText(grades []questionbank.OptionGrade) string {
	names := map[questionbank.Grade]string{questionbank.Green: "绿", questionbank.Yellow: "黄", questionbank.Red: "红"}
	lines := make([]string, len(grades))
	for i, g := range grades {
		lines[i] = questionbank.Letter(g.Option) + "=" + names[g.Grade] + "：" + g.Reason
	}
	return strings.Join(lines, "\n")
}

// positioned is the question with its options named a, b, c … as they stand: columns have no gaps.
func positioned(q questionbank.Question) questionbank.Question {
	names := map[string]string{}
	for i, o := range q.Options {
		names[o.ID] = string(rune('a' + i))
	}
	choices, grades := make([]string, len(q.Key.Choices)), make([]questionbank.OptionGrade, len(q.Key.Grades))
	for i, id := range q.Key.Choices {
		choices[i] = names[id]
	}
	for i, g := range q.Key.Grades {
		g.Option = names[g.Option]
		grades[i] = g
	}
	q.Key.Choices, q.Key.Grades = choices, grades
	return q
}

func policyText(q questionbank.Question) string {
	switch q.MultiplePolicy {
	case questionbank.PolicyNone:
		return "全对得分"
	case questionbank.PolicyPerOption:
		return "按选项得分"
	}
	return ""
}

func partialText(q questionbank.Question) string {
	if q.PartialPercent == 0 {
		return ""
	}
	return strconv.Itoa(q.PartialPercent)
}

func yesNo(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

func linesOf(rows []Row) [][]string {
	out := make([][]string, len(rows))
	for i, r := range rows {
		out[i] = cells(r)
	}
	return out
}
