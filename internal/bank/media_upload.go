package bank

import (
	"bytes"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

const (
	// MaxMediaBytes bounds a file: a phone loads all of a paper's before the start.
	MaxMediaBytes = 5 << 20
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

// mediaTypes are what every browser of the exam shows and plays. No SVG: it is a document with scripts.
var mediaTypes = []mediaType{
	{questionbank.Image, "image/jpeg", ".jpg", at(0, "\xff\xd8\xff")},
	{questionbank.Image, "image/png", ".png", at(0, "\x89PNG\r\n\x1a\n")},
	{questionbank.Image, "image/gif", ".gif", at(0, "GIF87a", "GIF89a")},
	{questionbank.Image, "image/webp", ".webp", both(at(0, "RIFF"), at(8, "WEBP"))},
	{questionbank.Audio, "audio/mpeg", ".mp3", at(0, "ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2")},
	{questionbank.Audio, "audio/mp4", ".m4a", at(4, "ftypM4A", "ftypmp42", "ftypisom")},
	{questionbank.Audio, "audio/wav", ".wav", both(at(0, "RIFF"), at(8, "WAVE"))},
}

// mediaTypeOf is Invalid for a file that no exam page shows, and for one that is too large.
func mediaTypeOf(data []byte) (mediaType, error) {
	if len(data) > MaxMediaBytes {
		return mediaType{}, errs.InvalidFields(errs.NewField("file", "error.bank.media_large", "mib", MaxMediaBytes>>20))
	}
	i := slices.IndexFunc(mediaTypes, func(t mediaType) bool { return t.begins(data) })
	if i < 0 {
		return mediaType{}, errs.InvalidFields(errs.NewField("file", "error.bank.media_type"))
	}
	return mediaTypes[i], nil
}

// keeps tells whether the exam page shows a file that is kept under this name (objectName).
func keeps(m questionbank.Media) bool {
	return strings.HasPrefix(m.Object, "media/") && (m.Kind == questionbank.Image || m.Kind == questionbank.Audio)
}

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
