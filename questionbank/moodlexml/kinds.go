package moodlexml

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/written"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// kinds are the types that are read. Each fills the item's form, or says why it cannot.
var kinds = map[string]func(*question) string{
	"multichoice":    func(q *question) string { return q.choice(false) },
	"multichoiceset": func(q *question) string { return q.choice(true) },
	"truefalse":      (*question).truth,
	"shortanswer":    (*question).shortAnswer,
	"numerical":      (*question).numerical,
	"matching":       (*question).matching,
	"match":          (*question).matching,
	"ddmatch":        (*question).matching,
	"ordering":       (*question).ordering,
	"essay":          (*question).essay,
	"gapselect":      (*question).gaps,
	"ddwtos":         (*question).gaps,
	"multianswer":    (*question).cloze,
	"cloze":          (*question).cloze,
}

// weight is a fraction in percent as thousandths of a percent.
func weight(n *xmlread.Node) int {
	w, _ := percent(n.Attr("fraction"))
	return w
}

// percent reads 33.33333, written with a comma too, as thousandths.
func percent(s string) (thousandths int, ok bool) {
	f, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 100 {
		return 0, false
	}
	return int(math.Round(f * 1000)), true
}

// choice: in Moodle's HTML, answers without a stated format are HTML as the question is.
func (q *question) choice(whole bool) string {
	c := draft.Choice{One: isTrue(q.node.Child("single")) && !whole, Whole: whole}
	for _, a := range q.node.All("answer") {
		w := weight(a)
		if whole && w > 0 {
			w = draft.Full
		}
		c.Answers = append(c.Answers, draft.Answer{Text: text(a), Weight: w, Feedback: text(a.Child("feedback"))})
		q.at(qb.OptionField(string(rune('a'+len(c.Answers)-1))), a)
	}
	q.item.Form = c
	return ""
}

func isTrue(n *xmlread.Node) bool { return n.Value() == "true" || n.Value() == "1" }

func (q *question) truth() string {
	t := draft.Truth{}
	right := ""
	for _, a := range q.node.All("answer") {
		word, ok := written.Truth(a.Child("text").Value())
		if !ok {
			return "判断题的答案应是 true 和 false"
		}
		if weight(a) > 0 {
			right, t.Is = "found", word
		}
		if word {
			t.IfTrue = text(a.Child("feedback"))
		} else {
			t.IfFalse = text(a.Child("feedback"))
		}
	}
	if right == "" {
		return "判断题没有标明正确答案"
	}
	q.item.Form = t
	return ""
}

func (q *question) shortAnswer() string {
	g := draft.Gaps{Case: isTrue(q.node.Child("usecase"))}
	var gap []draft.Accepted
	for _, a := range q.node.All("answer") {
		gap = append(gap, draft.Accepted{Text: a.Child("text").Content(), Weight: weight(a), Feedback: text(a.Child("feedback"))})
	}
	g.Gaps = [][]draft.Accepted{gap}
	q.item.Form = g
	return ""
}

func (q *question) numerical() string {
	units := q.units()
	if grading := q.node.Child("unitgradingtype").Value(); grading != "" && grading != "0" {
		q.item.Problem(qb.Warning, qb.FieldKey, "unit_penalty_dropped", "单位写错扣分的规则没有导入：导入后只看数值，单位可写可不写")
	}
	var gap []draft.Accepted
	for _, a := range q.node.All("answer") {
		written := a.Child("text").Value()
		accepted := draft.Accepted{Text: written, Weight: weight(a), Feedback: text(a.Child("feedback"))}
		if written != "*" {
			value, ok1 := draft.Number(written)
			tolerance, ok2 := draft.Number(orZero(a.Child("tolerance").Value()))
			if !ok1 || !ok2 {
				q.item.Problem(qb.Error, qb.FieldKey, "number_unread", "数值“%.40s”看不懂", written)
				continue
			}
			accepted.Number = draft.Around(value, tolerance, units)
		}
		gap = append(gap, accepted)
	}
	q.item.Form = draft.Gaps{Gaps: [][]draft.Accepted{gap}}
	return ""
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// units are those in which the number stays the same; one that is a multiple has no place here.
func (q *question) units() (names []string) {
	for _, u := range q.node.Child("units").All("unit") {
		name := u.Child("unit_name").Value()
		if multiplier, ok := draft.Number(orZero(u.Child("multiplier").Value())); ok && multiplier.IsInt() && multiplier.Num().IsInt64() && multiplier.Num().Int64() == 1 {
			names = append(names, name)
			continue
		}
		q.item.Problem(qb.Warning, qb.FieldKey, "unit_dropped", "单位“%.40s”要换算，没有导入", name)
	}
	return names
}

// matching: several subquestions may have the same answer; one without text is an answer that belongs to nothing.
func (q *question) matching() string {
	p := draft.Pairs{}
	var known []string
	for _, s := range q.node.All("subquestion") {
		answer := s.Child("answer").Child("text").Value()
		if answer == "" {
			continue
		}
		i := slices.Index(known, answer)
		if i < 0 {
			i, known = len(known), append(known, answer)
			option := draft.Text{Plain: answer}
			if s.Child("answer").Attr("format") != "" {
				option = text(s.Child("answer")) // ddmatch; a list box has plain texts
			}
			p.Options = append(p.Options, option)
		}
		if row := text(s); !row.Empty() {
			p.Rows, p.Key = append(p.Rows, row), append(p.Key, i)
		}
	}
	q.item.Form = p
	return ""
}

// ordering: the answers stand in the right order.
func (q *question) ordering() string {
	o := draft.Order{}
	for i, a := range q.node.All("answer") {
		o.Options, o.Key = append(o.Options, text(a)), append(o.Key, i)
	}
	q.item.Form = o
	return ""
}

// essay: what graders are told is the model answer, and below a line "评分标准：" the rubric.
func (q *question) essay() string {
	o := draft.Open{Long: true, Model: text(q.node.Child("graderinfo"))}
	if model, rubric, ok := strings.Cut(o.Model.Plain, rubricHead); ok {
		o.Model.Plain, o.Rubric.Plain = model, rubric
	}
	if format := q.node.Child("responseformat").Value(); format == "noinline" {
		return "只交附件的作文题尚不支持"
	}
	if template := text(q.node.Child("responsetemplate")); !template.Empty() {
		q.item.Problem(qb.Warning, qb.FieldStem, "template_dropped", "作答框里预先写好的文字（答题模板）没有导入：需要的话写进题干")
	}
	q.item.Form = o
	return ""
}

const rubricHead = "\n\n评分标准：\n"

// word is one to be dragged: it may be raised, lowered, bold or slanted, and no more.
func word(s string) draft.Text {
	if wordMark.MatchString(s) {
		return draft.Text{HTML: s}
	}
	return draft.Text{Plain: s}
}

var wordMark = regexp.MustCompile(`(?i)</(?:sub|sup|b|i|em|strong)>`)

var wordPlace = regexp.MustCompile(`\[\[([0-9]{1,3})\]\]`)

// gaps: [[2]] in the text takes the second of the words below.
func (q *question) gaps() string {
	var words []draft.Text // of the group in use
	var groups []string
	options := append(q.node.All("selectoption"), q.node.All("dragbox")...)
	for _, o := range options {
		groups = append(groups, o.Child("group").Value())
	}
	index := make([]int, len(options)) // of the option among the words
	var key []int
	used := ""
	mixed := false
	for _, m := range wordPlace.FindAllStringSubmatch(q.item.Stem.HTML+q.item.Stem.Plain, -1) {
		n, _ := strconv.Atoi(m[1])
		if n < 1 || n > len(options) {
			return fmt.Sprintf("空 [[%d]] 没有对应的词", n)
		}
		mixed = mixed || used != "" && groups[n-1] != used
		used = groups[n-1]
		key = append(key, n-1)
	}
	if mixed {
		return "各空的备选词不同的选词填空题尚不支持"
	}
	for i, o := range options {
		if groups[i] == used {
			index[i], words = len(words), append(words, word(o.Child("text").Value()))
		}
	}
	for i := range key {
		key[i] = index[key[i]]
	}
	number := 0
	replace := func(string) string { number++; return fmt.Sprintf("【%d】", number) }
	q.item.Stem.HTML = wordPlace.ReplaceAllStringFunc(q.item.Stem.HTML, replace)
	q.item.Stem.Plain = wordPlace.ReplaceAllStringFunc(q.item.Stem.Plain, replace)
	q.item.Form = draft.WordGaps(&q.item, words, key)
	return ""
}
