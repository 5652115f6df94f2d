package qti

import (
	"fmt"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/markup"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// version1 reads the items of a document of 1.2, wherever they stand in it.
func (d *decoder) version1(file string, root *xmlread.Node) {
	if root.Child("assessment") != nil || root.Child("section") != nil {
		d.onlyQuestions(file)
	}
	for _, bank := range root.FindAll("sourcebank_ref") {
		d.note(qb.Warning, inFile(file, xmlread.Place(bank.Line)), "bank_outside", "抽题引用的题库 %.60s 不在文件里，其中的题没有导入", bank.Value())
	}
	for _, n := range aside1(root) {
		d.sectionText(file, n)
	}
	for _, n := range root.FindAll("item") {
		it := &item1{root: n}
		it.Place = place(file, n, n.Attr("title"), n.Attr("ident"))
		if d.reader.Batch.Full(it.Place) {
			break
		}
		d.item1(file, it)
	}
}

// aside1 are the texts that stand beside items: what a section tells its examinees, and rubrics.
func aside1(root *xmlread.Node) (texts []*xmlread.Node) {
	root.Walk(func(n *xmlread.Node) bool {
		if n.Name == "presentation_material" || n.Name == "rubric" {
			texts = append(texts, n)
			return false
		}
		return n.Name != "presentation"
	})
	return texts
}

func (d *decoder) item1(file string, it *item1) {
	it.scoring = readScoring(it.root, &d.budget)
	it.kind = it.metadata("question_type")
	it.presentation()
	if len(it.responses) == 0 {
		switch it.kind {
		case "", "text_only_question":
			d.note(qb.Warning, it.Place, "description", "只有文字而没有问题（说明），没有导入")
		case "file_upload_question":
			d.reader.Refuse(it.Place, "interaction_unsupported", "上传文件题尚不支持")
		default:
			d.reader.Refuse(it.Place, "interaction_unsupported", fmt.Sprintf("“%.60s”没有作答的地方", it.kind))
		}
		return
	}
	if why := it.read(); why != "" {
		d.reader.Refuse(it.Place, "interaction_unsupported", why)
		return
	}
	if d.budget < 0 {
		d.reader.Refuse(it.Place, "scoring_complex", "评分条件太多，出于安全不再逐个推算")
		return
	}
	it.feedback()
	d.reader.Find = d.finder(file)
	d.reader.Add(it.Item)
}

// item1 is an item of 1.2 with what becomes of it.
type item1 struct {
	draft.Item
	root      *xmlread.Node
	kind      string // Canvas: multiple_choice_question …
	scoring   scoring
	responses []response
	stem      []*xmlread.Node
	used      []string // feedbacks that belong to an answer
}

// response is one place to answer.
type response struct {
	node     *xmlread.Node
	id       string
	label    []*xmlread.Node // its own text
	choices  []*xmlread.Node // response_label
	ordered  bool
	multiple bool
}

// metadata is the entry of a label, wherever the item holds it; the first counts.
func (it *item1) metadata(label string) string {
	for _, f := range it.root.FindAll("qtimetadatafield") {
		if f.Child("fieldlabel").Value() == label {
			return f.Child("fieldentry").Value()
		}
	}
	return ""
}

// presentation gathers the stem and the places to answer, in their order; a response to be filled in leaves a mark.
func (it *item1) presentation() {
	it.root.Child("presentation").Walk(func(n *xmlread.Node) bool {
		switch n.Name {
		case "material":
			it.stem = append(it.stem, material(n)...)
		case "response_lid", "response_str", "response_num", "response_xy", "response_grp":
			it.stem = append(it.stem, &xmlread.Node{Name: "place", Line: n.Line})
			it.responses = append(it.responses, readResponse(n))
		default:
			return true
		}
		return false
	})
}

func readResponse(n *xmlread.Node) response {
	r := response{node: n, id: n.Attr("ident")}
	r.ordered = strings.EqualFold(n.Attr("rcardinality"), "Ordered")
	r.multiple = strings.EqualFold(n.Attr("rcardinality"), "Multiple")
	for _, m := range n.All("material") {
		r.label = append(r.label, material(m)...)
	}
	r.choices = n.FindAll("response_label")
	return r
}

// material is what a <material> shows, as the elements of HTML. Text that is HTML may stand as text or as elements.
func material(m *xmlread.Node) (nodes []*xmlread.Node) {
	m.Walk(func(n *xmlread.Node) bool {
		switch n.Name {
		case "mattext", "matemtext":
			nodes = append(nodes, mattext(n)...)
		case "mat_formattedtext": // Blackboard's
			if kind := n.Attr("type"); kind == "HTML" || kind == "SMART_TEXT" {
				nodes = append(nodes, markup.Parse(n.Content()).Children...)
			} else {
				nodes = append(nodes, &xmlread.Node{Text: n.Content()})
			}
		case "matimage", "mataudio", "matvideo":
			name := map[string]string{"matimage": "img", "mataudio": "audio", "matvideo": "video"}[n.Name]
			nodes = append(nodes, &xmlread.Node{Name: name, Attrs: []xmlread.Attr{{Name: "src", Value: n.Attr("uri")}, {Name: "alt", Value: n.Attr("label")}, {Name: "title", Value: n.Attr("label")}}})
		case "matbreak":
			nodes = append(nodes, &xmlread.Node{Name: "br"})
		case "altmaterial": // the same in other words, for those whom the first does not reach
		case "matapplet", "matapplication":
			nodes = append(nodes, &xmlread.Node{Name: "object", Attrs: []xmlread.Attr{{Name: "data", Value: n.Attr("uri")}}})
		default:
			return true
		}
		return false
	})
	return nodes
}

func mattext(n *xmlread.Node) []*xmlread.Node {
	for _, c := range n.Children {
		if c.Name != "" {
			return n.Children
		}
	}
	if strings.Contains(strings.ToLower(n.Attr("texttype")), "html") {
		return markup.Parse(n.Content()).Children
	}
	return []*xmlread.Node{{Text: n.Content()}}
}

func (r response) texts() []draft.Text {
	texts := make([]draft.Text, len(r.choices))
	for i, c := range r.choices {
		for _, m := range c.FindAll("material") {
			texts[i].Nodes = append(texts[i].Nodes, material(m)...)
		}
	}
	return texts
}

func (r response) ids() []string {
	ids := make([]string, len(r.choices))
	for i, c := range r.choices {
		ids[i] = c.Attr("ident")
	}
	return ids
}

// value is a text as it reads, for comparing.
func value(t draft.Text) string { return markup.FromNodes(t.Nodes, markup.Options{}).Text }

// refused1 are Canvas' names of types that have no counterpart.
var refused1 = map[string]string{
	"calculated_question": "公式题", "file_upload_question": "上传文件题", "hot_spot_question": "热点题", "hotspot_question": "热点题",
}

// read finds the form, or says why there is none.
func (it *item1) read() string {
	if name := refused1[it.kind]; name != "" || it.root.Find("calculated") != nil {
		if name == "" {
			name = "公式题"
		}
		return name + "尚不支持"
	}
	if len(it.responses) > draft.MaxAnswers {
		return "作答处太多"
	}
	for _, r := range it.responses {
		switch {
		case len(r.choices) > draft.MaxAnswers:
			return "选项太多"
		case r.node.Name == "response_xy" || r.node.Find("render_hotspot") != nil:
			return "热点题（" + r.node.Name + "）尚不支持"
		case r.node.Name == "response_grp":
			return "拖放分组题（response_grp）尚不支持"
		case r.node.Find("render_slider") != nil:
			return "滑块题（render_slider）尚不支持"
		}
	}
	first := it.responses[0]
	filled := slices.ContainsFunc(it.responses, func(r response) bool { return r.node.Name != "response_lid" || r.node.Find("render_fib") != nil })
	var why string
	switch {
	case filled && slices.ContainsFunc(it.responses, func(r response) bool { return r.node.Name == "response_lid" && r.node.Find("render_fib") == nil }):
		why = fmt.Sprintf("一题里有 %d 处不同的作答，尚不支持", len(it.responses))
	case filled:
		why = it.fillIn()
	case first.ordered:
		why = it.order(first)
	case len(it.responses) > 1 || it.variables() != nil && !first.multiple:
		why = it.lists()
	default:
		why = it.choice(first)
	}
	it.setStem()
	return why
}

// setStem writes a gap where a text is filled in, but not where the only one ends the stem: a gap comes there anyhow.
func (it *item1) setStem() {
	if it.Stem.Nodes != nil {
		return
	}
	nodes := it.stem
	if gaps, ok := it.Form.(draft.Gaps); ok && len(gaps.Gaps) == 1 && len(nodes) > 0 && nodes[len(nodes)-1].Name == "place" {
		nodes = nodes[:len(nodes)-1]
	}
	_, isGaps := it.Form.(draft.Gaps)
	it.Stem = draft.Text{Nodes: nodes, Element: func(n *xmlread.Node) (string, bool) {
		if n.Name == "place" && isGaps {
			return qb.Gap, true
		}
		return "", n.Name == "place"
	}}
}
