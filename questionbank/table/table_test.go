package table

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

// decode reads rows written as "cell,cell" with ¶ for a line break in a cell.
func decode(t *testing.T, sheetName string, rows ...[]string) ([]qb.Item, []qb.Problem) {
	t.Helper()
	s := Sheet{Name: sheetName}
	for i, cells := range rows {
		s.Rows = append(s.Rows, Row{Number: i + 1, Cells: cells})
	}
	var b qb.Batch
	Decode(&b, []Sheet{s})
	formattest.CheckItems(t, b.Items)
	formattest.CheckProblems(t, b.Problems)
	formattest.CheckNothingLost(t, b.Items, b.Problems)
	return b.Items, b.Problems
}

func TestHeaderNames(t *testing.T) {
	for cell, want := range map[string]column{
		"题干（必填）": colStem, "题型 （必填）": colType, "正确答案\n（必填）": colAnswer, "解析\n（勿删）": colExplanation, "章节\n（勿删）": colPoint,
		"难度（默认中等）": colDifficulty, "正确答案（单字母如 A）": colAnswer, "*题 目": colStem, "【答案】": colNone, "Question": colStem,
		"题干(说明(必填)": colNone, "题干[甲(乙]丙)": colNone, "题干「甲」<乙>【丙】": colStem, "请勿删除题干": colStem, "必填项:题干": colStem, "题干(未完": colNone,
		"Correct Answer": colAnswer, "难 易 程 度": colDifficulty, "选项（每行一个）": colOptions, "问题:": colStem, "答案(必填项)": colAnswer,
	} {
		if got := words[headerName(cell)]; got != want {
			t.Errorf("%q → %q: got %q, want %q", cell, headerName(cell), got, want)
		}
	}
	for cell, want := range map[string]string{
		"选项 A": "a", "选项E\n(勿删)": "e", "选项（A）": "a", "选项A（必填）": "a", "Ｂ": "b", "Option C": "c", "选项1": "a", "选项二": "b", "D选项": "d",
		"选项": "", "答案": "", "1": "", "I": "", "选项八内容": "h", "选项九": "", "选项12": "", "第一个选项": "a", "第8选项": "h", "第一个": "", "第 十 选项": "",
		"( C )": "c", "选项【D]": "d", "选项(AB)": "", "选项(A": "", "答案 2": "b", "Opt g": "g", "option": "", "A项目": "", "选项a内容二": "",
	} {
		if got := optionID(headerName(cell)); got != want {
			t.Errorf("%q: got option %q, want %q", cell, got, want)
		}
	}
}

func TestChoiceAnswers(t *testing.T) {
	for answer, want := range map[string]string{
		"AC": "a c", "A,C": "a c", "A、C": "a c", "A C": "a c", "Ａ，Ｃ": "a c", "ca": "a c", "A;C": "a c", "A|C": "a c", "B": "b", "（B）": "b",
		"乙": "b", "甲、丙": "a c", "甲\n丙": "a c", "A. 甲\nC. 丙": "a c", "1,3": "a c", "答案：AC": "a c", "A和C": "a c", `甲\n丁`: "a d",
		"A┋C": "a c", "甲##丙": "a c", `["A","C"]`: "a c", `["甲","丙"]`: "a c",
	} {
		items, problems := decode(t, "", []string{"题目", "选项A", "选项B", "选项C", "选项D", "答案"}, []string{"问", "甲", "乙", "丙", "丁", answer})
		if len(items) != 1 {
			t.Errorf("%q: %v", answer, problems)
			continue
		}
		q := items[0].Question
		if got := strings.Join(q.Key.Choices, " "); got != want {
			t.Errorf("%q: got %q", answer, got)
		}
		// The type follows from the number of key letters.
		if (q.Type == qb.Multiple) != (len(q.Key.Choices) > 1) {
			t.Errorf("%q: got type %s", answer, q.Type)
		}
	}
	for _, answer := range []string{"", "E", "戊", "AE", "5", "甲、戊", "high"} {
		items, problems := decode(t, "", []string{"题目", "选项A", "选项B", "选项C", "选项D", "答案"}, []string{"问", "甲", "乙", "丙", "丁", answer})
		if len(items) != 0 || !strings.HasSuffix(problems[0].Place, "第 2 行 列 答案") {
			t.Errorf("%q: got %v, %v", answer, items, problems)
		}
	}
}

func TestTypes(t *testing.T) {
	head := []string{"题型", "题干", "选项", "答案", "解析"}
	for _, tt := range []struct {
		sheet string
		row   []string
		want  string
	}{
		{"", []string{"单选", "问", "甲|乙", "A", "略"}, `single ["a"]`},
		{"", []string{"多项选择题", "问", "甲|乙", "AB", "略"}, `multiple ["a","b"]`},
		{"", []string{"选择题", "问", "甲|乙", "AB", "略"}, `multiple ["a","b"]`},
		{"", []string{"判断题", "问", "", "对", "略"}, `true_false ["true"]`},
		{"", []string{"判断", "问", "正确|错误", "B", "略"}, `true_false ["false"]`},
		{"", []string{"判断题", "问", "", "×", "略"}, `true_false ["false"]`},
		{"", []string{"判断题", "问", "", "F", "略"}, `true_false ["false"]`},
		{"", []string{"判断题", "问", "", "√", "略"}, `true_false ["true"]`},
		{"", []string{"", "问", "", "错误", "略"}, `true_false ["false"]`},
		{"判断题", []string{"", "问", "", "T", "略"}, `true_false ["true"]`},
		{"多选题", []string{"", "问", "甲|乙", "A", "略"}, `multiple ["a"]`},
		{"", []string{"填空题", "由（  ）与______负责", "", "医生；护士/护师", "略"}, `blank [["医生"],["护士","护师"]]`},
		{"", []string{"填空题", "单位是____", "", "mg/ml；毫克每毫升", "略"}, `blank [["mg/ml","毫克每毫升"]]`},
		{"", []string{"填空题", "没有空", "", "甲", "略"}, `blank [["甲"]]`},
		{"", []string{"", "由____负责", "", "医生", "略"}, `blank [["医生"]]`},
		{"", []string{"简答题", "问", "", "答", "略"}, ""}, // no rubric
		{"", []string{"连线题", "问", "", "答", "略"}, ""},
		{"", []string{"填空题", "由____与____负责", "", "医生", "略"}, ""},
		{"", []string{"填空题", "", "", "甲", "略"}, ""}, // no gap to answer
		{"", []string{"判断题", "问", "", "也许", "略"}, ""},
		{"", []string{"判断题", "问", "甲|乙", "A", "略"}, ""},
		{"", []string{"", "问", "", "", "略"}, ""},
	} {
		items, problems := decode(t, tt.sheet, head, tt.row)
		got := ""
		if len(items) == 1 {
			key, _ := json.Marshal(items[0].Question.Key)
			got = fmt.Sprintf("%s %s", items[0].Question.Type, key)
		}
		if got != tt.want || got == "" && !qb.HasErrors(problems) {
			t.Errorf("%v: got %s, %v", tt.row, got, problems)
		}
	}
}

func TestSheetWithTitleAndEverything(t *testing.T) {
	s := "试题内容"
	items, problems := decode(t, s,
		[]string{"2026 年第三季度题库"}, nil,
		[]string{"序号", "试题类型", "题型", "分值", "难易程度", "题目", "选项A", "选项B", "正确答案\n（必填）", "解析", "知识点", "是否重点", "法规", "多选计分"},
		[]string{"1", "法规题库", "多选题", "2", "较难", "问一", "甲", "乙", "AB", "nan", "法律法规/医疗广告；皮肤", "是", "《中华人民共和国广告法》第十六条", "全对得分"},
		[]string{"", "", ""},
		[]string{"2", "", "单选题", "2", "极限", "问二", "甲", "甲", "C", "略", "", "看情况"})
	if len(items) != 1 {
		t.Fatalf("got %v, %v", items, problems)
	}
	q := items[0].Question
	want := qb.Question{Type: qb.Multiple, Stem: "问一", Options: []qb.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}},
		Key: qb.Key{Choices: []string{"a", "b"}}, MultiplePolicy: qb.PolicyNone, KnowledgePoints: []string{"4/医疗广告", "皮肤", "法规题库"},
		Difficulty: 4, KeyQuestion: true, Source: qb.Source{Law: "中华人民共和国广告法", Article: "第十六条"}}
	if !reflect.DeepEqual(q, want) {
		t.Errorf("got  %+v\nwant %+v", q, want)
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.Place+" "+p.Code)
	}
	row4, row6 := "工作表 试题内容 第 4 行", "工作表 试题内容 第 6 行"
	wanted := []string{"工作表 试题内容 第 3 行 column_unread", "工作表 试题内容 第 3 行 score_unread",
		row4 + " 列 知识点 point_area", row4 + " 列 知识点 point_area", row4 + " 列 解析 explanation_missing",
		row6 + " 列 难易程度 difficulty_unknown", row6 + " 列 是否重点 key_question_unknown", row6 + " 列 选项B options_equal", row6 + " 列 正确答案（必填） key_unknown"}
	if !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(wanted))) {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
}

func TestSheetsWithoutHeader(t *testing.T) {
	var b qb.Batch
	Decode(&b, []Sheet{{Name: "说明", Rows: []Row{{1, []string{"请先阅读"}}}}, {Name: "空"},
		{Name: "题", Rows: []Row{{1, []string{"question", "A", "B", "answer"}}, {2, []string{"q", "x", "y", "y"}}, {3, []string{"question", "B", "A", "answer"}}, {4, []string{"q2", "x", "y", "A"}}}}})
	if len(b.Items) != 2 || b.Items[0].Question.Key.Choices[0] != "b" || b.Items[1].Question.Options[0].Text != "y" {
		t.Fatalf("got %+v", b.Items)
	}
	if p := b.Problems[0]; p.Code != "sheet_skipped" || p.Place != "工作表 说明" {
		t.Fatalf("got %+v", p)
	}
	b = qb.Batch{}
	Decode(&b, []Sheet{{Name: "说明"}})
	if len(b.Problems) != 1 || b.Problems[0].Code != "header_missing" {
		t.Fatalf("got %+v", b.Problems)
	}
}

func TestColumnsTwice(t *testing.T) {
	items, problems := decode(t, "", []string{"题干", "A", "B", "A", "答案", "正确答案", "备注"}, []string{"问", "甲", "乙", "丙", "A", "B", "旧"})
	var told []string
	for _, p := range problems {
		if p.Code == "column_unread" {
			told = append(told, p.Message)
		}
	}
	if want := []string{"列“A”与前面的一列说的是同一件事，没有导入", "列“正确答案”与前面的一列说的是同一件事，没有导入", "列“备注”不认识，没有导入"}; len(items) != 1 || !slices.Equal(told, want) {
		t.Errorf("got %v, %v", items, told)
	}
}

// A header of two rows whose other cells are merged over both says each name twice; only what is not read is named.
func TestMergedHeader(t *testing.T) {
	items, problems := decode(t, "", []string{"2026 年题库"}, []string{"序号", "题干", "选项", "", "", "答案"}, []string{"序号", "题干", "A", "B", "C", "答案"}, []string{"1", "问", "甲", "乙", "丙", "B"})
	if len(items) != 1 || items[0].Question.Key.Choices[0] != "b" || len(items[0].Question.Options) != 3 {
		t.Fatalf("%+v %v", items, problems)
	}
	for _, p := range problems {
		if p.Code == "column_unread" && !strings.Contains(p.Message, "序号") {
			t.Errorf("%v", p)
		}
	}
}

// A sheet of statements has two columns.
func TestStatements(t *testing.T) {
	items, problems := decode(t, "判断", []string{"题目", "对错"}, []string{"一", "TRUE"}, []string{"二", "F"}, []string{"三", "也许"})
	if len(items) != 2 || items[0].Question.Key.Choices[0] != "true" || items[1].Question.Key.Choices[0] != "false" || !qb.HasErrors(problems) {
		t.Errorf("%+v %v", items, problems)
	}
}

// Whatever the cells hold, each filled row becomes an item or an error with its place.
func TestAnyCells(t *testing.T) {
	cell := rapid.OneOf(rapid.SampledFrom([]string{"", "A", "AB", "对", "甲|乙", "A. 甲\nB. 乙", "填空题", "单选题", "____", "/", `\/`, "；", "《x》第一条"}), rapid.String())
	rapid.Check(t, func(rt *rapid.T) {
		row := rapid.SliceOfN(cell, 0, 12).Draw(rt, "row")
		items, problems := decode(t, "", []string{"题型", "题干", "选项", "选项A", "选项B", "答案", "难度", "章节", "重点", "来源", "多选计分", "解析"}, row)
		if read := qb.Read(items, problems); !isEmpty(row) && read != 1 {
			if _, again := readHeader(row, false); !again {
				rt.Fatalf("read %d rows", read)
			}
		}
	})
}

// Letters go only where every option has its own: an option may begin with one.
func TestOptionsWithLetters(t *testing.T) {
	for cells, want := range map[string]string{"A.甲|B.乙": "甲|乙", "A、甲|B、乙": "甲|乙", "A.甲|乙": "A.甲|乙", "B.甲|A.乙": "B.甲|A.乙", "A型血|B型血": "A型血|B型血", "A.|B.": "A.|B.", "A 甲|B 乙": "A 甲|B 乙"} {
		a, b, _ := strings.Cut(cells, "|")
		items, problems := decode(t, "", []string{"题干", "选项A", "选项B", "答案"}, []string{"问", a, b, "A"})
		if len(items) != 1 {
			t.Errorf("%s: %v", cells, problems)
			continue
		}
		if o := items[0].Question.Options; o[0].Text+"|"+o[1].Text != want {
			t.Errorf("%s: got %+v", cells, o)
		}
	}
}

// A cell whose formula failed is named: what is asked or answered cannot do without it.
func TestFormulasThatFailed(t *testing.T) {
	head := []string{"题目", "选项A", "选项B", "答案", "解析", "分值"}
	for _, tt := range []struct {
		row      []string
		items    int
		problems string
	}{
		{[]string{"问", "甲", "乙", "A", "#N/A", "#REF!"}, 1, "warning 列“解析”是公式错误 #N/A，没有导入; warning 列“分值”是公式错误 #REF!，没有导入"},
		{[]string{"问", "甲", "#REF!", "A", "略", ""}, 0, "error 列“选项B”是公式错误 #REF!，不是文字"},
		{[]string{"#VALUE!", "甲", "乙", "A", "略", ""}, 0, "error 列“题目”是公式错误 #VALUE!，不是文字"},
		{[]string{"问", "甲", "乙", " #DIV/0! ", "略", ""}, 0, "error 列“答案”是公式错误 #DIV/0!，不是文字"},
		{[]string{"问", `=DISPIMG("ID_1F",1)`, "乙", "A", "略", ""}, 0, "error 列“选项A”是单元格里的图片，不是文字"},
		{[]string{"问", "甲", "乙", "A", `=DISPIMG("ID_1F",1)`, ""}, 1, "warning 列“解析”是单元格里的图片，没有导入"},
		{[]string{"#号开头的题", "#甲", "乙", "A", "略", ""}, 1, ""},
	} {
		items, problems := decode(t, "", head, tt.row)
		var said []string
		for _, p := range problems {
			if p.Code == "cell_error" || p.Code == "cell_picture" {
				said = append(said, string(p.Severity)+" "+p.Message)
			}
		}
		if len(items) != tt.items || strings.Join(said, "; ") != tt.problems {
			t.Errorf("%q: %d items, %v", tt.row, len(items), problems)
		}
	}
}
