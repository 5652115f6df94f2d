package printed

import "strconv"

// Paper is what is printed, in words.
type Paper struct {
	Title   string
	Number  string   // "试卷编号 12 · A 卷": on every page
	Facts   []string // below the title: full marks, time
	Fields  []string // to fill in on the first page and the answer sheet: 姓名, 工号 …
	Note    string   // how to answer
	Words   Words
	Content []Question
}

// Words are the words of the pages.
type Words struct {
	Sheet string // heading of the answer sheet
	Key   string // heading of the key
	Mark  string // 得分
	Sum   string // 合计
	Page  string // "第 {n} 页，共 {of} 页" with %d twice
	Rater string // 阅卷人
	Check string // 复核人
}

// Question is one place of the paper.
type Question struct {
	Number   int
	Section  string  // a heading where it differs from the one before
	Material Passage // what this question and some after it are about; empty where there is none, or it stands already
	Points   string  // "2 分"
	Stem     Passage
	Remark   string // behind the stem: "多选题；可选多项；2 分"
	Options  []Option
	Answer   Answer
	Lines    int    // of room on the answer sheet for a written answer, or gaps
	Key      string // for the markers
}

// Passage is a text with the pictures that stand below it.
type Passage struct {
	Text     string
	Pictures []Picture
}

// Option is a choice with its letter.
type Option struct {
	Letter string
	Passage
}

// Answer is how the sheet takes the answer.
type Answer int

// The ways to answer.
const (
	Boxes   Answer = iota // a box for each option
	Truth                 // √ and ×
	Gaps                  // a line for each gap
	Written               // lines
)

func numbered(n int) string { return strconv.Itoa(n) + "." }
