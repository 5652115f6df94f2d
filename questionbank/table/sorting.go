package table

import (
	"slices"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// judgementAnswer: A=绿 理由；B=黄 理由；C=红 理由.
func (r *rowReader) judgementAnswer(q *qb.Question, answer string) {
	grades, rest := qb.ParseGrades(answer)
	if len(grades) == 0 || rest != "" {
		r.problem(qb.Error, qb.FieldKey, "grades_unread", "情境判断题的答案“%.60s”看不懂，应写成：A=绿 理由；B=黄 理由；C=红 理由", answer)
		return
	}
	q.Key.Grades = grades
}

// matchingAnswer: 客户问剂量=A；客户要退款=B. The rows stand in the answer, the options in their columns.
func (r *rowReader) matchingAnswer(q *qb.Question, answer string) {
	rows, key, rest := qb.ParseRows(answer)
	if len(rows) == 0 || rest != "" {
		r.problem(qb.Error, qb.FieldKey, "rows_unread", "匹配题的答案“%.60s”看不懂，应写成：客户问剂量=A；客户要退款=B", answer)
		return
	}
	q.Rows, q.Key.Choices = rows, key
}

// orderingAnswer: the letters, or the texts, of all options in the right order.
func (r *rowReader) orderingAnswer(q *qb.Question, answer string) {
	ids, how := keyIDs(answer, q.Options)
	if how == byNothing {
		r.problem(qb.Error, qb.FieldKey, "key_unknown", "排序题的答案“%.60s”应是按正确顺序写的选项字母，例：CABD", answer)
		return
	}
	q.Key.Choices = ids
}

// labellingAnswer: the numbers, or the texts, of the segments to mark.
func (r *rowReader) labellingAnswer(q *qb.Question, answer string) {
	segments := qb.Segments(q.Stem)
	for _, part := range filled(strings.FieldsFunc(lineBreaks.Replace(answer), func(c rune) bool { return strings.ContainsRune("；;|、，, \n", c) })) {
		id := qb.Fold(part)
		if _, err := strconv.Atoi(id); err != nil {
			i := slices.IndexFunc(segments, func(s qb.Option) bool { return qb.Fold(s.Text) == id })
			if i < 0 {
				r.problem(qb.Error, qb.FieldKey, "key_unknown", "标注题的答案“%.60s”不是题干里 [[ ]] 片段的编号或文字", part)
				return
			}
			id = segments[i].ID
		}
		q.Key.Choices = append(q.Key.Choices, id)
	}
}

// rest reads the columns that only some layouts have: the red line, the part of an incomplete answer, the stimulus.
func (r *rowReader) rest(q *qb.Question) {
	q.RedLine = r.yes(colRedLine, qb.FieldRedLine)
	if cell := r.cell(colPartial); cell != "" {
		n, err := strconv.Atoi(strings.TrimRight(qb.Fold(cell), " %"))
		if err != nil {
			n = -1 // refused by Validate, with its place
		}
		q.PartialPercent = n
	}
	s := qb.Stimulus{ID: r.cell(colStimulusID), Title: r.cell(colStimulusTitle), Text: r.cell(colStimulus)}
	if s.ID != "" || s.Title != "" || s.Text != "" {
		q.Stimulus = &s
	}
}
