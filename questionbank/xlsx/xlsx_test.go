package xlsx

import (
	"bytes"
	"io"
	"testing"

	"github.com/xuri/excelize/v2"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var format = formattest.Format{Decode: Decode}

func TestFormat(t *testing.T) { formattest.Run(t, format) }

// workbook makes a file from rows by sheet; the sheets stand in the given order.
func workbook(t testing.TB, names []string, sheets map[string][][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, name := range names {
		if i == 0 {
			_ = f.SetSheetName("Sheet1", name)
		} else if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for n, row := range sheets[name] {
			cell, _ := excelize.CoordinatesToCellName(1, n+1)
			if err := f.SetSheetRow(name, cell, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func sample(t testing.TB) []byte {
	return workbook(t, []string{"说明", "单选题", "判断题"}, map[string][][]any{
		"说明":  {{"本表为题库"}},
		"单选题": {{"第三季度"}, {}, {"题干（必填）", "选项 A", "选项 B", "正确答案\n（必填）", "解析\n（勿删）"}, {"哪一项", "甲", 30, "B", "略"}, {"哪一项错", "甲", "乙", "D", "略"}},
		"判断题": {{"题目", "答案", "解析"}, {"面诊由医生进行", "√", "略"}},
	})
}

func TestDecode(t *testing.T) {
	items, problems, err := Decode(bytes.NewReader(sample(t)))
	if err != nil || len(items) != 2 || len(problems) != 2 {
		t.Fatalf("got %+v, %v, %v", items, problems, err)
	}
	if q := items[0].Question; q.Type != qb.Single || q.Options[1].Text != "30" || items[0].Place != "工作表 单选题 第 4 行" {
		t.Fatalf("got %+v", items[0])
	}
	if q := items[1].Question; q.Type != qb.TrueFalse || q.Key.Choices[0] != "true" {
		t.Fatalf("got %+v", items[1])
	}
	if problems[1].Place != "工作表 单选题 第 5 行 列 正确答案（必填）" || problems[1].Severity != qb.Error {
		t.Fatalf("got %+v", problems[1])
	}
}

// A chapter's cell that reaches over several rows belongs to each of them.
func TestMergedCells(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(workbook(t, []string{"题"}, map[string][][]any{
		"题": {{"题库", "题库"}, {"章节", "题干", "答案", "解析"}, {"4/医疗广告", "一", "对", "略"}, {"", "二", "错", "略"}, {"", "三", "错", "略"}}})))
	if err != nil {
		t.Fatal(err)
	}
	_ = f.MergeCell("题", "A1", "D1")
	_ = f.MergeCell("题", "A3", "A4")
	var out bytes.Buffer
	_ = f.Write(&out)
	items, problems, _ := Decode(&out)
	if len(items) != 3 {
		t.Fatalf("got %v, %v", items, problems)
	}
	for i, want := range []int{1, 1, 0} {
		if got := len(items[i].Question.KnowledgePoints); got != want {
			t.Errorf("row %d: %d knowledge points", i, got)
		}
	}
}

func TestOldExcelIsNamed(t *testing.T) {
	_, problems, err := Decode(bytes.NewReader(append(bytes.Clone(compound), 0, 0)))
	if err != nil || problems[0].Code != "xls" {
		t.Fatalf("got %v, %v", problems, err)
	}
}

// The template as it is given out is empty and has no other problem; filled in, it is read whole.
func TestTemplate(t *testing.T) {
	data, err := Template()
	if err != nil {
		t.Fatal(err)
	}
	items, problems, err := Decode(bytes.NewReader(data))
	if err != nil || len(items) != 0 || len(problems) != 2 || problems[1].Code != "file_empty" {
		t.Fatalf("got %v, %v, %v", items, problems, err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range columns {
		cell, _ := excelize.CoordinatesToCellName(i+1, 2)
		_ = f.SetCellStr(TemplateSheet, cell, c.example)
	}
	var filled bytes.Buffer
	if err := f.Write(&filled); err != nil {
		t.Fatal(err)
	}
	items, problems, _ = Decode(&filled)
	if len(items) != 1 || len(problems) != 1 || problems[0].Code != "sheet_skipped" {
		t.Fatalf("got %+v, %v", items, problems)
	}
	if q := items[0].Question; !q.KeyQuestion || q.Difficulty != 2 || q.KnowledgePoints[0] != "2/项目说明" || len(q.Options) != 4 {
		t.Fatalf("got %+v", q)
	}
}

// Any bytes: every row read is an item or a problem with its place, and the parser's failures are problems too.
func FuzzDecode(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, format, data) })
}

// What Losses does not name comes back as it was.
func TestRoundTrip(t *testing.T) {
	formattest.CheckLosses(t, formattest.Package{
		Encode: func(w io.Writer, q []qb.Question, _ map[string][]byte) error { return Encode(w, q) },
		Decode: func(r io.Reader) ([]qb.Item, []qb.Problem, map[string][]byte, error) {
			items, problems, err := Decode(r)
			return items, problems, nil, err
		}, Losses: Losses})
}
