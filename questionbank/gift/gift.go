package gift

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
)

// Decode reads the text (UTF-8). The error is the reader's own; all that is wrong with the text is in the problems.
func Decode(r io.Reader) ([]qb.Item, []qb.Problem, error) {
	data, err := qb.ReadAll(r)
	if err == qb.ErrTooLarge {
		return nil, qb.TooLarge(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	if !utf8.Valid(data) {
		return nil, qb.Unreadable("text_encoding", "GIFT 文件应是 UTF-8 编码"), nil
	}
	var b qb.Batch
	var points []string
	for _, bl := range blocks(strings.TrimPrefix(string(data), "\uFEFF")) {
		if bl.category != "" {
			points = category(&b, bl)
			continue
		}
		if b.Full(line(bl.line)) {
			break
		}
		p := parser{line: bl.line, question: qb.Question{KnowledgePoints: points, Difficulty: qb.DefaultDifficulty}}
		p.parse(bl.text)
		p.addTo(&b)
	}
	if len(b.Items) == 0 && len(b.Problems) == 0 {
		b.Note(qb.Error, "文件", "file_empty", "文件里没有题目")
	}
	return b.Items, b.Problems, nil
}

func line(n int) string { return fmt.Sprintf("第 %d 行", n) }

// category is the knowledge point of the questions that follow. $course$ and its like, and "top", are Moodle's own.
func category(b *qb.Batch, bl block) []string {
	var parts []string
	for _, part := range strings.Split(bl.category, "/") {
		part = strings.TrimSpace(part)
		if part == "" || part == "top" || strings.HasPrefix(part, "$") && strings.HasSuffix(part, "$") {
			continue
		}
		parts = append(parts, part)
	}
	path, inArea := qb.KnowledgePoint(strings.Join(parts, "/"))
	if path == "" {
		return nil
	}
	if !inArea {
		b.Note(qb.Warning, line(bl.line), "point_area", "分类“"+path+"”不在五大内容领域之下，导入后须归类")
	}
	return []string{path}
}

// parser turns one block into a question.
type parser struct {
	line     int
	question qb.Question
	places   map[qb.Field]int // line of a field, where it is not the question's first
	problems []qb.Problem
	refused  bool // not a question that we have: the problem says which
}

func (p *parser) problem(s qb.Severity, f qb.Field, code, format string, args ...any) {
	p.problems = append(p.problems, qb.Problem{Severity: s, Field: f, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) refuse(code, message string) {
	p.refused = true
	p.problems = []qb.Problem{{Severity: qb.Error, Code: code, Message: message}}
}

func (p *parser) addTo(b *qb.Batch) {
	if p.refused {
		b.Refuse(line(p.line), p.problems[0].Code, p.problems[0].Message)
		return
	}
	b.Add(func(f qb.Field) string {
		n := p.line
		if at, ok := p.places[f]; ok {
			n = at
		}
		if f == "" {
			return line(n)
		}
		return line(n) + " " + f.Name()
	}, p.question, p.problems...)
}

func (p *parser) parse(text chars) {
	text = text.trim()
	if text.has("::") {
		if _, rest, ok := text[2:].cut("::"); ok {
			text = rest.trim()
		}
	}
	format, text := textFormat(text)
	before, rest, ok := text.cut("{")
	if !ok {
		p.refuse("description", "只有文字而没有答案（描述），不能导入")
		return
	}
	inside, after, ok := rest.cut("}")
	if !ok {
		p.refuse("brace_open", "答案的“{”没有“}”结束")
		return
	}
	inside, general := generalFeedback(inside)
	p.places = map[qb.Field]int{qb.FieldKey: rest.trim().firstLine(p.line), qb.FieldOptions: rest.trim().firstLine(p.line)}
	tail := after.String()
	p.question.Stem = p.plain(format, qb.FieldStem, join(before.String(), "", tail))
	p.answers(inside.trim(), func() { p.question.Stem = p.plain(format, qb.FieldStem, join(before.String(), qb.Gap, tail)) }, tail != "")
	if general != "" {
		p.explain(general)
	}
	p.question.Explanation = p.plain("", qb.FieldExplanation, p.question.Explanation)
}

// answers recognises the kind of question by what stands between the braces. gapStem writes the gap into the stem.
func (p *parser) answers(inside chars, gapStem func(), missingWord bool) {
	if is, ok, feedback := truthWord(inside); ok {
		p.question.Type = qb.TrueFalse
		p.question.Key.Choices = []string{map[bool]string{true: "true", false: "false"}[is]}
		p.explain(feedback)
		return
	}
	all, rest := answers(inside)
	switch {
	case len(inside) == 0:
		p.refuse("essay", "GIFT 的问答题没有参考答案和评分标准，不能导入；请用表格的“简答题”或“论述题”导入")
	case inside.has("#"):
		gapStem()
		p.numerical(inside[1:].trim())
	case len(all) == 0 || rest != "":
		p.refuse("answer_unreadable", "答案看不懂：应以 = 或 ~ 开头，或是 T、F")
	case isMatching(inside, all):
		p.matching(all)
	case allRight(all):
		gapStem()
		p.shortAnswer(all)
	default:
		if missingWord {
			gapStem()
		}
		p.choice(all)
	}
}

func isMatching(inside chars, all []answer) bool { return inside.index("->") >= 0 && allRight(all) }

func allRight(all []answer) bool {
	for _, a := range all {
		if !a.right {
			return false
		}
	}
	return true
}

func (p *parser) explain(text string) {
	if text != "" {
		p.question.Explanation = strings.TrimSpace(p.question.Explanation + "\n" + text)
	}
}

// join sets the gap between two halves of a sentence; without one, a space keeps Latin words apart.
func join(before, gap, after string) string {
	if gap == "" && after != "" && !strings.HasPrefix(after, ".") && !strings.HasPrefix(after, "。") {
		gap = " "
	}
	if gap == qb.Gap && before != "" && before[len(before)-1] < utf8.RuneSelf {
		before += " "
	}
	if gap == qb.Gap && after != "" && (after[0] >= 'a' && after[0] <= 'z' || after[0] >= 'A' && after[0] <= 'Z') {
		gap += " "
	}
	return strings.TrimSpace(before + gap + after)
}

func (c chars) firstLine(otherwise int) int {
	if len(c) == 0 {
		return otherwise
	}
	return c[0].line
}
