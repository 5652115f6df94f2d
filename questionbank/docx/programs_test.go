package docx

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

// styled is a paragraph of a style; its own properties follow.
func styled(style, own, s string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + own + `</w:pPr><w:r><w:t>` + s + `</w:t></w:r></w:p>`
}

func cell(properties, s string) string {
	return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + p(s) + "</w:tc>"
}

func control(properties, content string) string {
	return "<w:sdt><w:sdtPr>" + properties + "</w:sdtPr><w:sdtContent>" + content + "</w:sdtContent></w:sdt>"
}

const (
	twoOptions = `<w:p><w:r><w:t>A. 甲</w:t><w:tab/><w:t>B. 乙</w:t></w:r></w:p>`
	asked      = `single|首选的是|甲,乙|["b"]`
	headRow    = "<w:tr><w:tc><w:p><w:r><w:t>题型</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>题干</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>选项A</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>选项B</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>答案</w:t></w:r></w:p></w:tc></w:tr>"
	ownLevel   = `<w:numbering xmlns:w="x"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1."/></w:lvl></w:lvlOverride></w:num></w:numbering>`
	listStyles = `<w:styles xmlns:w="x"><w:style w:type="paragraph" w:styleId="Q"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="O"><w:basedOn w:val="Q"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="character" w:styleId="Right"><w:rPr><w:b/></w:rPr></w:style></w:styles>`
)

var ofPrograms = []struct {
	name, body, questions, codes string
	parts                        []string
}{
	{"a list that writes a level its own way", item(1, 0, "首选的是") + item(2, 0, "甲") + item(2, 0, "乙") + p("答案：B"), asked, "", []string{"word/numbering.xml", ownLevel}},
	{"a style that says the level alone", styled("Q", "", "首选的是") + styled("O", "", "甲") + styled("O", "", "乙") + p("答案：B"), asked, "", []string{"word/styles.xml", listStyles}},
	{"a paragraph that says the level alone", styled("Q", "", "首选的是") + styled("Q", `<w:numPr><w:ilvl w:val="1"/></w:numPr>`, "甲") + styled("Q", `<w:numPr><w:ilvl w:val="1"/></w:numPr>`, "乙") + p("答案：B"), asked, "", []string{"word/styles.xml", listStyles}},
	{"the right option has a style", p("1. 首选的是") + p("A. 甲") + `<w:p><w:r><w:rPr><w:rStyle w:val="Right"/></w:rPr><w:t>B. 乙</w:t></w:r></w:p>`, asked, "key_by_format", []string{"word/styles.xml", listStyles}},
	{"the grey of a web page", strings.ReplaceAll(p("**1. 首选的是**")+p("**A. 甲**")+`<w:p><w:r><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t>B. 乙</w:t></w:r></w:p>`, "<w:b/>", `<w:color w:val="333333"/>`), asked, "key_by_format", nil},
	{"rows and cells in controls", "<w:tbl>" + headRow + control("", "<w:tr>"+cell("", "单选题")+cell("", "首选的是")+cell("", "甲")+cell("", "乙")+control("", cell("", "B"))+"</w:tr>") + "</w:tbl>", asked, "", nil},
	{"cells over several columns and rows", "<w:tbl><w:tr>" + cell(`<w:gridSpan w:val="5"/>`, "题库") + "</w:tr>" + headRow + "<w:tr>" + cell(`<w:vMerge w:val="restart"/>`, "判断题") + cell("", "由医生面诊") + cell(`<w:gridSpan w:val="2"/>`, "") + cell("", "对") + "</w:tr><w:tr>" +
		cell("<w:vMerge/>", "") + cell("", "由护士面诊") + cell(`<w:gridSpan w:val="2"/>`, "") + cell("", "错") + "</w:tr></w:tbl>", "true_false|由医生面诊||[\"true\"]\ntrue_false|由护士面诊||[\"false\"]", "", nil},
	{"letters of the font of symbols", p("1. 首选的是") + `<w:p><w:r><w:t>A. 5 </w:t><w:sym w:font="Symbol" w:char="F06D"/><w:t>g</w:t></w:r></w:p>` + `<w:p><w:r><w:t>B. </w:t><w:sym w:font="Symbol" w:char="F0B3"/><w:t>5</w:t></w:r></w:p>` + p("答案：B"), `single|首选的是|5 μg,≥5|["b"]`, "", nil},
	{"a number in a circle, and an unknown sign", p("1. 首选的是") + `<w:p><w:r><w:t>A. </w:t><w:sym w:font="Wingdings" w:char="F082"/></w:r></w:p>` + `<w:p><w:r><w:t>B. </w:t><w:sym w:font="Wingdings" w:char="F028"/><w:t>号</w:t></w:r></w:p>` + p("答案：B"), `single|首选的是|②,□号|["b"]`, "symbol_unread", nil},
	{"an empty box", p("1. 首选的是") + p("A. 甲") + `<w:p><w:r><w:t>B. 在</w:t><w:sym w:font="Wingdings" w:char="F0A8"/><w:t>打勾</w:t></w:r></w:p>` + p("答案：B"), `single|首选的是|甲,在□打勾|["b"]`, "", nil},
	{"brackets, roots and sums", p("1. 首选的是") + `<w:p><w:r><w:t>A. </w:t></w:r><m:oMath><m:d><m:e><m:r><m:t>a+b</m:t></m:r></m:e></m:d><m:r><m:t>c</m:t></m:r><m:rad><m:deg><m:r><m:t>3</m:t></m:r></m:deg><m:e><m:r><m:t>x</m:t></m:r></m:e></m:rad></m:oMath></w:p>` +
		`<w:p><w:r><w:t>B. </w:t></w:r><m:oMath><m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e><m:r><m:t>a</m:t></m:r></m:e></m:d><m:rad><m:deg/><m:e><m:r><m:t>y</m:t></m:r></m:e></m:rad><m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub/><m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:r><m:t>x</m:t></m:r></m:e></m:nary></m:oMath></w:p>` + p("答案：B"),
		`single|首选的是|(a+b)c³√(x),[a]√(y)∑ⁿx|["b"]`, "formula", nil},
	{"another file in the document", p("1. 首选的是（B）") + twoOptions + `<w:altChunk r:id="a"/>`, asked, "chunk_unread", nil},
	{"a drawn scheme", p("1. 首选的是（B）") + `<w:p><w:r><w:drawing><dgm:relIds r:dm="a"/></w:drawing></w:r></w:p>` + twoOptions, asked, "object_dropped", nil},
	{"an empty control and a full one", `<w:p><w:r><w:t>1. 首选的是</w:t></w:r>` + control("<w:showingPlcHdr/>", "<w:r><w:t>单击此处输入文字。</w:t></w:r>") + control("", "<w:r><w:t>（B）</w:t></w:r>") + "</w:p>" + twoOptions, asked, "", nil},
	{"a box of a form", p("1. 首选的是（B）") + `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>A. 甲</w:t></w:r></w:p>` + p("B. 乙"), asked, "field_dropped", nil},
}

// What Word, WPS and the programs of the web write beside plain paragraphs.
func TestAsProgramsWrite(t *testing.T) {
	for _, d := range ofPrograms {
		parts := d.parts
		if !slices.Contains(parts, "word/numbering.xml") {
			parts = append(slices.Clone(parts), "word/numbering.xml", numbering)
		}
		expect(t, d.name, pack(t, d.body, parts...), d.questions, d.codes)
	}
}

// expect reads a document; of the problems the missing explanations are not looked at.
func expect(t *testing.T, name string, document []byte, questions, codes string) {
	t.Helper()
	items, problems, err := Decode(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	formattest.CheckItems(t, items)
	formattest.CheckProblems(t, problems)
	formattest.CheckNothingLost(t, items, problems)
	var got, found []string
	for _, it := range items {
		got = append(got, short(it.Question))
	}
	for _, p := range problems {
		if p.Field != qb.FieldExplanation && !slices.Contains(found, p.Code) {
			found = append(found, p.Code)
		}
	}
	if strings.Join(got, "\n") != questions || strings.Join(found, " ") != codes {
		t.Errorf("%s:\n got %s\nwant %s\nproblems %v", name, strings.Join(got, "\n"), questions, problems)
	}
}

// The text and what belongs to it stand where the package says, and not always under the usual names.
func TestPartsByTheirRelations(t *testing.T) {
	body := item(1, 0, "首选的是") + item(2, 0, "甲") + item(2, 0, "乙") + p("答案：B")
	relation := func(kind, target string) string {
		return `<Relationships><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="` + target + `"/></Relationships>`
	}
	document := pack(t, "", "_rels/.rels", relation("officeDocument", "/word/document2.xml"), "word/_rels/document2.xml.rels", relation("numbering", "numbering2.xml"), "word/numbering2.xml", ownLevel,
		"word/document2.xml", `<w:document xmlns:w="x"><w:body>`+body+`</w:body></w:document>`)
	document = bytes.ReplaceAll(document, []byte("word/document.xml"), []byte("word/documenX.xml")) // the usual part is not there
	expect(t, "document2.xml", document, asked, "")
}

// Pictures that stand behind the letters of options are theirs, on one line and in the cells of a row.
func TestPicturesOfOptionsBesideEachOther(t *testing.T) {
	picture := func(id string) string {
		return `<w:r><w:drawing><wp:docPr descr="图` + id + `"/><a:blip r:embed="` + id + `"/></w:drawing></w:r>`
	}
	run := func(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
	relations := `<Relationships><Relationship Id="1" Type="http://x/image" Target="media/a.png"/><Relationship Id="2" Type="http://x/image" Target="media/b.png"/></Relationships>`
	for name, options := range map[string]string{
		"a line":  "<w:p>" + run("A. ") + picture("1") + run("  ") + run(" B. ") + picture("2") + "</w:p>",
		"a table": "<w:tbl><w:tr><w:tc><w:p>" + run("A.") + picture("1") + "</w:p></w:tc><w:tc><w:p>" + run("B.") + picture("2") + "</w:p></w:tc></w:tr></w:tbl>",
	} {
		items, problems, files, err := DecodeFiles(bytes.NewReader(pack(t, p("1. 哪一张是")+options+p("答案：B"), "word/_rels/document.xml.rels", relations, "word/media/a.png", "PNG1", "word/media/b.png", "PNG2")))
		if err != nil || len(items) != 1 || len(files) != 2 {
			t.Errorf("%s: got %v, %v, %d files, %v", name, items, problems, len(files), err)
			continue
		}
		o := items[0].Question.Options
		if len(o) != 2 || o[0].Media.Alt != "图1" || o[1].Media.Alt != "图2" {
			t.Errorf("%s: got %+v", name, o)
		}
	}
}
