package native

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/archive"
)

// Names inside the package: what it is, the questions, one line each, and the files by their objects' names.
const (
	aboutName     = "peikao.json"
	questionsName = "questions.jsonl"
	filesFolder   = "files/"
)

// kind names this kind of package; version is that of its layout. A newer one is refused: what it means is not known.
const (
	kind    = "peikao-questions"
	version = 1
)

// about says what a package is and what must be in it.
type about struct {
	Format    string `json:"format"`
	Version   int    `json:"version"`
	Questions int    `json:"questions"`
	Files     []file `json:"files"`
}

type file struct {
	Object string `json:"object"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// EncodeFiles writes a package, a zip, that holds the questions whole and those files that they show. Equal questions and
// files give equal bytes.
func EncodeFiles(w io.Writer, questions []questionbank.Question, files map[string][]byte) error {
	shown := map[string][]byte{}
	for _, q := range questions {
		for _, m := range q.MediaAll() {
			if data, ok := files[m.Object]; ok && questionbank.IsObject(m.Object) {
				shown[m.Object] = data
			}
		}
	}
	a := about{Format: kind, Version: version, Questions: len(questions), Files: []file{}}
	objects := slices.Sorted(maps.Keys(shown))
	for _, object := range objects {
		sum := sha256.Sum256(shown[object])
		a.Files = append(a.Files, file{object, len(shown[object]), hex.EncodeToString(sum[:])})
	}
	first, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	if err := Encode(&lines, questions); err != nil {
		return err
	}
	z := zip.NewWriter(w)
	if err := put(z, aboutName, zip.Deflate, first); err != nil {
		return err
	}
	if err := put(z, questionsName, zip.Deflate, lines.Bytes()); err != nil {
		return err
	}
	for _, object := range objects {
		// Pictures, recordings and films are packed as they are: to do it again takes long and saves nothing.
		if err := put(z, filesFolder+object, zip.Store, shown[object]); err != nil {
			return err
		}
	}
	return z.Close()
}

func put(z *zip.Writer, name string, method uint16, data []byte) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// IsPackage reports whether an archive is a package of ours.
func IsPackage(a *archive.Archive) bool { return a.Has(aboutName) }

// DecodeFiles reads a package with the files that its questions show. Whatever differs from what the package says of
// itself is a problem: a question more or less, a file that is not there, is another, or is shown by nobody.
func DecodeFiles(r io.Reader) ([]questionbank.Item, []questionbank.Problem, map[string][]byte, error) {
	data, err := questionbank.ReadAll(r)
	if err == questionbank.ErrTooLarge {
		return nil, questionbank.TooLarge(), nil, nil
	}
	if err != nil {
		return nil, nil, nil, err
	}
	p := reader{files: map[string][]byte{}}
	if err := p.open(data); err != nil {
		return nil, []questionbank.Problem{problemOf(err)}, nil, nil
	}
	items, problems, err := Decode(bytes.NewReader(p.questions))
	if err != nil {
		return nil, nil, nil, err
	}
	p.problems = append(p.problems, problems...)
	if n := questionbank.Read(items, problems); n != p.about.Questions {
		p.note(questionbank.Error, questionsName, "questions_differ", fmt.Sprintf("应有 %d 题，读到 %d 题：文件不完整或改动过", p.about.Questions, n))
	}
	p.checkShown(items)
	return items, p.problems, p.files, nil
}

// reader reads a package.
type reader struct {
	archive   *archive.Archive
	about     about
	questions []byte
	files     map[string][]byte
	problems  []questionbank.Problem
}

func (p *reader) note(s questionbank.Severity, place, code, message string) {
	p.problems = append(p.problems, questionbank.Problem{Place: place, Code: code, Message: message, Severity: s})
}

func problemOf(err error) questionbank.Problem {
	p := questionbank.Problem{Place: "文件", Code: "package_broken", Message: "不是本系统的题库包：" + err.Error(), Severity: questionbank.Error}
	var refused *archive.Error
	if errors.As(err, &refused) {
		p.Place, p.Code, p.Message = strings.TrimSpace("文件 "+refused.File), refused.Code, refused.Message
	}
	return p
}

func (p *reader) open(data []byte) (err error) {
	if p.archive, err = archive.Open(data); err != nil {
		return err
	}
	first, err := p.archive.Read(aboutName)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(first, &p.about); err != nil || p.about.Format != kind {
		return errors.New(aboutName + " 看不懂")
	}
	if p.about.Version != version {
		return fmt.Errorf("版本 %d 比本系统认得的（%d）新，请先升级", p.about.Version, version)
	}
	if p.questions, err = p.archive.Read(questionsName); err != nil {
		return err
	}
	p.readFiles()
	return nil
}

func (p *reader) readFiles() {
	named := map[string]bool{aboutName: true, questionsName: true}
	for _, f := range p.about.Files {
		name := filesFolder + f.Object
		named[strings.ToLower(name)] = true
		data, err := p.archive.Read(name)
		sum := sha256.Sum256(data)
		switch {
		case err != nil:
			p.note(questionbank.Error, name, "file_absent", "题库包里少了这个文件，或它已损坏")
		case len(data) != f.Bytes || hex.EncodeToString(sum[:]) != f.SHA256:
			p.note(questionbank.Error, name, "file_changed", "这个文件与题库包的清单不符")
		default:
			p.files[f.Object] = data
		}
	}
	for _, name := range p.archive.Names() {
		if !named[strings.ToLower(name)] {
			p.note(questionbank.Warning, name, "file_unread", "清单里没有这个文件，没有读取")
		}
	}
}

// checkShown compares the files with those that the questions show.
func (p *reader) checkShown(items []questionbank.Item) {
	shown := map[string]bool{}
	for _, it := range items {
		for _, m := range it.Question.MediaAll() {
			if p.files[m.Object] == nil && !shown[m.Object] {
				p.note(questionbank.Warning, it.Place, "media_absent", "“"+path.Base(m.Object)+"”不在题库包里")
			}
			shown[m.Object] = true
		}
	}
	for object := range p.files {
		if !shown[object] {
			delete(p.files, object)
		}
	}
}

// Losses: there are none.
func Losses(questionbank.Question) []questionbank.Loss { return nil }
