package written

import (
	"regexp"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// rightMark is a mark at an option that says that it is right: 乙（正确答案）, 乙 √.
var rightMark = regexp.MustCompile(`[ 　]*(?:[（(【\[][ 　]*(?:正确答案|正确选项|正确|答案|√|✓|✔)[ 　]*[）)】\]]|[√✓✔])[ 　]*$`)

// rightOptions takes the marks of the right options off them; an examinee would see them. Where no answer is written, they are it.
func (r *reader) rightOptions(q *qb.Question) {
	var right []string
	options := slices.Clone(q.Options)
	for i, o := range options {
		if text := rightMark.ReplaceAllString(o.Text, ""); text != o.Text && strings.TrimSpace(text) != "" {
			options[i].Text = text
			right = append(right, o.ID)
		}
	}
	if len(right) == 0 || len(right) == len(options) && len(options) == 2 {
		return
	}
	q.Options = options
	named, _ := keyIDs(r.Answer, options)
	switch slices.Sort(named); {
	case r.Answer == "":
		r.Answer = capitals(right)
		if q.Type == qb.Single && len(right) > 1 && NamedType(r.Type) == "" && NamedType(r.Under) == "" {
			q.Type = qb.Multiple
		}
	case !slices.Equal(slices.Compact(named), right):
		r.problem(qb.Error, qb.FieldKey, "key_conflict", "答案是“%.30s”，而标着正确的选项是 %s", r.Answer, capitals(right))
	}
}

// standsOut is the answer that the document shows by bold or coloured options alone, where it writes none. A person must look.
func (r *reader) standsOut(q *qb.Question) string {
	var right []string
	how := ""
	for _, o := range q.Options {
		for _, m := range r.Marks {
			if covers(m.Text, o) {
				right, how = append(right, o.ID), m.How
				break
			}
		}
	}
	if len(right) == 0 || len(right) == len(q.Options) {
		return ""
	}
	r.problem(qb.Warning, qb.FieldKey, "key_by_format", "没有写答案，按%s的选项 %s 导入；请核对", how, capitals(right))
	return capitals(right)
}

// covers reports whether the marked text is the option, with or without its label, or the label alone. It may hold several options.
func covers(marked string, o qb.Option) bool {
	marked = strings.TrimSpace(marked)
	if marked == o.Text {
		return true
	}
	starts := append(innerLabel.FindAllStringIndex(marked, -1), []int{len(marked), len(marked)})
	for i, at := range starts[:len(starts)-1] {
		part := strings.TrimSpace(marked[at[0]:starts[i+1][0]])
		letter, n := Label(part, true)
		rest := strings.TrimSpace(part[n:])
		if n > 0 && string(letter) == o.ID && (rest == o.Text || rest == "") {
			return true
		}
	}
	return false
}

var innerLabel = regexp.MustCompile(`(?:^|\s)[（(]?[A-Ha-hＡ-Ｈ][)）.．、:： ]`)

func capitals(ids []string) string {
	var b strings.Builder
	for _, id := range ids {
		b.WriteString(qb.Letter(id))
	}
	return b.String()
}
