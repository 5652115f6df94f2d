package moodlexml

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// Decode reads the file. The error is the reader's own; all that is wrong with the file is in the problems.
func Decode(r io.Reader) ([]qb.Item, []qb.Problem, error) {
	items, problems, _, err := DecodeFiles(r)
	return items, problems, err
}

// DecodeFiles reads the pictures and sounds too, by the objects' names that the questions give them.
func DecodeFiles(r io.Reader) ([]qb.Item, []qb.Problem, map[string][]byte, error) {
	data, err := qb.ReadAll(r)
	if err == qb.ErrTooLarge {
		return nil, qb.TooLarge(), nil, nil
	}
	if err != nil {
		return nil, nil, nil, err
	}
	root, err := xmlread.Parse(data)
	var refused *xmlread.Error
	if errors.As(err, &refused) {
		return nil, []qb.Problem{{Place: refused.Place(), Code: refused.Code, Message: refused.Message, Severity: qb.Error}}, nil, nil
	}
	if root.Name != "quiz" {
		return nil, qb.Unreadable("format_unknown", "不是 Moodle XML：根元素应是 quiz"), nil, nil
	}
	d := &decoder{}
	d.quiz(root)
	b := &d.reader.Batch
	if len(b.Items) == 0 && len(b.Problems) == 0 {
		b.Note(qb.Error, "文件", "file_empty", "文件里没有题目")
	}
	return b.Items, b.Problems, d.reader.Files, nil
}

type decoder struct {
	reader draft.Reader
	points []string // of the category that the questions stand in
}

func (d *decoder) quiz(root *xmlread.Node) {
	for _, n := range root.All("question") {
		if n.Attr("type") == "category" {
			d.category(n)
			continue
		}
		if d.reader.Batch.Full(xmlread.Place(n.Line)) {
			break
		}
		d.question(n)
	}
}

// category is the knowledge point of the questions that follow.
func (d *decoder) category(n *xmlread.Node) {
	var found *qb.Problem
	d.points, found = draft.Category(n.Child("category").Child("text").Value())
	if found != nil {
		d.reader.Batch.Note(found.Severity, xmlread.Place(n.Line), found.Code, found.Message)
	}
}

// names of types that are refused.
var unsupported = map[string]string{
	"calculated": "计算题（公式）", "calculatedsimple": "简单计算题（公式）", "calculatedmulti": "计算选择题（公式）", "formulas": "公式题", "stack": "STACK 公式题",
	"ddimageortext": "拖放到图片题", "ddmarker": "拖放标记题", "random": "随机题", "randomsamatch": "随机填空匹配题", "recordrtc": "录音录像题",
	"coderunner": "编程题", "pmatch": "模式匹配题", "regexp": "正则题",
}

func (d *decoder) question(n *xmlread.Node) {
	kind := n.Attr("type")
	q := &question{node: n, item: draft.Item{Place: place(n), Places: map[qb.Field]string{}, Points: d.points}}
	if kind == "description" {
		d.reader.Batch.Note(qb.Warning, q.item.Place, "description", "只有文字而没有问题（说明），没有导入")
		return
	}
	read, ok := kinds[kind]
	if !ok {
		name := unsupported[kind]
		if name == "" {
			name = fmt.Sprintf("题型“%.40s”", kind)
		}
		d.reader.Refuse(q.item.Place, "type_unsupported", name+"尚不支持")
		return
	}
	if n := q.answers(); n > draft.MaxAnswers {
		d.reader.Refuse(q.item.Place, "answers_many", fmt.Sprintf("有 %d 个答案，最多读 %d 个", n, draft.MaxAnswers))
		return
	}
	q.common()
	if why := read(q); why != "" {
		d.reader.Refuse(q.item.Place, "type_unsupported", why)
		return
	}
	d.reader.Find = q.find
	d.reader.Add(q.item)
}

// place is the line with the question's name, by which a teacher finds it in Moodle.
func place(n *xmlread.Node) string {
	at := xmlread.Place(n.Line)
	if name := strings.Join(strings.Fields(n.Child("name").Child("text").Value()), " "); name != "" {
		runes := []rune(name)
		at += "“" + string(runes[:min(len(runes), 40)]) + "”"
	}
	return at
}

// question is one of the file with the item that it becomes.
type question struct {
	node  *xmlread.Node
	item  draft.Item
	files map[string]*xmlread.Node // by their names; nil until one is looked for
}

// answers is how many of any kind there are.
func (q *question) answers() (n int) {
	for _, c := range q.node.Children {
		switch c.Name {
		case "answer", "subquestion", "selectoption", "dragbox", "unit":
			n++
		}
	}
	return n
}

// common are the parts that all types have.
func (q *question) common() {
	q.item.Stem = text(q.node.Child("questiontext"))
	q.at(qb.FieldStem, q.node.Child("questiontext"))
	q.at(qb.FieldExplanation, q.node.Child("generalfeedback"))
	for _, name := range []string{"correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"} {
		if n := q.node.Child(name); !draft.IsStandard(plain(n)) {
			q.item.General = append(q.item.General, text(n))
		}
	}
	q.item.General = append(q.item.General, text(q.node.Child("generalfeedback")))
	for _, tag := range q.node.Child("tags").All("tag") {
		q.item.Tags = append(q.item.Tags, tag.Value())
	}
	if hidden := q.node.Child("hidden").Value(); hidden != "" && hidden != "0" {
		q.item.Problem(qb.Warning, "", "hidden_read", "这题在 Moodle 里是隐藏的（多为已删除），照样导入，请核对")
	}
	if id := q.node.Child("idnumber").Value(); id != "" {
		q.item.Problem(qb.Warning, "", "idnumber_dropped", "编号“%.40s”没有导入", id)
	}
	if image := q.node.Child("image").Value(); image != "" { // of Moodle 1.9
		q.item.Problem(qb.Warning, qb.FieldStem, "media_dropped", "图片“%.60s”没有导入：旧版 Moodle 把它写在题目之外，请在导入后补上", image)
	}
	if hints := q.node.All("hint"); len(hints) > 0 {
		q.item.Problem(qb.Warning, qb.FieldExplanation, "hint_dropped", "%d 条提示没有导入", len(hints))
	}
}

func (q *question) at(f qb.Field, n *xmlread.Node) {
	if n != nil {
		q.item.Places[f] = q.item.Place + " " + f.Name() + "（" + xmlread.Place(n.Line) + "）"
	}
}

func plain(n *xmlread.Node) string {
	content := n.Child("text").Value()
	for _, tag := range []string{"<p>", "</p>", "<br>", "<br/>"} {
		content = strings.ReplaceAll(content, tag, "")
	}
	return content
}

// text is the content of an element that holds a <text>, in the format that it states.
func text(n *xmlread.Node) draft.Text {
	content := n.Child("text").Content()
	if n == nil || strings.TrimSpace(content) == "" {
		return draft.Text{}
	}
	switch n.Attr("format") {
	case "plain_text", "plain":
		return draft.Text{Plain: content}
	case "markdown":
		return draft.Text{Plain: content, Markdown: true}
	case "html":
		return draft.Text{HTML: content}
	}
	// Moodle's own format, and none: HTML where there is any, with line breaks as they are.
	if strings.ContainsAny(content, "<&") {
		return draft.Text{HTML: strings.ReplaceAll(strings.TrimSpace(content), "\n", "<br>")}
	}
	return draft.Text{Plain: content}
}

// find is the content of a file that stands in the question.
func (q *question) find(src string) (data []byte, ok bool) {
	name := strings.TrimPrefix(src, "@@PLUGINFILE@@/")
	name, _, _ = strings.Cut(name, "?")
	if readable, err := url.PathUnescape(name); err == nil {
		name = readable
	}
	if q.files == nil {
		q.files = map[string]*xmlread.Node{}
		for _, f := range q.node.FindAll("file") {
			q.files[strings.TrimPrefix(f.Attr("path"), "/")+f.Attr("name")] = f
		}
	}
	f, ok := q.files[name]
	if !ok {
		return nil, false
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(f.Content()), ""))
	return data, err == nil && len(data) > 0
}
