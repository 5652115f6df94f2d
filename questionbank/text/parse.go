package text

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/written"
)

// part is the text of one field of a question, with the line it began at.
type part struct {
	pieces []string
	from   Line
}

func (p part) text() string { return strings.Join(p.pieces, "\n") }

// quoted is the beginning of the text, for a message.
func (p part) quoted() string {
	const enough = 30
	n, bytes := 0, 0
	for n < len(p.pieces) && bytes < enough*utf8.UTFMax {
		bytes += len(p.pieces[n]) + 1
		n++
	}
	return fmt.Sprintf("%.30s", strings.Join(p.pieces[:n], "\n"))
}

// question is what was gathered for one.
type question struct {
	first   Line
	number  int // 0: none
	section *section
	group   *group
	points  string
	parts   map[field]part
	size    int   // bytes
	open    field // what a line without a label continues
	marks   []written.Mark
	found   []qb.Problem

	key, folded string // the answer that the list's are compared with, once there is one

	media, why []qb.Media          // below the stem, below the explanation
	pictured   map[string]qb.Media // option id → its picture
	bare       byte                // the last option where it is nothing but its letter
}

func (q *question) has(f field) bool { _, ok := q.parts[f]; return ok }

// complete: what the next question needs not to wait for.
func (q *question) complete() bool { return q.has(fieldAnswer) || q.has(fieldExplanation) }

func (q *question) add(f field, text string, from Line) {
	p, ok := q.parts[f]
	if !ok || len(p.pieces) == 0 {
		p.from = from
	}
	if q.size += len(text) + 1; q.size <= maxQuestionBytes && text != "" {
		p.pieces = append(p.pieces, text)
	}
	q.parts[f], q.open = p, f
}

// section is the questions under one heading.
type section struct {
	title string // 单选题
	whole string // the heading, folded
}

// group is questions that share what they ask about, or their options.
type group struct {
	from, to int
	stem     []string
	options  []string
	size     int // bytes

	material string // of the stem, once it is complete
}

// maxGroupBytes is more than a material may have: what is longer is cut, and refused by its check.
const maxGroupBytes = 4*qb.MaxStimulusRunes + 1

func (g *group) add(to *[]string, text string) {
	if text = strings.TrimSpace(text); text != "" && g.size <= maxGroupBytes {
		*to, g.size = append(*to, text), g.size+len(text)+1
	}
}

func (g *group) has(number int) bool { return g != nil && number >= g.from && number <= g.to }

// note is a problem of the document, not of one question.
type note struct {
	line Line
	p    qb.Problem
}

// reader walks over the lines once.
type reader struct {
	doc       Document
	lines     []line
	questions []*question
	spare     *question // for those that are too many
	sections  []*section
	cur       *question
	section   *section
	group     *group
	points    string
	last      int  // number of the last question in its section
	counted   bool // questions have numbers
	gap       bool // an empty line stands before this one
	notes     []note
	loose     []Line // lines that belong to nothing, not told yet
	scored    bool   // it was told that points are not taken
	owned     bool   // and that an examinee's answers are not
	keys      keyList
}

func newReader(d Document) *reader {
	r := &reader{doc: d, lines: lookAll(d.Lines)}
	strong := 0
	for _, l := range r.lines {
		if l.kind == numbered && !l.bare && (l.strong || l.hint) {
			strong++
		}
	}
	r.counted = strong > 0
	return r
}

func (r *reader) read() {
	for i := 0; i < len(r.lines); i++ {
		l := r.lines[i]
		switch {
		case l.kind == empty:
		case r.keys.open:
			r.readKeys(i)
		default:
			r.readLine(i)
		}
		if r.cur != nil && len(l.Problems) > 0 {
			r.cur.found = append(r.cur.found, l.Problems...)
		} else {
			for _, p := range l.Problems {
				r.notes = append(r.notes, note{l.Line, p})
			}
		}
		r.takeMedia(l)
		r.gap = l.kind == empty
	}
	r.tellLoose()
}

// takeMedia gives the pictures of a line to the part of the question that the line belongs to.
func (r *reader) takeMedia(l line) {
	if len(l.Media) == 0 {
		return
	}
	q := r.cur
	switch {
	case q == nil:
		r.note(l.Line, qb.Warning, "media_dropped", "", "图片不属于任何题目，没有导入")
	case q.open == fieldExplanation:
		q.why = append(q.why, l.Media...)
	case q.open == fieldOptions && len(l.Media) == 1 && q.pictureOf(l) != 0:
		q.pictured[string(rune(q.pictureOf(l)))] = l.Media[0]
	default:
		if q.open == fieldOptions {
			q.found = append(q.found, qb.Problem{Severity: qb.Warning, Code: "media_moved",
				Message: "选项处的图片分不清属于哪个选项，放在题干下面：请核对，或让每张图片紧跟它的选项字母"})
		}
		q.media = append(q.media, l.Media...)
	}
}

// optionLetters are labels of options inside a line.
var optionLetters = regexp.MustCompile(`[A-HＡ-Ｈ][.．、:：)）]`)

// pictureOf is the letter of the option that a line's picture belongs to, 0 where that can't be told: an option alone on its line, or the
// option above that is nothing but its letter.
func (q *question) pictureOf(l line) (letter byte) {
	switch {
	case l.kind == option && len(optionLetters.FindAllString(l.text, 2)) < 2:
		letter = l.letter
	case l.kind == empty:
		letter = q.bare
	}
	if _, has := q.pictured[string(rune(letter))]; has {
		return 0
	}
	return letter
}

func (r *reader) readLine(i int) {
	l := r.lines[i]
	starts := l.kind == numbered && r.startsQuestion(i)
	if l.bare && !starts {
		l.kind, l.text = plain, written.Clean(l.Text)
		l.segments = segments(l.text)
		r.lines[i] = l
	}
	switch {
	case l.kind == sectionLine:
		r.startSection(l)
	case l.kind == chapterLine:
		r.cur, r.points = nil, l.text
	case l.kind == groupLine:
		r.startGroup(l)
	case l.kind == pageLine:
		r.loose = append(r.loose, l.Line)
	case l.kind == keysLine && r.startsKeys(i):
		r.cur, r.keys.open = nil, true
		r.readKeys(i)
	case starts:
		r.start(l, l.number)
		r.take(l)
	case l.kind == keysLine && r.cur != nil:
		r.cur.add(fieldAnswer, "", l.Line)
	case r.startsCase(i):
		r.cur = nil
		r.group = &group{from: r.nextNumber(i), to: math.MaxInt}
		r.group.add(&r.group.stem, l.text)
	case l.kind == option && r.cur == nil && r.group != nil:
		r.group.add(&r.group.options, l.text)
	case l.kind == plain && r.cur == nil && r.group != nil:
		r.group.add(&r.group.stem, l.text)
	case l.kind == plain && r.startsUnnumbered(i), l.kind == labelLine && r.startsLabelled(l):
		r.start(l, 0)
		r.take(l)
	case r.cur == nil:
		r.loose = append(r.loose, l.Line)
	case l.kind == option && r.takesOption():
		r.takeOption(l)
	default:
		r.continues(l)
	}
}

func (r *reader) startSection(l line) {
	r.tellLoose()
	title := sectionTitle(l.text)
	r.section = &section{title, qb.Fold(l.text)}
	r.sections = append(r.sections, r.section)
	r.cur, r.group, r.last = nil, nil, 0
	if rest := notesOf(l.text, title); rest != "" && !scoreNote.MatchString(narrowDigits(rest)) {
		r.loose = append(r.loose, l.Line)
	}
	if strings.Contains(strings.ReplaceAll(l.text, "分析", ""), "分") {
		r.tellScore(l.Line)
	}
}

// scoreNote is what stands beside a heading and says how many and how much: 每题2分，共20题.
var scoreNote = regexp.MustCompile(`^[（(：:，,。；;、\s　本大每小题道共计合分得题满值个空错选少多漏均对打√×“”"正确误请在括号内划填写答案后道全部项以下只一最佳备供\d.．\-一二两三四五六七八九十有]*(?:单选|多选)?[)）。\s　]*$`)

func notesOf(text, title string) string {
	_, rest, _ := strings.Cut(text, title)
	return strings.Trim(rest, "】]*# ")
}

func (r *reader) startGroup(l line) {
	r.cur = nil
	m := groupMark.FindStringSubmatch(l.text)
	var g group
	_, _ = fmt.Sscan(m[1], &g.from)
	_, _ = fmt.Sscan(m[2], &g.to)
	g.add(&g.stem, m[4])
	r.group = &g
}

// caseMark begins another case: 案例二：, 【案例】.
var caseMark = regexp.MustCompile(`^[【\[]?(?:案例|病例|材料)[一二三四五六七八九十\d]*(?:[】\]]|[ 　:：、.])`)

// startsCase reports whether a text under 案例分析 is what the questions below it ask about: the first under the heading, or one that
// says that it is a case, where a question with options follows.
func (r *reader) startsCase(i int) bool {
	l := r.lines[i]
	if l.kind != plain || r.section == nil || !strings.Contains(r.section.title, "案例") {
		return false
	}
	if !caseMark.MatchString(l.text) && (r.cur != nil || r.group != nil) {
		return false
	}
	return r.nextNumber(i) > 0
}

// nextNumber is the number of the next question, 0 where it has no options or a heading comes before it.
func (r *reader) nextNumber(i int) int {
	for j := i + 1; j < len(r.lines) && j <= i+maxBlockLines; j++ {
		switch l := &r.lines[j]; l.kind {
		case empty, plain, pageLine:
		case numbered:
			if r.optionsFollow(j) {
				return l.number
			}
			return 0
		default:
			return 0
		}
	}
	return 0
}

func (r *reader) note(l Line, s qb.Severity, code, fix, message string) {
	r.notes = append(r.notes, note{l, qb.Problem{Severity: s, Code: code, Message: message, Fix: fix}})
}

func (r *reader) tellScore(l Line) {
	if !r.scored {
		r.note(l, qb.Warning, "score_unread", "", "分值没有导入：分值在组卷时确定")
		r.scored = true
	}
}

func (r *reader) tellOwn(l Line) {
	if !r.owned {
		r.note(l, qb.Warning, "response_unread", "", "考生作答没有导入")
		r.owned = true
	}
}

// tellLoose names the lines that belong to nothing, neighbours together.
func (r *reader) tellLoose() {
	for i := 0; i < len(r.loose); {
		j := i + 1
		for j < len(r.loose) && r.loose[j].Number <= r.loose[j-1].Number+2 {
			j++
		}
		message := fmt.Sprintf("“%.40s”不属于任何题目，没有导入", strings.TrimSpace(r.loose[i].Text))
		if j-i > 1 {
			message = fmt.Sprintf("从“%.40s”起的 %d %s不属于任何题目，没有导入", strings.TrimSpace(r.loose[i].Text), j-i, r.doc.Unit)
		}
		r.note(r.loose[i], qb.Warning, "text_unread", "", message)
		i = j
	}
	r.loose = nil
}

func (r *reader) start(l line, number int) {
	r.tellLoose()
	r.cur = r.blank()
	r.cur.first, r.cur.number, r.cur.section, r.cur.points, r.cur.open = l.Line, number, r.section, r.points, fieldStem
	if number > 0 {
		if r.group.has(number) {
			r.cur.group = r.group
		}
		if r.last > 0 && number > r.last+1 {
			r.cur.found = append(r.cur.found, qb.Problem{Severity: qb.Warning, Code: "number_jump",
				Message: fmt.Sprintf("题号从 %d 跳到 %d，请核对是否缺题", r.last, number)})
		}
		r.last = number
	}
}

// blank is a question with nothing in it yet. One more than a file may hold is told as too many; the others are read into one that is
// not kept.
func (r *reader) blank() *question {
	if len(r.questions) <= qb.MaxItems {
		q := &question{parts: map[field]part{}, pictured: map[string]qb.Media{}}
		r.questions = append(r.questions, q)
		return q
	}
	if r.spare == nil {
		r.spare = &question{parts: map[field]part{}, pictured: map[string]qb.Media{}}
	}
	clear(r.spare.parts)
	clear(r.spare.pictured)
	*r.spare = question{parts: r.spare.parts, pictured: r.spare.pictured}
	return r.spare
}

// take puts the segments of a question's line where they belong.
func (r *reader) take(l line) {
	r.cur.marks = append(r.cur.marks, l.Marks...)
	if len(l.text) > maxLineBytes {
		r.cur.add(r.cur.open, l.text, l.Line)
		return
	}
	for n, s := range l.segments {
		switch {
		case s.field == "":
			r.cur.add(r.cur.open, s.text, l.Line)
		case s.field == fieldScore:
			r.tellScore(l.Line)
		case s.field == fieldOwn:
			r.tellOwn(l.Line)
		case s.field == fieldAnswer && r.cur.has(fieldAnswer) && len(r.cur.parts[fieldAnswer].pieces) > 0:
			r.cur.found = append(r.cur.found, qb.Problem{Severity: qb.Error, Field: qb.FieldKey, Code: "key_written_twice",
				Message: fmt.Sprintf("答案写了两次：“%s”和“%.30s”", r.cur.parts[fieldAnswer].quoted(), s.text)})
		case n == 0 && s.field == fieldStem && r.cur.has(fieldStem):
			r.cur.add(fieldStem, s.text, l.Line)
		default:
			r.cur.add(s.field, s.text, l.Line)
		}
	}
}

// takesOption: after the explanation has begun, and where options stand already, a line A. … belongs to the explanation.
func (r *reader) takesOption() bool {
	switch r.cur.open {
	case fieldStem, fieldOptions:
		return true
	case fieldAnswer:
		return !(len(r.cur.parts[fieldAnswer].pieces) == 0 && r.cur.has(fieldOptions))
	}
	return !r.cur.has(fieldOptions)
}

func (r *reader) takeOption(l line) {
	if r.cur.open != fieldOptions {
		if r.cur.has(fieldOptions) {
			r.cur.found = append(r.cur.found, qb.Problem{Severity: qb.Error, Field: qb.FieldOptions, Code: "options_twice",
				Message: fmt.Sprintf("%s 又是选项：可能缺了一道题的题干", r.doc.place(l.Line))})
		}
		r.cur.open = fieldOptions
	}
	r.cur.bare = 0
	if _, length := written.Label(l.text, true); strings.TrimSpace(l.text[length:]) == "" && len(l.Media) == 0 {
		r.cur.bare = l.letter
	}
	r.take(l)
}

// continues adds a line to what is open. An empty line ends options: what follows may be a remark, a heading or the next stem.
func (r *reader) continues(l line) {
	if l.kind == plain && r.gap && r.cur.open == fieldOptions {
		r.loose = append(r.loose, l.Line)
		return
	}
	if l.kind == numbered { // a list inside a text keeps its numbers
		l.text = written.Clean(l.Text)
		l.segments = segments(l.text)
	}
	r.take(l)
}
