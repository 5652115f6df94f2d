package questionbank

import (
	"regexp"
	"strings"
)

var (
	// gradeStart begins an option's grade as a spreadsheet's cell holds it: at the start, or after "；" or a line break, A=绿.
	gradeStart = regexp.MustCompile(`(?:^|[；;\n])\s*([A-Ha-hＡ-Ｈａ-ｈ])\s*[=＝]\s*(绿|黄|红|green|yellow|red)色?[ \t　:：，,]*`)
	// rowText is one row: 客户问剂量=A, up to a "；" or the end of the line.
	rowText = regexp.MustCompile(`^\s*(.*?)\s*[=＝]\s*([A-Ha-hＡ-Ｈａ-ｈ])\s*(?:[；;\n]|$)`)
)

var gradeNames = map[Grade]string{Green: "绿", Yellow: "黄", Red: "红"}

// Name is the grade's Chinese name, as it stands in a spreadsheet.
func (g Grade) Name() string { return gradeNames[g] }

// ParseGrades reads the grades of a judgement question written as "A=绿 说清了边界；B=黄 没有回答；C=红 承诺效果". A grade's
// reason goes up to the next grade, so that it may hold any sign. What stands before the first grade is rest.
func ParseGrades(text string) (grades []OptionGrade, rest string) {
	found := gradeStart.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 {
		return nil, strings.TrimSpace(text)
	}
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		grade := Grade(text[at[4]:at[5]])
		for g, name := range gradeNames {
			if name == string(grade) {
				grade = g
			}
		}
		reason := strings.TrimRight(strings.TrimSpace(text[at[1]:end]), "；;")
		grades = append(grades, OptionGrade{Option: Fold(text[at[2]:at[3]]), Grade: grade, Reason: reason})
	}
	return grades, strings.TrimSpace(text[:found[0][0]])
}

// FormatGrades writes what ParseGrades reads, a grade a line.
func FormatGrades(grades []OptionGrade) string {
	lines := make([]string, len(grades))
	for i, g := range grades {
		lines[i] = strings.TrimSpace(Letter(g.Option) + "=" + g.Grade.Name() + " " + g.Reason)
	}
	return strings.Join(lines, "\n")
}

// ParseRows reads the rows of a matching question with the letters of their options: "客户问剂量=A；客户要退款=B". Rows are
// parted by "；" or line breaks that follow a letter. What cannot be read is rest.
func ParseRows(text string) (rows, options []string, rest string) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		m := rowText.FindStringSubmatch(text)
		if m == nil {
			return rows, options, text
		}
		rows, options, text = append(rows, m[1]), append(options, Fold(m[2])), text[len(m[0]):]
	}
	return rows, options, ""
}

// FormatRows writes what ParseRows reads, a row a line.
func FormatRows(rows, options []string) string {
	lines := make([]string, min(len(rows), len(options)))
	for i := range lines {
		lines[i] = rows[i] + "=" + Letter(options[i])
	}
	return strings.Join(lines, "\n")
}
