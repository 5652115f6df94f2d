package table

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// Columns are the names of the cells that Cells writes.
var Columns = []string{"题型", "题干", "匹配项", "选项A", "选项B", "选项C", "选项D", "选项E", "选项F", "选项G", "选项H", "正确答案", "参考答案", "评分标准", "解析",
	"知识点", "难度", "重点", "红线", "多选计分", "部分得分", "法规", "条款", "版本", "核对状态", "Markdown", "材料编号", "材料标题", "材料", "录音时限"}

// Cells are a question as a row of a sheet, so that Decode reads it again. What gets lost on that way is said by Losses.
func Cells(q qb.Question) []string {
	cells := []string{q.Type.Name(), q.Stem, rowsText(q.Rows)}
	for i := range qb.MaxOptions {
		text := ""
		if i < len(q.Options) {
			text = q.Options[i].Text
		}
		cells = append(cells, text)
	}
	s := qb.Stimulus{}
	if q.Stimulus != nil {
		s = *q.Stimulus
	}
	return append(cells, keyText(q), q.Key.Model, qb.FormatRubric(q.Key.Rubric), q.Explanation, pointsText(q.KnowledgePoints), strconv.Itoa(q.Difficulty),
		yesNo(q.KeyQuestion), yesNo(q.RedLine), policyNames[q.MultiplePolicy], numberText(q.PartialPercent), q.Source.Law, q.Source.Article, q.Source.Edition, q.Source.Status,
		yesNo(q.Markdown), s.ID, s.Title, s.Text, numberText(q.Seconds))
}

// pointsText ends a single point that holds a comma with a semicolon, so that it is not parted there.
func pointsText(points []string) string {
	text := strings.Join(points, "；")
	if len(points) == 1 && strings.ContainsAny(text, "、,，|") {
		text += "；"
	}
	return text
}

var policyNames = map[qb.MultiplePolicy]string{qb.PolicyPartial: "少选得分", qb.PolicyPerOption: "按选项得分", qb.PolicyNone: "全对得分"}

// rowsText is one numbered line for each row.
func rowsText(rows []string) string {
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = fmt.Sprintf("%d. %s", i+1, r)
	}
	return strings.Join(lines, "\n")
}

func yesNo(is bool) string {
	if is {
		return "是"
	}
	return "否"
}

func numberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// keyText is the right answer: letters of the options in the row, 对 or 错, gaps by ；, pairs, grades, numbers of segments.
// What people mark has columns of its own.
func keyText(q qb.Question) string {
	switch q.Type {
	case qb.TrueFalse:
		if slices.Equal(q.Key.Choices, []string{"true"}) {
			return "对"
		}
		return "错"
	case qb.Blank:
		return gapsText(q.Key.Gaps)
	case qb.Judgement:
		return gradesText(q)
	case qb.Matching:
		pairs := make([]string, len(q.Key.Choices))
		for i, id := range q.Key.Choices {
			pairs[i] = fmt.Sprintf("%d-%s", i+1, letterOf(q, id))
		}
		return strings.Join(pairs, " ")
	case qb.Labelling:
		return strings.Join(q.Key.Choices, "，")
	case qb.Ordering:
		letters := ""
		for _, id := range q.Key.Choices {
			letters += letterOf(q, id)
		}
		return letters
	}
	letters := ""
	for _, o := range q.Options {
		if slices.Contains(q.Key.Choices, o.ID) {
			letters += letterOf(q, o.ID)
		}
	}
	return letters
}

// letterOf is the letter of the column that an option stands in.
func letterOf(q qb.Question, id string) string {
	i := slices.IndexFunc(q.Options, func(o qb.Option) bool { return o.ID == id })
	return string(rune('A' + max(i, 0)))
}

func gapsText(gaps [][]string) string {
	parts := make([]string, len(gaps))
	for i, accepted := range gaps {
		escaped := make([]string, len(accepted))
		for j, text := range accepted {
			escaped[j] = strings.ReplaceAll(text, "/", `\/`)
		}
		parts[i] = strings.Join(escaped, " / ")
	}
	return strings.Join(parts, "；")
}

var gradeWords = map[qb.Grade]string{qb.Green: "绿", qb.Yellow: "黄", qb.Red: "红"}

func gradesText(q qb.Question) string {
	lines := make([]string, len(q.Key.Grades))
	for i, g := range q.Key.Grades {
		lines[i] = letterOf(q, g.Option) + "=" + gradeWords[g.Grade]
		if g.Reason != "" {
			lines[i] += "：" + g.Reason
		}
	}
	return strings.Join(lines, "；\n")
}

// Losses says what a row cannot hold of the question, by writing and reading it.
func Losses(q qb.Question) []qb.Loss {
	var b qb.Batch
	Decode(&b, []Sheet{{Rows: []Row{{Number: 1, Cells: Columns}, {Number: 2, Cells: Cells(q)}}}})
	if len(b.Items) != 1 {
		return []qb.Loss{{Whole: true, Message: "写进表格后读不回来：" + firstError(b.Problems)}}
	}
	got := b.Items[0].Question
	var losses []qb.Loss
	for _, c := range compared {
		if !reflect.DeepEqual(c.of(got), c.of(q)) {
			losses = append(losses, qb.Loss{Field: c.field, Message: "在表格里读不回原样"})
		}
	}
	if len(q.MediaAll()) > 0 {
		losses = append(losses, qb.Loss{Field: qb.FieldMedia, Message: "表格不带图片与音视频"})
	}
	return losses
}

func firstError(problems []qb.Problem) string {
	for _, p := range problems {
		if p.Severity == qb.Error {
			return p.Message
		}
	}
	return "不是题目"
}

// compared are the parts of a question beside its media.
var compared = []struct {
	field qb.Field
	of    func(qb.Question) any
}{
	{qb.FieldType, func(q qb.Question) any { return q.Type }},
	{qb.FieldStem, func(q qb.Question) any { return [2]any{q.Stem, q.Markdown} }},
	{qb.FieldRows, func(q qb.Question) any { return append([]string{}, q.Rows...) }},
	{qb.FieldOptions, func(q qb.Question) any { return withoutMedia(q.Options) }},
	{qb.FieldKey, func(q qb.Question) any { return q.Key }},
	{qb.FieldPolicy, func(q qb.Question) any { return q.MultiplePolicy }},
	{qb.FieldPartial, func(q qb.Question) any { return q.PartialPercent }},
	{qb.FieldSeconds, func(q qb.Question) any { return q.Seconds }},
	{qb.FieldRedLine, func(q qb.Question) any { return q.RedLine }},
	{qb.FieldExplanation, func(q qb.Question) any { return q.Explanation }},
	{qb.FieldPoints, func(q qb.Question) any { return append([]string{}, q.KnowledgePoints...) }},
	{qb.FieldDifficulty, func(q qb.Question) any { return q.Difficulty }},
	{qb.FieldKeyQuestion, func(q qb.Question) any { return q.KeyQuestion }},
	{qb.FieldSource, func(q qb.Question) any { return q.Source }},
	{qb.FieldStimulus, func(q qb.Question) any { return stimulusText(q.Stimulus) }},
}

func withoutMedia(options []qb.Option) []qb.Option {
	bare := []qb.Option{}
	for _, o := range options {
		bare = append(bare, qb.Option{ID: o.ID, Text: o.Text})
	}
	return bare
}

func stimulusText(s *qb.Stimulus) any {
	if s == nil {
		return nil
	}
	return [3]string{s.ID, s.Title, s.Text}
}
