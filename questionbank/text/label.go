package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
)

// field is a part of a question as a text names it.
type field string

const (
	fieldStem        field = "stem"
	fieldOptions     field = "options"
	fieldAnswer      field = "answer"
	fieldExplanation field = "explanation"
	fieldRubric      field = "rubric"
	fieldType        field = "type"
	fieldDifficulty  field = "difficulty"
	fieldPoint       field = "point"
	fieldKeyQuestion field = "key question"
	fieldPolicy      field = "policy"
	fieldLaw         field = "law"
	fieldArticle     field = "article"
	fieldEdition     field = "edition"
	fieldStatus      field = "status"
	fieldScore       field = "score"
	fieldRows        field = "rows"
	fieldRedLine     field = "red line"
	fieldPartial     field = "partial"
	fieldSeconds     field = "seconds"
	fieldOwn         field = "own" // what somebody answered once: an export of a practice
)

var fieldWords = map[field]string{
	fieldStem:        `题目 题干 试题 问题 question`,
	fieldOptions:     `选项 备选项 备选答案 options choices`,
	fieldAnswer:      `答案 正确答案 标准答案 参考答案 本题答案 正确选项 示范答案 答案要点 答题要点 正确答案为 正确答案是 答案为 答案是 答 answer answers correctanswer`,
	fieldExplanation: `解析 答案解析 试题解析 题目解析 解答 详解 分析 点评 参考解析 本题解析 解题思路 答案说明 答案解释 explanation rationale feedback`,
	fieldRubric:      `评分标准 评分要点 评分细则 采分点 得分点 rubric`,
	fieldType:        `题型 题目类型 试题类型 type`,
	fieldDifficulty:  `难度 难易度 难易程度 难度等级 难度系数 difficulty`,
	fieldPoint:       `知识点 考点 考核点 所属知识点 章节 所属章节 分类 标签 topic category tags`,
	fieldKeyQuestion: `重点 是否重点 必考`,
	fieldPolicy:      `多选计分`,
	fieldRows:        `匹配项 左侧 左列`,
	fieldRedLine:     `红线 红线题 一票否决`,
	fieldPartial:     `部分得分`,
	fieldSeconds:     `录音时限 录音时长`,
	fieldLaw:         `法规 依据 法律依据 法规依据 出处 来源 source`,
	fieldArticle:     `条款 条文 法条`,
	fieldEdition:     `版本 法规版本`,
	fieldStatus:      `核对状态`,
	fieldOwn:         `我的答案 你的答案 学生答案 考生答案`,
	fieldScore:       `分值 分数 本题分值 score points`,
}

var (
	// fieldOf has the words of each field without spaces.
	fieldOf = map[string]field{}
	// longestWord is the most bytes that one of them has.
	longestWord int

	// closeWord is a label that follows an answer at once: B解析：
	closeWord = regexp.MustCompile(`(?:答案解析|解析|难度|难易程度|知识点|考点|分值|章节)[ 　]*[:：]`)
	// keyWord is 答案 B, without a colon.
	keyWord = regexp.MustCompile(`^(?:正确|参考|标准)?答案[ 　]*(?:是|为)?[ 　]*([A-HＡ-Ｈ][A-HＡ-Ｈ、，, 　]*|√|×|对|错|正确|错误)[ 　。.]*$`)
)

func init() {
	for f, words := range fieldWords {
		for _, w := range strings.Fields(words) {
			fieldOf[w] = f
			longestWord = max(longestWord, len(w))
		}
	}
}

// label is one that stands in a text: 答案：, 【答 案】, 〔解析〕：. Of none the length is 0.
type label struct {
	field     field
	length    int // in bytes
	bracketed bool
}

// maxLabelSpaces is of those between the signs of a label: 答　　案.
const maxLabelSpaces = 16

// readLabel is the label that a text begins with, behind so many bytes of it.
func readLabel(text string, from int) (l label) {
	i := from
	if r, size := utf8.DecodeRuneInString(text[i:]); strings.ContainsRune("【[〔", r) && from == 0 {
		l.bracketed, i = true, size
	}
	var name strings.Builder
	spaces, inside, wide := 0, false, false // of the spaces: one stands between two signs of the name
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch {
		case r == ' ' || r == '　':
			if spaces++; spaces > maxLabelSpaces || name.Len() == 0 && !l.bracketed {
				return label{}
			}
			inside = true
			continue
		case l.bracketed && strings.ContainsRune("】]〕", r), !l.bracketed && (r == ':' || r == '：'):
			if l.field = fieldOf[name.String()]; l.field == "" {
				return label{}
			}
			if l.length = i; l.bracketed {
				l.length += colonAt(text[i:])
			}
			return l
		}
		if inside && name.Len() > 0 && r < utf8.RuneSelf && !wide || name.Len()+size > longestWord {
			return label{} // a word of Latin letters is written without spaces
		}
		inside, wide = false, r >= utf8.RuneSelf
		name.WriteRune(unicode.ToLower(r))
	}
	return label{}
}

// colonAt is the length of a colon that a text begins with, behind spaces or not.
func colonAt(text string) int {
	rest := strings.TrimLeft(text, " 　")
	for _, colon := range []string{":", "："} {
		if strings.HasPrefix(rest, colon) {
			return len(text) - len(rest) + len(colon)
		}
	}
	return 0
}

// lawLike is what stands behind 来源： when it is that of the question and not of what it is about.
var lawLike = regexp.MustCompile(`《|第[一二三四五六七八九十百零〇\d]+条|法|条例|办法|规定|指南|标准|手册|教材`)

// labelSigns are those of which every label has one, beside that of keyWord.
const labelSigns = ":：【[〔"

// segment is a part of a line under its label; the first of a line may have none.
type segment struct {
	field field
	text  string
}

// segments parts a line at its labels.
func segments(line string) (all []segment) {
	if strings.Contains(line, "答案") {
		if m := keyWord.FindStringSubmatch(line); m != nil {
			return []segment{{fieldAnswer, m[1]}}
		}
	}
	current := segment{}
	if !strings.ContainsAny(line, labelSigns) {
		if current.text = strings.TrimSpace(line); current.text != "" {
			all = append(all, current)
		}
		return all
	}
	if l := readLabel(line, 0); l.length > 0 && (l.field != fieldLaw || lawLike.MatchString(line[l.length:])) {
		current.field, line = l.field, line[l.length:]
	}
	for {
		before, f, after := cutLabel(line, current.field)
		current.text = strings.TrimSpace(before)
		if current.field != "" || current.text != "" {
			all = append(all, current)
		}
		if f == "" {
			return all
		}
		current, line = segment{field: f}, after
	}
}

// beforeLabel are the signs that a label inside a line begins with: one is looked for at these alone.
const beforeLabel = "【[〔 \t\n\f\r　；;。，,.？?！!)）"

func cutLabel(line string, in field) (before string, f field, after string) {
	for from := 0; from < len(line); {
		at := strings.IndexAny(line[from:], beforeLabel)
		if at < 0 {
			break
		}
		from += at
		sign, size := utf8.DecodeRuneInString(line[from:])
		if strings.ContainsRune("【[〔", sign) {
			size = 0
		}
		switch l := readLabel(line[from:], size); {
		case l.length == 0:
			from += max(size, utf8.RuneLen(sign))
		case !mayFollow(in, l.field, l.bracketed):
			from += l.length
		default:
			return line[:from] + keptSign(line[from:]), l.field, line[from+l.length:]
		}
	}
	if in == fieldAnswer {
		if m := closeWord.FindStringIndex(line); m != nil && m[0] > 0 {
			name := strings.TrimRight(line[m[0]:m[1]], " 　:：")
			return line[:m[0]], fieldOf[name], line[m[1]:]
		}
	}
	return line, "", ""
}

// mayFollow: an explanation may speak of 答案： or of the 【来源】 of a drug, a stem of anything.
func mayFollow(in, f field, inBrackets bool) bool {
	switch in {
	case fieldExplanation:
		return inBrackets && (f == fieldAnswer || f == fieldDifficulty || f == fieldPoint)
	case "", fieldStem, fieldOptions:
		return f == fieldAnswer || f == fieldExplanation || f == fieldOwn
	}
	return true
}

// keptSign is the sign before a label where it ends a sentence.
func keptSign(match string) string {
	for _, sign := range []string{"。", "？", "?", "！", "!", "）", ")"} {
		if strings.HasPrefix(match, sign) {
			return sign
		}
	}
	return ""
}

// IsLabel reports whether a text is the name of a part of a question and nothing else: 题目, 【答案】, B.
func IsLabel(name string) bool { return labelOf(name) != "" }

// Labelled puts a name that IsLabel before the text, as a document of lines has it.
func Labelled(name, text string) string { return labelOf(name) + text }

func labelOf(name string) string {
	name = strings.Trim(qb.Fold(name), "【】[]:：*. 　")
	if rest, ok := strings.CutPrefix(name, "选项"); ok && rest != "" {
		name = rest
	}
	if len(name) == 1 && name >= "a" && name <= "h" {
		return strings.ToUpper(name) + ". "
	}
	if _, known := fieldOf[strings.ReplaceAll(name, " ", "")]; known {
		return name + "："
	}
	return ""
}
