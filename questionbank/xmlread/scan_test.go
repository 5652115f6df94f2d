package xmlread

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// outline writes elements, their attributes r and texts: what a caller sees.
func outline(data []byte) (string, error) {
	s, err := New(data)
	if err != nil {
		return "", err
	}
	root, err := s.Root()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	var walk func(Element) error
	walk = func(e Element) error {
		fmt.Fprintf(&b, "<%s r=%q>", e.Name, e.Attr("r"))
		if e.Name == "t" {
			text, err := s.Text()
			fmt.Fprintf(&b, "%q", text)
			return err
		}
		if e.Name == "skip" {
			return s.Skip()
		}
		err := s.Children(walk)
		b.WriteString("</>")
		return err
	}
	err = walk(root)
	return b.String(), err
}

func TestScan(t *testing.T) {
	for text, want := range map[string]string{
		`<?xml version="1.0"?><!-- a --><x:a x:r="1"><x:t xml:space="preserve"> 甲&lt;&#20057;&#x4E19; </x:t></x:a>`: `<a r="1"><t r="">" 甲<乙丙 "</>`,
		`<a r='&quot;>'><skip><t>no</t><b/></skip><t>a<b>c</b>d</t><t><![CDATA[<&]]></t></a>`:                       `<a r="\">"><skip r=""><t r="">"ad"<t r="">"<&"</>`,
		"\uFEFF<a q = \"r\" r =\n\"2\" />": `<a r="2"></>`,
		"<a><t>1\r\n2\r3</t></a >":         `<a r=""><t r="">"1\n2\n3"</>`,
		"<!DOCTYPE a SYSTEM 'a>' [<!ELEMENT a ANY><!-- ]> ' -->]>\n<a><t>&nbsp;&eacute;</t></a>": `<a r=""><t r="">"\u00a0é"</>`,
	} {
		if got, err := outline([]byte(text)); got != want || err != nil {
			t.Errorf("%s:\n got %s, %v\nwant %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "x", "<a>", "<a></b>", "<a", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a><t>&b;</t></a>", "<a><t>&#x110000;</t></a>", "<a><!-- </a>", "<a r='<'/", "\xff<a/>", "<a>5 <6</a>", "<a><!x></a>", "<!DOCTYPE a [<!-- ]><a/>", "<!DOCTYPE a", "<a><b></a></b>",
		strings.Repeat("<a>", MaxDepth+1) + strings.Repeat("</a>", MaxDepth+1)} {
		if got, err := outline([]byte(text)); err == nil {
			t.Errorf("%.40q: got %s", text, got)
		}
	}
}

// names are the elements in their order, as this package and as the standard library sees them.
func names(data []byte) (all []string, err error) {
	s, err := New(data)
	if err != nil {
		return nil, err
	}
	root, err := s.Root()
	if err != nil {
		return nil, err
	}
	var walk func(Element) error
	walk = func(e Element) error {
		all = append(all, e.Name)
		return s.Children(walk)
	}
	return all, walk(root)
}

func standardNames(data []byte) (all []string, err error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			all = append(all, token.Name.Local)
			depth++
		case xml.EndElement:
			if depth--; depth == 0 {
				return all, nil
			}
		}
	}
}

// What both read as XML has the same elements.
func FuzzScan(f *testing.F) {
	f.Add([]byte(`<a r="1"><t>x</t><skip><b/></skip><t><![CDATA[y]]>&amp;</t></a>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = outline(data)
		got, err := names(data)
		want, standard := standardNames(data)
		if err == nil && standard == nil && !slices.Equal(got, want) {
			t.Fatalf("%q: got %q, the standard library %q", data, got, want)
		}
	})
}
