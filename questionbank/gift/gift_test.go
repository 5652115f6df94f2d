package gift

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var format = formattest.Format{Decode: Decode, Encode: Encode, Holds: func(q qb.Question) bool { return len(Losses(q)) == 0 }}

func TestFormat(t *testing.T) { formattest.Run(t, format) }

// What Losses does not name comes back as it was.
func TestRoundTrip(t *testing.T) {
	formattest.CheckLosses(t, formattest.Package{
		Encode: func(w io.Writer, q []qb.Question, _ map[string][]byte) error { return Encode(w, q) },
		Decode: func(r io.Reader) ([]qb.Item, []qb.Problem, map[string][]byte, error) {
			items, problems, err := Decode(r)
			return items, problems, nil, err
		}, Losses: Losses})
}

// line1 writes a question in one line: type, stem, rows, options, key, explanation.
func line1(q qb.Question) string {
	var options []string
	for _, o := range q.Options {
		options = append(options, o.Text)
	}
	key, _ := json.Marshal(q.Key)
	stem := q.Stem
	if len(q.Rows) > 0 {
		stem += "|" + strings.Join(q.Rows, ",")
	}
	return fmt.Sprintf("%s|%s|%s|%s|%s", q.Type, stem, strings.Join(options, ","), key, q.Explanation)
}

func TestKinds(t *testing.T) {
	for text, want := range map[string]string{
		"谁可以开处方？{~咨询员 =医师 ~前台}":                `single|谁可以开处方？|咨询员,医师,前台|["b"]|`,
		"::名::[plain]谁？{~甲#不对 =乙#对####总的}":     "single|谁？|甲,乙|[\"b\"]|“甲”：不对\n“乙”：对\n总的",
		"哪两项？{~%50%甲 ~%50%乙 ~%-100%丙}":         `multiple|哪两项？|甲,乙,丙|["a","b"]|`,
		"只有一项？{~%100%甲 ~乙}":                    `single|只有一项？|甲,乙|["a"]|`,
		"太阳从东边升起。{T}":                          `true_false|太阳从东边升起。||["true"]|`,
		"面诊可以省略。{FALSE#不可以#对了}":                "true_false|面诊可以省略。||[\"false\"]|不可以\n对了",
		"回访先核对{=身份 =客户身份}。":                    `blank|回访先核对____。||[["身份","客户身份"]]|`,
		"处方由{~咨询员 =医师}开具。":                     `single|处方由____开具。|咨询员,医师|["b"]|`,
		`等于 5 的是\: {= \= 2 + 3 ~ \{4\} \~ \\}`: `single|等于 5 的是:|= 2 + 3,{4} ~ \|["a"]|`,
		"[html]<p>一&lt;二</p>{=<b>重</b> ~轻}":    `single|一\<二|**重**,轻|["a"]|`,
		"哪一年？{#1822:2}":                        `blank|哪一年？____||[["1822±2"]]|`,
		"π 是{#3.141..3.142}。":                  `blank|π 是____。||[["3.1415±0.0005"]]|`,
		"几分钟{#=30:0.5 分钟#对 =%50%30:2#近了 ~#想想}": "blank|几分钟____||[[\"30±0.5 分钟\"]]|“30±0.5 分钟”：对\n“30±2”：近了\n其他答案：想想",
		"连线{=甲 -> 一 =乙 -> 二 =丙 -> 一 = -> 三}":   `matching|连线|甲,乙,丙|一,二,三|["a","b","a"]|`,
		"[markdown]**重**点{=甲 ~*乙*}":            `single|**重**点|甲,*乙*|["a"]|`,
		"<p>一<br>二</p>{T}":                     "true_false|一\n二||[\"true\"]|",
		"谁？{=[html]<p>甲</p> ~[plain]<p>乙</p>}": `single|谁？|甲,<p>乙</p>|["a"]|`,
		"分两行\n写的题{\n// 注释\n=甲\n~乙\n}":          "single|分两行\n写的题|甲,乙|[\"a\"]|",
	} {
		items, problems, err := Decode(strings.NewReader(text))
		if err != nil || len(items) != 1 {
			t.Errorf("%s: %v, %v", text, problems, err)
			continue
		}
		if got := line1(items[0].Question); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestUnsupportedIsNamed(t *testing.T) {
	for text, code := range map[string]string{
		"哪一年？{#一八二二}": "number_unread", "连线{=甲 -> =乙 -> 二}": "answer_unreadable", "谈谈看法{}": "rubric_missing", "反了{#2..1}": "number_unread", "两个{#5:0.5, 6:1}": "number_unread",
		"没有结束{=甲 ~乙": "brace_open", "看不懂{甲 乙}": "answer_unreadable", "两个对{=甲 =乙 ~丙}": "key_many", "没有对的{~甲 ~乙}": "key_missing",
		"一个{~甲}": "options_few", "一{T}\n二{F}": "brace_many", "一{=甲} 和 {=乙}": "brace_many",
	} {
		items, problems, _ := Decode(strings.NewReader("// 注释\n\n" + text + "\n\n对吗{T}"))
		i := slices.IndexFunc(problems, func(p qb.Problem) bool { return p.Code == code })
		if len(items) != 1 || i < 0 || !strings.HasPrefix(problems[i].Place, "第 3 行") || problems[i].Severity != qb.Error {
			t.Errorf("%s: got %v, %v", text, items, problems)
		}
	}
}

// Who forgets the empty line between two questions loses none: a name at the start of a line begins one, but not among answers.
func TestNamesBeginQuestions(t *testing.T) {
	text := "::一:: 对吗{T#错了#对了}\n::二:: 数{#30:5}\n这不是题\n::三:: 谁{\n=甲\n~乙\n}后\n::四:: 写::出::{=甲 ~a\n::b::\n}\n::五:: 没有答案\n::六:: 转义\\{吗{F}"
	items, problems, err := Decode(strings.NewReader(text))
	var got []string
	for _, it := range items {
		got = append(got, it.Place+" "+it.Question.Stem)
	}
	want := "第 1 行 对吗|第 2 行 数____这不是题|第 4 行 谁____后|第 8 行 写::出::|第 12 行 转义{吗"
	if err != nil || strings.Join(got, "|") != want || !slices.ContainsFunc(problems, func(p qb.Problem) bool { return p.Code == "description" && p.Place == "第 11 行" }) {
		t.Errorf("got %s\nwant %s\n%v", strings.Join(got, "|"), want, problems)
	}
}

func TestWarnings(t *testing.T) {
	for text, code := range map[string]string{
		"谁？{=甲 ~%50%乙 ~丙}": "weight_dropped", "填{=甲 =%50%乙}": "weight_dropped", "哪些？{~%60%甲 ~%40%乙 ~丙}": "weight_dropped",
		"哪些？{~%50%甲 ~%50%乙 ~丙}": "deduction_changed", "只是一段话": "description", "填{=客 =客户*}": "wildcard", "// [tag:季度]\n对吗{T}": "tags_dropped",
		"[html]看<img src\\=\"x\">图{T}": "media_dropped", "$CATEGORY: $course$/top/皮肤\n\n对吗{T}": "point_area",
	} {
		items, problems, _ := Decode(strings.NewReader(text))
		if len(items) == 0 && code != "description" || !slices.ContainsFunc(problems, func(p qb.Problem) bool { return p.Code == code && p.Severity == qb.Warning }) {
			t.Errorf("%s: got %v, %v", text, items, problems)
		}
	}
}

// Texts that mean harm are bounded, and named.
func TestHostile(t *testing.T) {
	for name, text := range map[string]string{
		"answers":   "哪个{" + strings.Repeat("=a ~b ", maxText/6-10) + "}",
		"pairs":     "连线{" + strings.Repeat("=a->b ", maxText/6-10) + "}",
		"one block": strings.Repeat("甲", maxText/3),
		"names":     "::a::{" + strings.Repeat("\n::a::", maxText/6-10),
		"blocks":    strings.Repeat("a{T}\n\n", maxText/6),
		"comments":  strings.Repeat("//[tag:a]\n", maxText/10),
		"too large": strings.Repeat("a", maxText+1),
	} {
		formattest.CheckBounded(t, func() {
			if _, problems, err := Decode(strings.NewReader(text)); err != nil || len(problems) == 0 {
				t.Errorf("%s: %d problems, %v", name, len(problems), err)
			}
		})
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

func TestCategory(t *testing.T) {
	items, _, _ := Decode(strings.NewReader("一{T}\n\n$CATEGORY: $course$/法律法规/医疗广告\n\n二{T}\n\n$CATEGORY: top\n三{T}"))
	var got []string
	for _, it := range items {
		got = append(got, strings.Join(it.Question.KnowledgePoints, ";"))
	}
	if strings.Join(got, "|") != "|4/医疗广告|" {
		t.Fatalf("got %q", got)
	}
}

// Any text: every block read is an item or a problem with its line.
func FuzzGIFT(f *testing.F) {
	f.Add([]byte("$CATEGORY: 4/医疗广告\n\n::名::谁？{~甲#不 =乙 ~%50%丙####总}\n\n对{T}\n\n填{=甲 =乙}空\n\n数{#1}\n"))
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, format, data) })
}

func TestNumbersAndMatching(t *testing.T) {
	for text, want := range map[string]string{
		"哪一年？{#1822:2}":                           `blank|哪一年？____|[["1822±2"]]|`,
		"哪一年？{#1822}":                             `blank|哪一年？____|[["1822±0"]]|`,
		"圆周率{#3.141..3.142}是":                     `blank|圆周率____是|[["3.1415±0.0005"]]|`,
		"几度？{#-1..2#不对}":                          `blank|几度？____|[["0.5±1.5"]]|“0.5±1.5”：不对`,
		"几个？{#=5:0#好 =%50%5:1}":                   `blank|几个？____|[["5±0"]]|“5±0”：好`,
		"连线{=甲 -> 一 =乙 -> 二 =丙 -> 一 = -> 三####总}": `matching|连线|["a","b","a"]|总`,
	} {
		items, problems, _ := Decode(strings.NewReader(text))
		if len(items) != 1 {
			t.Errorf("%s: %v", text, problems)
			continue
		}
		q := items[0].Question
		key, _ := json.Marshal(q.Key)
		if got := string(q.Type) + "|" + q.Stem + "|" + string(key) + "|" + q.Explanation; got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	items, _, _ := Decode(strings.NewReader("连线{=甲 -> 一 =乙 -> 二 = -> 三}"))
	if q := items[0].Question; !slices.Equal(q.Rows, []string{"甲", "乙"}) || len(q.Options) != 3 || q.Options[2].Text != "三" {
		t.Errorf("%+v", q)
	}
}
