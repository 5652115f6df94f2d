package written

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
)

// Draft is the texts of one question as they were written, cleaned with Clean. All but the stem may be empty.
type Draft struct {
	Type        string
	Under       string // what the question stands under, a sheet's name or a heading: names the type where Type does not
	Stem        string
	Rows        string // of a matching question, parted as options are
	Options     []qb.Option
	OptionsText string // all options in one text, where there are no Options
	Answer      string
	Model       string // 参考答案 beside an answer: what markers compare with
	Rubric      string
	Explanation string
	Subject     string   // stands before a point in its path
	Points      []string // each may hold several
	Difficulty  string
	KeyQuestion string
	Policy      string
	Partial     string // 50 or 50%
	Seconds     string // 60 or 60 秒
	RedLine     string
	Markdown    string
	Stimulus    qb.Stimulus // without an ID it gets one that its text decides
	Law         string
	Article     string
	Edition     string
	Status      string
	Marks       []Mark // what stands out in the document

	Media, ExplanationMedia []qb.Media
	Pictured                map[string]qb.Media // option id → its picture
}

// Mark is a part of a text that stands out in a way that plain text does not have.
type Mark struct {
	Text string
	How  string // 加粗, 变色, 下划线 …
}

// Underline is the Mark that fills a gap in.
const Underline = "下划线"

// tooLong names a text that is longer than any question's: it is not looked into, which would take long.
func (d Draft) tooLong() (qb.Field, bool) {
	for _, t := range []struct {
		field qb.Field
		text  string
		runes int
	}{
		{qb.FieldStem, d.Stem, qb.MaxStemRunes + qb.MaxOptions*qb.MaxOptionRunes}, {qb.FieldOptions, d.OptionsText, 2 * qb.MaxOptions * qb.MaxOptionRunes},
		{qb.FieldKey, d.Answer, 2 * qb.MaxModelRunes}, {qb.FieldRubric, d.Rubric, 2 * qb.MaxModelRunes}, {qb.FieldRows, d.Rows, 2 * qb.MaxOptions * qb.MaxOptionRunes},
		{qb.FieldType, d.Type, 1000}, {qb.FieldDifficulty, d.Difficulty, 1000}, {qb.FieldPoints, strings.Join(d.Points, ""), 10_000}, {qb.FieldSource, d.Law, 1000},
	} {
		if len(t.text) > t.runes && utf8.RuneCountInString(t.text) > t.runes {
			return t.field, true
		}
	}
	return "", false
}

// Clean takes away what office programs add: carriage returns, their escaped form, signs without width, spaces at the ends.
func Clean(s string) string { return strings.TrimSpace(added.Replace(s)) }

var added = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "_x000D_", "", "\u200b", "", "\uFEFF", "", "\u00a0", " ")

// Question is the question, with what is wrong or doubtful in the draft. What Validate would say of it is not repeated.
func (d Draft) Question() (qb.Question, []qb.Problem) {
	r := &reader{Draft: d}
	if f, ok := d.tooLong(); ok {
		r.problem(qb.Error, f, "text_long", "文字太长")
		return qb.Question{Type: NamedType(d.Type), Stem: "…", Difficulty: qb.DefaultDifficulty}, r.problems
	}
	q := qb.Question{
		Stem:            d.Stem,
		Options:         d.Options,
		Explanation:     explanation(d.Explanation),
		KnowledgePoints: d.points(),
		Difficulty:      r.difficulty(),
		KeyQuestion:     r.yes(r.KeyQuestion, qb.FieldKeyQuestion),
		MultiplePolicy:  r.policy(),
		PartialPercent:  r.partial(),
		Seconds:         r.seconds(),
		RedLine:         r.yes(r.RedLine, qb.FieldRedLine),
		Markdown:        r.yes(r.Markdown, qb.FieldStem),
		Stimulus:        d.stimulus(),
		Source:          d.source(),
	}
	if d.OptionsText != "" && len(q.Options) == 0 {
		texts, tight := SplitOptions(d.OptionsText)
		if q.Options = r.optionsOf(texts); tight {
			r.tightOptions()
		}
	}
	q.Type = r.questionType(&q)
	r.rightOptions(&q)
	for i, o := range q.Options {
		q.Options[i].Media = d.Pictured[o.ID]
	}
	q.Media, q.ExplanationMedia = d.Media, d.ExplanationMedia
	r.answer(&q)
	if !q.Type.ByPeople() && q.Type != "" {
		r.unwanted(d.Model)
		r.unwanted(d.Rubric)
	}
	if !q.Markdown {
		r.webMarks(q)
	}
	if d.Rows != "" && q.Type != qb.Matching && q.Type != "" {
		q.Rows, _ = SplitOptions(d.Rows) // refused by Validate, with its place
	}
	return q, r.problems
}

func (r *reader) answer(q *qb.Question) {
	switch q.Type {
	case qb.Single, qb.Multiple:
		r.choiceAnswer(q)
	case qb.TrueFalse:
		r.trueFalseAnswer(q)
	case qb.Blank:
		r.blankAnswer(q)
	case qb.Judgement:
		r.grades(q)
	case qb.Matching:
		r.matches(q)
	case qb.Ordering:
		r.order(q)
	case qb.Labelling:
		r.segments(q)
	case qb.Short, qb.Essay, qb.Spoken:
		r.modelAnswer(q)
	}
}

// reader gathers what is wrong on the way.
type reader struct {
	Draft
	problems []qb.Problem
}

func (r *reader) problem(s qb.Severity, f qb.Field, code, format string, args ...any) {
	r.problems = append(r.problems, qb.Problem{Severity: s, Field: f, Code: code, Message: fmt.Sprintf(format, args...)})
}

// strayLabel is a label out of turn, which would hide in the option before it.
var strayLabel = regexp.MustCompile(`\n[ 　\t]*[（(【\[]?([A-Ha-hＡ-Ｈ])[)）】\].．、:：]`)

// optionsOf gives the texts their ids, A first.
func (r *reader) optionsOf(texts []string) []qb.Option {
	if len(texts) > qb.MaxOptions {
		r.problem(qb.Error, qb.FieldOptions, "options_many", "选项多于 %d 个", qb.MaxOptions)
		texts = texts[:qb.MaxOptions]
	}
	options := make([]qb.Option, len(texts))
	for i, text := range texts {
		if m := strayLabel.FindStringSubmatch(text); m != nil {
			r.problem(qb.Error, qb.FieldOptions, "options_order", "“%s”不接在选项 %s 后面：选项的字母应依次是 A、B、C…", m[1], capitals([]string{string(rune('a' + i))}))
		}
		options[i] = qb.Option{ID: string(rune('a' + i)), Text: text}
	}
	return options
}

func (r *reader) tightOptions() {
	r.problem(qb.Warning, qb.FieldOptions, "options_tight", "选项之间没有空格，按 A、B、C 的顺序分开；请核对")
}

// explanation: data tools write "nan" and its like for an empty cell.
func explanation(text string) string {
	switch strings.ToLower(text) {
	case "nan", "null", "none", "n/a", "无", "-", "—":
		return ""
	}
	return text
}

// splitPoints parts points at line breaks and semicolons; only where there are none, a comma parts them too: names hold commas.
func splitPoints(text string) []string {
	separators := "\n;；"
	if !strings.ContainsAny(text, separators) {
		separators = "、,，|"
	}
	return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(separators, c) })
}

func (d Draft) points() []string {
	var points []string
	add := func(raw string) {
		if p, _ := qb.KnowledgePoint(raw); p != "" && !slices.Contains(points, p) {
			points = append(points, p)
		}
	}
	for _, text := range d.Points {
		for _, raw := range splitPoints(text) {
			if _, inArea := qb.KnowledgePoint(raw); d.Subject != "" && !inArea {
				raw = d.Subject + "/" + raw
			}
			add(raw)
		}
	}
	if len(points) == 0 {
		add(d.Subject)
	}
	return points
}

// fixable is problem with the proposal of what to write instead.
func (r *reader) fixable(s qb.Severity, f qb.Field, code, fix, format string, args ...any) {
	r.problem(s, f, code, format, args...)
	r.problems[len(r.problems)-1].Fix = fix
}
