package table

import qb "github.com/peikao/peikao/questionbank"

// shortAnswer takes the model answer from its own column, else from that of the answers, and the rubric from its own. A rubric
// is never made up: without one nobody could mark.
func (r *rowReader) shortAnswer(q *qb.Question, answer string) {
	q.Key.Model = r.cell(colModel)
	if q.Key.Model == "" {
		q.Key.Model = answer
	} else if answer != "" {
		r.problem(qb.Error, qb.FieldKey, "key_shape", "简答题的答案写在“参考答案”，“正确答案”应空着")
	}
	text := r.cell(colRubric)
	if text == "" {
		r.problem(qb.Error, qb.FieldRubric, "rubric_missing", "简答题没有评分标准：请加一列“评分标准”，例：致歉=40；说明流程=60")
		return
	}
	rubric, rest := qb.ParseRubric(text)
	if rest != "" {
		r.problem(qb.Error, qb.FieldRubric, "rubric_unread", "评分标准“%.40s”看不懂，应写成：致歉=40；说明流程=60", rest)
		return
	}
	q.Key.Rubric = rubric
}

// unwanted names a cell that only a short answer question has; what it says would be lost.
func (r *rowReader) unwanted(c column) {
	if text := r.cell(c); text != "" {
		r.problem(qb.Warning, qb.FieldKey, "short_only", "“%.30s”只用于简答题，没有导入", text)
	}
}
