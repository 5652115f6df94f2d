package written

import (
	"regexp"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

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
	if points, total := rubricOfPoints(r.Rubric); rest != "" && total > 0 {
		rubric, rest = points, ""
		r.problem(qb.Warning, qb.FieldRubric, "rubric_points", "评分标准的分值按共 %d 分折算成百分比；请核对", total)
	}
	if rest != "" {
		r.fixable(qb.Error, qb.FieldRubric, "rubric_unread", "写成：致歉=40；说明流程=60", "评分标准“%.40s”看不懂", rest)
		return
	}
	q.Key.Rubric = rubric
}

// criterionPoints is a criterion with what it earns: 1. 致歉（4分）.
var criterionPoints = regexp.MustCompile(`^(?:[-*•]\s*|[（(]?[0-9]{1,2}[.．、)）]\s*|[①-⑩]\s*)?(.+?)\s*[（(]\s*([0-9]{1,2})\s*分\s*[)）][。；;，,]*$`)

// rubricOfPoints reads a rubric of points, a criterion to a line or parted by ；, as percents of their sum. total is 0 where one is none, or
// has no whole percent.
func rubricOfPoints(text string) (rubric []qb.Criterion, total int) {
	for _, line := range filled(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\n；;", r) })) {
		m := criterionPoints.FindStringSubmatch(line)
		if m == nil {
			return nil, 0
		}
		n, _ := strconv.Atoi(m[2]) // two digits at most
		rubric, total = append(rubric, qb.Criterion{Text: m[1], Percent: n}), total+n
	}
	for i, c := range rubric {
		if c.Percent*100%max(total, 1) != 0 {
			return nil, 0
		}
		rubric[i].Percent = c.Percent * 100 / max(total, 1)
	}
	return rubric, total
}

// unwanted names a text that only questions marked by people have; what it says would be lost.
func (r *reader) unwanted(text string) {
	if text != "" {
		r.problem(qb.Warning, qb.FieldKey, "short_only", "“%.30s”只用于由人评分的题型，没有导入", text)
	}
}
