package qti

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// version2 reads an item of 2.1, 2.2 or 3.0.
func (d *decoder) version2(file string, root *xmlread.Node) {
	it := &item{root: root, body: root.Child("itemBody"), declared: map[string]declaration{}}
	it.Place = place(file, root, root.Attr("title"), root.Attr("identifier"))
	if d.reader.Batch.Full(it.Place) {
		return
	}
	it.Tags = d.tags[file]
	for _, n := range root.All("responseDeclaration") {
		it.declared[n.Attr("identifier")] = readDeclaration(n)
	}
	it.body.Walk(func(n *xmlread.Node) bool {
		if strings.HasSuffix(n.Name, "Interaction") {
			it.interactions = append(it.interactions, n)
		}
		return true
	})
	if len(it.interactions) == 0 {
		d.note(qb.Warning, it.Place, "description", "只有文字而没有问题（说明），没有导入")
		return
	}
	if why := it.read(); why != "" {
		d.reader.Refuse(it.Place, "interaction_unsupported", why)
		return
	}
	if n := it.body.Find("include"); n != nil {
		it.Problem(qb.Error, qb.FieldStem, "include_unread", "引用的文字 %s 没有读取：请把它写进题目", short(n.Attr("href")))
	}
	s, found := d.stimulus(file, root)
	if found != nil {
		it.Problems = append(it.Problems, *found)
	}
	it.Stimulus = s
	d.reader.Find = d.finder(file)
	d.reader.Add(it.Item)
}

// item is one of 2.1 to 3.0 with what becomes of it.
type item struct {
	draft.Item
	root, body   *xmlread.Node
	declared     map[string]declaration
	interactions []*xmlread.Node
	gaps         int // written into the stem so far
	numbered     bool
}

// declaration is a response with its right answer.
type declaration struct {
	cardinality, baseType string
	correct               []string
	mapped                []entry
	otherwise             float64 // what an answer that is not mapped is worth
}

type entry struct {
	key   string
	value float64
}

func readDeclaration(n *xmlread.Node) declaration {
	d := declaration{cardinality: n.Attr("cardinality"), baseType: n.Attr("baseType")}
	for _, v := range n.Child("correctResponse").All("value") {
		d.correct = append(d.correct, v.Value())
	}
	mapping := n.Child("mapping")
	for _, m := range mapping.All("mapEntry") {
		d.mapped = append(d.mapped, entry{strings.TrimSpace(m.Attr("mapKey")), float(m.Attr("mappedValue"))})
	}
	if mapping != nil {
		d.otherwise = float(mapping.Attr("defaultValue"))
	}
	return d
}

func float(s string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || f != f || f > 1e9 || f < -1e9 {
		return 0
	}
	return f
}

// worth is what a single answer is worth by the mapping.
func (d declaration) worth(key string) float64 {
	for _, e := range d.mapped {
		if e.key == key {
			return e.value
		}
	}
	return d.otherwise
}

// byMapping reports whether the item is scored by the mapping, else by the whole right answer.
func (it *item) byMapping(d declaration) bool {
	processing := it.root.Child("responseProcessing")
	return len(d.mapped) > 0 && (processing == nil || strings.Contains(processing.Attr("template"), "map_response") || processing.Find("mapResponse") != nil || len(d.correct) == 0)
}

// refused are the interactions that have no counterpart.
var refused = map[string]string{
	"hotspotInteraction": "热点题", "graphicOrderInteraction": "图上排序题", "graphicAssociateInteraction": "图上连线题",
	"graphicGapMatchInteraction": "图上填空题", "selectPointInteraction": "图上选点题", "positionObjectInteraction": "图上摆放题",
	"sliderInteraction": "滑块题", "mediaInteraction": "播放题", "drawingInteraction": "绘图题", "uploadInteraction": "上传文件题",
	"endAttemptInteraction": "按钮（结束作答）", "customInteraction": "自定义题", "portableCustomInteraction": "自定义题",
	"associateInteraction": "同组连对题",
}

// readers are the interactions that are read when they stand alone in an item.
var readers = map[string]func(*item, *xmlread.Node) string{
	"choiceInteraction": (*item).choice, "inlineChoiceInteraction": (*item).inlineChoice, "extendedTextInteraction": (*item).openText,
	"matchInteraction": (*item).match, "gapMatchInteraction": (*item).gapMatch, "orderInteraction": (*item).order, "hottextInteraction": (*item).hotText,
}

// read finds the form, or says why there is none.
func (it *item) read() string {
	if it.root.Attr("adaptive") == "true" {
		return "自适应题尚不支持"
	}
	if it.root.Child("templateDeclaration") != nil {
		return "含随机变量的题（公式）尚不支持"
	}
	for _, n := range it.interactions {
		if name, ok := refused[n.Name]; ok {
			return fmt.Sprintf("%s（%s，%s）尚不支持", name, n.Name, xmlread.Place(n.Line))
		}
		if readers[n.Name] == nil && n.Name != "textEntryInteraction" {
			return fmt.Sprintf("不认识的题型 %.60s（%s）", n.Name, xmlread.Place(n.Line))
		}
	}
	if why := it.tooMany(); why != "" {
		return why
	}
	it.feedback()
	it.ruled()
	it.hints()
	first := it.interactions[0]
	var why string
	switch {
	case it.all("textEntryInteraction"):
		why = it.textEntries()
	case len(it.interactions) == 1:
		why = readers[first.Name](it, first)
	case it.all("inlineChoiceInteraction"):
		why = it.inlineChoices()
	default:
		why = fmt.Sprintf("一题里有 %d 处作答（%s …），尚不支持", len(it.interactions), first.Name)
	}
	it.Stem = draft.Text{Nodes: []*xmlread.Node{it.body}, Element: it.stemElement}
	return why
}

// tooMany refuses what no question has, before anything compares all with all.
func (it *item) tooMany() string {
	n := 0
	it.body.Walk(func(c *xmlread.Node) bool {
		if c.Attr("identifier") != "" || c.Attr("responseIdentifier") != "" {
			n++
		}
		return true
	})
	for _, d := range it.declared {
		n = max(n, len(d.correct), len(d.mapped))
	}
	if n > draft.MaxAnswers {
		return fmt.Sprintf("有 %d 个选项或答案，最多读 %d 个", n, draft.MaxAnswers)
	}
	return ""
}

func (it *item) all(name string) bool {
	return !slices.ContainsFunc(it.interactions, func(n *xmlread.Node) bool { return n.Name != name })
}

// notStem are the parts of the body that are read elsewhere.
var notStem = []string{"simpleChoice", "simpleMatchSet", "gapText", "gapImg", "feedbackBlock", "feedbackInline", "rubricBlock", "catalogInfo", "infoControl"}

// stemElement writes the interactions' places into the stem. The stem may be written twice.
func (it *item) stemElement(n *xmlread.Node) (string, bool) {
	switch {
	case n == it.body:
		it.gaps = 0
	case n.Name == "rubricBlock" && !forScorer(n):
		return "", false
	case slices.Contains(notStem, n.Name):
		return "", true
	case n.Name == "textEntryInteraction" || n.Name == "inlineChoiceInteraction" || n.Name == "gap":
		it.gaps++
		if it.numbered {
			return fmt.Sprintf("【%d】", it.gaps), true
		}
		return qb.Gap, true
	case n.Name == "hottext":
		return "[[" + strings.Join(strings.Fields(n.Content()), " ") + "]]", true
	}
	return "", false
}

func forScorer(n *xmlread.Node) bool {
	return strings.Contains(n.Attr("view"), "scorer") || strings.Contains(n.Attr("view"), "author")
}

// feedback that belongs to the item becomes its explanation; so does what is meant for teachers.
func (it *item) feedback() {
	add := func(n *xmlread.Node) {
		if !it.says(n) {
			return
		}
		nodes := n.Children
		if title := n.Attr("title"); title != "" {
			nodes = append([]*xmlread.Node{{Text: title + "："}}, nodes...)
		}
		it.General = append(it.General, draft.Text{Nodes: nodes})
	}
	it.body.Walk(func(n *xmlread.Node) bool {
		if n.Name == "feedbackBlock" || n.Name == "feedbackInline" {
			add(n)
			return false
		}
		return !it.tellsOfChoice(n)
	})
	for _, n := range it.root.All("modalFeedback") {
		add(n)
	}
	for _, n := range it.body.FindAll("rubricBlock") {
		if forScorer(n) && it.interactions[0].Name != "extendedTextInteraction" {
			add(n)
		}
	}
}

// tellsOfChoice: the feedback in this part is read with the choice that it belongs to.
func (it *item) tellsOfChoice(n *xmlread.Node) bool {
	first := it.interactions[0].Name
	return n.Name == "simpleChoice" && first == "choiceInteraction" || n.Name == "inlineChoice" && len(it.interactions) == 1
}

// rules of the processing that say more than which answer is right.
var rules = map[string]string{"equalRounded": "按四舍五入后的值比较", "patternMatch": "按文字的样式比较", "substring": "答案包含某段文字就算对", "inside": "按位置比较", "customOperator": "自定义的评分", "anyN": "答对几项算对"}

// ruled names what of the processing is not taken over: the right answer of the declaration counts alone.
func (it *item) ruled() {
	processing := it.root.Child("responseProcessing")
	var named []string
	processing.Walk(func(n *xmlread.Node) bool {
		if says := rules[n.Name]; says != "" && !slices.Contains(named, says) {
			named = append(named, says)
			it.Problem(qb.Warning, qb.FieldKey, "rule_dropped", "评分规则“%s”没有导入：导入后与标准答案一致才算对", says)
		}
		return true
	})
}

// hints are not shown in an exam, and no part of the stem.
func (it *item) hints() {
	if n := len(it.body.FindAll("infoControl")); n > 0 {
		it.Problem(qb.Warning, qb.FieldExplanation, "hint_dropped", "%d 条提示没有导入", n)
	}
}

// says reports whether a feedback says more than right or wrong. What we wrote ourselves always does.
func (it *item) says(n *xmlread.Node) bool {
	shows := n.Find("img") != nil || n.Find("audio") != nil || n.Find("video") != nil || n.Find("object") != nil
	return shows || n.Value() != "" && (draft.IsOurs(it.Tags) || !draft.IsStandard(n.Value()))
}

// inner is the text of a choice without its feedback.
func inner(n *xmlread.Node) draft.Text {
	return draft.Text{Nodes: n.Children, Element: func(c *xmlread.Node) (string, bool) {
		return "", c.Name == "feedbackInline" || c.Name == "feedbackBlock"
	}}
}

func (it *item) inlineFeedback(n *xmlread.Node) draft.Text {
	var t draft.Text
	for _, f := range append(n.FindAll("feedbackInline"), n.FindAll("feedbackBlock")...) {
		if it.says(f) {
			t.Nodes = append(t.Nodes, f.Children...)
		}
	}
	return t
}
