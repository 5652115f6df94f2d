package docx

import (
	"cmp"
	"strings"

	"github.com/peikao/peikao/questionbank/markup"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// math writes a formula in a line, as package markup writes MathML.
func (p *parser) math() (string, error) {
	var b strings.Builder
	err := p.xml.Children(func(e xmlread.Element) error {
		s, err := p.mathPart(e)
		b.WriteString(s)
		return err
	})
	return b.String(), err
}

func (p *parser) mathPart(e xmlread.Element) (string, error) {
	switch e.Name {
	case "t":
		return p.xml.Text()
	case "d":
		return p.fenced()
	case "nary":
		return p.summed()
	case "rad":
		return p.root()
	}
	s, err := p.math()
	if s == "" {
		return "", err
	}
	switch e.Name {
	case "num":
		s = "(" + s + ")/"
	case "den":
		s = "(" + s + ")"
	case "sup":
		s = markup.Raised(s)
	case "sub":
		s = markup.Lowered(s)
	}
	return s, err
}

// parts reads an object of several parts: its properties by the names of their elements, and its parts in their order.
func (p *parser) parts(properties string) (said map[string]string, parts []string, err error) {
	said = map[string]string{}
	err = p.xml.Children(func(e xmlread.Element) error {
		if e.Name == properties {
			return p.xml.Children(func(e xmlread.Element) error {
				said[e.Name] = cmp.Or(e.Attr("val"), " ")
				return p.xml.Skip()
			})
		}
		s, err := p.mathPart(e)
		parts = append(parts, s)
		return err
	})
	return said, parts, err
}

// fenced are parts between brackets, round ones where nothing else is said.
func (p *parser) fenced() (string, error) {
	said, parts, err := p.parts("dPr")
	within := strings.Join(parts, cmp.Or(said["sepChr"], "|"))
	return strings.TrimSpace(cmp.Or(said["begChr"], "(") + within + cmp.Or(said["endChr"], ")")), err
}

// summed is a sum, a product or an integral with its bounds; an integral where nothing else is said.
func (p *parser) summed() (string, error) {
	said, parts, err := p.parts("naryPr")
	return cmp.Or(said["chr"], "∫") + strings.Join(parts, ""), err
}

// root is a square root, or another with its degree before it.
func (p *parser) root() (string, error) {
	degree, under := "", ""
	err := p.xml.Children(func(e xmlread.Element) error {
		s, err := p.mathPart(e)
		if e.Name == "deg" {
			degree = s
		} else {
			under += s
		}
		return err
	})
	if degree != "" {
		degree = markup.Raised(degree)
	}
	return degree + "√(" + under + ")", err
}
