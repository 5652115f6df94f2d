package docx

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var suite = formattest.Format{Decode: Decode}

func TestFormat(t *testing.T) { formattest.Run(t, suite) }

// pack makes a document of the body's XML, and the other parts as name, content.
func pack(t testing.TB, body string, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	parts = append(parts, "word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="x"><w:body>`+body+`</w:body></w:document>`)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(f, parts[i+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// p is a paragraph of plain runs; bold ones are written **so**, underlined ones __so__.
func p(runs ...string) string {
	s := ""
	for _, r := range runs {
		format := ""
		if b, ok := strings.CutPrefix(r, "**"); ok {
			r, format = strings.TrimSuffix(b, "**"), "<w:rPr><w:b/></w:rPr>"
		} else if u, ok := strings.CutPrefix(r, "__"); ok && u != "" && !strings.HasPrefix(u, "_") {
			r, format = strings.TrimSuffix(u, "__"), `<w:rPr><w:u w:val="single"/></w:rPr>`
		}
		s += `<w:r>` + format + `<w:t xml:space="preserve">` + r + `</w:t></w:r>`
	}
	return "<w:p>" + s + "</w:p>"
}

func item(list, level int, s string) string {
	return fmt.Sprintf(`<w:p><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`, level, list, s)
}

func tbl(rows ...string) string {
	s := ""
	for _, r := range rows {
		s += "<w:tr>"
		for _, c := range strings.Split(r, "|") {
			s += "<w:tc>" + p(c) + "</w:tc>"
		}
		s += "</w:tr>"
	}
	return "<w:tbl>" + s + "</w:tbl>"
}

// shifted is a run above or below the line.
func shifted(level, s string) string {
	return `<w:r><w:rPr><w:vertAlign w:val="` + level + `"/></w:rPr><w:t>` + s + `</w:t></w:r>`
}

const numbering = `<w:numbering xmlns:w="x"><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>
<w:abstractNum w:abstractNumId="3"><w:numStyleLink w:val="Linked"/></w:abstractNum><w:abstractNum w:abstractNumId="4"><w:styleLink w:val="Linked"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="5"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1 部分"/></w:lvl></w:abstractNum>
<w:num w:numId="5"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="6"><w:abstractNumId w:val="5"/></w:num></w:numbering>`

const styles = `<w:styles xmlns:w="x"><w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Head"><w:basedOn w:val="Base"/></w:style></w:styles>`

func short(q qb.Question) string {
	var options []string
	for _, o := range q.Options {
		options = append(options, o.Text)
	}
	key, _ := json.Marshal(q.Key)
	return fmt.Sprintf("%s|%s|%s|%s", q.Type, q.Stem, strings.Join(options, ","), key)
}

var documents = []struct {
	name, body, questions, codes string
}{
	{"paragraphs", p("1. 首选的是（ ", "A", " ）") + p("A. 甲") + p("B. 乙") + p("解析：略"), `single|首选的是|甲,乙|["a"]`, ""},
	{"a list of two levels", item(1, 0, "首选的是") + item(1, 1, "甲") + item(1, 1, "乙") + p("答案：B") + item(1, 0, "其次是") + item(1, 1, "甲") + item(1, 1, "乙") + p("答案：A"),
		"single|首选的是|甲,乙|[\"b\"]\nsingle|其次是|甲,乙|[\"a\"]", ""},
	{"options restart", p("1. 首选的是") + item(2, 0, "甲") + item(2, 0, "乙") + p("答案：B") + p("2. 其次是") + item(3, 0, "甲") + item(3, 0, "乙") + p("答案：A"),
		"single|首选的是|甲,乙|[\"b\"]\nsingle|其次是|甲,乙|[\"a\"]", ""},
	{"headings numbered by a style", `<w:p><w:pPr><w:pStyle w:val="Head"/></w:pPr><w:r><w:t>判断题</w:t></w:r></w:p>` + p("1. 由医生面诊。（√）") + `<w:p><w:pPr><w:pStyle w:val="Head"/></w:pPr><w:r><w:t>填空题</w:t></w:r></w:p>` +
		p("1. 先核对", "__      __", "。") + p("答案：身份"), "true_false|由医生面诊。||[\"true\"]\nblank|先核对____。||[[\"身份\"]]", ""},
	{"a line break inside a paragraph", `<w:p><w:r><w:t>1. 首选的是</w:t><w:br/><w:t>A. 甲</w:t><w:tab/><w:t>B. 乙</w:t><w:cr/><w:t>答案：B</w:t></w:r></w:p>`, `single|首选的是|甲,乙|["b"]`, ""},
	{"the right option is bold", p("**1. 首选的是**") + p("A. 甲") + p("B. ", "**乙**") + p("2. 有") + p("**A. 甲  B. 乙  **", "C. 丙"), "single|首选的是|甲,乙|[\"b\"]\nmultiple|有|甲,乙,丙|[\"a\",\"b\"]", "key_by_format"},
	{"a written answer wins over bold", p("1. 首选的是") + p("A. 甲") + p("**B. 乙**") + p("答案：A"), `single|首选的是|甲,乙|["a"]`, ""},
	{"all options are bold", p("1. 首选的是") + p("**A. 甲**") + p("**B. 乙**"), "", "key_missing"},
	{"the gap is underlined", p("一、填空题") + p("1. 先核对", "__身份__", "，再问", "__恢复情况__", "。"), `blank|先核对____，再问____。||[["身份"],["恢复情况"]]`, "key_by_format"},
	{"a table of questions", p("题库") + tbl("题型|题干|选项A|选项B|答案", "单选题|首选的是|甲|乙|B", "单选题|没有答案|甲|乙|"), `single|首选的是|甲,乙|["b"]`, "text_unread key_missing"},
	{"a table of answers", p("1. 首选的是") + p("A. 甲") + p("B. 乙") + p("2. 其次是") + p("A. 甲") + p("B. 乙") + tbl("题号|1|2", "答案|A|B"), "single|首选的是|甲,乙|[\"a\"]\nsingle|其次是|甲,乙|[\"b\"]", ""},
	{"answers in columns", p("1. 首选的是") + p("A. 甲") + p("B. 乙") + p("2. 其次是") + p("A. 甲") + p("B. 乙") + p("参考答案") + tbl("题号|答案", "1|B", "2|A"), "single|首选的是|甲,乙|[\"b\"]\nsingle|其次是|甲,乙|[\"a\"]", ""},
	{"answers in columns twice, with explanations", p("1. 首选的是") + p("A. 甲") + p("B. 乙") + p("2. 其次是") + p("A. 甲") + p("B. 乙") + p("3. 再次是") + p("A. 甲") + p("B. 乙") + tbl("题号|参考答案|解析|题号|参考答案|解析", "1|B|因为|3|B|", "2|A|所以|||"),
		"single|首选的是|甲,乙|[\"b\"]\nsingle|其次是|甲,乙|[\"a\"]\nsingle|再次是|甲,乙|[\"b\"]", ""},
	{"keys beside their numbers", p("1. 首选的是") + p("A. 甲") + p("B. 乙") + p("2. 其次是") + p("A. 甲") + p("B. 乙") + p("3. 再次是") + p("A. 甲") + p("B. 乙") + p("答案：") + tbl("1|A|2|B", "3|A||"),
		"single|首选的是|甲,乙|[\"a\"]\nsingle|其次是|甲,乙|[\"b\"]\nsingle|再次是|甲,乙|[\"a\"]", ""},
	{"columns of answers that are no answers", p("1. 首选的是（A）") + p("A. 甲") + p("B. 乙") + p("") + tbl("题号|答案", "甲|B"), "", "text_unread key_in_stem key_unknown"},
	{"questions in cells", tbl("1. 首选的是|A. 甲", "B. 乙|答案：B"), `single|首选的是|甲,乙|["b"]`, ""},
	{"tracked changes", `<w:p><w:r><w:t>1. 首选的是</w:t></w:r><w:del><w:r><w:delText>错字</w:delText></w:r></w:del><w:ins><w:r><w:t>（B）</w:t></w:r></w:ins></w:p>` + p("A. 甲  B. 乙"), `single|首选的是|甲,乙|["b"]`, ""},
	{"a tick of a picture font", p("一、判断题") + `<w:p><w:r><w:t>1. 由医生面诊（</w:t><w:sym w:font="Wingdings" w:char="F0FC"/><w:t>）</w:t></w:r></w:p>`, `true_false|由医生面诊||["true"]`, ""},
	{"a picture", p("1. 看图，首选的是") + `<w:p><w:r><w:drawing><a:blip/></w:drawing></w:r></w:p>` + p("A. 甲  B. 乙") + p("答案：A"), `single|看图，首选的是|甲,乙|["a"]`, "media_dropped"},
	{"a text box, written twice", `<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>` + p("1. 由医生面诊（对）") + `</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>` +
		p("1. 由医生面诊（对）") + `</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`, `true_false|由医生面诊||["true"]`, ""},
	{"hidden text", p("1. 由医生面诊（对）") + `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r></w:p>`, `true_false|由医生面诊||["true"]`, "text_hidden"},
	{"soft breaks part questions, the right options are bold", `<w:p><w:r><w:t>1. 首选的是</w:t><w:br/><w:t>A. 甲</w:t><w:br/></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>B. 乙</w:t><w:br/></w:r><w:r><w:t>2. 其次是</w:t><w:br/></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>A. 甲</w:t></w:r><w:r><w:br/><w:t>B. 乙</w:t></w:r></w:p>`,
		"single|首选的是|甲,乙|[\"b\"]\nsingle|其次是|甲,乙|[\"a\"]", "key_by_format"},
	{"answers at the end, in ranges", item(1, 0, "甲是") + p("A. 一  B. 二") + item(1, 0, "乙是") + p("A. 一  B. 二") + item(1, 0, "丙是") + p("A. 一  B. 二") + item(1, 0, "丁是") + p("A. 一  B. 二") + p("参考答案: 1-2 AB 3-4 BA"),
		"single|甲是|一,二|[\"a\"]\nsingle|乙是|一,二|[\"b\"]\nsingle|丙是|一,二|[\"b\"]\nsingle|丁是|一,二|[\"a\"]", ""},
	{"a row of a table was deleted", tbl("题型|题干|选项A|选项B|答案") + strings.Replace(tbl("题型|题干|选项A|选项B|答案", "单选题|首选的是|甲|乙|B", "单选题|已删|甲|乙|A"), "<w:tr><w:tc><w:p><w:r><w:t xml:space=\"preserve\">单选题</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t xml:space=\"preserve\">已删", "<w:tr><w:trPr><w:del w:id=\"1\"/></w:trPr><w:tc><w:p><w:r><w:t xml:space=\"preserve\">单选题</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t xml:space=\"preserve\">已删", 1),
		`single|首选的是|甲,乙|["b"]`, ""},
	{"a reading above a word", p("一、判断题") + `<w:p><w:r><w:t>1. </w:t></w:r><w:r><w:ruby><w:rt><w:r><w:t>bō</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>玻</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t>尿酸（对）</w:t></w:r></w:p>`, `true_false|玻尿酸||["true"]`, ""},
	{"options in two columns, parted by a tab of the ruler", p("1. 首选的是") + `<w:p><w:r><w:t>A. 甲</w:t><w:ptab w:alignment="right"/><w:t>B. 乙</w:t></w:r></w:p>` + p("答案：B"), `single|首选的是|甲,乙|["b"]`, ""},
	{"a number in a circle that is drawn", p("一、判断题") + `<w:p><w:r><w:t>1. 先做</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> eq \o\ac(○,1)</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>（对）</w:t></w:r></w:p>`, `true_false|先做||["true"]`, "field_dropped"},
	{"a field with what it shows", p("一、判断题") + `<w:p><w:r><w:t>1. 先做</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF a </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>面诊</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>（对）</w:t></w:r></w:p>`, `true_false|先做面诊||["true"]`, ""},
	{"a note and a comment", p("一、判断题") + `<w:p><w:r><w:t>1. 由医生面诊（对）</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:commentReference w:id="0"/></w:r></w:p>`, `true_false|由医生面诊||["true"]`, "note_dropped comment_dropped"},
	{"text struck out", p("一、判断题") + `<w:p><w:r><w:t>1. 由</w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>护士</w:t></w:r><w:r><w:t>医生面诊（对）</w:t></w:r></w:p>`, `true_false|由护士医生面诊||["true"]`, "text_struck"},
	{"the right option is shaded", p("1. 首选的是") + p("A. 甲") + `<w:p><w:r><w:rPr><w:shd w:val="clear" w:fill="FFFF00"/></w:rPr><w:t>B. 乙</w:t></w:r></w:p>`, `single|首选的是|甲,乙|["b"]`, "key_by_format"},
	{"white ground marks nothing", p("1. 首选的是") + p("A. 甲") + `<w:p><w:r><w:rPr><w:shd w:val="clear" w:fill="FFFFFF"/></w:rPr><w:t>B. 乙</w:t></w:r></w:p>` + p("答案：A"), `single|首选的是|甲,乙|["a"]`, ""},
	{"a list whose levels stand in a style, and Roman numerals", item(6, 0, "其他") + item(5, 0, "首选的是") + item(5, 1, "甲") + item(5, 1, "乙") + p("答案：B"), `single|首选的是|甲,乙|["b"]`, "text_unread"},
	{"above and below the line", p("一、判断题") + `<w:p><w:r><w:t>1. 10</w:t></w:r>` + shifted("superscript", "6") + `<w:r><w:t> 个/cm</w:t></w:r>` + shifted("superscript", "2") + `<w:r><w:t>，CO</w:t></w:r>` + shifted("subscript", "2") +
		`<w:r><w:t>，热玛吉</w:t></w:r>` + shifted("superscript", "®") + `<w:r><w:t>（对）</w:t></w:r></w:p>`, `true_false|10⁶ 个/cm²，CO₂，热玛吉®||["true"]`, ""},
	{"a formula of two lines", p("一、判断题") + `<w:p><w:r><w:t>1. 浓度是 </w:t></w:r><m:oMath><m:f><m:num><m:sSup><m:e><m:r><m:t>a</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath><w:r><w:t>（对）</w:t></w:r></w:p>`,
		`true_false|浓度是 (a²)/(b)||["true"]`, "formula"},
	{"a formula", p("一、判断题") + `<w:p><w:r><w:t>1. 面积是 </w:t></w:r><m:oMath><m:r><m:t>a×b</m:t></m:r></m:oMath><w:r><w:t>（对）</w:t></w:r></w:p>`, `true_false|面积是 a×b||["true"]`, "formula"},
}

func TestDocuments(t *testing.T) {
	for _, tt := range documents {
		items, problems, err := Decode(bytes.NewReader(pack(t, tt.body, "word/numbering.xml", numbering, "word/styles.xml", styles)))
		formattest.CheckItems(t, items)
		formattest.CheckProblems(t, problems)
		formattest.CheckNothingLost(t, items, problems)
		var got, codes []string
		for _, it := range items {
			got = append(got, short(it.Question))
		}
		for _, p := range problems {
			if p.Code != "explanation_missing" && !strings.Contains(strings.Join(codes, " "), p.Code) {
				codes = append(codes, p.Code)
			}
		}
		if err != nil || strings.Join(got, "\n") != tt.questions || strings.Join(codes, " ") != tt.codes {
			t.Errorf("%s:\n got %s\nwant %s\nproblems %s, want %s\n%v", tt.name, strings.Join(got, "\n     "), tt.questions, codes, tt.codes, problems)
		}
	}
}

func TestNumbersOfLists(t *testing.T) {
	for how, want := range map[string]string{"decimal": "4 9 14 40", "upperRoman": "IV IX XIV 40", "lowerRoman": "iv ix xiv 40", "upperLetter": "D I N NN", "ideographTraditional": "丁 壬 14 40",
		"decimalEnclosedParen": "(4) (9) (14) (40)", "decimalEnclosedCircle": "④ ⑨ ⑭ 40", "chineseCounting": "四 九 十四 四十", "decimalZero": "04 09 14 40"} {
		var got []string
		for _, n := range []int{4, 9, 14, 40} {
			got = append(got, format(how, n))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s, want %s", how, got, want)
		}
	}
}

// LibreOffice's own numbering, bold option and table.
func TestLibreOffice(t *testing.T) {
	data, err := os.ReadFile("testdata/libreoffice.docx")
	if err != nil {
		t.Fatal(err)
	}
	items, problems, err := Decode(bytes.NewReader(data))
	var got []string
	for _, it := range items {
		got = append(got, short(it.Question))
	}
	want := `single|首选的是|甲,乙|["b"] single|其次是|丙,丁|["b"] true_false|由医生面诊。||["true"] true_false|可以省略||["false"] true_false|对吗||["true"]`
	if err != nil || strings.Join(got, " ") != want {
		t.Fatalf("\n got %s\nwant %s\n%v", strings.Join(got, " "), want, problems)
	}
}

// Pictures go where they stand: below the stem, in an option, below the explanation; one that no page shows is named.
func TestPictures(t *testing.T) {
	picture := func(id string) string {
		return `<w:r><w:drawing><wp:docPr descr="图 ` + id + `"/><a:blip r:embed="` + id + `"/></w:drawing></w:r>`
	}
	rels := `<Relationships>`
	for id, target := range map[string]string{"r1": "media/1.png", "r2": "media/2.JPEG", "r3": "media/3.gif", "r4": "media/4.emf"} {
		rels += `<Relationship Id="` + id + `" Type="x/image" Target="` + target + `"/>`
	}
	body := `<w:p>` + picture("r3") + `</w:p>` + p("1. 看图，首选的是") + `<w:p>` + picture("r1") + picture("r4") + `</w:p><w:p><w:r><w:t>A. </w:t></w:r>` + picture("r2") + `</w:p>` + p("B. 乙") + p("答案：A") + `<w:p><w:r><w:t>解析：见图</w:t></w:r>` + picture("r1") + `</w:p>`
	items, problems, files, err := DecodeFiles(bytes.NewReader(pack(t, body, "word/_rels/document.xml.rels", rels+"</Relationships>", "word/media/1.png", "one", "word/media/2.JPEG", "two", "word/media/3.gif", "three")))
	if err != nil || len(items) != 1 {
		t.Fatalf("got %v, %v, %v", items, problems, err)
	}
	q := items[0].Question
	one := qb.Media{Kind: qb.Image, Object: "media/1.png", Alt: "图 r1"}
	if len(q.Media) != 1 || q.Media[0] != one || q.Options[0].Media.Object != "media/2.JPEG" || q.Options[0].Text != "" || len(q.ExplanationMedia) != 1 || q.ExplanationMedia[0] != one {
		t.Errorf("got %+v", q)
	}
	if len(files) != 2 || string(files["media/1.png"]) != "one" || string(files["media/2.JPEG"]) != "two" {
		t.Errorf("got %q", files)
	}
	dropped := 0
	for _, p := range problems {
		if p.Code == "media_dropped" {
			dropped++
		}
	}
	if dropped != 2 { // the one above all questions, and the EMF
		t.Errorf("got %v", problems)
	}
}

// Pictures below option letters belong to these; where it can't be told which option a picture belongs to, it goes below the stem, and
// that is said.
func TestPicturesAmongOptions(t *testing.T) {
	picture := func(id string) string {
		return `<w:r><w:drawing><a:blip r:embed="` + id + `"/></w:drawing></w:r>`
	}
	alone := func(id string) string { return "<w:p>" + picture(id) + "</w:p>" }
	rels := `<Relationships><Relationship Id="r1" Type="x/image" Target="media/1.png"/><Relationship Id="r2" Type="x/image" Target="media/2.png"/></Relationships>`
	for _, tt := range []struct{ name, body, want, code string }{
		{"below the letters", p("A.") + alone("r1") + p("B.") + alone("r2"), "stem  a 1.png b 2.png", ""},
		{"in the lines, parted by a soft break", `<w:p><w:r><w:t>A. </w:t></w:r>` + picture("r1") + `<w:r><w:br/><w:t>B. </w:t></w:r>` + picture("r2") + `</w:p>`, "stem  a 1.png b 2.png", ""},
		{"below an option with a text", p("A. 甲") + alone("r1") + p("B. 乙"), "stem 1.png a  b ", "media_moved"},
		{"in a line of two options", `<w:p><w:r><w:t>A. 甲 B. 乙</w:t></w:r>` + picture("r1") + `</w:p>`, "stem 1.png a  b ", "media_moved"},
		{"two at one option", p("A.") + alone("r1") + alone("r2") + p("B. 乙"), "stem 2.png a 1.png b ", "media_moved"},
	} {
		items, problems, _, err := DecodeFiles(bytes.NewReader(pack(t, p("1. 看图，首选的是")+tt.body+p("答案：A"), "word/_rels/document.xml.rels", rels, "word/media/1.png", "one", "word/media/2.png", "two")))
		if err != nil || len(items) != 1 {
			t.Errorf("%s: %v %v", tt.name, problems, err)
			continue
		}
		q := items[0].Question
		got := "stem "
		for _, m := range q.Media {
			got += strings.TrimPrefix(m.Object, "media/")
		}
		for _, o := range q.Options {
			got += " " + o.ID + " " + strings.TrimPrefix(o.Media.Object, "media/")
		}
		moved := ""
		for _, p := range problems {
			if p.Code == "media_moved" {
				moved = p.Code
			}
		}
		if got != tt.want || moved != tt.code {
			t.Errorf("%s: %s, %v", tt.name, got, problems)
		}
	}
}

// A table may be a card that names what stands beside it: each is a question.
func TestCards(t *testing.T) {
	card := func(stem, kind, a, b, key string) string {
		return tbl("题目|"+stem, "题型|"+kind, "选项A|"+a, "B|"+b, "【答案】|"+key, "解析|", "难度|易") + p("")
	}
	items, problems, err := Decode(bytes.NewReader(pack(t, card("首选的是", "单选题", "甲", "乙", "B")+card("错的有", "多选题", "甲", "乙", "A、B")+card("没有答案", "单选题", "甲", "乙", ""))))
	var got []string
	for _, it := range items {
		got = append(got, short(it.Question))
	}
	if want := `single|首选的是|甲,乙|["b"] multiple|错的有|甲,乙|["a","b"]`; err != nil || strings.Join(got, " ") != want || qb.Read(items, problems) != 3 {
		t.Errorf("got %s, %v, %v", strings.Join(got, " "), problems, err)
	}
	if items, problems, _ := Decode(bytes.NewReader(pack(t, tbl("项目|价格", "水光针|680")))); len(items) != 0 || !qb.HasErrors(problems) {
		t.Errorf("a price list: %v %v", items, problems)
	}
}

// Word shows no numbers of paragraphs: a place quotes the beginning of the paragraph too.
func TestPlaces(t *testing.T) {
	_, problems, _ := Decode(bytes.NewReader(pack(t, p("1. 下列关于面诊的说法，正确的是哪一项")+p("A. 甲")+p("B. 乙")+tbl("题干|答案", "对不对|也许"))))
	got := ""
	for _, p := range problems {
		got += p.Place + "\n"
	}
	for _, want := range []string{"第 1 段“1. 下列关于面诊的说法…” 正确答案\n", "表格 1 第 2 行 题型\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		data []byte
		code string
	}{
		"old word":        {append(bytes.Clone(compound), 0, 0), "doc"},
		"no document":     {[]byte("PK\x05\x06" + strings.Repeat("\x00", 18)), "zip_absent"},
		"text":            {[]byte("1. 首选的是"), "docx_broken"},
		"not closed":      {pack(t, "<w:p>"), "docx_broken"},
		"nested deeply":   {pack(t, strings.Repeat("<w:p><w:r>", 200)), "docx_broken"},
		"many paragraphs": {pack(t, noise(maxParagraphs)), "docx_long"},
	} {
		items, problems, err := Decode(bytes.NewReader(tt.data))
		if err != nil || len(items) != 0 || len(problems) != 1 || problems[0].Code != tt.code {
			t.Errorf("%s: got %v, %v, %v", name, items, problems, err)
		}
	}
}

// Documents that would take minutes or gigabytes are answered within two seconds and 256 MiB.
func TestBombs(t *testing.T) {
	// Each body is made when it is its turn: the test's own memory would count too.
	for name, body := range map[string]func() string{
		"blanks": func() string { return "<w:p><w:r><w:t>" + strings.Repeat(" ", 60<<20) + "</w:t></w:r></w:p>" },
		"long": func() string {
			return "<w:p><w:r><w:t>" + strings.Repeat("1. 甲A.乙B.丙", 1_000_000) + "</w:t></w:r></w:p>"
		},
		"many runs": func() string {
			return "<w:p>" + strings.Repeat("<w:r><w:rPr><w:b/></w:rPr><w:t>甲 </w:t></w:r>", 500_000) + "</w:p>"
		},
		"many cells": func() string {
			return "<w:tbl><w:tr>" + strings.Repeat("<w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc>", 200_000) + "</w:tr></w:tbl>"
		},
		"tables in cells": func() string { return strings.Repeat("<w:tbl><w:tr><w:tc>", 80) },
	} {
		checkBomb(t, name, pack(t, body()))
		for _, size := range []int{maxXML - 1000, 31 << 20} { // not packed: the bound on the ratio does not help
			b := body()
			checkBomb(t, name, stored(t, b[:min(len(b), size)]))
		}
	}
}

// stored is a document that is not packed: the bound on the ratio does not help.
func stored(t testing.TB, body string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.CreateHeader(&zip.FileHeader{Name: "word/document.xml", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(f, "<w:document><w:body>"+body+"</w:body></w:document>")
	_ = w.Close()
	return out.Bytes()
}

func checkBomb(t *testing.T, name string, data []byte) {
	t.Helper()
	var items []qb.Item
	var problems []qb.Problem
	var err error
	formattest.CheckBounded(t, func() { items, problems, err = Decode(bytes.NewReader(data)) })
	if err != nil || len(items) > 0 || len(problems) == 0 {
		t.Errorf("%s: got %d items, %d problems, %v", name, len(items), len(problems), err)
	}
}

// noise is so many paragraphs that cannot be packed as tightly as a bomb.
func noise(n int) string {
	var b strings.Builder
	state := uint32(1)
	for range n {
		state = state*1664525 + 1013904223
		fmt.Fprintf(&b, "<w:p><w:r><w:t>%x</w:t></w:r></w:p>", state)
	}
	return b.String() + "<w:p/>"
}

// Any bytes, and any XML of a body: every question read is an item or a problem with its place.
func FuzzDecode(f *testing.F) {
	f.Add(pack(f, p("1. 首选的是（A）")+item(1, 1, "甲")+p("**B. 乙**"), "word/numbering.xml", numbering, "word/styles.xml", styles))
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, suite, data) })
}

func FuzzBody(f *testing.F) {
	for _, tt := range documents {
		f.Add(tt.body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		formattest.CheckDecode(t, suite, pack(t, body, "word/numbering.xml", numbering, "word/styles.xml", styles))
	})
}
