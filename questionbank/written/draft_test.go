package written

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	qb "github.com/peikao/peikao/questionbank"
)

// read makes the question of a draft: its type, stem, options, key, and the codes of the problems.
func read(d Draft) string {
	q, problems := d.Question()
	var options, codes []string
	for _, o := range q.Options {
		options = append(options, o.Text)
	}
	for _, p := range problems {
		codes = append(codes, p.Code)
	}
	key, _ := json.Marshal(q.Key)
	return fmt.Sprintf("%s|%s|%s|%s|%s", q.Type, q.Stem, strings.Join(options, ","), key, strings.Join(codes, " "))
}

func TestDrafts(t *testing.T) {
	for name, tt := range map[string]struct {
		draft Draft
		want  string
	}{
		"numbered gaps":              {Draft{Type: "填空题", Stem: "先____，再____", Answer: "1.身份 2.恢复/康复"}, `blank|先____，再____||[["身份"],["恢复","康复"]]|`},
		"variants in numbered gaps":  {Draft{Type: "填空题", Stem: "防____与____", Answer: "第一空：UVB;中波紫外线\n第二空：UVA"}, `blank|防____与____||[["UVB","中波紫外线"],["UVA"]]|key_variants`},
		"variants between signs":     {Draft{Type: "填空题", Stem: "按____由____", Answer: "毒性;;;医师|执业医师"}, `blank|按____由____||[["毒性"],["医师","执业医师"]]|key_variants`},
		"circled gaps":               {Draft{Type: "填空题", Stem: "先（ ），再（ ）", Answer: "①身份②恢复。"}, `blank|先____，再____||[["身份"],["恢复"]]|`},
		"gaps by wide space":         {Draft{Type: "填空题", Stem: "先____，再____", Answer: "身份　恢复 情况"}, `blank|先____，再____||[["身份"],["恢复 情况"]]|`},
		"a number is not a mark":     {Draft{Type: "填空题", Stem: "____至____", Answer: "0.5；1.2"}, `blank|____至____||[["0.5"],["1.2"]]|`},
		"gaps that do not fit":       {Draft{Type: "填空题", Stem: "先____，再____", Answer: "身份"}, `blank|先____，再____||[]|gaps_differ`},
		"no stem":                    {Draft{Type: "填空题", Answer: "甲"}, `blank|||[]|gaps_differ`},
		"gaps from options":          {Draft{Type: "填空题", Stem: "先____，再____", Options: []qb.Option{{ID: "a", Text: "身份"}, {ID: "b", Text: "恢复"}}}, `blank|先____，再____||[["身份"],["恢复"]]|key_from_options`},
		"a full stop at an option":   {Draft{Stem: "首选", OptionsText: "甲。\n乙。", Answer: "乙。"}, `single|首选|甲。,乙。|["b"]|`},
		"letters in words":           {Draft{Stem: "首选", OptionsText: "A.甲 B.乙", Answer: "选项B"}, `single|首选|甲,乙|["b"]|`},
		"marks of all but one":       {Draft{Stem: "错的有", OptionsText: "甲（正确）\n乙\n丙（正确）"}, `multiple|错的有|甲,乙,丙|["a","c"]|`},
		"a mark against the answer":  {Draft{Stem: "首选", OptionsText: "甲√\n乙", Answer: "B"}, `single|首选|甲,乙|["b"]|key_conflict`},
		"two options, both marked":   {Draft{Stem: "首选", OptionsText: "对√\n错√", Answer: "A"}, `single|首选|对√,错√|["a"]|`},
		"order":                      {Draft{Type: "排序", Stem: "次序", OptionsText: "甲\n乙\n丙", Answer: "C-A-B"}, `ordering|次序|甲,乙,丙|["c","a","b"]|`},
		"order by numbers":           {Draft{Type: "排序", Stem: "次序", OptionsText: "①甲 ②乙 ③丙", Answer: "3,1,2"}, `ordering|次序|甲,乙,丙|["c","a","b"]|`},
		"grades by colour":           {Draft{Type: "情境判断", Stem: "怎样", OptionsText: "甲\n乙\n丙", Answer: "绿：A；黄：B；红：C"}, `judgement|怎样|甲,乙,丙|{"grades":[{"option":"a","grade":"green","reason":""},{"option":"b","grade":"yellow","reason":""},{"option":"c","grade":"red","reason":""}]}|`},
		"grades that say nothing":    {Draft{Type: "情境判断", Stem: "怎样", OptionsText: "甲\n乙\n丙", Answer: "A"}, `judgement|怎样|甲,乙,丙|[]|grades_unread`},
		"segments by text":           {Draft{Type: "标注", Stem: "[[甲]]与[[乙]]", Answer: "乙"}, `labelling|[[甲]]与[[乙]]||["2"]|`},
		"segments that are none":     {Draft{Type: "标注", Stem: "[[甲]]与[[乙]]", Answer: "丙"}, `labelling|[[甲]]与[[乙]]||[]|key_unknown`},
		"a rubric as a list":         {Draft{Type: "简答题", Stem: "问", Answer: "答", Rubric: "1. 致歉（40%）\n2. 说明 60%"}, `short|问||{"model":"答","rubric":[{"text":"致歉","percent":40},{"text":"说明","percent":60}]}|`},
		"a rubric of points":         {Draft{Type: "简答题", Stem: "问", Answer: "答", Rubric: "1.致歉（4分）；\n2.说明流程（3分）\n（3）跟进（3 分）"}, `short|问||{"model":"答","rubric":[{"text":"致歉","percent":40},{"text":"说明流程","percent":30},{"text":"跟进","percent":30}]}|rubric_points`},
		"points of no whole percent": {Draft{Type: "简答题", Stem: "问", Answer: "答", Rubric: "致歉（1分）\n说明（2分）"}, `short|问||{"model":"答","rubric":[]}|rubric_unread`},
		"a letter that fills no gap": {Draft{Stem: "首选____", Answer: "B"}, `|首选____||[]|type_missing`},
		"a rubric that is no list":   {Draft{Type: "简答题", Stem: "问", Answer: "答", Rubric: "致歉（40%）\n说明 50%"}, `short|问||{"model":"答","rubric":[]}|rubric_unread`},
		"marks of a website":         {Draft{Stem: "首选<strong>是</strong>", OptionsText: "甲<img src=\"a.png\">\n乙 < 丙 & 丁>", Answer: "B", Explanation: "一&nbsp;二"}, `single|首选<strong>是</strong>|甲<img src="a.png">,乙 < 丙 & 丁>|["b"]|web_marks web_media web_marks`},
		"Markdown has its own":       {Draft{Stem: "首选<b>是</b>", OptionsText: "甲\n乙", Answer: "B", Markdown: "是"}, `single|首选<b>是</b>|甲,乙|["b"]|`},
		"too long":                   {Draft{Type: "单选", Stem: strings.Repeat("（A）", 100_000)}, `single|…||[]|text_long`},
	} {
		if got := read(tt.draft); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, tt.want)
		}
	}
}

// What can be mended by writing something else says what.
func TestFixes(t *testing.T) {
	for name, d := range map[string]Draft{
		"no rubric": {Type: "简答题", Stem: "问", Answer: "答"}, "no type": {Stem: "问"}, "no truth": {Type: "判断题", Stem: "问", Answer: "也许"},
		"other answer in the stem": {Stem: "首选（ A ）", OptionsText: "甲\n乙", Answer: "B"}, "rows": {Type: "匹配题", Stem: "连", OptionsText: "甲\n乙", Rows: "子\n丑", Answer: "1-A"},
	} {
		_, problems := d.Question()
		if len(problems) == 0 || problems[0].Fix == "" {
			t.Errorf("%s: got %+v", name, problems)
		}
	}
}

// An equal material has an equal number, another one another.
func TestStimulus(t *testing.T) {
	one := Draft{Stimulus: qb.Stimulus{Text: "甲"}}.stimulus()
	two := Draft{Stimulus: qb.Stimulus{Text: "甲"}}.stimulus()
	other := Draft{Stimulus: qb.Stimulus{Text: "乙"}}.stimulus()
	if !one.Equal(two) || one.ID == other.ID || !qb.IsObject(one.ID) || (Draft{}).stimulus() != nil {
		t.Fatalf("got %+v, %+v, %+v", one, two, other)
	}
}

// Whatever the texts say, the question can be checked, and what Validate finds wrong is told.
func TestAnyDraft(t *testing.T) {
	text := rapid.OneOf(rapid.SampledFrom([]string{"", "单选题", "填空题", "判断题", "匹配题", "排序题", "情境判断题", "标注题", "论述题", "A", "AC", "1-B 2-A", "A=绿：好；B=红", "甲（ ）乙", "____", "甲（A）", "①甲②乙", "A.甲 B.乙",
		"甲√\n乙", "[[甲]]，[[乙]]", "1. 甲\n2. 乙", "致歉=40；说明=60", "对", "×", "；", "/", `\/`, "50%", `{"A":"甲"}`, "["}), rapid.String())
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) string { return Clean(text.Draw(rt, name)) }
		d := Draft{Type: draw("type"), Under: draw("under"), Stem: draw("stem"), Rows: draw("rows"), OptionsText: draw("options"), Answer: draw("answer"), Model: draw("model"), Rubric: draw("rubric"),
			Explanation: draw("explanation"), Points: []string{draw("point")}, Difficulty: draw("difficulty"), KeyQuestion: draw("key question"), Policy: draw("policy"), Partial: draw("partial"), Law: draw("law"),
			Marks: []Mark{{draw("mark"), Underline}, {draw("mark"), "加粗"}}}
		q, problems := d.Question()
		var b qb.Batch
		b.Add(func(qb.Field) string { return "此处" }, q, problems...)
		if len(b.Items) == 0 && !qb.HasErrors(b.Problems) {
			rt.Fatalf("lost: %+v", d)
		}
	})
}

// A length is written with its unit or without; what is none is named, with what to write instead.
func TestSeconds(t *testing.T) {
	for text, want := range map[string]int{"": 0, "60": 60, "60 秒": 60, "６０秒": 60, "45s": 45, " 90 ": 90} {
		d := Draft{Type: "录音题", Stem: "录一段。", Model: "您好", Rubric: "自报家门=100", Explanation: "略", Points: []string{"2/电话"}, Seconds: text}
		if q, problems := d.Question(); q.Seconds != want || len(problems) != 0 {
			t.Errorf("%q: %d, %v", text, q.Seconds, problems)
		}
	}
	_, problems := Draft{Type: "录音题", Stem: "录一段。", Model: "您好", Rubric: "自报家门=100", Explanation: "略", Seconds: "一分钟"}.Question()
	if len(problems) != 1 || problems[0].Code != "seconds_unread" || problems[0].Fix == "" || problems[0].Field != qb.FieldSeconds {
		t.Errorf("%v", problems)
	}
}
