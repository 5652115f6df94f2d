package table

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// Layouts that systems and training departments use, each with the two questions that it must give.
var layouts = map[string][][]string{
	"columns with remarks and breaks": {{"2026 年题库"}, {"题型 （必填）", "题干（必填）", "选项 A", "选项 B", "选项C\n(勿删)", "正确答案\n（必填）", "解析\n（勿删）", "章节\n（勿删）", "难度"},
		{"单选题", "首选的是", "甲", "乙", "丙", "B", "略", "4/医疗广告", "适中"}, {"多选题", "错的有", "甲", "乙", "丙", "AC", "略", "4/医疗广告", "适中"}},
	"options in one cell, answers with commas": {{"序号", "题目类型", "试题内容", "选项", "标准答案", "分值", "知识点"},
		{"1", "单项选择题", "首选的是", "A. 甲\nB. 乙\nC. 丙", "B", "2", "4/医疗广告"}, {"2", "多项选择题", "错的有", "A. 甲\nB. 乙\nC. 丙", "A,C", "2", "4/医疗广告"}},
	"options by number, answers by number": {{"题干", "题型", "选择项1", "选择项2", "选择项3", "解析", "答案", "得分"},
		{"首选的是", "单选", "甲", "乙", "丙", "略", "2", "1"}, {"错的有", "多选", "甲", "乙", "丙", "略", "1、3", "1"}},
	"a header of two rows":     {{"题型", "题干", "选项", "", "", "正确答案"}, {"", "", "A", "B", "C", ""}, {"单选题", "首选的是", "甲", "乙", "丙", "B"}, {"多选题", "错的有", "甲", "乙", "丙", "A C"}},
	"remarks without brackets": {{"题型 单选/多选", "题干 必填", "选项A", "选项B", "选项C", "答案 多选写在一起"}, {"单选", "首选的是", "甲", "乙", "丙", "B"}, {"多选", "错的有", "甲", "乙", "丙", "AC"}},
	"English, answers by text": {{"Question Text", "Question Type", "Option 1", "Option 2", "Option 3", "Correct Answer"}, {"首选的是", "Multiple Choice", "甲", "乙", "丙", "乙"}, {"错的有", "Multi-select", "甲", "乙", "丙", "甲|丙"}},
	"answers named as options": {{"Question", "Answer 1", "Answer 2", "Answer 3", "Time limit", "Correct answer(s)"}, {"首选的是", "甲", "乙", "丙", "30", "2"}, {"错的有", "甲", "乙", "丙", "30", "1,3"}},
	"a game's names":           {{"", "Question - max 120 characters", "Answer 1 - max 75 characters", "Answer 2 - max 75 characters", "Answer 3 - max 75 characters", "Time limit (sec) – 5, 10, 20", "Correct answer(s) - choose at least one"}, {"1", "首选的是", "甲", "乙", "丙", "20", "2"}, {"2", "错的有", "甲", "乙", "丙", "20", "1,3"}},
	"answers by the column":    {{"题干", "选项1", "选项2", "选项3", "答案"}, {"首选的是", "甲", "乙", "丙", "选项2"}, {"错的有", "甲", "乙", "丙", "选项1、选项3"}},
	"letters in the columns":   {{"题干", "选项A", "选项B", "选项C", "答案"}, {"首选的是", "A.甲", "B.乙", "C.丙", "B"}, {"错的有", "Ａ、甲", "(B) 乙", "C）丙", "①③"}},
	"checkboxes":               {{"Question Text", "Question Type", "Option 1", "Option 2", "Option 3", "Correct Answer"}, {"首选的是", "Multiple Choice", "甲", "乙", "丙", "2"}, {"错的有", "Checkbox", "甲", "乙", "丙", "1,3"}},
	"bare letters":             {{"", "Question", "A", "B", "C", "Answer"}, {"0", "首选的是", "甲", "乙", "丙", "Ｂ"}, {"1", "错的有", "甲", "乙", "丙", "Ａ、Ｃ"}},
	"options in the stem":      {{"题目", "答案"}, {"首选的是（ ）\nA. 甲\nB. 乙\nC. 丙", "B"}, {"错的有（ ）A.甲 B.乙 C.丙", "选项A、选项C"}},
	"a column of both":         {{"序号", "题目及选项", "答案"}, {"1", "首选的是\nA. 甲\nB. 乙\nC. 丙", "B"}, {"2", "错的有 A.甲 B.乙 C.丙", "AC"}},
	"answers in the stem":      {{"题目", "选项A", "选项B", "选项C"}, {"首选的是（B）", "甲", "乙", "丙"}, {"错的有（ AC ）", "甲", "乙", "丙"}},
	"marks at options":         {{"题型", "题目", "选项", "答案"}, {"单选", "首选的是", "甲|乙（正确答案）|丙", ""}, {"多选", "错的有", "甲√\n乙\n丙√", ""}},
	"JSON":                     {{"question", "options", "answer"}, {"首选的是", `{"A":"甲","B":"乙","C":"丙"}`, "B"}, {"错的有", `["甲","乙","丙"]`, "AC"}},
	"numbered options":         {{"题目", "备选答案", "答案"}, {"首选的是", "1. 甲\n2. 乙\n3. 丙", "2"}, {"错的有", "①甲 ②乙 ③丙", "1,3"}},
}

func TestLayouts(t *testing.T) {
	for name, rows := range layouts {
		items, problems := decode(t, "", rows...)
		var got []string
		for _, it := range items {
			q := it.Question
			var options []string
			for _, o := range q.Options {
				options = append(options, o.Text)
			}
			key, _ := json.Marshal(q.Key)
			stem := strings.TrimSuffix(q.Stem, "（ ）")
			got = append(got, fmt.Sprintf("%s|%s|%s|%s", q.Type, stem, strings.Join(options, ","), key))
		}
		want := `single|首选的是|甲,乙,丙|["b"] multiple|错的有|甲,乙,丙|["a","c"]`
		if strings.Join(got, " ") != want {
			t.Errorf("%s:\n got %s\nwant %s\n%v", name, strings.Join(got, " "), want, problems)
		}
	}
}
