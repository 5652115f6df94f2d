package table

import (
	"slices"
	"strings"
	"unicode/utf8"

	qb "github.com/peikao/peikao/questionbank"
)

// column is what a column holds.
type column string

const (
	colStem        column = "stem"
	colType        column = "type"
	colOptions     column = "options"
	colAnswer      column = "answer"
	colModel       column = "model" // 参考答案: what markers compare with, or the answer where a layout has no other column for it
	colRubric      column = "rubric"
	colExplanation column = "explanation"
	colDifficulty  column = "difficulty"
	colSubject     column = "subject" // stands before the point in the path
	colPoint       column = "point"
	colCategory    column = "category" // 试题类型: a type in some layouts, the bank's name in others
	colKeyQuestion column = "key question"
	colPolicy      column = "policy"
	colLaw         column = "law"
	colArticle     column = "article"
	colEdition     column = "edition"
	colStatus      column = "status"
	colScore       column = "score"
	colRows        column = "rows"
	colRedLine     column = "red line"
	colPartial     column = "partial"
	colSeconds     column = "seconds"
	colMarkdown    column = "markdown"
	colMaterial    column = "material"
	colMaterialID  column = "material id"
	colMaterialOf  column = "material title"
	colNone        column = ""
)

var columnWords = map[column]string{
	colStem: `题干 题目 试题 试题内容 题目内容 题干内容 试题题干 题目题干 大题题干 小题题干 问题 问题内容 题目描述 试题描述 题面 题目名称 试题名称 题文 内容 题目正文 考题 题目及选项 题目与选项 题目和选项 题干及选项 题干与选项 题干和选项 试题及选项 题目含选项
		question questions stem questiontext questionstem questioncontent prompt`,
	colType:       `题型 类型 题目类型 题类 试题题型 题目题型 考题类型 题型名称 type questiontype`,
	colCategory:   `试题类型`,
	colOptions:    `选项 选项内容 备选项 备选答案 候选项 全部选项 题目选项 试题选项 可选项 答案选项列表 选择项 options choices answeroptions`,
	colRows:       `匹配项 左侧 左列 被匹配项 rows`,
	colRedLine:    `红线 红线题 是否红线 是否红线题 一票否决 是否一票否决 redline`,
	colPartial:    `部分得分 部分得分比例 少选得分比例 partialpercent`,
	colSeconds:    `录音时限 录音时长 作答时长 录音时限秒 录音时长秒 seconds`,
	colMarkdown:   `markdown`,
	colMaterial:   `材料 题目材料 背景材料 案例材料 共用题干 材料内容 stimulus`,
	colMaterialID: `材料编号 材料id stimulusid`,
	colMaterialOf: `材料标题 材料名称 stimulustitle`,
	colModel:      `参考答案 示范答案 答案要点 答题要点 modelanswer referenceanswer`,
	colRubric:     `评分标准 评分要点 评分细则 采分点 得分点 rubric scoringcriteria`,
	colAnswer: `答案 正确答案 标准答案 正确选项 试题答案 题目答案 答案选项 正确项 答案内容 本题答案 正确答案选项 答案字母 红黄绿 对错 正误
		answer answers correctanswer correctanswers rightanswer rightanswers key answerkey correct correctoption correctoptions correctchoice solution`,
	colExplanation: `解析 答案解析 试题解析 题目解析 解释 解答 分析 详解 答案说明 解析说明 答题解析 试题分析 说明 考题解析 解析内容 题解 点评 答案详解 答案分析 答案解释
		explanation explanations answerexplanation analysis rationale feedback`,
	colDifficulty: `难度 难易度 难易程度 难度等级 难度级别 难度系数 难易 试题难度 题目难度 考题难度 difficulty level`,
	colSubject:    `学科 科目 专业 领域 内容领域 板块 模块 课程 题库 题库名称 subject area`,
	colPoint: `章节 所属章节 章节名称 知识点 知识点名称 所属知识点 考点 考核点 分类 类别 题目分类 试题分类 考题分类 所属分类 分类名称 目录 所属目录 标签 题目标签 章
		chapter category tags tag topic knowledgepoint knowledgepoints`,
	colKeyQuestion: `重点 是否重点 重点题 重点题目 是否重点题 关键题 必考 keyquestion`,
	colPolicy:      `多选计分 多选给分 多选规则 多选得分规则 multiplepolicy`,
	colLaw:         `法规 来源 出处 法律法规 法规名称 法律名称 依据 法律依据 法规依据 法条依据 law source reference`,
	colArticle:     `条款 条文 法条 第几条 条款号 article`,
	colEdition:     `版本 版次 法规版本 施行日期 edition`,
	colStatus:      `核对状态`,
	colScore:       `分值 分数 得分 本题分值 题目分值 试题分值 默认分值 默认分数 每题分值 score points mark marks`,
}

// words is columnWords turned round: folded name → column.
var words = func() map[string]column {
	m := map[string]column{}
	for c, names := range columnWords {
		for _, n := range strings.Fields(names) {
			m[n] = c
		}
	}
	return m
}()

// remarks are taken out of a column's name wherever they stand; of two that begin at the same place the earlier here.
var remarks = strings.NewReplacer("必填项", "", "必填", "", "选填项", "", "选填", "", "可不填", "", "可为空", "", "勿删", "", "请勿删除", "",
	"*", "", ":", "", " ", "", "_", "", "-", "", `"`, "", "'", "", "“", "", "”", "")

// maxNameBytes is of a column's name; longer cells, as questions mostly have, are none and need no look.
const maxNameBytes = 200

// headerName is what is left of a column's name when notes, spaces and width are taken away. Every cell of a file comes through here.
func headerName(cell string) string {
	if len(cell) > maxNameBytes {
		return ""
	}
	name := qb.Fold(strings.ReplaceAll(cell, `\n`, "\n"))
	if strings.ContainsAny(name, "([【<「") {
		name = withoutNotes(bareMarks(name))
	}
	return remarks.Replace(name)
}

// bareMarks takes the brackets off the letter of an option: (A) or 【A】.
func bareMarks(name string) string {
	return cutOut(name, "([【", func(opened string, size int) (kept string, length int) {
		inside := strings.TrimLeft(opened[size:], " ")
		if inside == "" || !isMark(inside[:1]) {
			return "", 0
		}
		after := strings.TrimLeft(inside[1:], " ")
		if r, end := utf8.DecodeRuneInString(after); strings.ContainsRune(")]】", r) {
			return inside[:1], len(opened) - len(after) + end
		}
		return "", 0
	})
}

// withoutNotes takes out what stands in brackets; a note holds none of its own kind.
func withoutNotes(name string) string {
	return cutOut(name, "([【<「", func(opened string, size int) (kept string, length int) {
		pair := map[string]string{"(": "()", "[": "[]", "【": "【】", "<": "<>", "「": "「」"}[opened[:size]]
		if end := strings.IndexAny(opened[size:], pair); end >= 0 && strings.HasPrefix(opened[size+end:], pair[size:]) {
			return "", size + end + len(pair) - size
		}
		return "", 0
	})
}

// cutOut goes through a text from one of the signs to the next and puts in the place of so many bytes from there what is kept of them;
// of none, the sign stays.
func cutOut(text, signs string, cut func(opened string, size int) (kept string, length int)) string {
	var out strings.Builder
	for {
		at := strings.IndexAny(text, signs)
		if at < 0 {
			out.WriteString(text)
			return out.String()
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		kept, length := cut(text[at:], size)
		if length == 0 {
			kept, length = text[at:at+size], size
		}
		out.WriteString(text[:at])
		out.WriteString(kept)
		text = text[at+length:]
	}
}

// maxOptionNameBytes is of 候选答案八内容 and the like: nothing longer names an option.
const maxOptionNameBytes = 24

// optionWords stand before the letter or number of an option's column.
var optionWords = strings.Fields("选项 选择项 备选项 备选答案 候选项 候选答案 答案选项 可选项 答案 option choice opt answer")

// optionID is the id of the option that a column of this name holds, "" for another column: A, A项, 选项A, 选项1内容, 第一个选项.
func optionID(name string) string {
	if name == "" || len(name) > maxOptionNameBytes {
		return ""
	}
	if isMark(name[:1]) && (len(name) == 1 || name[1:] == "选项" || name[1:] == "项") {
		return name[:1]
	}
	if rest, ok := strings.CutPrefix(name, "第"); ok {
		rest, ok = strings.CutSuffix(rest, "选项")
		if !ok {
			return ""
		}
		return numbered(strings.TrimSuffix(rest, "个"))
	}
	for _, word := range optionWords {
		if rest, ok := strings.CutPrefix(name, word); ok {
			mark := strings.TrimSuffix(rest, "内容")
			if isMark(mark) {
				return mark
			}
			if id := numbered(mark); id != "" {
				return id
			}
		}
	}
	return ""
}

// isMark tells an option's letter.
func isMark(text string) bool { return len(text) == 1 && text[0] >= 'a' && text[0] <= 'h' }

// numbered is the id of the option that a number from 1 to 8 names, "" for anything else.
func numbered(mark string) string {
	if len(mark) == 1 && mark[0] >= '1' && mark[0] <= '8' {
		return string(rune('a' + mark[0] - '1'))
	}
	if i := strings.Index("一二三四五六七八", mark); utf8.RuneCountInString(mark) == 1 && i >= 0 {
		return string(rune('a' + i/len("一")))
	}
	return ""
}

// header says which column holds what.
type header struct {
	at      map[column][]int // in the sheet's order; several only where several are allowed
	option  map[string]int   // option id → column
	names   []string         // as written, for places
	unknown []int            // columns that are not read
	again   []int            // of these, the ones that say what a column before them says
}

// readHeader reports whether the row is a header: it names a stem, and an answer or options. Loosely read, a name may go on in
// words without brackets (正确答案 多选用逗号隔开); a row of questions must never be taken for a header.
func readHeader(cells []string, loosely bool) (header, bool) {
	names := make([]string, len(cells))
	for i, cell := range cells {
		names[i] = headerName(cell)
	}
	if !loosely && !slices.ContainsFunc(names, namesStem) {
		return header{}, false // as nearly every row of a file
	}
	h := header{at: map[column][]int{}, option: map[string]int{}}
	for i, cell := range cells {
		h.names = append(h.names, strings.Join(strings.Fields(cell), ""))
		name := names[i]
		c := words[name]
		id := optionID(name)
		if c == colNone && id == "" && loosely {
			c, id = beginning(cell)
		}
		switch {
		case id != "":
			if _, twice := h.option[id]; twice {
				h.unknown, h.again = append(h.unknown, i), append(h.again, i)
			} else {
				h.option[id] = i
			}
		case c == colNone:
			h.unknown = append(h.unknown, i)
		case len(h.at[c]) > 0 && c != colPoint:
			h.unknown, h.again = append(h.unknown, i), append(h.again, i)
		default:
			h.at[c] = append(h.at[c], i)
		}
	}
	h.sortOutCategory()
	h.sortOutModel()
	hasOptions := len(h.option) >= 2 || len(h.at[colOptions]) > 0
	return h, len(h.at[colStem]) > 0 && (len(h.at[colAnswer]) > 0 || hasOptions)
}

func namesStem(name string) bool { return words[name] == colStem }

// beginning is the column, or the option, that the first two words of a name tell, else the first: "Answer 1 - max 75 characters" is the
// first option and no answer.
func beginning(cell string) (column, string) {
	all := strings.Fields(strings.ReplaceAll(cell, `\n`, "\n"))
	for n := min(2, len(all)); n > 0; n-- {
		name := headerName(strings.Join(all[:n], " "))
		if id := optionID(name); words[name] != colNone || id != "" && n == 2 {
			return words[name], id
		}
	}
	return colNone, ""
}

// below reports whether the row goes on with a header: under 选项 and the empty cells behind it stand A, B, C …, and nothing stands under the
// stem. A cell that is merged over both rows says the same in both.
func (h header) below(upper, cells []string) bool {
	ids := 0
	for i, cell := range cells {
		name := headerName(cell)
		switch {
		case strings.TrimSpace(cell) == "", cell == at(upper, i):
		case slices.Contains(h.at[colStem], i) || optionID(name) == "" && words[name] == colNone,
			optionID(name) != "" && strings.TrimSpace(at(upper, i)) != "" && !slices.Contains(h.at[colOptions], i):
			return false
		case optionID(name) != "":
			ids++
		}
	}
	return ids >= 2
}

// over lays the lower row of a header over the upper one.
func over(upper, lower []string) []string {
	both := make([]string, max(len(upper), len(lower)))
	for i := range both {
		if both[i] = at(lower, i); strings.TrimSpace(both[i]) == "" {
			both[i] = at(upper, i)
		}
	}
	return both
}

// sortOutCategory: 试题类型 is the type, unless there is a column 题型 too; then it is the bank's name.
func (h *header) sortOutCategory() {
	category := h.at[colCategory]
	if len(category) == 0 {
		return
	}
	if len(h.at[colType]) == 0 {
		h.at[colType] = category
	} else {
		h.at[colPoint] = append(h.at[colPoint], category...)
	}
	delete(h.at, colCategory)
}

// sortOutModel: 参考答案 is the answer of every type, unless there is another column for it.
func (h *header) sortOutModel() {
	if model := h.at[colModel]; len(model) > 0 && len(h.at[colAnswer]) == 0 {
		h.at[colAnswer] = model
		delete(h.at, colModel)
	}
}

func (h header) cell(cells []string, c column) string {
	for _, i := range h.at[c] {
		return at(cells, i)
	}
	return ""
}

// has reports whether the sheet has such a column.
func (h header) has(c column) bool { return len(h.at[c]) > 0 }

func at(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

// fieldColumns says which column a field of a question comes from.
var fieldColumns = map[qb.Field]column{
	qb.FieldType: colType, qb.FieldStem: colStem, qb.FieldOptions: colOptions, qb.FieldKey: colAnswer, qb.FieldRubric: colRubric, qb.FieldPolicy: colPolicy,
	qb.FieldExplanation: colExplanation, qb.FieldPoints: colPoint, qb.FieldDifficulty: colDifficulty,
	qb.FieldKeyQuestion: colKeyQuestion, qb.FieldSource: colLaw, qb.FieldArticle: colArticle, qb.FieldEdition: colEdition,
	qb.FieldStatus: colStatus, qb.FieldRows: colRows, qb.FieldGrades: colAnswer, qb.FieldRedLine: colRedLine, qb.FieldPartial: colPartial, qb.FieldSeconds: colSeconds,
	qb.FieldStimulus: colMaterial,
}

// columnName is the name of the column that the field comes from as the file writes it, "" when there is none.
func (h header) columnName(f qb.Field) string {
	if id, ok := strings.CutPrefix(string(f), string(qb.FieldOptions)+"."); ok {
		if i, ok := h.option[id]; ok {
			return h.names[i]
		}
		f = qb.FieldOptions
	}
	for _, i := range h.at[fieldColumns[f]] {
		return h.names[i]
	}
	return ""
}
