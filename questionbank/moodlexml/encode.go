package moodlexml

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/markup"
)

// Encode writes the questions without their files; Losses says what that loses.
func Encode(w io.Writer, questions []qb.Question) error { return EncodeFiles(w, questions, nil) }

// EncodeFiles writes the questions, and into them the files that they show, as far as files holds them by their object's
// name. What Losses calls whole is left out.
func EncodeFiles(w io.Writer, questions []qb.Question, files map[string][]byte) error {
	e := &encoder{w: bufio.NewWriter(w), files: files}
	e.print("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n")
	category := ""
	for i, q := range questions {
		if !holds(q) {
			continue
		}
		if c := categoryOf(q); c != category {
			category = c
			e.print("<question type=\"category\"><category><text>%s</text></category></question>\n", markup.Escape("$course$/"+c))
		}
		e.question(i+1, draft.WithFiles(q, files))
	}
	e.print("</quiz>\n")
	return e.w.Flush()
}

// categoryOf is the first knowledge point; without one the course's own top.
func categoryOf(q qb.Question) string {
	if len(q.KnowledgePoints) == 0 {
		return "top"
	}
	return q.KnowledgePoints[0]
}

// encoder writes; bufio keeps the first error until the end.
type encoder struct {
	w     *bufio.Writer
	files map[string][]byte
}

func (e *encoder) print(format string, args ...any) { fmt.Fprintf(e.w, format, args...) }

// element writes a text with its format and the files that it shows.
func (e *encoder) element(name, attrs string, q qb.Question, text string, media []qb.Media) {
	if len(media) > 0 {
		e.html(name+attrs, markup.ToXHTML(text, nil), media)
		return
	}
	format := "plain_text"
	if q.Markdown {
		format = "markdown"
	}
	e.print("<%s%s format=\"%s\"><text>%s</text>", name, attrs, format, markup.Escape(text))
}

// html writes a text that is HTML already, and its files.
func (e *encoder) html(element, content string, media []qb.Media) {
	e.print("<%s format=\"html\"><text>%s</text>", element, markup.Escape(content+e.shown(media)))
	for _, m := range media {
		if data, ok := e.files[m.Object]; ok {
			e.print("<file name=\"%s\" path=\"/\" encoding=\"base64\">%s</file>", markup.Escape(path.Base(m.Object)), base64.StdEncoding.EncodeToString(data))
		}
	}
}

func (e *encoder) close(name string) { e.print("</%s>\n", name) }

// shown is the HTML that shows files below a text.
func (e *encoder) shown(media []qb.Media) string {
	var b strings.Builder
	for _, m := range media {
		if _, ok := e.files[m.Object]; !ok {
			continue
		}
		src, alt := "@@PLUGINFILE@@/"+path.Base(m.Object), markup.Escape(m.Alt)
		switch m.Kind {
		case qb.Audio:
			fmt.Fprintf(&b, `<p><audio controls="controls" src="%s" title="%s"></audio></p>`, src, alt)
		case qb.Video:
			fmt.Fprintf(&b, `<p><video controls="controls" src="%s" title="%s"></video></p>`, src, alt)
		default:
			fmt.Fprintf(&b, `<p><img src="%s" alt="%s"/></p>`, src, alt)
		}
	}
	return b.String()
}

var moodleTypes = map[qb.Type]string{
	qb.Single: "multichoice", qb.Multiple: "multichoice", qb.Judgement: "multichoice", qb.TrueFalse: "truefalse",
	qb.Matching: "matching", qb.Ordering: "ordering", qb.Short: "essay", qb.Essay: "essay",
}

func (e *encoder) question(number int, q qb.Question) {
	kind := moodleTypes[q.Type]
	if q.Type == qb.Blank {
		kind = blankType(q)
	}
	e.print("<question type=\"%s\"><name><text>%05d %s</text></name>\n", kind, number, markup.Escape(title(q.Stem)))
	stem, media := draft.WithStimulus(q)
	if kind == "multianswer" {
		e.html("questiontext", cloze(q, stem), media)
	} else {
		e.element("questiontext", "", q, stem, media)
	}
	e.close("questiontext")
	e.element("generalfeedback", "", q, q.Explanation, q.ExplanationMedia)
	e.close("generalfeedback")
	switch kind {
	case "multichoice":
		e.choice(q)
	case "truefalse":
		e.truth(q)
	case "shortanswer", "numerical":
		e.gap(q)
	case "matching":
		e.matching(q)
	case "ordering":
		e.ordering(q)
	case "essay":
		e.essay(q)
	}
	e.print("<tags>")
	for _, tag := range draft.Tags(q) {
		e.print("<tag><text>%s</text></tag>", markup.Escape(tag))
	}
	e.print("</tags></question>\n")
}

// title is the beginning of the stem: Moodle lists questions by a name.
func title(stem string) string {
	runes := []rune(strings.Join(strings.Fields(stem), " "))
	return string(runes[:min(len(runes), 60)])
}

func (e *encoder) choice(q qb.Question) {
	e.print("<single>%v</single><shuffleanswers>true</shuffleanswers><answernumbering>ABCD</answernumbering>\n", q.Type != qb.Multiple)
	for i, o := range q.Options {
		var media []qb.Media
		if o.Media != (qb.Media{}) {
			media = []qb.Media{o.Media}
		}
		e.element("answer", fmt.Sprintf(` fraction="%s"`, fraction(draft.Weight(q, i))), q, o.Text, media)
		e.feedback(draft.Reason(q, o.ID))
		e.close("answer")
	}
}

// fraction is in percent, to five places, as Moodle's list of fractions has them.
func fraction(w draft.Part) string {
	if w.Of == 0 {
		return "0"
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.5f", 100*float64(w.N)/float64(w.Of)), "0"), ".")
}

func (e *encoder) feedback(text string) {
	e.print("<feedback format=\"plain_text\"><text>%s</text></feedback>", markup.Escape(text))
}

func (e *encoder) truth(q qb.Question) {
	for _, word := range []string{"true", "false"} {
		e.print("<answer fraction=\"%d\" format=\"plain_text\"><text>%s</text>", map[bool]int{true: 100}[slices.Contains(q.Key.Choices, word)], word)
		e.feedback("")
		e.close("answer")
	}
}

func (e *encoder) matching(q qb.Question) {
	e.print("<shuffleanswers>true</shuffleanswers>\n")
	pair := func(row, option string) {
		e.element("subquestion", "", q, row, nil)
		e.print("<answer><text>%s</text></answer>", markup.Escape(option))
		e.close("subquestion")
	}
	for i, row := range q.Rows {
		o, _ := q.Option(q.Key.Choices[i])
		pair(row, o.Text)
	}
	for _, o := range q.Options {
		if !slices.Contains(q.Key.Choices, o.ID) {
			pair("", o.Text)
		}
	}
}

func (e *encoder) ordering(q qb.Question) {
	e.print("<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><gradingtype>ALL_OR_NOTHING</gradingtype>\n")
	for i, id := range q.Key.Choices {
		o, _ := q.Option(id)
		e.element("answer", fmt.Sprintf(` fraction="%d"`, i+1), q, o.Text, nil)
		e.close("answer")
	}
}

func (e *encoder) essay(q qb.Question) {
	e.print("<responseformat>plain</responseformat><responserequired>1</responserequired><attachments>0</attachments>\n")
	e.print("<graderinfo format=\"plain_text\"><text>%s</text></graderinfo>\n", markup.Escape(q.Key.Model+rubricHead+strings.Join(qb.RubricLines(q.Key.Rubric), "\n")))
}
