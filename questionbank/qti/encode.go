package qti

import (
	"archive/zip"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/markup"
)

// Encode writes a package without the files that the questions show; Losses says what that loses.
func Encode(w io.Writer, questions []qb.Question) error { return EncodeFiles(w, questions, nil) }

// EncodeFiles writes a package of QTI 3.0: an item for each question, a stimulus for each that they share, and the files
// that they show, as far as files holds them by their object's name. What Losses calls whole is left out.
func EncodeFiles(w io.Writer, questions []qb.Question, files map[string][]byte) error {
	p := &packer{zip: zip.NewWriter(w), files: files, written: map[string]bool{}}
	var resources strings.Builder
	for i, q := range questions {
		if !holds(q) {
			continue
		}
		q = draft.WithFiles(q, files)
		name := fmt.Sprintf("items/q%05d.xml", i+1)
		p.write(name, []byte(p.item(i+1, q)))
		resources.WriteString(p.resource(fmt.Sprintf("q%05d", i+1), name, q))
	}
	for _, s := range p.stimuli {
		resources.WriteString(s)
	}
	p.write(manifestName, []byte(fmt.Sprintf(manifest, resources.String())))
	if p.err != nil {
		return p.err
	}
	return p.zip.Close()
}

const manifest = `<?xml version="1.0" encoding="UTF-8"?>
<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" xmlns:imsmd="http://ltsc.ieee.org/xsd/LOM" identifier="peikao">
<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>
<organizations/>
<resources>
%s</resources>
</manifest>
`

// packer writes the package and keeps the first error.
type packer struct {
	zip     *zip.Writer
	files   map[string][]byte
	written map[string]bool // names of media and stimuli
	stimuli []string        // their resources
	err     error
}

func (p *packer) write(name string, data []byte) {
	if p.err != nil {
		return
	}
	w, err := p.zip.Create(name)
	if err == nil {
		_, err = w.Write(data)
	}
	p.err = err
}

// resource is an item's entry in the manifest, with what QTI has no place for as keywords.
func (p *packer) resource(id, name string, q qb.Question) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<resource identifier=%q type=\"imsqti_item_xmlv3p0\" href=%q><metadata><imsmd:lom><imsmd:general>", id, name)
	for _, tag := range draft.Tags(q) {
		fmt.Fprintf(&b, "<imsmd:keyword><imsmd:string>%s</imsmd:string></imsmd:keyword>", markup.Escape(tag))
	}
	fmt.Fprintf(&b, "</imsmd:general></imsmd:lom></metadata><file href=%q/>", name)
	for _, m := range q.MediaAll() {
		if p.written[fileName(m)] {
			fmt.Fprintf(&b, "<file href=%q/>", fileName(m))
		}
	}
	if q.Stimulus != nil {
		fmt.Fprintf(&b, "<dependency identifierref=\"%s\"/>", stimulusID(q.Stimulus))
	}
	b.WriteString("</resource>\n")
	return b.String()
}

// fileName is a file's path in the package.
func fileName(m qb.Media) string { return "media/" + path.Base(m.Object) }

// stimulusID is a name for XML; the file keeps the stimulus' own id.
func stimulusID(s *qb.Stimulus) string { return "stimulus-" + xmlName(s.ID) }

// xmlName writes the letters of a name as XML's rules for identifiers have them.
func xmlName(id string) string { return strings.ReplaceAll(id, "/", "-") }

// shown is the XHTML that shows files below a text; each file is written once. up leads from the document to the root.
func (p *packer) shown(media []qb.Media) string {
	var b strings.Builder
	for _, m := range media {
		data, ok := p.files[m.Object]
		if !ok {
			continue
		}
		name := fileName(m)
		if !p.written[name] {
			p.written[name] = true
			p.write(name, data)
		}
		src, alt := "../"+markup.Escape(name), markup.Escape(m.Alt)
		switch m.Kind {
		case qb.Audio:
			fmt.Fprintf(&b, `<div><audio src="%s" title="%s" controls="controls"></audio></div>`, src, alt)
		case qb.Video:
			fmt.Fprintf(&b, `<div><video src="%s" title="%s" controls="controls"></video></div>`, src, alt)
		default:
			fmt.Fprintf(&b, `<div><img src="%s" alt="%s"/></div>`, src, alt)
		}
	}
	return b.String()
}

const namespace = `xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"`

// stimulus writes the shared text once and returns the reference to it.
func (p *packer) stimulus(s *qb.Stimulus) string {
	if s == nil {
		return ""
	}
	name := "stimuli/" + xmlName(s.ID) + ".xml"
	if !p.written[name] {
		p.written[name] = true
		shown := p.shown(s.Media)
		p.write(name, []byte(fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qti-assessment-stimulus %s identifier=\"%s\" title=\"%s\"><qti-stimulus-body><div class=\"%s\">%s</div>%s</qti-stimulus-body></qti-assessment-stimulus>\n",
			namespace, markup.Escape(s.ID), markup.Escape(s.Title), markdownClass, paragraphs(s.Text), shown)))
		p.stimuli = append(p.stimuli, fmt.Sprintf("<resource identifier=\"%s\" type=\"imsqti_stimulus_xmlv3p0\" href=\"%s\"><file href=\"%s\"/></resource>\n", stimulusID(s), name, name))
	}
	return fmt.Sprintf("<qti-assessment-stimulus-ref identifier=\"%s\" href=\"../%s\" title=\"%s\"/>\n", stimulusID(s), name, markup.Escape(s.Title))
}

// paragraphs is text as XHTML; none for no text.
func paragraphs(text string) string {
	if text == "" {
		return ""
	}
	return markup.ToXHTML(text, nil)
}

func (p *packer) item(number int, q qb.Question) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qti-assessment-item %s identifier=\"q%05d\" title=\"%s\" adaptive=\"false\" time-dependent=\"false\">\n",
		namespace, number, markup.Escape(short(strings.Join(strings.Fields(q.Stem), " "))))
	parts := p.interaction(q)
	b.WriteString(parts.declarations)
	b.WriteString("<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"><qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>\n" +
		"<qti-outcome-declaration identifier=\"FEEDBACK\" cardinality=\"single\" base-type=\"identifier\"/>\n")
	b.WriteString(p.stimulus(q.Stimulus))
	fmt.Fprintf(&b, "<qti-item-body>%s</qti-item-body>\n%s", parts.body, parts.processing)
	if q.Explanation != "" || len(q.ExplanationMedia) > 0 {
		fmt.Fprintf(&b, "<qti-modal-feedback outcome-identifier=\"FEEDBACK\" identifier=\"explanation\" show-hide=\"show\"><qti-content-body>%s%s</qti-content-body></qti-modal-feedback>\n",
			paragraphs(q.Explanation), p.shown(q.ExplanationMedia))
	}
	b.WriteString("</qti-assessment-item>\n")
	return b.String()
}

func holds(q qb.Question) bool {
	return !slices.ContainsFunc(Losses(q), func(l qb.Loss) bool { return l.Whole })
}
