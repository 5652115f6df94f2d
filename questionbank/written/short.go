package written

import qb "github.com/peikao/peikao/questionbank"

// modelAnswer takes the model answer from its own text, else from the answer, and the rubric from its own. A rubric is never
// made up: without one nobody could mark.
func (r *reader) modelAnswer(q *qb.Question) {
	q.Key.Model = r.Model
	if q.Key.Model == "" {
		q.Key.Model = r.Answer
	} else if r.Answer != "" {
		r.problem(qb.Error, qb.FieldKey, "key_shape", "%s的答案写在“参考答案”，“正确答案”应空着", q.Type.Name())
	}
	if r.Rubric == "" {
		r.fixable(qb.Error, qb.FieldRubric, "rubric_missing", "加上“评分标准”，各要点与占比合计 100，例：致歉=40；说明流程=60", "%s没有评分标准", q.Type.Name())
		return
	}
	rubric, rest := qb.ParseRubric(r.Rubric)
	if lines, ok := qb.ParseRubricLines(r.Rubric); rest != "" && ok {
		rubric, rest = lines, ""
	}
	if rest != "" {
		r.fixable(qb.Error, qb.FieldRubric, "rubric_unread", "写成：致歉=40；说明流程=60", "评分标准“%.40s”看不懂", rest)
		return
	}
	q.Key.Rubric = rubric
}

// unwanted names a text that only questions marked by people have; what it says would be lost.
func (r *reader) unwanted(text string) {
	if text != "" {
		r.problem(qb.Warning, qb.FieldKey, "short_only", "“%.30s”只用于由人评分的题型，没有导入", text)
	}
}
