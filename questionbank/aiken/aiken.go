// Package aiken reads and writes Moodle's Aiken text: single choice questions alone, each of them
//
//	Who opens a prescription?
//	A) The consultant
//	B) The physician
//	ANSWER: B
//
// Reading takes "A." and "Answer: b" too, stems and options of several lines, and empty lines anywhere; what is not such a question is named with
// its line. Writing leaves out what the format has no place for; Losses tells what that is.
package aiken

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/charset"
	"github.com/peikao/peikao/questionbank/written"
)

var (
	optionLine = regexp.MustCompile(`^([A-Z])[).][ \t]*(.*)$`)
	answerLine = regexp.MustCompile(`^(?:ANSWER:[ \t]*(.*)|(?i:answer)[ \t]*[:：][ \t]*([A-Za-z])[.)]?)$`)
)

// Is reports whether a text looks like Aiken: lines "ANSWER: B", and options in front of the first.
func Is(text string) bool {
	return moodleAnswer.MatchString(text)
}

var moodleAnswer = regexp.MustCompile(`(?m)^[ \t]*[A-Z][).][^\n]*\n(?:[ \t]*\r?\n)*ANSWER:[ \t]*[A-Z][ \t]*\r?$`)

// Decode reads the text. The error is the reader's own; all that is wrong with the text is in the problems.
func Decode(r io.Reader) ([]qb.Item, []qb.Problem, error) {
	content, problems, err := charset.Read(r)
	if err != nil || problems != nil {
		return nil, problems, err
	}
	var b qb.Batch
	p := parser{batch: &b}
	for n, rest := 1, strings.TrimPrefix(content, "\uFEFF"); rest != "" && !p.full; n++ {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		p.line(n, written.Clean(line))
	}
	p.end()
	if len(b.Items) == 0 && len(b.Problems) == 0 {
		b.Note(qb.Error, "文件", "file_empty", "文件里没有题目")
	}
	return b.Items, b.Problems, nil
}

// parser gathers the lines of one question.
type parser struct {
	batch   *qb.Batch
	first   int // line of the stem; 0: none yet
	stem    []string
	options [][]string // the lines of each
	letters []int      // line of each option
	parted  bool       // an empty line stands before this one
	next    int        // line of a text below an empty line behind the last option: the next question, if options from A on follow
	tail    int        // where it begins in that option
	full    bool
	wrong   []qb.Problem
}

func (p *parser) line(n int, line string) {
	if line == "" {
		p.parted = true
		return
	}
	parted := p.parted
	p.parted = false
	if m := answerLine.FindStringSubmatch(line); m != nil && (p.first > 0 || len(p.options) > 0) {
		p.question(n, strings.TrimSpace(m[1]+m[2]))
		return
	}
	if p.first == 0 {
		p.first = n
	}
	m := optionLine.FindStringSubmatch(line)
	if m != nil && m[1] == "A" && p.next > 0 {
		p.abandon()
	}
	switch {
	case m != nil && len(p.stem) > 0 && len(p.options) > qb.MaxOptions: // one more than there may be is refused already
	case m != nil && len(p.stem) > 0:
		if want := string(rune('A' + len(p.options))); m[1] != want {
			p.wrong = append(p.wrong, qb.Problem{Severity: qb.Error, Field: qb.FieldOptions, Code: "options_order",
				Message: fmt.Sprintf("选项应依次是 A、B、C…：第 %d 行是 %s，应为 %s", n, m[1], want)})
		}
		p.options, p.letters, p.next = append(p.options, []string{m[2]}), append(p.letters, n), 0
	case len(p.options) > 0:
		last := len(p.options) - 1
		if parted && p.next == 0 {
			p.next, p.tail = n, len(p.options[last])
		}
		p.options[last] = append(p.options[last], line)
	default:
		p.stem = append(p.stem, line)
	}
}

// abandon refuses the question, which has no answer, and begins the next with what stands before its options.
func (p *parser) abandon() {
	if p.full = p.batch.Full(place(p.first)); p.full {
		return
	}
	p.end()
	*p = parser{batch: p.batch, first: p.next, stem: p.options[len(p.options)-1][p.tail:]}
}

// question ends with its answer.
func (p *parser) question(n int, answer string) {
	first := p.first
	if p.full = p.batch.Full(place(first)); p.full {
		return
	}
	d := written.Draft{Type: qb.Single.Name(), Stem: strings.Join(p.stem, "\n"), Answer: answer}
	for i, lines := range p.options {
		d.Options = append(d.Options, qb.Option{ID: string(rune('a' + i)), Text: strings.TrimSpace(strings.Join(lines, "\n"))})
	}
	q, problems := d.Question()
	letters := p.letters
	p.batch.Add(func(f qb.Field) string {
		at := first
		switch id, isOption := strings.CutPrefix(string(f), string(qb.FieldOptions)+"."); {
		case f == qb.FieldKey:
			at = n
		case f == "":
			return place(first)
		case isOption && int(id[0]-'a') < len(letters):
			at = letters[id[0]-'a']
		case f == qb.FieldOptions && len(letters) > 0:
			at = letters[0]
		}
		return place(at) + " " + f.Name()
	}, q, append(p.wrong, problems...)...)
	*p = parser{batch: p.batch}
}

func (p *parser) end() {
	if p.first > 0 && !p.full {
		p.batch.Refuse(place(p.first), "answer_missing", "从这里起的文字没有“ANSWER: 字母”结束，不是一道完整的题")
	}
}

func place(n int) string { return fmt.Sprintf("第 %d 行", n) }

// Losses says what Aiken cannot hold of the question. What it says nothing of is read back as it was.
func Losses(q qb.Question) (lost []qb.Loss) {
	switch {
	case q.Type != qb.Single:
		return []qb.Loss{{Whole: true, Message: "Aiken 只有单选题，整题不写出"}}
	case len(q.MediaAll()) > 0 || q.Stimulus != nil:
		return []qb.Loss{{Whole: true, Message: "Aiken 没有图片、音视频和材料，整题不写出"}}
	case !comesBack(q):
		return []qb.Loss{{Whole: true, Message: "Aiken 的一行一项写不下这道题的文字，整题不写出"}}
	}
	add := func(f qb.Field, is bool) {
		if is {
			lost = append(lost, qb.Loss{Field: f, Message: "不写出"})
		}
	}
	add(qb.FieldExplanation, q.Explanation != "")
	add(qb.FieldPoints, len(q.KnowledgePoints) > 0)
	add(qb.FieldDifficulty, q.Difficulty != qb.DefaultDifficulty)
	add(qb.FieldKeyQuestion, q.KeyQuestion)
	add(qb.FieldSource, q.Source != (qb.Source{}))
	add(qb.FieldRedLine, q.RedLine)
	if q.Markdown {
		lost = append(lost, qb.Loss{Field: qb.FieldStem, Message: "Markdown 按普通文字写出"})
	}
	for i, o := range q.Options {
		if o.ID != string(rune('a'+i)) {
			return append(lost, qb.Loss{Field: qb.FieldOptions, Message: "选项重新编号"})
		}
	}
	return lost
}

func holds(q qb.Question) bool {
	lost := Losses(q)
	return len(lost) == 0 || !lost[0].Whole
}

// comesBack writes the question and reads it: a text may look like another line of the format.
func comesBack(q qb.Question) bool {
	text, right := write(q)
	items, _, err := Decode(strings.NewReader(text))
	if err != nil || len(items) != 1 {
		return false
	}
	again := items[0].Question
	same := func(a, b qb.Option) bool { return a.Text == b.Text }
	return again.Stem == q.Stem && slices.EqualFunc(again.Options, q.Options, same) && right >= 0 && again.Key.Choices[0] == again.Options[right].ID
}

// write is the question's text, and the place of the right option, -1 for none.
func write(q qb.Question) (text string, right int) {
	var b strings.Builder
	b.WriteString(q.Stem + "\n")
	right = -1
	for i, o := range q.Options {
		fmt.Fprintf(&b, "%c) %s\n", 'A'+i, o.Text)
		if len(q.Key.Choices) == 1 && o.ID == q.Key.Choices[0] {
			right = i
		}
	}
	fmt.Fprintf(&b, "ANSWER: %c\n", 'A'+right)
	return b.String(), right
}

// Encode writes the questions; Losses says what that loses. What it calls whole is left out.
func Encode(w io.Writer, questions []qb.Question) error {
	var b strings.Builder
	for _, q := range questions {
		if holds(q) {
			text, _ := write(q)
			b.WriteString(text + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
