package text

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/written"
)

// keyList is the answers that stand apart from their questions.
type keyList struct {
	open     bool // the lines that come are answers
	sections []*keySection
	last     int // the number of the last answer in its section

	whys map[int]*keyEntry // of the answers by their numbers, once a list of explanations stands below them
	why  *keyEntry         // whose explanation was last
}

// keySection is the answers under one heading, or up to where the numbers begin anew.
type keySection struct {
	title   string // 单选题; empty: no heading
	whole   string
	under   *section // where the list stands
	entries []*keyEntry
}

type keyEntry struct {
	number      int
	answer      strings.Builder
	explanation strings.Builder
	rubric      strings.Builder
	open        *strings.Builder // what a line without a number continues
	line        Line
}

const (
	keyLetters = `[A-HＡ-Ｈa-h]+`
	keyTruth   = `√|×|✓|✔|✗|✘|对|错|正确|错误|[TFＴＦ]`
)

var (
	listStart = regexp.MustCompile(`^[（(]?\d{1,4}[)）]?[ ]*(?:[-—–~至到][ ]*\d{1,4}|[.、:)]?[ ]*(?:[a-h]+|√|×|对|错|正确|错误|t|f)(?:[^a-z\p{Han}]|\d|$))`)
	rangeMark = regexp.MustCompile(`(?:^|[\s　；;,，。、])[（(]?(\d{1,4})[ 　]*[-—–~～至到][ 　]*(\d{1,4})[ 　]*题?[)）]?[ 　]*[:：.．、]?[ 　]*`)
	entryMark = regexp.MustCompile(`(?:^|[\s　；;,，。])(?:第[ 　]*(\d{1,4})[ 　]*题[:：]?|[（(](\d{1,4})[)）][.．、]?|(\d{1,4})[ 　]*[.．、:：)）]|(\d{1,4}))`)
	// keysUnder is the ordinal of a heading before its answers: 一、1-5 ABCDA.
	keysUnder = regexp.MustCompile(`^[（(]?[一二三四五六七八九十]+[)）]?[、.．:： 　]+`)
	// wideMark is a number inside a list that is written in full width: １．× ２．√
	wideMark = regexp.MustCompile(`[\s　；;][（(]?[０-９]+[)）]?[ 　]*[.．、:：]`)
	loneKey  = regexp.MustCompile(`^(?:` + keyLetters + `|` + keyTruth + `)`)
	// keyAndWhy is an answer with its reason behind it: 错误。剂量由医生决定。
	keyAndWhy = regexp.MustCompile(`^(` + keyLetters + `|` + keyTruth + `)[ 　]*[。．.；;，,：:\s]+(\p{Han}[\s\S]+)$`)
)

// startsKeys: 参考答案 as a heading is followed by a list; as a label, by the answer of the question above it.
func (r *reader) startsKeys(i int) bool {
	if len(r.questions) == 0 {
		return false
	}
	if m := keysMark.FindStringSubmatch(r.lines[i].text); m[2] != "" {
		return true
	}
	for j := i + 1; j < len(r.lines); j++ {
		switch l := r.lines[j]; l.kind {
		case empty, pageLine:
			continue
		case sectionLine:
			return true
		case numbered:
			return listStart.MatchString(qb.Fold(l.Text)) || l.segments != nil && l.segments[0].field == fieldAnswer ||
				l.number == 1 && (r.cur == nil || r.cur.complete() || r.cur.number > 1 && written.NamedType(r.title()) != qb.Short)
		default:
			return isKeyList(l.Text) || rangeMark.MatchString(l.text)
		}
	}
	return false
}

// isKeyList reports whether a line begins a list of answers, with the ordinal of their heading before it or without.
func isKeyList(text string) bool {
	text = qb.Fold(text)
	return listStart.MatchString(text) || listStart.MatchString(keysUnder.ReplaceAllString(text, ""))
}

func (r *reader) title() string {
	if r.section == nil {
		return ""
	}
	return r.section.title
}

// readKeys reads a line of the list, or ends the list where questions begin again.
func (r *reader) readKeys(i int) {
	l := r.lines[i]
	text := written.Clean(l.Text)
	if isKeyList(text) {
		text = narrowDigits(text)
	}
	if under := keysUnder.FindString(text); under != "" && l.kind == plain && (isKeyList(text) || entryMarks(narrowNumber(text[len(under):])) != nil) {
		r.keys.begin(strings.TrimRight(under, " 　"), qb.Fold(under), nil)
		text = text[len(under):]
	}
	text = wideMark.ReplaceAllStringFunc(narrowNumber(text), narrowDigits)
	switch {
	case l.kind == keysLine:
		m := keysMark.FindStringSubmatch(l.text)
		r.keys.begin("", "", r.section)
		if m[2] == "" {
			return
		}
		text = m[2]
	case l.kind == sectionLine:
		if r.questionsFollow(i) {
			r.keys.open = false
			r.readLine(i)
			return
		}
		title := sectionTitle(l.text)
		r.keys.begin(title, qb.Fold(l.text[:strings.Index(l.text, title)+len(title)]), nil)
		if text = strings.TrimLeft(bracketNote.ReplaceAllString(notesOf(l.text, title), ""), "：:。，, 　\t"); text == "" {
			return
		}
	case l.kind == chapterLine, l.kind == groupLine, l.kind == numbered && r.optionsFollow(i):
		r.keys.open = false
		r.readLine(i)
		return
	case l.kind == pageLine:
		r.loose = append(r.loose, l.Line)
		return
	}
	if r.keys.startsWhys(text) {
		r.note(l.Line, qb.Warning, "explanations_apart", "", "“解析”下面的编号按题号分给各题；请核对")
		return
	}
	found, wrong := parseKeys(text, l.Line)
	if wrong != "" {
		r.note(l.Line, qb.Error, "keys_count", "", wrong)
	}
	if found == nil && wrong == "" {
		r.continueKey(text, l.Line)
		return
	}
	if len(found) > 0 && r.keys.inAnswer(found[0].number) {
		r.continueKey(text, l.Line)
		return
	}
	for _, e := range found {
		if r.keys.explains(e) {
			continue
		}
		r.keys.add(e, r.section)
	}
}

// startsWhys: 解析： alone below the one list of answers, of which none has an explanation, begins a list of them with the same numbers.
func (k *keyList) startsWhys(text string) bool {
	all := segments(text)
	if len(all) != 1 || all[0] != (segment{field: fieldExplanation}) || len(k.sections) != 1 || len(k.sections[0].entries) < 2 {
		return false
	}
	whys := map[int]*keyEntry{}
	for _, e := range k.sections[0].entries {
		if e.explanation.Len() > 0 {
			return false
		}
		whys[e.number] = e
	}
	k.whys, k.last = whys, 0
	return true
}

// explains gives an entry of that list to the answer of its number; false where there is none, or no such list.
func (k *keyList) explains(e *keyEntry) bool {
	answer := k.whys[e.number]
	if answer == nil {
		return false
	}
	answer.open = &answer.explanation
	answer.take(e.answer.String())
	k.why, k.last = answer, e.number
	return true
}

var bracketNote = regexp.MustCompile(`[（(][^（）()]*[)）]`)

func (k *keyList) begin(title, whole string, under *section) {
	if n := len(k.sections); n > 0 && k.sections[n-1].title == "" && len(k.sections[n-1].entries) == 0 {
		k.sections = k.sections[:n-1]
	}
	k.sections, k.last = append(k.sections, &keySection{title: title, whole: whole, under: under}), 0
}

// inAnswer: under one heading the numbers rise, so that a lower one stands in a list inside an answer; without a heading only 1 can
// begin another section.
func (k *keyList) inAnswer(number int) bool {
	return number <= k.last && (number > 1 || k.sections[len(k.sections)-1].title != "")
}

func (k *keyList) add(e *keyEntry, under *section) {
	current := k.sections[len(k.sections)-1]
	if e.number <= k.last && current.title == "" {
		k.begin("", "", under)
		current = k.sections[len(k.sections)-1]
	}
	current.entries, k.last = append(current.entries, e), e.number
}

// continueKey adds a line without a number to the last answer.
func (r *reader) continueKey(text string, l Line) {
	if r.keys.why != nil {
		r.keys.why.take(text)
		return
	}
	entries := r.keys.sections[len(r.keys.sections)-1].entries
	if len(entries) == 0 {
		r.loose = append(r.loose, l)
		return
	}
	entries[len(entries)-1].take(text)
}

// take reads 【答案】A【解析】…, or adds to what is open.
func (e *keyEntry) take(text string) {
	for _, s := range segments(text) {
		switch s.field {
		case fieldAnswer:
			e.open = &e.answer
		case fieldExplanation:
			e.open = &e.explanation
		case fieldRubric:
			e.open = &e.rubric
		}
		if e.open.Len() > 0 && s.text != "" {
			e.open.WriteByte('\n')
		}
		e.open.WriteString(s.text)
	}
}

// questionsFollow looks behind a heading: options before the next heading mean questions.
func (r *reader) questionsFollow(i int) bool {
	for j := i + 1; j < len(r.lines) && j <= i+maxBlockLines; j++ {
		switch l := r.lines[j]; {
		case l.kind == empty:
		case l.kind == sectionLine || l.kind == keysLine || l.kind == chapterLine:
			return false
		case listStart.MatchString(qb.Fold(l.text)) || rangeMark.MatchString(l.text):
			return false
		case l.kind == numbered:
			return !listStart.MatchString(qb.Fold(l.Text)) && !(len(l.segments) > 0 && l.segments[0].field == fieldAnswer) && (r.optionsFollow(j) || l.hint || l.strong)
		}
	}
	return false
}

// optionsFollow reports whether options stand in the line or under it, before the next number.
func (r *reader) optionsFollow(i int) bool {
	for j := i; j < len(r.lines) && j <= i+maxBlockLines; j++ {
		l := &r.lines[j]
		switch {
		case j > i && l.kind != plain && l.kind != option && l.kind != empty:
			return false
		case l.kind == option && l.letter == 'a', l.inline:
			return true
		}
	}
	return false
}

// parseKeys reads 1-5 ABCDA 6-10 …, or 1.A 2.BC, or 1. a longer answer, and lists that change between ranges and single numbers. wrong
// tells of a range whose answers do not fit.
func parseKeys(text string, l Line) (entries []*keyEntry, wrong string) {
	if len(text) > maxLineBytes {
		return nil, "这一行太长，没有读取"
	}
	at := rangeMark.FindAllStringSubmatchIndex(text, -1)
	if at == nil || at[0][0] > 0 {
		return parseSingles(text, at, l)
	}
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		from, _ := strconv.Atoi(text[m[2]:m[3]])
		to, _ := strconv.Atoi(text[m[4]:m[5]])
		values, rest := rangeValues(text[m[1]:end], from, to)
		if values == nil {
			return entries, fmt.Sprintf("%d-%d 应有 %d 个答案，“%.40s”分不成这么多", from, to, max(0, to-from+1), strings.TrimSpace(text[m[1]:end]))
		}
		for n, v := range values {
			e := &keyEntry{number: from + n, line: l}
			e.open = &e.answer
			e.answer.WriteString(v)
			entries = append(entries, e)
		}
		entries = append(entries, singles(rest, l)...)
	}
	return entries, ""
}

// parseSingles reads a list that begins with a single number. Where a range goes on with the next number and holds as many keys as it
// says, the rest is a list with ranges; any other 3-5 is part of an answer.
func parseSingles(text string, ranges [][]int, l Line) (entries []*keyEntry, wrong string) {
	marks, i := entryMarks(text), 0
	for _, m := range ranges {
		for i < len(marks) && marks[i].end <= m[0] {
			i++
		}
		from, _ := strconv.Atoi(text[m[2]:m[3]])
		if i == 0 || from != marks[i-1].number+1 || !loneKey.MatchString(text[m[1]:]) {
			continue
		}
		if rest, wrong := parseKeys(strings.TrimLeft(text[m[0]:], listSigns), l); wrong == "" {
			return append(singles(text[:m[0]], l), rest...), ""
		}
		break // a list is looked through twice, not once for each range
	}
	return singles(text, l), ""
}

// listSigns may stand before a number in a list.
const listSigns = " 　\t\n；;,，。、"

// rangeValues are the answers of a range, and what follows from the next single number on: BAC 4. ABCD.
func rangeValues(text string, from, to int) (values []string, rest string) {
	for _, m := range entryMark.FindAllStringSubmatchIndex(text, -1) {
		if n, fits := entryNumber(text, m); m[0] == 0 || n != to+1 || !fits {
			continue
		}
		if values = keyValues(text[:m[0]], to-from+1); values != nil {
			return values, strings.TrimLeft(text[m[0]:], listSigns)
		}
		break
	}
	return keyValues(text, to-from+1), ""
}

// singles reads 1.A 2.BC, or 1. a longer answer.
func singles(text string, l Line) (entries []*keyEntry) {
	marks := entryMarks(text)
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1].start
		}
		e := &keyEntry{number: m.number, line: l}
		e.open = &e.answer
		answer := strings.Trim(text[m.end:end], " 　\t")
		if i+1 < len(marks) || loneKey.FindString(answer) == strings.TrimRight(answer, "；;，,") {
			answer = strings.Trim(answer, "；;，, 　")
		}
		if answer != "" {
			e.take("答案：" + answer)
		}
		entries = append(entries, e)
	}
	return entries
}

type numberAt struct{ number, start, end int }

// entryMarks are the numbers of a list in a line: the first at its start, each one more than the one before. A number without a
// sign must have a key behind it: 1A 2B.
func entryMarks(text string) (marks []numberAt) {
	for _, m := range entryMark.FindAllStringSubmatchIndex(text, -1) {
		n, fits := entryNumber(text, m)
		switch {
		case len(marks) == 0 && (m[0] > 0 || !fits):
			return nil
		case len(marks) > 0 && (n != marks[len(marks)-1].number+1 || !fits):
			continue
		}
		marks = append(marks, numberAt{n, m[0], m[1]})
	}
	return marks
}

// entryNumber is the number of a match, and whether it may be one of a list.
func entryNumber(text string, m []int) (n int, fits bool) {
	for g := 2; g <= 8; g += 2 {
		if m[g] >= 0 {
			n, _ = strconv.Atoi(text[m[g]:m[g+1]])
		}
	}
	return n, m[8] < 0 || loneKey.MatchString(strings.TrimLeft(text[m[1]:], " 　"))
}

// keyValues parts the answers of n questions: at spaces and commas when that gives n, else one sign each.
func keyValues(text string, n int) []string {
	text = strings.Trim(text, " 　\t；;。.")
	if n < 1 || n > qb.MaxItems {
		return nil
	}
	for _, separators := range []string{" 　\t", " 　\t,，、;；/"} {
		parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) })
		if len(parts) == n {
			return parts
		}
	}
	var values []string
	for _, r := range text {
		if unicode.IsSpace(r) || strings.ContainsRune(",，、;；", r) {
			continue
		}
		if !loneKey.MatchString(string(r)) {
			return nil
		}
		values = append(values, string(r))
	}
	if len(values) != n {
		return nil
	}
	return values
}
