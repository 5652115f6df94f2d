package gift

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
)

// maxText bounds a file: each of its characters is kept with its line while it is read, at three times its size and more.
const maxText = 4 << 20

// Decode reads the text (UTF-8). The error is the reader's own; all that is wrong with the text is in the problems.
func Decode(r io.Reader) ([]qb.Item, []qb.Problem, error) {
	data, err := qb.ReadAll(r)
	if err == qb.ErrTooLarge {
		return nil, qb.TooLarge(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	if len(data) > maxText {
		return nil, qb.Unreadable("file_large", "GIFT 文件超过 4 MB"), nil
	}
	if !utf8.Valid(data) {
		return nil, qb.Unreadable("text_encoding", "GIFT 文件应是 UTF-8 编码"), nil
	}
	d := decoder{}
	all := blocks(strings.TrimPrefix(string(data), "\uFEFF"))
	for _, bl := range all {
		if !d.block(bl) {
			break
		}
	}
	b := &d.reader.Batch
	if len(all) > qb.MaxItems+maxCategories {
		b.Note(qb.Error, line(all[len(all)-1].line), "items_many", "题目与分类太多，从这里起没有读取")
	}
	if len(b.Items) == 0 && len(b.Problems) == 0 {
		b.Note(qb.Error, "文件", "file_empty", "文件里没有题目")
	}
	return b.Items, b.Problems, nil
}

func line(n int) string { return fmt.Sprintf("第 %d 行", n) }

type decoder struct {
	reader draft.Reader
	points []string // of the category that the questions stand in
}

// block reads one question or category; false: there are too many.
func (d *decoder) block(bl block) bool {
	if bl.category != "" {
		var found *qb.Problem
		if d.points, found = draft.Category(bl.category); found != nil {
			d.reader.Batch.Note(found.Severity, line(bl.line), found.Code, found.Message)
		}
		return true
	}
	if d.reader.Batch.Full(line(bl.line)) {
		return false
	}
	p := parser{item: draft.Item{Place: line(bl.line), Places: map[qb.Field]string{}, Points: d.points, Tags: bl.tags}}
	switch why := p.parse(bl.text); {
	case why.code == "description":
		d.reader.Batch.Note(qb.Warning, line(bl.line), why.code, why.message)
	case why.code != "":
		d.reader.Refuse(line(bl.line), why.code, why.message)
	default:
		d.reader.Add(p.item)
	}
	return true
}

// refusal says why a block is no question that we have.
type refusal struct{ code, message string }

// parser turns one block into an item.
type parser struct {
	item   draft.Item
	format string // of the question's text, which its answers have too where they state none
}

func (p *parser) parse(text chars) refusal {
	text = text.trim()
	if text.has("::") {
		if _, rest, ok := text[2:].cut("::"); ok {
			text = rest.trim()
		}
	}
	p.format, text = textFormat(text)
	before, rest, ok := text.cut("{")
	if !ok {
		return refusal{"description", "只有文字而没有问题（描述），没有导入"}
	}
	inside, after, ok := rest.cut("}")
	if !ok {
		return refusal{"brace_open", "答案的“{”没有“}”结束"}
	}
	if after.index("{") >= 0 {
		return refusal{"brace_many", "有两处“{”：一道题只有一组答案，两道题之间要空一行"}
	}
	p.at(qb.FieldKey, rest)
	p.at(qb.FieldOptions, rest)
	inside, general := generalFeedback(inside)
	why := p.answers(inside.trim(), before.String(), after.String())
	p.item.General = append(p.item.General, p.text("", general))
	return why
}

// at keeps the line of what a field is read from.
func (p *parser) at(f qb.Field, c chars) {
	if c = c.trim(); len(c) > 0 {
		p.item.Places[f] = line(c[0].line()) + " " + f.Name()
	}
}

var element = regexp.MustCompile(`(?i)</?(p|br|b|i|u|em|strong|img|span|div|ul|ol|li|a|sub|sup|table|tr|td|h[1-6]|audio|video)\b[^<>]*>`)

// text has the format that it states, else that of the question; [moodle], which is meant where nothing is stated, may
// hold HTML, with line breaks as they are.
func (p *parser) text(format, text string) draft.Text {
	if format == "" {
		format = p.format
	}
	switch {
	case format == "html":
		return draft.Text{HTML: text}
	case format == "markdown":
		return draft.Text{Plain: text, Markdown: true}
	case format != "plain" && element.MatchString(text):
		return draft.Text{HTML: strings.ReplaceAll(text, "\n", "<br>")}
	}
	return draft.Text{Plain: text}
}

// answers recognises the kind of question by what stands between the braces.
func (p *parser) answers(inside chars, before, after string) refusal {
	p.item.Stem = p.text("", join(before, "", after))
	if is, ok, ifWrong, ifRight := truthWord(inside); ok {
		t := draft.Truth{Is: is, IfTrue: p.text("", ifRight), IfFalse: p.text("", ifWrong)}
		if !is {
			t.IfTrue, t.IfFalse = t.IfFalse, t.IfTrue
		}
		p.item.Form = t
		return refusal{}
	}
	all, rest := answers(inside)
	if len(all) > draft.MaxAnswers {
		return refusal{"answers_many", fmt.Sprintf("有 %d 个答案，最多读 %d 个", len(all), draft.MaxAnswers)}
	}
	switch {
	case len(inside) == 0:
		p.item.Form = draft.Open{Long: true}
	case inside.has("#"):
		p.item.Stem = p.text("", join(before, qb.Gap, after))
		return p.numbers(inside[1:])
	case len(all) == 0 || rest != "":
		return refusal{"answer_unreadable", "答案看不懂：应以 = 或 ~ 开头，或是 T、F、# 数值"}
	case inside.index("->") >= 0 && allRight(all):
		return p.pairs(all)
	case allRight(all):
		p.item.Stem = p.text("", join(before, qb.Gap, after))
		p.shortAnswer(all)
	default:
		if after != "" {
			p.item.Stem = p.text("", join(before, qb.Gap, after))
		}
		p.choice(all)
	}
	return refusal{}
}

func allRight(all []answer) bool {
	for _, a := range all {
		if !a.right {
			return false
		}
	}
	return true
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
