package moodlexml

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var format = formattest.Format{Decode: Decode, Encode: Encode, Holds: func(q qb.Question) bool { return len(q.MediaAll()) == 0 && len(Losses(q)) == 0 }}

func TestFormat(t *testing.T) { formattest.Run(t, format) }

// line writes a question in one line: type, stem, rows, options, key, policy, explanation.
func line(q qb.Question) string {
	var options []string
	for _, o := range q.Options {
		options = append(options, o.Text)
	}
	key, _ := json.Marshal(q.Key)
	return fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s", q.Type, q.Stem, strings.Join(q.Rows, ","), strings.Join(options, ","), key, q.MultiplePolicy, q.Explanation)
}

func quiz(inside string) string { return "<quiz>" + inside + "</quiz>" }

func ask(kind, rest string) string {
	return quiz(`<question type="` + kind + `"><name><text>名</text></name><questiontext format="html"><text><![CDATA[<p>问</p>]]></text></questiontext>` + rest + `</question>`)
}

func answer(fraction, text, feedback string) string {
	return fmt.Sprintf(`<answer fraction="%s" format="html"><text>%s</text><feedback format="html"><text>%s</text></feedback></answer>`, fraction, text, feedback)
}

func TestKinds(t *testing.T) {
	for file, want := range map[string]string{
		ask("multichoice", "<single>true</single>"+answer("0", "甲", "不对")+answer("100", "&lt;p&gt;乙&lt;/p&gt;", "")+"<correctfeedback format='html'><text>Your answer is correct.</text></correctfeedback><generalfeedback><text>总</text></generalfeedback>"):                                    `single|问||甲,乙|["b"]||“甲”：不对` + "\n总",
		ask("multichoice", "<single>false</single>"+answer("50", "甲", "")+answer("50", "乙", "")+answer("-50", "丙", "")+answer("-50", "丁", "")):                                                                                                                                                   `multiple|问||甲,乙,丙,丁|["a","b"]|per_option|`,
		ask("multichoice", "<single>false</single>"+answer("33,33333", "甲", "")+answer("33,33333", "乙", "")+answer("33,33333", "丙", "")):                                                                                                                                                         `multiple|问||甲,乙,丙|["a","b","c"]|per_option|`,
		ask("multichoiceset", answer("100", "甲", "")+answer("100", "乙", "")+answer("0", "丙", "")):                                                                                                                                                                                                `multiple|问||甲,乙,丙|["a","b"]|none|`,
		ask("truefalse", answer("0", "true", "错了")+answer("100", "false", "")):                                                                                                                                                                                                                   `true_false|问|||["false"]||错了`,
		ask("multichoice", "<single>1</single>"+answer("100", "正确", "")+answer("0", "错误", "")):                                                                                                                                                                                                   `true_false|问|||["true"]||`,
		ask("shortanswer", answer("100", "身份", "")+answer("100", "客户*", "")+answer("0", "*", "想想")+answer("100", `三\*`, "")):                                                                                                                                                                     `blank|问 ____|||[["身份","三*"]]||其他答案：想想`,
		ask("numerical", `<answer fraction="100"><text>3.14</text><tolerance>0.005</tolerance></answer><units><unit><multiplier>1</multiplier><unit_name>cm</unit_name></unit></units>`):                                                                                                         `blank|问 ____|||[["3.14±0.005 cm"]]||`,
		ask("matching", `<subquestion format="html"><text>一</text><answer><text>甲</text></answer></subquestion><subquestion><text>二</text><answer><text>甲</text></answer></subquestion><subquestion><text></text><answer><text>乙</text></answer></subquestion>`):                                 `matching|问|一,二|甲,乙|["a","a"]||`,
		ask("ddmatch", `<subquestion format="html"><text>一</text><answer format="html"><text>&lt;p&gt;甲&lt;/p&gt;</text></answer></subquestion><subquestion format="html"><text>二</text><answer format="html"><text>&lt;p&gt;m&lt;sup&gt;2&lt;/sup&gt;&lt;/p&gt;</text></answer></subquestion>`): `matching|问|一,二|甲,m²|["a","b"]||`,
		quiz(`<question type="ddwtos"><questiontext format="html"><text>先[[2]]再[[1]]</text></questiontext><dragbox><text>CO&lt;sub&gt;2&lt;/sub&gt;</text><group>1</group></dragbox><dragbox><text>a &lt; b</text><group>1</group></dragbox></question>`):                                        `matching|先【1】再【2】|【1】,【2】|CO₂,a < b|["b","a"]||`,
		ask("ordering", answer("1", "甲", "")+answer("2", "乙", "")+answer("3", "丙", "")):                                                                                                                                                                                                          `ordering|问||甲,乙,丙|["a","b","c"]||`,
		ask("essay", "<graderinfo format='plain_text'><text>好答案\n\n评分标准：\n- 致歉 40%\n- 流程（60%）</text></graderinfo>"):                                                                                                                                                                              `essay|问|||{"model":"好答案","rubric":[{"text":"致歉","percent":40},{"text":"流程","percent":60}]}||`,
		quiz(`<question type="gapselect"><questiontext format="html"><text>先[[2]]再[[1]]</text></questiontext><selectoption><text>甲</text><group>1</group></selectoption><selectoption><text>乙</text><group>1</group></selectoption></question>`):                                                 `matching|先【1】再【2】|【1】,【2】|甲,乙|["b","a"]||`,
		quiz(`<question type="ddwtos"><questiontext format="html"><text>先[[2]]</text></questiontext><dragbox><text>甲</text><group>1</group></dragbox><dragbox><text>乙</text><group>1</group></dragbox></question>`):                                                                              `single|先____||甲,乙|["b"]||`,
		quiz(`<question type="multianswer"><questiontext format="html"><text>&lt;p&gt;先{1:SHORTANSWER:=核\}对~%50%问#差一点}，再{:NM:=30:0.5}。&lt;/p&gt;</text></questiontext></question>`):                                                                                                              `blank|先____，再____。|||[["核}对"],["30±0.5"]]||“问”：差一点`,
		quiz(`<question type="cloze"><questiontext format="html"><text>是{1:MC:甲~=乙#对}。</text></questiontext></question>`):                                                                                                                                                                        `single|是____。||甲,乙|["b"]||“乙”：对`,
		quiz(`<question type="cloze"><questiontext format="html"><text>{1:MC:甲~=乙}与{1:MC:=甲~乙}</text></questiontext></question>`):                                                                                                                                                                `matching|【1】与【2】|【1】,【2】|甲,乙|["b","a"]||`,
	} {
		items, problems, err := Decode(strings.NewReader(file))
		if err != nil || len(items) != 1 {
			t.Errorf("%s: %v, %v", file, problems, err)
			continue
		}
		if got := line(items[0].Question); got != want {
			t.Errorf("%s\n got %s\nwant %s", file, got, want)
		}
	}
}

// Of two options one may be a picture: they are looked at for 对 and 错 before they are read.
func TestPictureAmongTwoOptions(t *testing.T) {
	file := ask("multichoice", "<single>true</single>"+answer("0", "乙", "")+
		`<answer fraction="100" format="html"><text><![CDATA[<p>甲</p><img src="@@PLUGINFILE@@/a.png" alt="图">]]></text><file name="a.png" path="/" encoding="base64">UE5H</file></answer>`)
	items, problems, files, err := DecodeFiles(strings.NewReader(file))
	if err != nil || len(items) != 1 {
		t.Fatalf("%v %v", problems, err)
	}
	o := items[0].Question.Options
	if len(o) != 2 || o[0].Media.Object != "" || o[1].Media.Alt != "图" || string(files[o[1].Media.Object]) != "PNG" {
		t.Errorf("%+v %q", o, files)
	}
}

func TestNamed(t *testing.T) {
	for file, want := range map[string]struct {
		code     string
		severity qb.Severity
	}{
		ask("calculated", ""):  {"type_unsupported", qb.Error},
		ask("ddmarker", ""):    {"type_unsupported", qb.Error},
		ask("klingon", ""):     {"type_unsupported", qb.Error},
		ask("description", ""): {"description", qb.Warning},
		ask("essay", ""):       {"rubric_missing", qb.Error},
		ask("truefalse", ""):   {"type_unsupported", qb.Error},
		ask("numerical", `<answer fraction="100"><text>x</text></answer>`):                                                                                   {"number_unread", qb.Error},
		ask("shortanswer", "<usecase>1</usecase>"+answer("100", "甲", "")):                                                                                    {"case_folded", qb.Warning},
		ask("shortanswer", answer("100", "甲", "")+answer("50", "乙", "")):                                                                                     {"weight_dropped", qb.Warning},
		ask("multichoice", "<single>true</single>"+answer("100", "甲", "")+answer("50", "乙", "")+answer("0", "丙", "")):                                        {"weight_dropped", qb.Warning},
		ask("multichoice", "<single>true</single>"+answer("100", "甲", "")+answer("100", "乙", "")):                                                            {"key_many", qb.Error},
		ask("multichoice", "<single>false</single>"+answer("50", "甲", "")+answer("50", "乙", "")+answer("0", "丙", "")):                                        {"deduction_changed", qb.Warning},
		ask("multichoice", answer("70", "甲", "")+answer("30", "乙", "")+answer("-100", "丙", "")):                                                              {"weight_dropped", qb.Warning},
		ask("truefalse", answer("100", "true", "")+answer("0", "false", "")+"<hint format='html'><text>想</text></hint>"):                                     {"hint_dropped", qb.Warning},
		ask("truefalse", answer("100", "true", "&lt;img src='@@PLUGINFILE@@/a.png'&gt;")+answer("0", "false", "")):                                           {"media_dropped", qb.Warning},
		ask("truefalse", answer("100", "true", "&lt;u&gt;x&lt;/u&gt;")+answer("0", "false", "")):                                                             {"format_lost", qb.Warning},
		ask("truefalse", answer("100", "true", "")+answer("0", "false", "")+"<tags><tag><text>季度</text></tag></tags>"):                                       {"tags_dropped", qb.Warning},
		quiz(`<question type="cloze"><questiontext format="html"><text>{1:MR:=甲}</text></questiontext></question>`):                                          {"type_unsupported", qb.Error},
		quiz(`<question type="cloze"><questiontext format="html"><text>{1:MC:=甲~乙}{1:SA:=甲}</text></questiontext></question>`):                               {"type_unsupported", qb.Error},
		quiz(`<question type="category"><category><text>$course$/top/皮肤</text></category></question>` + strings.TrimPrefix(ask("x", ""), "<quiz>")[:0]):      {"point_area", qb.Warning},
		quiz(`<question type="cloze"><questiontext format="html"><text>面积{1:SA:=\(x^{2}\)}与{1:SA:=甲}</text></questiontext></question>`):                      {"type_unsupported", qb.Error},
		quiz(`<question type="cloze"><questiontext format="html"><text>先{1:SA:=甲}再{ 1 :SA:=乙}</text></questiontext></question>`):                             {"type_unsupported", qb.Error},
		quiz(`<question type="cloze"><questiontext format="html"><text>先{1:SA:=甲}再{2:SA:=乙}</text></questiontext></question>`):                               {"gap_weights_dropped", qb.Warning},
		ask("numerical", `<answer fraction="100"><text>3</text></answer><unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty>`):                 {"unit_penalty_dropped", qb.Warning},
		quiz(`<question type="cloze"><questiontext format="html"><text>先{1:SA:=甲~%33.33333%乙}再{1:SA:=丙}</text></questiontext></question>`):                   {"weight_dropped", qb.Warning},
		ask("truefalse", answer("100", "true", "")+answer("0", "false", "")+"<hidden>1</hidden>"):                                                            {"hidden_read", qb.Warning},
		ask("truefalse", answer("100", "true", "")+answer("0", "false", "")+"<idnumber>A-7</idnumber>"):                                                      {"idnumber_dropped", qb.Warning},
		ask("truefalse", answer("100", "true", "")+answer("0", "false", "")+"<image>a.png</image><image_base64>UE5H</image_base64>"):                         {"media_dropped", qb.Warning},
		ask("essay", "<graderinfo format='plain_text'><text>好\n\n评分标准：\n- 致歉 100%</text></graderinfo><responsetemplate><text>客户：</text></responsetemplate>"): {"template_dropped", qb.Warning},
		"<quiz/>": {"file_empty", qb.Error},
		"<html/>": {"format_unknown", qb.Error},
		"<quiz>":  {"xml_broken", qb.Error},
		"<!DOCTYPE q [<!ENTITY a 'b'>]><quiz>&a;</quiz>": {"xml_entities", qb.Error},
	} {
		items, problems, err := Decode(strings.NewReader(file))
		i := slices.IndexFunc(problems, func(p qb.Problem) bool { return p.Code == want.code })
		if err != nil || i < 0 || problems[i].Severity != want.severity {
			t.Errorf("%s: want %v, got %v, %v", file, want, items, problems)
		}
	}
}

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// Pictures and sounds in the file become media of the text that shows them; what is no picture is named.
func TestFiles(t *testing.T) {
	file := quiz(`<question type="truefalse"><questiontext format="html"><text><![CDATA[<p>看<img src="@@PLUGINFILE@@/%E5%9B%BE.png" alt="皮肤">图</p><audio src="@@PLUGINFILE@@/a.mp3"></audio><a href="@@PLUGINFILE@@/b.pdf">讲义</a>]]></text>` +
		`<file name="图.png" path="/" encoding="base64">` + pixel + `</file><file name="a.mp3" encoding="base64">SUQz</file><file name="b.pdf" encoding="base64">SUQz</file></questiontext>` +
		answer("100", "true", "") + answer("0", "false", "") + `</question>`)
	items, problems, files, err := DecodeFiles(strings.NewReader(file))
	if err != nil || len(items) != 1 || len(files) != 2 {
		t.Fatalf("got %v, %v, %d files, %v", items, problems, len(files), err)
	}
	q := items[0].Question
	if len(q.Media) != 2 || q.Media[0].Kind != qb.Image || q.Media[0].Alt != "皮肤" || q.Media[1].Kind != qb.Audio || files[q.Media[0].Object] == nil {
		t.Errorf("got %+v", q.Media)
	}
	if q.Stem != "看【图1】图\n\n【图2】讲义[文件：讲义]" {
		t.Errorf("got %q", q.Stem)
	}
	if !slices.ContainsFunc(problems, func(p qb.Problem) bool { return p.Code == "media_dropped" }) {
		t.Errorf("the PDF is not named: %v", problems)
	}
}

// Files that mean harm are bounded, and named.
func TestHostile(t *testing.T) {
	stem := func(kind, html string) string {
		return quiz(`<question type="` + kind + `"><questiontext format="html"><text>` + html + `</text></questiontext></question>`)
	}
	for name, file := range map[string]string{
		"answers":  ask("multichoice", strings.Repeat(answer("0", "x", ""), 60_000)),
		"pairs":    ask("matching", strings.Repeat("<subquestion><text>a</text><answer><text>b</text></answer></subquestion>", 60_000)),
		"gaps":     stem("cloze", strings.Repeat("{1:SA:=a~=b}", 400_000)),
		"texts":    stem("cloze", "{1:SA:"+strings.Repeat("~=b", 2_000_000)+"}"),
		"pictures": stem("truefalse", strings.Repeat("&lt;img src=x&gt;", 300_000)),
		"deep":     stem("truefalse", strings.Repeat("&lt;b&gt;&lt;ul&gt;&lt;li&gt;", 100_000)),
		"laughs":   `<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>`,
		"elements": quiz(strings.Repeat("<a/>", 1_000_001)),
	} {
		formattest.CheckBounded(t, func() {
			if items, problems, err := Decode(strings.NewReader(file)); err != nil || len(items) != 0 || len(problems) == 0 {
				t.Errorf("%s: %d items, %d problems, %v", name, len(items), len(problems), err)
			}
		})
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// What Losses does not name comes back as it was, files and all.
func TestRoundTrip(t *testing.T) {
	formattest.CheckLosses(t, formattest.Package{Encode: EncodeFiles, Decode: DecodeFiles, Losses: Losses})
}

// Any bytes: every question read is an item or a problem with its place.
func FuzzMoodleXML(f *testing.F) {
	var file bytes.Buffer
	_ = Encode(&file, formattest.Samples())
	f.Add(file.Bytes())
	f.Add([]byte(ask("multichoice", answer("100", "甲", ""))))
	f.Add([]byte(strings.Repeat("<quiz>", 200)))
	f.Add([]byte("<!DOCTYPE q [<!ENTITY a 'b'>]><quiz>&a;</quiz>"))
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, format, data) })
}
