package docx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

const maxDepth = 200

var errDeep = errors.New("XML nested too deeply")

// decoder reads tokens by local names: the prefixes of Word's namespaces differ between its versions, the names do not.
type decoder struct {
	xml   *xml.Decoder
	depth int
}

func newDecoder(data []byte) *decoder {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("unknown charset") }
	return &decoder{xml: d}
}

// children calls each element inside the open one, until that ends. Each call must read its element to the end, with children or skip.
func (d *decoder) children(each func(xml.StartElement) error) error {
	if d.depth++; d.depth > maxDepth {
		return errDeep
	}
	for {
		t, err := d.xml.RawToken()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := each(t); err != nil {
				return err
			}
		case xml.EndElement:
			d.depth--
			return nil
		}
	}
}

// skip reads an element to its end.
func (d *decoder) skip() error {
	return d.children(func(xml.StartElement) error { return d.skip() })
}

// text is the character data directly inside the open element.
func (d *decoder) text() (string, error) {
	var b bytes.Buffer
	for depth := 0; ; {
		t, err := d.xml.RawToken()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			if depth == 0 {
				b.Write(t)
			}
		case xml.StartElement:
			depth++
		case xml.EndElement:
			if depth == 0 {
				return b.String(), nil
			}
			depth--
		}
	}
}

// root finds the first element.
func (d *decoder) root() (xml.StartElement, error) {
	for {
		t, err := d.xml.RawToken()
		if err != nil {
			return xml.StartElement{}, err
		}
		if s, ok := t.(xml.StartElement); ok {
			return s, nil
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
