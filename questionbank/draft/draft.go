package draft

import (
	"fmt"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/markup"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// MaxAnswers is how many answers, pairs or accepted texts a format looks at; far fewer make a question.
const MaxAnswers = 200

// Full is the weight of a right answer: thousandths of a percent.
const Full = 100_000

// Item is a question as a foreign file holds it.
type Item struct {
	Place    string              // of the item
	Places   map[qb.Field]string // of a field, where the format knows it
	Stimulus *Stimulus
	Stem     Text
	Form     Form   // how it is answered
	General  []Text // feedback that belongs to the question as a whole
	Tags     []string
	Points   []string // knowledge points that the file's categories say
	Problems []qb.Problem
}

// Problem adds one that the format found itself.
func (it *Item) Problem(s qb.Severity, f qb.Field, code, format string, args ...any) {
	it.Problems = append(it.Problems, qb.Problem{Severity: s, Field: f, Code: code, Message: fmt.Sprintf(format, args...)})
}

// Stimulus is what several items ask about.
type Stimulus struct {
	ID, Title string
	Text      Text
	Literal   bool // the text is Markdown as we wrote it
}

// Text is plain text, HTML, or XHTML inside an XML document; whichever is set.
type Text struct {
	Plain    string
	Markdown bool // Plain is written in Markdown
	HTML     string
	Nodes    []*xmlread.Node
	Element  func(*xmlread.Node) (string, bool) // see markup.Options
}

// Empty reports whether there is nothing to read.
func (t Text) Empty() bool { return t.Plain == "" && t.HTML == "" && len(t.Nodes) == 0 }

// Reader gathers the questions of one file.
type Reader struct {
	Batch qb.Batch
	// Find is the content of a file that a text names; nil where the format has no files.
	Find func(src string) ([]byte, bool)
	// Files are those that the questions show, by the objects' names.
	Files map[string][]byte
	size  int              // of the files, in bytes
	seen  map[string]found // of the question that is being read, by address
}

// Add makes a question of the item and adds it to the batch.
func (r *Reader) Add(it Item) {
	r.seen = map[string]found{}
	f := r.fill(it, false)
	switch {
	case slices.Contains(it.Tags, tagMarkdown+"="+yes): // written by us: the Markdown itself
		f.q.Markdown = true
	case f.rich:
		f = r.fill(it, true)
	}
	if f.refusal != nil {
		r.Batch.Refuse(it.Place, f.refusal.Code, f.refusal.Message)
		return
	}
	place := func(field qb.Field) string {
		if at, ok := it.Places[field]; ok {
			return at
		}
		if field == "" {
			return it.Place
		}
		return it.Place + " " + field.Name()
	}
	before := len(r.Batch.Items)
	r.Batch.Add(place, f.q, append(slices.Clone(it.Problems), f.problems...)...)
	if len(r.Batch.Items) > before {
		r.keep(f.files)
	}
}

func (r *Reader) keep(files map[string][]byte) {
	if r.Files == nil && len(files) > 0 {
		r.Files = map[string][]byte{}
	}
	for object, data := range files {
		if r.Files[object] == nil {
			r.Files[object], r.size = data, r.size+len(data)
		}
	}
}

// Refuse counts an item that is no question that we have.
func (r *Reader) Refuse(place, code, message string) { r.Batch.Refuse(place, code, message) }

// filler fills one question.
type filler struct {
	reader   *Reader
	q        qb.Question
	problems []qb.Problem
	files    map[string][]byte
	rich     bool // something needs Markdown and is written without
	refusal  *qb.Problem
	single   bool // it was single choice when we wrote it, whatever its options say
	multiple bool // it was multiple choice when we wrote it, though one answer is right
}

func (r *Reader) fill(it Item, markdown bool) *filler {
	f := &filler{reader: r, files: map[string][]byte{}}
	f.q = qb.Question{Difficulty: qb.DefaultDifficulty, Markdown: markdown, KnowledgePoints: slices.Clone(it.Points)}
	f.single = slices.Contains(it.Tags, tagType+"="+qb.Single.Name())
	f.multiple = slices.Contains(it.Tags, tagType+"="+qb.Multiple.Name())
	f.stimulus(it.Stimulus)
	f.q.Stem, f.q.Media = f.text(qb.FieldStem, it.Stem)
	if choice, ok := it.Form.(Choice); ok && slices.Contains(it.Tags, tagType+"="+qb.Judgement.Name()) {
		choice.grade(f)
	} else {
		it.Form.fill(f)
	}
	for _, g := range it.General {
		f.explain("", g)
	}
	f.tags(it.Tags)
	return f
}

func (f *filler) problem(s qb.Severity, field qb.Field, code, format string, args ...any) {
	f.problems = append(f.problems, qb.Problem{Severity: s, Field: field, Code: code, Message: fmt.Sprintf(format, args...)})
}

// refuse: there is more of something than a question can have, so that nothing else need be said.
func (f *filler) refuse(code, message string) {
	f.refusal = &qb.Problem{Code: code, Message: message}
}

// stimulus: its text is always Markdown.
func (f *filler) stimulus(s *Stimulus) {
	if s == nil {
		return
	}
	markdown := f.q.Markdown
	rich := f.rich
	f.q.Markdown = !s.Literal
	text, media := f.text(qb.FieldStimulus, s.Text)
	f.q.Markdown, f.rich = markdown, rich
	f.q.Stimulus = &qb.Stimulus{ID: s.ID, Title: s.Title, Text: text, Media: media}
}

// text is what became of t, and the files that it shows.
func (f *filler) text(field qb.Field, t Text) (string, []qb.Media) {
	if t.HTML == "" && len(t.Nodes) == 0 {
		f.rich = f.rich || t.Markdown && !f.q.Markdown
		if f.q.Markdown && !t.Markdown {
			return markup.EscapeMarkdown(strings.TrimSpace(t.Plain)), nil
		}
		return strings.TrimSpace(t.Plain), nil
	}
	shown := &gallery{filler: f, field: field}
	o := markup.Options{Markdown: f.q.Markdown, Media: shown.take, Element: t.Element}
	var m markup.Text
	if t.HTML != "" {
		m = markup.FromHTML(t.HTML, o)
	} else {
		m = markup.FromNodes(t.Nodes, o)
	}
	f.rich = f.rich || m.Rich && !f.q.Markdown
	for _, what := range m.Lost {
		f.problem(qb.Warning, field, "format_lost", "%s没有保留", what)
	}
	return shown.marked(m.Text), shown.media
}

// textOnly is a text in a place that cannot show files.
func (f *filler) textOnly(field qb.Field, t Text) string {
	text, media := f.text(field, t)
	for _, m := range media {
		f.problem(qb.Warning, field, "media_dropped", "这里放不了图片与音视频，“%.60s”没有导入", m.Alt)
		delete(f.files, m.Object)
	}
	return text
}

// explain adds a feedback to the explanation, with what it is about before it.
func (f *filler) explain(about string, t Text) {
	text, media := f.text(qb.FieldExplanation, t)
	if text == "" && len(media) == 0 {
		return
	}
	f.q.ExplanationMedia = append(f.q.ExplanationMedia, media...)
	if about != "" {
		text = about + "：" + text
	}
	if f.q.Explanation != "" {
		text = f.q.Explanation + f.lineBreak() + text
	}
	f.q.Explanation = strings.TrimSpace(text)
}

func (f *filler) lineBreak() string {
	if f.q.Markdown {
		return "\n\n"
	}
	return "\n"
}
