package formats

import (
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/archive"
	"github.com/peikao/peikao/questionbank/docx"
	"github.com/peikao/peikao/questionbank/moodlexml"
	"github.com/peikao/peikao/questionbank/native"
	"github.com/peikao/peikao/questionbank/qti"
)

// Decoded is what a file holds.
type Decoded struct {
	Items    []questionbank.Item
	Problems []questionbank.Problem
	Files    map[string][]byte // that the questions show, by their object's name
}

// DecodeFiles is Decode with the pictures, sounds and videos of formats that hold them.
func DecodeFiles(name string, r io.Reader) (d Decoded, err error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".xml", ".qti":
		d.Items, d.Problems, d.Files, err = decodeXML(r)
	case ".zip", ".imscc":
		d.Items, d.Problems, d.Files, err = decodeZip(r)
	case ".docx", ".docm", ".doc":
		d.Items, d.Problems, d.Files, err = docx.DecodeFiles(r)
	default:
		d.Items, d.Problems, err = Decode(name, r)
	}
	return d, err
}

type decodeFiles func(io.Reader) ([]questionbank.Item, []questionbank.Problem, map[string][]byte, error)

// decodeXML tells Moodle XML, whose root is quiz, from QTI.
func decodeXML(r io.Reader) ([]questionbank.Item, []questionbank.Problem, map[string][]byte, error) {
	return chooseFiles(r, func(data []byte) decodeFiles {
		head := bytes.ReplaceAll(data[:min(len(data), 64<<10)], []byte{0}, nil) // of UTF-16 as of UTF-8
		if bytes.Contains(head, []byte("<quiz")) {
			return moodlexml.DecodeFiles
		}
		return qti.DecodeFiles
	})
}

// decodeZip tells our own package from one of QTI, and names what else a zip may be.
func decodeZip(r io.Reader) ([]questionbank.Item, []questionbank.Problem, map[string][]byte, error) {
	return chooseFiles(r, func(data []byte) decodeFiles {
		a, err := archive.Open(data)
		var refused *archive.Error
		if errors.As(err, &refused) {
			return refuse(questionbank.Problem{Place: strings.TrimSpace("文件 " + refused.File), Code: refused.Code, Message: refused.Message})
		}
		if native.IsPackage(a) {
			return native.DecodeFiles
		}
		for _, name := range a.Names() {
			switch ending := strings.ToLower(path.Ext(name)); {
			case name == "moodle_backup.xml":
				return refuse(questionbank.Problem{Place: name, Code: "moodle_backup", Message: "这是 Moodle 的课程备份：请在 Moodle 的题库里导出为 Moodle XML"})
			case ending == ".xml" || ending == ".qti":
				return qti.DecodeFiles
			}
		}
		return refuse(questionbank.Problem{Place: "文件", Code: "format_unknown", Message: "压缩包里没有题目：支持本系统题库包和 QTI 包，其他文件请先解压"})
	})
}

func refuse(p questionbank.Problem) decodeFiles {
	p.Severity = questionbank.Error
	return func(io.Reader) ([]questionbank.Item, []questionbank.Problem, map[string][]byte, error) {
		return nil, []questionbank.Problem{p}, nil, nil
	}
}

func chooseFiles(r io.Reader, by func([]byte) decodeFiles) ([]questionbank.Item, []questionbank.Problem, map[string][]byte, error) {
	data, err := questionbank.ReadAll(r)
	if err == questionbank.ErrTooLarge {
		return nil, questionbank.TooLarge(), nil, nil
	}
	if err != nil {
		return nil, nil, nil, err
	}
	return by(data)(bytes.NewReader(data))
}

// WithoutFiles takes the files out of the questions, for a place that cannot keep them, and names each.
func (d Decoded) WithoutFiles() Decoded {
	out := Decoded{Problems: d.Problems}
	for _, it := range d.Items {
		for _, m := range it.Question.MediaAll() {
			out.Problems = append(out.Problems, questionbank.Problem{Place: it.Place, Item: it.Number, Field: questionbank.FieldMedia,
				Code: "media_dropped", Message: "“" + m.Alt + "”没有导入：题库还不能收图片与音视频", Severity: questionbank.Warning})
		}
		it.Question = bare(it.Question)
		out.Items = append(out.Items, it)
	}
	return out
}

func bare(q questionbank.Question) questionbank.Question {
	q.Media, q.ExplanationMedia = nil, nil
	options := q.Options
	q.Options = nil
	for _, o := range options {
		if o.Text == "" && o.Media.Alt != "" {
			o.Text = "（" + o.Media.Alt + "）"
		}
		o.Media = questionbank.Media{}
		q.Options = append(q.Options, o)
	}
	if q.Stimulus != nil {
		s := *q.Stimulus
		s.Media = nil
		if s.Text == "" {
			s.Text = "（" + s.Title + "）"
		}
		q.Stimulus = &s
	}
	return q
}
