package xlsx

import (
	"bytes"

	"github.com/xuri/excelize/v2"

	"github.com/peikao/peikao/questionbank"
)

// TemplateSheet is the sheet to fill in; GuideSheet explains its columns with examples.
const (
	TemplateSheet = "试题"
	GuideSheet    = "填写说明"
)

// columns of the template: header, width, what to write, an example.
var columns = []struct {
	name    string
	width   float64
	guide   string
	example string
}{
	{"题型（必填）", 12, "单选题、多选题、判断题、填空题、情境判断题、匹配题、排序题、标注题、简答题、论述题、录音题", "单选题"},
	{"题干（必填）", 48, "填空题的空写成 ____（四个下划线）；标注题的片段写成 [[片段]]", "客户问“打一针能保几年”，合适的回复是"},
	{"选项A", 24, "判断题、填空题、标注题和由人评分的题不写选项；情境判断题写 3 到 5 个", "以医生面诊为准"},
	{"选项B", 24, "", "保证三年"},
	{"选项C", 24, "", "永久有效"},
	{"选项D", 24, "", "效果比别家都久"},
	{"选项E", 16, "没有就空着", ""},
	{"选项F", 16, "没有就空着", ""},
	{"匹配项", 24, "只用于匹配题：一行一项，选项写在选项列里", ""},
	{"正确答案", 16, "由人评分的题空着，其他题型必填：单选 B；多选 ACD；判断 对 或 错；填空各空用“；”分开，同一空的几种答案用“/”分开：身份/客户身份；恢复情况，数字写成 数±误差 单位：30±0.5 秒；情境判断 A=绿：理由；B=黄：理由；C=红：理由；匹配 1-A 2-B（第几项-选项）；排序 CABD（正确的顺序）；标注 2、3（应标出的片段是第几个）", "A"},
	{"参考答案", 32, "只用于简答题、论述题、录音题：一份完整的好答案，供阅卷人对照", ""},
	{"评分标准", 32, "只用于简答题、论述题、录音题：各要点与占比，合计 100，例：致歉=40；说明流程=60", ""},
	{"解析", 48, "说明为什么对，错的选项为什么错", "咨询员不承诺效果，效果与维持时间由医生面诊后说明。"},
	{"知识点", 24, "领域/知识点，例：4/医疗广告。领域：1 医美专业知识，2 网电沟通技巧，3 客户服务规范，4 法律法规，5 行业动态与前沿技术。多个用“；”分开", "2/项目说明"},
	{"难度", 10, "容易、较易、适中、较难、困难，或 1 到 5；空着是适中", "较易"},
	{"重点", 8, "是 或 否：补考从重点题里出", "是"},
	{"法规", 28, "法律法规题必填全称", ""},
	{"条款", 16, "第十六条", ""},
	{"版本", 14, "法规文本的日期，例：2021-04-29", ""},
	{"核对状态", 12, "文本不在手边时写“待核”，这样的题不会发布", ""},
	{"多选计分", 14, "用于多选题和标注题：少选得一半（空着即是）、按选项得分 或 全对得分", ""},
	{"部分得分", 12, "少选或情境判断选黄得百分之几，1 到 99；空着是 50", ""},
	{"录音时限", 12, "只用于录音题：最多录多少秒，10 到 600；空着是 120", ""},
	{"红线", 8, "是 或 否：没有做对的在成绩里单独列出，考试可以据此限制等级", ""},
	{"材料编号", 12, "几道题共用一份材料时填写，编号相同的题放在一起；每一行都写同样的材料", ""},
	{"材料标题", 16, "", ""},
	{"材料", 40, "对话、案例等；没有就空着", ""},
	{"Markdown", 10, "是：题干、选项和解析按 Markdown 排版；否（空着即是）：照写的样子", ""},
}

// Template is an empty workbook in our own layout: the sheet to fill in with lists to choose from, and a guide.
func Template() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	w := &writer{file: f}
	w.do(f.SetSheetName("Sheet1", TemplateSheet))
	_, err := f.NewSheet(GuideSheet)
	w.do(err)
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	w.do(err)
	wrap, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	w.do(err)
	w.header(bold)
	w.guide(bold, wrap)
	if w.err != nil {
		return nil, w.err
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// writer remembers the first error, so that the calls read as a list.
type writer struct {
	file *excelize.File
	err  error
}

func (w *writer) do(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) set(sheet string, column, row int, text string) {
	cell, err := excelize.CoordinatesToCellName(column, row)
	w.do(err)
	w.do(w.file.SetCellStr(sheet, cell, text))
}

func (w *writer) header(bold int) {
	for i, c := range columns {
		w.set(TemplateSheet, i+1, 1, c.name)
		name, err := excelize.ColumnNumberToName(i + 1)
		w.do(err)
		w.do(w.file.SetColWidth(TemplateSheet, name, name, c.width))
		w.choices(name, c.name)
	}
	w.do(w.file.SetRowStyle(TemplateSheet, 1, 1, bold))
	w.do(w.file.SetPanes(TemplateSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

// choices gives a column the list to choose from.
func (w *writer) choices(column, name string) {
	lists := map[string][]string{
		"题型（必填）":   typeNames(),
		"难度":       {"容易", "较易", "适中", "较难", "困难"},
		"重点":       {"是", "否"},
		"核对状态":     {questionbank.StatusUnverified},
		"多选计分":     {"少选得一半", "按选项得分", "全对得分"},
		"红线":       {"是", "否"},
		"Markdown": {"是", "否"},
	}
	list, ok := lists[name]
	if !ok {
		return
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(column + "2:" + column + "2000")
	w.do(v.SetDropList(list))
	w.do(w.file.AddDataValidation(TemplateSheet, v))
}

func typeNames() []string {
	out := make([]string, len(questionbank.Types))
	for i, t := range questionbank.Types {
		out[i] = t.Name()
	}
	return out
}

// guide stands crosswise, so that no one takes it for the sheet of questions.
func (w *writer) guide(bold, wrap int) {
	for i, title := range []string{"列名", "填写方法", "例"} {
		w.set(GuideSheet, i+1, 1, title)
	}
	for i, c := range columns {
		w.set(GuideSheet, 1, i+2, c.name)
		w.set(GuideSheet, 2, i+2, c.guide)
		w.set(GuideSheet, 3, i+2, c.example)
	}
	w.do(w.file.SetColWidth(GuideSheet, "A", "A", 20))
	w.do(w.file.SetColWidth(GuideSheet, "B", "C", 64))
	w.do(w.file.SetColStyle(GuideSheet, "A:C", wrap))
	w.do(w.file.SetRowStyle(GuideSheet, 1, 1, bold))
}
