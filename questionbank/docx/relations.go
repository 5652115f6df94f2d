package docx

import (
	"cmp"
	"path"
	"strings"

	"github.com/peikao/peikao/questionbank/archive"
	"github.com/peikao/peikao/questionbank/xmlread"
)

// relation says that a part of the package has another beside it.
type relation struct {
	id, kind, target string // the target's place in the package
}

// relations are those of a part, inside the package; the package's own where the name is empty.
func relations(a *archive.Archive, name string) (all []relation, err error) {
	dir, base := path.Split(name)
	list := dir + "_rels/" + base + ".rels"
	if !a.Has(list) {
		return nil, nil
	}
	s, err := part(a, list)
	if err != nil {
		return nil, err
	}
	if _, err := s.Root(); err != nil {
		return nil, err
	}
	return all, s.Children(func(e xmlread.Element) error {
		if target := e.Attr("Target"); e.Attr("TargetMode") != "External" {
			if !strings.HasPrefix(target, "/") {
				target = path.Join(dir, target)
			}
			all = append(all, relation{e.Attr("Id"), path.Base(e.Attr("Type")), strings.TrimPrefix(path.Clean(target), "/")})
		}
		return s.Skip()
	})
}

// mainPart is where the text stands: programs on the web call it word/document2.xml and the like.
func mainPart(a *archive.Archive) (string, error) {
	const usual = "word/document.xml"
	if a.Has(usual) {
		return usual, nil
	}
	own, err := relations(a, "")
	return cmp.Or(targetOf(own, "officeDocument"), usual), err
}

// targetOf is the first part of a kind; empty where there is none.
func targetOf(all []relation, kind string) string {
	for _, r := range all {
		if r.kind == kind {
			return r.target
		}
	}
	return ""
}
