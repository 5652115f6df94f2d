package qti

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
	"unicode"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/archive"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// Decode reads a package or a single XML file. The error is the reader's own; all that is wrong is in the problems.
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
	d := &decoder{budget: maxWork, stimuli: map[string]*draft.Stimulus{}, read: map[string]bool{}, tags: map[string][]string{}}
	b := &d.reader.Batch
	if archive.Is(data) {
		d.pack(data)
	} else {
		d.single(data)
	}
	if len(b.Items) == 0 && len(b.Problems) == 0 {
		b.Note(qb.Error, "文件", "file_empty", "文件里没有题目")
	}
	return b.Items, b.Problems, d.reader.Files, nil
}

type decoder struct {
	reader  draft.Reader
	files   *archive.Archive // nil: a single XML file
	stimuli map[string]*draft.Stimulus
	read    map[string]bool     // files that were read
	tags    map[string][]string // keywords of the manifest, by file
	budget  int                 // see scoring
	paper   bool                // it was said that the paper's structure is not read
}

func (d *decoder) note(s qb.Severity, place, code, format string, args ...any) {
	d.reader.Batch.Note(s, place, code, fmt.Sprintf(format, args...))
}

// single is one XML document on its own.
func (d *decoder) single(data []byte) {
	root := d.parse("", data)
	if root != nil && !d.document("", root) {
		d.note(qb.Error, "文件", "format_unknown", "不是 QTI：根元素 %.40s 不认识", root.Name)
	}
}

// parse notes why a document cannot be read, and returns nil then.
func (d *decoder) parse(file string, data []byte) *xmlread.Node {
	root, err := xmlread.Parse(data)
	var refused *xmlread.Error
	if errors.As(err, &refused) {
		d.note(qb.Error, inFile(file, refused.Place()), refused.Code, "%s", refused.Message)
		return nil
	}
	normalise(root)
	return root
}

func inFile(file, place string) string { return strings.TrimSpace(file + " " + place) }

// document reads the questions of one; false: it is no QTI.
func (d *decoder) document(file string, root *xmlread.Node) bool {
	switch root.Name {
	case "questestinterop":
		d.version1(file, root)
	case "assessmentItem":
		d.version2(file, root)
	case "assessmentTest":
		d.test(file, root)
	case "assessmentStimulus", "assessmentSection":
		if root.Name == "assessmentSection" {
			d.test(file, root)
		}
	default:
		return false
	}
	return true
}

// normalise writes the names of 3.0 as those of 2.x: qti-choice-interaction is choiceInteraction.
func normalise(root *xmlread.Node) {
	root.Walk(func(n *xmlread.Node) bool {
		if rest, ok := strings.CutPrefix(n.Name, "qti-"); ok {
			n.Name = camel(rest)
		}
		for i, a := range n.Attrs {
			if !strings.HasPrefix(a.Name, "data-") {
				n.Attrs[i].Name = camel(a.Name)
			}
		}
		return true
	})
}

func camel(kebab string) string {
	var b strings.Builder
	up := false
	for _, r := range kebab {
		switch {
		case r == '-':
			up = true
		case up:
			b.WriteRune(unicode.ToUpper(r))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// place names an item as its author does: file, line, title and identifier.
func place(file string, n *xmlread.Node, title, id string) string {
	at := inFile(file, xmlread.Place(n.Line))
	if title = strings.Join(strings.Fields(title), " "); title != "" {
		at += "“" + short(title) + "”"
	}
	if id != "" {
		at += "（" + short(id) + "）"
	}
	return at
}

func short(s string) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), 60)])
}

// finder looks for the files that the texts of one document name.
func (d *decoder) finder(file string) func(string) ([]byte, bool) {
	if d.files == nil {
		return nil
	}
	return func(src string) ([]byte, bool) {
		name, ok := d.locate(file, src)
		if !ok {
			return nil, false
		}
		data, err := d.files.Read(name)
		return data, err == nil
	}
}

// fileBases stand for the package's root in the exports of some systems.
var fileBases = []string{"$IMS-CC-FILEBASE$", "$IMS_CC_FILEBASE$", "$IMS_CC_FILE_BASE$", "%24IMS-CC-FILEBASE%24", "%24IMS_CC_FILEBASE%24"}

// locate is the package's file for an address written in a document: beside it, from the root, or the only one whose
// path ends so.
func (d *decoder) locate(file, src string) (string, bool) {
	for _, base := range fileBases {
		src = strings.TrimPrefix(src, base)
	}
	src, _, _ = strings.Cut(src, "?")
	if readable, err := url.PathUnescape(src); err == nil {
		src = readable
	}
	src = strings.TrimPrefix(strings.ReplaceAll(src, `\`, "/"), "/")
	for _, name := range []string{path.Join(path.Dir(file), src), path.Clean(src)} {
		if d.files.Has(name) {
			return name, true
		}
	}
	found := ""
	for _, name := range d.files.Names() {
		if strings.HasSuffix(strings.ToLower(name), "/"+strings.ToLower(path.Clean(src))) {
			if found != "" {
				return "", false
			}
			found = name
		}
	}
	return found, found != ""
}

// rebase writes the addresses in a document from the package's root, so that they hold wherever its content goes.
func rebase(file string, root *xmlread.Node) {
	dir := path.Dir(file)
	root.Walk(func(n *xmlread.Node) bool {
		for i, a := range n.Attrs {
			local := a.Value != "" && !strings.Contains(a.Value, ":") && !strings.HasPrefix(a.Value, "/") && !strings.HasPrefix(a.Value, "#")
			if local && (a.Name == "src" || a.Name == "data" || a.Name == "href" && n.Name == "a") {
				n.Attrs[i].Value = "/" + path.Join(dir, a.Value)
			}
		}
		return true
	})
}
