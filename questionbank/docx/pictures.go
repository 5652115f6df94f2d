package docx

import (
	"path"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/archive"
)

// maxPictures is the size of all pictures of a document together, in bytes.
const maxPictures = 64 << 20

// pictures are the files of a document that a page can show, by their place in the package.
type pictures struct {
	archive *archive.Archive
	targets map[string]string // relation id → place in the package
	files   map[string][]byte
	size    int
}

func openPictures(a *archive.Archive, related []relation) *pictures {
	p := &pictures{archive: a, targets: map[string]string{}, files: map[string][]byte{}}
	for _, r := range related {
		if r.kind == "image" {
			p.targets[r.id] = r.target
		}
	}
	return p
}

// shown are the endings of pictures that browsers show.
var shown = map[string]bool{".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".webp": true}

// take reads the picture of a relation; false when there is none that a page can show.
func (p *pictures) take(id, alt string) (qb.Media, bool) {
	target := p.targets[id]
	m := qb.Media{Kind: qb.Image, Object: path.Join("media", path.Base(target)), Alt: strings.Join(strings.Fields(alt), " ")}
	if !shown[strings.ToLower(path.Ext(target))] || !qb.IsObject(m.Object) {
		return qb.Media{}, false
	}
	if _, ok := p.files[m.Object]; ok {
		return m, true
	}
	data, err := p.archive.Read(target)
	if p.size += len(data); err != nil || p.size > maxPictures {
		return qb.Media{}, false
	}
	p.files[m.Object] = data
	return m, true
}

// shownBy are the files that the questions show.
func (p *pictures) shownBy(items []qb.Item) map[string][]byte {
	files := map[string][]byte{}
	for _, it := range items {
		for _, m := range it.Question.MediaAll() {
			files[m.Object] = p.files[m.Object]
		}
	}
	return files
}
