package bank

import (
	"bytes"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

const (
	// MaxMediaBytes bounds a picture and a recording: a phone loads all of a paper's before the start.
	MaxMediaBytes = 5 << 20
	// MaxVideoBytes bounds a film, which a phone plays as it comes. A package with it can still be exported.
	MaxVideoBytes = 25 << 20
	// maxAlt bounds the words for who cannot see or hear it, in characters.
	maxAlt = 500
)

// mediaType is what a file's first bytes say that it is; the name and what a browser takes it for are not believed.
type mediaType struct {
	kind    questionbank.MediaKind
	content string
	ending  string
	begins  func(data []byte) bool
}

func at(offset int, texts ...string) func([]byte) bool {
	return func(data []byte) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return len(data) > offset && bytes.HasPrefix(data[offset:], []byte(t)) })
	}
}

func both(a, b func([]byte) bool) func([]byte) bool {
	return func(data []byte) bool { return a(data) && b(data) }
}

// hasTrack looks for a track of the kind ("vide", "soun") in an MP4: its handler box names it.
func hasTrack(kind string) func([]byte) bool {
	return func(data []byte) bool {
		for i := bytes.Index(data, []byte("hdlr")); i >= 0; {
			if rest := data[i:]; len(rest) >= 16 && string(rest[12:16]) == kind {
				return true
			}
			next := bytes.Index(data[i+4:], []byte("hdlr"))
			if next < 0 {
				return false
			}
			i += 4 + next
		}
		return false
	}
}

func holds(texts ...string) func([]byte) bool {
	return func(data []byte) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return bytes.Contains(data, []byte(t)) })
	}
}

// mediaTypes are what every browser of the exam shows and plays, the first that fits. No SVG: it is a document with scripts.
var mediaTypes = []mediaType{
	{questionbank.Image, "image/jpeg", ".jpg", at(0, "\xff\xd8\xff")},
	{questionbank.Image, "image/png", ".png", at(0, "\x89PNG\r\n\x1a\n")},
	{questionbank.Image, "image/gif", ".gif", at(0, "GIF87a", "GIF89a")},
	{questionbank.Image, "image/webp", ".webp", both(at(0, "RIFF"), at(8, "WEBP"))},
	{questionbank.Video, "video/mp4", ".mp4", both(at(4, "ftyp"), hasTrack("vide"))},
	{questionbank.Video, "video/webm", ".webm", both(at(0, "\x1a\x45\xdf\xa3"), both(holds("webm"), holds("V_VP8", "V_VP9", "V_AV1")))},
	{questionbank.Audio, "audio/mpeg", ".mp3", at(0, "ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2")},
	{questionbank.Audio, "audio/mp4", ".m4a", at(4, "ftypM4A", "ftypmp42", "ftypisom")},
	{questionbank.Audio, "audio/wav", ".wav", both(at(0, "RIFF"), at(8, "WAVE"))},
}

// mediaTypeOf is Invalid for a file that no exam page shows, and for one that is too large.
func mediaTypeOf(data []byte) (mediaType, error) {
	i := slices.IndexFunc(mediaTypes, func(t mediaType) bool { return t.begins(data) })
	if i >= 0 && len(data) > mediaTypes[i].most() || len(data) > MaxVideoBytes {
		return mediaType{}, errs.InvalidFields(errs.NewField("file", "error.bank.media_large", "mib", MaxMediaBytes>>20, "video_mib", MaxVideoBytes>>20))
	}
	if i < 0 {
		return mediaType{}, errs.InvalidFields(errs.NewField("file", "error.bank.media_type"))
	}
	return mediaTypes[i], nil
}

// most is how many bytes such a file may have.
func (t mediaType) most() int {
	if t.kind == questionbank.Video {
		return MaxVideoBytes
	}
	return MaxMediaBytes
}

// keeps tells whether the exam page shows a file that is kept under this name (objectName).
func keeps(m questionbank.Media) bool { return strings.HasPrefix(m.Object, "media/") }

// keepingFiles is an edited question with the files of the version that it was made from: the form of the words has none.
func keepingFiles(edited, was questionbank.Question) questionbank.Question {
	if edited.Media == nil {
		edited.Media = was.Media
	}
	if edited.ExplanationMedia == nil {
		edited.ExplanationMedia = was.ExplanationMedia
	}
	if edited.Stimulus == nil {
		edited.Stimulus = was.Stimulus
	}
	edited.Options = slices.Clone(edited.Options)
	for i, o := range edited.Options {
		if n := slices.IndexFunc(was.Options, func(w questionbank.Option) bool { return w.ID == o.ID }); n >= 0 && o.Media == (questionbank.Media{}) {
			edited.Options[i].Media = was.Options[n].Media
		}
	}
	return edited
}
