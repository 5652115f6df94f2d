package qti

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
)

const (
	toMatch   = `<p>问</p><matchInteraction responseIdentifier="R"><simpleMatchSet><simpleAssociableChoice identifier="a">一<feedbackInline identifier="a">注意一</feedbackInline></simpleAssociableChoice><simpleAssociableChoice identifier="b">二</simpleAssociableChoice></simpleMatchSet><simpleMatchSet><simpleAssociableChoice identifier="x">甲</simpleAssociableChoice><simpleAssociableChoice identifier="y">乙</simpleAssociableChoice></simpleMatchSet></matchInteraction>`
	toProcess = `<responseProcessing><responseCondition><responseIf>%s<setOutcomeValue identifier="SCORE"><baseValue>1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>`
)

// What stands beside the question and its answer comes along or is named.
func TestNothingBesideIsDropped(t *testing.T) {
	processed := func(rule string) string { return strings.Replace(toProcess, "%s", rule, 1) }
	section := func(beside string) string {
		return strings.Replace(doc1(lid("R", "Single", "", labels("甲", "乙")), condition(is("R", "B"), "Set", "1"), ""), "<item", "<assessment><section>"+beside+"<item", 1)
	}
	closed := func(file string) string {
		return strings.Replace(file, "</questestinterop>", "</section></assessment></questestinterop>", 1)
	}
	material := "<material><mattext>客户说怕疼</mattext></material>"
	for file, want := range map[string][2]string{
		item2("single", "string", correct("核对"), `<p>先<textEntryInteraction responseIdentifier="R"/>。<feedbackInline identifier="x">想想流程</feedbackInline></p>`, ""):                                                   {`blank|先____。|||[["核对"]]||想想流程`, ""},
		item2("multiple", "directedPair", correct("a y", "b x"), toMatch, ""):                                                                                                                                         {`matching|问|一,二|甲,乙|["b","a"]||注意一`, ""},
		item2("single", "identifier", correct("y"), `<infoControl title="提示"><p>想想</p></infoControl>`+strings.Replace(three, "%d", "1", 1), ""):                                                                       {`single|问||甲,乙,丙|["b"]||“甲”：不对`, "hint_dropped"},
		item2("single", "float", correct("2.51"), gapText, processed(`<equalRounded figures="1"><variable identifier="R"/><correct identifier="R"/></equalRounded>`)):                                                 {`blank|先____。|||[["2.51±0"]]||`, "rule_dropped"},
		item2("single", "string", correct("核对"), gapText, processed(`<patternMatch pattern="核.*"><variable identifier="R"/></patternMatch>`)):                                                                         {`blank|先____。|||[["核对"]]||`, "rule_dropped"},
		closed(section("<presentation_material><flow_mat>" + material + "</flow_mat></presentation_material>")):                                                                                                       {`single|问||甲,乙|["b"]||`, "section_text_dropped"},
		closed(section(`<rubric view="Tutor">` + material + "</rubric>")):                                                                                                                                             {`single|问||甲,乙|["b"]||`, ""},
		strings.Replace(doc1(lid("R", "Single", "", labels("甲", "乙")), condition(is("R", "B"), "Set", "1"), ""), "<presentation>", `<rubric view="All">`+material+"</rubric><presentation>", 1):                       {`single|问||甲,乙|["b"]||`, "section_text_dropped"},
		strings.Replace(doc1(lid("R", "Single", "", labels("甲", "乙")), condition(is("R", "B"), "Set", "1"), ""), "</mattext></material>", "</mattext><altmaterial><mattext>再问</mattext></altmaterial></material>", 1): {`single|问||甲,乙|["b"]||`, ""},
		strings.Replace(doc1(lid("R", "Single", "", labels("甲", "乙")), condition(is("R", "B"), "Set", "1"), ""), "</mattext></material>", `</mattext><matapplet uri="a.class"/></material>`, 1):                       {"single|问\n\n[文件：a.class]||甲,乙|[\"b\"]||", "media_dropped"},
	} {
		check(t, file, want[0])
		_, problems, _ := Decode(strings.NewReader(file))
		var codes []string
		for _, p := range problems {
			if p.Code != "explanation_missing" && p.Code != "case_folded" && p.Code != "paper_dropped" && !slices.Contains(codes, p.Code) {
				codes = append(codes, p.Code)
			}
		}
		if got := strings.Join(codes, " "); got != want[1] {
			t.Errorf("%s\n got %s\nwant %s", file, got, want[1])
		}
	}
}

// D2L adds what is right and what is wrong into scores of their own.
func TestRightAndWrongCountedApart(t *testing.T) {
	count := func(test, name string) string {
		return "<respcondition continue='yes'><conditionvar>" + test + `</conditionvar><setvar varname="D2L_` + name + `" action="Add">1</setvar></respcondition>`
	}
	not := func(test string) string { return "<not>" + test + "</not>" }
	a, b, c := is("R", "A"), is("R", "B"), is("R", "C")
	check(t, doc1(lid("R", "Multiple", "", labels("甲", "乙", "丙")), count(a, "Correct")+count(not(b), "Correct")+count(c, "Correct")+count(not(a), "Incorrect")+count(b, "Incorrect")+count(not(c), "Incorrect"), ""),
		`multiple|问||甲,乙,丙|["a","c"]|per_option|`)
}

// A manifest of a Windows program names files its way.
func TestPathOfWindows(t *testing.T) {
	items, problems, err := Decode(bytes.NewReader(pack(t, "imsmanifest.xml", `<manifest><resources><resource type="imsqti_item_xmlv2p1" href="items\i1.xml"/></resources></manifest>`,
		"items/i1.xml", item2("single", "identifier", correct("y"), strings.Replace(three, "%d", "1", 1), ""))))
	if err != nil || len(items) != 1 || qb.HasErrors(problems) {
		t.Fatal(items, problems, err)
	}
}
