package text

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var format = formattest.Format{Decode: Decode}

func TestFormat(t *testing.T) { formattest.Run(t, format) }

// oneLine writes a question in one line: type|stem|options|key|explanation.
func oneLine(q qb.Question) string {
	var options []string
	for _, o := range q.Options {
		options = append(options, o.Text)
	}
	key, _ := json.Marshal(q.Key)
	stem := strings.Join(append([]string{q.Stem}, q.Rows...), "·")
	if q.Stimulus != nil {
		stem = "《" + q.Stimulus.Text + "》" + stem
	}
	return fmt.Sprintf("%s|%s|%s|%s|%s", q.Type, stem, strings.Join(options, ","), key, q.Explanation)
}

// Each text with the questions it holds, one a line, and the codes of the problems beside explanation_missing.
var texts = []struct {
	name, text, questions, codes string
}{
	{"options in lines", "1、首选的是\nA. 甲\nB、乙\nC．丙\n答案：B\n解析：因为乙\n\n2、错的有\n（A）甲\n（B）乙\n答案：A、B",
		`single|首选的是|甲,乙,丙|["b"]|因为乙` + "\n" + `multiple|错的有|甲,乙|["a","b"]|`, ""},
	{"types before numbers", "【单选题】1、首选的是\nA. 甲\nB. 乙\n答案：A\n[多选题] 2. 有\nA. 甲\nB. 乙\n答案：AB\n（判断题）3、由医生面诊。\n答案：对",
		"single|首选的是|甲,乙|[\"a\"]|\nmultiple|有|甲,乙|[\"a\",\"b\"]|\ntrue_false|由医生面诊。||[\"true\"]|", ""},
	{"boxes before options", "1. 首选的是\n☐ A. 甲\n☑B. 乙\n2. 其次是\n□A.甲  ■B.乙  □C.丙\n3. 再次是\n□ A. 甲\n□ B. 乙\n答案：A\n4. 在□里打勾的是\nA. 甲\nB. 乙\n答案：A",
		"single|首选的是|甲,乙|[\"b\"]|\nsingle|其次是|甲,乙,丙|[\"b\"]|\nsingle|再次是|甲,乙|[\"a\"]|\nsingle|在□里打勾的是|甲,乙|[\"a\"]|", ""},
	{"options in one line", "1. 首选的是\nA、甲  B、乙  C、丙\n【答案】C【解析】略", `single|首选的是|甲,乙,丙|["c"]|略`, ""},
	{"options behind the stem", "1. 首选的是（ ）A.甲 B.乙 C.丙\n答案：C", `single|首选的是（ ）|甲,乙,丙|["c"]|`, ""},
	{"options without spaces", "1. 首选的是\nA.甲B.乙C.丙\n答案：C", `single|首选的是|甲,乙,丙|["c"]|`, "options_tight"},
	{"answer in the stem", "1．首选的是（ B ）\nA．甲\nB．乙\n2．以（A）为宜。\nA．甲\nB．乙\n3．有（AB）。\nA．甲\nB．乙",
		"single|首选的是|甲,乙|[\"b\"]|\nsingle|以（ ）为宜。|甲,乙|[\"a\"]|\nmultiple|有（ ）。|甲,乙|[\"a\",\"b\"]|", "key_from_stem"},
	{"answer twice", "1．首选的是（ B ）\nA．甲\nB．乙\n答案：B\n2．首选的是（ A ）\nA．甲\nB．乙\n答案：B\n3．维生素（A）缺乏见于\nA．甲\nB．乙\n答案：B",
		"single|首选的是|甲,乙|[\"b\"]|\nsingle|首选的是（ A ）|甲,乙|[\"b\"]|\nsingle|维生素（A）缺乏见于|甲,乙|[\"b\"]|", "key_in_stem"},
	{"tags", "1、[单选题]（2分）首选的是\nA 甲\nB 乙\n答案 B\n2、错的有？（多选题）\nA 甲\nB 乙\n答案是AB\n3. 对吗 [判断题] *\n答案：对",
		"single|首选的是|甲,乙|[\"b\"]|\nmultiple|错的有？|甲,乙|[\"a\",\"b\"]|\ntrue_false|对吗||[\"true\"]|", "score_unread"},
	{"sections", "一、单选题（每题2分，共2分）\n1. 首选的是\nA. 甲\nB. 乙\n答案：A\n二、判断题\n1. 面诊由医生进行。（√）\n2. 可以省略面诊（ × ）。\n3. 剂量由咨询员定。\n答案：错误。应由医生决定。\n三、填空题\n1. 先核对____，再问（  ）。\n答案：身份；恢复情况\n四、简答题\n1. 怎样回复投诉？\n答：先致歉\n再说明流程\n评分标准：致歉=40；说明流程=60",
		"single|首选的是|甲,乙|[\"a\"]|\ntrue_false|面诊由医生进行。||[\"true\"]|\ntrue_false|可以省略面诊。||[\"false\"]|\ntrue_false|剂量由咨询员定。||[\"false\"]|应由医生决定。\n" +
			"blank|先核对____，再问____。||[[\"身份\"],[\"恢复情况\"]]|\nshort|怎样回复投诉？||{\"model\":\"先致歉\\n再说明流程\",\"rubric\":[{\"text\":\"致歉\",\"percent\":40},{\"text\":\"说明流程\",\"percent\":60}]}|", "score_unread"},
	{"keys at the end", "一、单选题\n1. 首选的是\nA. 甲\nB. 乙\n2. 其次是\nA. 甲\nB. 乙\n二、判断题\n1. 由医生面诊。\n2. 可以省略。\n参考答案\n一、单选题\n1-2 AB\n二、判断题\n1.√ 2.×",
		"single|首选的是|甲,乙|[\"a\"]|\nsingle|其次是|甲,乙|[\"b\"]|\ntrue_false|由医生面诊。||[\"true\"]|\ntrue_false|可以省略。||[\"false\"]|", ""},
	{"keys without headings", "一、单选题\n1. 首选的是\nA. 甲\nB. 乙\n二、多选题\n1. 其次是\nA. 甲\nB. 乙\n\n参考答案：\n1. A\n1. AB", "single|首选的是|甲,乙|[\"a\"]|\nmultiple|其次是|甲,乙|[\"a\",\"b\"]|", ""},
	{"keys in one line", "1. 首选的是\nA. 甲\nB. 乙\n2. 其次是\nA. 甲\nB. 乙\n参考答案 1-2 AB", "single|首选的是|甲,乙|[\"a\"]|\nsingle|其次是|甲,乙|[\"b\"]|", ""},
	{"keys with reasons", "1. 首选的是\nA. 甲\nB. 乙\n2. 其次是\nA. 甲\nB. 乙\n答案与解析\n1.【答案】A\n【解析】因为\n甲\n2. B。因为乙更好", "single|首选的是|甲,乙|[\"a\"]|因为\n甲\nsingle|其次是|甲,乙|[\"b\"]|因为乙更好", ""},
	{"keys of several letters", "一、多选题\n1. 有\nA. 甲\nB. 乙\nC. 丙\n2. 有？\nA. 甲\nB. 乙\nC. 丙\n答案：1-2 AB ABC\n二、单选题\n1. 是\nA. 甲\nB. 乙\n答案：B",
		"multiple|有|甲,乙,丙|[\"a\",\"b\"]|\nmultiple|有？|甲,乙,丙|[\"a\",\"b\",\"c\"]|\nsingle|是|甲,乙|[\"b\"]|", ""},
	{"a whole paper", "试卷\n姓名：____\n1. 满分 3 分。\n2. 请写在答题卡上。\n\n一、单项选择题（共1题，每题1分，错选不得分）\n1．首选的是（    ）\nA．甲      B．乙\nC．丙      D．丁\n二、判断题（对的打“√”，错的打“×”）\n2．可以省略。（    ）\n三、填空题\n3．响铃______声内接听，报出______。\n四、简答题\n4．怎样处理投诉？\n\n参考答案\n一、单项选择题\n1. D\n二、判断题\n2.×\n三、填空题\n3. 三；姓名/工号\n四、简答题\n4. （1）致歉；\n（2）上报。\n评分标准：致歉=40；上报=60",
		"single|首选的是（    ）|甲,乙,丙,丁|[\"d\"]|\ntrue_false|可以省略。||[\"false\"]|\nblank|响铃____声内接听，报出____。||[[\"三\"],[\"姓名\",\"工号\"]]|\nshort|怎样处理投诉？||{\"model\":\"（1）致歉；\\n（2）上报。\",\"rubric\":[{\"text\":\"致歉\",\"percent\":40},{\"text\":\"上报\",\"percent\":60}]}|", "text_unread score_unread"},
	{"lists inside", "1. 顺序是\n1. 消毒\n2. 注射\nA. 先 1\nB. 先 2\n答案：A\n解析：要点：\n1. 消毒在先\n2. 注射在后\n3. 记录\n2. 首选的是\nA. 甲\nB. 乙\n答案：B",
		"single|顺序是\n1. 消毒\n2. 注射|先 1,先 2|[\"a\"]|要点：\n1. 消毒在先\n2. 注射在后\n3. 记录\nsingle|首选的是|甲,乙|[\"b\"]|", ""},
	{"letters in the explanation", "1. 首选的是\nA. 甲\nB. 乙\n答案：A\n解析：逐项看\nA. 对\nB. 错\n2. 其次是\nA. 甲\nB. 乙\n答案：B", "single|首选的是|甲,乙|[\"a\"]|逐项看\nA. 对\nB. 错\nsingle|其次是|甲,乙|[\"b\"]|", ""},
	{"no numbers", "2026 年题库\n\n首选的是\nA. 甲\nB. 乙\n答案：A\n解析：略\n\n其次是哪一项，\n请选择\nA. 甲\nB. 乙\nANSWER: B", "single|首选的是|甲,乙|[\"a\"]|略\nsingle|其次是哪一项，\n请选择|甲,乙|[\"b\"]|", "text_unread"},
	{"labels", "题型：多选题\n题干：错的有\n选项：A. 甲 B. 乙\n答案：AB\n解析：略\n难度：较难\n知识点：4/医疗广告\n重点：是\n依据：《中华人民共和国广告法》第十六条\n题型：判断题\n题干：对吗\n答案：T\n",
		"multiple|错的有|甲,乙|[\"a\",\"b\"]|略\ntrue_false|对吗||[\"true\"]|", ""},
	{"marks at options", "1. 首选的是 [单选题]\nA. 甲\nB. 乙（正确答案）\n2. 有 [多选题]\n*A. 甲\n√B. 乙\nC. 丙", "single|首选的是|甲,乙|[\"b\"]|\nmultiple|有|甲,乙,丙|[\"a\",\"b\"]|", ""},
	{"chapters and pages", "第一章 4/医疗广告\n1. 对吗（对）\n第 1 页 共 2 页\n第二章 皮肤\n1. 对吗？（错）", "true_false|对吗||[\"true\"]|\ntrue_false|对吗？||[\"false\"]|", "text_unread point_area"},
	{"a shared stem", "（1～2题共用题干）\n女，30 岁，术后一天。\n1. 首选的是\nA. 甲\nB. 乙\n答案：A\n2. 其次是\nA. 甲\nB. 乙\n答案：B\n3. 再其次是\nA. 甲\nB. 乙\n答案：B",
		"single|《女，30 岁，术后一天。》首选的是|甲,乙|[\"a\"]|\nsingle|《女，30 岁，术后一天。》其次是|甲,乙|[\"b\"]|\nsingle|再其次是|甲,乙|[\"b\"]|", ""},
	{"bare numbers and others", "第1题 首选的是\nA. 甲\nB. 乙\n答案：A\n\n2 其次是\nA. 甲\nB. 乙\n答案：B\n（3）1.5 毫升是\nA. 甲\nB. 乙\n答案：B", "single|首选的是|甲,乙|[\"a\"]|\nsingle|其次是|甲,乙|[\"b\"]|\nsingle|1.5 毫升是|甲,乙|[\"b\"]|", ""},
	{"numbers that begin with a number", "1.12岁儿童首选的是\nA. 甲\nB. 乙\n答案：A\n解析：要点：\n1.5 毫升\n2.40岁男性首选的是\nA. 甲\nB. 乙\n答案：B", "single|12岁儿童首选的是|甲,乙|[\"a\"]|要点：\n1.5 毫升\nsingle|40岁男性首选的是|甲,乙|[\"b\"]|", ""},
	{"no numbers but those of the texts", "12 岁儿童首选的是\nA. 甲\nB. 乙\n答案：A\n\n（8～9题共用题干）2.5 毫升是\nA. 甲\nB. 乙\n答案：B", "single|12 岁儿童首选的是|甲,乙|[\"a\"]|\nsingle|（8～9题共用题干）2.5 毫升是|甲,乙|[\"b\"]|", ""},
	{"mark before the number", "（√）1、由医生面诊。\n（×）2、可以省略。", "true_false|由医生面诊。||[\"true\"]|\ntrue_false|可以省略。||[\"false\"]|", ""},
	{"shared options", "（1-2 题共用备选答案）\nA. 甲\nB. 乙\n1. 首选的是\n2. 其次是\n参考答案：1.A 2.B", "single|首选的是|甲,乙|[\"a\"]|\nsingle|其次是|甲,乙|[\"b\"]|", ""},
	{"sorting", "一、排序题\n1. 正确的次序是\nA. 记录\nB. 消毒\nC. 注射\n答案：B→C→A\n二、匹配题\n1. 连一连\n1. 肉毒毒素\n2. 玻尿酸\nA. 填充\nB. 除皱\nC. 美白\n答案：1-B 2-A\n2. 再连\n匹配项：甲；乙\nA. 子\nB. 丑\n答案：BA",
		"ordering|正确的次序是|记录,消毒,注射|[\"b\",\"c\",\"a\"]|\nmatching|连一连·肉毒毒素·玻尿酸|填充,除皱,美白|[\"b\",\"a\"]|\nmatching|再连·甲·乙|子,丑|[\"b\",\"a\"]|", ""},
	{"judgement and labelling", "一、情境判断题\n1. 怎样回复？\nA. 甲\nB. 乙\nC. 丙\n答案：A=绿：先安抚；B=黄：尚可；C=红：承诺了疗效\n红线：是\n二、标注题\n1. [[全国最好]]的设备，[[欢迎预约]]。\n答案：1",
		"judgement|怎样回复？|甲,乙,丙|{\"grades\":[{\"option\":\"a\",\"grade\":\"green\",\"reason\":\"先安抚\"},{\"option\":\"b\",\"grade\":\"yellow\",\"reason\":\"尚可\"},{\"option\":\"c\",\"grade\":\"red\",\"reason\":\"承诺了疗效\"}]}|\nlabelling|[[全国最好]]的设备，[[欢迎预约]]。||[\"1\"]|", ""},
	{"essays", "一、论述题\n1. 谈谈合规\n参考答案：\n1. 先查法规\n2. 再写文案\n评分标准：查法规=50；写文案=50\n2. 谈谈投诉\n答案：先致歉\n二、名词解释\n1. 面诊\n答：由医生评估\n评分标准：医生=100",
		"essay|谈谈合规||{\"model\":\"1. 先查法规\\n2. 再写文案\",\"rubric\":[{\"text\":\"查法规\",\"percent\":50},{\"text\":\"写文案\",\"percent\":50}]}|\nshort|面诊||{\"model\":\"由医生评估\",\"rubric\":[{\"text\":\"医生\",\"percent\":100}]}|", "rubric_missing"},
	{"full width, and answers under the ordinals of their headings", "一、单项选择题（每题２分，共４分）\n１．首选的是（　　）\nＡ．甲　Ｂ．乙　Ｃ．丙\n２．其次是\nＡ．甲\nＢ．乙\n二、判断题\n１．对吗。（　　）\n三、填空题\n１．应在____小时内响应。\n（２）第____天回访。\n参考答案\n一、１－２　ＢＡ\n二、１．×\n三、１．２４　２．７",
		"single|首选的是（　　）|甲,乙,丙|[\"b\"]|\nsingle|其次是|甲,乙|[\"a\"]|\ntrue_false|对吗。||[\"false\"]|\nblank|应在____小时内响应。||[[\"２４\"]]|\nblank|第____天回访。||[[\"７\"]]|", "score_unread"},
	{"full-width digits in texts stay", "一、论述题\n１．２４小时内做什么？\n评分标准：回访=100\n２．再做什么？\n评分标准：记录=100\n参考答案\n１．２４小时内回访。\n２．７天后记录。", "essay|２４小时内做什么？||{\"model\":\"２４小时内回访。\",\"rubric\":[{\"text\":\"回访\",\"percent\":100}]}|\nessay|再做什么？||{\"model\":\"７天后记录。\",\"rubric\":[{\"text\":\"记录\",\"percent\":100}]}|", ""},
	{"tags and points below which the options have no letters", "1. 首选的是[单选题] (分值：5) *\nA. 甲(正确答案)\nB. 乙\n\n2. 由医生面诊。【判断题】（分值：5）\n对(正确答案)\n错\n\n3. 应在____内响应[填空题]\n(答案：一天|24小时)",
		"single|首选的是|甲,乙|[\"a\"]|\ntrue_false|由医生面诊。||[\"true\"]|\nblank|应在____内响应||[[\"一天\",\"24小时\"]]|", "score_unread"},
	{"an export of somebody's practice", "【第1题】【判断题】对吗\n我的答案：对  正确答案：错\n答案解释：略\n【第2题】首选的是\n(A) 甲\n(B) 乙\n我的答案：A\n标准答案：(B)", "true_false|对吗||[\"false\"]|略\nsingle|首选的是|甲,乙|[\"b\"]|", "response_unread"},
	{"numbered gaps of a site", "1. [填空题] 由外到内为[填空1]、[填空2]。\n答案：表皮；真皮", "blank|由外到内为____、____。||[[\"表皮\"],[\"真皮\"]]|", ""},
	{"gaps and answers in numbered brackets", "一、填空题\n1. 有效期为（1）年，由（2）出具。\n【答案】(一)(卫生部门)\n2. 由谁出具。\n答案：（甲）（乙）", "blank|有效期为____年，由____出具。||[[\"一\"],[\"卫生部门\"]]|", "gaps_differ"},
	{"ranges and single numbers in one list", "1. 首选的是\nA. 甲\nB. 乙\n2. 其次是\nA. 甲\nB. 乙\n3. 再次是\nA. 甲\nB. 乙\n4. 有\nA. 甲\nB. 乙\n5. 对吗（ ）\n6. 错吗（ ）\n参考答案: 1-3 BAB 4. AB 5-6 √×",
		"single|首选的是|甲,乙|[\"b\"]|\nsingle|其次是|甲,乙|[\"a\"]|\nsingle|再次是|甲,乙|[\"b\"]|\nmultiple|有|甲,乙|[\"a\",\"b\"]|\ntrue_false|对吗||[\"true\"]|\ntrue_false|错吗||[\"false\"]|", ""},
	{"single numbers, then a range", "1. 有\nA. 甲\nB. 乙\n2. 首选的是\nA. 甲\nB. 乙\n3. 其次是\nA. 甲\nB. 乙\n答案：1.AB 2-3 BA", "multiple|有|甲,乙|[\"a\",\"b\"]|\nsingle|首选的是|甲,乙|[\"b\"]|\nsingle|其次是|甲,乙|[\"a\"]|", ""},
	{"a range inside an answer", "一、填空题\n1. 间隔____。\n2. 由____做。\n参考答案\n1. 每 2-3 天\n2. 医师", "blank|间隔____。||[[\"每 2-3 天\"]]|\nblank|由____做。||[[\"医师\"]]|", ""},
	{"circled numbers before the options", "1. 首选的是（单选题）\n①甲\n②乙\n答案：②\n2. 有（多选题）\n① 甲\n② 乙\n③ 丙\n答案：①③\n3. 正确的组合是\n①甲\n②乙\nA. ①\nB. ①②\n答案：B",
		"single|首选的是|甲,乙|[\"b\"]|\nmultiple|有|甲,乙,丙|[\"a\",\"c\"]|\nsingle|正确的组合是\n①甲\n②乙|①,①②|[\"b\"]|", "key_number"},
	{"circled numbers in one line", "1. 有（  ）\n①甲 ②乙 ③丙\n答案：①③\n2. 是（  ）\n①甲 ②乙\n③丙；④丁\n答案：④", "multiple|有（  ）|甲,乙,丙|[\"a\",\"c\"]|\nsingle|是（  ）|甲,乙,丙,丁|[\"d\"]|", "key_number"},
	{"Markdown of a chat program", "### 一、单选题\n\n**1. 首选的是？**\n- A. 甲\n- B. 乙\n\n**答案：B**\n**解析：** 要点：\n- 先查\n- 再做\n---\n**2.** 其次是\nA) 甲\nB) 乙\n> 答案：A\n\n### 3. 再次是\n- **A.** 甲\n- **B.** 乙\n✅ **正确答案：B**\n📖 解析：**加重**的字",
		"single|首选的是？|甲,乙|[\"b\"]|要点：\n- 先查\n- 再做\nsingle|其次是|甲,乙|[\"a\"]|\nsingle|再次是|甲,乙|[\"b\"]|**加重**的字", ""},
	{"options by their names", "题目1：首选的是？\n选项A：甲\n选项B：乙\n答案：选项B", "single|首选的是？|甲,乙|[\"b\"]|", ""},
	{"ticks are marks and no decoration", "1. 首选的是\nA. 甲\n✔ B. 乙", "single|首选的是|甲,乙|[\"b\"]|", ""},
	{"letters without signs", "1.首选的是(  )\nA表皮\nB真皮\nC皮下\n答案B\n解析真皮浅层\n2.有\nＡ热玛吉\nＢ玻尿酸\n答案：AB\n3.（填空题）维生素（  ）\n答案：C\n4.首先做（  ）\n答案：B",
		"single|首选的是(  )|表皮,真皮,皮下|[\"b\"]|真皮浅层\nmultiple|有|热玛吉,玻尿酸|[\"a\",\"b\"]|\nblank|维生素____||[[\"C\"]]|", "type_missing"},
	{"answers in words", "1. 有\nA. 甲\nB. 乙\n正确答案为：A、B\n参考解析：略\n2. 是\nA. 甲\nB. 乙\n答案是：B", "multiple|有|甲,乙|[\"a\",\"b\"]|略\nsingle|是|甲,乙|[\"b\"]|", ""},
	{"questions that headings' numbers count", "一、第1个是？\nA. 甲\nB. 乙\n答案：A\n二、第2个是？\nA. 甲\nB. 乙\n答案：A\n三、第3个是？\nA. 甲\nB. 乙\n答案：A\n四、第4个是？\nA. 甲\nB. 乙\n答案：A\n五、第5个是？\nA. 甲\nB. 乙\n答案：A\n六、第6个是？\nA. 甲\nB. 乙\n答案：A\n七、第7个是？\nA. 甲\nB. 乙\n答案：A\n八、第8个是？\nA. 甲\nB. 乙\n答案：A\n九、第9个是？\nA. 甲\nB. 乙\n答案：A\n十、第10个是？\nA. 甲\nB. 乙\n答案：A\n十一、第11个是？\nA. 甲\nB. 乙\n答案：A\n", "single|第1个是？|甲,乙|[\"a\"]|\nsingle|第2个是？|甲,乙|[\"a\"]|\nsingle|第3个是？|甲,乙|[\"a\"]|\nsingle|第4个是？|甲,乙|[\"a\"]|\nsingle|第5个是？|甲,乙|[\"a\"]|\nsingle|第6个是？|甲,乙|[\"a\"]|\nsingle|第7个是？|甲,乙|[\"a\"]|\nsingle|第8个是？|甲,乙|[\"a\"]|\nsingle|第9个是？|甲,乙|[\"a\"]|\nsingle|第10个是？|甲,乙|[\"a\"]|\nsingle|第11个是？|甲,乙|[\"a\"]|", ""},
	{"one ordinal is none of the question's", "一、首选的是？\nA. 甲\nB. 乙\n答案：A\n\n其次是？\nA. 甲\nB. 乙\n答案：A", "single|一、首选的是？|甲,乙|[\"a\"]|\nsingle|其次是？|甲,乙|[\"a\"]|", ""},
	{"explanations in a list of their own", "1. 首选的是\nA. 甲\nB. 乙\n2. 其次是\nA. 甲\nB. 乙\n3. 再次是\nA. 甲\nB. 乙\n答案：\n1、A\n2、B\n3、A\n解析：\n1、因为甲\n还有一行\n3、A 项对，B 项错",
		"single|首选的是|甲,乙|[\"a\"]|因为甲\n还有一行\nsingle|其次是|甲,乙|[\"b\"]|\nsingle|再次是|甲,乙|[\"a\"]|A 项对，B 项错", "explanations_apart"},
	{"a list inside the explanation of the last answer", "1. 首选的是\nA. 甲\nB. 乙\n2. 其次是\nA. 甲\nB. 乙\n答案：\n1、A\n解析：因为\n2、B\n解析：\n（3）后乙", "single|首选的是|甲,乙|[\"a\"]|因为\nsingle|其次是|甲,乙|[\"b\"]|", "key_without_question"},
	{"cases with questions of their own", "一、案例分析题\n案例一：客户张某，30 岁。\n术后一天来电。\n问题1：首选的是\nA. 甲\nB. 乙\n答案：A\n问题2：有\nA. 甲\nB. 乙\n答案：AB\n解析：因为\n【案例二】客户李某。\n1. 其次是\nA. 甲\nB. 乙\n答案：B\n二、单选题\n1. 再次是\nA. 甲\nB. 乙\n答案：B",
		"single|《案例一：客户张某，30 岁。\n术后一天来电。》首选的是|甲,乙|[\"a\"]|\nmultiple|《案例一：客户张某，30 岁。\n术后一天来电。》有|甲,乙|[\"a\",\"b\"]|因为\nsingle|《【案例二】客户李某。》其次是|甲,乙|[\"b\"]|\nsingle|再次是|甲,乙|[\"b\"]|", ""},
	{"a case that is asked about openly", "一、案例分析题\n1. 客户张某来电，怎样处理？\n答案：先致歉\n评分标准：致歉=100", "essay|客户张某来电，怎样处理？||{\"model\":\"先致歉\",\"rubric\":[{\"text\":\"致歉\",\"percent\":100}]}|", ""},
	// What is wrong is told, and nothing hides in a neighbour.
	{"no answer", "1. 首选的是\nA. 甲\nB. 乙\n2. 其次是\nA. 甲\nB. 乙\n答案：B", `single|其次是|甲,乙|["b"]|`, "key_missing"},
	{"no options nor answer", "1. 首选的是\nA. 甲\nB. 乙\n答案：A\n解析：略\n2. 忘了选项\n3. 其次是\nA. 甲\nB. 乙\n答案：B", "single|首选的是|甲,乙|[\"a\"]|略\nsingle|其次是|甲,乙|[\"b\"]|", "type_missing"},
	{"a letter is missing", "1. 首选的是\nA. 甲\nB. 乙\nD. 丁\n答案：A", "", "options_order"},
	{"a number is missing", "1. 对吗（对）\n3. 对的？（错）", "true_false|对吗||[\"true\"]|\ntrue_false|对的？||[\"false\"]|", "number_jump"},
	{"a stem is missing", "1. 首选的是\nA. 甲\nB. 乙\n答案：A\nA. 丙\nB. 丁", "", "options_twice options_order"},
	{"two answers", "1. 首选的是\nA. 甲\nB. 乙\n答案：A\n答案：B", "", "key_written_twice"},
	{"an answer too many", "1. 首选的是\nA. 甲\nB. 乙\n2. 其次是\nA. 甲\nB. 乙\n参考答案\n1-3 ABA", "single|首选的是|甲,乙|[\"a\"]|\nsingle|其次是|甲,乙|[\"b\"]|", "key_without_question"},
	{"answers too few", "1. 首选的是\nA. 甲\nB. 乙\n2. 其次是\nA. 甲\nB. 乙\n参考答案\n1-2 A", "", "keys_count key_missing"},
	{"other answer at the end", "1. 首选的是\nA. 甲\nB. 乙\n答案：A\n参考答案\n1. B", "", "key_conflict"},
	{"a type that there is none of", "一、改错题\n1. 改一改\n答案：甲乙", "", "type_unsupported"},
	{"a remark below the options", "1. 首选的是（A）\nA. 甲\nB. 乙\n\n以上各题请认真作答\n2. 其次是（B）\nA. 甲\nB. 乙", "single|首选的是|甲,乙|[\"a\"]|\nsingle|其次是|甲,乙|[\"b\"]|", "text_unread"},
	{"no question at all", "只是一篇文章\n\n第二段", "", "text_unread file_empty"},
}

func TestTexts(t *testing.T) {
	for _, tt := range texts {
		for _, end := range []string{"\n", "\r\n"} {
			items, problems, err := Decode(strings.NewReader(strings.ReplaceAll(tt.text, "\n", end)))
			formattest.CheckItems(t, items)
			formattest.CheckProblems(t, problems)
			formattest.CheckNothingLost(t, items, problems)
			var got, codes []string
			for _, it := range items {
				got = append(got, oneLine(it.Question))
			}
			for _, p := range problems {
				if p.Code != "explanation_missing" && !strings.Contains(strings.Join(codes, " "), p.Code) {
					codes = append(codes, p.Code)
				}
			}
			if err != nil || strings.Join(got, "\n") != tt.questions || strings.Join(codes, " ") != tt.codes {
				t.Errorf("%s:\n%s\n got %s\nwant %s\nproblems %s, want %s\n%v", tt.name, tt.text, strings.Join(got, "\n     "), tt.questions, codes, tt.codes, problems)
			}
		}
	}
}

// Lines in any order: every question read is an item or a problem with its line, and no line makes the reader fail.
func TestAnyLines(t *testing.T) {
	var lines []string
	for _, tt := range texts {
		lines = append(lines, strings.Split(tt.text, "\n")...)
	}
	line := rapid.OneOf(rapid.SampledFrom(lines), rapid.StringMatching(`[0-9A-D一二（）.、：:√ ]{0,8}`))
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(line, 1, 30).Draw(rt, "lines"), "\n")
		formattest.CheckDecode(t, format, []byte(text))
	})
}

// Any text: every question read is an item or a problem with its line.
func FuzzDecode(f *testing.F) {
	for _, tt := range texts {
		f.Add([]byte(tt.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, format, data) })
}

// A file that no question would need is read in time and room that grow with it alone: what is gathered line by line is not copied with each
// line, nor a material with each of its questions. Each takes less than 1,000 bytes a byte; copied with each line it would be many thousands.
func TestHostileFilesAreReadOnce(t *testing.T) {
	const most = 1000
	question := "1. 题\nA. 甲\nB. 乙\n"
	for name, text := range map[string]string{
		"an answer in the list": question + "参考答案\n1. A\n" + strings.Repeat("又一行\n", 20_000),
		"one group of many":     "（1-9000题共用题干）\n" + strings.Repeat(strings.Repeat("材料", 30)+"\n", 300) + strings.Repeat("1. 题\nA. 甲\nB. 乙\n答案：A\n", 1_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, problems, err := Decode(strings.NewReader(text))
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > most*uint64(len(text)) || err != nil || !qb.HasErrors(problems) {
			t.Errorf("%s: %d KB take %d MiB; %v", name, len(text)>>10, took>>20, err)
		}
	}
}

// Eight megabytes of questions, far more than are taken, are refused as fast as a bomb.
func TestTooManyQuestions(t *testing.T) {
	data := strings.Repeat("2. 甲 答案：A 解析：乙 难度：易 知识点：丙\n", 8<<20/56)
	var problems []qb.Problem
	formattest.CheckBounded(t, func() { _, problems, _ = Decode(strings.NewReader(data)) })
	if !slices.ContainsFunc(problems, func(p qb.Problem) bool { return p.Code == "items_many" }) {
		t.Errorf("%d problems, and none tells that there are too many", len(problems))
	}
}

// Answers without questions are named one by one as far as anybody reads, and then counted.
func TestAnswersWithoutQuestions(t *testing.T) {
	var list strings.Builder
	for n := 2; n < 2+enoughTold+50; n++ {
		fmt.Fprintf(&list, "%d. A\n", n)
	}
	_, problems, err := Decode(strings.NewReader("1. 题\nA. 甲\nB. 乙\n参考答案\n1. A\n" + list.String()))
	var told []string
	for _, p := range problems {
		if p.Code == "key_without_question" {
			told = append(told, p.Message)
		}
	}
	if err != nil || len(told) != enoughTold+1 || told[enoughTold] != "到这里还有 50 个答案没有对应的题目" {
		t.Errorf("%d told, the last %q, %v", len(told), told[len(told)-1], err)
	}
}

func TestOrdinals(t *testing.T) {
	for n, want := range map[int]string{1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九"} {
		if got := ordinalOf(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

// An answer of the list finds its section by the beginning of the heading, the first of several in the file, or by the type where one has it.
func TestSectionsByHeading(t *testing.T) {
	all := []*section{{"多选题", "二、多选题（共2题）"}, {"单选题", "一、单选题（甲）"}, {"单选题", "一、单选题（乙）"}, {"判断题", "三、判断题"}}
	r := &reader{sections: all}
	titles := titlesOf(all)
	for whole, want := range map[string]*section{"一、单选题": all[1], "一、单选题（乙": all[2], "二、多选题": all[0], "四、判断题": all[3], "五、单选题": nil, "六、填空题": nil} {
		_, title, _ := strings.Cut(whole, "、")
		title, _, _ = strings.Cut(title, "（")
		if got, known := r.sectionOf(0, &keySection{title: title, whole: whole}, titles); got != want || known != (want != nil) {
			t.Errorf("%s: %+v", whole, got)
		}
	}
}
