package draft

import (
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// Part is a part of the points: N of Of; Of 0 is nothing.
type Part struct{ N, Of int }

// Weight is what the i-th option earns by itself, for formats that weigh each: a right one its share, a wrong one of a
// question that is not marked per option as much as everything.
func Weight(q qb.Question, i int) Part {
	id := q.Options[i].ID
	right := slices.Contains(q.Key.Choices, id)
	switch {
	case q.Type == qb.Judgement:
		return gradePart(q, id)
	case q.Type != qb.Multiple && right:
		return Part{1, 1}
	case q.Type != qb.Multiple:
		return Part{}
	case right:
		return Part{1, len(q.Key.Choices)}
	case q.MultiplePolicy == qb.PolicyPerOption:
		return Part{-1, len(q.Options) - len(q.Key.Choices)}
	}
	return Part{-1, 1}
}

func gradePart(q qb.Question, id string) Part {
	switch q.Key.Grade(id) {
	case qb.Green:
		return Part{1, 1}
	case qb.Yellow:
		percent := q.PartialPercent
		if percent == 0 {
			percent = qb.DefaultPartialPercent
		}
		return Part{percent, 100}
	}
	return Part{}
}

// Reason is why a judgement's option has its grade, empty for other questions.
func Reason(q qb.Question, id string) string {
	for _, g := range q.Key.Grades {
		if g.Option == id {
			return g.Reason
		}
	}
	return ""
}

// WithStimulus is the stem below the text that it asks about, and the files of both, for formats that know no common text.
func WithStimulus(q qb.Question) (string, []qb.Media) {
	if q.Stimulus == nil {
		return q.Stem, q.Media
	}
	parts := []string{}
	for _, p := range []string{q.Stimulus.Title, q.Stimulus.Text, q.Stem} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "\n\n"), append(slices.Clone(q.Stimulus.Media), q.Media...)
}

// WithFiles is the question with those files alone that there are: what it shows and nobody has is written as a text,
// where nothing else stands in its place.
func WithFiles(q qb.Question, files map[string][]byte) qb.Question {
	there := func(all []qb.Media) []qb.Media {
		return slices.DeleteFunc(slices.Clone(all), func(m qb.Media) bool { return files[m.Object] == nil })
	}
	q.Media, q.ExplanationMedia, q.Options = there(q.Media), there(q.ExplanationMedia), slices.Clone(q.Options)
	for i, o := range q.Options {
		if o.Media == (qb.Media{}) || files[o.Media.Object] != nil {
			continue
		}
		if strings.TrimSpace(o.Text) == "" {
			q.Options[i].Text = "（" + o.Media.Alt + "）"
		}
		q.Options[i].Media = qb.Media{}
	}
	if q.Stimulus != nil {
		s := *q.Stimulus
		s.Media = there(s.Media)
		if s.Text == "" && len(s.Media) == 0 {
			s.Text = "（" + s.Title + "）"
		}
		q.Stimulus = &s
	}
	return q
}

// Losses gathers what a format cannot hold of one question.
type Losses []qb.Loss

// Add one.
func (l *Losses) Add(f qb.Field, message string) {
	*l = append(*l, qb.Loss{Field: f, Message: message})
}

// Whole says that the question is left out.
func (l *Losses) Whole(message string) { *l = append(*l, qb.Loss{Whole: true, Message: message}) }

// Common are the losses of every format that trims texts and holds what XML holds.
func (l *Losses) Common(q qb.Question) {
	for _, t := range texts(q) {
		if strings.TrimSpace(t.text) != t.text {
			l.Add(t.field, "首尾的空白去掉")
		}
		if strings.ContainsAny(t.text, "\ufffe\uffff") || strings.ContainsAny(t.text, "\ue000\ue001") {
			l.Add(t.field, "XML 里放不下的字符换成 �")
		}
	}
	if q.Type.ByPeople() {
		l.rubric(q)
	}
	for i, o := range q.Options {
		if o.ID != optionID(i) {
			l.Add(qb.FieldOptions, "选项重新编号")
			break
		}
	}
}

func (l *Losses) rubric(q qb.Question) {
	if read, ok := qb.ParseRubricLines(strings.Join(qb.RubricLines(q.Key.Rubric), "\n")); !ok || !slices.Equal(read, q.Key.Rubric) {
		l.Add(qb.FieldRubric, "评分标准写成的一行行文字读不回原样")
	}
}

// OptionMedia names files in options of a format that has no place for them there.
func (l *Losses) OptionMedia(q qb.Question) {
	for _, o := range q.Options {
		if o.Media != (qb.Media{}) {
			l.Add(qb.OptionField(o.ID), "选项里的图片与音视频不写出")
		}
	}
}

// Stimulus says that the common text is written into each stem.
func (l *Losses) Stimulus(q qb.Question) {
	if q.Stimulus != nil {
		l.Add(qb.FieldStimulus, "材料写进每一题的题干")
	}
}

// Gap names what is lost of a gap's answers: numbers says that they are written as numbers, units that these have units.
func (l *Losses) Gap(gap []string, numbers, units bool) {
	folded := map[string]bool{}
	for _, text := range gap {
		n, isNumber := qb.ParseNumber(text)
		switch {
		case isNumber && !numbers:
			l.Add(qb.FieldKey, "与别的答案并列的“"+text+"”只写出数值，没有误差和单位")
		case isNumber && !units && len(n.Units) > 0:
			l.Add(qb.FieldKey, "“"+text+"”的单位不写出")
		case isNumber && !sameUnits(gap[0], n):
			l.Add(qb.FieldKey, "各数值的单位不同，只写出第一个的")
		case isNumber && strings.Join(append([]string{Decimal(n.Value) + "±" + Decimal(n.Tolerance)}, n.Units...), " ") != text:
			l.Add(qb.FieldKey, "“"+text+"”的数字写成最简单的形式")
		case strings.Join(strings.Fields(text), " ") != text || strings.Contains(text, `\`):
			l.Add(qb.FieldKey, "答案里的换行、连续空格或反斜线")
		}
		if folded[qb.Fold(text)] {
			l.Add(qb.FieldKey, "只是大小写或全角半角不同的答案合并为一个")
		}
		folded[qb.Fold(text)] = true
	}
}

func sameUnits(first string, n qb.Number) bool {
	f, _ := qb.ParseNumber(first)
	return slices.Equal(f.Units, n.Units)
}

// Pairs are the losses of a matching question whose options are known by their texts, in the order in which rows use them.
func (l *Losses) Pairs(q qb.Question) {
	l.OptionMedia(q)
	var order []string
	for _, id := range q.Key.Choices {
		if !slices.Contains(order, id) {
			order = append(order, id)
		}
	}
	for i, o := range q.Options {
		if i < len(order) && order[i] != o.ID {
			l.Add(qb.FieldOptions, "选项按用到的先后重新编号")
			break
		}
	}
	for i, o := range q.Options {
		if slices.ContainsFunc(q.Options[:i], func(p qb.Option) bool { return p.Text == o.Text }) {
			l.Add(qb.OptionField(o.ID), "与前面相同的选项合并为一个")
		}
	}
}

type fieldText struct {
	field qb.Field
	text  string
}

// texts are all that a question says, with their fields.
func texts(q qb.Question) (all []fieldText) {
	add := func(f qb.Field, texts ...string) {
		for _, t := range texts {
			all = append(all, fieldText{f, t})
		}
	}
	add(qb.FieldStem, q.Stem)
	add(qb.FieldRows, q.Rows...)
	for _, o := range q.Options {
		add(qb.OptionField(o.ID), o.Text, o.Media.Alt)
	}
	for _, gap := range q.Key.Gaps {
		add(qb.FieldKey, gap...)
	}
	for _, g := range q.Key.Grades {
		add(qb.FieldGrades, g.Reason)
	}
	add(qb.FieldKey, q.Key.Model)
	for _, c := range q.Key.Rubric {
		add(qb.FieldRubric, c.Text)
	}
	add(qb.FieldExplanation, q.Explanation)
	add(qb.FieldPoints, q.KnowledgePoints...)
	add(qb.FieldSource, q.Source.Law, q.Source.Article, q.Source.Edition, q.Source.Status)
	for _, m := range q.MediaAll() {
		add(qb.FieldMedia, m.Alt)
	}
	if q.Stimulus != nil {
		add(qb.FieldStimulus, q.Stimulus.Title, q.Stimulus.Text)
	}
	return all
}
