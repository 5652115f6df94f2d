package draft

import (
	"fmt"
	"slices"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/written"
)

// Form is how an item is answered, with its key.
type Form interface{ fill(*filler) }

// Answer is one of the things to choose.
type Answer struct {
	Text     Text
	Weight   int // thousandths of a percent; Full is right, negative costs
	Feedback Text
	Place    string // may be empty
}

// Choice is a list of answers to choose from.
type Choice struct {
	Answers []Answer
	One     bool // one can be chosen, else several
	Whole   bool // of several: only the whole right set earns anything
}

func (c Choice) fill(f *filler) {
	c.One = c.One && !f.multiple
	if c.One && !f.single && c.truthPair(f) {
		return
	}
	f.q.Type = qb.Multiple
	if c.One {
		f.q.Type = qb.Single
	}
	f.options(c.Answers)
	f.feedback(c.Answers)
	right := c.right()
	for _, i := range right {
		f.q.Key.Choices = append(f.q.Key.Choices, optionID(i))
	}
	if c.One {
		c.checkOne(f, right)
	} else {
		c.policy(f, right)
	}
}

// optionID of the i-th option.
func optionID(i int) string { return string(rune('a' + i)) }

func (f *filler) options(answers []Answer) {
	if len(answers) > qb.MaxOptions {
		f.refuse("options_many", fmt.Sprintf("有 %d 个选项，最多 %d 个", len(answers), qb.MaxOptions))
		return
	}
	for i, a := range answers {
		text, media := f.text(qb.OptionField(optionID(i)), a.Text)
		o := qb.Option{ID: optionID(i), Text: text}
		if len(media) > 0 {
			o.Media = media[0]
		}
		for _, more := range media[min(1, len(media)):] {
			f.problem(qb.Warning, qb.OptionField(o.ID), "media_dropped", "一个选项只能有一个图片或音视频，“%.60s”没有导入", more.Alt)
			delete(f.files, more.Object)
		}
		f.q.Options = append(f.q.Options, o)
	}
}

func (f *filler) feedback(answers []Answer) {
	for i, o := range f.q.Options {
		f.explain(quoted(o), answers[i].Feedback)
	}
}

// quoted names an option by what it says: letters may be shuffled.
func quoted(o qb.Option) string {
	if o.Text == "" {
		return "“" + o.Media.Alt + "”"
	}
	return "“" + o.Text + "”"
}

// right are the answers of the key: of one, those of the highest weight; of several, all with a weight above nothing.
func (c Choice) right() (right []int) {
	best := 0
	for _, a := range c.Answers {
		best = max(best, a.Weight)
	}
	for i, a := range c.Answers {
		if a.Weight > 0 && (!c.One || a.Weight == best) {
			right = append(right, i)
		}
	}
	return right
}

func (c Choice) checkOne(f *filler, right []int) {
	if len(right) > 1 {
		f.problem(qb.Error, qb.FieldKey, "key_many", "有 %d 个选项都算全对，而只能选一个：是多选题的话请改成可选多个", len(right))
	}
	for i, a := range c.Answers {
		if a.Weight > 0 && !slices.Contains(right, i) {
			f.problem(qb.Warning, qb.FieldKey, "weight_dropped", "得部分分的选项 %s 按错误选项导入", qb.Letter(optionID(i)))
		}
	}
}

// policy compares the weights with what "per_option" gives: 1/K for each of K right ones, and for each of W wrong ones −1/W.
func (c Choice) policy(f *filler, right []int) {
	if c.Whole {
		f.q.MultiplePolicy = qb.PolicyNone
		return
	}
	if len(right) == 0 {
		return
	}
	f.q.MultiplePolicy = qb.PolicyPerOption
	wrong := len(c.Answers) - len(right)
	even, deducts := true, true
	for _, a := range c.Answers {
		if a.Weight > 0 {
			even = even && near(a.Weight, Full/len(right))
		} else if wrong > 0 {
			deducts = deducts && near(a.Weight, -Full/wrong)
		}
	}
	if !even {
		f.problem(qb.Warning, qb.FieldKey, "weight_dropped", "各正确选项的分值不同，导入后按同等计分")
	}
	if !deducts {
		f.problem(qb.Warning, qb.FieldPolicy, "deduction_changed", "原题错选扣分的多少不同，导入后按“每项计分”：每个错选扣 1/%d", wrong)
	}
}

// near allows for weights that were rounded to five places.
func near(a, b int) bool { return a-b < 20 && b-a < 20 }

// truthPair takes the two options 对 and 错.
func (c Choice) truthPair(f *filler) bool {
	right := c.right()
	if len(c.Answers) != 2 || len(right) != 1 {
		return false
	}
	var texts [2]string
	for i, a := range c.Answers {
		text, media := (&filler{reader: f.reader, files: map[string][]byte{}}).text("", a.Text)
		if len(media) > 0 {
			return false
		}
		texts[i] = text
	}
	first, ok := written.TruthPair(texts[0], texts[1])
	if !ok {
		return false
	}
	yes, no := 0, 1
	if !first {
		yes, no = 1, 0
	}
	Truth{Is: right[0] == yes, IfTrue: c.Answers[yes].Feedback, IfFalse: c.Answers[no].Feedback}.fill(f)
	return true
}

// grade makes a judgement question: an answer of full weight is green, one of a part yellow, others red, and their
// feedback is the reason.
func (c Choice) grade(f *filler) {
	f.q.Type = qb.Judgement
	f.options(c.Answers)
	for i, o := range f.q.Options {
		a := c.Answers[i]
		g := qb.OptionGrade{Option: o.ID, Grade: qb.Red, Reason: f.textOnly(qb.FieldGrades, a.Feedback)}
		if a.Weight >= Full {
			g.Grade = qb.Green
		} else if a.Weight > 0 {
			g.Grade = qb.Yellow
		}
		f.q.Key.Grades = append(f.q.Key.Grades, g)
	}
}

// Truth is a statement to judge. The feedbacks are those of the two answers.
type Truth struct {
	Is              bool
	IfTrue, IfFalse Text
}

func (t Truth) fill(f *filler) {
	f.q.Type = qb.TrueFalse
	f.q.Key.Choices = []string{map[bool]string{true: "true", false: "false"}[t.Is]}
	f.explain("", t.IfTrue)
	f.explain("", t.IfFalse)
}

// Pairs is a list of rows, each with one of the options: Key holds an option's place for each row, −1 for none.
type Pairs struct {
	Rows    []Text
	Options []Text
	Key     []int
}

func (p Pairs) fill(f *filler) {
	f.q.Type = qb.Matching
	if len(p.Rows) > qb.MaxRows {
		f.refuse("rows_many", fmt.Sprintf("有 %d 个匹配项，最多 %d 个", len(p.Rows), qb.MaxRows))
		return
	}
	for _, r := range p.Rows {
		f.q.Rows = append(f.q.Rows, f.textOnly(qb.FieldRows, r))
	}
	f.options(answersOf(p.Options))
	for i, k := range p.Key {
		if k < 0 {
			f.problem(qb.Error, qb.FieldKey, "key_missing", "第 %d 个匹配项没有答案", i+1)
			continue
		}
		f.q.Key.Choices = append(f.q.Key.Choices, optionID(k))
	}
}

func answersOf(texts []Text) []Answer {
	answers := make([]Answer, len(texts))
	for i, t := range texts {
		answers[i].Text = t
	}
	return answers
}

// Order is a list of things to bring into order: Key holds their places in the right one.
type Order struct {
	Options []Text
	Key     []int
}

func (o Order) fill(f *filler) {
	f.q.Type = qb.Ordering
	f.options(answersOf(o.Options))
	for _, k := range o.Key {
		f.q.Key.Choices = append(f.q.Key.Choices, optionID(k))
	}
}

// Marks are segments of the stem, written [[like this]], some of which are to be marked: Key holds their numbers from 1.
type Marks struct {
	Key   []int
	Whole bool
}

func (m Marks) fill(f *filler) {
	f.q.Type, f.q.MultiplePolicy = qb.Labelling, qb.PolicyPerOption
	if m.Whole {
		f.q.MultiplePolicy = qb.PolicyNone
	}
	for _, n := range m.Key {
		f.q.Key.Choices = append(f.q.Key.Choices, fmt.Sprint(n))
	}
}
