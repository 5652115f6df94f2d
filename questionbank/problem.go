package questionbank

// Severity says whether a problem keeps a question out.
type Severity string

const (
	Error   Severity = "error"   // the question cannot be used
	Warning Severity = "warning" // it can; somebody should look
)

// Problem is one thing wrong or doubtful, named so that a trainer finds and mends it.
type Problem struct {
	Place    string   `json:"place"`   // 工作表 试题内容 第 12 行 列 正确答案; for Validate alone the field's name
	Code     string   `json:"code"`    // stable, for programs: key_unknown
	Message  string   `json:"message"` // Chinese
	Severity Severity `json:"severity"`
	Item     int      `json:"item,omitempty"` // the question's number in its file, from 1; 0: about the file
	Field    Field    `json:"field,omitempty"`
	Fix      string   `json:"fix,omitempty"` // what to do or to write instead, where that is clear; Chinese
}

func (p Problem) String() string {
	if p.Fix == "" {
		return p.Place + "：" + p.Message
	}
	return p.Place + "：" + p.Message + "（" + p.Fix + "）"
}

// Field names the part of a question that a problem is about.
type Field string

const (
	FieldType        Field = "type"
	FieldStem        Field = "stem"
	FieldStimulus    Field = "stimulus"
	FieldMedia       Field = "media"
	FieldRows        Field = "rows"
	FieldOptions     Field = "options" // all of them; one of them is OptionField("a")
	FieldKey         Field = "key"
	FieldRubric      Field = "rubric" // a part of the key
	FieldGrades      Field = "grades" // a part of the key
	FieldPolicy      Field = "multiple_policy"
	FieldPartial     Field = "partial_percent"
	FieldSeconds     Field = "seconds"
	FieldRedLine     Field = "red_line"
	FieldExplanation Field = "explanation"
	FieldPoints      Field = "knowledge_points"
	FieldDifficulty  Field = "difficulty"
	FieldKeyQuestion Field = "key_question"
	FieldSource      Field = "source"
	FieldArticle     Field = "source.article"
	FieldEdition     Field = "source.edition"
	FieldStatus      Field = "source.status"
	FieldTags        Field = "tags"
)

// OptionField is the field of one option.
func OptionField(id string) Field { return FieldOptions + "." + Field(id) }

var fieldNames = map[Field]string{
	FieldType: "题型", FieldStem: "题干", FieldOptions: "选项", FieldKey: "正确答案", FieldRubric: "评分标准", FieldPolicy: "多选计分",
	FieldStimulus: "材料", FieldMedia: "图片与音视频", FieldRows: "匹配项", FieldGrades: "红黄绿", FieldPartial: "部分得分", FieldRedLine: "红线", FieldSeconds: "录音时限",
	FieldExplanation: "解析", FieldPoints: "知识点", FieldDifficulty: "难度", FieldKeyQuestion: "重点", FieldSource: "法规",
	FieldArticle: "条款", FieldEdition: "版本", FieldStatus: "核对状态", FieldTags: "标签",
}

// Name is the field's Chinese name.
func (f Field) Name() string {
	if name, ok := fieldNames[f]; ok {
		return name
	}
	if len(f) == len(FieldOptions)+2 {
		return "选项 " + Letter(string(f[len(f)-1:]))
	}
	return string(f)
}

// Letter is the capital letter of an option id as a spreadsheet writes it: "a" → "A".
func Letter(id string) string {
	if len(id) == 1 && id[0] >= 'a' && id[0] <= 'z' {
		return string(rune(id[0] - 'a' + 'A'))
	}
	return id
}

// HasErrors reports whether one of the problems keeps a question out.
func HasErrors(problems []Problem) bool {
	for _, p := range problems {
		if p.Severity == Error {
			return true
		}
	}
	return false
}
