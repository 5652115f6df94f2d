package text

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/markup"
	"github.com/peikao/peikao/questionbank/written"
)

var (
	// tag is a type or points in brackets beside the stem: [单选题]（2分）.
	tag      = `[\[【（(〔][ 　]*([^\[\]【】（）()〔〕]{1,20})[ 　]*[\]】）)〕]`
	tagFirst = regexp.MustCompile(`^[ 　]*` + tag + `[ 　.．、:：]*`)
	tagLast  = regexp.MustCompile(`[ 　]*` + tag + `[ 　*＊]*$`)
	points   = regexp.MustCompile(`^(?:(?:本题|共|每题)?[:： 　]*\d+(?:\.\d+)?[ 　]*分|(?:分值|分数)[:： 　]*\d+(?:\.\d+)?[ 　]*分?)$`)
	required = regexp.MustCompile(`[ 　]+[*＊]$`)
	chapter  = regexp.MustCompile(`^第[^章节篇编单元]*[章节篇编单元][ 　:：、.]*`)
)

// addTo builds the questions and gives everything to the batch.
func (r *reader) addTo(b *qb.Batch) {
	r.assignKeys()
	r.dropOrdinals()
	for _, q := range r.questions {
		if q.size > maxQuestionBytes {
			q.found = append(q.found, qb.Problem{Severity: qb.Error, Code: "question_long", Message: "这道题长得不像一道题，后面的文字没有读取：请检查题号"})
		}
	}
	built := make([]written.Draft, len(r.questions))
	for i, q := range r.questions {
		built[i] = r.draftOf(q)
	}
	for _, n := range r.notes {
		b.Note(n.p.Severity, r.doc.place(n.line), n.p.Code, n.p.Message)
		b.Problems[len(b.Problems)-1].Fix = n.p.Fix
	}
	unsorted := written.Unsorted{}
	for i, q := range r.questions {
		if b.Full(r.doc.place(q.first)) {
			return
		}
		made, problems := built[i].Question()
		problems = append(append(q.found, problems...), unsorted.Problems(made)...)
		b.Add(func(f qb.Field) string { return r.placeOf(q, f) }, made, problems...)
	}
}

// dropOrdinals takes 一、二、三、… off the stems where these number all the questions, and nothing else does.
func (r *reader) dropOrdinals() {
	if len(r.questions) < 2 {
		return
	}
	bare := make([]string, len(r.questions))
	for i, q := range r.questions {
		stem := q.parts[fieldStem].pieces
		if q.number != 0 || len(stem) == 0 {
			return
		}
		rest, found := strings.CutPrefix(stem[0], ordinalOf(i+1))
		sign, size := utf8.DecodeRuneInString(rest)
		if !found || !strings.ContainsRune("、.．", sign) {
			return
		}
		bare[i] = strings.TrimLeft(rest[size:], " 　")
	}
	for i, q := range r.questions {
		q.parts[fieldStem].pieces[0] = bare[i]
	}
}

// ordinalOf writes 1 to 99 as a heading counts: 一, 十, 二十一.
func ordinalOf(n int) string {
	digit := func(n int) string { return strings.Split("零 一 二 三 四 五 六 七 八 九", " ")[n%10] }
	text := ""
	if n >= 20 {
		text = digit(n / 10)
	}
	if n >= 10 {
		text += "十"
	}
	if n%10 != 0 {
		text += digit(n)
	}
	return text
}

var fields = map[qb.Field]field{
	qb.FieldStem: fieldStem, qb.FieldOptions: fieldOptions, qb.FieldKey: fieldAnswer, qb.FieldRubric: fieldRubric, qb.FieldType: fieldType,
	qb.FieldExplanation: fieldExplanation, qb.FieldPoints: fieldPoint, qb.FieldDifficulty: fieldDifficulty, qb.FieldKeyQuestion: fieldKeyQuestion,
	qb.FieldPolicy: fieldPolicy, qb.FieldSource: fieldLaw, qb.FieldRows: fieldRows, qb.FieldRedLine: fieldRedLine, qb.FieldPartial: fieldPartial, qb.FieldSeconds: fieldSeconds, qb.FieldGrades: fieldAnswer, qb.FieldArticle: fieldArticle, qb.FieldEdition: fieldEdition, qb.FieldStatus: fieldStatus,
}

func (r *reader) placeOf(q *question, f qb.Field) string {
	l := q.first
	from := fields[f]
	if strings.HasPrefix(string(f), string(qb.FieldOptions)) {
		from = fieldOptions
	}
	if p, ok := q.parts[from]; ok && f != "" {
		l = p.from
	}
	if f == "" {
		return r.doc.place(l)
	}
	return r.doc.place(l) + " " + f.Name()
}

func (r *reader) draftOf(q *question) written.Draft {
	text := func(f field) string { return written.Clean(q.parts[f].text()) }
	d := written.Draft{
		Type: text(fieldType), Stem: text(fieldStem), OptionsText: text(fieldOptions), Answer: text(fieldAnswer), Rubric: text(fieldRubric),
		Explanation: text(fieldExplanation), Points: []string{text(fieldPoint)}, Difficulty: text(fieldDifficulty), KeyQuestion: text(fieldKeyQuestion),
		Policy: text(fieldPolicy), Law: text(fieldLaw), Article: text(fieldArticle), Edition: text(fieldEdition), Status: text(fieldStatus),
		Rows: text(fieldRows), RedLine: text(fieldRedLine), Partial: text(fieldPartial), Seconds: text(fieldSeconds), Marks: q.marks,
		Media: q.media, Pictured: q.pictured, ExplanationMedia: q.why,
	}
	if d.Points[0] == "" && q.points != "" {
		name := chapter.ReplaceAllString(q.points, "")
		if name == "" {
			name = q.points
		}
		d.Points = []string{name}
	}
	r.takeTags(q, &d)
	if m := keyAndWhy.FindStringSubmatch(d.Answer); m != nil && d.Explanation == "" {
		d.Answer, d.Explanation = m[1], strings.TrimSpace(strings.TrimPrefix(m[2], "解析"))
	}
	takeCircled(&d)
	takeBareLetters(&d)
	if q.section != nil {
		d.Under = q.section.title
		if strings.Contains(d.Under, "案例") && d.OptionsText != "" {
			d.Under = "" // what is asked of a case has any type: options and answer tell
		}
		if d.Type == "" && d.Under != "" && !written.NamesType(d.Under) {
			d.Type = d.Under // told as not supported
		}
	}
	if q.group != nil {
		q.group.addTo(&d)
	}
	return d
}

// circledKey is an answer of circled numbers alone: ②, ①③.
var circledKey = regexp.MustCompile(`^[①-⑩][①-⑩、，,；; 　]*$`)

// takeCircled takes ① ② ③ … below the stem, a line each or several in a line, for options where no letters follow and the answer
// names them.
func takeCircled(d *written.Draft) {
	if d.OptionsText != "" || !circledKey.MatchString(d.Answer) {
		return
	}
	lines := strings.Split(d.Stem, "\n")
	first := len(lines)
	for first > 1 && circledNumber([]rune(lines[first-1] + " ")[0]) > 0 {
		first--
	}
	n := 0
	for _, line := range lines[first:] {
		start := true
		for _, c := range line {
			if circledNumber(c) == n+1 {
				n++
			} else if start {
				return
			}
			start = false
		}
	}
	if n > 1 && n <= qb.MaxOptions {
		d.Stem, d.OptionsText = strings.Join(lines[:first], "\n"), strings.Join(lines[first:], "\n")
	}
}

// letterKey is an answer of option letters alone: B, AC.
var letterKey = regexp.MustCompile(`^[A-HＡ-Ｈ][A-HＡ-Ｈ、，,；; 　]*$`)

// takeBareLetters takes lines A表皮 B真皮 … below the stem, whose letters have no sign behind them, for options where the answer is letters.
func takeBareLetters(d *written.Draft) {
	lines := strings.Split(d.Stem, "\n")
	if d.OptionsText != "" || len(lines) < 3 || !letterKey.MatchString(d.Answer) {
		return
	}
	letter := func(line string) rune { return qb.HalfWidth([]rune(line + " ")[0]) }
	first := len(lines) - 1
	for first > 1 && letter(lines[first]) != 'A' {
		first--
	}
	options := slices.Clone(lines[first:])
	for i, line := range options {
		runes := []rune(line + " ")
		if i >= qb.MaxOptions || letter(line) != 'A'+rune(i) || !unicode.Is(unicode.Han, runes[1]) {
			return
		}
		options[i] = string('A'+rune(i)) + ". " + strings.TrimSpace(string(runes[1:]))
	}
	if len(options) > 1 {
		d.Stem, d.OptionsText = strings.Join(lines[:first], "\n"), strings.Join(options, "\n")
	}
}

// circledNumber is 1 for ①, up to 10; 0 for another sign.
func circledNumber(c rune) int {
	if c < '①' || c > '⑩' {
		return 0
	}
	return int(c-'①') + 1
}

// addTo gives the question what it shares with its neighbours.
func (g *group) addTo(d *written.Draft) {
	if g.material == "" {
		g.material = markup.EscapeMarkdown(strings.Join(g.stem, "\n"))
	}
	d.Stimulus.Text = g.material
	if d.OptionsText == "" {
		d.OptionsText = strings.Join(g.options, "\n")
	}
}

// takeTags takes type and points off both ends of the stem, and off the end of its first line.
func (r *reader) takeTags(q *question, d *written.Draft) {
	first, rest, more := strings.Cut(d.Stem, "\n")
	if more {
		d.Stem = r.withoutTags(q, d, first, tagLast, tagLast) + "\n" + rest
	}
	d.Stem = r.withoutTags(q, d, d.Stem, tagFirst, tagFirst, tagLast, tagLast)
}

func (r *reader) withoutTags(q *question, d *written.Draft, text string, places ...*regexp.Regexp) string {
	text = required.ReplaceAllString(text, "")
	for _, at := range places {
		m := at.FindStringSubmatchIndex(text)
		if m == nil {
			continue
		}
		inside := strings.TrimSpace(text[m[2]:m[3]])
		if r.isTag(q, d, inside) {
			text = strings.TrimSpace(text[:m[0]] + text[m[1]:])
		}
	}
	return text
}

// isTag reports whether the text in brackets says type or points and nothing else; the draft gets the type.
func (r *reader) isTag(q *question, d *written.Draft, inside string) bool {
	if inside == "" {
		return false // a place for the answer
	}
	for _, word := range strings.FieldsFunc(inside, func(c rune) bool { return strings.ContainsRune(",，;；、 　", c) }) {
		switch {
		case points.MatchString(word):
			r.tellScore(q.first)
		case typeTitle.MatchString(word) && written.NamesType(word):
			if d.Type == "" {
				d.Type = word
			}
		default:
			return false
		}
	}
	return true
}
