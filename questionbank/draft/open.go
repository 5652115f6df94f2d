package draft

import (
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// Open is a text that people mark.
type Open struct {
	Long   bool // an essay
	Model  Text
	Rubric Text // lines or list items that end with their percent: 致歉 40%
	Spoken bool
}

func (o Open) fill(f *filler) {
	switch {
	case o.Spoken:
		f.q.Type = qb.Spoken
	case o.Long:
		f.q.Type = qb.Essay
	default:
		f.q.Type = qb.Short
	}
	markdown := f.q.Markdown
	f.q.Markdown = false // a key is plain text
	defer func() { f.q.Markdown = markdown }()
	rich := f.rich
	f.q.Key.Model = f.textOnly(qb.FieldKey, o.Model)
	text := f.textOnly(qb.FieldRubric, o.Rubric)
	f.rich = rich
	if f.q.Key.Model == "" {
		f.problem(qb.Error, qb.FieldKey, "model_missing", "没有参考答案：请在表格里以“简答题”补上参考答案和评分标准")
	}
	if text == "" {
		f.problem(qb.Error, qb.FieldRubric, "rubric_missing", "没有评分标准（各要点与占比），不替你编一个")
		return
	}
	rubric, ok := qb.ParseRubricLines(text)
	if !ok {
		f.problem(qb.Error, qb.FieldRubric, "rubric_unread", "评分标准不是“要点 40%%”的写法，合计 100%%：“%.60s”", text)
		return
	}
	f.q.Key.Rubric = rubric
}

// standard sentences that programs write into every question.
var standard = map[string]bool{
	"": true, "your answer is correct": true, "your answer is partially correct": true, "your answer is incorrect": true,
	"correct": true, "incorrect": true, "回答正确": true, "部分正确": true, "回答错误": true, "正确": true, "错误": true,
	"您的回答是正确的": true, "您的回答是部分正确的": true, "您的回答是错误的": true,
}

// IsStandard reports whether a feedback says no more than right or wrong, as programs write it on their own.
func IsStandard(feedback string) bool { return standard[strings.Trim(qb.Fold(feedback), ".!。 ")] }
