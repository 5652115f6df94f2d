package qti

import (
	"errors"
	"path"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/archive"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/markup"
	"github.com/peikao/peikao/questionbank/xmlread"
)

const manifestName = "imsmanifest.xml"

// HasManifest reports whether an archive is a content package.
func HasManifest(a *archive.Archive) bool { return manifestOf(a) != "" }

// manifestOf is the manifest nearest to the root.
func manifestOf(a *archive.Archive) (found string) {
	for _, name := range a.Names() {
		if strings.EqualFold(path.Base(name), manifestName) && (found == "" || strings.Count(name, "/") < strings.Count(found, "/")) {
			found = name
		}
	}
	return found
}

func (d *decoder) pack(data []byte) {
	files, err := archive.Open(data)
	var refused *archive.Error
	if errors.As(err, &refused) {
		d.note(qb.Error, inFile("文件", refused.File), refused.Code, "%s", refused.Message)
		return
	}
	d.files = files
	if manifest := manifestOf(files); manifest != "" {
		d.manifest(manifest)
	} else {
		d.note(qb.Warning, "文件", "manifest_missing", "压缩包里没有 imsmanifest.xml，按文件名的次序读取全部 XML")
		for _, name := range files.Names() {
			if isXML(name) {
				d.file(name, true)
			}
		}
	}
	d.unread()
}

func isXML(name string) bool {
	ending := strings.ToLower(path.Ext(name))
	return ending == ".xml" || ending == ".qti"
}

// manifest reads the resources in its order. A test names its items itself; items that stand beside it are read after it.
func (d *decoder) manifest(name string) {
	d.read[name] = true
	root := d.load(name)
	if root == nil {
		return
	}
	dir := path.Dir(name)
	resources := root.Find("resources").All("resource")
	for _, r := range resources {
		for _, keyword := range r.Child("metadata").FindAll("keyword") {
			file := path.Join(dir, href(r))
			d.tags[file] = append(d.tags[file], strings.TrimSpace(keyword.Content()))
		}
	}
	for _, tests := range []bool{true, false} {
		for _, r := range resources {
			if tests == strings.Contains(r.Attr("type"), "test") {
				d.resource(dir, r)
			}
		}
	}
}

// blackboard begins the type of what Blackboard exports: pools, tests and surveys, each in a file that ends in .dat.
const blackboard = "assessment/x-bb-qti-"

// href is the resource's file: its own, else the first that is XML.
func href(r *xmlread.Node) string {
	names := []string{r.Attr("href")}
	if strings.HasPrefix(r.Attr("type"), blackboard) {
		return r.Attr("file")
	}
	for _, f := range r.All("file") {
		names = append(names, f.Attr("href"))
	}
	for _, name := range names {
		if isXML(name) {
			return name
		}
	}
	return names[0]
}

func (d *decoder) resource(dir string, r *xmlread.Node) {
	kind := strings.ToLower(r.Attr("type"))
	if !isXML(href(r)) && !strings.HasPrefix(kind, blackboard) || strings.Contains(kind, "webcontent") || strings.Contains(kind, "controlfile") || strings.Contains(kind, "weblink") ||
		strings.Contains(kind, "stimulus") || strings.Contains(kind, "rptemplate") || strings.Contains(kind, "resprocessing") {
		return
	}
	name, ok := d.locate(path.Join(dir, "x"), href(r))
	if !ok {
		d.note(qb.Error, manifestName, "file_absent", "清单里的 %.100s 不在压缩包里", href(r))
		return
	}
	d.file(name, false)
}

// file reads one document once. Of a document that is no QTI nothing is said when any is true: a package has many.
func (d *decoder) file(name string, any bool) {
	if d.read[name] {
		return
	}
	d.read[name] = true
	root := d.load(name)
	if root == nil {
		return
	}
	rebase(name, root)
	if !d.document(name, root) && !any {
		d.note(qb.Warning, name, "format_unknown", "不是 QTI（根元素 %.40s），没有读取", root.Name)
	}
}

func (d *decoder) load(name string) *xmlread.Node {
	data, err := d.files.Read(name)
	var refused *archive.Error
	if errors.As(err, &refused) {
		d.note(qb.Error, name, refused.Code, "%s", refused.Message)
		return nil
	}
	return d.parse(name, data)
}

// unread names the XML files that hold QTI and that nothing referred to.
func (d *decoder) unread() {
	for _, name := range d.files.Names() {
		if d.read[name] || !isXML(name) {
			continue
		}
		data, err := d.files.Read(name)
		if err != nil {
			continue
		}
		root, err := xmlread.Parse(data)
		if err != nil {
			continue
		}
		normalise(root)
		if root.Name == "assessmentItem" || root.Name == "assessmentTest" || root.Name == "questestinterop" {
			d.note(qb.Warning, name, "file_unreferenced", "清单和试卷都没有引用这个文件，没有读取")
		}
	}
}

// test reads the items that a test or a section refers to, in their order.
func (d *decoder) test(file string, root *xmlread.Node) {
	d.onlyQuestions(file)
	root.Walk(func(n *xmlread.Node) bool {
		if n.Name == "rubricBlock" {
			d.sectionText(file, n)
			return false
		}
		if n.Name != "assessmentItemRef" && n.Name != "assessmentSectionRef" {
			return true
		}
		if d.files == nil {
			d.note(qb.Error, place(file, n, "", n.Attr("identifier")), "file_absent", "试卷引用的 %.100s 不在文件里：请导入整个压缩包", n.Attr("href"))
			return false
		}
		name, ok := d.locate(file, n.Attr("href"))
		if !ok {
			d.note(qb.Error, place(file, n, "", n.Attr("identifier")), "file_absent", "试卷引用的 %.100s 不在压缩包里", n.Attr("href"))
			return false
		}
		d.file(name, false)
		return false
	})
}

// sectionText names what a section tells its examinees: instructions, or the text that its items ask about.
func (d *decoder) sectionText(file string, n *xmlread.Node) {
	if view := strings.ToLower(n.Attr("view")); view != "" && view != "all" && !strings.Contains(view, "candidate") {
		return
	}
	text := strings.Join(strings.Fields(n.Content()), " ")
	if text == "" && n.Find("img") == nil && n.Find("object") == nil {
		return
	}
	d.note(qb.Warning, place(file, n, "", ""), "section_text_dropped", "题目之外的文字“%s”没有导入：如果是几道题共用的材料，请写进题干或材料", short(text))
}

func (d *decoder) onlyQuestions(file string) {
	if !d.paper {
		d.paper = true
		d.note(qb.Warning, inFile("文件", file), "paper_dropped", "试卷的结构（分部、抽题、分值、时间）没有导入，只导入题目")
	}
}

// stimulus is the shared text that an item refers to; nil where there is none.
func (d *decoder) stimulus(file string, item *xmlread.Node) (*draft.Stimulus, *qb.Problem) {
	refs := item.All("assessmentStimulusRef")
	if len(refs) == 0 {
		return nil, nil
	}
	if len(refs) > 1 {
		return nil, &qb.Problem{Severity: qb.Error, Field: qb.FieldStimulus, Code: "stimuli_many", Message: "一题引用了多个材料"}
	}
	name, ok := "", false
	if d.files != nil {
		name, ok = d.locate(file, refs[0].Attr("href"))
	}
	if !ok {
		return nil, &qb.Problem{Severity: qb.Error, Field: qb.FieldStimulus, Code: "file_absent", Message: "材料 " + short(refs[0].Attr("href")) + " 不在压缩包里"}
	}
	if s, ok := d.stimuli[name]; ok {
		return s, nil
	}
	root := d.load(name)
	if root == nil {
		return nil, &qb.Problem{Severity: qb.Error, Field: qb.FieldStimulus, Code: "stimulus_broken", Message: "材料 " + short(name) + " 读不通"}
	}
	rebase(name, root)
	d.read[name] = true
	id := root.Attr("identifier")
	if !qb.IsObject(id) {
		id = strings.Map(objectRune, markup.FileName(name))
	}
	s := &draft.Stimulus{ID: id, Title: root.Attr("title"), Text: draft.Text{Nodes: root.All("stimulusBody")}}
	s.Literal = root.Child("stimulusBody").Child("div").Attr("class") == markdownClass
	d.stimuli[name] = s
	return s, nil
}

// markdownClass is on our own stimuli, whose text is Markdown as it stands.
const markdownClass = "peikao-markdown"

// objectRune leaves of a file's name what an id may hold.
func objectRune(r rune) rune {
	if qb.IsObject(string(r)) {
		return r
	}
	return '-'
}
