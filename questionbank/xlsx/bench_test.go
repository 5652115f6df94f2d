package xlsx

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	qb "github.com/peikao/peikao/questionbank"
)

// large is a workbook of so many questions with texts of the usual length.
func large(t testing.TB, n int) []byte {
	t.Helper()
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	row := func(i int, cells ...any) {
		cell, _ := excelize.CoordinatesToCellName(1, i)
		if err := w.SetRow(cell, cells); err != nil {
			t.Fatal(err)
		}
	}
	row(1, "题型", "题干", "选项A", "选项B", "选项C", "选项D", "正确答案", "解析", "知识点", "难度")
	for i := range n {
		row(i+2, "多选题", fmt.Sprintf("第 %d 题：关于注射后护理，下列哪些说法符合本机构的规范，并且可以直接告诉客户（ ）", i), "术后四小时内不要平躺", "当天可以正常化妆和桑拿", "出现持续疼痛应立即联系医生", "效果以医生面诊评估为准",
			"A、C、D", "注射后当天避免高温环境；持续疼痛、皮肤发白须立即就医，由医生判断。咨询员不承诺效果和维持时间。", "1/注射护理", "适中")
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The largest file that is taken; the bank's goal is 3,000 questions a second.
func BenchmarkDecode(b *testing.B) {
	data := large(b, qb.MaxItems)
	b.ResetTimer()
	b.ReportAllocs()
	for b.Loop() {
		items, problems, err := Decode(bytes.NewReader(data))
		if err != nil || len(items) != qb.MaxItems {
			b.Fatalf("got %d items, %.200v, %v", len(items), problems, err)
		}
	}
	b.ReportMetric(float64(qb.MaxItems)*float64(b.N)/b.Elapsed().Seconds(), "questions/s")
}
