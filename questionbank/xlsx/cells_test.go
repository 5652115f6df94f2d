package xlsx

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

// What cells may hold: shared texts in runs, with how they are pronounced left out; texts in the cell; formulas' texts; truth; numbers
// as they are shown; what XML cannot hold. Cells and rows need no addresses.
func TestCells(t *testing.T) {
	sheet := sheetHead + headerRow[:strings.Index(headerRow, "</row>")] + `<c r="C1" t="inlineStr"><is><t>选项A</t></is></c><c r="D1" t="inlineStr"><is><t>选项B</t></is></c><c r="E1" t="inlineStr"><is><t>解析</t></is></c></row>` +
		`<row r="3"><c r="A3" t="s"><v>0</v></c><c t="str"><f>"A"&amp;""</f><v>A</v></c><c><v>0.30000000000000004</v></c><c t="n"><v>1E3</v></c><c r="E3" t="e"><v>#N/A</v></c></row>` +
		`<row><c t="inlineStr"><is><r><t>对</t></r><r><rPr><b/></rPr><t>吗_x000A_？</t></r></is></c><c t="b"><v>1</v></c></row>` + sheetEnd
	texts := `<sst xmlns="x"><si><r><t xml:space="preserve">首选 </t></r><r><t>的是 cm</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r><r><t>/3</t></r><rPh sb="0" eb="2"><t>shou xuan</t></rPh></si></sst>`
	items, problems, err := Decode(bytes.NewReader(packed(t, always(sheet), always(texts))))
	if err != nil || len(items) != 2 {
		t.Fatalf("got %v, %v, %v", items, problems, err)
	}
	q := items[0].Question
	if items[0].Place != "工作表 题 第 3 行" || q.Stem != "首选 的是 cm²/3" || q.Options[0].Text != "0.3" || q.Options[1].Text != "1000" || q.Key.Choices[0] != "a" || q.Explanation != "" {
		t.Errorf("got %+v", items[0])
	}
	if !slices.ContainsFunc(problems, func(p questionbank.Problem) bool { return p.Code == "cell_error" && p.Severity == questionbank.Warning }) {
		t.Errorf("a formula that failed is not named: %v", problems)
	}
	if q := items[1].Question; items[1].Place != "工作表 题 第 4 行" || q.Stem != "对吗\n？" || q.Key.Choices[0] != "true" {
		t.Errorf("got %+v", items[1])
	}
}

// What a person does not see in the file, and what lies over its cells, is named.
func TestHiddenAndAttached(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(workbook(t, []string{"题", "旧题", "词"}, map[string][][]any{
		"题":  {{"题干", "选项A", "选项B", "答案"}, {"首选", "甲", "乙", "A"}, {"其次", "甲", "乙", "B"}, {"=", "甲", "乙", "B"}},
		"旧题": {{"题干", "选项A", "选项B", "答案"}, {"再次", "甲", "乙", "A"}}, "词": {{"单选"}}})))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{f.SetRowVisible("题", 3, false), f.SetSheetVisible("旧题", false), f.SetSheetVisible("词", false, true),
		f.AddPictureFromBytes("题", "B2", &excelize.Picture{Extension: ".png", File: picture, Format: &excelize.GraphicOptions{}}),
		f.AddComment("题", excelize.Comment{Cell: "A2", Text: "答案应为 B"})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	items, problems, err := Decode(&out)
	if err != nil || len(items) != 4 {
		t.Fatalf("got %v, %v, %v", items, problems, err)
	}
	var told []string
	for _, p := range problems {
		if p.Item == 0 {
			told = append(told, p.Place+" "+p.Code)
		}
		if p.Code == "rows_hidden" && !strings.HasPrefix(p.Message, "第 3 行") || p.Code == "pictures_unread" && !strings.HasPrefix(p.Message, "第 2 行") {
			t.Errorf("%v", p)
		}
	}
	slices.Sort(told)
	if want := []string{"工作表 旧题 sheet_hidden", "工作表 词 sheet_skipped", "工作表 题 comment_dropped", "工作表 题 pictures_unread", "工作表 题 rows_hidden"}; !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}

func TestRefused(t *testing.T) {
	for name, sheet := range map[string]string{
		"a text that is not there": sheetHead + headerRow + `<row><c t="s"><v>7</v></c></row>` + sheetEnd, "not closed": sheetHead + headerRow, "an entity": sheetHead + `<row>&lol;</row>` + sheetEnd,
		"a document type": `<!DOCTYPE x [<!ENTITY lol "lol">]>` + sheetHead + sheetEnd,
	} {
		_, problems, err := Decode(bytes.NewReader(packed(t, always(sheet), always(noStrings))))
		if err != nil || len(problems) != 1 || problems[0].Code != "xlsx_broken" {
			t.Errorf("%s: got %v, %v", name, problems, err)
		}
	}
}

// A character that no database holds keeps its question out, and the message can be stored.
func TestZeroCharacter(t *testing.T) {
	row := `<row><c t="inlineStr"><is><t>首选</t></is></c><c t="inlineStr"><is><t>甲</t></is></c><c t="inlineStr"><is><t>乙</t></is></c><c t="inlineStr"><is><t>丙_x0000_</t></is></c></row>`
	items, problems, err := Decode(bytes.NewReader(packed(t, always(sheetHead+zeroHeader+row+sheetEnd), always(noStrings))))
	if err != nil || len(items) != 0 || !questionbank.HasErrors(problems) {
		t.Fatalf("got %v, %v, %v", items, problems, err)
	}
	formattest.CheckProblems(t, problems)
}

const zeroHeader = `<row><c t="inlineStr"><is><t>题干</t></is></c><c t="inlineStr"><is><t>选项A</t></is></c><c t="inlineStr"><is><t>选项B</t></is></c><c t="inlineStr"><is><t>答案</t></is></c></row>`

// Any XML of a sheet: every row read is an item or a problem with its place.
func FuzzSheet(f *testing.F) {
	f.Add(sheetHead + headerRow + `<row r="3"><c r="A3" t="s"><v>0</v></c><c t="b"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A9"/></mergeCells></worksheet>`)
	f.Fuzz(func(t *testing.T, sheet string) {
		formattest.CheckDecode(t, format, packed(t, always(sheet), always(`<sst><si><t>题</t></si></sst>`)))
	})
}
