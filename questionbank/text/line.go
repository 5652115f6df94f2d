package text

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/written"
)

// kind is what a line looks like by itself; what it is, its surroundings decide.
type kind int

const (
	plain kind = iota
	empty
	numbered // 12、…
	option   // A. …
	labelLine
	sectionLine // 一、单选题（每题2分）
	chapterLine // 第二章 …
	keysLine    // 参考答案
	groupLine   // （1～3 题共用题干）
	pageLine    // 第 1 页 共 3 页
)

// line is a Line with what can be told of it alone.
type line struct {
	Line
	kind     kind
	text     string // clean, without a number
	number   int    // of a numbered line
	bare     bool   // the number may be part of the text: 12 岁, 1.5 毫升
	letter   byte   // of an option: a
	segments []segment
	strong   bool // a numbered line: options or an answer follow before the next number
	hint     bool // a numbered line: it has a gap or brackets for an answer
	inline   bool // options stand in it: A. … B. …
}

var (
	numberMark = regexp.MustCompile(`^(?:[【\[]?第[ 　]*(\d{1,4})[ 　]*题[】\]]?[ 　]*[.．、:：]?|[（(][ 　]*(\d{1,4})[ 　]*[)）][ 　]*[.．、]?|(?:问?题目?|Q)?[ 　]*(\d{1,4})[ 　]*[.．、:：)）。,，][.．、]?)[ 　\t]*`)
	bareNumber = regexp.MustCompile(`^(\d{1,3})[ 　\t]+(\D)`)
	// markFirst is a statement whose mark stands before its number: （√）1、…
	markFirst = regexp.MustCompile(`^([（(][ 　]*[√×✓✔✗✘对错TF]?[ 　]*[)）])[ 　]*(\d{1,4}[.．、].*)$`)
	// typeFirst is a question whose type stands before its number: 【单选题】1、…
	typeFirst = regexp.MustCompile(`^([【\[（(][ 　]*(?:单项?选择?|多项?选择?|不定项选择?|判断|填空|简答|问答|论述|案例分析)题?[ 　]*[】\])）])[ 　]*(\d{1,4}[.．、][ 　]*)(.*)$`)
	starFirst = regexp.MustCompile(`^[*＊√✓✔][ 　]*([A-HＡ-Ｈ][.．、:：)）].*)$`)

	// wideNumber begins a line whose number is written in full width: １．, （２）, 第３题.
	wideNumber = regexp.MustCompile(`^[（(【\[]?[ 　]*(?:第|问?题目?|Q)?[ 　]*[０-９]+`)
	// keyInBrackets is an answer on a line of its own, in brackets: （答案：30）.
	keyInBrackets = regexp.MustCompile(`^[（(][ 　]*((?:正确|参考|标准)?答案[ 　]*[:：].+)[)）]$`)

	chapterMark = regexp.MustCompile(`^第[ 　]*[一二三四五六七八九十百\d]+[ 　]*[章节篇编单元][ 　:：、.]*(\S.*)?$`)
	keysMark    = regexp.MustCompile(`^[（(【\[〔]?(?:附[:：]?|附件[:：]?|[一二三四五六七八九十]+[、.．])?[ 　]*(?:\p{Han}{0,8}题)?[ 　]*(?:参考|标准|正确|试题|试卷)?答案(?:(?:及|与|和)(?:答案)?(?:解析|详解|评分标准))?[】\]〕）)]?[ 　]*([:：]?)[ 　]*(.*)$`)
	groupMark   = regexp.MustCompile(`^[（(【\[]?[ 　]*(\d{1,4})[ 　]*[-—–~～至][ 　]*(\d{1,4})[ 　]*题?[ 　]*(共用题干|共用备选答案|共用选项|题?(?:根据|依据|基于|以)\p{Han}{0,6}(?:材料|资料|案例|病例|对话))[ 　]*[:：]?[ 　]*[）)】\]]?[ 　:：]*(.*)$`)
	pageMark    = regexp.MustCompile(`^(?:第[ 　]*\d+[ 　]*页(?:[ 　,，/]*共[ 　]*\d+[ 　]*页)?|[-—–][ 　]*\d+[ 　]*[-—–]|\d+[ 　]*/[ 　]*\d+)$`)

	hintMark    = regexp.MustCompile(`[（(【\[][ 　]*(?:[A-HＡ-Ｈ][A-HＡ-Ｈ、，, 　]*|√|×|对|错|T|F)?[ 　]*[)）】\]]|[_＿]{2,}|[√×]$`)
	inlineStart = regexp.MustCompile(`[AＡ][.．、:：)）].*[BＢ][.．、:：)）]`)
)

// look tells what a line looks like.
func look(l Line) line {
	out := line{Line: l, text: strings.Trim(written.Clean(l.Text), " \t　")}
	if out.text == "" {
		out.kind = empty
		return out
	}
	if len(out.text) > maxLineBytes {
		return out
	}
	if out.text = undecorated(unboxed(out.text)); out.text == "" {
		out.kind = empty
		return out
	}
	if narrow := narrowNumber(out.text); numberMark.MatchString(narrow) {
		out.text = narrow
	}
	if m := submatches(keyInBrackets, "（(", out.text); m != nil {
		out.text = m[1]
	}
	if m := submatches(markFirst, "（(", out.text); m != nil {
		out.text = m[2] + m[1]
	}
	if m := submatches(typeFirst, "【[（(", out.text); m != nil {
		out.text = m[2] + m[1] + m[3]
	}
	if m := submatches(starFirst, "*＊√✓✔", out.text); m != nil {
		out.text = m[1] + "（正确答案）"
	}
	switch {
	case submatches(pageMark, "第-—–0123456789", out.text) != nil:
		out.kind = pageLine
	case submatches(groupMark, "（(【[0123456789", out.text) != nil:
		out.kind = groupLine
	case strings.HasPrefix(out.text, "第") && chapterMark.MatchString(out.text) && short(out.text):
		out.kind = chapterLine
	case isSection(out.text):
		out.kind = sectionLine
	case isKeys(out.text):
		out.kind = keysLine
	case out.takeNumber():
	default:
		if letter, length := written.Label(out.text, true); length > 0 {
			out.kind, out.letter = option, byte(letter)
		}
	}
	out.inline = strings.ContainsAny(out.text, "AＡ") && strings.ContainsAny(out.text, "BＢ") && inlineStart.MatchString(out.text)
	out.segments = segments(out.text)
	if len(out.segments) > 0 && out.segments[0].field != "" && out.kind == plain {
		out.kind = labelLine
	}
	return out
}

// submatches are those of an expression which only matches texts that begin with one of the signs: most lines need no closer look.
func submatches(e *regexp.Regexp, signs, text string) []string {
	if first, _ := utf8.DecodeRuneInString(text); !strings.ContainsRune(signs, first) {
		return nil
	}
	return e.FindStringSubmatch(text)
}

// narrowDigits writes full-width digits, and the line between two of them, in half width.
func narrowDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' || r == '－' {
			return qb.HalfWidth(r)
		}
		return r
	}, s)
}

// narrowNumber writes the number at the start of a line in half width.
func narrowNumber(s string) string {
	m := wideNumber.FindString(s)
	return narrowDigits(m) + s[len(m):]
}

const headingRunes = 80

func short(s string) bool { return utf8.RuneCountInString(s) <= headingRunes }

func (l *line) takeNumber() bool {
	m := numberMark.FindStringSubmatchIndex(l.text)
	if m == nil {
		b := bareNumber.FindStringSubmatchIndex(l.text)
		if b == nil {
			return false
		}
		l.kind, l.bare = numbered, true
		l.number, _ = strconv.Atoi(l.text[b[2]:b[3]])
		l.text = l.text[b[4]:]
		return true
	}
	rest := l.text[m[1]:]
	if sign := l.text[m[1]-1]; (sign == '.' || sign == ',' || sign == ':') && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		l.bare = true // 1.5 毫升, 1,000 元, 10:30, or question 90: 90.12 岁儿童…
	}
	for g := 1; g <= 3; g++ {
		if m[2*g] >= 0 {
			l.number, _ = strconv.Atoi(l.text[m[2*g]:m[2*g+1]])
		}
	}
	l.kind, l.text = numbered, rest
	return true
}

// sees reports whether the line shows that a question goes on here: an option A or an answer.
func (l *line) sees() bool {
	if l.kind == option && l.letter == 'a' || l.inline {
		return true
	}
	for _, s := range l.segments {
		if s.field == fieldAnswer {
			return true
		}
	}
	return false
}

// lookAll looks at every line and tells the numbered ones what follows them.
func lookAll(in []Line) []line {
	lines := make([]line, len(in))
	strong, last := false, len(in)
	for i := len(in) - 1; i >= 0; i-- {
		lines[i] = look(in[i])
		l := &lines[i]
		switch l.kind {
		case sectionLine, chapterLine, keysLine, groupLine:
			strong, last = false, i
			continue
		}
		strong = strong && last-i <= maxBlockLines || l.sees()
		if l.kind == numbered {
			l.strong, l.hint = strong, hintMark.MatchString(l.text)
			strong, last = false, i
		}
	}
	dropGroups(lines)
	return lines
}

// dropGroups makes a line （1～3 题共用题干） plain where no question of the first number follows.
func dropGroups(lines []line) {
	for i := range lines {
		if lines[i].kind != groupLine {
			continue
		}
		from, found := groupMark.FindStringSubmatch(lines[i].text)[1], false
		for j := i + 1; j < len(lines) && j <= i+maxBlockLines && !found && lines[j].kind != groupLine; j++ {
			found = lines[j].kind == numbered && strconv.Itoa(lines[j].number) == strings.TrimLeft(from, "0")
		}
		if !found {
			lines[i].kind = plain
		}
	}
}

var (
	ordinal   = regexp.MustCompile(`^(?:[（(]?[一二三四五六七八九十]+[)）]?[、.．:：\s　]*|第[一二三四五六七八九十\d]+(?:部分|大题|题型|部份)[、.．:：\s　]*|[IVXⅠ-Ⅻ]+[、.．\s]+|\d{1,2}[、.．][ 　]*)?`)
	typeTitle = regexp.MustCompile(`^(?i:[A-Z]\d?型|[\p{Han}A-Za-z0-9]{0,6}?)(?:单选|单项选择|最佳选择|多选|多项选择|不定项选择|不定向选择|选择|判断|是非|对错|填空|简答|问答|论述|名词解释|案例分析|案例|主观|计算|连线|匹配|配对|配伍|排序|改错|情境判断|情景判断|话术|标注|录音|口述|口语|作文|型)(?:题|选择题|改错题|分析题|正误题?|正误判断题?)?(?:部分)?$`)
	// typeSigns has one of each name's.
	typeSigns = "选断非错空答述释例观算线配序境术注音语文型"
	endOfName = regexp.MustCompile(`[（(【\[:：。，,；;\s　]`)
)

// isSection reports whether a line is the heading of questions of one type: 一、单选题（每题2分，共40分） or 【判断题】.
func isSection(text string) bool {
	if !short(text) {
		return false
	}
	return sectionTitle(text) != ""
}

// sectionTitle is the type's name in a heading, "" for another line. Without an ordinal nothing but notes in brackets may follow.
func sectionTitle(text string) string {
	if text = strings.Trim(text, "#*＊■●◆▲ 　\t"); !strings.ContainsAny(text, typeSigns) {
		return ""
	}
	mark := ordinal.FindString(text)
	name := strings.TrimSpace(text[len(mark):])
	if in := strings.Trim(name, "【】[]〔〕"); in != name && !strings.ContainsAny(in, "【】[]") {
		name = in
	}
	rest := ""
	if at := endOfName.FindStringIndex(name); at != nil {
		name, rest = name[:at[0]], strings.TrimSpace(name[at[0]:])
	}
	if !typeTitle.MatchString(name) || mark != "" && mark[0] <= '9' && !strings.HasSuffix(name, "题") {
		return ""
	}
	if mark == "" && rest != "" && !strings.ContainsAny(rest[:min(3, len(rest))], "（([:：") {
		return ""
	}
	if mark == "" && !written.NamesType(name) {
		return ""
	}
	return name
}

// isKeys reports whether a line begins a list of answers: 参考答案, or 参考答案：1-5 ABCDA.
func isKeys(text string) bool {
	m := keysMark.FindStringSubmatch(text)
	return m != nil && (m[2] == "" || listStart.MatchString(qb.Fold(m[2])))
}
