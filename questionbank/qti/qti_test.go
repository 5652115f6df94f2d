package qti

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var format = formattest.Format{Decode: Decode, Encode: Encode, Holds: func(q qb.Question) bool { return len(q.MediaAll()) == 0 && len(Losses(q)) == 0 }}

func TestFormat(t *testing.T) { formattest.Run(t, format) }

// What Losses does not name comes back as it was, files and all.
func TestRoundTrip(t *testing.T) {
	formattest.CheckLosses(t, formattest.Package{Encode: EncodeFiles, Decode: DecodeFiles, Losses: Losses})
}

// line writes a question in one line: type, stem, rows, options, key, policy, explanation.
func line(q qb.Question) string {
	var options []string
	for _, o := range q.Options {
		options = append(options, o.Text)
	}
	key, _ := json.Marshal(q.Key)
	return fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s", q.Type, q.Stem, strings.Join(q.Rows, ","), strings.Join(options, ","), key, q.MultiplePolicy, q.Explanation)
}

// item2 is an item of 2.x with one response.
func item2(cardinality, baseType, declaration, body, rest string) string {
	return fmt.Sprintf(`<assessmentItem identifier="i1" title="名"><responseDeclaration identifier="R" cardinality="%s" baseType="%s">%s</responseDeclaration><itemBody>%s</itemBody>%s</assessmentItem>`,
		cardinality, baseType, declaration, body, rest)
}

func correct(values ...string) string {
	return "<correctResponse><value>" + strings.Join(values, "</value><value>") + "</value></correctResponse>"
}

func mapTo(rest string, entries ...string) string {
	var b strings.Builder
	for i := 0; i < len(entries); i += 2 {
		fmt.Fprintf(&b, `<mapEntry mapKey="%s" mappedValue="%s"/>`, entries[i], entries[i+1])
	}
	return "<mapping " + rest + ">" + b.String() + "</mapping>"
}

const (
	byMap    = `<responseProcessing template="http://x/map_response"/>`
	three    = `<choiceInteraction responseIdentifier="R" maxChoices="%d"><prompt>问</prompt><simpleChoice identifier="x">甲<feedbackInline identifier="x">不对</feedbackInline></simpleChoice><simpleChoice identifier="y">乙</simpleChoice><simpleChoice identifier="z">丙</simpleChoice></choiceInteraction>`
	gapText  = `<p>先<textEntryInteraction responseIdentifier="R"/>。</p>`
	twoSets  = `<matchInteraction responseIdentifier="R"><prompt>问</prompt><simpleMatchSet><simpleAssociableChoice identifier="a">一</simpleAssociableChoice><simpleAssociableChoice identifier="b">二</simpleAssociableChoice></simpleMatchSet><simpleMatchSet><simpleAssociableChoice identifier="x">甲</simpleAssociableChoice><simpleAssociableChoice identifier="y">乙</simpleAssociableChoice></simpleMatchSet></matchInteraction>`
	twoLists = `<p><inlineChoiceInteraction responseIdentifier="R"><inlineChoice identifier="x">甲</inlineChoice><inlineChoice identifier="y">乙</inlineChoice></inlineChoiceInteraction></p>`
)

func TestVersion2(t *testing.T) {
	for file, want := range map[string]string{
		item2("single", "identifier", correct("y"), fmt.Sprintf(three, 1), ""):                                        `single|问||甲,乙,丙|["b"]||“甲”：不对`,
		item2("multiple", "identifier", correct("x", "y"), fmt.Sprintf(three, 0), ""):                                 `multiple|问||甲,乙,丙|["a","b"]|none|“甲”：不对`,
		item2("multiple", "identifier", mapTo(`defaultValue="-2"`, "x", "1", "y", "1"), fmt.Sprintf(three, 0), byMap): `multiple|问||甲,乙,丙|["a","b"]|per_option|“甲”：不对`,
		item2("single", "identifier", "", fmt.Sprintf(three, 1), `<responseProcessing><responseCondition><responseIf><match><variable identifier="R"/><baseValue>z</baseValue></match><setOutcomeValue identifier="SCORE"><baseValue>1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>`): `single|问||甲,乙,丙|["c"]||“甲”：不对`,
		item2("single", "string", correct("核对")+mapTo("", "核对", "2", "核实", "2", "问", "1"), gapText, byMap):                                                                                                                                                                                                                                `blank|先____。|||[["核对","核实"]]||`,
		item2("single", "float", correct("3.5"), gapText, `<responseProcessing><equal toleranceMode="absolute" tolerance="0.5 0.5"><variable identifier="R"/><correct identifier="R"/></equal></responseProcessing>`):                                                                                                                     `blank|先____。|||[["3.5±0.5"]]||`,
		item2("single", "float", correct("200"), gapText, `<responseProcessing><equal toleranceMode="relative" tolerance="5 10"><variable identifier="R"/><correct identifier="R"/></equal></responseProcessing>`):                                                                                                                        `blank|先____。|||[["205±15"]]||`,
		item2("multiple", "directedPair", correct("a y", "b y"), twoSets, ""):                                                                                                                                                                                                                                                             `matching|问|一,二|甲,乙|["b","b"]||`,
		item2("multiple", "directedPair", correct("b x", "b y"), twoSets, ""):                                                                                                                                                                                                                                                             `matching|问|甲,乙|一,二|["b","b"]||`,
		item2("ordered", "identifier", correct("z", "x", "y"), strings.NewReplacer("choiceInteraction", "orderInteraction", "<feedbackInline identifier=\"x\">不对</feedbackInline>", "").Replace(fmt.Sprintf(three, 0)), ""):                                                                                                               `ordering|问||甲,乙,丙|["c","a","b"]||`,
		item2("multiple", "identifier", correct("h2"), `<hottextInteraction responseIdentifier="R"><p>本院<hottext identifier="h1">很好</hottext>，<hottext identifier="h2">全国第一</hottext>。</p></hottextInteraction>`, ""):                                                                                                                     `labelling|本院[[很好]]，[[全国第一]]。|||["2"]|none|`,
		item2("single", "identifier", correct("y"), "<p>是"+twoLists[3:], ""):                                                                                                                                                                                                                                                              `single|是____||甲,乙|["b"]||`,
		item2("multiple", "directedPair", correct("w1 g2", "w2 g1"), `<gapMatchInteraction responseIdentifier="R"><gapText identifier="w1">甲</gapText><gapText identifier="w2">乙</gapText><p>先<gap identifier="g1"/>再<gap identifier="g2"/></p></gapMatchInteraction>`, ""):                                                               `matching|先【1】再【2】|【1】,【2】|甲,乙|["b","a"]||`,
		item2("single", "string", correct("好答案"), `<p>问</p><extendedTextInteraction responseIdentifier="R"/><rubricBlock view="scorer"><ul><li>致歉 40%</li><li>流程 60%</li></ul></rubricBlock>`, ""):                                                                                                                                        `essay|问|||{"model":"好答案","rubric":[{"text":"致歉","percent":40},{"text":"流程","percent":60}]}||`,
		item2("single", "identifier", correct("x"), `<choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>对吗</prompt><simpleChoice identifier="x">正确</simpleChoice><simpleChoice identifier="y">错误</simpleChoice></choiceInteraction>`, `<modalFeedback title="解">因为</modalFeedback><modalFeedback>Correct!</modalFeedback>`): `true_false|对吗|||["true"]||解：因为`,
		strings.NewReplacer("assessmentItem", "qti-assessment-item", "responseDeclaration", "qti-response-declaration", "correctResponse", "qti-correct-response", "<value>", "<qti-value>", "</value>", "</qti-value>", "itemBody", "qti-item-body", "textEntryInteraction responseIdentifier", "qti-text-entry-interaction response-identifier", "baseType", "base-type").Replace(
			item2("single", "string", correct("核对"), gapText, "")): `blank|先____。|||[["核对"]]||`,
	} {
		check(t, file, want)
	}
}

func check(t *testing.T, file, want string) {
	t.Helper()
	items, problems, err := Decode(strings.NewReader(file))
	if err != nil || len(items) != 1 {
		t.Errorf("%s: %v, %v", file, problems, err)
		return
	}
	if got := line(items[0].Question); got != want {
		t.Errorf("%s\n got %s\nwant %s", file, got, want)
	}
}

// doc1 is a document of 1.2 with one item.
func doc1(presentation, conditions, rest string) string {
	return `<questestinterop><item ident="i1" title="名"><presentation><material><mattext texttype="text/html">&lt;p&gt;问&lt;/p&gt;</mattext></material>` + presentation +
		`</presentation><resprocessing><outcomes><decvar varname="SCORE" minvalue="0"/></outcomes>` + conditions + `</resprocessing>` + rest + `</item></questestinterop>`
}

func labels(texts ...string) string {
	var b strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&b, `<response_label ident="%c"><material><mattext>%s</mattext></material></response_label>`, 'A'+i, text)
	}
	return "<render_choice>" + b.String() + "</render_choice>"
}

func lid(id, cardinality, label, choices string) string {
	if label != "" {
		label = "<material><mattext>" + label + "</mattext></material>"
	}
	return fmt.Sprintf(`<response_lid ident="%s" rcardinality="%s">%s%s</response_lid>`, id, cardinality, label, choices)
}

func condition(test, action, value string) string {
	return fmt.Sprintf(`<respcondition><conditionvar>%s</conditionvar><setvar action="%s" varname="SCORE">%s</setvar></respcondition>`, test, action, value)
}

func is(id, value string) string {
	return fmt.Sprintf(`<varequal respident="%s">%s</varequal>`, id, value)
}

const fib = `<response_str ident="R" rcardinality="Single"><render_fib%s><response_label ident="A"/></render_fib></response_str>`

// What Blackboard exports: texts in an element of its own, scores that name their most, a rule for all else, and files that end in .dat.
func TestBlackboard(t *testing.T) {
	shown := func(kind, s string) string {
		return `<flow_mat><material><mat_extension><mat_formattedtext type="` + kind + `">` + s + `</mat_formattedtext></mat_extension></material></flow_mat>`
	}
	file := `<questestinterop><assessment><section><item><presentation><flow>` + shown("HTML", "&lt;p&gt;问&lt;/p&gt;") + `<response_lid ident="response" rcardinality="Single"><render_choice>` +
		`<flow_label><response_label ident="x">` + shown("PLAIN_TEXT", "甲 &lt; 乙") + `</response_label></flow_label><flow_label><response_label ident="y">` + shown("SMART_TEXT", "&lt;b&gt;丙&lt;/b&gt;") + `</response_label></flow_label></render_choice></response_lid></flow></presentation>` +
		`<resprocessing scoremodel="SumOfScores"><outcomes><decvar varname="SCORE" minvalue="0.0" maxvalue="10.0"/></outcomes><respcondition title="correct"><conditionvar><varequal respident="response" case="No">y</varequal></conditionvar><setvar variablename="SCORE" action="Set">SCORE.max</setvar></respcondition>` +
		`<respcondition title="incorrect"><conditionvar><other/></conditionvar><setvar variablename="SCORE" action="Set">0.0</setvar></respcondition></resprocessing></item></section></assessment></questestinterop>`
	for name, data := range map[string][]byte{"a file": []byte(file), "a file without the most": []byte(strings.Replace(file, ` maxvalue="10.0"`, "", 1)),
		"a package": pack(t, "imsmanifest.xml", `<manifest xmlns:bb="x"><resources><resource bb:file="res00001.dat" type="assessment/x-bb-qti-pool"/><resource bb:file="res00002.dat" type="course/x-bb-coursesetting"/></resources></manifest>`, "res00001.dat", file, "res00002.dat", "<COURSE/>")} {
		items, problems, err := Decode(bytes.NewReader(data))
		if err != nil || len(items) != 1 {
			t.Errorf("%s: got %v, %v, %v", name, items, problems, err)
			continue
		}
		q := items[0].Question
		if q.Stem != "问" || q.Options[0].Text != "甲 < 乙" && q.Options[0].Text != `甲 \< 乙` || !strings.Contains(q.Options[1].Text, "丙") || q.Key.Choices[0] != "b" {
			t.Errorf("%s: got %+v", name, q)
		}
	}
}

func TestVersion1(t *testing.T) {
	two := labels("甲", "乙")
	three := labels("甲", "乙", "丙")
	shown := `<respcondition><conditionvar>` + is("R", "A") + `</conditionvar><displayfeedback linkrefid="fbA"/></respcondition>`
	feedback := `<itemfeedback ident="fbA"><material><mattext>不对</mattext></material></itemfeedback><itemfeedback ident="general_fb"><flow_mat><material><mattext>总</mattext></material></flow_mat></itemfeedback>`
	for file, want := range map[string]string{
		doc1(lid("R", "Single", "", three), condition(is("R", "A"), "Add", "0")+condition(is("R", "B"), "Set", "10")+shown, feedback):                                                          `single|问||甲,乙,丙|["b"]||“甲”：不对` + "\n总",
		doc1(lid("R", "Multiple", "", three), condition(is("R", "A"), "Add", "50")+condition(is("R", "B"), "Add", "50")+condition(is("R", "C"), "Add", "-100"), ""):                            `multiple|问||甲,乙,丙|["a","b"]|per_option|`,
		doc1(lid("R", "Multiple", "", three), condition("<and>"+is("R", "A")+is("R", "B")+"<not>"+is("R", "C")+"</not></and>", "Set", "100"), ""):                                              `multiple|问||甲,乙,丙|["a","b"]|none|`,
		doc1(lid("R", "Ordered", "", three), condition(is("R", "C")+is("R", "A")+is("R", "B"), "Set", "1"), ""):                                                                                `ordering|问||甲,乙,丙|["c","a","b"]||`,
		doc1(lid("R", "Single", "一", two)+lid("S", "Single", "二", three), condition(is("R", "B"), "Add", "50")+condition(is("S", "A"), "Add", "50"), ""):                                       `matching|问|一,二|甲,乙,丙|["b","a"]||`,
		doc1(lid("R", "Multiple", "一", three)+lid("S", "Multiple", "二", three), condition(is("R", "B")+is("R", "C"), "Add", "50")+condition(is("S", "A"), "Add", "50"), ""):                    `matching|问|甲,乙,丙|一,二|["b","a","a"]||`,
		doc1(fmt.Sprintf(fib, ""), condition(is("R", "核对")+is("R", "核实"), "Set", "100"), ""):                                                                                                   `blank|问 ____|||[["核对","核实"]]||`,
		doc1(fmt.Sprintf(fib, "")+"<material><mattext>，再</mattext></material>"+strings.Replace(fmt.Sprintf(fib, ""), `"R"`, `"S"`, 1), condition(is("R", "一")+is("S", "二"), "Set", "100"), ""): "blank|问\n\n____，再____|||[[\"一\"],[\"二\"]]||",
		doc1(fmt.Sprintf(fib, ` fibtype="Decimal"`), condition(`<vargte respident="R">1.0</vargte><varlte respident="R">2</varlte>`, "Set", "100"), ""):                                        `blank|问 ____|||[["1.5±0.5"]]||`,
		doc1(fmt.Sprintf(fib, ` fibtype="Integer"`), condition("<or>"+is("R", "42")+`<and><vargte respident="R">42</vargte><varlte respident="R">42</varlte></and></or>`, "Set", "100"), ""):   `blank|问 ____|||[["42±0"]]||`,
		strings.Replace(doc1(lid("R", "Single", "v", two), condition(is("R", "B"), "Add", "100"), ""), "问", "选[v]。", 1):                                                                        `single|选____。||甲,乙|["b"]||`,
		strings.Replace(doc1(lid("R", "Single", "v", two), condition(is("R", "A"), "Add", "100")+condition(is("R", "B"), "Add", "100"), ""), "问", "填[v]。", 1):                                  `blank|填____。|||[["甲","乙"]]||`,
		doc1(lid("R", "Single", "", labels("True", "False")), condition(is("R", "B"), "Set", "100"), ""):                                                                                       `true_false|问|||["false"]||`,
	} {
		check(t, file, want)
	}
}

// kind1 is an item of a kind that Canvas names, with nothing to answer.
func kind1(kind string) string {
	return doc1("", "", `<itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>`+kind+`</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>`)
}

func TestNamed(t *testing.T) {
	two := labels("甲", "乙")
	for file, code := range map[string]string{
		item2("single", "identifier", correct("a"), `<hotspotInteraction responseIdentifier="R"/>`, ""):                                       "interaction_unsupported",
		item2("single", "float", correct("1"), `<sliderInteraction responseIdentifier="R"/>`, ""):                                             "interaction_unsupported",
		item2("single", "float", correct("1"), `<klingonInteraction responseIdentifier="R"/>`, ""):                                            "interaction_unsupported",
		item2("single", "identifier", correct("x"), fmt.Sprintf(three, 1)+gapText, ""):                                                        "interaction_unsupported",
		item2("multiple", "directedPair", correct("a x", "a y"), twoSets+"", ""):                                                              "weight",
		item2("single", "identifier", correct("x"), fmt.Sprintf(three, 1), "<templateDeclaration/>"):                                          "interaction_unsupported",
		item2("single", "identifier", "", "<p>只是文字</p>", ""):                                                                                  "description",
		item2("single", "identifier", "", fmt.Sprintf(three, 1), ""):                                                                          "key_missing",
		item2("single", "string", correct("York"), gapText, ""):                                                                               "case_folded",
		item2("single", "string", mapTo("", "York", "1", "york", "0.5"), gapText, byMap):                                                      "weight_dropped",
		item2("single", "string", "", `<extendedTextInteraction responseIdentifier="R"/>`, ""):                                                "rubric_missing",
		item2("single", "identifier", correct("x"), `<p><img src="a.png" alt="图"/></p>`+fmt.Sprintf(three, 1), ""):                            "media_dropped",
		`<assessmentTest><assessmentSection><rubricBlock view="candidate"><p>阅读：客户来电。</p></rubricBlock></assessmentSection></assessmentTest>`: "section_text_dropped",
		item2("single", "identifier", correct("x"), `<p>看材料</p><xi:include href="m.xml"/>`+fmt.Sprintf(three, 1), ""):                         "include_unread",
		item2("single", "identifier", correct("x"), `<object type="text/html" data="m.html"/>`+fmt.Sprintf(three, 1), ""):                     "media_dropped",
		`<assessmentTest><testPart><assessmentItemRef identifier="q" href="q.xml"/></testPart></assessmentTest>`:                              "file_absent",
		doc1(`<response_xy ident="R"><render_hotspot/></response_xy>`, "", ""):                                                                "interaction_unsupported",
		doc1(lid("R", "Single", "", two), condition(is("R", "A"), "Set", "1"), `<itemproc_extension><calculated/></itemproc_extension>`):      "interaction_unsupported",
		doc1(lid("R", "Multiple", "一", two)+lid("S", "Multiple", "二", two), condition(is("R", "A"), "Add", "50"), ""):                         "interaction_unsupported",
		doc1(fmt.Sprintf(fib, ""), "", ""): "rubric_missing",
		doc1("", "", ""):                   "description",
		kind1("file_upload_question"):      "interaction_unsupported",
		kind1("text_only_question"):        "description",
		kind1("hot_spot_question"):         "interaction_unsupported",
		doc1(lid("R", "Single", "", labels("1", "2", "3", "4", "5", "6", "7", "8", "9")), condition(is("R", "A"), "Set", "1"), ""):                    "options_many",
		doc1(lid("R", "Single", "", two), condition(is("R", "A"), "Set", "1"), "<x><sourcebank_ref>b</sourcebank_ref></x>"):                           "bank_outside",
		doc1(fmt.Sprintf(fib, ` fibtype="Decimal"`), condition(`<vargt respident="R">1.0</vargt><varlte respident="R">2</varlte>`, "Set", "100"), ""): "bound_included",
		"<html/>":         "format_unknown",
		"<assessmentItem": "xml_broken",
	} {
		items, problems, err := Decode(strings.NewReader(file))
		if code == "weight" { // one row with two options
			if len(items) != 1 {
				t.Errorf("%s: got %v", file, problems)
			}
			continue
		}
		if err != nil || !slices.ContainsFunc(problems, func(p qb.Problem) bool { return p.Code == code && p.Place != "" }) {
			t.Errorf("%s: want %s, got %v, %v", file, code, items, problems)
		}
	}
}

func pack(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(f, files[i+1])
	}
	_ = w.Close()
	return out.Bytes()
}

const resources = `<manifest><resources><resource type="imsqti_item_xmlv2p1" href="items/b.xml"/><resource type="imsqti_test_xmlv2p1" href="test.xml"/><resource type="webcontent" href="x.html"/><resource type="imsqti_item_xmlv2p1" href="gone.xml"/></resources></manifest>`

// A test's items come in its order, then those beside it; what is not referred to, and what is not there, is named.
func TestPackage(t *testing.T) {
	q := func(id string) string {
		return strings.NewReplacer("i1", id, "先", id+`<img src="../img/p%201.png" alt="图"/>先`).Replace(item2("single", "string", correct("核对"), gapText, ""))
	}
	data := pack(t, "pkg/imsmanifest.xml", resources, "pkg/items/a.xml", q("a"), "pkg/items/b.xml", q("b"), "pkg/items/c.xml", q("c"), "pkg/img/p 1.png", "PNG",
		"pkg/test.xml", `<assessmentTest><testPart><assessmentSection><assessmentItemRef href="items/c.xml"/><assessmentItemRef href="items/no.xml"/></assessmentSection></testPart></assessmentTest>`)
	items, problems, files, err := DecodeFiles(bytes.NewReader(data))
	if err != nil || len(items) != 2 || !strings.HasPrefix(items[0].Place, "pkg/items/c.xml 第 1 行“名”（c）") || !strings.HasPrefix(items[1].Place, "pkg/items/b.xml") {
		t.Fatalf("got %v, %v, %v", items, problems, err)
	}
	if m := items[0].Question.Media; len(m) != 1 || m[0].Alt != "图" || string(files[m[0].Object]) != "PNG" || len(files) != 1 {
		t.Errorf("got %v, %v", m, files)
	}
	for _, code := range []string{"file_unreferenced", "file_absent", "paper_dropped"} {
		if !slices.ContainsFunc(problems, func(p qb.Problem) bool { return p.Code == code }) {
			t.Errorf("%s is not named: %v", code, problems)
		}
	}
}

func TestPackageWithoutManifest(t *testing.T) {
	items, problems, _ := Decode(bytes.NewReader(pack(t, "a.xml", item2("single", "string", correct("核对"), gapText, ""), "b.xml", "<other/>")))
	if len(items) != 1 || !slices.ContainsFunc(problems, func(p qb.Problem) bool { return p.Code == "manifest_missing" }) {
		t.Fatalf("got %v, %v", items, problems)
	}
}

// An archive or a document that means harm is a problem, within two seconds.
func TestBombs(t *testing.T) {
	for name, data := range map[string][]byte{
		"zip_ratio":    pack(t, "imsmanifest.xml", strings.Repeat(" ", 40<<20)),
		"zip_path":     pack(t, "../imsmanifest.xml", resources),
		"xml_large":    []byte("<assessmentTest>" + strings.Repeat("<a/>", 1_000_001) + "</assessmentTest>"),
		"xml_entities": []byte(`<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;">]><assessmentItem>&m;</assessmentItem>`),
		"xml_deep":     []byte(strings.Repeat("<a>", 3_000_000)),
	} {
		var problems []qb.Problem
		var err error
		formattest.CheckBounded(t, func() { _, problems, err = Decode(bytes.NewReader(data)) })
		if err != nil || !slices.ContainsFunc(problems, func(p qb.Problem) bool { return p.Code == name }) {
			t.Errorf("%s: got %v, %v", name, problems, err)
		}
	}
}

// What compares all with all is bounded: each of these is answered within two seconds, and named.
func TestHostileItems(t *testing.T) {
	var choices, numbers, texts, rules strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&choices, `<simpleChoice identifier="c%d">%d</simpleChoice>`, i, i)
		fmt.Fprintf(&numbers, `<varequal respident="R">%d</varequal>`, i)
		fmt.Fprintf(&texts, `<varequal respident="R">t%d</varequal>`, i)
		rules.WriteString(condition(is("R", "A"), "Add", "1"))
	}
	for name, file := range map[string]string{
		"choices": item2("multiple", "identifier", correct("c1"), `<choiceInteraction responseIdentifier="R">`+choices.String()+`</choiceInteraction>`, ""),
		"numbers": doc1(fmt.Sprintf(fib, ` fibtype="Decimal"`), condition("<or>"+numbers.String()+"</or>", "Set", "1"), ""),
		"texts":   doc1(fmt.Sprintf(fib, ""), condition("<or>"+texts.String()+"</or>", "Set", "1"), ""),
		"rules":   doc1(lid("R", "Multiple", "", labels("1", "2", "3", "4", "5", "6", "7", "8")), rules.String(), ""),
	} {
		var items []qb.Item
		var problems []qb.Problem
		var err error
		formattest.CheckBounded(t, func() { items, problems, err = Decode(strings.NewReader(file)) })
		if err != nil || len(items) != 0 || !qb.HasErrors(problems) {
			t.Errorf("%s: %d items, %d problems, %v", name, len(items), len(problems), err)
		}
	}
}

// Any bytes: every item read is a question or a problem with its place.
func FuzzQTI(f *testing.F) {
	var file bytes.Buffer
	_ = Encode(&file, formattest.Samples()[:3])
	f.Add(file.Bytes())
	f.Add([]byte(item2("multiple", "identifier", correct("x", "y"), fmt.Sprintf(three, 0), byMap)))
	f.Add([]byte(doc1(lid("R", "Multiple", "", labels("甲", "乙")), condition(is("R", "A"), "Add", "50"), "")))
	f.Add([]byte(doc1(fmt.Sprintf(fib, ` fibtype="Decimal"`), condition(`<vargte respident="R">1</vargte>`, "Set", "100"), "")))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY l "ha">]><assessmentItem>&l;</assessmentItem>`))
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, format, data) })
}
