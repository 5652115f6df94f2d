package bank_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/spreadsheet"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/xlsx"
)

// workbook fills the template with rows of header → text.
func workbook(t *testing.T, rows ...map[string]string) []byte {
	t.Helper()
	template, err := xlsx.Template()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(template))
	if err != nil {
		t.Fatal(err)
	}
	heads, err := f.GetRows(xlsx.TemplateSheet)
	if err != nil {
		t.Fatal(err)
	}
	for n, row := range rows {
		for i, head := range heads[0] {
			name := strings.TrimSuffix(head, "（必填）")
			cell, _ := excelize.CoordinatesToCellName(i+1, n+2)
			if err := f.SetCellStr(xlsx.TemplateSheet, cell, row[name]); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func line(stem, point, answer string) map[string]string {
	return map[string]string{"题型": "单选题", "题干": stem, "选项A": "甲", "选项B": "乙", "正确答案": answer, "知识点": point, "解析": "说明"}
}

func (b *stock) preview(name string, data []byte) bank.Preview {
	b.Helper()
	id, err := b.s.PreviewImport(ctx, b.trainer, bank.File{Name: name, Data: bytes.NewReader(data)})
	b.no(err)
	p, err := b.s.Import(ctx, b.trainer, id)
	b.no(err)
	return p
}

func TestWorkbookThroughPreviewAndApply(t *testing.T) {
	b := newStock(t)
	b.create("已有的题？")
	unverified := line("办法第几条？", "4/医疗广告", "A")
	unverified["法规"], unverified["核对状态"] = "医疗美容服务管理办法", questionbank.StatusUnverified
	double := line("已有的题？", "4/医疗广告", "A")
	double["选项A"], double["选项B"] = "取得审查证明", "院长签字"
	p := b.preview("题目.xlsx", workbook(t, line("新题一？", "4/医疗广告", "A"), line("新题二？", "2/电话礼仪", "B"), line("新题三？", "沟通", "A"),
		line("新题四？", "", "B"), unverified, double))
	if p.Read != 6 || p.ItemCount != 6 || p.ErrorCount != 0 || p.Unverified != 1 || len(p.Doubles) != 1 || p.Doubles[0].Number != 6 {
		t.Fatalf("%+v", p)
	}
	if got := fmt.Sprint(p.Unknown); got != "[{ 0 1} {沟通 0 1} {2/电话礼仪 2 1}]" {
		t.Fatal(got)
	}
	if _, err := b.s.Import(ctx, viewer(70, account.Trainer), p.ID); !errs.Is(err, errs.NotFound) {
		t.Error("another person's preview:", err)
	}
	_, err := b.s.ApplyImport(ctx, b.trainer, p.ID, bank.Choice{Points: map[string]bank.PointChoice{"沟通": {MapTo: 999}}})
	b.kind(err, errs.Invalid)
	n, err := b.s.ApplyImport(ctx, b.trainer, p.ID, bank.Choice{Publish: true, Points: map[string]bank.PointChoice{"沟通": {MapTo: b.law}}})
	if err != nil || n != 5 {
		t.Fatal(n, err)
	}
	_, err = b.s.ApplyImport(ctx, b.trainer, p.ID, bank.Choice{})
	b.kind(err, errs.Conflict)

	tree := b.tree()
	phone, ok := tree.Find("2/电话礼仪")
	unsorted, ok2 := tree.Find("1/" + bank.Unsorted)
	if !ok || !ok2 {
		t.Fatal("points were not created")
	}
	for topic, want := range map[bank.TopicID]int{b.law: 2, phone: 1, unsorted: 1} {
		if got := b.pool(topic); len(got) != want {
			t.Errorf("%s: %d published, want %d", tree.Path(topic), len(got), want)
		}
	}
	if drafts, total := b.list(bank.Filter{State: "draft", Search: "办法第几条"}); total != 1 {
		t.Error("待核 must stay a draft:", drafts)
	}
	again := b.preview("题目.xlsx", workbook(t, line("新题一？", "4/医疗广告", "A")))
	if len(again.Doubles) != 1 || len(again.Unknown) != 0 {
		t.Errorf("%+v", again)
	}
}

// Nothing is half imported: a file with one error brings in nothing, and each problem names its place.
func TestErrorsKeepTheWholeFileOut(t *testing.T) {
	b := newStock(t)
	data := workbook(t, line("好题？", "4/医疗广告", "A"), line("坏题？", "4/新点", "F"))
	p := b.preview("题目.xlsx", data)
	if p.ErrorCount != 1 || !strings.Contains(p.Problems.V[0].Place, "第 3 行") || !strings.Contains(p.Problems.V[0].Place, "正确答案") {
		t.Fatalf("%+v", p.Problems.V)
	}
	_, err := b.s.ApplyImport(ctx, b.trainer, p.ID, bank.Choice{})
	b.kind(err, errs.Conflict)
	sum, err := b.s.ImportFiles(ctx, account.Operator("root"), []bank.File{
		{Name: "好.csv", Data: strings.NewReader("题型,题干,选项A,选项B,正确答案\n单选题,别的题？,甲,乙,A\n")}, {Name: "坏.xlsx", Data: bytes.NewReader(data)},
	}, bank.Choice{}, false)
	if err != nil || sum.Read != 3 || sum.Imported != 0 || !strings.HasPrefix(sum.Problems[len(sum.Problems)-1].Place, "坏.xlsx ") {
		t.Fatalf("%+v %v", sum, err)
	}
	if _, total := b.list(bank.Filter{State: "all"}); total != 0 {
		t.Error("half imported")
	}
	if _, ok := b.tree().Find("4/新点"); ok {
		t.Error("a point was left behind")
	}
}

func TestSeveralFilesAndDryRun(t *testing.T) {
	b := newStock(t)
	files := func() []bank.File {
		return []bank.File{
			{Name: "a.gift", Data: strings.NewReader("甲题？ {=对的 ~错的}\n")},
			{Name: "b.csv", Data: strings.NewReader("题型,题干,选项A,选项B,正确答案,知识点\n单选题,乙题？,甲,乙,A,3/回访\n单选题,丙题？,甲,乙,B,3/回访\n")},
		}
	}
	operator := account.Operator("root")
	sum, err := b.s.ImportFiles(ctx, operator, files(), bank.Choice{}, true)
	if err != nil || sum.Read != 3 || sum.Ready != 3 || sum.Imported != 0 {
		t.Fatalf("%+v %v", sum, err)
	}
	sum, err = b.s.ImportFiles(ctx, operator, files(), bank.Choice{Publish: true}, false)
	if err != nil || sum.Imported != 3 || len(b.pool()) != 3 {
		t.Fatalf("%+v %v", sum, err)
	}
	sum, err = b.s.ImportFiles(ctx, operator, files(), bank.Choice{Publish: true}, false)
	if err != nil || sum.Imported != 0 || sum.Ready != 0 || len(sum.Problems) < 3 {
		t.Fatalf("what the bank holds came in again: %+v %v", sum, err)
	}
}

func TestPreviewsAreTidied(t *testing.T) {
	b := newStock(t)
	p := b.preview("题.xlsx", workbook(t, line("题？", "", "A")))
	b.clock.Advance(6 * 24 * time.Hour)
	b.no(b.s.Tidy(ctx))
	if _, err := b.s.Import(ctx, b.trainer, p.ID); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(25 * time.Hour)
	b.no(b.s.Tidy(ctx))
	_, err := b.s.Import(ctx, b.trainer, p.ID)
	b.kind(err, errs.NotFound)
}

// Thousands come in within seconds, and the list stays quick.
func TestLargeImport(t *testing.T) {
	b := newStock(t)
	var file strings.Builder
	file.WriteString("题型,题干,选项A,选项B,正确答案,知识点\n")
	for i := range 2000 {
		fmt.Fprintf(&file, "单选题,第%d题：客户询问项目%d该怎样回答？,甲,乙,A,%d/点%d\n", i, i%97, 1+i%5, i%20)
	}
	start := time.Now()
	sum, err := b.s.ImportFiles(ctx, account.Operator("root"), []bank.File{{Name: "a.csv", Data: strings.NewReader(file.String())}}, bank.Choice{Publish: true}, false)
	if err != nil || sum.Imported != 2000 {
		t.Fatal(sum.Imported, err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("2,000 questions took %s", took)
	}
	if ids, total := b.list(bank.Filter{Search: "第1321题"}); total != 1 {
		t.Error(ids, total)
	}
}

// rule:C15 — threat 42: an exported list holds no formula, and it can be read back in.
func TestExport(t *testing.T) {
	b := newStock(t)
	d := b.draft("=HYPERLINK(\"http://x\")，填空 ____ 与 ____")
	d.Question.Type, d.Question.Options, d.Question.Key = questionbank.Blank, nil, questionbank.Key{Gaps: [][]string{{"一", "1"}, {"二"}}}
	id, err := b.s.Create(ctx, b.trainer, d)
	b.no(err)
	b.create("另一题？")
	var out bytes.Buffer
	list, err := b.s.Export(ctx, b.trainer, bank.Filter{Sort: "id"}, "csv")
	b.no(err)
	b.no(spreadsheet.WriteCSV(&out, list))
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
	b.no(err)
	if len(lines) != 3 || !strings.HasPrefix(lines[1][1], "'=") || lines[1][11] != "一 / 1；二" || lines[2][11] != "A" {
		t.Fatal(lines)
	}
	out.Reset()
	b.no(spreadsheet.WriteXLSX(&out, "题目", list))
	f, err := excelize.OpenReader(&out)
	b.no(err)
	if kind, err := f.GetCellType("题目", "B2"); err != nil || kind == excelize.CellTypeFormula {
		t.Error(kind, err)
	}
	out.Reset()
	b.no(f.Write(&out))
	back, err := b.s.ReadFile(ctx, bank.File{Name: "导出.xlsx", Data: &out})
	b.no(err)
	rows, _, err := b.s.Questions(ctx, b.trainer, bank.Filter{Sort: "id"}, page.New(1, 10))
	b.no(err)
	if back.ErrorCount != 0 || back.ItemCount != 2 || string(bank.Fingerprint(back.Items.V[0].Question)) != string(bank.Fingerprint(rows[0].Question())) {
		t.Errorf("question %s did not come back: %+v", id, back)
	}
}

// A file of more questions than one statement takes comes in whole: each with its own text, point and fingerprint.
func TestImportOfSeveralBatches(t *testing.T) {
	b := newStock(t)
	const n = 2300
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	b.no(w.Write([]string{"题型", "题干", "选项A", "选项B", "答案", "知识点"}))
	for i := range n {
		b.no(w.Write([]string{"单选题", fmt.Sprintf("第 %d 例怎样处理？", i), fmt.Sprintf("办法 %d", i), "其他办法", "A", []string{"4/医疗广告", "2/电话礼仪"}[i%2]}))
	}
	w.Flush()
	p := b.preview("题目.csv", file.Bytes())
	got, err := b.s.ApplyImport(ctx, b.trainer, p.ID, bank.Choice{Publish: true})
	if err != nil || got != n {
		t.Fatal(got, err)
	}
	if at := len(b.pool(b.law)); at != n/2 {
		t.Errorf("%d of the questions are at the point of every other one", at)
	}
	for _, i := range []int{0, 999, 1000, 1999, 2000, n - 1} {
		rows, total, err := b.s.Questions(ctx, b.trainer, bank.Filter{Search: fmt.Sprintf("第 %d 例 办法 %d", i, i)}, page.New(1, 20))
		if err != nil || total == 0 || rows[len(rows)-1].Body.V.Options[0].Text != fmt.Sprintf("办法 %d", i) {
			t.Errorf("question %d: %+v, %v", i, rows, err)
		}
	}
	if again := b.preview("题目.csv", file.Bytes()); len(again.Doubles) != n {
		t.Errorf("%d of the questions are known again", len(again.Doubles))
	}
}
