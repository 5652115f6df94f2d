package draft

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/markup"
)

// maxFiles bounds the files that the questions of one import show, in bytes.
const maxFiles = 64 << 20

// kept are the endings of files that a page shows, with their kinds. Pictures that can hold programs (SVG) are not among them.
var kept = map[string]qb.MediaKind{
	".png": qb.Image, ".jpg": qb.Image, ".jpeg": qb.Image, ".gif": qb.Image, ".webp": qb.Image,
	".mp3": qb.Audio, ".m4a": qb.Audio, ".wav": qb.Audio, ".ogg": qb.Audio, ".mp4": qb.Video, ".webm": qb.Video,
}

// gallery takes the files that one text shows.
type gallery struct {
	filler *filler
	field  qb.Field
	media  []qb.Media
}

// mark stands in the text for the n-th file until all are known.
const mark = "\ue000%d\ue001"

var marks = regexp.MustCompile("\ue000([0-9]+)\ue001")

func (g *gallery) take(m markup.Media) string {
	object, kind, why := g.filler.keep(m)
	if why != "" {
		g.filler.problem(qb.Warning, g.field, "media_dropped", "%s“%s”没有导入：%s", m.Kind, markup.FileName(m.Src), why)
		return markup.Placeholder(m)
	}
	alt := m.Alt
	if alt == "" {
		alt = markup.FileName(m.Src)
	}
	g.media = append(g.media, qb.Media{Kind: kind, Object: object, Alt: alt})
	return fmt.Sprintf(mark, len(g.media))
}

// around a mark that goes, only the wider of the gaps before and after it stays.
var around = regexp.MustCompile("([ \n]*)\ue000[0-9]+\ue001([ \n]*)")

// marked leaves the places of several files visible, where text follows the first of them; one file needs no mark.
func (g *gallery) marked(text string) string {
	if len(g.media) == 0 {
		return text
	}
	bare := strings.TrimSpace(around.ReplaceAllStringFunc(text, func(s string) string {
		m := around.FindStringSubmatch(s)
		if len(m[1]) >= len(m[2]) {
			return m[1]
		}
		return m[2]
	}))
	if len(g.media) < 2 || strings.HasPrefix(text, bare) {
		return bare
	}
	return strings.TrimSpace(marks.ReplaceAllString(text, "【图$1】"))
}

// found is what became of a file that a text names.
type found struct {
	object string
	kind   qb.MediaKind
	why    string
	data   []byte
}

// keep is the object's name of a file that can be shown, or why it cannot. A file that is named again is not read again.
func (f *filler) keep(m markup.Media) (object string, kind qb.MediaKind, why string) {
	seen, ok := f.reader.seen[m.Src]
	if !ok {
		seen.object, seen.kind, seen.why = f.look(m)
		seen.data = f.files[seen.object]
		f.reader.seen[m.Src] = seen
	}
	if seen.why == "" {
		f.files[seen.object] = seen.data
	}
	return seen.object, seen.kind, seen.why
}

func (f *filler) look(m markup.Media) (object string, kind qb.MediaKind, why string) {
	data, ending, why := f.content(m.Src)
	if why != "" {
		return "", "", why
	}
	kind, ok := kept[ending]
	if !ok {
		return "", "", "不支持这种文件"
	}
	if f.reader.size+len(data) > maxFiles {
		return "", "", "一次导入的图片与音视频超过 64 MB"
	}
	sum := sha256.Sum256(data)
	object = "media/" + hex.EncodeToString(sum[:12]) + ending
	f.files[object] = data
	return object, kind, ""
}

func (f *filler) content(src string) (data []byte, ending, why string) {
	if strings.HasPrefix(src, "data:") {
		return inline(src)
	}
	ending = strings.ToLower(path.Ext(markup.FileName(src)))
	if strings.HasPrefix(src, "http://") || strings.HasPrefix(src, "https://") || strings.HasPrefix(src, "//") {
		return nil, "", "在别的网站上"
	}
	if f.reader.Find == nil {
		return nil, "", "没有随文件带来"
	}
	data, ok := f.reader.Find(src)
	if !ok {
		return nil, "", "文件里没有它"
	}
	return data, ending, ""
}

var dataURL = regexp.MustCompile(`^data:(?:image|audio|video)/(png|jpeg|jpg|gif|webp|mpeg|mp3|wav|ogg|mp4|webm);base64,$`)

// inline reads a file that stands in its own address.
func inline(src string) (data []byte, ending, why string) {
	comma := strings.IndexByte(src, ',') + 1
	m := dataURL.FindStringSubmatch(src[:comma])
	if m == nil {
		return nil, "", "不支持这种文件"
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(src[comma:]), ""))
	if err != nil {
		return nil, "", "内容已损坏"
	}
	if m[1] == "mpeg" {
		return data, ".mp3", ""
	}
	return data, "." + m[1], ""
}
