package written

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// order takes the letters as they stand: CABD, C-A-B-D, C→A→B→D.
func (r *reader) order(q *qb.Question) {
	if r.Answer == "" {
		r.problem(qb.Error, qb.FieldKey, "key_missing", "没有正确答案")
		return
	}
	ids, how := keyIDs(r.Answer, q.Options)
	if how == byNothing {
		r.fixable(qb.Error, qb.FieldKey, "key_unknown", "按正确次序写选项字母，例：CABD", "答案“%.60s”看不懂", r.Answer)
		return
	}
	q.Key.Choices = ids
}

var (
	pairMark  = regexp.MustCompile(`[（(]?(\d{1,2})[)）]?\s*[-—–=＝:：→~.．、]*\s*([A-HＡ-Ｈa-h])`)
	rowNumber = regexp.MustCompile(`^[（(]?(\d{1,2})[)）.．、:：]\s*`)
)

// matches takes the rows from their own text, else from the numbered lines that end the stem, and an option for each.
func (r *reader) matches(q *qb.Question) {
	if r.Rows != "" {
		q.Rows, _ = SplitOptions(r.Rows)
		q.Rows = withoutNumbers(q.Rows)
	} else {
		q.Stem, q.Rows = numberedLines(q.Stem)
	}
	if r.Answer == "" {
		r.problem(qb.Error, qb.FieldKey, "key_missing", "没有正确答案")
		return
	}
	if ids := pairs(r.Answer, len(q.Rows)); ids != nil {
		q.Key.Choices = ids
		return
	}
	if ids, how := keyIDs(r.Answer, q.Options); how != byNothing && len(ids) == len(q.Rows) {
		q.Key.Choices = ids
		return
	}
	r.fixable(qb.Error, qb.FieldKey, "rows_differ", "逐项写出，例：1-B 2-A", "有 %d 个匹配项，答案“%.60s”不是每项一个选项", len(q.Rows), r.Answer)
}

// pairs reads 1-B 2-A; nil unless each of the rows has one option.
func pairs(answer string, rows int) []string {
	found := pairMark.FindAllStringSubmatch(answer, -1)
	if len(found) != rows || rows == 0 {
		return nil
	}
	ids := make([]string, rows)
	for _, m := range found {
		n, _ := strconv.Atoi(m[1])
		if n < 1 || n > rows || ids[n-1] != "" {
			return nil
		}
		ids[n-1] = qb.Fold(m[2])
	}
	return ids
}

// numberedLines parts the lines 1. 2. … that end a stem from it.
func numberedLines(stem string) (string, []string) {
	lines := strings.Split(stem, "\n")
	first := len(lines)
	for first > 0 && rowNumber.MatchString(lines[first-1]) {
		first--
	}
	rows := slices.Clone(lines[first:])
	for i, line := range rows {
		m := rowNumber.FindStringSubmatch(line)
		if m[1] != strconv.Itoa(i+1) {
			return stem, nil
		}
		rows[i] = strings.TrimSpace(line[len(m[0]):])
	}
	return strings.TrimSpace(strings.Join(lines[:first], "\n")), rows
}

var (
	gradeOfLetter = regexp.MustCompile(`^([A-HＡ-Ｈa-h])\s*[=＝:：.、\-]?\s*(绿|黄|红|green|yellow|red)色?\s*(?:[:：,，]\s*([\s\S]*))?$`)
	lettersOf     = regexp.MustCompile(`^(绿|黄|红|green|yellow|red)色?\s*[=＝:：]\s*([A-HＡ-Ｈa-h、,， ]+)$`)
	gradeStart    = regexp.MustCompile(`(?:^|[\s；;，,、])[A-HＡ-Ｈa-h]\s*[=＝:：.、\-]?\s*(?:绿|黄|红|green|yellow|red)|(?:^|[\s；;，,、])(?:绿|黄|红|green|yellow|red)色?\s*[=＝:：]\s*[A-HＡ-Ｈa-h]`)
	gradeNames    = map[string]qb.Grade{"绿": qb.Green, "黄": qb.Yellow, "红": qb.Red, "green": qb.Green, "yellow": qb.Yellow, "red": qb.Red}
)

// grades reads A=绿：理由；B=黄：理由, or 绿：A；黄：B、C.
func (r *reader) grades(q *qb.Question) {
	starts := gradeStart.FindAllStringIndex(r.Answer, -1)
	if len(starts) == 0 || strings.TrimSpace(r.Answer[:starts[0][0]]) != "" {
		r.fixable(qb.Error, qb.FieldGrades, "grades_unread", "写成：A=绿：理由；B=黄：理由；C=红：理由", "红黄绿“%.60s”看不懂", r.Answer)
		return
	}
	for i, at := range starts {
		end := len(r.Answer)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		piece := strings.Trim(r.Answer[at[0]:end], " \t\n；;，,、")
		if m := gradeOfLetter.FindStringSubmatch(piece); m != nil {
			q.Key.Grades = append(q.Key.Grades, qb.OptionGrade{Option: qb.Fold(m[1]), Grade: gradeNames[m[2]], Reason: strings.TrimSpace(m[3])})
		} else if m := lettersOf.FindStringSubmatch(piece); m != nil {
			for _, id := range letters(m[2]) {
				q.Key.Grades = append(q.Key.Grades, qb.OptionGrade{Option: id, Grade: gradeNames[m[1]]})
			}
		} else {
			r.fixable(qb.Error, qb.FieldGrades, "grades_unread", "写成：A=绿：理由", "红黄绿“%.60s”看不懂", piece)
			return
		}
	}
	slices.SortStableFunc(q.Key.Grades, func(a, b qb.OptionGrade) int { return strings.Compare(a.Option, b.Option) })
}

// segments takes the numbers or the texts of the marked parts of the stem.
func (r *reader) segments(q *qb.Question) {
	all := qb.Segments(q.Stem)
	if r.Answer == "" {
		r.problem(qb.Error, qb.FieldKey, "key_missing", "没有正确答案")
		return
	}
	for _, part := range filled(strings.FieldsFunc(lineBreaks.Replace(r.Answer), func(c rune) bool { return strings.ContainsRune("\n,，、；;| ", c) })) {
		i := slices.IndexFunc(all, func(o qb.Option) bool { return qb.Fold(o.ID) == qb.Fold(part) || qb.Fold(o.Text) == qb.Fold(part) })
		if i < 0 {
			r.fixable(qb.Error, qb.FieldKey, "key_unknown", "写片段的序号，例：1,3", "答案“%.40s”不是题干里标出的片段", part)
			return
		}
		q.Key.Choices = append(q.Key.Choices, all[i].ID)
	}
}
