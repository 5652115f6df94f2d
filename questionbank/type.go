package questionbank

// Type says how a question is answered.
type Type string

const (
	Single    Type = "single"     // 单选题: one option is right
	Multiple  Type = "multiple"   // 多选题: one or more options are right
	TrueFalse Type = "true_false" // 判断题
	Blank     Type = "blank"      // 填空题: a text or a number for each gap of the stem
	Judgement Type = "judgement"  // 情境判断题: one of several replies, each graded green, yellow or red
	Matching  Type = "matching"   // 匹配题: one option for each row
	Ordering  Type = "ordering"   // 排序题: the options put in order
	Labelling Type = "labelling"  // 标注题: some of the segments marked in the stem
	Short     Type = "short"      // 简答题: a text, marked by people after a rubric
	Essay     Type = "essay"      // 论述题: the same, longer
	Spoken    Type = "spoken"     // 录音题: a recording, marked by people after a rubric
)

// Types are all types, in the order in which pages and spreadsheets list them.
var Types = [...]Type{Single, Multiple, TrueFalse, Blank, Judgement, Matching, Ordering, Labelling, Short, Essay, Spoken}

var typeNames = map[Type]string{
	Single: "单选题", Multiple: "多选题", TrueFalse: "判断题", Blank: "填空题", Judgement: "情境判断题", Matching: "匹配题",
	Ordering: "排序题", Labelling: "标注题", Short: "简答题", Essay: "论述题", Spoken: "录音题",
}

// Name is the type's Chinese name, as it stands on a page and in a spreadsheet.
func (t Type) Name() string {
	if name, ok := typeNames[t]; ok {
		return name
	}
	return string(t)
}

// ByPeople reports whether answers of the type are marked by people; Mark gives such an answer nothing.
func (t Type) ByPeople() bool { return t == Short || t == Essay || t == Spoken }

// HasOptions reports whether a question of the type has options to choose from.
func (t Type) HasOptions() bool {
	return t == Single || t == Multiple || t == Judgement || t == Matching || t == Ordering
}

// Shuffles reports whether the options of the type are always shown in another order than they are stored in: those of
// an ordering question are stored in the right one, and those of a matching question often are.
func (t Type) Shuffles() bool { return t == Ordering || t == Matching }

// hasPolicy reports whether a question of the type may state a MultiplePolicy.
func (t Type) hasPolicy() bool { return t == Multiple || t == Labelling }
