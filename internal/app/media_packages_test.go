package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formats"
)

// material is one file of each kind that an exam page shows, by its name.
func material(t *testing.T) map[string][]byte {
	t.Helper()
	spot := image.NewPaletted(image.Rect(0, 0, 7, 5), color.Palette{color.White, color.Black})
	spot.Pix[9] = 1
	var asPNG, asJPEG, asGIF, asWAV bytes.Buffer
	must(t, png.Encode(&asPNG, spot))
	must(t, jpeg.Encode(&asJPEG, spot, nil))
	must(t, gif.Encode(&asGIF, spot, nil))
	asWAV.WriteString("RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00")
	must(t, binary.Write(&asWAV, binary.LittleEndian, []uint16{1, 1, 8000, 0, 8000, 0, 1, 8}))
	asWAV.WriteString("data\x08\x00\x00\x00\x80\x90\xa0\xb0\x80\x70\x60\x50")
	return map[string][]byte{
		"skin.png": asPNG.Bytes(), "desk.jpg": asJPEG.Bytes(), "mark.gif": asGIF.Bytes(), "tone.wav": asWAV.Bytes(),
		"call.mp3":  []byte("ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00\r\n\x00\x1a\xfe"),
		"visit.mp4": []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42\x00\x00\x00\x20hdlr\x00\x00\x00\x00\x00\x00\x00\x00vide\x00\x00\x00\x00"),
		"walk.webm": []byte("\x1a\x45\xdf\xa3\x42\x82\x84webm\x86\x85V_VP8\r\n\x00"),
	}
}

// plays tells whether an exam page shows such a file.
func plays(data []byte) bool {
	if bytes.HasPrefix(data, []byte("\xff\xfb")) || bytes.HasPrefix(data, []byte("\xff\xf3")) {
		return true // MP3 without a tag before it
	}
	is := http.DetectContentType(data)
	return slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg", "audio/wave", "video/mp4", "video/webm"}, is)
}

// packed are files as other software writes them, and our own, that show all of the material.
func packed(t *testing.T) []luggage {
	t.Helper()
	m := material(t)
	of := func(names ...string) (files [][]byte) {
		for _, name := range names {
			files = append(files, m[name])
		}
		return files
	}
	return []luggage{
		{"讲义.docx", wordFile(t, m), of("skin.png", "desk.jpg", "mark.gif")}, {"题库.xml", moodleFile(m), slices.Collect(maps.Values(m))},
		{"考题.zip", qtiPackage(t, m), of("skin.png", "call.mp3", "desk.jpg", "mark.gif", "visit.mp4", "walk.webm")}, {"备份.zip", ownPackage(t, m), slices.Collect(maps.Values(m))},
	}
}

func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, data := range files {
		f, err := w.Create(name)
		must(t, err)
		_, err = f.Write(data)
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

// moodleFile holds its files as Moodle does: each in the text that shows it, named by a place holder, in base64.
func moodleFile(m map[string][]byte) []byte {
	text := func(tag, html string, names ...string) string {
		s := `<` + tag + ` format="html"><text><![CDATA[` + html + `]]></text>`
		for _, name := range names {
			s += `<file name="` + name + `" path="/" encoding="base64">` + base64.StdEncoding.EncodeToString(m[name]) + `</file>`
		}
		return s + `</` + tag + `>`
	}
	picture := func(name, alt string) string {
		return `<img src="@@PLUGINFILE@@/` + name + `" alt="` + alt + `" width="7">`
	}
	answer := func(fraction, html string, names ...string) string {
		inside := strings.TrimSuffix(strings.TrimPrefix(text("x", html, names...), `<x format="html">`), `</x>`)
		return `<answer fraction="` + fraction + `" format="html">` + inside + `</answer>`
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><quiz><question type="multichoice"><name><text>看图</text></name>` +
		text("questiontext", `<p>看图听录音，选出合适的一项。</p>`+picture("skin.png", "皮肤")+`<audio controls><source src="@@PLUGINFILE@@/call.mp3">来电</audio>`, "skin.png", "call.mp3") +
		text("generalfeedback", `<p>见示范。</p>`+picture("mark.gif", "示范"), "mark.gif") + `<single>true</single>` +
		answer("100", `<p>甲</p>`+picture("desk.jpg", "前台"), "desk.jpg") + answer("0", `<p>乙</p>`) + `</question><question type="truefalse"><name><text>看片</text></name>` +
		text("questiontext", `<p>片中的做法对。</p><video controls><source src="@@PLUGINFILE@@/visit.mp4"></video><video src="@@PLUGINFILE@@/walk.webm"></video><p><a href="@@PLUGINFILE@@/tone.wav">提示音</a></p>`, "visit.mp4", "walk.webm", "tone.wav") +
		answer("100", "true") + answer("0", "false") + `</question></quiz>`)
}

// qtiPackage holds its files beside the items: below each item, above it, and with a name that an address writes in percent signs.
func qtiPackage(t *testing.T, m map[string][]byte) []byte {
	item := func(id, prompt, choices, feedback string) []byte {
		return []byte(`<?xml version="1.0" encoding="UTF-8"?><assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="` + id + `" title="` + id + `" adaptive="false" timeDependent="false">` +
			`<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse></responseDeclaration>` +
			`<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/><outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier"/><itemBody>` + prompt +
			`<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">` + choices + `</choiceInteraction></itemBody>` +
			`<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>` + feedback + `</assessmentItem>`)
	}
	resource := func(id string, files ...string) string {
		s := `<resource identifier="` + id + `" type="imsqti_item_xmlv2p1" href="items/` + id + `/qti.xml"><file href="items/` + id + `/qti.xml"/>`
		for _, f := range files {
			s += `<file href="` + f + `"/>`
		}
		return s + `</resource>`
	}
	return zipped(t, map[string][]byte{
		"imsmanifest.xml": []byte(`<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="M"><organizations/><resources>` + resource("i1", "items/i1/skin.png", "shared/call.mp3") + resource("i2", "items/i2/到店 接待.mp4") + `</resources></manifest>`),
		"items/i1/qti.xml": item("i1", `<p>看图听录音，选出合适的一项。</p><p><img src="skin.png" alt="皮肤"/></p><object data="../../shared/call.mp3" type="audio/mpeg">来电</object>`,
			`<simpleChoice identifier="A"><img src="../../shared/desk.jpg" alt="前台"/></simpleChoice><simpleChoice identifier="B">乙</simpleChoice>`,
			`<modalFeedback outcomeIdentifier="FEEDBACK" identifier="A" showHide="show"><p>见示范。<img src="../../shared/mark.gif" alt="示范"/></p></modalFeedback>`),
		"items/i2/qti.xml":      item("i2", `<p>看片，选出合适的一项。</p><object data="%E5%88%B0%E5%BA%97%20%E6%8E%A5%E5%BE%85.mp4" type="video/mp4"/><video src="../../shared/walk.webm"/>`, `<simpleChoice identifier="A">甲</simpleChoice><simpleChoice identifier="B">乙</simpleChoice>`, ""),
		"items/i1/skin.png":     m["skin.png"],
		"items/i2/到店 接待.mp4":    m["visit.mp4"],
		"shared/call.mp3":       m["call.mp3"],
		"shared/desk.jpg":       m["desk.jpg"],
		"shared/mark.gif":       m["mark.gif"],
		"shared/walk.webm":      m["walk.webm"],
		"shared/nobody-see.png": []byte("shown by nobody"),
	})
}

// wordFile has its pictures in the text, named by relations.
func wordFile(t *testing.T, m map[string][]byte) []byte {
	line := func(text string, pictures ...string) string {
		s := `<w:p><w:r><w:t>` + text + `</w:t></w:r>`
		for _, id := range pictures {
			s += `<w:r><w:drawing><wp:inline><wp:docPr id="1" name="图片" descr="图 ` + id + `"/><a:graphic><a:blip r:embed="` + id + `"/></a:graphic></wp:inline></w:drawing></w:r>`
		}
		return s + `</w:p>`
	}
	return zipped(t, map[string][]byte{
		"word/document.xml": []byte(`<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w" xmlns:a="a" xmlns:r="r" xmlns:wp="wp"><w:body>` +
			line("1. 看图，选出合适的一项。", "rId1") + line("A. 甲", "rId2") + line("B. 乙") + line("答案：A") + line("解析：见示范。", "rId3") + `</w:body></w:document>`),
		"word/_rels/document.xml.rels": []byte(`<Relationships><Relationship Id="rId1" Type="x/image" Target="media/image1.png"/><Relationship Id="rId2" Type="x/image" Target="media/image2.jpeg"/><Relationship Id="rId3" Type="x/image" Target="media/image3.gif"/></Relationships>`),
		"word/media/image1.png":        m["skin.png"], "word/media/image2.jpeg": m["desk.jpg"], "word/media/image3.gif": m["mark.gif"],
	})
}

// ownPackage has something to see in every place that a question has, and a stimulus that two questions share.
func ownPackage(t *testing.T, m map[string][]byte) []byte {
	t.Helper()
	show := func(kind questionbank.MediaKind, name, alt string) questionbank.Media {
		return questionbank.Media{Kind: kind, Object: "files/" + name, Alt: alt}
	}
	q := questionbank.Question{
		Type: questionbank.Single, Stem: "看图听录音，哪一句合适？", Difficulty: 2, KnowledgePoints: []string{"2/接待"}, Explanation: "见示范。",
		Options: []questionbank.Option{{ID: "a", Text: "甲", Media: show(questionbank.Image, "desk.jpg", "前台 & 电话")}, {ID: "b", Media: show(questionbank.Image, "skin.png", "“皮肤”")}},
		Key:     questionbank.Key{Choices: []string{"a"}}, Media: []questionbank.Media{show(questionbank.Audio, "call.mp3", "来电"), show(questionbank.Audio, "tone.wav", "提示音")},
		ExplanationMedia: []questionbank.Media{show(questionbank.Image, "mark.gif", "示范"), show(questionbank.Video, "walk.webm", "行走")},
		Stimulus:         &questionbank.Stimulus{ID: "visit", Text: "一段接待录像", Media: []questionbank.Media{show(questionbank.Video, "visit.mp4", "接待")}},
	}
	other := questionbank.Question{Type: questionbank.TrueFalse, Stem: "录像里的做法对。", Difficulty: 1, KnowledgePoints: q.KnowledgePoints, Key: questionbank.Key{Choices: []string{"true"}}, Stimulus: q.Stimulus}
	files := map[string][]byte{}
	for name, data := range m {
		files["files/"+name] = data
	}
	return written(t, "native", []questionbank.Question{q, other}, files)
}

func written(t *testing.T, form string, questions []questionbank.Question, files map[string][]byte) []byte {
	t.Helper()
	target, ok := formats.TargetNamed(form)
	if !ok {
		t.Fatal(form)
	}
	var out bytes.Buffer
	must(t, target.Encode(&out, questions, files))
	return out.Bytes()
}

// found are a folder's own files: in each form that holds files a question for every one of media/, and the packages that show something.
// Without a folder there is none.
func found(t *testing.T, dir string) (all []luggage) {
	t.Helper()
	if dir == "" {
		return nil
	}
	var questions []questionbank.Question
	files := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(dir, "media", "*"))
	must(t, err)
	for i, name := range names {
		data, err := os.ReadFile(name)
		must(t, err)
		if !plays(data) {
			continue
		}
		kind, _, _ := strings.Cut(http.DetectContentType(data), "/")
		if kind == "application" {
			kind = "audio"
		}
		object := fmt.Sprintf("files/%d%s", i, path.Ext(name))
		files[object] = data
		questions = append(questions, questionbank.Question{
			Type: questionbank.TrueFalse, Stem: "这是 " + filepath.Base(name) + "。", Difficulty: 1, Key: questionbank.Key{Choices: []string{"true"}},
			Media: []questionbank.Media{{Kind: questionbank.MediaKind(kind), Object: object, Alt: filepath.Base(name)}},
		})
	}
	for _, form := range formats.Targets {
		if form.Files {
			all = append(all, luggage{"media-" + form.Name + form.Ending, written(t, form.Name, questions, files), slices.Collect(maps.Values(files))})
		}
	}
	return append(all, foundPackages(t, dir)...)
}

func foundPackages(t *testing.T, dir string) (all []luggage) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		l := luggage{name: strings.ReplaceAll(strings.TrimPrefix(name, dir+"/"), "/", "-")}
		_, manifest := os.Stat(filepath.Join(name, "imsmanifest.xml"))
		switch {
		case d.IsDir() && manifest == nil:
			content := map[string][]byte{}
			must(t, filepath.WalkDir(name, func(part string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					content[strings.TrimPrefix(part, name+"/")], err = os.ReadFile(part)
				}
				return err
			}))
			l.name, l.data = l.name+".zip", zipped(t, content)
		case !d.IsDir() && slices.Contains([]string{".zip", ".xml", ".docx"}, path.Ext(name)):
			if l.data, err = os.ReadFile(name); err != nil {
				return err
			}
		default:
			return nil
		}
		decoded, err := formats.DecodeFiles(l.name, bytes.NewReader(l.data))
		if err == nil && slices.ContainsFunc(decoded.Items, func(it questionbank.Item) bool {
			return slices.ContainsFunc(it.Question.MediaAll(), func(m questionbank.Media) bool { return plays(decoded.Files[m.Object]) })
		}) {
			all = append(all, l)
		}
		if err == nil && d.IsDir() {
			return filepath.SkipDir
		}
		return err
	}))
	return all
}
